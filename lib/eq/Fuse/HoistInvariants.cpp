// Computes what does not change from step to step once, before the loop.
//
//   eq.loop ins(%x) shared(%u, %w)     %ux = eq.loop ins(%x) shared(%u) step {
//   step {                                     U x, and no further step }
//     %ux = U x                   ->   eq.loop ins(%ux) shared(%w)
//     %a = W z + %ux                   step {
//   }                                    %a = W z + %ux }
//
// What only `shared` inputs decide is the same for all samples: plain ops
// before the loop. So is everything where the loop has no batch.

#include "LoopInputs.h"
#include "eq/Fuse/Passes.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Arith/IR/Arith.h"
#include "mlir/Dialect/Linalg/IR/Linalg.h"
#include "mlir/Dialect/Math/IR/Math.h"
#include "mlir/Dialect/SCF/IR/SCF.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/IRMapping.h"
#include "mlir/IR/Remarks.h"
#include "mlir/Interfaces/SideEffectInterfaces.h"
#include "llvm/ADT/SetVector.h"

namespace mlir::eq {

#define GEN_PASS_DEF_HOISTINVARIANTSPASS
#include "eq/Fuse/Passes.h.inc"

namespace {

//===----------------------------------------------------------------------===//
// What an op costs
//===----------------------------------------------------------------------===//

// A loop of its own pays where it saves this much per step: a transcendental
// function does, a handful of additions does not.
constexpr double leastWorkOfPrologue = 16;

double elementsOf(Type type) {
  auto tensor = dyn_cast<RankedTensorType>(type);
  return tensor && tensor.hasStaticShape() ? tensor.getNumElements() : 1;
}

double bytesOf(Type type) {
  Type element = elementTypeOf(type);
  double bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
  return elementsOf(type) * std::max(bits / 8, 1.0);
}

double workOf(Operation *op);

double workOf(Region &region) {
  double work = 0;
  for (Block &block : region)
    for (Operation &op : block.without_terminator())
      work += workOf(&op);
  return work;
}

// Arithmetic operations on one element.
double workOfElement(Operation *op) {
  if (isa<math::FmaOp>(op))
    return 2;
  if (isa<math::SqrtOp, arith::DivFOp, arith::RemFOp, arith::DivSIOp,
          arith::DivUIOp, arith::RemSIOp, arith::RemUIOp>(op))
    return 4;
  if (isa<math::AbsFOp, math::AbsIOp, math::CopySignOp>(op))
    return 1;
  if (isa<math::MathDialect>(op->getDialect()))
    return 20;
  bool isArithmetic = isa<arith::ArithDialect>(op->getDialect());
  return isArithmetic && !op->hasTrait<OpTrait::ConstantLike>();
}

// Iterations times the arithmetic of one; a copy in another order counts one
// for each element, a broadcast nothing.
double workOf(linalg::GenericOp op) {
  double iterations = 1;
  for (int64_t range : op.getStaticLoopRanges())
    iterations *= ShapedType::isDynamic(range) ? 1 : range;
  bool moves = llvm::any_of(op.getDpsInputOperands(), [&](OpOperand *input) {
    return !op.getMatchingIndexingMap(input).isIdentity() &&
           elementsOf(input->get().getType()) >= iterations && iterations > 1;
  });
  return iterations *
         std::max<double>(workOf(op.getRegion()), static_cast<double>(moves));
}

double workOf(Operation *op) {
  if (auto generic = dyn_cast<linalg::GenericOp>(op))
    return workOf(generic);
  if (auto loop = dyn_cast<scf::ForOp>(op)) {
    std::optional<APInt> turns = loop.getStaticTripCount();
    return workOf(loop.getRegion()) *
           (turns ? static_cast<double>(turns->getZExtValue()) : 8.0);
  }
  if (auto loop = dyn_cast<LoopOp>(op))
    return 100 + workOf(loop.getStart()) + 16 * workOf(loop.getStep()) +
           workOf(loop.getFinish());
  double work = 0;
  for (Region &region : op->getRegions())
    work += workOf(region);
  double elements = 1;
  for (Type type : op->getResultTypes())
    elements = std::max(elements, elementsOf(type));
  return work + elements * workOfElement(op);
}

//===----------------------------------------------------------------------===//
// What is invariant, and what of it is worth keeping
//===----------------------------------------------------------------------===//

// Calls `visit` with every value from outside of `op` that it reads.
void forEachInput(Operation *op, function_ref<void(Value)> visit) {
  op->walk([&](Operation *inner) {
    for (Value value : inner->getOperands())
      if (!op->isAncestor(value.getParentRegion()->getParentOp()))
        visit(value);
  });
}

// Can go through an operand of a loop. Lanes have no tensors of booleans.
bool canCross(Type type) {
  return !whySampleTypeUnsupported(type) &&
         !(isa<RankedTensorType>(type) && elementTypeOf(type).isInteger(1));
}

// The ops of a step that depend on nothing but `leaves` and constants, and
// those among them whose results are worth an input of their own.
class Invariants {
public:
  // `isUniform`: the same for all samples, so that memory is no concern.
  Invariants(Block &step, ValueRange leaves, bool isUniform)
      : step(step), isUniform(isUniform) {
    DenseSet<Value> known(leaves.begin(), leaves.end());
    for (Operation &op : step.without_terminator()) {
      bool depends = !isMemoryEffectFree(&op);
      forEachInput(&op,
                   [&](Value value) { depends |= !known.contains(value); });
      if (depends)
        continue;
      ops.insert(&op);
      known.insert(op.result_begin(), op.result_end());
    }
    choose();
  }

