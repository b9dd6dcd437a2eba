// What the lowerings of a loop to a kernel have in common, whoever its threads
// are: its arguments and launch, and what a turn of the kernel's loop carries.
#ifndef EQ_CODEGEN_GPU_KERNELLOWERING_H
#define EQ_CODEGEN_GPU_KERNELLOWERING_H

#include "KernelLaunch.h"
#include "eq/Codegen/Host/LoopLowering.h"
#include "eq/IR/BodyOpInterface.h"

namespace mlir::eq {

class KernelLowering : protected LoopLowering {
protected:
  KernelLowering(LoopOp loop, GPUTargetAttr target, bool simulate);

  /// What a turn of the kernel's loop carries; where a thread has several
  /// samples, values of samples are vectors.
  struct Turn {
    Value sample;         // i64: which, or -1
    Value k, again, most; // steps, whether to go on, and how many at most
    Value next, end;      // i64: samples that were taken and wait
    Value threshold;      // idle places that are enough for a change
    Value closed;         // the call was cancelled
    Value turns;
    SmallVector<Value> states, ins; // those that are in registers

    SmallVector<Value> values() const;
    /// The same with other values, in the order of `values`.
    Turn with(ValueRange all) const;
  };

  /// Adds `init` and `ins` to the kernel's arguments, those that it reads.
  void addBatchedArguments();
  /// Whether an operand of these is an argument of the kernel.
  bool isRead(Value operand) const { return batched.count(operand); }
  /// Adds `max`, the results, the steps and the records.
  void addOtherArguments();
  /// Makes memory for the results, has `makeKernel` make the kernel, and puts
  /// its launch in the place of the loop.
  void replaceLoop(function_ref<void()> addArguments,
                   function_ref<void()> makeKernel);
  /// For the simulator: a turn of a sample's place, and whether the place works
  /// in it.
  void countTurn(Value going);

  Value zeroOf(Type type) {
    return arith::ConstantOp::create(builder, loc, builder.getZeroAttr(type));
  }
  Value wide(int64_t value) {
    return arith::ConstantIntOp::create(builder, loc, i64, value);
  }
  Value flag(bool value) {
    return arith::ConstantIntOp::create(builder, loc, i1, value);
  }
  Value compare(arith::CmpIPredicate predicate, Value a, Value b) {
    return arith::CmpIOp::create(builder, loc, predicate, a, b);
  }
  Value choose(Value condition, Value a, Value b) {
    return arith::SelectOp::create(builder, loc, condition, a, b);
  }
  Value widen(Value number) {
    return arith::ExtUIOp::create(builder, loc, i64, number);
  }

  /// Memory for a result, where it is to be.
  Value allocateResult(OpResult result);

  GPUTargetAttr target;
  bool simulate;
  OpBuilder host;
  KernelLaunch launch;
  Type i1, i64;

  // Numbers of the kernel's arguments.
  DenseMap<Value, unsigned> batched;
  SmallVector<unsigned> sharedArguments, finalArguments, recordArguments;
  unsigned maxArgument, stepsArgument;
};

/// Lowers each outermost loop of the module that has such a schedule. Fails,
/// with an error at the loop, where the module does not say for which GPU.
template <typename Schedule, typename Lower>
LogicalResult forEachLoop(ModuleOp module, Lower lower) {
  SmallVector<LoopOp> loops;
  module.walk<WalkOrder::PreOrder>([&](LoopOp loop) {
    std::optional<ScheduleAttrInterface> schedule = loop.getSchedule();
    if (schedule && isa<Schedule>(*schedule))
      loops.push_back(loop);
    return WalkResult::skip();
  });
  auto target =
      module->getAttrOfType<GPUTargetAttr>(GPUTargetAttr::attributeName);
  for (LoopOp loop : loops) {
    auto schedule = cast<Schedule>(*loop.getSchedule());
    if (!target)
      return loop.emitOpError("expected the module to have '")
             << GPUTargetAttr::attributeName << "' where 'schedule' is "
             << schedule;
    // Threads run scalars: nothing is kept any longer.
    if (failed(lowerBodyOps(loop, /*evenKept=*/true)) ||
        failed(lower(loop, schedule, target)))
      return failure();
  }
  return success();
}

} // namespace mlir::eq

#endif // EQ_CODEGEN_GPU_KERNELLOWERING_H
