// Reading and writing at places that need not be constant.
//
//   tensor.extract %t[%i] : tensor<3xf64>
//     -> %a = arith.select (%i == 1), %t1, %t2
//        %b = arith.select (%i <= 0), %t0, %a

#include "Scalariser.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Utils/IndexingUtils.h"
#include "mlir/IR/Matchers.h"

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// Index arithmetic
//===----------------------------------------------------------------------===//

int64_t linearise(ArrayRef<int64_t> place, ArrayRef<int64_t> shape) {
  int64_t at = 0;
  for (auto [index, size] : llvm::zip_equal(place, shape))
    at = at * size + index;
  return at;
}

Scalariser::Place Scalariser::constantPlace(ArrayRef<int64_t> place) {
  return llvm::map_to_vector(place, [&](int64_t index) {
    return OpFoldResult(builder.getIndexAttr(index));
  });
}

Value Scalariser::materialise(OpFoldResult index) {
  if (auto value = dyn_cast<Value>(index))
    return value;
  return indexConstant(*getConstantIntValue(index));
}

OpFoldResult Scalariser::multiplyAdd(Location loc, OpFoldResult a,
                                     int64_t factor, OpFoldResult b) {
  auto x = getConstantIntValue(a), y = getConstantIntValue(b);
  if (x && y)
    return builder.getIndexAttr(*x * factor + *y);
  if (x)
    a = builder.getIndexAttr(*x * factor);
  else if (factor != 1)
    a = arith::MulIOp::create(builder, loc, materialise(a),
                              indexConstant(factor))
            .getResult();
  if (getConstantIntValue(a) == 0)
    return b;
  if (y == 0)
    return a;
  return arith::AddIOp::create(builder, loc, materialise(a), materialise(b))
      .getResult();
}

// The same element where the shape is another.
Scalariser::Place Scalariser::reshaped(Location loc,
                                       ArrayRef<OpFoldResult> place,
                                       ArrayRef<int64_t> from,
                                       ArrayRef<int64_t> to) {
  if (from == to)
    return Place(place);
  OpFoldResult at = builder.getIndexAttr(0);
  for (auto [index, size] : llvm::zip_equal(place, from))
    at = multiplyAdd(loc, at, size, index);
  Place result(to.size());
  for (size_t d = to.size(); d-- > 0;) {
    if (d == 0 || llvm::all_of(to.take_front(d),
                               [](int64_t size) { return size == 1; })) {
      result[d] = at;
      at = builder.getIndexAttr(0);
    } else if (auto known = getConstantIntValue(at)) {
      result[d] = builder.getIndexAttr(*known % to[d]);
      at = builder.getIndexAttr(*known / to[d]);
    } else {
      Value value = materialise(at), size = indexConstant(to[d]);
      result[d] = arith::RemUIOp::create(builder, loc, value, size).getResult();
      at = arith::DivUIOp::create(builder, loc, value, size).getResult();
    }
  }
  return result;
}

//===----------------------------------------------------------------------===//
// Larger tensors
//===----------------------------------------------------------------------===//

Value Scalariser::readLarge(Location loc, Value tensor, Place place) {
  while (Operation *source = tensor.getDefiningOp()) {
    if (auto slice = dyn_cast<tensor::ExtractSliceOp>(source)) {
      if (ShapedType::isDynamicShape(slice.getStaticStrides()))
        break;
      llvm::SmallBitVector dropped = slice.getDroppedDims();
      ArrayRef<OpFoldResult> rest = place;
      Place outer;
      for (auto [d, offset] : llvm::enumerate(slice.getMixedOffsets())) {
        OpFoldResult index = builder.getIndexAttr(0);
        if (!dropped.test(d)) {
          index = rest.front();
          rest = rest.drop_front();
        }
        outer.push_back(
            multiplyAdd(loc, index, slice.getStaticStride(d), offset));
      }
      tensor = slice.getSource();
      place = outer;
    } else if (isa<tensor::CastOp, tensor::CollapseShapeOp,
                   tensor::ExpandShapeOp, tensor::ReshapeOp>(source)) {
      auto from = dyn_cast<RankedTensorType>(tensor.getType());
      auto to = dyn_cast<RankedTensorType>(source->getOperand(0).getType());
      // Of a cast the rank says enough.
      if (!from || !to)
        break;
      if (!isa<tensor::CastOp>(source)) {
        if (!from.hasStaticShape() || !to.hasStaticShape())
          break;
        place = reshaped(loc, place, from.getShape(), to.getShape());
      }
      tensor = source->getOperand(0);
    } else {
      break;
    }
  }

  DenseElementsAttr values;
  if (matchPattern(tensor, m_Constant(&values)) &&
      llvm::all_of(place, [](OpFoldResult index) {
        return getConstantIntValue(index).has_value();
      })) {
    int64_t at = 0;
    for (auto [index, size] :
         llvm::zip_equal(place, values.getType().getShape()))
      at = at * size + clamped(*getConstantIntValue(index), size);
    return constant(
        cast<TypedAttr>(*(values.getValues<Attribute>().begin() + at)));
  }
  SmallVector<Value> indices;
  for (OpFoldResult index : place)
    indices.push_back(materialise(index));
  return tensor::ExtractOp::create(builder, loc, tensor, indices);
}

Value Scalariser::read(Location loc, Value tensor, ArrayRef<int64_t> place) {
  if (isSmall(tensor.getType())) {
    auto type = cast<RankedTensorType>(tensor.getType());
    return elements.find(tensor)->second[linearise(place, type.getShape())];
  }
  return readLarge(loc, tensor, constantPlace(place));
}

