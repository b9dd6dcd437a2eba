// eq.fixed_point, eq.root and eq.ode: types and verifiers.

#include "Syntax.h"
#include "Verification.h"
#include "mlir/Dialect/Tensor/IR/Tensor.h"

namespace mlir::eq {

Value findKnob(ArrayAttr names, ValueRange values, StringRef name) {
  for (auto [word, value] : llvm::zip(names.getAsRange<StringAttr>(), values))
    if (word.strref() == name)
      return value;
  return nullptr;
}

// Batch dimensions as far as the types allow to tell. Inference runs before
// verification, so it must not trip over an op that is about to be refused.
static SmallVector<int64_t> guessBatch(ValueRange init, Region *body,
                                       unsigned firstState) {
  if (init.empty() || !body || body->empty() ||
      body->getNumArguments() <= firstState)
    return {};
  Type operand = init.front().getType();
  Type sample = body->getArgument(firstState).getType();
  int64_t rank = std::max<int64_t>(rankOf(operand) - rankOf(sample), 0);
  return SmallVector<int64_t>(shapeOf(operand).take_front(rank));
}

// Names the arguments (time,) state, ins, shared.
static void nameArguments(Region &region, unsigned time, unsigned states,
                          unsigned ins, OpAsmSetValueNameFn setName) {
  if (region.empty())
    return;
  for (BlockArgument argument : region.getArguments()) {
    unsigned i = argument.getArgNumber();
    setName(argument, i < time                  ? "t"
                      : i < time + states       ? "z"
                      : i < time + states + ins ? "x"
                                                : "w");
  }
}

//===----------------------------------------------------------------------===//
// eq.fixed_point and eq.root: a map of the states
//===----------------------------------------------------------------------===//

// Solutions, residual, iterations, status.
static void inferMapResults(MLIRContext *context, ValueRange init, Region *body,
                            SmallVectorImpl<Type> &types) {
  SmallVector<int64_t> batch = guessBatch(init, body, 0);
  Type real = Float64Type::get(context);
  if (!init.empty())
    real = widestReal(init.getTypes());
  Type i32 = IntegerType::get(context, 32);
  llvm::append_range(types, init.getTypes());
  types.append({batchedType(batch, real), batchedType(batch, i32),
                batchedType(batch, i32)});
}

// The method solves this op; `until` and `with` name what they may.
template <typename SolveOp>
static LogicalResult verifyMethodAndKnobs(SolveOp op,
                                          ArrayRef<StringRef> until) {
  MethodAttrInterface method = op.getMethod();
  StringRef name = op.getOperationName();
  if (!llvm::is_contained(method.getProblems(), name))
    return op.emitOpError("expected 'method' to solve ")
           << name << ", but " << op.getMethodAttr() << " solves "
           << llvm::join(method.getProblems(), ", ");
  if (failed(verifyKnobNames(op, "until", op.getUntilNames(),
                             op.getUntil().size(), until)))
    return failure();
  if (!findKnob(op.getUntilNames(), op.getUntil(), "max"))
    return op.emitOpError("expected 'until' to give 'max', so that every "
                          "sample ends");
  return verifyKnobNames(op, "with", op.getWithNames(), op.getWith().size(),
                         method.getKnobs());
}

// The body's block, its arguments, and the types of operands and knobs; gives
// the batch dimensions.
template <typename SolveOp>
static FailureOr<SmallVector<int64_t>> verifyMap(SolveOp op) {
  Region &body = op.getBody();
  size_t numStates = op.getInit().size();
  if (failed(verifyOneBlock<YieldOp>(op, body, "body")) ||
      failed(verifyArgumentCount(
          op, body, "body",
          numStates + op.getIns().size() + op.getShared().size(),
          "one per 'init', 'ins' and 'shared' operand")) ||
      failed(verifySampleTypes(op, body, "body")))
    return failure();

  ArrayRef<BlockArgument> arguments = body.getArguments();
  ArrayRef<BlockArgument> states = arguments.take_front(numStates);
  ArrayRef<BlockArgument> rest = arguments.drop_front(numStates);
  FailureOr<SmallVector<int64_t>> batch =
      verifyBatch(op, op.getInit().front().getType(), states.front().getType());
  if (failed(batch) ||
      failed(verifyBatched(op, "init", *batch, op.getInit(), states)) ||
      failed(verifyBatched(op, "ins", *batch, op.getIns(),
                           rest.take_front(op.getIns().size()))) ||
      failed(verifyShared(op, op.getShared(),
                          rest.drop_front(op.getIns().size()))))
    return failure();

  Type real = widestReal(op.getInit().getTypes());
  Type i32 = IntegerType::get(op.getContext(), 32);
  auto verifyKnobs = [&](ArrayAttr names, ValueRange values) {
    for (auto [name, value] : llvm::zip(names.getAsRange<StringAttr>(), values))
      if (failed(verifyKnobType(op, name, value.getType(),
                                name.strref() == "max" ? i32 : real, *batch)))
        return failure();
    return success();
  };
  if (failed(verifyKnobs(op.getUntilNames(), op.getUntil())) ||
      failed(verifyKnobs(op.getWithNames(), op.getWith())))
    return failure();
  return batch;
}

//===----------------------------------------------------------------------===//
// eq.fixed_point
//===----------------------------------------------------------------------===//

Value FixedPointOp::getTraceResult() {
  return getTrace() ? getOuts().back() : Value();
}

SmallVector<int64_t> FixedPointOp::getBatchDims() {
  return *batchDimsOf(getInit().front().getType(),
                      getBody().getArgument(0).getType());
}

LogicalResult FixedPointOp::inferReturnTypes(
    MLIRContext *context, std::optional<Location> location, ValueRange operands,
    DictionaryAttr attributes, OpaqueProperties properties, RegionRange regions,
    SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  inferMapResults(context, adaptor.getInit(), regions.front(), types);
  if (std::optional<int64_t> slots = adaptor.getTrace()) {
    Type residual = types[adaptor.getInit().size()];
    SmallVector<int64_t> shape(shapeOf(residual));
    shape.push_back(std::max<int64_t>(*slots, 0));
    types.push_back(RankedTensorType::get(shape, elementTypeOf(residual)));
  }
  return success();
}

void FixedPointOp::getAsmBlockArgumentNames(Region &region,
                                            OpAsmSetValueNameFn setName) {
  nameArguments(region, 0, getInit().size(), getIns().size(), setName);
}

void FixedPointOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  for (Value solution : getSolutions())
    setName(solution, "solution");
  setName(getResidual(), "residual");
  setName(getIterations(), "iterations");
  setName(getStatus(), "status");
  if (Value trace = getTraceResult())
    setName(trace, "trace");
}

