// What a step costs, one sample after another and in lanes.
//
//   eq.loop step {..}  ->  work: operations of one sample, by kind and width
//   work, schedule, target  ->  ns for a step and for a sample, instructions
//
// Only what differs between schedules has to be right. The numbers that all of
// it rests on are one table at the top of CostModel.cpp.
#ifndef EQ_LIB_SCHEDULE_COSTMODEL_H
#define EQ_LIB_SCHEDULE_COSTMODEL_H

#include "eq/IR/EqOps.h"
#include <array>

namespace mlir::eq {

/// The operations of one sample that work on values of one width.
struct WidthWork {
  /// Additions, products, comparisons, ...: outside loops over elements, in
  /// them, and in sums of products whose rows are independent of each other.
  double straight = 0, rowwise = 0, sums = 0;
  /// Divisions and square roots.
  double slow = 0;
  /// Elements read and written by loops over elements.
  double moves = 0;

  double total() const { return straight + rowwise + sums + slow; }
};

/// The work of one region, for one sample.
struct Work {
  static constexpr std::array<int64_t, 4> widths = {8, 16, 32, 64};
  std::array<WidthWork, widths.size()> byWidth;
  /// The same of a sample alone, where rows are the elements of vectors.
  std::array<WidthWork, widths.size()> wide = {};
  /// Operations on values that all samples share.
  double shared = 0;
  /// Calls of the C library, and accesses at an index of the sample's own: one
  /// by one, also in lanes.
  double calls = 0, gathers = 0;
  /// Operations in the code, loops over rows counted as their unrolled rows.
  double instructions = 0;
};

/// The loop as schedules see it.
struct LoopWork {
  Work edges;      // start and finish
  Work one, lanes; // a step alone (one side of a branch), and beside others
  /// Scalars that a sample brings, keeps and leaves; scalar states and ins.
  int64_t moved = 0, scalars = 0;
  /// Bytes of tensors that a sample in flight holds.
  int64_t bytes = 0;
  /// Bytes of tensors that a step reads and all samples share.
  int64_t sharedBytes = 0;
  /// The most rows that an operation has.
  int64_t rows = 1;
  /// Steps of a sample: the bound where it is known and small, else assumed.
  double steps = 1;
  /// Samples, where known.
  std::optional<int64_t> batch;

  /// The width of the widest elements with a good part of the arithmetic.
  int64_t dominantWidth() const;
};

LoopWork countWork(LoopOp loop);

/// What a schedule is predicted to take, on one core.
struct Prediction {
  double step = 0;         // ns for a step of a sample
  double sample = 0;       // ns for a sample beside its steps
  double elapsed = 0;      // ns for a sample, all cores and idle lanes counted
  double instructions = 0; // of the machine, for the step
};

Prediction predict(const LoopWork &work, ScheduleAttrInterface schedule,
                   TargetAttr target);

/// The schedules of lanes that are worth a prediction, fewest lanes first.
SmallVector<LanesAttr> proposeLanes(const LoopWork &work, TargetAttr target);

/// More instructions than this compile for longer than most solves run.
extern const double mostInstructions;

} // namespace mlir::eq

#endif // EQ_LIB_SCHEDULE_COSTMODEL_H
