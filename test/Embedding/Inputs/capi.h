/* What the tests of the C API share: operations by name, functions, and the
 * tensors of entries. */
#ifndef EQ_TEST_EMBEDDING_CAPI_H
#define EQ_TEST_EMBEDDING_CAPI_H

#include "eq-c/Eq.h"
#include "mlir-c/BuiltinAttributes.h"
#include "mlir-c/BuiltinTypes.h"
#include <stdio.h>
#include <string.h>

static MlirContext context;
static MlirLocation loc;
static MlirType f64, i32;

static inline void begin(void) {
  MlirDialectRegistry registry = mlirDialectRegistryCreate();
  eqRegisterAllDialects(registry);
  context = mlirContextCreateWithRegistry(registry, 0);
  mlirDialectRegistryDestroy(registry);
  mlirContextLoadAllAvailableDialects(context);
  mlirDialectHandleLoadDialect(mlirGetDialectHandle__eq__(), context);
  loc = mlirLocationUnknownGet(context);
  f64 = mlirF64TypeGet(context);
  i32 = mlirIntegerTypeGet(context, 32);
}

static inline MlirStringRef text(const char *word) {
  return mlirStringRefCreateFromCString(word);
}

static inline MlirNamedAttribute named(const char *name,
                                       MlirAttribute attribute) {
  return mlirNamedAttributeGet(mlirIdentifierGet(context, text(name)),
                               attribute);
}

static inline void print(MlirStringRef part, void *userData) {
  fwrite(part.data, 1, part.length, stdout);
}

/* An op with one result of type `type`, or with none where it is null. */
static inline MlirOperation append(MlirBlock block, const char *name,
                                   intptr_t n, const MlirValue *operands,
                                   MlirType type, const char *attribute,
                                   MlirAttribute value) {
  MlirOperationState state = mlirOperationStateGet(text(name), loc);
  mlirOperationStateAddOperands(&state, n, operands);
  if (!mlirTypeIsNull(type))
    mlirOperationStateAddResults(&state, 1, &type);
  if (attribute) {
    MlirNamedAttribute given = named(attribute, value);
    mlirOperationStateAddAttributes(&state, 1, &given);
  }
  MlirOperation op = mlirOperationCreate(&state);
  mlirBlockAppendOwnedOperation(block, op);
  return op;
}

static inline MlirValue unary(MlirBlock block, const char *name, MlirValue x) {
  MlirAttribute none = {NULL};
  return mlirOperationGetResult(
      append(block, name, 1, &x, mlirValueGetType(x), NULL, none), 0);
}

static inline MlirValue binary(MlirBlock block, const char *name, MlirValue x,
                               MlirValue y) {
  MlirAttribute none = {NULL};
  MlirValue both[] = {x, y};
  return mlirOperationGetResult(
      append(block, name, 2, both, mlirValueGetType(x), NULL, none), 0);
}

static inline MlirValue constant(MlirBlock block, MlirAttribute value) {
  return mlirOperationGetResult(append(block, "arith.constant", 0, NULL,
                                       mlirAttributeGetType(value), "value",
                                       value),
                                0);
}

static inline MlirValue real(MlirBlock block, double number) {
  return constant(block, mlirFloatAttrDoubleGet(context, f64, number));
}

static inline void yield(MlirBlock block, MlirValue value) {
  mlirBlockAppendOwnedOperation(block,
                                eqYieldCreate(loc, (EqValues){1, &value}));
}

/* Makes a public function of a block, whose arguments have these names. */
static inline void addFunction(MlirModule module, const char *name,
                               MlirBlock block, const char **words,
                               intptr_t numResults, const MlirValue *results) {
  MlirAttribute noAttribute = {NULL};
  MlirType noType = {NULL};
  append(block, "func.return", numResults, results, noType, NULL, noAttribute);
  MlirType inputs[8], outputs[16];
  MlirAttribute names[8];
  intptr_t numInputs = mlirBlockGetNumArguments(block);
  for (intptr_t i = 0; i < numInputs; ++i) {
    inputs[i] = mlirValueGetType(mlirBlockGetArgument(block, i));
    MlirNamedAttribute name =
        named("eq.name", mlirStringAttrGet(context, text(words[i])));
    names[i] = mlirDictionaryAttrGet(context, 1, &name);
  }
  for (intptr_t i = 0; i < numResults; ++i)
    outputs[i] = mlirValueGetType(results[i]);
  MlirRegion region = mlirRegionCreate();
  mlirRegionAppendOwnedBlock(region, block);
  MlirOperationState state = mlirOperationStateGet(text("func.func"), loc);
  MlirType type =
      mlirFunctionTypeGet(context, numInputs, inputs, numResults, outputs);
  MlirNamedAttribute attributes[] = {
      named("sym_name", mlirStringAttrGet(context, text(name))),
      named("function_type", mlirTypeAttrGet(type)),
      named("arg_attrs", mlirArrayAttrGet(context, numInputs, names))};
  mlirOperationStateAddAttributes(&state, 3, attributes);
  mlirOperationStateAddOwnedRegions(&state, 1, &region);
  mlirBlockAppendOwnedOperation(mlirModuleGetBody(module),
                                mlirOperationCreate(&state));
}

/* A number as an entry takes it. */
static inline eq_tensor number(void *data, uint8_t type, uint8_t bits) {
  eq_tensor tensor;
  memset(&tensor, 0, sizeof(tensor));
  tensor.data = data;
  tensor.device.type = EQ_DEVICE_CPU;
  tensor.dtype = (eq_dtype){type, bits, 1};
  return tensor;
}

#endif /* EQ_TEST_EMBEDDING_CAPI_H */
