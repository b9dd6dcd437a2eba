// Builders of the problem ops: the region's block is made and handed to a
// callback, and the types of the results follow.

#include "eq/IR/EqOps.h"
#include "eq/IR/SampleTypes.h"

namespace mlir::eq {

namespace {

// Adds the operands of a group of knobs; gives their names.
ArrayAttr addKnobs(OpBuilder &builder, OperationState &state,
                   NamedKnobs knobs) {
  SmallVector<Attribute> names;
  for (auto [name, value] : knobs) {
    names.push_back(builder.getStringAttr(name));
    state.addOperands(value);
  }
  return builder.getArrayAttr(names);
}

// The type that one sample of an operand with `rank` batch dimensions has. An
// operand of fewer dimensions is left for the verifier to refuse.
Type sampleType(Type operand, unsigned rank) {
  auto tensor = dyn_cast<RankedTensorType>(operand);
  if (!tensor || rank == 0 || tensor.getRank() < rank)
    return operand;
  return batchedType(tensor.getShape().drop_front(rank),
                     tensor.getElementType());
}

SmallVector<Type> argumentTypes(ValueRange init, ValueRange ins,
                                ValueRange shared, unsigned rank) {
  SmallVector<Type> types;
  for (ValueRange group : {init, ins})
    for (Type type : group.getTypes())
      types.push_back(sampleType(type, rank));
  llvm::append_range(types, shared.getTypes());
  return types;
}

void addRegion(OpBuilder &builder, OperationState &state, ArrayRef<Type> types,
               BodyBuilder body) {
  Region *region = state.addRegion();
  OpBuilder::InsertionGuard guard(builder);
  SmallVector<Location> locations(types.size(), state.location);
  Block *block = builder.createBlock(region, region->end(), types, locations);
  body(builder, state.location, block->getArguments());
}

OnFailureAttr attributeOf(OpBuilder &builder, std::optional<OnFailure> given) {
  return given ? OnFailureAttr::get(builder.getContext(), *given)
               : OnFailureAttr();
}

template <typename SolveOp>
void addResults(OpBuilder &builder, OperationState &state) {
  SmallVector<Type> types;
  // Never fails: it gives some types to an op that the verifier then refuses.
  (void)SolveOp::inferReturnTypes(
      builder.getContext(), state.location, state.operands,
      state.attributes.getDictionary(builder.getContext()),
      state.getRawProperties(), state.regions, types);
  state.addTypes(types);
}

int32_t sizeOf(ValueRange values) {
  return static_cast<int32_t>(values.size());
}
int32_t sizeOf(NamedKnobs knobs) { return static_cast<int32_t>(knobs.size()); }

} // namespace

void FixedPointOp::build(OpBuilder &builder, OperationState &state,
                         ValueRange init, ValueRange ins, ValueRange shared,
                         NamedKnobs until, MethodAttrInterface method,
                         NamedKnobs with, BodyBuilder body,
                         const FixedPointOptions &options) {
  state.addOperands(init);
  state.addOperands(ins);
  state.addOperands(shared);
  state.addOperands(options.scale);
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.until_names = addKnobs(builder, state, until);
  properties.with_names = addKnobs(builder, state, with);
  properties.method = method;
  properties.norm = NormAttr::get(builder.getContext(), options.norm);
  if (options.trace)
    properties.trace = builder.getI64IntegerAttr(*options.trace);
  if (options.adjoint)
    properties.adjoint = options.adjoint;
  properties.on_failure = attributeOf(builder, options.onFailure);
  properties.operandSegmentSizes = {
      sizeOf(init),   sizeOf(ins),
      sizeOf(shared), sizeOf(ValueRange(options.scale)),
      sizeOf(until),  sizeOf(with)};
  addRegion(builder, state, argumentTypes(init, ins, shared, options.batchRank),
            body);
  addResults<FixedPointOp>(builder, state);
}

void RootOp::build(OpBuilder &builder, OperationState &state, ValueRange init,
                   ValueRange ins, ValueRange shared, NamedKnobs until,
                   MethodAttrInterface method, NamedKnobs with,
                   BodyBuilder body, const RootOptions &options) {
  state.addOperands(init);
  state.addOperands(ins);
  state.addOperands(shared);
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.until_names = addKnobs(builder, state, until);
  properties.with_names = addKnobs(builder, state, with);
  properties.method = method;
  properties.on_failure = attributeOf(builder, options.onFailure);
  properties.operandSegmentSizes = {sizeOf(init), sizeOf(ins), sizeOf(shared),
                                    sizeOf(until), sizeOf(with)};
  addRegion(builder, state, argumentTypes(init, ins, shared, options.batchRank),
            body);
  addResults<RootOp>(builder, state);
}

void OdeOp::build(OpBuilder &builder, OperationState &state, ValueRange init,
                  ValueRange ins, ValueRange shared, Value from, Value to,
                  NamedKnobs within, MethodAttrInterface method,
                  NamedKnobs with, BodyBuilder body,
                  const OdeOptions &options) {
  for (ValueRange group : {init, ins, shared, ValueRange(from), ValueRange(to)})
    state.addOperands(group);
  if (options.save)
    state.addOperands(options.save);
  state.addOperands(options.scale);
  Properties &properties = state.getOrAddProperties<Properties>();
  properties.within_names = addKnobs(builder, state, within);
  properties.until_names = addKnobs(builder, state, options.until);
  properties.with_names = addKnobs(builder, state, with);
  properties.method = method;
  if (options.control)
    properties.control = options.control;
  if (options.adjoint)
    properties.adjoint = options.adjoint;
  properties.on_failure = attributeOf(builder, options.onFailure);
  properties.operandSegmentSizes = {sizeOf(init),
                                    sizeOf(ins),
                                    sizeOf(shared),
                                    1,
                                    1,
                                    options.save ? 1 : 0,
                                    sizeOf(ValueRange(options.scale)),
                                    sizeOf(within),
                                    sizeOf(NamedKnobs(options.until)),
                                    sizeOf(with)};
  SmallVector<Type> types = {elementTypeOf(from.getType())};
  llvm::append_range(types,
                     argumentTypes(init, ins, shared, options.batchRank));
  addRegion(builder, state, types, body);
  SmallVector<int32_t> directions;
  SmallVector<int64_t> keeps;
  for (const OdeEvent &event : options.events) {
    directions.push_back(static_cast<int32_t>(event.direction));
    keeps.push_back(event.keep);
    addRegion(builder, state, types, event.when);
    if (event.apply)
      addRegion(builder, state, types, event.apply);
    else
      state.addRegion();
  }
  properties.event_directions = builder.getDenseI32ArrayAttr(directions);
  properties.event_keeps = builder.getDenseI64ArrayAttr(keeps);
  addResults<OdeOp>(builder, state);
}

} // namespace mlir::eq