LogicalResult FixedPointOp::verify() {
  // fixed_point_c1
  if (getInit().empty())
    return emitOpError("expected 'init' to have at least one value");

  // fixed_point_c6, c7, c8
  if (failed(verifyMethodAndKnobs(*this, {"abs", "rel", "max", "bound"})))
    return failure();

  // fixed_point_c12
  if (getTrace() && *getTrace() < 1)
    return emitOpError("expected 'trace' to be at least 1, but got ")
           << *getTrace();

  // fixed_point_c13
  if (std::optional<AdjointAttrInterface> adjoint = getAdjoint())
    if (!llvm::is_contained(adjoint->getProblems(), getOperationName()))
      return emitOpError("expected 'adjoint' to be defined for ")
             << getOperationName() << ", but got " << getAdjointAttr();
  return success();
}

LogicalResult FixedPointOp::verifyRegions() {
  // fixed_point_c2, c3, c5, c9, c11
  FailureOr<SmallVector<int64_t>> batch = verifyMap(*this);
  if (failed(batch))
    return failure();
  Region &body = getBody();
  ArrayRef<BlockArgument> states = body.getArguments();
  states = states.take_front(getInit().size());

  // fixed_point_c10
  if (failed(verifyScale(*this, getScale(), states, *batch)))
    return failure();

  // fixed_point_c4
  auto yield = cast<YieldOp>(body.front().getTerminator());
  return verifyYields(*this, yield, "body", typesOf(states), yield.getValues());
}

