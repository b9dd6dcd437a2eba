// The forming of nests: which ops share a loop over rows, and its code.

#include "eq/Codegen/Nests/Nests.h"
#include "eq/Analysis/Rows.h"
#include "eq/Batch/Batch.h"
#include "mlir/Dialect/Affine/Utils.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/Dialect/Vector/IR/VectorOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/Support/SaveAndRestore.h"

namespace mlir::eq {

namespace {

using linalg::GenericOp;
using utils::IteratorType;

// A body of more ops than this is long.
constexpr int64_t longBody = 12;
// Rows of lanes whose long bodies are computed side by side, at most: one row
// waits for its chain of operations; three and four take as long as two.
constexpr int64_t longRows = 2;

// ---- What an op is ----------------------------------------------------------

// An op that can be a member of a nest, and the dimension its rows are.
struct Member {
  mutable GenericOp op; // the accessors of ops are not const
  unsigned row = 0;

  SmallVector<int64_t> extents() const { return op.getStaticLoopRanges(); }
  IteratorType iterator(unsigned dim) const {
    return op.getIteratorTypesArray()[dim];
  }
  bool sumsOverRows() const { return iterator(row) == IteratorType::reduction; }
};

// Whether an op without sums needs the registers for itself.
bool isLong(GenericOp op) {
  return op.getNumReductionLoops() == 0 &&
         llvm::range_size(*op.getBody()) > longBody;
}

// Whether a vector of elements is in memory as it is in a tensor; booleans are
// bytes there, and bits in a vector.
bool isAsInMemory(Type element) {
  return element.isIntOrFloat() && element.getIntOrFloatBitWidth() >= 8;
}

// The value that every element of `tensor` has, or null.
Value splatOf(Value tensor) {
  if (auto splat = tensor.getDefiningOp<tensor::SplatOp>())
    return splat.getInput();
  auto op = tensor.getDefiningOp<GenericOp>();
  if (!op || op.getNumDpsInputs() != 0 || !hasRows(op))
    return {};
  unsigned result = cast<OpResult>(tensor).getResultNumber();
  Value yielded = op.getBody()->getTerminator()->getOperand(result);
  return yielded.getParentBlock() == op.getBody() ? Value() : yielded;
}

bool isSplat(Operation *op) {
  return isa<GenericOp>(op) &&
         llvm::all_of(op->getResults(), [](Value v) { return splatOf(v); });
}

// Lets values stand for `result`: its elements, in row-major order. Who reads
// one element gets the value itself.
void replaceByElements(OpBuilder &builder, Location loc, Value result,
                       ArrayRef<Value> elements) {
  auto type = cast<RankedTensorType>(result.getType());
  auto indexOf = [&](int64_t position) {
    SmallVector<Value> index(type.getRank());
    for (int64_t dim = type.getRank() - 1; dim >= 0; --dim) {
      index[dim] = arith::ConstantIndexOp::create(
          builder, loc, position % type.getDimSize(dim));
      position /= type.getDimSize(dim);
    }
    return index;
  };
  // Not tensor.from_elements: of constant vectors it folds to a constant that
  // MLIR cannot lower.
  Value tensor;
  if (elements.size() == 1) {
    tensor = tensor::SplatOp::create(builder, loc, elements.front(),
                                     type.getShape());
  } else {
    tensor = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                     type.getElementType());
    for (auto [position, element] : llvm::enumerate(elements))
      tensor = tensor::InsertOp::create(builder, loc, element, tensor,
                                        indexOf(position));
  }
  for (Operation *user : result.getUsers()) {
    auto extract = dyn_cast<tensor::ExtractOp>(user);
    if (!extract)
      continue;
    if (std::optional<SmallVector<int64_t>> at =
            getConstantIntValues(getAsOpFoldResult(extract.getIndices()))) {
      int64_t position = 0;
      for (auto [size, index] : llvm::zip(type.getShape(), *at))
        position = position * size + index;
      extract.replaceAllUsesWith(elements[position]);
    }
  }
  result.replaceAllUsesWith(tensor);
}

// ---- The code of a nest -----------------------------------------------------

class NestEmitter {
public:
  // Rows are computed `rows` vectors of `width` rows at a time.
  NestEmitter(OpBuilder &builder, ArrayRef<Member> members, int64_t rows,
              int64_t width)
      : builder(builder), loc(members.front().op.getLoc()), members(members),
        rows(rows), width(width) {}

  // Emits the loop and replaces the results of the members.
  void run();

private:
  // Elements that are known: of which tensor, at which indices.
  using Element = std::pair<Value, SmallVector<Value>>;

