// Stage:  schedule
// Takes:  loops.
// Gives:  a legal schedule on every outermost loop.
// Next:   codegen

#ifndef EQ_SCHEDULE_PASSES_TD
#define EQ_SCHEDULE_PASSES_TD

include "mlir/Pass/PassBase.td"

def ChooseSchedulesPass : Pass<"eq-schedule-choose", "::mlir::ModuleOp"> {
  let summary = "write a schedule on every outermost loop";
  let description = [{
    A schedule that is there already is kept and checked. A loop inside another
    runs where its parent runs and gets none. `#eq.lanes` where it cannot run the
    loop becomes `#eq.serial`, and a remark says why. Where nothing is given, the
    pass predicts what `#eq.serial` and lanes of half a vector to eight would
    take on the target of the module (`eq.target`), and writes the fastest. The
    remark has all predictions.

    With a GPU (`eq.gpu_target`) a loop becomes threads or tiles where it can.
    Sums over samples are taken out of it then: what each sample adds up is a
    state more, and a loop of one step on the CPU adds these, to the same bits.

    (examples: test/Schedule/choose-lanes.mlir, choose-threads.mlir,
    separate-sums.mlir)
  }];
  let options = [
    Option<"override", "override", "std::string", /*default=*/"\"\"",
           "A schedule, e.g. #eq.serial, that replaces those in the program">
  ];
}

def CheckScheduledPass : Pass<"eq-schedule-check", "::mlir::ModuleOp"> {
  let summary = "check that outermost loops have a legal schedule, others none";
}

#endif // EQ_SCHEDULE_PASSES_TD