//===----------------------------------------------------------------------===//
// eq.root
//===----------------------------------------------------------------------===//

LogicalResult
RootOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                         ValueRange operands, DictionaryAttr attributes,
                         OpaqueProperties properties, RegionRange regions,
                         SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  inferMapResults(context, adaptor.getInit(), regions.front(), types);
  return success();
}

void RootOp::getAsmBlockArgumentNames(Region &region,
                                      OpAsmSetValueNameFn setName) {
  nameArguments(region, 0, getInit().size(), getIns().size(), setName);
}

void RootOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  for (Value solution : getSolutions())
    setName(solution, "solution");
  setName(getResidual(), "residual");
  setName(getIterations(), "iterations");
  setName(getStatus(), "status");
}

LogicalResult RootOp::verify() {
  // root_c1
  if (getInit().empty())
    return emitOpError("expected 'init' to have at least one value");
  // root_c6, c7, c8
  return verifyMethodAndKnobs(*this, {"abs", "max"});
}

LogicalResult RootOp::verifyRegions() {
  // root_c2, c3, c5, c9, c10
  if (failed(verifyMap(*this)))
    return failure();
  Region &body = getBody();
  ArrayRef<BlockArgument> states = body.getArguments();
  states = states.take_front(getInit().size());
  for (BlockArgument state : states)
    if (!isa<FloatType>(elementTypeOf(state.getType())))
      return emitOpError("expected every state to be real, but got ")
             << state.getType();

  // root_c8
  if (isa<BrentAttr>(getMethodAttr())) {
    if (states.size() != 1 || !isa<FloatType>(states.front().getType()))
      return emitOpError(
                 "expected one scalar unknown with #eq.brent, but got (")
             << TypeRange(typesOf(states)) << ")";
    for (StringRef name : {"low", "high"})
      if (!findKnob(getWithNames(), getWith(), name))
        return emitOpError("expected 'with' to give '")
               << name << "', an end of the bracket";
  }

  // root_c4
  auto yield = cast<YieldOp>(body.front().getTerminator());
  return verifyYields(*this, yield, "body", typesOf(states), yield.getValues());
}

//===----------------------------------------------------------------------===//
// eq.ode
//===----------------------------------------------------------------------===//

LogicalResult
OdeOp::inferReturnTypes(MLIRContext *context, std::optional<Location> location,
                        ValueRange operands, DictionaryAttr attributes,
                        OpaqueProperties properties, RegionRange regions,
                        SmallVectorImpl<Type> &types) {
  Adaptor adaptor(operands, attributes, properties, regions);
  SmallVector<int64_t> batch =
      guessBatch(adaptor.getInit(), regions.front(), 1);
  Type real = Float64Type::get(context);
  if (!adaptor.getInit().empty())
    real = widestReal(adaptor.getInit().getTypes());
  Type time = elementTypeOf(adaptor.getFrom().getType());
  Type i32 = IntegerType::get(context, 32);

  llvm::append_range(types, adaptor.getInit().getTypes());
  if (Value save = adaptor.getSave()) {
    ArrayRef<int64_t> times = shapeOf(save.getType());
    for (Value init : adaptor.getInit()) {
      SmallVector<int64_t> shape(batch);
      shape.push_back(times.empty() ? 0 : times.back());
      llvm::append_range(
          shape, shapeOf(init.getType())
                     .drop_front(std::min(batch.size(),
                                          shapeOf(init.getType()).size())));
      types.push_back(
          RankedTensorType::get(shape, elementTypeOf(init.getType())));
    }
  }
  for (int64_t keep : adaptor.getEventKeeps())
    if (keep > 0) {
      SmallVector<int64_t> shape(batch);
      shape.push_back(keep);
      types.push_back(RankedTensorType::get(shape, time));
    }
  types.append({batchedType(batch, time), batchedType(batch, real),
                batchedType(batch, i32), batchedType(batch, i32),
                batchedType(batch, i32)});
  return success();
}

void OdeOp::getAsmBlockArgumentNames(Region &region,
                                     OpAsmSetValueNameFn setName) {
  nameArguments(region, 1, getInit().size(), getIns().size(), setName);
}