  Value constant(int64_t value);
  bool isMemberResult(Value value) const {
    Operation *op = value.getDefiningOp();
    return op &&
           llvm::any_of(members, [&](const Member &m) { return m.op == op; });
  }
  bool needsTensor(const Member &member, OpResult result) const;
  SmallVector<Value> positions(AffineMap map, ArrayRef<Value> dims);
  Value plus(Value index, int64_t offset);
  Value findElement(Value tensor, ArrayRef<Value> at);
  Value read(Value tensor, AffineMap map, ArrayRef<Value> dims);
  Value readWide(Value tensor, SmallVector<Value> at);
  Value widen(Value value);
  template <class Mapping>
  void mapArguments(GenericOp op, ArrayRef<Value> dims, ValueRange before,
                    Mapping &mapping);
  SmallVector<Value> evaluateWide(GenericOp op, ArrayRef<Value> dims,
                                  ValueRange before);
  void evaluate(GenericOp op, ArrayRef<SmallVector<Value>> points,
                MutableArrayRef<SmallVector<Value>> values);
  SmallVector<Value> readInits(GenericOp op, ArrayRef<Value> dims);
  void emitRows(Value first, int64_t count, int64_t rowsOfEach);
  void emitRest(int64_t first, int64_t end);
  void emitMember(size_t index, ArrayRef<Value> rowIndices);
  void emitPoints(size_t index, MutableArrayRef<SmallVector<Value>> points);
  void emitParallel(size_t index, ArrayRef<Value> rowIndices,
                    ArrayRef<unsigned> looped, ArrayRef<unsigned> unrolled,
                    SmallVector<Value> &dims);
  void emitReductions(GenericOp op, ArrayRef<unsigned> reductions,
                      MutableArrayRef<SmallVector<Value>> points,
                      SmallVector<SmallVector<Value>> &sums);
  void sumRows(size_t index, ArrayRef<Value> rowIndices);
  void gatherSums(const Member &member, ArrayRef<SmallVector<Value>> points);
  SmallVector<SmallVector<Value>>
  unroll(const Member &member, ArrayRef<unsigned> dims, ArrayRef<Value> base);
  void store(GenericOp op, ArrayRef<Value> dims, ValueRange values);
  SmallVector<unsigned> dimsOf(const Member &member, IteratorType type) const;

  OpBuilder &builder;
  Location loc;
  ArrayRef<Member> members;
  int64_t rows, width;

  // Of what is emitted now: the rows that one index stands for, and which
  // dimension they are.
  int64_t atOnce = 1;
  unsigned rowDim = 0;
  // Rows that are elements of vectors: the index of the vector, and which.
  DenseMap<Value, std::pair<Value, int64_t>> parts;

