// The code of a region for the samples of a tile.

#include "TileEmitter.h"
#include "Uniformity.h"
#include "ValueLoops.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/LLVMIR/LLVMDialect.h"
#include "mlir/Dialect/LLVMIR/NVVMDialect.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/Matchers.h"

namespace mlir::eq {

using linalg::GenericOp;
using utils::IteratorType;

// So many steps of a sum are made in a turn of its loop.
static constexpr int64_t stepsAtOnce = 4;
// Of a sum with fewer steps than this each warp makes all of it: sharing takes
// a barrier.
static constexpr int64_t leastSharedSteps = 16;

//===----------------------------------------------------------------------===//
// Small things
//===----------------------------------------------------------------------===//

Value TileEmitter::index(int64_t value) {
  return arith::ConstantIndexOp::create(builder, loc, value);
}

Value TileEmitter::plus(Value a, int64_t b) {
  return builder.createOrFold<arith::AddIOp>(loc, a, index(b));
}

Value TileEmitter::toSamples(Value value, Type type) {
  VectorType vector = batcher.vectorOf(type);
  if (value.getType() == vector)
    return value;
  return vector::BroadcastOp::create(builder, loc, vector, value);
}

void TileEmitter::barrier() {
  NVVM::Barrier0Op::create(builder, loc);
  wasRead.clear();
  wasWritten.clear();
}

void TileEmitter::settle() {
  if (!wasRead.empty() || !wasWritten.empty())
    barrier();
}

static bool meets(ArrayRef<TileEmitter::Range> ranges, int64_t from,
                  int64_t to) {
  return llvm::any_of(ranges, [&](TileEmitter::Range range) {
    return range.first < to && from < range.second;
  });
}

void TileEmitter::prepare(ArrayRef<const TilePlace *> reads,
                          ArrayRef<const TilePlace *> writes) {
  bool waits = false;
  for (const TilePlace *place : reads)
    waits |= meets(wasWritten, place->offset, place->end());
  for (const TilePlace *place : writes)
    waits |= meets(wasWritten, place->offset, place->end()) ||
             meets(wasRead, place->offset, place->end());
  if (waits)
    barrier();
  for (const TilePlace *place : reads)
    wasRead.push_back({place->offset, place->end()});
  for (const TilePlace *place : writes)
    wasWritten.push_back({place->offset, place->end()});
}

Value sameInBlock(Operation *op) {
  op->setAttr(Uniformity::sameInBlock, UnitAttr::get(op->getContext()));
  return op->getResult(0);
}

// Every warp has the same samples, and gets the same.
Value TileEmitter::anyOfTile(Value mask) {
  Value any = mask;
  if (isa<VectorType>(mask.getType())) {
    any = vector::ExtractOp::create(builder, loc, mask, int64_t(0));
    for (int64_t i = 1; i < thread.samples; ++i) {
      Value bit = vector::ExtractOp::create(builder, loc, mask, i);
      any = arith::OrIOp::create(builder, loc, any, bit);
    }
  }
  Value all =
      arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), -1);
  return sameInBlock(NVVM::VoteSyncOp::create(
      builder, loc, builder.getI1Type(), all, any, NVVM::VoteSyncKind::any));
}

//===----------------------------------------------------------------------===//
// Memory
//===----------------------------------------------------------------------===//

// Booleans take a byte each.
static Type storedType(Type element) {
  return element.isInteger(1) ? IntegerType::get(element.getContext(), 8)
                              : element;
}

static unsigned alignmentOf(Type type) {
  int64_t bits = getElementTypeOrSelf(type).getIntOrFloatBitWidth();
  if (auto vector = dyn_cast<VectorType>(type))
    bits *= vector.getNumElements();
  return std::min<int64_t>(16, llvm::divideCeil(bits, 8));
}

Value TileEmitter::address(const TilePlace &place, Value linear, Type type) {
  Type i64 = builder.getI64Type();
  Value base = LLVM::GEPOp::create(
      builder, loc, thread.shared.getType(), builder.getI8Type(), thread.shared,
      ArrayRef<LLVM::GEPArg>{int32_t(place.offset)},
      LLVM::GEPNoWrapFlags::inbounds);
  Value position = linear;
  if (place.ofSamples) {
    position =
        builder.createOrFold<arith::MulIOp>(loc, linear, index(thread.columns));
    position = builder.createOrFold<arith::AddIOp>(loc, position, thread.lane);
  }
  Value wide = arith::IndexCastOp::create(builder, loc, i64, position);
  return LLVM::GEPOp::create(builder, loc, base.getType(), type, base,
                             ArrayRef<LLVM::GEPArg>{wide},
                             LLVM::GEPNoWrapFlags::inbounds);
}

Value TileEmitter::load(const TilePlace &place, Value linear) {
  Type stored = storedType(place.element), element = place.element;
  if (place.ofSamples) {
    stored = batcher.vectorOf(stored);
    element = batcher.vectorOf(element);
  }
  Value loaded =
      LLVM::LoadOp::create(builder, loc, stored, address(place, linear, stored),
                           alignmentOf(stored));
  if (stored != element)
    loaded = arith::TruncIOp::create(builder, loc, element, loaded);
  return loaded;
}

void TileEmitter::store(Value value, const TilePlace &place, Value linear) {
  Type stored = storedType(place.element);
  if (place.ofSamples) {
    value = toSamples(value, place.element);
    stored = batcher.vectorOf(stored);
  }
  if (value.getType() != stored)
    value = arith::ExtUIOp::create(builder, loc, stored, value);
  LLVM::StoreOp::create(builder, loc, value, address(place, linear, stored),
                        alignmentOf(stored));
}