  // Results that the rest of the step reads.
  ArrayRef<Value> results() const { return crossing.getArrayRef(); }
  // The ops that compute these, in order.
  SmallVector<Operation *> slice() const;
  // What a step no longer computes.
  double savedWork() const;
  double bytes() const {
    double sum = 0;
    for (Value value : crossing)
      sum += bytesOf(value.getType());
    return sum;
  }
  // Erases what nobody reads after the results were replaced.
  void eraseDead() {
    for (Operation *op : llvm::reverse(ops))
      if (op->use_empty())
        op->erase();
  }

private:
  // The ops that are hoisted for the sake of one op, and the work that is left
  // between them and its result.
  struct Cut {
    llvm::SmallSetVector<Operation *, 4> ops;
    double work = 0;
  };

  void choose();
  const Cut &cutOf(Operation *op);
  bool isWorth(Operation *op, double work) const;
  bool absorbs(Operation *op, const Cut &below) const;
  Operation *invariantOf(Value value) const {
    Operation *op = value.getDefiningOp();
    return op && ops.contains(op) ? op : nullptr;
  }

  Block &step;
  bool isUniform;
  llvm::SetVector<Operation *> ops;
  DenseMap<Operation *, Cut> cuts;
  llvm::SetVector<Value> crossing;
  DenseSet<Operation *> remaining; // invariant, but left in the step
};

// More operations than bytes to keep. A tensor that is the same for all
// samples: an operation for each of its elements.
bool Invariants::isWorth(Operation *op, double work) const {
  double bytes = 0, elements = 0;
  for (Type type : op->getResultTypes()) {
    bytes += bytesOf(type);
    elements += elementsOf(type);
  }
  if (isUniform && elements > op->getNumResults())
    return work >= elements;
  return work > bytes;
}

// What is read only here, and takes as many bytes: then one op more is free.
bool Invariants::absorbs(Operation *op, const Cut &below) const {
  double here = 0, there = 0;
  for (Type type : op->getResultTypes())
    here += bytesOf(type);
  for (Operation *hoisted : below.ops) {
    if (!hoisted->hasOneUse())
      return false;
    for (Type type : hoisted->getResultTypes())
      there += bytesOf(type);
  }
  return here <= there;
}

const Invariants::Cut &Invariants::cutOf(Operation *op) {
  if (auto it = cuts.find(op); it != cuts.end())
    return it->second;
  Cut cut;
  cut.work = workOf(op);
  llvm::SmallSetVector<Operation *, 4> inputs;
  forEachInput(op, [&](Value value) {
    if (Operation *input = invariantOf(value))
      inputs.insert(input);
  });
  for (Operation *input : inputs) {
    const Cut &below = cutOf(input);
    cut.ops.insert(below.ops.begin(), below.ops.end());
    cut.work += below.work;
  }
  if (llvm::all_of(op->getResultTypes(), canCross) &&
      (isWorth(op, cut.work) || absorbs(op, cut))) {
    cut.ops.clear();
    cut.ops.insert(op);
    cut.work = 0;
  }
  return cuts[op] = std::move(cut);
}

void Invariants::choose() {
  SmallVector<Value> read;
  for (Operation &op : step)
    if (!ops.contains(&op))
      forEachInput(&op, [&](Value value) { read.push_back(value); });
  DenseSet<Operation *> hoisted;
  for (Value value : read)
    if (Operation *op = invariantOf(value)) {
      const Cut &cut = cutOf(op);
      hoisted.insert(cut.ops.begin(), cut.ops.end());
    }
  // From the rest of the step back to what is hoisted.
  DenseSet<Value> crosses;
  while (!read.empty()) {
    Value value = read.pop_back_val();
    Operation *op = invariantOf(value);
    if (!op)
      continue;
    if (hoisted.contains(op))
      crosses.insert(value);
    else if (remaining.insert(op).second)
      forEachInput(op, [&](Value input) { read.push_back(input); });
  }
  for (Operation *op : ops)
    for (Value result : op->getResults())
      if (crosses.contains(result))
        crossing.insert(result);
}

SmallVector<Operation *> Invariants::slice() const {
  DenseSet<Operation *> needed;
  SmallVector<Value> read = llvm::to_vector(crossing);
  while (!read.empty())
    if (Operation *op = invariantOf(read.pop_back_val()))
      if (needed.insert(op).second)
        forEachInput(op, [&](Value input) { read.push_back(input); });
  return llvm::to_vector(llvm::make_filter_range(
      ops, [&](Operation *op) { return needed.contains(op); }));
}

double Invariants::savedWork() const {
  double work = 0;
  for (Operation *op : slice())
    if (!remaining.contains(op))
      work += workOf(op);
  return work;
}

//===----------------------------------------------------------------------===//
// Hoisting
//===----------------------------------------------------------------------===//

void report(LoopOp loop, const Invariants &invariants, StringRef where,
            bool isPerSample) {
  std::string text;
  llvm::raw_string_ostream os(text);
  for (Value value : invariants.results())
    os << value.getDefiningOp()->getName() << " giving " << value.getType()
       << ", ";
  os << "computed " << where << ": "
     << static_cast<int64_t>(invariants.savedWork())
     << " operations per step less, "
     << static_cast<int64_t>(invariants.bytes()) << " bytes"
     << (isPerSample ? " per sample" : "");
  remark::passed(loop.getLoc(),
                 remark::RemarkOpts::name("hoist").category("eq-fuse"))
      << text;
}

// Plain ops before the loop; `groups` are the inputs that they may read.
void hoistBefore(LoopOp loop, ArrayRef<InputGroup> groups, StringRef where) {
  SmallVector<Value> leaves;
  IRMapping mapping;
  for (InputGroup group : groups) {
    ValueRange operands =
        group == InputGroup::ins ? loop.getIns() : loop.getShared();
    for (auto [i, operand] : llvm::enumerate(operands)) {
      leaves.push_back(inputArguments(loop, group, i).step);
      mapping.map(leaves.back(), operand);
    }
  }
  Invariants invariants(loop.getStep().front(), leaves, /*isUniform=*/true);
  if (invariants.results().empty())
    return;
  report(loop, invariants, where, /*isPerSample=*/false);
  OpBuilder builder(loop);
  for (Operation *op : invariants.slice())
    builder.clone(*op, mapping);
  for (Value value : invariants.results()) {
    InputArguments argument = addInput(loop, InputGroup::shared,
                                       mapping.lookup(value), value.getType());
    value.replaceAllUsesWith(argument.step);
  }
  invariants.eraseDead();
}

// A loop of one step before, for each sample. Its states start with nothing
// that is ever read.
void hoistIntoPrologue(LoopOp loop) {
  size_t numIns = loop.getIns().size(), numShared = loop.getShared().size();
  SmallVector<Value> leaves;
  for (size_t i = 0; i < numIns; ++i)
    leaves.push_back(inputArguments(loop, InputGroup::ins, i).step);
  for (size_t i = 0; i < numShared; ++i)
    leaves.push_back(inputArguments(loop, InputGroup::shared, i).step);
  Invariants invariants(loop.getStep().front(), leaves, /*isUniform=*/false);
  if (invariants.results().empty() ||
      invariants.savedWork() < leastWorkOfPrologue)
    return;
  report(loop, invariants, "once per sample, in a loop before",
         /*isPerSample=*/true);

  OpBuilder builder(loop);
  Location loc = loop.getLoc();
  SmallVector<Operation *> slice = invariants.slice();
  llvm::SmallSetVector<Value, 4> inputs;
  for (Operation *op : slice)
    forEachInput(op, [&](Value value) { inputs.insert(value); });
  SmallVector<Value> ins, shared, arguments;
  for (auto [i, leaf] : llvm::enumerate(leaves))
    if (inputs.contains(leaf)) {
      if (i < numIns)
        ins.push_back(loop.getIns()[i]);
      else
        shared.push_back(loop.getShared()[i - numIns]);
      arguments.push_back(leaf);
    }
  SmallVector<Type> inputTypes = llvm::map_to_vector(
      arguments, [](Value value) { return value.getType(); });
  SmallVector<Type> states = llvm::map_to_vector(
      invariants.results(), [](Value value) { return value.getType(); });
  SmallVector<int64_t> batch = loop.getBatchDims();
  SmallVector<Type> types = llvm::map_to_vector(
      states, [&](Type type) { return batchedType(batch, type); });
  types.push_back(batchedType(batch, builder.getI32Type()));

  Value once =
      arith::ConstantIntOp::create(builder, loc, builder.getI32Type(), 1);
  auto prologue = LoopOp::create(builder, loc, types, loop.getInit().front(),
                                 ins, shared, ValueRange(), ValueRange(), once);
  prologue.setScheduleAttr(loop.getScheduleAttr());

  OpBuilder::InsertionGuard guard(builder);
  auto open = [&](Region &region, TypeRange leading) {
    SmallVector<Type> all(leading);
    llvm::append_range(all, inputTypes);
    builder.createBlock(&region, region.end(), all,
                        SmallVector<Location>(all.size(), loc));
  };
  Region &first = loop.getStart().empty() ? loop.getStep() : loop.getStart();
  open(prologue.getStart(),
       first.getArgument(loop.getStart().empty() ? 1 : 0).getType());
  SmallVector<Value> nothing = llvm::map_to_vector(states, [&](Type type) {
    if (auto tensor = dyn_cast<RankedTensorType>(type))
      return Value(tensor::EmptyOp::create(builder, loc, tensor.getShape(),
                                           tensor.getElementType()));
    return Value(
        arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type)));
  });
  Value yes =
      arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 1);
  NextOp::create(builder, loc, yes, nothing, ValueRange(), ValueRange());

  SmallVector<Type> leading = {builder.getI32Type()};
  llvm::append_range(leading, states);
  open(prologue.getStep(), leading);
  IRMapping mapping;
  mapping.map(arguments,
              prologue.getStep().getArguments().take_back(arguments.size()));
  for (Operation *op : slice)
    builder.clone(*op, mapping);
  SmallVector<Value> values = llvm::map_to_vector(
      invariants.results(), [&](Value value) { return mapping.lookup(value); });
  Value no = arith::ConstantIntOp::create(builder, loc, builder.getI1Type(), 0);
  NextOp::create(builder, loc, no, values, ValueRange(), ValueRange());

  for (auto [i, operand] : llvm::enumerate(prologue.getFinals())) {
    Value value = invariants.results()[i];
    InputArguments argument =
        addInput(loop, InputGroup::ins, operand, value.getType());
    value.replaceAllUsesWith(argument.step);
  }
  invariants.eraseDead();
}

struct HoistInvariants : impl::HoistInvariantsPassBase<HoistInvariants> {
  using Base::Base;

  void runOnOperation() override {
    // From the inside out: what an inner loop gives up may leave the outer one.
    SmallVector<LoopOp> loops;
    getOperation().walk([&](LoopOp loop) { loops.push_back(loop); });
    for (LoopOp loop : loops) {
      if (loop.getBatchDims().empty()) {
        hoistBefore(loop, {InputGroup::ins, InputGroup::shared},
                    "once, before the loop");
        continue;
      }
      hoistBefore(loop, InputGroup::shared,
                  "once for all samples, before the loop");
      hoistIntoPrologue(loop);
    }
  }
};

} // namespace
} // namespace mlir::eq