  // The tensors that rows are written to so far, of results that need one.
  llvm::MapVector<Value, Value> tensors;
  // Sums over rows so far: of a member, per unrolled point and result.
  llvm::MapVector<size_t, SmallVector<SmallVector<Value>>> sums;
  // Elements of these rows.
  std::vector<std::pair<Element, Value>> elements;
  DenseMap<int64_t, Value> constants;
  DenseMap<Type, Value> paddings; // of reads that need none
};

// Equal indices are equal values. All are made before the nest, so that they
// may be used anywhere in it.
Value NestEmitter::constant(int64_t value) {
  Value &known = constants[value];
  if (known)
    return known;
  OpBuilder::InsertionGuard guard(builder);
  if (Value zero = constants.lookup(0))
    builder.setInsertionPointAfterValue(zero);
  return constants[value] = arith::ConstantIndexOp::create(builder, loc, value);
}

SmallVector<unsigned> NestEmitter::dimsOf(const Member &member,
                                          IteratorType type) const {
  SmallVector<unsigned> dims;
  for (unsigned dim = 0; dim < member.extents().size(); ++dim)
    if (dim != member.row && member.iterator(dim) == type)
      dims.push_back(dim);
  return dims;
}

// Whether a result must exist in memory: for an op after the nest, or for a
// member that may not find the element in registers.
bool NestEmitter::needsTensor(const Member &member, OpResult result) const {
  if (member.sumsOverRows())
    return false;
  bool isVector = cast<RankedTensorType>(result.getType()).getRank() == 1;
  return llvm::any_of(result.getUsers(), [&](Operation *user) {
    bool isInside =
        llvm::any_of(members, [&](const Member &m) { return m.op == user; });
    return !isInside || !isVector;
  });
}

SmallVector<Value> NestEmitter::positions(AffineMap map, ArrayRef<Value> dims) {
  return llvm::map_to_vector(map.getResults(), [&](AffineExpr expr) -> Value {
    if (auto dim = dyn_cast<AffineDimExpr>(expr))
      return dims[dim.getPosition()];
    if (auto number = dyn_cast<AffineConstantExpr>(expr))
      return constant(number.getValue());
    return affine::expandAffineExpr(builder, loc, expr, dims, {});
  });
}

Value NestEmitter::plus(Value index, int64_t offset) {
  if (offset == 0)
    return index;
  if (std::optional<int64_t> known = getConstantIntValue(index))
    return constant(*known + offset);
  return arith::AddIOp::create(builder, loc, index, constant(offset));
}

// An element that a member has made of these rows, or null.
Value NestEmitter::findElement(Value tensor, ArrayRef<Value> at) {
  auto find = [&](ArrayRef<Value> indices) -> Value {
    for (auto &[element, value] : llvm::reverse(elements))
      if (element.first == tensor && indices == ArrayRef(element.second))
        return value;
    return {};
  };
  // One row, of a vector.
  if (width > 1 && atOnce == 1) {
    SmallVector<Value> ofVector(at);
    int64_t number = 0;
    for (Value &index : ofVector)
      if (auto part = parts.find(index); part != parts.end())
        std::tie(index, number) = part->second;
    Value found = find(ofVector);
    if (found && isa<VectorType>(found.getType()))
      return vector::ExtractOp::create(builder, loc, found, number);
  }
  return find(at);
}

// The elements of neighbouring rows, which the last index counts.
Value NestEmitter::readWide(Value tensor, SmallVector<Value> at) {
  if (Type element = getElementTypeOrSelf(tensor.getType());
      isAsInMemory(element)) {
    Value &padding = paddings[element];
    if (!padding) {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointAfterValue(constant(0));
      padding =
          arith::ConstantOp::create(builder, loc, builder.getZeroAttr(element));
    }
    bool inBounds = true;
    return vector::TransferReadOp::create(builder, loc,
                                          VectorType::get(atOnce, element),
                                          tensor, at, padding, inBounds);
  }
  Value first = at.back();
  SmallVector<Value> values;
  for (int64_t row = 0; row < atOnce; ++row) {
    at.back() = plus(first, row);
    values.push_back(tensor::ExtractOp::create(builder, loc, tensor, at));
  }
  auto type = VectorType::get(atOnce, values.front().getType());
  return vector::FromElementsOp::create(builder, loc, type, values);
}

Value NestEmitter::read(Value tensor, AffineMap map, ArrayRef<Value> dims) {
  if (!isa<RankedTensorType>(tensor.getType()))
    return tensor;
  SmallVector<Value> at = positions(map, dims);
  if (isMemberResult(tensor)) {
    if (Value found = findElement(tensor, at))
      return found;
    tensor = tensors.lookup(tensor);
    assert(tensor && "expected the element or its tensor");
  } else if (Value splat = splatOf(tensor)) {
    return splat;
  }
  if (atOnce > 1 && map.isFunctionOfDim(rowDim))
    return readWide(tensor, at);
  return tensor::ExtractOp::create(builder, loc, tensor, at);
}

Value NestEmitter::widen(Value value) {
  if (isa<VectorType>(value.getType()))
    return value;
  return vector::BroadcastOp::create(
      builder, loc, VectorType::get(atOnce, value.getType()), value);
}

// What the arguments of a body are at one point; `before` stands for the
// elements that the results had.
template <class Mapping>
void NestEmitter::mapArguments(GenericOp op, ArrayRef<Value> dims,
                               ValueRange before, Mapping &mapping) {
  for (OpOperand *input : op.getDpsInputOperands()) {
    BlockArgument argument = op.getMatchingBlockArgument(input);
    if (!argument.use_empty())
      mapping.map(argument,
                  read(input->get(), op.getMatchingIndexingMap(input), dims));
  }
  for (auto [argument, value] : llvm::zip(op.getRegionOutputArgs(), before))
    if (value)
      mapping.map(argument, value);
}

// The body for a vector of rows: what does not depend on the row is computed
// once.
SmallVector<Value> NestEmitter::evaluateWide(GenericOp op, ArrayRef<Value> dims,
                                             ValueRange before) {
  Batcher batcher(atOnce);
  mapArguments(op, dims, before, batcher);
  for (Operation &inner : op.getBody()->without_terminator()) {
    if (auto index = dyn_cast<linalg::IndexOp>(inner))
      batcher.map(index.getResult(), dims[index.getDim()]);
    else
      batcher.batchOp(builder, &inner);
  }
  return llvm::map_to_vector(
      op.getBody()->getTerminator()->getOperands(),
      [&](Value value) { return batcher.wide(builder, value); });
}

// The body at all points, operation by operation; `values` go in as the
// elements that the results had and come out as those that they have.
void NestEmitter::evaluate(GenericOp op, ArrayRef<SmallVector<Value>> points,
                           MutableArrayRef<SmallVector<Value>> values) {
  SmallVector<IRMapping> mappings(points.size());
  for (auto [mapping, dims, before] : llvm::zip(mappings, points, values))
    mapArguments(op, dims, before, mapping);
  for (Operation &inner : op.getBody()->without_terminator())
    for (auto [mapping, dims] : llvm::zip(mappings, points)) {
      if (auto index = dyn_cast<linalg::IndexOp>(inner))
        mapping.map(index.getResult(), dims[index.getDim()]);
      else
        builder.clone(inner, mapping);
    }
  for (auto [mapping, after] : llvm::zip(mappings, values)) {
    after.clear();
    for (Value yielded : op.getBody()->getTerminator()->getOperands())
      after.push_back(mapping.lookupOrDefault(yielded));
  }
}

// The elements that the results start with, where the body reads them.
SmallVector<Value> NestEmitter::readInits(GenericOp op, ArrayRef<Value> dims) {
  SmallVector<Value> values;
  for (OpOperand &init : op.getDpsInitsMutable())
    values.push_back(
        op.getMatchingBlockArgument(&init).use_empty()
            ? Value()
            : read(init.get(), op.getMatchingIndexingMap(&init), dims));
  return values;
}

// All combinations of the dimensions `dims`, the last one fastest.
SmallVector<SmallVector<Value>> NestEmitter::unroll(const Member &member,
                                                    ArrayRef<unsigned> dims,
                                                    ArrayRef<Value> base) {
  SmallVector<SmallVector<Value>> points = {SmallVector<Value>(base)};
  for (unsigned dim : dims) {
    SmallVector<SmallVector<Value>> more;
    for (SmallVector<Value> &point : points)
      for (int64_t i = 0; i < member.extents()[dim]; ++i) {
        more.push_back(point);
        more.back()[dim] = constant(i);
      }
    points = std::move(more);
  }
  return points;
}

void NestEmitter::store(GenericOp op, ArrayRef<Value> dims, ValueRange values) {
  for (auto [i, value] : llvm::enumerate(values)) {
    Value result = op.getResult(i);
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(i));
    SmallVector<Value> at = positions(map, dims);
    elements.push_back({{result, at}, value});
    auto tensor = tensors.find(result);
    if (tensor == tensors.end())
      continue;
    if (atOnce == 1) {
      tensor->second =
          tensor::InsertOp::create(builder, loc, value, tensor->second, at);
      continue;
    }
    unsigned position =
        *map.getResultPosition(getAffineDimExpr(rowDim, op.getContext()));
    if (position + 1 == at.size() &&
        isAsInMemory(getElementTypeOrSelf(value.getType()))) {
      bool inBounds = true;
      tensor->second = vector::TransferWriteOp::create(
                           builder, loc, value, tensor->second, at, inBounds)
                           .getResult();
      continue;
    }
    Value first = at[position];
    for (int64_t row = 0; row < atOnce; ++row) {
      at[position] = plus(first, row);
      Value element = vector::ExtractOp::create(builder, loc, value, row);
      tensor->second =
          tensor::InsertOp::create(builder, loc, element, tensor->second, at);
    }
  }
}

