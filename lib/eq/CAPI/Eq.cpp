// eq from C: thin wrappers.

#include "eq-c/Eq.h"
#include "eq/IR/EqOps.h"
#include "eq/Pipeline/CompileModule.h"
#include "eq/Pipeline/Pipeline.h"
#include "eq/Run/Executable.h"
#include "mlir/CAPI/IR.h"
#include "mlir/CAPI/Registration.h"
#include "mlir/CAPI/Support.h"
#include "mlir/IR/BuiltinOps.h"

using namespace mlir;
using namespace mlir::eq;

MLIR_DEFINE_CAPI_DIALECT_REGISTRATION(Eq, eq, EqDialect)

void eqRegisterAllDialects(MlirDialectRegistry registry) {
  registerAllDialects(*unwrap(registry));
}

void eqRegisterAllPasses() { registerAllPasses(); }

//===----------------------------------------------------------------------===//
// Attributes
//===----------------------------------------------------------------------===//

// Parameters are checked where an attribute is made.
template <typename Attr, typename... Arguments>
static MlirAttribute checked(MlirContext context, Arguments... arguments) {
  MLIRContext *ours = unwrap(context);
  auto error = [&] { return emitError(UnknownLoc::get(ours)); };
  return wrap(Attribute(Attr::getChecked(error, ours, arguments...)));
}

bool eqAttributeIsAMethod(MlirAttribute attribute) {
  return isa_and_present<MethodAttrInterface>(unwrap(attribute));
}
bool eqAttributeIsAController(MlirAttribute attribute) {
  return isa_and_present<ControllerAttrInterface>(unwrap(attribute));
}
bool eqAttributeIsAnAdjoint(MlirAttribute attribute) {
  return isa_and_present<AdjointAttrInterface>(unwrap(attribute));
}
bool eqAttributeIsASchedule(MlirAttribute attribute) {
  return isa_and_present<ScheduleAttrInterface>(unwrap(attribute));
}

MlirAttribute eqPicardAttrGet(MlirContext context) {
  return wrap(PicardAttr::get(unwrap(context)));
}
MlirAttribute eqAndersonAttrGet(MlirContext context, int64_t depth) {
  return checked<AndersonAttr>(context, depth);
}
MlirAttribute eqBrentAttrGet(MlirContext context) {
  return wrap(BrentAttr::get(unwrap(context)));
}
MlirAttribute eqPidAttrGet(MlirContext context) {
  return wrap(PidAttr::get(unwrap(context)));
}

MlirAttribute eqRungeKuttaAttrGet(MlirContext context, MlirStringRef tableau) {
  std::optional<Tableau> named = symbolizeTableau(unwrap(tableau));
  if (!named || *named == Tableau::user)
    return wrap(Attribute());
  return wrap(RungeKuttaAttr::get(unwrap(context), *named));
}

MlirAttribute eqRungeKuttaAttrGetTableau(MlirContext context, intptr_t stages,
                                         const double *a, const double *b,
                                         const double *c, unsigned order,
                                         const double *bHat,
                                         unsigned orderHat) {
  auto row = [&](const double *numbers, intptr_t count) {
    return DenseF64ArrayAttr::get(unwrap(context),
                                  ArrayRef<double>(numbers, count));
  };
  return wrap(RungeKuttaAttr::get(
      unwrap(context), Tableau::user, row(a, stages * (stages - 1) / 2),
      row(b, stages), row(c, stages), order,
      bHat ? row(bHat, stages) : DenseF64ArrayAttr(), orderHat));
}

MlirAttribute eqImplicitAttrGet(MlirContext context) {
  return wrap(ImplicitAttr::get(unwrap(context)));
}
MlirAttribute eqOneStepAttrGet(MlirContext context) {
  return wrap(OneStepAttr::get(unwrap(context)));
}
MlirAttribute eqNeumannAttrGet(MlirContext context, int64_t terms) {
  return wrap(NeumannAttr::get(unwrap(context), terms));
}
MlirAttribute eqInterpolatingAttrGet(MlirContext context) {
  return wrap(InterpolatingAttr::get(unwrap(context)));
}
MlirAttribute eqBacksolveAttrGet(MlirContext context) {
  return wrap(BacksolveAttr::get(unwrap(context)));
}
MlirAttribute eqCheckpointedAttrGet(MlirContext context, int64_t slots) {
  return wrap(CheckpointedAttr::get(unwrap(context), slots));
}

