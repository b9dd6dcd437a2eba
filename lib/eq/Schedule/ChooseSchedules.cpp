// Writes a schedule on every outermost loop: the one that is predicted to take
// the least time.
//
//   eq.loop init(..) max(..)
//     ->
//   eq.loop init(..) max(..) schedule(#eq.lanes<lanes = 16, rows = 5, ..>)

#include "CostModel.h"
#include "Registers.h"
#include "SeparateSums.h"
#include "Tiles.h"
#include "eq/Batch/Batch.h"
#include "eq/IR/Solves.h"
#include "eq/Schedule/Passes.h"
#include "mlir/AsmParser/AsmParser.h"
#include "mlir/IR/BuiltinOps.h"
#include "mlir/IR/Matchers.h"
#include "mlir/IR/Remarks.h"
#include "llvm/Support/FormatVariadic.h"

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

std::string textOf(Attribute attribute) {
  std::string text;
  llvm::raw_string_ostream(text) << attribute;
  return text;
}

// Whether a loop only computes what others need: invariants of a body that fuse
// has moved out of it (HoistInvariants).
bool isPrologue(LoopOp loop) {
  return matchPattern(loop.getMax(), m_One()) && !loop->use_empty() &&
         llvm::all_of(loop->getUsers(),
                      [](Operation *user) { return isa<LoopOp>(user); });
}

// "12 ns", "3.4 ns"
std::string textOf(double ns) {
  return llvm::formatv(ns < 9.95 ? "{0:f1} ns" : "{0:f0} ns", ns);
}

std::string textOf(const Prediction &prediction) {
  return textOf(prediction.step) + " a step and " + textOf(prediction.sample) +
         " a sample";
}

struct Choice {
  ScheduleAttrInterface schedule;
  std::string reason;
};

// The schedule that takes the least time, among those with little enough code.
Choice chooseFor(const LoopWork &work, TargetAttr target) {
  struct Candidate {
    ScheduleAttrInterface schedule;
    Prediction prediction;
    bool isTooLong;
  };
  SmallVector<Candidate> candidates;
  auto add = [&](ScheduleAttrInterface schedule, bool isAlways) {
    Prediction prediction = predict(work, schedule, target);
    bool isTooLong = !isAlways && prediction.instructions > mostInstructions;
    candidates.push_back({schedule, prediction, isTooLong});
  };
  add(SerialAttr::get(target.getContext()), /*isAlways=*/true);
  for (LanesAttr lanes : proposeLanes(work, target))
    add(lanes, /*isAlways=*/false);
  const Candidate *best = &candidates.front();
  for (const Candidate &candidate : candidates)
    if (!candidate.isTooLong &&
        candidate.prediction.elapsed < best->prediction.elapsed)
      best = &candidate;

  Choice choice{best->schedule,
                textOf(best->schedule) + ": " + textOf(best->prediction)};
  for (const Candidate &candidate : candidates) {
    if (&candidate == best)
      continue;
    choice.reason += "; not " + textOf(candidate.schedule) + ": ";
    auto lanes = dyn_cast<LanesAttr>(candidate.schedule);
    if (candidate.isTooLong)
      choice.reason +=
          llvm::formatv(
              "its step has {0:f0} instructions, and more than {1:f0} "
              "compile for too long",
              candidate.prediction.instructions, mostInstructions)
              .str();
    else
      choice.reason += textOf(candidate.prediction);
    if (lanes && work.batch && *work.batch < lanes.getLanes())
      choice.reason += ", for " + std::to_string(*work.batch) +
                       (*work.batch == 1 ? " sample only" : " samples only");
    else if (lanes && lanes.getLanes() * work.bytes > target.getL2())
      choice.reason += ", and its samples are larger than the caches";
  }
  return choice;
}

struct ChooseSchedules : impl::ChooseSchedulesPassBase<ChooseSchedules> {
  using Base::Base;