Value TileEmitter::linearOf(const TilePlace &place, ValueRange indices) {
  Value linear = index(0);
  for (auto [stride, at] : llvm::zip(place.strides, indices)) {
    Value part = builder.createOrFold<arith::MulIOp>(loc, at, index(stride));
    linear = builder.createOrFold<arith::AddIOp>(loc, linear, part);
  }
  return linear;
}

SmallVector<Value> TileEmitter::indicesOf(Value element,
                                          RankedTensorType type) {
  SmallVector<Value> indices(type.getRank());
  Value rest = element;
  for (int64_t dim = type.getRank() - 1; dim > 0; --dim) {
    Value size = index(type.getDimSize(dim));
    indices[dim] = arith::RemUIOp::create(builder, loc, rest, size);
    rest = arith::DivUIOp::create(builder, loc, rest, size);
  }
  if (!indices.empty())
    indices[0] = rest;
  return indices;
}

Value TileEmitter::read(Value tensor, ValueRange indices) {
  tensor = plan.getRoots().of(tensor);
  auto type = cast<RankedTensorType>(tensor.getType());
  if (Value point = points.lookup(tensor))
    return point;
  if (const TilePlace *place = plan.placeOf(tensor))
    return load(*place, linearOf(*place, indices));
  if (Value pointer = globals.lookup(tensor)) {
    Value wide = arith::IndexCastOp::create(builder, loc, builder.getI64Type(),
                                            rowMajor(type, indices));
    return loadElement(
        builder, loc,
        elementAddress(builder, loc, pointer, type.getElementType(), wide),
        type.getElementType());
  }
  if (auto splat = tensor.getDefiningOp<tensor::SplatOp>())
    return batcher.get(splat.getInput());
  if (Operation *op = tensor.getDefiningOp(); op && isTileView(op))
    return read(op->getOperand(0), throughView(op, indices));
  auto constant = [&](TypedAttr number) -> Value {
    return arith::ConstantOp::create(builder, loc, number);
  };
  if (auto listed = tensor.getDefiningOp<tensor::FromElementsOp>()) {
    auto values = llvm::map_to_vector(
        listed.getElements(), [&](Value value) { return batcher.get(value); });
    return chooseElement(values, type, indices);
  }
  DenseElementsAttr elements;
  if (!matchPattern(tensor, m_Constant(&elements))) {
    assert(tensor.getDefiningOp<tensor::EmptyOp>() &&
           "expected the plan to know where the tensor is");
    return constant(builder.getZeroAttr(type.getElementType()));
  }
  if (elements.isSplat())
    return constant(elements.getSplatValue<TypedAttr>());
  SmallVector<Value> values;
  for (TypedAttr number : elements.getValues<TypedAttr>())
    values.push_back(constant(number));
  return chooseElement(values, type, indices);
}

// The indices of the same element in the operand of a view.
SmallVector<Value> TileEmitter::throughView(Operation *op, ValueRange indices) {
  auto source = cast<RankedTensorType>(op->getOperand(0).getType());
  if (auto slice = dyn_cast<tensor::ExtractSliceOp>(op)) {
    llvm::SmallBitVector dropped = slice.getDroppedDims();
    SmallVector<Value> at;
    for (int64_t dim = 0; dim < source.getRank(); ++dim) {
      Value offset = index(slice.getStaticOffset(dim));
      if (!dropped[dim]) {
        Value steps = builder.createOrFold<arith::MulIOp>(
            loc, indices.front(), index(slice.getStaticStride(dim)));
        offset = builder.createOrFold<arith::AddIOp>(loc, offset, steps);
        indices = indices.drop_front();
      }
      at.push_back(offset);
    }
    return at;
  }
  // Other dimensions have the same order of elements.
  auto type = cast<RankedTensorType>(op->getResult(0).getType());
  return indicesOf(rowMajor(type, indices), source);
}

Value TileEmitter::rowMajor(RankedTensorType type, ValueRange indices) {
  Value linear = index(0);
  for (auto [size, at] : llvm::zip(type.getShape(), indices)) {
    linear = builder.createOrFold<arith::MulIOp>(loc, linear, index(size));
    linear = builder.createOrFold<arith::AddIOp>(loc, linear, at);
  }
  return linear;
}

// Of a tensor whose elements, in order, are `values`.
Value TileEmitter::chooseElement(ArrayRef<Value> values, RankedTensorType type,
                                 ValueRange indices) {
  Value linear = rowMajor(type, indices);
  APInt known;
  if (matchPattern(linear, m_ConstantInt(&known)))
    return values[known.getZExtValue()];
  bool areSamples = llvm::any_of(
      values, [](Value value) { return isa<VectorType>(value.getType()); });
  auto widened = [&](Value value) {
    return areSamples ? toSamples(value, type.getElementType()) : value;
  };
  Value chosen = widened(values.back());
  for (auto [i, value] : llvm::enumerate(values.drop_back())) {
    Value isThis = arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                         linear, index(i));
    chosen =
        arith::SelectOp::create(builder, loc, isThis, widened(value), chosen);
  }
  return chosen;
}