MlirAttribute eqSerialAttrGet(MlirContext context) {
  return wrap(SerialAttr::get(unwrap(context)));
}
MlirAttribute eqLanesAttrGet(MlirContext context, int64_t lanes, int64_t rows,
                             int64_t refill, int64_t chunk) {
  return checked<LanesAttr>(context, lanes, rows, refill, chunk);
}
MlirAttribute eqThreadAttrGet(MlirContext context, int64_t block,
                              int64_t refill, int64_t chunk) {
  return checked<ThreadAttr>(context, block, refill, chunk);
}
MlirAttribute eqCtaAttrGet(MlirContext context, int64_t warps, int64_t samples,
                           int64_t rows, int64_t refill, int64_t chunk) {
  return checked<CtaAttr>(context, warps, samples, rows, refill, chunk);
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

namespace {

SmallVector<Value> valuesOf(EqValues given) {
  SmallVector<Value> values;
  (void)unwrapList(given.size, given.values, values);
  return values;
}

SmallVector<std::pair<StringRef, Value>> knobsOf(EqKnobs given) {
  SmallVector<std::pair<StringRef, Value>> knobs;
  for (const EqKnob &knob : ArrayRef<EqKnob>(given.knobs, given.size))
    knobs.push_back({unwrap(knob.name), unwrap(knob.value)});
  return knobs;
}

// A region of a solve, filled by a callback.
struct CallBody {
  void operator()(OpBuilder &builder, Location loc, ValueRange) const {
    body(wrap(builder.getInsertionBlock()), wrap(loc), userData);
  }
  EqBodyCallback body;
  void *userData;
};

// Options, and attributes that are not known to be what they are given for:
// that is reported when an operation is made, which has a location.
struct FixedPointGiven {
  FixedPointOptions options;
  Attribute adjoint;
};
struct OdeGiven {
  OdeOptions options;
  Attribute adjoint, control;
};

FixedPointGiven *unwrap(EqFixedPointOptions options) {
  return static_cast<FixedPointGiven *>(options.ptr);
}
RootOptions *unwrap(EqRootOptions options) {
  return static_cast<RootOptions *>(options.ptr);
}
OdeGiven *unwrap(EqOdeOptions options) {
  return static_cast<OdeGiven *>(options.ptr);
}

// Reports an attribute that is not of the kind that it is given for.
template <typename Interface>
FailureOr<Interface> checkAttribute(Location loc, StringRef word,
                                    StringRef kind, Attribute given) {
  if (auto attribute = dyn_cast_if_present<Interface>(given))
    return attribute;
  InFlightDiagnostic diag = emitError(loc) << "expected '" << word << "' to be "
                                           << kind << ", but got ";
  if (given)
    diag << given;
  else
    diag << "a null attribute";
  return diag;
}

FailureOr<MethodAttrInterface> checkMethod(Location loc, MlirAttribute method) {
  return checkAttribute<MethodAttrInterface>(
      loc, "method", "a method such as #eq.picard", unwrap(method));
}

// An attribute that may be null.
template <typename Interface>
LogicalResult checkOptional(Location loc, StringRef word, StringRef kind,
                            Attribute given, Interface &attribute) {
  if (!given)
    return success();
  auto checked = checkAttribute<Interface>(loc, word, kind, given);
  if (succeeded(checked))
    attribute = *checked;
  return checked;
}

LogicalResult checkAdjoint(Location loc, Attribute given,
                           AdjointAttrInterface &adjoint) {
  return checkOptional(loc, "adjoint", "an adjoint such as #eq.implicit", given,
                       adjoint);
}

} // namespace

static_assert(int(EqNormMax) == int(Norm::max) &&
              int(EqNormRms) == int(Norm::rms) &&
              int(EqNormL2) == int(Norm::l2));
static_assert(int(EqOnFailureFail) == int(OnFailure::fail) &&
              int(EqOnFailureIgnore) == int(OnFailure::ignore));
static_assert(int(EqEventDirectionRising) == int(EventDirection::rising) &&
              int(EqEventDirectionFalling) == int(EventDirection::falling) &&
              int(EqEventDirectionAny) == int(EventDirection::any));

EqFixedPointOptions eqFixedPointOptionsCreate() {
  return {new FixedPointGiven()};
}
void eqFixedPointOptionsDestroy(EqFixedPointOptions options) {
  delete unwrap(options);
}
EqRootOptions eqRootOptionsCreate() { return {new RootOptions()}; }
void eqRootOptionsDestroy(EqRootOptions options) { delete unwrap(options); }
EqOdeOptions eqOdeOptionsCreate() { return {new OdeGiven()}; }
void eqOdeOptionsDestroy(EqOdeOptions options) { delete unwrap(options); }

void eqFixedPointOptionsSetBatchRank(EqFixedPointOptions options,
                                     unsigned rank) {
  unwrap(options)->options.batchRank = rank;
}
void eqRootOptionsSetBatchRank(EqRootOptions options, unsigned rank) {
  unwrap(options)->batchRank = rank;
}
void eqOdeOptionsSetBatchRank(EqOdeOptions options, unsigned rank) {
  unwrap(options)->options.batchRank = rank;
}
void eqFixedPointOptionsSetScale(EqFixedPointOptions options, EqValues scale) {
  unwrap(options)->options.scale = valuesOf(scale);
}
void eqOdeOptionsSetScale(EqOdeOptions options, EqValues scale) {
  unwrap(options)->options.scale = valuesOf(scale);
}
void eqFixedPointOptionsSetNorm(EqFixedPointOptions options, EqNorm norm) {
  unwrap(options)->options.norm = static_cast<Norm>(norm);
}
void eqFixedPointOptionsSetTrace(EqFixedPointOptions options, int64_t slots) {
  unwrap(options)->options.trace = slots;
}
void eqFixedPointOptionsSetAdjoint(EqFixedPointOptions options,
                                   MlirAttribute adjoint) {
  unwrap(options)->adjoint = unwrap(adjoint);
}
void eqOdeOptionsSetAdjoint(EqOdeOptions options, MlirAttribute adjoint) {
  unwrap(options)->adjoint = unwrap(adjoint);
}
void eqFixedPointOptionsSetOnFailure(EqFixedPointOptions options,
                                     EqOnFailure what) {
  unwrap(options)->options.onFailure = static_cast<OnFailure>(what);
}
void eqRootOptionsSetOnFailure(EqRootOptions options, EqOnFailure what) {
  unwrap(options)->onFailure = static_cast<OnFailure>(what);
}
void eqOdeOptionsSetOnFailure(EqOdeOptions options, EqOnFailure what) {
  unwrap(options)->options.onFailure = static_cast<OnFailure>(what);
}
void eqOdeOptionsSetSave(EqOdeOptions options, MlirValue times) {
  unwrap(options)->options.save = unwrap(times);
}
void eqOdeOptionsSetUntil(EqOdeOptions options, EqKnobs until) {
  auto &knobs = unwrap(options)->options.until;
  knobs.clear();
  // The caller's text may be gone when an operation is made.
  for (auto [name, value] : knobsOf(until))
    knobs.push_back({StringAttr::get(value.getContext(), name), value});
}
void eqOdeOptionsSetControl(EqOdeOptions options, MlirAttribute control) {
  unwrap(options)->control = unwrap(control);
}
void eqOdeOptionsAddEvent(EqOdeOptions options, EqEventDirection direction,
                          EqBodyCallback when, EqBodyCallback apply,
                          int64_t keep, void *userData) {
  OdeEvent event;
  event.direction = static_cast<EventDirection>(direction);
  event.when = CallBody{when, userData};
  if (apply)
    event.apply = CallBody{apply, userData};
  event.keep = keep;
  unwrap(options)->options.events.push_back(event);
}

MlirOperation eqFixedPointCreate(MlirLocation location, EqValues init,
                                 EqValues ins, EqValues shared, EqKnobs until,
                                 MlirAttribute method, EqKnobs with,
                                 EqBodyCallback body, void *userData,
                                 EqFixedPointOptions options) {
  Location loc = unwrap(location);
  auto checkedMethod = checkMethod(loc, method);
  FixedPointGiven given;
  if (unwrap(options))
    given = *unwrap(options);
  if (failed(checkedMethod) ||
      failed(checkAdjoint(loc, given.adjoint, given.options.adjoint)))
    return {nullptr};
  OpBuilder builder(loc.getContext());
  return wrap(FixedPointOp::create(builder, loc, valuesOf(init), valuesOf(ins),
                                   valuesOf(shared), knobsOf(until),
                                   *checkedMethod, knobsOf(with),
                                   CallBody{body, userData}, given.options)
                  .getOperation());
}

MlirOperation eqRootCreate(MlirLocation location, EqValues init, EqValues ins,
                           EqValues shared, EqKnobs until, MlirAttribute method,
                           EqKnobs with, EqBodyCallback body, void *userData,
                           EqRootOptions options) {
  Location loc = unwrap(location);
  auto checkedMethod = checkMethod(loc, method);
  if (failed(checkedMethod))
    return {nullptr};
  RootOptions given = unwrap(options) ? *unwrap(options) : RootOptions();
  OpBuilder builder(loc.getContext());
  return wrap(RootOp::create(builder, loc, valuesOf(init), valuesOf(ins),
                             valuesOf(shared), knobsOf(until), *checkedMethod,
                             knobsOf(with), CallBody{body, userData}, given)
                  .getOperation());
}

MlirOperation eqOdeCreate(MlirLocation location, EqValues init, EqValues ins,
                          EqValues shared, MlirValue from, MlirValue to,
                          EqKnobs within, MlirAttribute method, EqKnobs with,
                          EqBodyCallback body, void *userData,
                          EqOdeOptions options) {
  Location loc = unwrap(location);
  auto checkedMethod = checkMethod(loc, method);
  OdeGiven given;
  if (unwrap(options))
    given = *unwrap(options);
  if (failed(checkedMethod) ||
      failed(checkAdjoint(loc, given.adjoint, given.options.adjoint)) ||
      failed(checkOptional(loc, "control",
                           "a step-size controller such as #eq.pid",
                           given.control, given.options.control)))
    return {nullptr};
  OpBuilder builder(loc.getContext());
  return wrap(OdeOp::create(builder, loc, valuesOf(init), valuesOf(ins),
                            valuesOf(shared), unwrap(from), unwrap(to),
                            knobsOf(within), *checkedMethod, knobsOf(with),
                            CallBody{body, userData}, given.options)
                  .getOperation());
}

MlirOperation eqYieldCreate(MlirLocation location, EqValues values) {
  Location loc = unwrap(location);
  OpBuilder builder(loc.getContext());
  return wrap(YieldOp::create(builder, loc, valuesOf(values)).getOperation());
}

//===----------------------------------------------------------------------===//
// Programs
//===----------------------------------------------------------------------===//

EqExecutable eqExecutableCreate(MlirModule module, MlirStringRef schedule,
                                MlirStringCallback onError, void *userData) {
  auto fail = [&](llvm::Error error) {
    std::string sentence = llvm::toString(std::move(error));
    if (onError)
      onError(wrap(StringRef(sentence)), userData);
    return EqExecutable{nullptr};
  };
  PipelineOptions options;
  options.schedule = unwrap(schedule).str();
  auto object = compileModule(unwrap(module), options);
  if (!object)
    return fail(object.takeError());
  llvm::Expected<Executable> executable = Executable::load(*object);
  if (!executable)
    return fail(executable.takeError());
  return {new Executable(std::move(*executable))};
}

EqEntry eqExecutableLookup(EqExecutable executable, MlirStringRef name) {
  auto entry = static_cast<Executable *>(executable.ptr)->lookup(unwrap(name));
  if (entry)
    return *entry;
  llvm::consumeError(entry.takeError());
  return nullptr;
}

void eqExecutableDestroy(EqExecutable executable) {
  delete static_cast<Executable *>(executable.ptr);
}