void OdeOp::getAsmResultNames(OpAsmSetValueNameFn setName) {
  size_t states = getInit().size();
  for (auto [i, result] : llvm::enumerate(getOuts()))
    if (i < states)
      setName(result, "y");
  ResultRange tail = getOuts().take_back(5);
  StringRef names[] = {"time", "error", "steps", "rejected", "status"};
  for (auto [result, name] : llvm::zip(tail, names))
    setName(result, name);
}

LogicalResult OdeOp::verify() {
  // ode_c1
  if (getInit().empty())
    return emitOpError("expected 'init' to have at least one value");

  // ode_c8
  MethodAttrInterface method = getMethod();
  if (!llvm::is_contained(method.getProblems(), getOperationName()))
    return emitOpError("expected 'method' to solve ")
           << getOperationName() << ", but " << getMethodAttr() << " solves "
           << llvm::join(method.getProblems(), ", ");

  // ode_c6
  if (failed(verifyKnobNames(*this, "within", getWithinNames(),
                             getWithin().size(),
                             {"abs", "rel", "max", "bound"})))
    return failure();
  if (!findKnob(getWithinNames(), getWithin(), "max"))
    return emitOpError("expected 'within' to give 'max', so that every sample "
                       "ends");

  if (failed(verifyKnobNames(*this, "until", getUntilNames(), getUntil().size(),
                             {"abs", "rel"})))
    return failure();

  // ode_c7
  SmallVector<StringRef> knobs = method.getKnobs();
  if (std::optional<ControllerAttrInterface> control = getControl())
    llvm::append_range(knobs, control->getKnobs());
  if (failed(verifyKnobNames(*this, "with", getWithNames(), getWith().size(),
                             knobs)))
    return failure();

  // ode_c13
  if (getEventDirections().size() * 2 != getEvents().size() ||
      getEventKeeps().size() * 2 != getEvents().size())
    return emitOpError("expected one direction and one 'keep' per event, but "
                       "got ")
           << getEventDirections().size() << " and " << getEventKeeps().size()
           << " for " << getNumEvents() << " events";
  for (int64_t keep : getEventKeeps())
    if (keep < 0)
      return emitOpError("expected 'keep' to be at least 1, but got ") << keep;

  // ode_c14
  if (std::optional<AdjointAttrInterface> adjoint = getAdjoint())
    if (!llvm::is_contained(adjoint->getProblems(), getOperationName()))
      return emitOpError("expected 'adjoint' to be defined for ")
             << getOperationName() << ", but got " << getAdjointAttr();
  return success();
}

// A region of eq.ode: shape of its block, its arguments, and what it yields.
static LogicalResult verifyOdeRegion(OdeOp op, Region &region, StringRef name,
                                     TypeRange arguments, TypeRange yields) {
  // ode_c2
  if (failed(verifyOneBlock<YieldOp>(op, region, name)))
    return failure();
  // ode_c3
  if (failed(verifyArgumentCount(
          op, region, name, arguments.size(),
          "the time, then one per 'init', 'ins' and 'shared' operand")))
    return failure();
  if (TypeRange(region.getArgumentTypes()) != arguments)
    return op.emitOpError("expected '")
           << name << "' to take (" << arguments << "), as the body does, but "
           << "got (" << region.getArgumentTypes() << ")";
  auto yield = cast<YieldOp>(region.front().getTerminator());
  return verifyYields(op, yield, name, yields, yield.getValues());
}