void TileEmitter::forEachOfWarp(int64_t count, function_ref<void(Value)> body) {
  auto loop = scf::ForOp::create(builder, loc, thread.warp, index(count),
                                 index(thread.warps));
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  body(loop.getInductionVar());
}

Value TileEmitter::placeAddress(const TilePlace &place, Value element,
                                Value sample) {
  Value position = arith::MulIOp::create(builder, loc, element,
                                         index(warpLanes * thread.samples));
  position = arith::AddIOp::create(builder, loc, position, sample);
  Value wide =
      arith::IndexCastOp::create(builder, loc, builder.getI64Type(), position);
  Value base = LLVM::GEPOp::create(
      builder, loc, thread.shared.getType(), builder.getI8Type(), thread.shared,
      ArrayRef<LLVM::GEPArg>{int32_t(place.offset)},
      LLVM::GEPNoWrapFlags::inbounds);
  return LLVM::GEPOp::create(
      builder, loc, base.getType(), storedType(place.element), base,
      ArrayRef<LLVM::GEPArg>{wide}, LLVM::GEPNoWrapFlags::inbounds);
}

// Of each chunk, which starts at so many elements behind `first`, a lane has
// one element. Lanes behind the last one read that again, and do not write.
void TileEmitter::transferChunks(
    ArrayRef<std::pair<const Transfer *, int64_t>> chunks, Value first) {
  struct Moved {
    Value element, address, value, condition;
  };
  SmallVector<Moved> moved;
  for (auto [transfer, offset] : chunks) {
    const TilePlace &place = *transfer->place;
    Moved &one = moved.emplace_back();
    one.element = plus(first, offset);
    one.condition = transfer->condition;
    if (place.elements % warpLanes != 0) {
      Value inside =
          arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::ult,
                                one.element, index(place.elements));
      one.condition =
          one.condition
              ? arith::AndIOp::create(builder, loc, one.condition, inside)
              : inside;
      one.element = arith::MinUIOp::create(builder, loc, one.element,
                                           index(place.elements - 1));
    }
    one.address = placeAddress(place, one.element, transfer->sample);
    one.value = transfer->load(one.element, one.address);
  }
  OpBuilder::InsertionGuard guard(builder);
  Operation *last = nullptr;
  Value condition;
  for (auto [chunk, one] : llvm::zip(chunks, moved)) {
    if (one.condition != condition) {
      if (last)
        builder.setInsertionPointAfter(last);
      last = nullptr;
      condition = one.condition;
      if (condition) {
        auto branch =
            scf::IfOp::create(builder, loc, condition, /*withElse=*/false);
        last = branch;
        builder.setInsertionPointToStart(branch.thenBlock());
      }
    }
    chunk.first->store(one.element, one.address, one.value);
  }
}

void TileEmitter::transfer(ArrayRef<Transfer> transfers) {
  SmallVector<std::pair<const Transfer *, int64_t>> chunks;
  auto flush = [&] {
    transferChunks(chunks, thread.lane);
    chunks.clear();
  };
  for (const Transfer &one : transfers) {
    int64_t count = chunksOf(*one.place);
    int64_t inLoop =
        count >= 2 * chunksAtOnce ? count / chunksAtOnce * chunksAtOnce : 0;
    if (inLoop) {
      auto loop = scf::ForOp::create(builder, loc, thread.lane,
                                     index(inLoop * warpLanes),
                                     index(chunksAtOnce * warpLanes));
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      SmallVector<std::pair<const Transfer *, int64_t>> turn;
      for (int64_t i = 0; i < chunksAtOnce; ++i)
        turn.push_back({&one, i * warpLanes});
      transferChunks(turn, loop.getInductionVar());
    }
    for (int64_t i = inLoop; i < count; ++i) {
      chunks.push_back({&one, i * warpLanes});
      if (int64_t(chunks.size()) == chunksAtOnce)
        flush();
    }
  }
  flush();
}

void TileEmitter::copyTo(Value tensor, const TilePlace &place, Value mask) {
  auto type = cast<RankedTensorType>(tensor.getType());
  const TilePlace *source = plan.placeOf(tensor);
  if (tensor.getDefiningOp<tensor::EmptyOp>() ||
      (source && source->offset == place.offset))
    return;
  source = plan.placeOf(sourceOf(tensor));
  SmallVector<const TilePlace *> sources;
  if (source)
    sources.push_back(source);
  prepare(sources, {&place});
  forEachOfWarp(type.getNumElements(), [&](Value element) {
    Value value = toSamples(read(tensor, indicesOf(element, type)),
                            type.getElementType());
    Value old = load(place, element);
    store(arith::SelectOp::create(builder, loc, mask, value, old), place,
          element);
  });
}

//===----------------------------------------------------------------------===//
// Ops
//===----------------------------------------------------------------------===//

void TileEmitter::emitRegion(Region &region) { emitItems(region.front()); }

void TileEmitter::emitItems(Block &block) {
  for (Operation &op : block)
    if (op.hasTrait<OpTrait::ConstantLike>() &&
        !isa<RankedTensorType>(op.getResult(0).getType()))
      batcher.batchOp(builder, &op);
  for (const TileItem &item : plan.itemsOf(&block)) {
    auto generic = dyn_cast<GenericOp>(item.front());
    if (generic && generic.getNumParallelLoops() > 0)
      emitNest(item);
    else
      emitOp(item.front());
  }
}

// The tensor whose elements are read.
Value TileEmitter::sourceOf(Value tensor) {
  for (;;) {
    Value source = plan.getRoots().of(sourceOfTileViews(tensor));
    if (source == tensor)
      return source;
    tensor = source;
  }
}