// Loops over the remaining sums of all points at once.
void NestEmitter::emitReductions(
    GenericOp op, ArrayRef<unsigned> reductions,
    MutableArrayRef<SmallVector<Value>> points,
    SmallVector<SmallVector<Value>> &accumulators) {
  if (reductions.empty()) {
    if (atOnce > 1) {
      for (auto [point, values] : llvm::zip(points, accumulators))
        values = evaluateWide(op, point, values);
      return;
    }
    // Long bodies go side by side, short ones keep few values at a time.
    size_t together = isLong(op) ? points.size() : 1;
    for (size_t i = 0; i < points.size(); i += together)
      evaluate(op, points.slice(i, together),
               MutableArrayRef(accumulators).slice(i, together));
    return;
  }
  SmallVector<Value> carried;
  for (ArrayRef<Value> values : accumulators)
    llvm::append_range(carried, values);
  auto split = [&](ValueRange values) {
    for (SmallVector<Value> &of : accumulators) {
      of.assign(values.begin(), values.begin() + of.size());
      values = values.drop_front(of.size());
    }
  };
  int64_t extent = op.getStaticLoopRanges()[reductions.front()];
  auto loop = scf::ForOp::create(builder, loc, constant(0), constant(extent),
                                 constant(1), carried);
  {
    OpBuilder::InsertionGuard guard(builder);
    builder.setInsertionPointToStart(loop.getBody());
    for (SmallVector<Value> &point : points)
      point[reductions.front()] = loop.getInductionVar();
    split(loop.getRegionIterArgs());
    emitReductions(op, reductions.drop_front(), points, accumulators);
    SmallVector<Value> yields;
    for (ArrayRef<Value> values : accumulators)
      llvm::append_range(yields, values);
    scf::YieldOp::create(builder, loc, yields);
  }
  split(loop.getResults());
}

// Rows and unrolled dimensions together: independent sums side by side.
void NestEmitter::emitPoints(size_t index,
                             MutableArrayRef<SmallVector<Value>> points) {
  const Member &member = members[index];
  GenericOp op = member.op;
  SmallVector<unsigned> reductions = dimsOf(member, IteratorType::reduction);
  SmallVector<SmallVector<Value>> values;
  for (SmallVector<Value> &point : points) {
    values.push_back(readInits(op, point));
    // Without a start, a sum starts with what the init holds.
    if (!reductions.empty())
      for (auto [i, value] : llvm::enumerate(values.back()))
        if (!value)
          value =
              read(op.getDpsInitOperand(i)->get(),
                   op.getMatchingIndexingMap(op.getDpsInitOperand(i)), point);
    if (atOnce > 1)
      for (Value &value : values.back())
        value = value ? widen(value) : value;
  }
  emitReductions(op, reductions, points, values);
  for (auto [point, results] : llvm::zip(points, values))
    store(op, point, results);
}

