// Writes a schedule on every outermost loop.
//
//   eq.loop init(..) max(..)  ->  eq.loop init(..) max(..) schedule(#eq.serial)

#include "eq/Batch/Batch.h"
#include "eq/IR/EqOps.h"
#include "eq/Schedule/Passes.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Remarks.h"

namespace mlir::eq {

#define GEN_PASS_DEF_CHOOSESCHEDULESPASS
#include "eq/Schedule/Passes.h.inc"

namespace {

// Why the samples of a loop cannot be lanes, or nothing.
std::optional<std::string> whyNoLanes(LoopOp loop) {
  if (loop.getBatchDims().empty())
    return "it has no batch";
  if (Operation *op = Batcher::findUnsupported(loop.getStep()))
    return "'" + op->getName().getStringRef().str() + "' has no rule for lanes";
  return std::nullopt;
}

struct ChooseSchedules : impl::ChooseSchedulesPassBase<ChooseSchedules> {
  using Base::Base;

  // The schedule the option names, or null; fails where it names none.
  FailureOr<ScheduleAttrInterface> parseOverride() {
    if (override.empty())
      return ScheduleAttrInterface();
    Attribute parsed;
    {
      // What the parser would say of the text is said below, in our words.
      ScopedDiagnosticHandler quiet(&getContext(),
                                    [](Diagnostic &) { return success(); });
      parsed = parseAttribute(override, &getContext());
    }
    if (auto attribute = dyn_cast_or_null<ScheduleAttrInterface>(parsed))
      return attribute;
    return getOperation().emitError("expected the schedule to be one such as "
                                    "#eq.serial, but got '")
           << override << "'";
  }

  void runOnOperation() override {
    FailureOr<ScheduleAttrInterface> forced = parseOverride();
    if (failed(forced))
      return signalPassFailure();
    getOperation().walk<WalkOrder::PreOrder>([&](LoopOp loop) {
      choose(loop, *forced);
      return WalkResult::skip();
    });
  }

  void choose(LoopOp loop, ScheduleAttrInterface forced) {
    auto opts = remark::RemarkOpts::name("schedule").category("eq-schedule");
    if (forced)
      loop.setScheduleAttr(forced);
    std::optional<ScheduleAttrInterface> wanted = loop.getSchedule();
    if (wanted && isa<LanesAttr>(*wanted)) {
      if (std::optional<std::string> why = whyNoLanes(loop)) {
        loop.setScheduleAttr(SerialAttr::get(&getContext()));
        std::string text;
        llvm::raw_string_ostream(text) << *wanted;
        remark::missed(loop.getLoc(), opts)
            << "#eq.serial instead of " + text + ": " + *why;
        return;
      }
    }
    if (std::optional<ScheduleAttrInterface> given = loop.getSchedule()) {
      if (failed(given->verifyFor(loop)))
        return signalPassFailure();
      std::string text;
      llvm::raw_string_ostream(text) << *given;
      remark::passed(loop.getLoc(), opts) << text + " was given, and is kept";
      return;
    }
    loop.setScheduleAttr(SerialAttr::get(&getContext()));
    remark::passed(loop.getLoc(), opts)
        << "#eq.serial: one sample after another on one thread; this version "
           "chooses no other schedule by itself";
  }
};

} // namespace
} // namespace mlir::eq
