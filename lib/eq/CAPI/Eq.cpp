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

bool eqAttributeIsAMethod(MlirAttribute attribute) {
  return isa<MethodAttrInterface>(unwrap(attribute));
}
bool eqAttributeIsAController(MlirAttribute attribute) {
  return isa<ControllerAttrInterface>(unwrap(attribute));
}
bool eqAttributeIsASchedule(MlirAttribute attribute) {
  return isa<ScheduleAttrInterface>(unwrap(attribute));
}

MlirAttribute eqPicardAttrGet(MlirContext context) {
  return wrap(PicardAttr::get(unwrap(context)));
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

// Schedules are checked where they are made.
template <typename Schedule, typename... Arguments>
static MlirAttribute checkedSchedule(MlirContext context,
                                     Arguments... arguments) {
  MLIRContext *ours = unwrap(context);
  auto error = [&] { return emitError(UnknownLoc::get(ours)); };
  return wrap(Attribute(Schedule::getChecked(error, ours, arguments...)));
}

MlirAttribute eqSerialAttrGet(MlirContext context) {
  return wrap(SerialAttr::get(unwrap(context)));
}
MlirAttribute eqLanesAttrGet(MlirContext context, int64_t lanes, int64_t rows,
                             int64_t refill, int64_t chunk) {
  return checkedSchedule<LanesAttr>(context, lanes, rows, refill, chunk);
}
MlirAttribute eqThreadAttrGet(MlirContext context, int64_t block,
                              int64_t refill, int64_t chunk) {
  return checkedSchedule<ThreadAttr>(context, block, refill, chunk);
}
MlirAttribute eqCtaAttrGet(MlirContext context, int64_t warps, int64_t samples,
                           int64_t rows, int64_t refill, int64_t chunk) {
  return checkedSchedule<CtaAttr>(context, warps, samples, rows, refill, chunk);
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

// The body of a solve, filled by a callback.
struct CallBody {
  void operator()(OpBuilder &builder, Location loc, ValueRange) const {
    body(wrap(builder.getInsertionBlock()), wrap(loc), userData);
  }
  EqBodyCallback body;
  void *userData;
};

} // namespace

MlirOperation eqFixedPointCreate(MlirLocation location, EqValues init,
                                 EqValues ins, EqValues shared, EqKnobs until,
                                 MlirAttribute method, EqKnobs with,
                                 unsigned batchRank, EqBodyCallback body,
                                 void *userData) {
  Location loc = unwrap(location);
  OpBuilder builder(loc.getContext());
  FixedPointOptions options;
  options.batchRank = batchRank;
  return wrap(FixedPointOp::create(
                  builder, loc, valuesOf(init), valuesOf(ins), valuesOf(shared),
                  knobsOf(until), cast<MethodAttrInterface>(unwrap(method)),
                  knobsOf(with), CallBody{body, userData}, options)
                  .getOperation());
}

MlirOperation eqRootCreate(MlirLocation location, EqValues init, EqValues ins,
                           EqValues shared, EqKnobs until, MlirAttribute method,
                           EqKnobs with, unsigned batchRank,
                           EqBodyCallback body, void *userData) {
  Location loc = unwrap(location);
  OpBuilder builder(loc.getContext());
  return wrap(RootOp::create(builder, loc, valuesOf(init), valuesOf(ins),
                             valuesOf(shared), knobsOf(until),
                             cast<MethodAttrInterface>(unwrap(method)),
                             knobsOf(with), CallBody{body, userData}, batchRank)
                  .getOperation());
}

MlirOperation eqOdeCreate(MlirLocation location, EqValues init, EqValues ins,
                          EqValues shared, MlirValue from, MlirValue to,
                          MlirValue save, EqKnobs within, MlirAttribute method,
                          MlirAttribute control, EqKnobs with,
                          unsigned batchRank, EqBodyCallback body,
                          void *userData) {
  Location loc = unwrap(location);
  OpBuilder builder(loc.getContext());
  OdeOptions options;
  options.batchRank = batchRank;
  options.save = unwrap(save);
  options.control = cast_if_present<ControllerAttrInterface>(unwrap(control));
  return wrap(OdeOp::create(builder, loc, valuesOf(init), valuesOf(ins),
                            valuesOf(shared), unwrap(from), unwrap(to),
                            knobsOf(within),
                            cast<MethodAttrInterface>(unwrap(method)),
                            knobsOf(with), CallBody{body, userData}, options)
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