void TileEmitter::prepareRead(Value tensor) {
  if (const TilePlace *place = plan.placeOf(sourceOf(tensor)))
    prepare({place}, {});
}

// The tensors in shared memory that ops read, but for what they make.
SmallVector<const TilePlace *> TileEmitter::placesRead(const TileItem &item) {
  SmallVector<const TilePlace *> reads;
  for (Operation *op : item)
    op->walk([&](Operation *inner) {
      for (Value operand : inner->getOperands()) {
        Value source = sourceOf(operand);
        Operation *maker = source.getDefiningOp();
        const TilePlace *place = plan.placeOf(source);
        if (place && !(maker && llvm::is_contained(item, maker)))
          reads.push_back(place);
      }
    });
  return reads;
}

void TileEmitter::emitOp(Operation *op) {
  known.clear();
  if (auto branch = dyn_cast<scf::IfOp>(op))
    return emitIf(branch);
  if (auto loop = dyn_cast<scf::ForOp>(op))
    return emitFor(loop);
  if (auto loop = dyn_cast<LoopOp>(op))
    return emitLoop(loop);
  if (auto record = dyn_cast<RecordOp>(op))
    return emitRecord(record);
  if (auto question = dyn_cast<CancelledOp>(op)) {
    assert(cancelled && "expected 'eq.cancelled' in a finish");
    return batcher.map(question.getResult(), cancelled);
  }
  auto generic = dyn_cast<GenericOp>(op);
  if (generic && sharesWords && plan.isVarying(op->getResult(0)) &&
      TilePlan::isMaximum(generic) && thread.warps > 1 &&
      generic.getStaticLoopRanges()[0] >= stepsAtOnce * thread.warps)
    return emitMaximum(generic);
  if (generic && sharesWords && isSumOfMemory(generic))
    return emitSumsOfSamples(generic);
  prepare(placesRead({op}), {});
  if (generic)
    return emitSums(generic);
  if (auto extract = dyn_cast<tensor::ExtractOp>(op))
    return batcher.map(extract.getResult(), emitExtract(extract));
  if (isTileMove(op))
    return emitMove(op);
  // Those are read where they are used.
  if (!isa<tensor::SplatOp, tensor::FromElementsOp>(op) && !isTileView(op))
    batcher.batchOp(builder, op);
}

// Each element of the result is one of an operand.
void TileEmitter::emitMove(Operation *op) {
  Value result = op->getResult(0);
  auto type = cast<RankedTensorType>(result.getType());
  const TilePlace *place = plan.placeOf(result);
  assert(place && "expected the plan to have memory for it");
  prepare({}, {place});
  auto both = [&](Value a, Value b) -> Value {
    if (!a)
      return b;
    bool areSamples =
        isa<VectorType>(a.getType()) || isa<VectorType>(b.getType());
    if (areSamples) {
      a = toSamples(a, builder.getI1Type());
      b = toSamples(b, builder.getI1Type());
    }
    return arith::AndIOp::create(builder, loc, a, b);
  };
  auto compare = [&](arith::CmpIPredicate predicate, Value a,
                     Value b) -> Value {
    if (isa<VectorType>(b.getType()))
      a = toSamples(a, builder.getIndexType());
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  };
  auto choose = [&](Value condition, Value yes, Value no) -> Value {
    Type element = type.getElementType();
    auto isVector = [](Value value) {
      return isa<VectorType>(value.getType());
    };
    if (isVector(condition) || isVector(yes) || isVector(no)) {
      yes = toSamples(yes, element);
      no = toSamples(no, element);
    }
    return arith::SelectOp::create(builder, loc, condition, yes, no);
  };
  using Predicate = arith::CmpIPredicate;
  forEachOfWarp(type.getNumElements(), [&](Value element) {
    SmallVector<Value> at = indicesOf(element, type);
    Value position = linearOf(*place, at), value, isNew;
    if (auto insert = dyn_cast<tensor::InsertOp>(op)) {
      for (auto [here, wanted] : llvm::zip(at, insert.getIndices()))
        isNew = both(isNew, compare(Predicate::eq, here, batcher.get(wanted)));
      value = batcher.get(insert.getScalar());
      Value old = read(insert.getDest(), at);
      value = isNew ? choose(isNew, value, old) : value;
    } else if (auto push = dyn_cast<PushOp>(op)) {
      auto pushed = dyn_cast<RankedTensorType>(push.getValue().getType());
      value = pushed ? read(push.getValue(), ArrayRef<Value>(at).drop_front())
                     : batcher.get(push.getValue());
      isNew = compare(Predicate::eq, at.front(), index(0));
      Value before = arith::SubIOp::create(builder, loc, at.front(), index(1));
      at.front() =
          arith::SelectOp::create(builder, loc, isNew, index(0), before);
      value = choose(isNew, value, read(push.getHistory(), at));
    } else {
      auto slice = cast<tensor::InsertSliceOp>(op);
      llvm::SmallBitVector dropped = slice.getDroppedDims();
      SmallVector<Value> from;
      for (int64_t dim = 0; dim < type.getRank(); ++dim) {
        int64_t stride = slice.getStaticStride(dim);
        int64_t size = slice.getStaticSize(dim);
        // An index before the slice is far behind it as an unsigned number.
        Value behind = arith::SubIOp::create(builder, loc, at[dim],
                                             index(slice.getStaticOffset(dim)));
        Value number =
            builder.createOrFold<arith::DivUIOp>(loc, behind, index(stride));
        Value inside = compare(Predicate::ult, number, index(size));
        if (stride != 1)
          inside =
              both(inside, compare(Predicate::eq,
                                   arith::RemUIOp::create(builder, loc, behind,
                                                          index(stride)),
                                   index(0)));
        isNew = both(isNew, inside);
        if (!dropped[dim])
          from.push_back(
              arith::SelectOp::create(builder, loc, inside, number, index(0)));
      }
      value = read(slice.getSource(), from);
      value = choose(isNew, value, read(slice.getDest(), at));
    }
    store(value, *place, position);
  });
  known.clear();
}

