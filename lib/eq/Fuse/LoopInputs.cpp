// Inputs added to a loop.

#include "LoopInputs.h"

namespace mlir::eq {

// Calls `visit` with each region and the place of the input among its
// arguments.
template <typename Visit>
static InputArguments visitRegions(LoopOp loop, size_t input, Visit visit) {
  size_t states = loop.getStateTypes().size();
  InputArguments arguments;
  if (!loop.getStart().empty())
    arguments.start = visit(loop.getStart(), loop.getInit().size() + input);
  if (!loop.getFinish().empty())
    arguments.finish = visit(loop.getFinish(), 2 + states + input);
  arguments.step = visit(loop.getStep(), 1 + states + input);
  return arguments;
}

InputArguments inputArguments(LoopOp loop, InputGroup group, size_t i) {
  if (group == InputGroup::shared)
    i += loop.getIns().size();
  return visitRegions(loop, i, [](Region &region, size_t place) {
    return region.getArgument(place);
  });
}

InputArguments addInput(LoopOp loop, InputGroup group, Value operand,
                        Type type) {
  size_t place = loop.getIns().size();
  if (group == InputGroup::shared)
    place += loop.getShared().size();
  InputArguments arguments =
      visitRegions(loop, place, [&](Region &region, size_t at) {
        return region.insertArgument(at, type, operand.getLoc());
      });
  MutableOperandRange operands = group == InputGroup::shared
                                     ? loop.getSharedMutable()
                                     : loop.getInsMutable();
  operands.append(operand);
  return arguments;
}

} // namespace mlir::eq
