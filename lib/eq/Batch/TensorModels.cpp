// The rules of tensor.
//
//   tensor.extract %t[%i]  ->  the same on tensors of vectors
//     where %i differs between samples: one element for each lane
//   tensor.extract_slice %t[%i][2][1]  ->  the same, or a linalg.generic that
//     gathers
//   tensor.insert_slice                ->  the same, or a loop that scatters
//
// Indices in bodies are in range for all lanes, also for those off the mask:
// `expand` clamped them.

#include "Models.h"
#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"

namespace mlir::eq {

namespace {

Value constantIndex(OpBuilder &builder, Location loc, int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

// What one lane sees of indices.
SmallVector<Value> positionOf(OpBuilder &builder, Location loc,
                              ValueRange indices, int64_t lane) {
  return llvm::map_to_vector(indices, [&](Value index) -> Value {
    if (index.getType().isIndex())
      return index;
    return vector::ExtractOp::create(builder, loc, index, lane);
  });
}

SmallVector<Value> mapped(const Batcher &batcher, ValueRange values) {
  return llvm::map_to_vector(values,
                             [&](Value value) { return batcher.get(value); });
}

bool anyVarying(const Batcher &batcher, ValueRange values) {
  return llvm::any_of(values,
                      [&](Value value) { return batcher.isVarying(value); });
}

// One element for each lane, of a tensor of vectors or one all lanes share;
// indices are indices or vectors of them.
Value gather(OpBuilder &builder, Location loc, const Batcher &batcher,
             Value tensor, ValueRange indices) {
  Type element = cast<RankedTensorType>(tensor.getType()).getElementType();
  auto type = dyn_cast<VectorType>(element);
  if (!type)
    type = batcher.vectorOf(element);
  Value result =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  for (int64_t lane = 0; lane < batcher.getLanes(); ++lane) {
    Value value = tensor::ExtractOp::create(
        builder, loc, tensor, positionOf(builder, loc, indices, lane));
    if (isa<VectorType>(element))
      value = vector::ExtractOp::create(builder, loc, value, lane);
    result = vector::InsertOp::create(builder, loc, value, result, lane);
  }
  return result;
}

// Writes the element of each lane to where that lane wants it.
Value scatter(OpBuilder &builder, Location loc, const Batcher &batcher,
              Value elements, Value tensor, ValueRange indices) {
  for (int64_t lane = 0; lane < batcher.getLanes(); ++lane) {
    SmallVector<Value> position = positionOf(builder, loc, indices, lane);
    Value old = tensor::ExtractOp::create(builder, loc, tensor, position);
    Value value = vector::ExtractOp::create(builder, loc, elements, lane);
    Value changed = vector::InsertOp::create(builder, loc, value, old, lane);
    tensor = tensor::InsertOp::create(builder, loc, changed, tensor, position);
  }
  return tensor;
}

struct ExtractModel
    : BatchableOpInterface::ExternalModel<ExtractModel, tensor::ExtractOp> {
  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto extract = cast<tensor::ExtractOp>(op);
    if (!anyVarying(batcher, extract.getIndices()))
      return batcher.widenOp(builder, op);
    batcher.map(extract.getResult(),
                gather(builder, op->getLoc(), batcher,
                       batcher.get(extract.getTensor()),
                       mapped(batcher, extract.getIndices())));
  }
};

struct InsertModel
    : BatchableOpInterface::ExternalModel<InsertModel, tensor::InsertOp> {
  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto insert = cast<tensor::InsertOp>(op);
    if (!anyVarying(batcher, insert.getIndices()))
      return batcher.widenOp(builder, op);
    Value scalars = batcher.wide(builder, insert.getScalar());
    Value dest = batcher.wide(builder, insert.getDest());
    batcher.map(insert.getResult(),
                scatter(builder, op->getLoc(), batcher, scalars, dest,
                        mapped(batcher, insert.getIndices())));
  }
};

bool hasStaticSizes(OffsetSizeAndStrideOpInterface slice) {
  return !ShapedType::isDynamicShape(slice.getStaticSizes()) &&
         !ShapedType::isDynamicShape(slice.getStaticStrides());
}

// Where in the whole tensor the element of a slice is, for all lanes: offset +
// index * stride in each dimension.
SmallVector<Value> placeOf(OpBuilder &builder, Location loc,
                           const Batcher &batcher,
                           OffsetSizeAndStrideOpInterface slice,
                           ValueRange indexInSlice) {
  SmallVector<Value> place;
  for (auto [index, offset, stride] : llvm::zip(
           indexInSlice, slice.getMixedOffsets(), slice.getStaticStrides())) {
    Value at = arith::MulIOp::create(builder, loc, index,
                                     constantIndex(builder, loc, stride));
    Value first;
    if (auto value = dyn_cast<Value>(offset))
      first = batcher.get(value);
    else
      first = constantIndex(builder, loc, *getConstantIntValue(offset));
    if (!first.getType().isIndex())
      at = vector::BroadcastOp::create(builder, loc, first.getType(), at);
    place.push_back(arith::AddIOp::create(builder, loc, first, at));
  }
  return place;
}

struct ExtractSliceModel
    : BatchableOpInterface::ExternalModel<ExtractSliceModel,
                                          tensor::ExtractSliceOp> {
  bool hasBatchRule(Operation *op) const {
    return hasStaticSizes(cast<OffsetSizeAndStrideOpInterface>(op));
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto slice = cast<tensor::ExtractSliceOp>(op);
    if (!anyVarying(batcher, slice.getOffsets()))
      return batcher.widenOp(builder, op);
    Location loc = op->getLoc();
    Value source = batcher.get(slice.getSource());
    auto type = cast<RankedTensorType>(batcher.widen(slice.getType()));
    Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                          type.getElementType());
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    auto gathered = linalg::GenericOp::create(
        builder, loc, type, ValueRange(), empty,
        builder.getMultiDimIdentityMap(type.getRank()), iterators,
        [&](OpBuilder &nested, Location, ValueRange) {
          SmallVector<Value> indices;
          int64_t kept = 0;
          for (int64_t d = 0; d < slice.getSourceType().getRank(); ++d)
            indices.push_back(dropped.test(d) ? constantIndex(nested, loc, 0)
                                              : Value(linalg::IndexOp::create(
                                                    nested, loc, kept++)));
          Value elements =
              gather(nested, loc, batcher, source,
                     placeOf(nested, loc, batcher, slice, indices));
          linalg::YieldOp::create(nested, loc, elements);
        });
    batcher.map(slice.getResult(), gathered.getResult(0));
  }
};