// At an index for each sample, its own element.
Value TileEmitter::emitExtract(tensor::ExtractOp op) {
  SmallVector<Value> indices = llvm::map_to_vector(
      op.getIndices(), [&](Value value) { return batcher.get(value); });
  auto isVector = [](Value value) { return isa<VectorType>(value.getType()); };
  if (llvm::none_of(indices, isVector))
    return read(op.getTensor(), indices);
  VectorType type = batcher.vectorOf(op.getType());
  Value gathered =
      arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  Value mask = batcher.getMask(builder, loc);
  for (int64_t i = 0; i < thread.samples; ++i) {
    Value on = vector::ExtractOp::create(builder, loc, mask, i);
    SmallVector<Value> own = llvm::map_to_vector(indices, [&](Value at) {
      if (!isVector(at))
        return at;
      Value one = vector::ExtractOp::create(builder, loc, at, i);
      return Value(arith::SelectOp::create(builder, loc, on, one, index(0)));
    });
    Value element = read(op.getTensor(), own);
    if (isVector(element))
      element = vector::ExtractOp::create(builder, loc, element, i);
    gathered = vector::InsertOp::create(builder, loc, element, gathered, i);
  }
  return gathered;
}

//===----------------------------------------------------------------------===//
// Structured ops
//===----------------------------------------------------------------------===//

// Elements that are read again in a turn of a loop are read once.
Value TileEmitter::readMapped(Value tensor, AffineMap map,
                              ArrayRef<Value> dims) {
  if (!isa<RankedTensorType>(tensor.getType()))
    return batcher.get(tensor);
  auto rows = rowValues.find(tensor);
  if (rows != rowValues.end()) {
    unsigned dim = cast<AffineDimExpr>(map.getResult(0)).getPosition();
    const auto *at = llvm::find(rowIndices, dims[dim]);
    assert(at != rowIndices.end() && "expected a row of this tile");
    return rows->second[at - rowIndices.begin()];
  }
  const TilePlace *place = plan.placeOf(tensor);
  auto once = [&](ArrayRef<Value> at, function_ref<Value()> make) {
    for (auto &[key, value] : llvm::reverse(known))
      if (key.first == tensor && ArrayRef<Value>(key.second) == at)
        return value;
    Value value = make();
    known.push_back({{tensor, SmallVector<Value>(at)}, value});
    return value;
  };
  auto position = [&](AffineExpr expr) -> Value {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return dims[dim.getPosition()];
    return affine::expandAffineExpr(builder, loc, expr, dims, {});
  };

  // Four neighbours in a row of a shared tensor are one access.
  if (four && place && !place->ofSamples && !place->strides.empty() &&
      place->element.isIntOrFloat() &&
      place->element.getIntOrFloatBitWidth() == 32) {
    AffineExpr last = getAffineDimExpr(four->dim, map.getContext());
    bool isRow =
        map.getResults().back() == last &&
        llvm::none_of(map.getResults().drop_back(), [&](AffineExpr expr) {
          return expr.isFunctionOfDim(four->dim);
        });
    if (isRow) {
      SmallVector<Value> at =
          llvm::map_to_vector(map.getResults().drop_back(),
                              [&](AffineExpr expr) { return position(expr); });
      at.push_back(four->steps.front());
      VectorType type = VectorType::get(stepsAtOnce, place->element);
      // The vector's key has one index more than an element's.
      SmallVector<Value> key = at;
      key.push_back(four->steps.front());
      Value row = once(key, [&]() -> Value {
        Value linear = linearOf(*place, at);
        Value pointer = address(*place, linear, place->element);
        return LLVM::LoadOp::create(builder, loc, type, pointer,
                                    alignmentOf(type));
      });
      const auto *step = llvm::find(four->steps, dims[four->dim]);
      return vector::ExtractOp::create(builder, loc, row,
                                       int64_t(step - four->steps.begin()));
    }
  }
  SmallVector<Value> at = llvm::map_to_vector(
      map.getResults(), [&](AffineExpr expr) { return position(expr); });
  return once(at, [&] { return read(tensor, at); });
}

// The body at one point; `before` stands for the elements of the results.
SmallVector<Value> TileEmitter::evaluate(GenericOp op, ArrayRef<Value> dims,
                                         ValueRange before) {
  Block *body = op.getBody();
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (!argument.use_empty())
      batcher.map(argument, readMapped(input->get(),
                                       op.getMatchingIndexingMap(input), dims));
  }
  for (auto [argument, value] : llvm::zip(op.getRegionOutputArgs(), before))
    if (value)
      batcher.map(argument, value);
  for (Operation &inner : body->without_terminator()) {
    if (auto number = dyn_cast<linalg::IndexOp>(inner))
      batcher.map(number.getResult(), dims[number.getDim()]);
    else if (auto extract = dyn_cast<tensor::ExtractOp>(inner))
      batcher.map(extract.getResult(), emitExtract(extract));
    else
      batcher.batchOp(builder, &inner);
  }
  SmallVector<Value> values;
  for (auto [value, result] :
       llvm::zip(body->getTerminator()->getOperands(), op->getResults()))
    values.push_back(plan.isVarying(result) ? batcher.wide(builder, value)
                                            : batcher.get(value));
  return values;
}