LogicalResult OdeOp::verifyRegions() {
  Region &body = getBody();
  if (failed(verifyOneBlock<YieldOp>(*this, body, "body")))
    return failure();
  size_t numStates = getInit().size();
  // ode_c3
  if (failed(verifyArgumentCount(
          *this, body, "body",
          1 + numStates + getIns().size() + getShared().size(),
          "the time, then one per 'init', 'ins' and 'shared' operand")))
    return failure();

  // ode_c9
  if (failed(verifySampleTypes(*this, body, "body")))
    return failure();
  ArrayRef<BlockArgument> arguments = body.getArguments();
  Type time = arguments.front().getType();
  if (!isa<FloatType>(time))
    return emitOpError("expected the time argument of 'body' to be f32 or f64, "
                       "but got ")
           << time;
  ArrayRef<BlockArgument> states = arguments.slice(1, numStates);
  for (BlockArgument state : states)
    if (!isa<FloatType>(elementTypeOf(state.getType())))
      return emitOpError("expected every state to be real, but got ")
             << state.getType();

  // ode_c5
  ArrayRef<BlockArgument> rest = arguments.drop_front(1 + numStates);
  FailureOr<SmallVector<int64_t>> batch =
      verifyBatch(*this, getInit().front().getType(), states.front().getType());
  if (failed(batch) ||
      failed(verifyBatched(*this, "init", *batch, getInit(), states)) ||
      failed(verifyBatched(*this, "ins", *batch, getIns(),
                           rest.take_front(getIns().size()))) ||
      failed(
          verifyShared(*this, getShared(), rest.drop_front(getIns().size()))))
    return failure();

  // ode_c11
  Type real = widestReal(getInit().getTypes());
  Type i32 = IntegerType::get(getContext(), 32);
  if (failed(
          verifyKnobType(*this, "from", getFrom().getType(), time, *batch)) ||
      failed(verifyKnobType(*this, "to", getTo().getType(), time, *batch)))
    return failure();
  for (auto [name, value] :
       llvm::zip(getWithinNames().getAsRange<StringAttr>(), getWithin()))
    if (failed(verifyKnobType(*this, name, value.getType(),
                              name.strref() == "max" ? i32 : real, *batch)))
      return failure();
  for (auto [name, value] :
       llvm::zip(getUntilNames().getAsRange<StringAttr>(), getUntil()))
    if (failed(verifyKnobType(*this, name, value.getType(), real, *batch)))
      return failure();
  for (auto [name, value] :
       llvm::zip(getWithNames().getAsRange<StringAttr>(), getWith())) {
    bool isStep = name.strref() == "step" || name.strref() == "first_step";
    if (failed(verifyKnobType(*this, name, value.getType(),
                              isStep ? time : real, *batch)))
      return failure();
  }

  // ode_c12
  if (Value save = getSave()) {
    auto saveBatch = batchDimsOf(
        save.getType(),
        RankedTensorType::get(shapeOf(save.getType()).take_back(1), time));
    if (rankOf(save.getType()) == 0 || !saveBatch ||
        !(saveBatch->empty() || *saveBatch == *batch))
      return emitOpError("expected 'save' to be a rank-1 tensor of ")
             << time << " or, per sample, one with the batch dimensions "
             << shapeText(*batch) << " in front, but got " << save.getType();
  }

  // ode_c10
  if (failed(verifyScale(*this, getScale(), states, *batch)))
    return failure();

  // ode_c4
  SmallVector<Type> bodyTypes = typesOf(arguments);
  SmallVector<Type> stateTypes = typesOf(states);
  if (failed(verifyOdeRegion(*this, body, "body", bodyTypes, stateTypes)))
    return failure();

  // ode_c13
  SmallVector<Type> applyTypes = {IntegerType::get(getContext(), 1)};
  llvm::append_range(applyTypes, stateTypes);
  for (unsigned i = 0; i < getNumEvents(); ++i) {
    Region &event = getEventRegion(i);
    if (failed(verifyOneBlock<YieldOp>(*this, event, "event")))
      return failure();
    auto yield = cast<YieldOp>(event.front().getTerminator());
    if (yield.getValues().size() != 1 ||
        !isa<FloatType>(yield.getValues().front().getType()))
      return emitOpError("expected 'event' to yield one real number, but got (")
             << yield.getValues().getTypes() << ")";
    if (failed(verifyOdeRegion(*this, event, "event", bodyTypes,
                               yield.getValues().getTypes())))
      return failure();
    if (!getApplyRegion(i).empty() &&
        failed(verifyOdeRegion(*this, getApplyRegion(i), "apply", bodyTypes,
                               applyTypes)))
      return failure();
  }
  return success();
}

} // namespace mlir::eq
