/* eq from C, beside MLIR's own C API: the dialect, its methods and schedules,
 * builders of solves, and programs compiled and run in this process.
 *
 * Link libEqC, which holds MLIR's C API too (mlir-c/IR.h and the dialects that
 * programs use).
 */
#ifndef EQ_C_EQ_H
#define EQ_C_EQ_H

#include "eq/Runtime/eqrt.h"
#include "mlir-c/IR.h"
#include "mlir-c/Support.h"

#ifdef __cplusplus
extern "C" {
#endif

/* mlirGetDialectHandle__eq__: the dialect alone. Programs are compiled in a
 * context whose registry went through eqRegisterAllDialects. */
MLIR_DECLARE_CAPI_DIALECT_REGISTRATION(Eq, eq);

/* ---- Registration -------------------------------------------------------- */

/* The dialect eq, those that its programs use, and all models of methods and
 * of operations. */
MLIR_CAPI_EXPORTED void eqRegisterAllDialects(MlirDialectRegistry registry);

/* The passes of eq and the pipelines `eq-verify`, `eq-expand`, `eq-fuse`,
 * `eq-schedule`, `eq-codegen`, `eq-to-llvm` and `eq-to-nvvm`, for
 * mlirParsePassPipeline. Once in a process. */
MLIR_CAPI_EXPORTED void eqRegisterAllPasses(void);

/* ---- Attributes ---------------------------------------------------------- */

/* Those whose parameters are not legal are null, after a diagnostic. The
 * context has to have loaded the dialect. */

/* Whether an attribute is a method, a step-size controller, an adjoint or a
 * schedule, of eq or of another dialect. */
MLIR_CAPI_EXPORTED bool eqAttributeIsAMethod(MlirAttribute attribute);
MLIR_CAPI_EXPORTED bool eqAttributeIsAController(MlirAttribute attribute);
MLIR_CAPI_EXPORTED bool eqAttributeIsAnAdjoint(MlirAttribute attribute);
MLIR_CAPI_EXPORTED bool eqAttributeIsASchedule(MlirAttribute attribute);

/* #eq.picard, #eq.anderson, #eq.brent and #eq.pid. */
MLIR_CAPI_EXPORTED MlirAttribute eqPicardAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqAndersonAttrGet(MlirContext context,
                                                   int64_t depth);
MLIR_CAPI_EXPORTED MlirAttribute eqBrentAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqPidAttrGet(MlirContext context);

/* #eq.runge_kutta<NAME>, such as "dp5"; null where there is no such tableau. */
MLIR_CAPI_EXPORTED MlirAttribute eqRungeKuttaAttrGet(MlirContext context,
                                                     MlirStringRef tableau);

/* #eq.runge_kutta with a tableau of `stages` stages: `a` has the stages *
 * (stages - 1) / 2 numbers below the diagonal, row by row, `b` and `c` one for
 * each stage. `bHat` is NULL, and `orderHat` 0, where there is no embedded
 * solution. Whether it has its order is checked by the stage `verify`. */
MLIR_CAPI_EXPORTED MlirAttribute eqRungeKuttaAttrGetTableau(
    MlirContext context, intptr_t stages, const double *a, const double *b,
    const double *c, unsigned order, const double *bHat, unsigned orderHat);

/* #eq.implicit, #eq.one_step and #eq.neumann, of fixed points;
 * #eq.interpolating, #eq.backsolve and #eq.checkpointed, of integrations. */
MLIR_CAPI_EXPORTED MlirAttribute eqImplicitAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqOneStepAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqNeumannAttrGet(MlirContext context,
                                                  int64_t terms);
MLIR_CAPI_EXPORTED MlirAttribute eqInterpolatingAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqBacksolveAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqCheckpointedAttrGet(MlirContext context,
                                                       int64_t slots);

/* #eq.serial, #eq.lanes, #eq.thread and #eq.cta. */
MLIR_CAPI_EXPORTED MlirAttribute eqSerialAttrGet(MlirContext context);
MLIR_CAPI_EXPORTED MlirAttribute eqLanesAttrGet(MlirContext context,
                                                int64_t lanes, int64_t rows,
                                                int64_t refill, int64_t chunk);
MLIR_CAPI_EXPORTED MlirAttribute eqThreadAttrGet(MlirContext context,
                                                 int64_t block, int64_t refill,
                                                 int64_t chunk);
MLIR_CAPI_EXPORTED MlirAttribute eqCtaAttrGet(MlirContext context,
                                              int64_t warps, int64_t samples,
                                              int64_t rows, int64_t refill,
                                              int64_t chunk);

/* ---- Operations ---------------------------------------------------------- */

/* An operand of `until`, `within` or `with`. */
typedef struct {
  MlirStringRef name;
  MlirValue value;
} EqKnob;

typedef struct {
  intptr_t size;
  const MlirValue *values;
} EqValues;

typedef struct {
  intptr_t size;
  const EqKnob *knobs;
} EqKnobs;

/* Fills a region's block, whose arguments are there, up to its `eq.yield`. */
typedef void (*EqBodyCallback)(MlirBlock block, MlirLocation location,
                               void *userData);

/* ---- Options of operations ----------------------------------------------- */

/* What an operation may be told beside what it needs. An object is made by
 * `Create`, with the defaults that are named below, and belongs to the caller:
 * it may be given to any number of operations, and what it was told is copied.
 * More options will be more functions. */
typedef struct {
  void *ptr;
} EqFixedPointOptions;

typedef struct {
  void *ptr;
} EqRootOptions;

typedef struct {
  void *ptr;
} EqOdeOptions;

/* How a state becomes one number. */
typedef enum { EqNormMax, EqNormRms, EqNormL2 } EqNorm;

/* What it means to the body around an operation that it failed. */
typedef enum { EqOnFailureFail, EqOnFailureIgnore } EqOnFailure;

/* Which changes of sign are an event. */
typedef enum {
  EqEventDirectionRising,
  EqEventDirectionFalling,
  EqEventDirectionAny
} EqEventDirection;

MLIR_CAPI_EXPORTED EqFixedPointOptions eqFixedPointOptionsCreate(void);
MLIR_CAPI_EXPORTED void eqFixedPointOptionsDestroy(EqFixedPointOptions options);
MLIR_CAPI_EXPORTED EqRootOptions eqRootOptionsCreate(void);
MLIR_CAPI_EXPORTED void eqRootOptionsDestroy(EqRootOptions options);
MLIR_CAPI_EXPORTED EqOdeOptions eqOdeOptionsCreate(void);
MLIR_CAPI_EXPORTED void eqOdeOptionsDestroy(EqOdeOptions options);

/* How many leading dimensions of `init` and `ins` are the batch; 0. */
MLIR_CAPI_EXPORTED void
eqFixedPointOptionsSetBatchRank(EqFixedPointOptions options, unsigned rank);
MLIR_CAPI_EXPORTED void eqRootOptionsSetBatchRank(EqRootOptions options,
                                                  unsigned rank);
MLIR_CAPI_EXPORTED void eqOdeOptionsSetBatchRank(EqOdeOptions options,
                                                 unsigned rank);

/* What components are divided by, one value for each state; none. */
MLIR_CAPI_EXPORTED void eqFixedPointOptionsSetScale(EqFixedPointOptions options,
                                                    EqValues scale);
MLIR_CAPI_EXPORTED void eqOdeOptionsSetScale(EqOdeOptions options,
                                             EqValues scale);

/* EqNormMax. */
MLIR_CAPI_EXPORTED void eqFixedPointOptionsSetNorm(EqFixedPointOptions options,
                                                   EqNorm norm);

/* How many residuals are kept, in one more result; none. */
MLIR_CAPI_EXPORTED void eqFixedPointOptionsSetTrace(EqFixedPointOptions options,
                                                    int64_t slots);

/* How the operation is differentiated; a null attribute: nothing is said. */
MLIR_CAPI_EXPORTED void
eqFixedPointOptionsSetAdjoint(EqFixedPointOptions options,
                              MlirAttribute adjoint);
MLIR_CAPI_EXPORTED void eqOdeOptionsSetAdjoint(EqOdeOptions options,
                                               MlirAttribute adjoint);

/* Where nothing is said, the stage `verify` decides. */
MLIR_CAPI_EXPORTED void
eqFixedPointOptionsSetOnFailure(EqFixedPointOptions options, EqOnFailure what);
MLIR_CAPI_EXPORTED void eqRootOptionsSetOnFailure(EqRootOptions options,
                                                  EqOnFailure what);
MLIR_CAPI_EXPORTED void eqOdeOptionsSetOnFailure(EqOdeOptions options,
                                                 EqOnFailure what);

/* The times at which states are saved, in one more result for each state; a
 * null value: none. */
MLIR_CAPI_EXPORTED void eqOdeOptionsSetSave(EqOdeOptions options,
                                            MlirValue times);

/* The steady state at which the integration ends, by `abs` and `rel`; none. */
MLIR_CAPI_EXPORTED void eqOdeOptionsSetUntil(EqOdeOptions options,
                                             EqKnobs until);

/* The step-size controller; a null attribute: that of eq. */
MLIR_CAPI_EXPORTED void eqOdeOptionsSetControl(EqOdeOptions options,
                                               MlirAttribute control);

/* One more event. `when` yields the number whose change of sign it is; `apply`
 * whether to go on, an i1, and the states to go on with: where it is NULL the
 * integration ends. The arguments of both are those of the body. `keep` event
 * times are kept, in one more result; 0: none. Both callbacks are called when
 * an operation is made, with `userData`. */
MLIR_CAPI_EXPORTED void eqOdeOptionsAddEvent(EqOdeOptions options,
                                             EqEventDirection direction,
                                             EqBodyCallback when,
                                             EqBodyCallback apply, int64_t keep,
                                             void *userData);

/* ---- Building operations ------------------------------------------------- */

/* Each makes an operation that is in no block yet; the types of its results
 * follow from its operands and its body. Null options are the defaults. Where
 * an attribute is not what it is given for, such as a method that is null, the
 * operation is null, after a diagnostic; all else is checked by
 * mlirOperationVerify. */

/* eq.fixed_point: the states, then residual, iterations and status, then the
 * trace if it is kept. */
MLIR_CAPI_EXPORTED MlirOperation eqFixedPointCreate(
    MlirLocation location, EqValues init, EqValues ins, EqValues shared,
    EqKnobs until, MlirAttribute method, EqKnobs with, EqBodyCallback body,
    void *userData, EqFixedPointOptions options);

/* eq.root: the states, then residual, iterations and status. */
MLIR_CAPI_EXPORTED MlirOperation
eqRootCreate(MlirLocation location, EqValues init, EqValues ins,
             EqValues shared, EqKnobs until, MlirAttribute method, EqKnobs with,
             EqBodyCallback body, void *userData, EqRootOptions options);

/* eq.ode: the states, then the saved states, then the times of each event that
 * keeps some, then the time, the error, accepted and rejected steps and the
 * status. The first argument of the body is the time. */
MLIR_CAPI_EXPORTED MlirOperation eqOdeCreate(
    MlirLocation location, EqValues init, EqValues ins, EqValues shared,
    MlirValue from, MlirValue to, EqKnobs within, MlirAttribute method,
    EqKnobs with, EqBodyCallback body, void *userData, EqOdeOptions options);

/* eq.yield, which ends a body. */
MLIR_CAPI_EXPORTED MlirOperation eqYieldCreate(MlirLocation location,
                                               EqValues values);

/* ---- Programs ------------------------------------------------------------ */

/* Machine code in this process. */
typedef struct {
  void *ptr;
} EqExecutable;

typedef int (*EqEntry)(eq_context *context, const eq_tensor *in,
                       eq_tensor *out);

/* Compiles a module through all stages; it is the LLVM dialect afterwards.
 * `schedule` replaces the schedules of its loops, as "#eq.serial"; empty: they
 * are chosen. Null after an error: what is wrong with the program goes to the
 * context's diagnostics, and the sentence to `onError`, which may be NULL. */
MLIR_CAPI_EXPORTED EqExecutable eqExecutableCreate(MlirModule module,
                                                   MlirStringRef schedule,
                                                   MlirStringCallback onError,
                                                   void *userData);

static inline bool eqExecutableIsNull(EqExecutable executable) {
  return !executable.ptr;
}

/* The entry `eq_NAME` of the public function `name`, or NULL. It lives as long
 * as the executable. */
MLIR_CAPI_EXPORTED EqEntry eqExecutableLookup(EqExecutable executable,
                                              MlirStringRef name);

MLIR_CAPI_EXPORTED void eqExecutableDestroy(EqExecutable executable);

#ifdef __cplusplus
}
#endif

#endif /* EQ_C_EQ_H */