void NestEmitter::emitParallel(size_t index, ArrayRef<Value> rowIndices,
                               ArrayRef<unsigned> looped,
                               ArrayRef<unsigned> unrolled,
                               SmallVector<Value> &dims) {
  const Member &member = members[index];
  if (looped.empty()) {
    SmallVector<SmallVector<Value>> points;
    for (Value row : rowIndices) {
      dims[member.row] = row;
      llvm::append_range(points, unroll(member, unrolled, dims));
    }
    emitPoints(index, points);
    return;
  }
  GenericOp op = member.op;
  SmallVector<Value> carried;
  for (Value result : op.getResults())
    carried.push_back(tensors.lookup(result));
  auto loop = scf::ForOp::create(builder, loc, constant(0),
                                 constant(member.extents()[looped.front()]),
                                 constant(1), carried);
  OpBuilder::InsertionGuard guard(builder);
  builder.setInsertionPointToStart(loop.getBody());
  size_t known = elements.size();
  for (auto [result, inside] :
       llvm::zip(op.getResults(), loop.getRegionIterArgs()))
    tensors[result] = inside;
  dims[looped.front()] = loop.getInductionVar();
  emitParallel(index, rowIndices, looped.drop_front(), unrolled, dims);
  SmallVector<Value> yields;
  for (Value result : op.getResults())
    yields.push_back(tensors.lookup(result));
  scf::YieldOp::create(builder, loc, yields);
  elements.resize(known); // they are known inside of the loop only
  for (auto [result, outside] : llvm::zip(op.getResults(), loop.getResults()))
    tensors[result] = outside;
}

// One row after another, on the same accumulators.
void NestEmitter::sumRows(size_t index, ArrayRef<Value> rowIndices) {
  const Member &member = members[index];
  GenericOp op = member.op;
  SmallVector<unsigned> reductions = dimsOf(member, IteratorType::reduction);
  SmallVector<SmallVector<Value>> &accumulators = sums[index];
  for (Value row : rowIndices) {
    SmallVector<Value> dims(op.getNumLoops());
    dims[member.row] = row;
    SmallVector<SmallVector<Value>> points =
        unroll(member, dimsOf(member, IteratorType::parallel), dims);
    emitReductions(op, reductions, points, accumulators);
  }
}

void NestEmitter::emitMember(size_t index, ArrayRef<Value> rowIndices) {
  const Member &member = members[index];
  rowDim = member.row;
  if (member.sumsOverRows()) {
    // In their order, also those of a vector.
    llvm::SaveAndRestore one(atOnce, int64_t(1));
    SmallVector<Value> singles;
    for (Value first : rowIndices)
      for (int64_t row = 0; row < one.get(); ++row) {
        singles.push_back(plus(first, row));
        if (one.get() > 1)
          parts[singles.back()] = {first, row};
      }
    return sumRows(index, singles);
  }
  SmallVector<unsigned> looped, unrolled;
  bool isSmall = parallelExtent(member.op, member.row) <= unrollLimit;
  (isSmall ? unrolled : looped) = dimsOf(member, IteratorType::parallel);
  SmallVector<Value> dims(member.op.getNumLoops());
  emitParallel(index, rowIndices, looped, unrolled, dims);
}

void NestEmitter::emitRows(Value first, int64_t count, int64_t rowsOfEach) {
  elements.clear();
  parts.clear();
  atOnce = rowsOfEach;
  SmallVector<Value> rowIndices;
  for (int64_t i = 0; i < count; ++i)
    rowIndices.push_back(plus(first, i * rowsOfEach));
  // What a member computes has its place, the rows that of the first.
  for (size_t index = 0; index < members.size(); ++index) {
    loc = members[index].op.getLoc();
    emitMember(index, rowIndices);
  }
  loc = members.front().op.getLoc();
}

// Fewer rows than a tile has: as many vectors as they fill, and the others.
void NestEmitter::emitRest(int64_t first, int64_t end) {
  int64_t vectors = (end - first) / width;
  if (vectors > 0)
    emitRows(constant(first), vectors, width);
  first += vectors * width;
  if (first < end)
    emitRows(constant(first), end - first, 1);
}