// What results start with; without `all`, where the body reads it.
SmallVector<Value> TileEmitter::readInits(GenericOp op, ArrayRef<Value> dims,
                                          bool all) {
  SmallVector<Value> values;
  for (auto [i, init] : llvm::enumerate(op.getDpsInitsMutable())) {
    Value &value = values.emplace_back();
    if (!all && op.getMatchingBlockArgument(&init).use_empty())
      continue;
    value = readMapped(init.get(), op.getMatchingIndexingMap(&init), dims);
    if (plan.isVarying(op->getResult(i)))
      value = toSamples(value, getElementTypeOrSelf(init.get().getType()));
  }
  return values;
}

// Sums in ascending order; those of all points side by side.
void TileEmitter::emitReductions(GenericOp op, ArrayRef<unsigned> reductions,
                                 MutableArrayRef<Point> points,
                                 SmallVector<SmallVector<Value>> &sums) {
  if (reductions.empty()) {
    for (auto [point, values] : llvm::zip(points, sums))
      values = evaluate(op, point, values);
    return;
  }
  unsigned dim = reductions.front();
  int64_t extent = op.getStaticLoopRanges()[dim];
  bool isInnermost = reductions.size() == 1;
  int64_t step = isInnermost && extent >= stepsAtOnce ? stepsAtOnce : 1;
  int64_t whole = extent / step * step;

  auto evaluateAll = [&](ArrayRef<Value> steps) {
    for (auto [point, values] : llvm::zip(points, sums))
      for (Value at : steps) {
        point[dim] = at;
        values = evaluate(op, point, values);
      }
  };
  SmallVector<Value> carried;
  for (ArrayRef<Value> values : sums)
    llvm::append_range(carried, values);
  auto split = [&](ValueRange values) {
    for (SmallVector<Value> &of : sums) {
      of.assign(values.begin(), values.begin() + of.size());
      values = values.drop_front(of.size());
    }
  };
  size_t knownBefore = known.size();
  auto loop = scf::ForOp::create(builder, loc, index(0), index(whole),
                                 index(step), carried);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    split(loop.getRegionIterArgs());
    Value at = loop.getInductionVar();
    if (step == 1) {
      for (Point &point : points)
        point[dim] = at;
      emitReductions(op, reductions.drop_front(), points, sums);
    } else {
      four = Four{dim, {}};
      for (int64_t i = 0; i < step; ++i)
        four->steps.push_back(i ? plus(at, i) : at);
      evaluateAll(four->steps);
      four.reset();
    }
    SmallVector<Value> yields;
    for (ArrayRef<Value> values : sums)
      llvm::append_range(yields, values);
    scf::YieldOp::create(builder, loc, yields);
  }
  known.resize(knownBefore);
  split(loop.getResults());
  SmallVector<Value> rest;
  for (int64_t at = whole; at < extent; ++at)
    rest.push_back(index(at));
  evaluateAll(rest);
}

static SmallVector<unsigned> dimsOf(GenericOp op, IteratorType type) {
  SmallVector<unsigned> dims;
  for (auto [dim, iterator] : llvm::enumerate(op.getIteratorTypesArray()))
    if (iterator == type)
      dims.push_back(dim);
  return dims;
}

// A sum without rows: every thread makes it for its samples.
void TileEmitter::emitSums(GenericOp op) {
  rowValues.clear();
  SmallVector<Point> points(1, Point(op.getNumLoops()));
  SmallVector<unsigned> reductions = dimsOf(op, IteratorType::reduction);
  SmallVector<SmallVector<Value>> sums = {
      readInits(op, points.front(), /*all=*/!reductions.empty())};
  emitReductions(op, reductions, points, sums);
  for (auto [result, value] : llvm::zip(op->getResults(), sums.front()))
    this->points[result] = value;
}