  remark::RemarkOpts options =
      remark::RemarkOpts::name("schedule").category("eq-schedule");

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
    // A prologue goes where its readers are.
    SmallVector<LoopOp> loops, prologues;
    getOperation().walk<WalkOrder::PreOrder>([&](LoopOp loop) {
      bool isLater = gpu() && isPrologue(loop);
      (isLater ? prologues : loops).push_back(loop);
      return WalkResult::skip();
    });
    for (LoopOp loop : llvm::concat<LoopOp>(loops, prologues))
      choose(loop, *forced);
  }

  TargetAttr target() {
    auto given =
        getOperation()->getAttrOfType<TargetAttr>(TargetAttr::attributeName);
    return given ? given : TargetAttr::getDefault(&getContext());
  }

  GPUTargetAttr gpu() {
    return getOperation()->getAttrOfType<GPUTargetAttr>(
        GPUTargetAttr::attributeName);
  }

  // What is said of threads that a loop gets.
  std::string describe(LoopOp loop, ThreadAttr threads, bool isGiven) {
    int64_t registers = countRegisters(loop);
    std::string text = textOf(Attribute(threads)) +
                       (isGiven ? " was given, and is kept: " : ": ") +
                       "about " + std::to_string(registers) +
                       " registers a thread";
    if (GPUTargetAttr target = gpu())
      text +=
          ", " +
          std::to_string(threadsAtOnce(registers, threads.getBlock(), target)) +
          " threads at once on a multiprocessor";
    return text;
  }

  // What is said of tiles that a loop gets.
  std::string describe(LoopOp loop, CtaAttr tiles, bool isGiven) {
    std::string text =
        textOf(Attribute(tiles)) + (isGiven ? " was given, and is kept" : "");
    GPUTargetAttr target = gpu();
    if (!target)
      return text;
    TileNeeds needs = countTileNeeds(loop, tiles, target);
    return text + ": " + std::to_string(needs.sharedBytes) +
           " bytes of shared memory and " + std::to_string(needs.threads) +
           " threads a block, " + std::to_string(needs.blocks) +
           (needs.blocks == 1 ? " block" : " blocks") +
           " at once on a multiprocessor";
  }

  // Instead of a schedule that the loop cannot have, or of lanes.
  void fallBack(LoopOp loop, std::optional<ScheduleAttrInterface> wanted,
                const std::string &why) {
    loop.setScheduleAttr(SerialAttr::get(&getContext()));
    remark::missed(loop.getLoc(), options)
        << "#eq.serial instead of " +
               (wanted ? textOf(Attribute(*wanted)) : "#eq.lanes") + ": " + why;
  }

  // Why a loop should not be threads though it can, or nothing.
  static std::optional<std::string> whyRatherNoThreads(LoopOp loop) {
    int64_t operations = countOperations(loop);
    if (operations <= mostInstructions)
      return std::nullopt;
    return llvm::formatv("its code has {0} operations, and more than {1:f0} "
                         "compile for too long",
                         operations, mostInstructions)
        .str();
  }

  // Threads that were asked for, by the program or for all of it.
  void chooseThreads(LoopOp loop, ThreadAttr threads, bool isForced) {
    std::optional<std::string> why = whyNoThreads(loop);
    if (isForced && !why)
      why = whyRatherNoThreads(loop);
    if (!why) {
      remark::passed(loop.getLoc(), options)
          << describe(loop, threads, /*isGiven=*/true);
      return;
    }
    if (isForced || loop.getBatchDims().empty())
      return fallBack(loop, threads, *why);
    loop.emitOpError("expected a loop whose samples can be threads where "
                     "'schedule' is ")
        << threads << ": " << *why << "; #eq.lanes and #eq.serial can run it";
    signalPassFailure();
  }

  // Tiles that were asked for, by the program or for all of it.
  void keepTiles(LoopOp loop, CtaAttr tiles, bool isForced) {
    if (std::optional<std::string> why = whyNoTiles(loop)) {
      if (isForced || loop.getBatchDims().empty())
        return fallBack(loop, tiles, *why);
      loop.emitOpError("expected a loop whose samples can be tiles where "
                       "'schedule' is ")
          << tiles << ": " << *why << "; #eq.lanes and #eq.serial can run it";
      return signalPassFailure();
    }
    GPUTargetAttr target = gpu();
    int64_t bytes =
        target ? countTileNeeds(loop, tiles, target).sharedBytes : 0;
    if (target && bytes > target.getSharedMemory()) {
      if (isForced)
        return fallBack(loop, tiles,
                        "its tiles need " + std::to_string(bytes) +
                            " bytes of shared memory, and a block of " +
                            target.getChip().str() + " can have " +
                            std::to_string(target.getSharedMemory()));
      loop.emitOpError("expected tiles of at most ")
          << target.getSharedMemory()
          << " bytes of shared memory, which a block of " << target.getChip()
          << " can have, where 'schedule' is " << tiles << ", but they need "
          << bytes << ": fewer 'samples' need less";
      return signalPassFailure();
    }
    remark::passed(loop.getLoc(), options)
        << describe(loop, tiles, /*isGiven=*/true);
  }

  // Threads of a GPU or tiles of its blocks; false, after a remark, if the loop
  // can be neither.
  bool chooseKernel(LoopOp loop) {
    if (isPrologue(loop) && llvm::none_of(loop->getUsers(), isOnGPU)) {
      remark::missed(loop.getLoc(), options)
          << "on the CPU, where all loops are that read its results";
      return false;
    }
    std::optional<std::string> why = whyNoThreads(loop);
    if (!why)
      why = whyRatherNoThreads(loop);
    std::optional<std::string> whyNot = whyNoTiles(loop);
    CtaAttr tiles = whyNot ? CtaAttr() : proposeTiles(loop, gpu());
    if (!why && tiles)
      why = whyBetterTiles(loop);
    if (!why) {
      auto threads = ThreadAttr::get(&getContext(), /*block=*/128,
                                     /*refill=*/4, /*chunk=*/0);
      loop.setScheduleAttr(threads);
      remark::passed(loop.getLoc(), options)
          << describe(loop, threads, /*isGiven=*/false);
      return true;
    }
    if (tiles) {
      loop.setScheduleAttr(tiles);
      remark::passed(loop.getLoc(), options)
          << describe(loop, tiles, /*isGiven=*/false) +
                 "; not #eq.thread: " + *why;
      return true;
    }
    if (!whyNot)
      whyNot = "its tiles do not fit in " +
               std::to_string(gpu().getSharedMemory()) +
               " bytes of shared memory";
    remark::missed(loop.getLoc(), options)
        << "on the CPU, not #eq.thread: " + *why + "; not #eq.cta: " + *whyNot;
    return false;
  }

  // Keeps a schedule of kernels, or chooses one where there is none; false if
  // the loop has no schedule then.
  bool tryKernelAsItIs(LoopOp loop, bool isForced) {
    Attribute wanted = loop.getScheduleAttr();
    if (!wanted)
      return chooseKernel(loop);
    if (auto threads = dyn_cast<ThreadAttr>(wanted))
      chooseThreads(loop, threads, isForced);
    else
      keepTiles(loop, cast<CtaAttr>(wanted), isForced);
    return true;
  }

  // The same, where sums over samples are taken out of a loop that becomes a
  // kernel.
  bool tryKernel(LoopOp loop, bool isForced) {
    if (loop.getSum().empty() || loop.getBatchDims().empty())
      return tryKernelAsItIs(loop, isForced);
    SeparatedSums separated = separateSums(loop);
    bool isDone = tryKernelAsItIs(separated.samples, isForced);
    if (!isOnGPU(separated.samples)) {
      loop.setScheduleAttr(separated.samples.getScheduleAttr());
      separated.erase();
      return isDone;
    }
    remark::passed(loop.getLoc(), options)
        << "its sums over samples are added on the CPU, in the same order";
    IRRewriter(loop).replaceOp(loop, separated.getResults());
    return true;
  }

  // Writes the schedule of eq that one of another dialect stands for.
  LogicalResult resolve(LoopOp loop) {
    constexpr unsigned mostTurns = 8;
    Attribute given = loop.getScheduleAttr(), now = given;
    for (unsigned turn = 0; !isa<EqDialect>(now.getDialect()); ++turn) {
      auto schedule = cast<ScheduleAttrInterface>(now);
      if (failed(schedule.verifyFor(loop)))
        return failure();
      Attribute next = schedule.resolveFor(loop);
      if (!next)
        return failure();
      if (!isa<ScheduleAttrInterface>(next) || turn == mostTurns)
        return loop.emitOpError("expected the schedule ")
               << given << " to be resolved to one of eq, such as #eq.serial, "
               << "but got " << next;
      now = next;
    }
    if (now == given)
      return success();
    loop.setScheduleAttr(now);
    remark::passed(loop.getLoc(), options)
        << textOf(now) + ", as " + textOf(given) + " says";
    return success();
  }

  void choose(LoopOp loop, ScheduleAttrInterface forced) {
    if (forced)
      loop.setScheduleAttr(forced);
    if (loop.getSchedule() && failed(resolve(loop)))
      return signalPassFailure();
    std::optional<ScheduleAttrInterface> wanted = loop.getSchedule();
    bool isForKernels =
        wanted ? isa<ThreadAttr, CtaAttr>(*wanted) : static_cast<bool>(gpu());
    if (isForKernels && tryKernel(loop, static_cast<bool>(forced)))
      return;
    std::optional<std::string> why = whyNoLanes(loop);
    if (why && (!wanted || isa<LanesAttr>(*wanted)))
      return fallBack(loop, wanted, *why);
    LoopWork work = countWork(loop);
    if (wanted) {
      if (failed(wanted->verifyFor(loop)))
        return signalPassFailure();
      remark::passed(loop.getLoc(), options)
          << textOf(*wanted) + " was given, and is kept: " +
                 textOf(predict(work, *wanted, target()));
      return;
    }
    Choice choice = chooseFor(work, target());
    loop.setScheduleAttr(choice.schedule);
    remark::passed(loop.getLoc(), options) << choice.reason;
  }
};

} // namespace
} // namespace mlir::eq
