// What the builders of the problem ops take: bodies as callbacks, and what may
// be left out.
#ifndef EQ_IR_PROBLEMBUILDERS_H
#define EQ_IR_PROBLEMBUILDERS_H

#include "eq/IR/EqDialect.h"
#include "mlir/IR/Builders.h"

#include <functional>
#include <optional>
#include <utility>

namespace mlir::eq {

/// Fills the one block of a region, whose arguments it is given, up to its
/// `eq.yield`.
using BodyBuilder = function_ref<void(OpBuilder &, Location, ValueRange)>;

/// The operands of `until`, `within` or `with`, by name.
using NamedKnobs = ArrayRef<std::pair<StringRef, Value>>;

/// What `eq.fixed_point` may be told beside what it needs.
struct FixedPointOptions {
  /// How many leading dimensions of `init` and `ins` are the batch.
  unsigned batchRank = 0;
  SmallVector<Value> scale;
  Norm norm = Norm::max;
  /// The slots of the residual trace; nothing: none is kept.
  std::optional<int64_t> trace;
  AdjointAttrInterface adjoint;
  /// Nothing: the stage `verify` decides.
  std::optional<OnFailure> onFailure;
};

/// What `eq.root` may be told beside what it needs.
struct RootOptions {
  /// How many leading dimensions of `init` and `ins` are the batch.
  unsigned batchRank = 0;
  std::optional<OnFailure> onFailure;
};

/// An event of `eq.ode`.
struct OdeEvent {
  using Body = std::function<void(OpBuilder &, Location, ValueRange)>;
  EventDirection direction = EventDirection::any;
  /// Yields the number whose change of sign is the event.
  Body when;
  /// Yields whether to go on, and the states to go on with; null: the
  /// integration ends.
  Body apply;
  /// How many event times are kept; 0: none.
  int64_t keep = 0;
};

/// What `eq.ode` may be told beside what it needs.
struct OdeOptions {
  /// How many leading dimensions of `init` and `ins` are the batch.
  unsigned batchRank = 0;
  Value save;
  SmallVector<Value> scale;
  /// The steady state at which to end, by the knobs `abs` and `rel`.
  SmallVector<std::pair<StringRef, Value>> until;
  ControllerAttrInterface control;
  SmallVector<OdeEvent> events;
  AdjointAttrInterface adjoint;
  std::optional<OnFailure> onFailure;
};

} // namespace mlir::eq

#endif // EQ_IR_PROBLEMBUILDERS_H