// Tensors of the sums, which so far are values: one per point, the points in
// the order of the op's dimensions.
void NestEmitter::gatherSums(const Member &member,
                             ArrayRef<SmallVector<Value>> points) {
  GenericOp op = member.op;
  SmallVector<Value> dims(op.getNumLoops());
  SmallVector<SmallVector<Value>> places =
      unroll(member, dimsOf(member, IteratorType::parallel), dims);
  for (auto [i, result] : llvm::enumerate(op->getResults())) {
    auto type = cast<RankedTensorType>(result.getType());
    AffineMap map = op.getMatchingIndexingMap(op.getDpsInitOperand(i));
    SmallVector<Value> ordered(points.size());
    for (auto [place, values] : llvm::zip(places, points)) {
      int64_t position = 0;
      for (auto [size, index] :
           llvm::zip(type.getShape(), positions(map, place)))
        position = position * size + *getConstantIntValue(index);
      ordered[position] = values[i];
    }
    replaceByElements(builder, loc, result, ordered);
  }
}

void NestEmitter::run() {
  int64_t extent = members.front().extents()[members.front().row];
  int64_t tile = rows * width;
  int64_t whole = extent / tile * tile;
  constant(0);
  for (auto [index, member] : llvm::enumerate(members)) {
    GenericOp op = member.op;
    if (member.sumsOverRows()) {
      SmallVector<Value> dims(op.getNumLoops());
      for (ArrayRef<Value> point :
           unroll(member, dimsOf(member, IteratorType::parallel), dims)) {
        SmallVector<Value> starts;
        for (OpOperand &init : op.getDpsInitsMutable())
          starts.push_back(
              read(init.get(), op.getMatchingIndexingMap(&init), point));
        sums[index].push_back(starts);
      }
      continue;
    }
    bool isLooped = parallelExtent(op, member.row) > unrollLimit;
    for (OpResult result : op->getResults())
      if (isLooped || needsTensor(member, result)) {
        auto type = cast<RankedTensorType>(result.getType());
        tensors[result] = tensor::EmptyOp::create(builder, loc, type.getShape(),
                                                  type.getElementType());
      }
  }

  if (extent <= tile) {
    emitRest(0, extent);
  } else {
    SmallVector<Value> carried;
    for (auto &[result, tensor] : tensors)
      carried.push_back(tensor);
    for (auto &[index, points] : sums)
      for (ArrayRef<Value> values : points)
        llvm::append_range(carried, values);
    auto take = [&](ValueRange values) {
      for (auto &[result, tensor] : tensors) {
        tensor = values.front();
        values = values.drop_front();
      }
      for (auto &[index, points] : sums)
        for (SmallVector<Value> &of : points) {
          of.assign(values.begin(), values.begin() + of.size());
          values = values.drop_front(of.size());
        }
    };
    auto loop = scf::ForOp::create(builder, loc, constant(0), constant(whole),
                                   constant(tile), carried);
    {
      OpBuilder::InsertionGuard guard(builder);
      builder.setInsertionPointToStart(loop.getBody());
      take(loop.getRegionIterArgs());
      emitRows(loop.getInductionVar(), rows, width);
      SmallVector<Value> yields;
      for (auto &[result, tensor] : tensors)
        yields.push_back(tensor);
      for (auto &[index, points] : sums)
        for (ArrayRef<Value> values : points)
          llvm::append_range(yields, values);
      scf::YieldOp::create(builder, loc, yields);
    }
    take(loop.getResults());
    emitRest(whole, extent);
  }

  for (auto &[result, tensor] : tensors)
    result.replaceAllUsesWith(tensor);
  for (auto &[index, points] : sums)
    gatherSums(members[index], points);
  for (const Member &member : llvm::reverse(members))
    member.op.erase();
}

// ---- Which ops share a nest -------------------------------------------------

// One stretch of a block without memory effects. Its ops move before `end`,
// group by group.
class NestFormer {
public:
  NestFormer(ArrayRef<Operation *> ops, Operation *end, TileRows rows)
      : waiting(ops.begin(), ops.end()), builder(end), end(end), rows(rows) {}

  void run();

private:
  bool isReady(Operation *op) const;
  bool moveReady(bool late);
  bool isCompatible(ArrayRef<Member> nest, GenericOp op) const;
  std::optional<unsigned> joiningRow(ArrayRef<Member> nest, GenericOp op) const;
  static int64_t widthOf(ArrayRef<Member> nest);
  void inlinePoint(GenericOp op);
  void formNest(GenericOp opener);

  llvm::SetVector<Operation *> waiting;
  OpBuilder builder;
  Operation *end;
  TileRows rows;
};

// Whether all that `op` reads exists. A nest looks through a splat.
bool NestFormer::isReady(Operation *op) const {
  bool ready = true;
  op->walk([&](Operation *inner) {
    for (Value operand : inner->getOperands()) {
      Operation *maker = operand.getDefiningOp();
      if (!maker || !waiting.contains(maker))
        continue;
      ready &= inner == op && hasRows(op) && splatOf(operand) && isReady(maker);
    }
  });
  return ready;
}