//===----------------------------------------------------------------------===//
// Choices
//===----------------------------------------------------------------------===//

Scalariser::Choices Scalariser::choicesOf(Location loc, OpFoldResult index,
                                          int64_t count, bool inOrder) {
  if (auto known = getConstantIntValue(index))
    return {{clamped(*known, count), Value()}};
  Choices choices;
  for (int64_t place = 0; place < count; ++place) {
    bool isLast = place == count - 1;
    auto predicate = place == 0 ? arith::CmpIPredicate::sle
                     : isLast   ? arith::CmpIPredicate::sge
                                : arith::CmpIPredicate::eq;
    Value condition;
    if (count > 1 && !(inOrder && isLast))
      condition = arith::CmpIOp::create(
          builder, loc, predicate, materialise(index), indexConstant(place));
    choices.push_back({place, condition});
  }
  return choices;
}

SmallVector<Scalariser::Choices> Scalariser::choicesOf(Location loc,
                                                       const Slice &slice,
                                                       ArrayRef<int64_t> shape,
                                                       bool inOrder) {
  SmallVector<Choices> choices;
  for (auto [offset, size, extent, stride] :
       llvm::zip_equal(slice.offsets, shape, slice.sizes, slice.strides))
    choices.push_back(
        choicesOf(loc, offset, size - (extent - 1) * stride, inOrder));
  return choices;
}

// The value at `at` + the offsets in the dimensions that `choices` are of.
Value Scalariser::choose(Location loc, ArrayRef<Value> values,
                         ArrayRef<int64_t> shape, ArrayRef<Choices> choices,
                         int64_t at) {
  if (choices.empty())
    return values[at];
  int64_t step = computeProduct(shape.drop_front());
  Value chosen;
  for (auto [offset, condition] : llvm::reverse(choices.front())) {
    Value value = choose(loc, values, shape.drop_front(), choices.drop_front(),
                         at + offset * step);
    chosen =
        chosen ? arith::SelectOp::create(builder, loc, condition, value, chosen)
               : value;
  }
  return chosen;
}

//===----------------------------------------------------------------------===//
// Slices
//===----------------------------------------------------------------------===//

// The verifiers of ops look at constant offsets only.
LogicalResult Scalariser::expectSlice(Operation *op, const Slice &slice,
                                      ArrayRef<int64_t> shape) {
  bool isStatic = !ShapedType::isDynamicShape(slice.sizes) &&
                  !ShapedType::isDynamicShape(slice.strides);
  if (!isStatic)
    return op->emitOpError("expected constant sizes and strides");
  for (auto [size, extent, stride] :
       llvm::zip_equal(shape, slice.sizes, slice.strides))
    if (ShapedType::isStatic(size) &&
        (stride < 0 || (extent - 1) * stride >= size))
      return op->emitOpError("expected a slice that fits into ")
             << size << " elements, but got " << extent << " with stride "
             << stride;
  return success();
}

LogicalResult Scalariser::readSlice(Operation *op, Value source,
                                    const Slice &slice) {
  Location loc = op->getLoc();
  Value result = op->getResult(0);
  SmallVector<Value> values;
  auto type = cast<RankedTensorType>(source.getType());
  if (failed(expectSlice(op, slice, type.getShape())))
    return failure();
  SmallVector<Choices> choices =
      choicesOf(loc, slice, type.getShape(), /*inOrder=*/true);
  SmallVector<Value> all = getElements(source);
  LogicalResult done = forEachPlace(slice.sizes, [&](ArrayRef<int64_t> place) {
    SmallVector<int64_t> first;
    for (auto [index, stride] : llvm::zip_equal(place, slice.strides))
      first.push_back(index * stride);
    values.push_back(choose(loc, all, type.getShape(), choices,
                            linearise(first, type.getShape())));
    return expectRoom(op);
  });
  if (failed(done))
    return failure();
  if (isSmall(result.getType()))
    setElements(result, values);
  else
    replace(result, values.front());
  return finish(op);
}

LogicalResult Scalariser::writeSlice(Operation *op, ArrayRef<Value> source,
                                     Value dest, const Slice &slice) {
  Location loc = op->getLoc();
  SmallVector<Value> values = getElements(dest);
  ArrayRef<int64_t> shape = cast<RankedTensorType>(dest.getType()).getShape();
  if (failed(expectSlice(op, slice, shape)))
    return failure();
  SmallVector<Choices> choices =
      choicesOf(loc, slice, shape, /*inOrder=*/false);
  SmallVector<int64_t> counts;
  for (const Choices &dimension : choices)
    counts.push_back(dimension.size());
  // Of all offsets only one is true.
  LogicalResult done = forEachPlace(counts, [&](ArrayRef<int64_t> number) {
    Value condition;
    SmallVector<int64_t> offsets;
    for (auto [dimension, i] : llvm::zip_equal(choices, number)) {
      auto [offset, here] = dimension[i];
      offsets.push_back(offset);
      if (here)
        condition = condition
                        ? arith::AndIOp::create(builder, loc, condition, here)
                        : here;
    }
    ArrayRef<Value> rest = source;
    return forEachPlace(slice.sizes, [&](ArrayRef<int64_t> place) {
      SmallVector<int64_t> target;
      for (auto [index, stride, offset] :
           llvm::zip_equal(place, slice.strides, offsets))
        target.push_back(offset + index * stride);
      Value &value = values[linearise(target, shape)];
      value = condition ? arith::SelectOp::create(builder, loc, condition,
                                                  rest.front(), value)
                        : rest.front();
      rest = rest.drop_front();
      return expectRoom(op);
    });
  });
  if (failed(done))
    return failure();
  return finish(op, values);
}

} // namespace mlir::eq