struct InsertSliceModel
    : BatchableOpInterface::ExternalModel<InsertSliceModel,
                                          tensor::InsertSliceOp> {
  bool hasBatchRule(Operation *op) const {
    return hasStaticSizes(cast<OffsetSizeAndStrideOpInterface>(op));
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto slice = cast<tensor::InsertSliceOp>(op);
    if (!anyVarying(batcher, slice.getOffsets()))
      return batcher.widenOp(builder, op);
    Location loc = op->getLoc();
    Value source = batcher.wide(builder, slice.getSource());
    Value dest = batcher.wide(builder, slice.getDest());
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    // One loop around the other, over the elements of the slice.
    OpBuilder::InsertionGuard guard(builder);
    SmallVector<scf::ForOp> loops;
    SmallVector<Value> inSlice, inSource;
    Value carried = dest;
    for (auto [d, size] : llvm::enumerate(slice.getStaticSizes())) {
      if (dropped.test(d)) {
        inSlice.push_back(constantIndex(builder, loc, 0));
        continue;
      }
      auto loop =
          scf::ForOp::create(builder, loc, constantIndex(builder, loc, 0),
                             constantIndex(builder, loc, size),
                             constantIndex(builder, loc, 1), carried);
      inSlice.push_back(loop.getInductionVar());
      inSource.push_back(loop.getInductionVar());
      carried = loop.getRegionIterArg(0);
      loops.push_back(loop);
      builder.setInsertionPointToEnd(loop.getBody());
    }
    Value elements = tensor::ExtractOp::create(builder, loc, source, inSource);
    carried = scatter(builder, loc, batcher, elements, carried,
                      placeOf(builder, loc, batcher, slice, inSlice));
    for (scf::ForOp loop : llvm::reverse(loops)) {
      scf::YieldOp::create(builder, loc, carried);
      carried = loop.getResult(0);
      builder.setInsertionPointAfter(loop);
    }
    batcher.map(slice.getResult(), carried);
  }
};