// An op of no dimension is its body.
void NestFormer::inlinePoint(GenericOp op) {
  Location loc = op.getLoc();
  IRMapping mapping;
  for (OpOperand &operand : op->getOpOperands()) {
    Value value = operand.get();
    if (isa<RankedTensorType>(value.getType()))
      value = tensor::ExtractOp::create(builder, loc, value, ValueRange());
    mapping.map(op.getMatchingBlockArgument(&operand), value);
  }
  for (Operation &inner : op.getBody()->without_terminator())
    builder.clone(inner, mapping);
  for (auto [result, value] : llvm::zip(
           op->getResults(), op.getBody()->getTerminator()->getOperands()))
    replaceByElements(builder, loc, result, mapping.lookupOrDefault(value));
  op.erase();
}

// Ops that are no members go as early as they can; `late`: writers into
// existing tensors and splats, which wait until nothing else can go.
bool NestFormer::moveReady(bool late) {
  bool moved = false;
  for (Operation *op : waiting.getArrayRef().vec()) {
    bool isLate = isa<tensor::InsertSliceOp>(op) || isSplat(op);
    if ((hasRows(op) && !isSplat(op)) || isLate != late || !isReady(op))
      continue;
    waiting.remove(op);
    moved = true;
    if (isSplat(op) && op->use_empty()) {
      op->erase();
      continue;
    }
    auto point = dyn_cast<GenericOp>(op);
    if (point && point.hasPureTensorSemantics() && point.getNumLoops() == 0 &&
        llvm::all_of(point->getOperandTypes(), [](Type type) {
          auto tensor = dyn_cast<RankedTensorType>(type);
          return !tensor || tensor.getRank() == 0;
        }))
      inlinePoint(point);
    else
      op->moveBefore(end);
    if (late)
      return true;
  }
  return moved;
}

// Long bodies and sums in registers do not go together where there are many
// rows: both would be spilled. The samples' sums over rows may, of which there
// are few; with scalars, LLVM makes vectors of rows without sums.
bool NestFormer::isCompatible(ArrayRef<Member> nest, GenericOp op) const {
  Member opener = nest.front();
  if (opener.extents()[opener.row] <= unrollLimit)
    return true;
  auto sums = [](GenericOp member) {
    return member.getNumReductionLoops() >
           (hasVectors(member) && member.getNumLoops() == 1 ? 1 : 0);
  };
  auto isLongMember = [](const Member &member) { return isLong(member.op); };
  if (isLong(op))
    return llvm::none_of(nest, [&](Member member) { return sums(member.op); });
  return !sums(op) || llvm::none_of(nest, isLongMember);
}

// The dimension that is the rows of `op` in this nest, or nothing.
std::optional<unsigned> NestFormer::joiningRow(ArrayRef<Member> nest,
                                               GenericOp op) const {
  int64_t extent = nest.front().extents()[nest.front().row];
  std::optional<unsigned> row;
  bool fits = true;
  auto memberOf = [&](Value value) -> const Member * {
    for (const Member &member : nest)
      if (value.getDefiningOp() == member.op)
        return &member;
    return nullptr;
  };
  for (OpOperand &operand : op->getOpOperands()) {
    const Member *maker = memberOf(operand.get());
    if (!maker) {
      Operation *outside = operand.get().getDefiningOp();
      fits &= !outside || !waiting.contains(outside) ||
              (splatOf(operand.get()) && isReady(outside));
      continue;
    }
    if (maker->sumsOverRows())
      return std::nullopt;
    GenericOp made = maker->op;
    unsigned number = cast<OpResult>(operand.get()).getResultNumber();
    AffineMap from =
        made.getMatchingIndexingMap(made.getDpsInitOperand(number));
    AffineMap to = op.getMatchingIndexingMap(&operand);
    std::optional<unsigned> position =
        from.getResultPosition(getAffineDimExpr(maker->row, op.getContext()));
    auto dim = position ? dyn_cast<AffineDimExpr>(to.getResult(*position))
                        : AffineDimExpr(nullptr);
    if (!dim || (row && *row != dim.getPosition()))
      return std::nullopt;
    row = dim.getPosition();
  }
  // What bodies read from outside must be there.
  op->walk([&](Operation *inner) {
    if (inner == op)
      return;
    for (Value operand : inner->getOperands()) {
      Operation *maker = operand.getDefiningOp();
      fits &= !memberOf(operand) && !(maker && waiting.contains(maker));
    }
  });
  if (!fits)
    return std::nullopt;
  if (!row)
    row = rowOf(op);
  if (!isCompatible(nest, op))
    return std::nullopt;
  if (op.getStaticLoopRanges()[*row] != extent)
    return std::nullopt;
  if (op.getIteratorTypesArray()[*row] == IteratorType::reduction &&
      !canSumOverRows(op, *row))
    return std::nullopt;
  return row;
}