// Each warp finds the largest of its elements; the largest of those is found in
// shared memory. Every one of them may be looked at more than once.
void TileEmitter::emitMaximum(GenericOp op) {
  rowValues.clear();
  TilePlace words = plan.getWords(builder.getContext());
  int64_t extent = op.getStaticLoopRanges()[0];
  Value start = readInits(op, Point(1), /*all=*/true).front();
  Type type = start.getType(), bits = batcher.vectorOf(builder.getI32Type());
  auto toBits = [&](Value value) -> Value {
    if (type == bits)
      return value;
    return arith::BitcastOp::create(builder, loc, bits, value);
  };
  auto isWarp0 = [&] {
    return arith::CmpIOp::create(builder, loc, arith::CmpIPredicate::eq,
                                 thread.warp, index(0));
  };
  prepare({}, {&words});
  {
    auto first = scf::IfOp::create(builder, loc, isWarp0(), /*withElse=*/false);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(first.thenBlock());
    store(toBits(start), words, index(0));
  }
  SmallVector<const TilePlace *> reads = placesRead({op});
  reads.push_back(&words);
  prepare(reads, {});

  auto evaluateSteps = [&](Value first, int64_t count, Value largest) {
    known.clear();
    for (int64_t i = 0; i < count; ++i)
      largest = evaluate(op, plus(first, i), largest).front();
    known.clear();
    return largest;
  };
  int64_t whole = extent / stepsAtOnce * stepsAtOnce;
  Value from =
      arith::MulIOp::create(builder, loc, thread.warp, index(stepsAtOnce));
  auto loop = scf::ForOp::create(builder, loc, from, index(whole),
                                 index(stepsAtOnce * thread.warps), start);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    Value largest = evaluateSteps(loop.getInductionVar(), stepsAtOnce,
                                  loop.getRegionIterArgs()[0]);
    scf::YieldOp::create(builder, loc, largest);
  }
  Value largest = loop.getResult(0);
  if (whole < extent) {
    auto rest = scf::IfOp::create(builder, loc, type, isWarp0(),
                                  /*withElse=*/true);
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(rest.thenBlock());
    scf::YieldOp::create(builder, loc,
                         evaluateSteps(index(whole), extent - whole, largest));
    builder.setInsertionPointToStart(rest.elseBlock());
    scf::YieldOp::create(builder, loc, largest);
    largest = rest.getResult(0);
  }
  Value own = toBits(largest);
  Value pointer = address(words, index(0), bits);
  for (int64_t i = 0; i < thread.samples; ++i) {
    Value word = LLVM::GEPOp::create(
        builder, loc, pointer.getType(), builder.getI32Type(), pointer,
        ArrayRef<LLVM::GEPArg>{int32_t(i)}, LLVM::GEPNoWrapFlags::inbounds);
    LLVM::AtomicRMWOp::create(builder, loc, LLVM::AtomicBinOp::max, word,
                              vector::ExtractOp::create(builder, loc, own, i),
                              LLVM::AtomicOrdering::monotonic);
  }
  wasWritten.push_back({words.offset, words.end()});
  prepare({&words}, {});
  Value result = load(words, index(0));
  if (type != bits)
    result = arith::BitcastOp::create(builder, loc, type, result);
  points[op->getResult(0)] = result;
}

// Whether a sum, in order, is of words in memory and of what all samples share:
// then any thread can make that of any sample.
bool TileEmitter::isSumOfMemory(GenericOp op) {
  if (thread.warps == 1 || op.getNumReductionLoops() != 1 ||
      op->getNumResults() != 1 || !plan.isVarying(op->getResult(0)) ||
      op.getStaticLoopRanges()[0] < leastSharedSteps ||
      getElementTypeOrSelf(op->getResult(0).getType())
              .getIntOrFloatBitWidth() != 32)
    return false;
  auto isKnown = [&](Value value) {
    Operation *maker = value.getDefiningOp();
    return !(maker && isTileView(maker)) &&
           (!plan.isVarying(value) || plan.placeOf(value));
  };
  return llvm::all_of(op->getOperands(), isKnown) &&
         llvm::all_of(
             op.getBody()->without_terminator(), [&](Operation &inner) {
               return isPure(&inner) && !isa<tensor::ExtractOp>(inner) &&
                      llvm::all_of(inner.getOperands(), [&](Value value) {
                        return value.getParentBlock() == op.getBody() ||
                               isKnown(value);
                      });
             });
}

// Each thread of the block makes the sum of one sample of the tile, where a
// warp would make those of all of them, as every other warp does:
//
//   sample t of the tile:  words[t] = sum, in ascending order
//   barrier
//   each lane reads the sums of its samples
void TileEmitter::emitSumsOfSamples(GenericOp op) {
  rowValues.clear();
  TilePlace words = plan.getWords(builder.getContext());
  prepare(placesRead({op}), {&words});

  Type element = getElementTypeOrSelf(op->getResult(0).getType());
  Value number =
      arith::MulIOp::create(builder, loc, thread.warp, index(warpLanes));
  number = arith::AddIOp::create(builder, loc, number, thread.lane);
  for (int64_t first = 0; first < thread.samples; first += thread.warps) {
    OpBuilder::InsertionGuard guard(builder);
    if (int64_t left = thread.samples - first; left < thread.warps) {
      Value isOurs = arith::CmpIOp::create(
          builder, loc, arith::CmpIPredicate::ult, thread.warp, index(left));
      auto branch = scf::IfOp::create(builder, loc, isOurs, /*withElse=*/false);
      builder.setInsertionPointToStart(branch.thenBlock());
    }
    TileThread one = thread;
    one.lane = plus(number, first * warpLanes);
    one.samples = 1;
    one.columns = warpLanes * thread.samples;
    Batcher single(/*lanes=*/1);
    TileEmitter emitter(builder, loc, plan, one, single);
    emitter.globals = globals;
    auto share = [&](Value value) {
      if (plan.isVarying(value) || value.getParentBlock() == op.getBody())
        return;
      if (Value point = points.lookup(value)) {
        emitter.points[value] = point;
        return;
      }
      SmallVector<Value> scalars = {value};
      Operation *maker = value.getDefiningOp();
      if (isa_and_nonnull<tensor::SplatOp, tensor::FromElementsOp>(maker))
        scalars = SmallVector<Value>(maker->getOperands());
      for (Value scalar : scalars)
        if (!isa<RankedTensorType>(scalar.getType()))
          single.map(scalar, batcher.get(scalar));
    };
    llvm::for_each(op->getOperands(), share);
    for (Operation &inner : op.getBody()->without_terminator())
      llvm::for_each(inner.getOperands(), share);
    emitter.emitSums(op);
    Value sum = emitter.toSamples(emitter.points[op->getResult(0)], element);
    if (!element.isInteger())
      sum = arith::BitcastOp::create(
          builder, loc, single.vectorOf(builder.getI32Type()), sum);
    emitter.store(sum, words, index(0));
  }
  prepare({&words}, {});
  Value sums = load(words, index(0));
  if (!element.isInteger())
    sums =
        arith::BitcastOp::create(builder, loc, batcher.vectorOf(element), sums);
  points[op->getResult(0)] = sums;
}