// An element for each index: a linalg.generic of the same body.
struct GenerateModel
    : BatchableOpInterface::ExternalModel<GenerateModel, tensor::GenerateOp> {
  bool hasBatchRule(Operation *op) const {
    return cast<tensor::GenerateOp>(op).getType().hasStaticShape();
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto generate = cast<tensor::GenerateOp>(op);
    Location loc = op->getLoc();
    auto type = cast<RankedTensorType>(batcher.widen(generate.getType()));
    Value empty = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                          type.getElementType());
    SmallVector<utils::IteratorType> iterators(type.getRank(),
                                               utils::IteratorType::parallel);
    auto generic = linalg::GenericOp::create(
        builder, loc, type, ValueRange(), empty,
        builder.getMultiDimIdentityMap(type.getRank()), iterators,
        [&](OpBuilder &nested, Location, ValueRange) {
          Block &body = generate.getBody().front();
          for (auto [d, index] : llvm::enumerate(body.getArguments()))
            batcher.map(index, linalg::IndexOp::create(nested, loc, d));
          batcher.batchBlock(nested, body);
          Value element =
              batcher.wide(nested, body.getTerminator()->getOperand(0));
          linalg::YieldOp::create(nested, loc, element);
        });
    batcher.map(generate.getResult(), generic.getResult(0));
  }
};

// Shapes are the same for all samples.
struct DimModel : BatchableOpInterface::ExternalModel<DimModel, tensor::DimOp> {
  bool hasBatchRule(Operation *op) const {
    auto dim = cast<tensor::DimOp>(op);
    auto type = cast<ShapedType>(dim.getSource().getType());
    std::optional<int64_t> index = dim.getConstantIndex();
    return index && type.hasStaticShape() && *index < type.getRank();
  }

  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    auto dim = cast<tensor::DimOp>(op);
    auto type = cast<ShapedType>(dim.getSource().getType());
    batcher.map(dim.getResult(),
                constantIndex(builder, op->getLoc(),
                              type.getDimSize(*dim.getConstantIndex())));
  }
};

// The same op on tensors of vectors.
template <typename Op>
struct SameModel : BatchableOpInterface::ExternalModel<SameModel<Op>, Op> {
  void batch(Operation *op, OpBuilder &builder, Batcher &batcher) const {
    batcher.widenOp(builder, op);
  }
};

template <typename... Ops> void attachSame(MLIRContext &context) {
  (Ops::template attachInterface<SameModel<Ops>>(context), ...);
}

} // namespace

void registerTensorBatchModels(DialectRegistry &registry) {
  registry.addExtension(+[](MLIRContext *context, tensor::TensorDialect *) {
    tensor::DimOp::attachInterface<DimModel>(*context);
    tensor::ExtractOp::attachInterface<ExtractModel>(*context);
    tensor::ExtractSliceOp::attachInterface<ExtractSliceModel>(*context);
    tensor::GenerateOp::attachInterface<GenerateModel>(*context);
    tensor::InsertOp::attachInterface<InsertModel>(*context);
    tensor::InsertSliceOp::attachInterface<InsertSliceModel>(*context);
    attachSame<tensor::CastOp, tensor::CollapseShapeOp, tensor::ExpandShapeOp,
               tensor::FromElementsOp, tensor::SplatOp>(*context);
  });
}

} // namespace mlir::eq
