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

/* Whether an attribute is a method, a step-size controller or a schedule, of eq
 * or of another dialect. */
MLIR_CAPI_EXPORTED bool eqAttributeIsAMethod(MlirAttribute attribute);
MLIR_CAPI_EXPORTED bool eqAttributeIsAController(MlirAttribute attribute);
MLIR_CAPI_EXPORTED bool eqAttributeIsASchedule(MlirAttribute attribute);

/* #eq.picard, #eq.brent and #eq.pid. */
MLIR_CAPI_EXPORTED MlirAttribute eqPicardAttrGet(MlirContext context);
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

/* Each makes an operation that is in no block yet; the types of its results
 * follow from its operands and its body. `batchRank` leading dimensions of
 * `init` and `ins` are the batch. */

/* eq.fixed_point: the states, then residual, iterations and status. */
MLIR_CAPI_EXPORTED MlirOperation eqFixedPointCreate(
    MlirLocation location, EqValues init, EqValues ins, EqValues shared,
    EqKnobs until, MlirAttribute method, EqKnobs with, unsigned batchRank,
    EqBodyCallback body, void *userData);

/* eq.root: the states, then residual, iterations and status. */
MLIR_CAPI_EXPORTED MlirOperation
eqRootCreate(MlirLocation location, EqValues init, EqValues ins,
             EqValues shared, EqKnobs until, MlirAttribute method, EqKnobs with,
             unsigned batchRank, EqBodyCallback body, void *userData);

/* eq.ode: the states, then the saved states if `save` is not null, the time,
 * the error, accepted and rejected steps and the status. `control` may be
 * null. The first argument of the body is the time. */
MLIR_CAPI_EXPORTED MlirOperation
eqOdeCreate(MlirLocation location, EqValues init, EqValues ins, EqValues shared,
            MlirValue from, MlirValue to, MlirValue save, EqKnobs within,
            MlirAttribute method, MlirAttribute control, EqKnobs with,
            unsigned batchRank, EqBodyCallback body, void *userData);

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