void TileEmitter::storeResult(Value result, Value value, Value linear) {
  const TilePlace *place = plan.placeOf(result);
  if (!place)
    return;
  if (plan.directState(result)) {
    value = toSamples(value, place->element);
    value = arith::SelectOp::create(builder, loc, stateMask, value,
                                    load(*place, linear));
  }
  store(value, *place, linear);
}

// The rows of one op in a tile, for all other parallel dimensions.
void TileEmitter::emitRows(GenericOp op, ArrayRef<unsigned> looped,
                           const Point &dims) {
  unsigned row = TilePlan::rowOf(op);
  if (!looped.empty()) {
    unsigned dim = looped.front();
    auto loop = scf::ForOp::create(
        builder, loc, index(0), index(op.getStaticLoopRanges()[dim]), index(1));
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    size_t knownBefore = known.size();
    Point inside = dims;
    inside[dim] = loop.getInductionVar();
    emitRows(op, looped.drop_front(), inside);
    known.resize(knownBefore);
    return;
  }
  SmallVector<unsigned> reductions = dimsOf(op, IteratorType::reduction);
  SmallVector<Point> points;
  SmallVector<SmallVector<Value>> values;
  for (Value at : rowIndices) {
    points.push_back(dims);
    points.back()[row] = at;
    values.push_back(readInits(op, points.back(), /*all=*/!reductions.empty()));
  }
  emitReductions(op, reductions, points, values);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    if (op.getNumParallelLoops() == 1) {
      for (ArrayRef<Value> of : values)
        newRows[result].push_back(of[i]);
      continue;
    }
    const TilePlace *place = plan.placeOf(result);
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(i));
    for (auto [point, of] : llvm::zip(points, values)) {
      SmallVector<Value> at;
      for (AffineExpr expr : map.getResults())
        at.push_back(point[cast<AffineDimExpr>(expr).getPosition()]);
      if (place)
        storeResult(result, of[i], linearOf(*place, at));
    }
  }
}

void TileEmitter::emitTile(const TileItem &item, Value first, int64_t count) {
  rowValues.clear();
  rowIndices.clear();
  known.clear();
  for (int64_t i = 0; i < count; ++i)
    rowIndices.push_back(i ? plus(first, i) : first);
  for (Operation *member : item) {
    auto op = cast<GenericOp>(member);
    SmallVector<unsigned> looped = dimsOf(op, IteratorType::parallel);
    llvm::erase(looped, TilePlan::rowOf(op));
    newRows.clear();
    emitRows(op, looped, Point(op.getNumLoops()));
    for (auto &[result, values] : newRows)
      rowValues[result] = values;
  }
  for (Operation *member : item)
    for (Value result : member->getResults()) {
      auto rows = rowValues.find(result);
      if (rows == rowValues.end())
        continue;
      for (auto [at, value] : llvm::zip(rowIndices, rows->second))
        storeResult(result, value, at);
    }
  rowValues.clear();
  known.clear();
}

// A loop over rows: each warp has its tiles of them.
void TileEmitter::emitNest(const TileItem &item) {
  SmallVector<const TilePlace *> writes;
  for (Operation *member : item)
    for (Value result : member->getResults())
      if (const TilePlace *place = plan.placeOf(result))
        writes.push_back(place);
  prepare(placesRead(item), writes);

  auto opener = cast<GenericOp>(item.front());
  int64_t extent = opener.getStaticLoopRanges()[TilePlan::rowOf(opener)];
  int64_t rows = std::min(thread.rows, extent);
  int64_t tiles = extent / rows, rest = extent % rows;
  Value first = arith::MulIOp::create(builder, loc, thread.warp, index(rows));
  Operation *last = nullptr;
  auto when = [&](arith::CmpIPredicate predicate, int64_t warp) {
    Value isOurs = arith::CmpIOp::create(builder, loc, predicate, thread.warp,
                                         index(warp));
    auto branch = scf::IfOp::create(builder, loc, isOurs, /*withElse=*/false);
    builder.setInsertionPointToStart(branch.thenBlock());
    last = branch;
  };
  if (tiles > thread.warps) {
    auto loop = scf::ForOp::create(builder, loc, first, index(tiles * rows),
                                   index(thread.warps * rows));
    builder.setInsertionPointToStart(loop.getBody());
    last = loop;
    first = loop.getInductionVar();
  } else if (tiles < thread.warps) {
    when(arith::CmpIPredicate::ult, tiles);
  }
  emitTile(item, first, rows);
  if (last)
    builder.setInsertionPointAfter(last);
  if (rest != 0) {
    when(arith::CmpIPredicate::eq, tiles % thread.warps);
    emitTile(item, index(tiles * rows), rest);
    builder.setInsertionPointAfter(last);
  }
}

} // namespace mlir::eq