void NestFormer::formNest(GenericOp opener) {
  SmallVector<Member> nest = {{opener, rowOf(opener)}};
  waiting.remove(opener);
  for (bool grown = true; grown;) {
    grown = false;
    for (Operation *op : waiting.getArrayRef()) {
      if (!hasRows(op) || isSplat(op))
        continue;
      auto generic = cast<GenericOp>(op);
      if (std::optional<unsigned> row = joiningRow(nest, generic)) {
        nest.push_back({generic, *row});
        waiting.remove(op);
        grown = true;
        break;
      }
    }
  }
  auto any = [&](bool (*has)(GenericOp)) {
    return llvm::any_of(nest, [&](const Member &m) { return has(m.op); });
  };
  int64_t count = any(hasVectors) ? rows.ofVectors : rows.ofScalars;
  bool isWhole = opener.getStaticLoopRanges()[nest.front().row] <= unrollLimit;
  int64_t width = widthOf(nest);
  if (any(isLong) && !isWhole && width == 1)
    count = any(hasVectors) ? std::min(count, longRows) : 1;
  std::string atOnce =
      std::to_string(count) +
      (width > 1 ? " vectors of " + std::to_string(width) : "");
  remark::passed(opener.getLoc(),
                 remark::RemarkOpts::name("nest").category("eq-codegen"))
      << std::to_string(nest.size()) +
             (nest.size() == 1 ? " operation in" : " operations share") +
             " a loop over rows, " + atOnce + " at a time";
  NestEmitter(builder, nest, count, width).run();
}

// The rows that are one vector: several where there are sums side by side, and
// all elements of such rows are neighbours.
int64_t NestFormer::widthOf(ArrayRef<Member> nest) {
  bool hasSums = false;
  int64_t bytes = 1;
  for (const Member &member : nest) {
    if (hasVectors(member.op))
      return 1;
    bytes = std::max(bytes, elementBytesOf(member.op));
    if (member.sumsOverRows())
      continue;
    hasSums |= member.op.getNumReductionLoops() > 0;
    bool isWide =
        hasWideBody(member.op, member.row) &&
        llvm::all_of(member.op.getIndexingMapsArray(), [&](AffineMap map) {
          return hasContiguousRows(map, member.row);
        });
    if (!isWide)
      return 1;
  }
  int64_t extent = nest.front().extents()[nest.front().row];
  return hasSums ? rowsOfVector(extent, bytes) : 1;
}

void NestFormer::run() {
  while (true) {
    while (moveReady(/*late=*/false)) {
    }
    if (waiting.empty())
      return;
    Operation *opener = nullptr;
    for (Operation *op : waiting.getArrayRef())
      if (hasRows(op) && !isSplat(op) && isReady(op)) {
        opener = op;
        break;
      }
    if (opener)
      formNest(cast<GenericOp>(opener));
    else if (!moveReady(/*late=*/true))
      llvm_unreachable("ops of a block depend on each other in a circle");
  }
}

} // namespace

void transposeForRows(
    Operation *root,
    function_ref<Value(Value tensor, ArrayRef<int64_t> permutation)>
        transpose) {
  root->walk([&](GenericOp op) {
    if (!hasRows(op))
      return;
    unsigned row = rowOf(op);
    if (op.getNumReductionLoops() == 0 || !canBeWide(op, row))
      return;
    SmallVector<AffineMap> maps = op.getIndexingMapsArray();
    for (OpOperand *input : op.getDpsInputOperands()) {
      AffineMap &map = maps[input->getOperandNumber()];
      std::optional<unsigned> position =
          map.getResultPosition(getAffineDimExpr(row, op.getContext()));
      if (hasContiguousRows(map, row) || !map.isProjectedPermutation() ||
          !position)
        continue;
      auto permutation =
          llvm::to_vector(llvm::seq<int64_t>(0, map.getNumResults()));
      std::swap(permutation[*position], permutation.back());
      Value other = transpose(input->get(), permutation);
      if (!other)
        continue;
      input->set(other);
      SmallVector<AffineExpr> results(map.getResults());
      std::swap(results[*position], results.back());
      map = AffineMap::get(map.getNumDims(), 0, results, op.getContext());
    }
    op.setIndexingMapsAttr(Builder(op).getAffineMapArrayAttr(maps));
  });
}

void formNests(Block &block, TileRows rows) {
  for (Operation &op : llvm::make_early_inc_range(llvm::reverse(block)))
    if (isOpTriviallyDead(&op))
      op.erase();
  SmallVector<SmallVector<Operation *>> stretches(1);
  SmallVector<Operation *> ends;
  for (Operation &op : block) {
    if (!isa<linalg::LinalgOp>(op))
      for (Region &region : op.getRegions())
        for (Block &inner : region)
          formNests(inner, rows);
    if (op.hasTrait<OpTrait::IsTerminator>() || !isMemoryEffectFree(&op)) {
      ends.push_back(&op);
      stretches.emplace_back();
    } else {
      stretches.back().push_back(&op);
    }
  }
  for (auto [ops, end] : llvm::zip(stretches, ends))
    if (llvm::any_of(ops, hasRows))
      NestFormer(ops, end, rows).run();
}

} // namespace mlir::eq
