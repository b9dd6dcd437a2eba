/* Tests of the runtime, in the place of compiled programs: the bodies here do
 * what generated code does. One claim per function; expected numbers are small
 * enough to be checked by eye, shapes are not square. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Check.h"
#include "eq/Runtime/Generated.h"

#include <inttypes.h>
#ifdef __GLIBC__
#include <malloc.h>
#endif
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>
#ifdef __SSE2__
#include <xmmintrin.h>
#endif

/* ---- Descriptors, tensors and one program -------------------------------- */

typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[2], strides[2];
} memref2;
typedef struct {
  void *allocated, *aligned;
  int64_t offset, sizes[1], strides[1];
} memref1;
typedef struct {
  void *allocated, *aligned;
  int64_t offset;
} memref0;

#define TENSOR(type, number_of_bits, pointer, rank, ...)                       \
  {.data = (pointer),                                                          \
   .device = {EQ_DEVICE_CPU, 0},                                               \
   .ndim = (rank),                                                             \
   .dtype = {(type), (number_of_bits), 1},                                     \
   __VA_ARGS__}
#define F32(pointer, rank, ...)                                                \
  TENSOR(EQ_TYPE_FLOAT, 32, pointer, rank, __VA_ARGS__)

/* scale(x: tensor<?x3xf32>, factor: f32, flip: tensor<?xi1>)
 *   -> (tensor<?x3xf32>, tensor<?xi1>)
 * multiplies, row by row, by factor, or by -factor where flip is set; the
 * second result is flip again. */
static const int64_t rows_by_3[] = {-1, 3}, rows[] = {-1};
static const eqrt_value scale_in[] = {
    {"x", EQ_TYPE_FLOAT, 32, 2, 0, rows_by_3},
    {"factor", EQ_TYPE_FLOAT, 32, 0, 0, NULL},
    {NULL, EQ_TYPE_BOOL, 8, 1, 0, rows},
};
static const eqrt_value scale_out[] = {
    {"y", EQ_TYPE_FLOAT, 32, 2, 0, rows_by_3},
    {"", EQ_TYPE_BOOL, 8, 1, 0, rows},
};
static const eqrt_signature scale_signature = {"scale",  EQRT_VERSION, 3, 2, 0,
                                               scale_in, scale_out};

/* What the body saw and how it should behave. */
static struct {
  memref2 x;
  memref0 factor;
  memref1 flip;
  int fail_after_results; /* a code, or 0 */
  bool omit_second;
  int calls;
} seen;

static int scale_body(eq_context *context) {
  ++seen.calls;
  memref2 x;
  memref0 factor;
  memref1 flip;
  eqrt_argument(context, 0, &x);
  eqrt_argument(context, 1, &factor);
  eqrt_argument(context, 2, &flip);
  seen.x = x, seen.factor = factor, seen.flip = flip;
  int code =
      eqrt_expect_size(context, "expected 'flip' to have the rows of 'x'",
                       x.sizes[0], flip.sizes[0]);
  if (code != EQ_OK)
    return code;
  int64_t n = x.sizes[0];
  /* Column-major on purpose: results of any strides are legal. */
  float *y = eqrt_alloc(context, n * 3 * 4, 4);
  if (!y)
    return eqrt_fail(context, EQ_ERROR_MEMORY, "never the first error");
  const float *from = x.aligned;
  const uint8_t *flips = flip.aligned;
  float f = *(const float *)factor.aligned;
  for (int64_t i = 0; i < n; ++i)
    for (int64_t j = 0; j < 3; ++j)
      y[j * n + i] = from[i * 3 + j] * (flips[i] ? -f : f);
  memref2 result = {y, y, 0, {n, 3}, {1, n}};
  if ((code = eqrt_result(context, 0, &result)))
    return code;
  if (!seen.omit_second && (code = eqrt_result(context, 1, &flip)))
    return code;
  if (seen.fail_after_results)
    return eqrt_fail(context, seen.fail_after_results, "failed on purpose");
  return EQ_OK;
}

static int eq_scale(eq_context *context, const eq_tensor *in, eq_tensor *out) {
  return eqrt_call(context, &scale_signature, scale_body, in, out);
}

/* Good operands, for tests to spoil: x = [[1, 2, 3], [4, 5, 6]], factor = 10,
 * flip = [0, 1]. */
typedef struct {
  float x[6], factor;
  uint8_t flip[2];
  int64_t x_shape[2], flip_shape[1];
  eq_tensor in[3], out[2];
} operands;

static void make_operands(operands *o) {
  memset(&seen, 0, sizeof(seen));
  *o = (operands){.x = {1, 2, 3, 4, 5, 6},
                  .factor = 10,
                  .flip = {0, 1},
                  .x_shape = {2, 3},
                  .flip_shape = {2}};
  o->in[0] = (eq_tensor)F32(o->x, 2, .shape = o->x_shape);
  o->in[1] = (eq_tensor)F32(&o->factor, 0);
  o->in[2] =
      (eq_tensor)TENSOR(EQ_TYPE_BOOL, 8, o->flip, 1, .shape = o->flip_shape);
}

static void check_scaled(const float *y) {
  const float wanted[] = {10, 20, 30, -40, -50, -60};
  for (int i = 0; i < 6; ++i)
    if (y[i] != wanted[i])
      FAIL("expected y[%d] to be %g, but got %g", i, wanted[i], y[i]);
}

static void free_results(eq_tensor *out) {
  CHECK_INT(eq_tensor_free(NULL, &out[0]), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out[1]), EQ_OK);
}

/* The call must be refused so, before the body, and leave `out` as it is. */
static void check_refused(operands *o, int code, const char *message) {
  eq_tensor before[2];
  memcpy(before, o->out, sizeof(before));
  int calls = seen.calls;
  CHECK_INT(eq_scale(NULL, o->in, o->out), code);
  CHECK_TEXT(eq_last_error(NULL), message);
  CHECK_INT(seen.calls, calls);
  CHECK(memcmp(before, o->out, sizeof(before)) == 0);
  CHECK_INT(eq_memory_in_use(NULL), 0);
}

/* ---- Calls --------------------------------------------------------------- */

static void a_call_fills_in_its_results(void) {
  operands o;
  make_operands(&o);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK_TEXT(eq_last_error(NULL), "");
  const eq_tensor *y = &o.out[0];
  check_scaled(y->data);
  CHECK_INT(y->ndim, 2);
  CHECK_INT(y->shape[0], 2);
  CHECK_INT(y->shape[1], 3);
  CHECK_INT(y->strides[0], 3);
  CHECK_INT(y->strides[1], 1);
  CHECK_INT(y->byte_offset, 0);
  CHECK_INT(y->dtype.code, EQ_TYPE_FLOAT);
  CHECK_INT(y->dtype.bits, 32);
  CHECK_INT(y->dtype.lanes, 1);
  CHECK_INT(y->device.type, EQ_DEVICE_CPU);
  CHECK_INT((uintptr_t)y->data % 64, 0);
  CHECK_INT(o.out[1].dtype.code, EQ_TYPE_BOOL);
  CHECK_INT(((uint8_t *)o.out[1].data)[1], 1);
  free_results(o.out);
}

static void a_contiguous_input_is_not_copied(void) {
  operands o;
  make_operands(&o);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(seen.x.aligned == o.x);
  CHECK(seen.x.allocated == o.x);
  CHECK_INT(seen.x.offset, 0);
  CHECK_INT(seen.x.sizes[0], 2);
  CHECK_INT(seen.x.sizes[1], 3);
  CHECK_INT(seen.x.strides[0], 3);
  CHECK_INT(seen.x.strides[1], 1);
  CHECK(seen.factor.aligned == &o.factor);
  CHECK_INT(seen.factor.offset, 0);
  free_results(o.out);
}

static void the_stride_of_a_single_row_does_not_matter(void) {
  operands o;
  make_operands(&o);
  o.x_shape[0] = o.flip_shape[0] = 1;
  int64_t strides[] = {77, 1};
  o.in[0].strides = strides;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(seen.x.aligned == o.x);
  CHECK_INT(seen.x.strides[0], 3);
  free_results(o.out);
}

static void strided_inputs_are_read_through_their_strides(void) {
  operands o;
  make_operands(&o);
  const float transposed[] = {1, 4, 2, 5, 3, 6};
  memcpy(o.x, transposed, sizeof(transposed));
  int64_t strides[] = {1, 2};
  o.in[0].strides = strides;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  check_scaled(o.out[0].data);
  CHECK_INT((uintptr_t)seen.x.aligned % 64, 0);
  free_results(o.out);
}

static void negative_strides_and_byte_offsets_are_honoured(void) {
  operands o;
  make_operands(&o);
  const float reversed[] = {6, 5, 4, 3, 2, 1};
  memcpy(o.x, reversed, sizeof(reversed));
  int64_t strides[] = {-3, -1};
  o.in[0].strides = strides;
  o.in[0].byte_offset = 5 * sizeof(float);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  check_scaled(o.out[0].data);
  free_results(o.out);
}

static void a_byte_offset_alone_needs_no_copy(void) {
  operands o;
  make_operands(&o);
  float padded[] = {-1, 1, 2, 3, 4, 5, 6};
  o.in[0].data = padded;
  o.in[0].byte_offset = sizeof(float);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(seen.x.aligned == padded + 1);
  check_scaled(o.out[0].data);
  free_results(o.out);
}

static void a_stride_of_zero_repeats_an_input(void) {
  operands o;
  make_operands(&o);
  int64_t strides[] = {0, 1};
  o.in[0].strides = strides;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  const float *y = o.out[0].data;
  CHECK(y[0] == 10 && y[2] == 30 && y[3] == -10 && y[5] == -30);
  free_results(o.out);
}

/* Elements of each size, in a layout that is contiguous nowhere. */
static const int64_t shape_3_2[] = {3, 2};
static eqrt_value mirror_value[] = {{"x", EQ_TYPE_INT, 0, 2, 0, shape_3_2}};
static int mirror_body(eq_context *context) {
  memref2 x;
  eqrt_argument(context, 0, &x);
  return eqrt_result(context, 0, &x);
}

static void every_element_size_is_copied_with_strides(void) {
  eqrt_signature signature = {"mirror", EQRT_VERSION, 1,           1,
                              0,        mirror_value, mirror_value};
  for (int32_t bits = 8; bits <= 64; bits *= 2) {
    int32_t bytes = bits / 8;
    mirror_value[0].bits = bits;
    _Alignas(8) uint8_t data[30 * 8];
    for (int i = 0; i < 30 * bytes; ++i)
      data[i] = (uint8_t)(i + 1);
    int64_t shape[] = {3, 2}, strides[] = {10, 4};
    eq_tensor in = TENSOR(EQ_TYPE_INT, (uint8_t)bits, data, 2, .shape = shape,
                          .strides = strides);
    eq_tensor out = {0};
    CHECK_INT(eqrt_call(NULL, &signature, mirror_body, &in, &out), EQ_OK);
    for (int i = 0; i < 3; ++i)
      for (int j = 0; j < 2; ++j)
        CHECK(memcmp((uint8_t *)out.data + (i * 2 + j) * bytes,
                     data + (i * 10 + j * 4) * bytes, (size_t)bytes) == 0);
    CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  }
}

static void booleans_become_zero_or_one(void) {
  operands o;
  make_operands(&o);
  o.flip[1] = 0x80;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(seen.flip.aligned != o.flip);
  CHECK_INT(((uint8_t *)o.out[1].data)[0], 0);
  CHECK_INT(((uint8_t *)o.out[1].data)[1], 1);
  CHECK_INT(o.flip[1], 0x80);
  free_results(o.out);
}

static void strided_booleans_become_zero_or_one(void) {
  operands o;
  make_operands(&o);
  uint8_t flags[] = {9, 7, 0};
  int64_t strides[] = {-2};
  o.in[2].data = flags;
  o.in[2].byte_offset = 2;
  o.in[2].strides = strides;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  check_scaled(o.out[0].data);
  CHECK_INT(((uint8_t *)o.out[1].data)[1], 1);
  free_results(o.out);
}

static int flags_body(eq_context *context) {
  uint8_t *flags = eqrt_alloc(context, 3, 1);
  if (!flags)
    return EQ_ERROR_MEMORY;
  flags[0] = 0xFF, flags[1] = 0, flags[2] = 2;
  memref1 result = {flags, flags, 0, {3}, {1}};
  return eqrt_result(context, 0, &result);
}

static void boolean_results_become_zero_or_one(void) {
  eqrt_signature signature = {"flags", EQRT_VERSION, 0, 1, 0,
                              NULL,    &scale_out[1]};
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &signature, flags_body, NULL, &out), EQ_OK);
  const uint8_t *flags = out.data;
  CHECK_INT(flags[0], 1);
  CHECK_INT(flags[1], 0);
  CHECK_INT(flags[2], 1);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static void an_empty_batch_is_legal(void) {
  operands o;
  make_operands(&o);
  o.x_shape[0] = o.flip_shape[0] = 0;
  o.in[0].data = NULL;
  o.in[2].data = NULL;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(seen.x.aligned != NULL);
  CHECK_INT(o.out[0].shape[0], 0);
  CHECK_INT(o.out[0].shape[1], 3);
  CHECK(o.out[0].data != NULL);
  free_results(o.out);
  CHECK(o.out[0].data == NULL && o.out[0].shape == NULL);
}

static int answer_body(eq_context *context) {
  double *value = eqrt_alloc(context, 8, 8);
  if (!value)
    return eqrt_fail(context, EQ_ERROR_MEMORY, "no message");
  value[0] = 42.5;
  memref0 result = {value, value, 0};
  return eqrt_result(context, 0, &result);
}
static const eqrt_value answer_out[] = {
    {"answer", EQ_TYPE_FLOAT, 64, 0, 0, NULL}};
static const eqrt_signature answer_signature = {"answer", EQRT_VERSION, 0, 1, 0,
                                                NULL,     answer_out};

static void rank_zero_results_and_no_inputs(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &answer_signature, answer_body, NULL, &out), EQ_OK);
  CHECK_INT(out.ndim, 0);
  CHECK(*(double *)out.data == 42.5);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static int offset_body(eq_context *context) {
  float *base = eqrt_alloc(context, 12 * 4, 4);
  if (!base)
    return EQ_ERROR_MEMORY;
  for (int i = 0; i < 12; ++i)
    base[i] = (float)i;
  memref2 y = {base, base, 7, {1, 3}, {100, -2}};
  return eqrt_result(context, 0, &y);
}

static void result_descriptors_have_offsets_and_strides(void) {
  eqrt_signature signature = {"offset", EQRT_VERSION, 0, 1, 0, NULL, scale_out};
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &signature, offset_body, NULL, &out), EQ_OK);
  const float *y = out.data;
  CHECK(y[0] == 7 && y[1] == 5 && y[2] == 3);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

/* ---- Results in the caller's memory -------------------------------------- */

static void the_callers_memory_is_written(void) {
  operands o;
  make_operands(&o);
  float y[6];
  uint8_t flip[2];
  int64_t shape[] = {2, 3}, flip_shape[] = {2};
  o.out[0] = (eq_tensor)F32(y, 2, .shape = shape);
  o.out[1] = (eq_tensor)TENSOR(EQ_TYPE_BOOL, 8, flip, 1, .shape = flip_shape);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  check_scaled(y);
  CHECK_INT(flip[0], 0);
  CHECK_INT(flip[1], 1);
  CHECK(o.out[0].data == y && o.out[0].shape == shape && !o.out[0].strides);
  CHECK_INT(eq_memory_in_use(NULL), 0);
}

static void the_callers_strides_are_honoured(void) {
  operands o;
  make_operands(&o);
  float wide[20];
  for (int i = 0; i < 20; ++i)
    wide[i] = -7;
  int64_t shape[] = {2, 3}, strides[] = {10, -3};
  o.out[0] = (eq_tensor)F32(wide, 2, .shape = shape, .strides = strides,
                            .byte_offset = 7 * sizeof(float));
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  for (int i = 0; i < 20; ++i) {
    float wanted = i == 7    ? 10
                   : i == 4  ? 20
                   : i == 1  ? 30
                   : i == 17 ? -40
                   : i == 14 ? -50
                   : i == 11 ? -60
                             : -7;
    if (wide[i] != wanted)
      FAIL("expected wide[%d] to be %g, but got %g", i, wanted, wide[i]);
  }
  CHECK_INT(eq_tensor_free(NULL, &o.out[1]), EQ_OK);
}

static void a_result_may_overlap_an_input(void) {
  operands o;
  make_operands(&o);
  float memory[7] = {1, 2, 3, 4, 5, 6, 0};
  int64_t shape[] = {2, 3};
  o.in[0].data = memory;
  o.out[0] = (eq_tensor)F32(memory + 1, 2, .shape = shape);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK(memory[0] == 1);
  check_scaled(memory + 1);
  CHECK_INT(eq_tensor_free(NULL, &o.out[1]), EQ_OK);
}

static void a_failing_call_leaves_out_as_it_was(void) {
  operands o;
  make_operands(&o);
  float y[6] = {-1, -1, -1, -1, -1, -1};
  int64_t shape[] = {2, 3};
  o.out[0] = (eq_tensor)F32(y, 2, .shape = shape);
  o.out[1].ndim = 99; /* what was there, stays */
  seen.fail_after_results = EQ_ERROR_ARGUMENT;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL), "'scale': failed on purpose");
  for (int i = 0; i < 6; ++i)
    CHECK(y[i] == -1);
  CHECK(o.out[1].data == NULL);
  CHECK_INT(o.out[1].ndim, 99);
  CHECK_INT(eq_memory_in_use(NULL), 0);
}

static void a_good_call_clears_the_last_error(void) {
  operands o;
  make_operands(&o);
  seen.fail_after_results = EQ_ERROR_ARGUMENT;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_ERROR_ARGUMENT);
  seen.fail_after_results = 0;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_OK);
  CHECK_TEXT(eq_last_error(NULL), "");
  free_results(o.out);
}

static void a_size_known_late_is_checked_against_the_callers_memory(void) {
  operands o;
  make_operands(&o);
  float y[12] = {0};
  int64_t shape[] = {4, 3};
  o.out[0] = (eq_tensor)F32(y, 2, .shape = shape);
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_ERROR_SHAPE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected 'y' (result 0) to have shape [2, 3], but got "
             "[4, 3]");
  CHECK(y[0] == 0);
}

/* ---- Refusals ------------------------------------------------------------ */

static void a_wrong_static_size_is_refused(void) {
  operands o;
  make_operands(&o);
  o.x_shape[1] = 4;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to have shape [?, 3], but got "
                "[2, 4]");
}

static void a_wrong_rank_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].ndim = 1;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to have rank 2, but got rank "
                "1");
  make_operands(&o);
  o.in[1].ndim = -1;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'factor' (input 1) to have rank 0, but got "
                "rank -1");
}

static void a_negative_size_is_refused(void) {
  operands o;
  make_operands(&o);
  o.x_shape[0] = -2;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to have sizes of 0 or more, "
                "but got [-2, 3]");
}

static void a_missing_shape_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].shape = NULL;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to have a shape, but got "
                "NULL");
}

static void a_wrong_type_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].dtype.bits = 64;
  check_refused(&o, EQ_ERROR_TYPE,
                "'scale': expected 'x' (input 0) to have type f32, but got "
                "f64");
  const struct {
    uint8_t code, bits;
    uint16_t lanes;
    const char *name;
  } types[] = {
      {EQ_TYPE_INT, 32, 1, "i32"},
      {EQ_TYPE_UINT, 8, 1, "ui8"},
      {EQ_TYPE_BFLOAT, 16, 1, "bf16"},
      {EQ_TYPE_BOOL, 8, 1, "bool"},
      {EQ_TYPE_FLOAT, 32, 4, "f32 in vectors of 4"},
      {5, 64, 1, "DLPack type code 5 with 64 bits"},
  };
  for (size_t i = 0; i < sizeof(types) / sizeof(types[0]); ++i) {
    char message[200];
    make_operands(&o);
    o.in[0].dtype = (eq_dtype){types[i].code, types[i].bits, types[i].lanes};
    snprintf(message, sizeof(message),
             "'scale': expected 'x' (input 0) to have type f32, but got %s",
             types[i].name);
    check_refused(&o, EQ_ERROR_TYPE, message);
  }
}

static void an_operand_without_a_name_is_called_by_its_number(void) {
  operands o;
  make_operands(&o);
  o.in[2].dtype = (eq_dtype){EQ_TYPE_INT, 8, 1};
  check_refused(&o, EQ_ERROR_TYPE,
                "'scale': expected input 2 to have type bool, but got i8");
}

static void another_device_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].device.type = 10;
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'x' (input 0) to be on the CPU or a CUDA "
                "GPU (DLPack device type 1 or 2), but got device type 10");
}

static void missing_data_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].data = NULL;
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'x' (input 0) to have data, but got NULL");
}

static void data_off_its_alignment_is_refused(void) {
  operands o;
  make_operands(&o);
  o.in[0].data = (char *)o.x + 2;
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'x' (input 0) to have data aligned to 4 "
                "bytes, but got an address 2 past a multiple of it");
  make_operands(&o);
  o.in[0].byte_offset = 1;
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'x' (input 0) to have data aligned to 4 "
                "bytes, but got an address 1 past a multiple of it");
}

static void sizes_that_overflow_are_refused(void) {
  operands o;
  make_operands(&o);
  o.x_shape[0] = INT64_MAX / 4;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to fit into memory, but got "
                "shape [2305843009213693951, 3] and byte offset 0");
  make_operands(&o);
  int64_t strides[] = {INT64_MIN, 1};
  o.in[0].strides = strides;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to fit into memory, but got "
                "shape [2, 3] with strides [-9223372036854775808, 1] and byte "
                "offset 0");
  make_operands(&o);
  o.in[0].byte_offset = UINT64_MAX;
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'x' (input 0) to fit into memory, but got "
                "shape [2, 3] and byte offset 18446744073709551615");
}

static void results_are_checked_like_inputs(void) {
  operands o;
  make_operands(&o);
  float y[8];
  int64_t shape[] = {2, 4};
  o.out[0] = (eq_tensor)F32(y, 2, .shape = shape);
  check_refused(&o, EQ_ERROR_SHAPE,
                "'scale': expected 'y' (result 0) to have shape [?, 3], but "
                "got [2, 4]");
  shape[1] = 3;
  o.out[0].dtype.code = EQ_TYPE_INT;
  check_refused(&o, EQ_ERROR_TYPE,
                "'scale': expected 'y' (result 0) to have type f32, but got "
                "i32");
  o.out[0] = (eq_tensor)F32((char *)y + 3, 2, .shape = shape);
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'y' (result 0) to have data aligned to 4 "
                "bytes, but got an address 3 past a multiple of it");
  o.out[0] = (eq_tensor){0};
  o.out[1] = (eq_tensor)TENSOR(EQ_TYPE_UINT, 8, y, 1, .shape = shape);
  check_refused(&o, EQ_ERROR_TYPE,
                "'scale': expected result 1 to have type bool, but got ui8");
}

static void a_result_needs_a_place_for_every_element(void) {
  operands o;
  make_operands(&o);
  float y[3];
  int64_t shape[] = {2, 3}, strides[] = {0, 1};
  o.out[0] = (eq_tensor)F32(y, 2, .shape = shape, .strides = strides);
  check_refused(&o, EQ_ERROR_ARGUMENT,
                "'scale': expected 'y' (result 0) to have a place for every "
                "element, but got stride 0 in dimension 0 of size 2");
}

static void missing_arrays_are_refused(void) {
  operands o;
  make_operands(&o);
  CHECK_INT(eq_scale(NULL, NULL, o.out), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected 'in' to hold 3 tensors, but got NULL");
  CHECK_INT(eq_scale(NULL, o.in, NULL), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected 'out' to hold 2 tensors, but got NULL");
}

static void batch_sizes_that_differ_name_the_operand_and_both_sizes(void) {
  operands o;
  make_operands(&o);
  o.flip_shape[0] = 1;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_ERROR_SHAPE);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected 'flip' to have the rows of 'x', 2, but got 1");
}

static void another_version_is_refused(void) {
  eqrt_signature signature = answer_signature;
  signature.version = EQRT_VERSION + 1;
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &signature, answer_body, NULL, &out),
            EQ_ERROR_VERSION);
  CHECK_TEXT(eq_last_error(NULL),
             "'answer': expected a program compiled for version 2 of the "
             "runtime, but got one for version 3");
}

/* ---- Mistakes of generated code end as errors ---------------------------- */

static void a_result_that_was_not_given_is_an_error(void) {
  operands o;
  make_operands(&o);
  seen.omit_second = true;
  CHECK_INT(eq_scale(NULL, o.in, o.out), EQ_ERROR_INTERNAL);
  CHECK_TEXT(eq_last_error(NULL),
             "'scale': expected the body to give result 1, but got none");
  CHECK(o.out[0].data == NULL);
  CHECK_INT(eq_memory_in_use(NULL), 0);
}

static int twice_body(eq_context *context) {
  answer_body(context);
  return answer_body(context);
}
static int beyond_body(eq_context *context) {
  memref0 none;
  eqrt_argument(context, 0, &none);
  CHECK(none.aligned == NULL && none.offset == 0);
  CHECK_INT(eqrt_result(context, 1, &none), EQ_ERROR_INTERNAL);
  return answer_body(context);
}
static int silent_body(eq_context *context) {
  (void)context;
  return 33;
}
static int ignoring_body(eq_context *context) {
  CHECK_INT(eqrt_fail(context, EQ_ERROR_SHAPE, "first"), EQ_ERROR_SHAPE);
  CHECK_INT(eqrt_fail(context, EQ_ERROR_TYPE, "second"), EQ_ERROR_SHAPE);
  return answer_body(context);
}
static int zero_code_body(eq_context *context) {
  return eqrt_fail(context, 0, "no code");
}
static int wide_body(eq_context *context) {
  float *data = eqrt_alloc(context, 16, 4);
  memref2 y = {data, data, 0, {1, 4}, {4, 1}};
  return eqrt_result(context, 0, &y);
}

static void mistakes_of_a_body_are_errors(void) {
  const struct {
    int (*body)(eq_context *);
    int code;
    const char *message;
  } cases[] = {
      {twice_body, EQ_ERROR_INTERNAL,
       "'answer': expected the body to give result 0 once, but got it again"},
      {beyond_body, EQ_ERROR_INTERNAL,
       "'answer': expected input 0 to exist in a running call, but got 0 of "
       "them"},
      {silent_body, 33,
       "'answer': expected a body that says why it fails, but got code 33"},
      {ignoring_body, EQ_ERROR_SHAPE, "'answer': first"},
      {zero_code_body, EQ_ERROR_INTERNAL, "'answer': no code"},
  };
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    eq_tensor out = {0};
    CHECK_INT(eqrt_call(NULL, &answer_signature, cases[i].body, NULL, &out),
              cases[i].code);
    CHECK_TEXT(eq_last_error(NULL), cases[i].message);
    CHECK(out.data == NULL);
    CHECK_INT(eq_memory_in_use(NULL), 0);
  }
  eqrt_signature signature = {"wide", EQRT_VERSION, 0, 1, 0, NULL, scale_out};
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &signature, wide_body, NULL, &out),
            EQ_ERROR_INTERNAL);
  CHECK_TEXT(eq_last_error(NULL), "'wide': expected the body to give 'y' "
                                  "(result 0) of its type, but got [1, 4]");
}

static void a_bad_signature_is_an_error(void) {
  eqrt_value value = answer_out[0];
  eqrt_signature signature = answer_signature;
  signature.out = &value;
  value.bits = 1;
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &signature, answer_body, NULL, &out),
            EQ_ERROR_INTERNAL);
  CHECK_TEXT(eq_last_error(NULL),
             "'answer': expected 'answer' (result 0) to be described with 8, "
             "16, 32 or 64 bits and a shape, but got 1 bits and rank 0");
  signature.out = NULL;
  CHECK_INT(eqrt_call(NULL, &signature, answer_body, NULL, &out),
            EQ_ERROR_INTERNAL);
}

static void what_belongs_inside_a_call_is_refused_outside(void) {
  memref0 none = {&none, &none, 5};
  eq_context *context = eq_context_create();
  eqrt_argument(context, 0, &none);
  CHECK(none.aligned == NULL);
  CHECK_INT(eqrt_result(context, 0, &none), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(context), "to exist in a running call") != NULL);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* ---- Contexts ------------------------------------------------------------ */

static eq_tensor nested_out;
static int nested_code;
static char nested_message[300];
static int nesting_body(eq_context *context) {
  nested_code =
      eqrt_call(context, &answer_signature, answer_body, NULL, &nested_out);
  snprintf(nested_message, sizeof(nested_message), "%s",
           eq_last_error(context));
  CHECK_INT(eq_set_threads(context, 1), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_parallel_for(context, NULL, NULL), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_allocator(context, NULL), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_memory_limit(context, 0), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_progress(context, NULL, NULL), EQ_ERROR_BUSY);
  CHECK_INT(eq_set_report(context, NULL, NULL), EQ_ERROR_BUSY);
  CHECK_INT(eq_context_destroy(context), EQ_ERROR_BUSY);
  return answer_body(context);
}

static void a_busy_context_refuses_everything_else(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &answer_signature, nesting_body, NULL, &out),
            EQ_OK);
  CHECK_INT(nested_code, EQ_ERROR_BUSY);
  CHECK_TEXT(nested_message,
             "'answer': expected the context to be idle, but a call is using "
             "it; give each thread, and each call inside a call, its own "
             "context");
  CHECK(nested_out.data == NULL);
  CHECK(*(double *)out.data == 42.5);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static int inner_context_body(eq_context *context) {
  eq_context *other = eq_context_create();
  eq_tensor out = {0};
  CHECK(other != context);
  CHECK_INT(eqrt_call(other, &answer_signature, answer_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(other, &out), EQ_OK);
  CHECK_INT(eq_context_destroy(other), EQ_OK);
  return answer_body(context);
}

static void a_call_inside_a_call_may_use_another_context(void) {
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &answer_signature, inner_context_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static eq_context *other_threads_context;
static int remember_context_body(eq_context *context) {
  other_threads_context = context;
  return eqrt_fail(context, EQ_ERROR_ARGUMENT, "in the other thread");
}
static void *fail_in_thread(void *unused) {
  (void)unused;
  eq_tensor out = {0};
  CHECK_INT(
      eqrt_call(NULL, &answer_signature, remember_context_body, NULL, &out),
      EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL), "'answer': in the other thread");
  return NULL;
}

static void each_thread_has_its_own_default_context(void) {
  pthread_t thread;
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(NULL, &answer_signature, answer_body, NULL, &out), EQ_OK);
  pthread_create(&thread, NULL, fail_in_thread, NULL);
  pthread_join(thread, NULL);
  CHECK_TEXT(eq_last_error(NULL), "");
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static void results_outlive_their_context(void) {
  eq_context *context = eq_context_create();
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  CHECK(*(double *)out.data == 42.5);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

static void freeing_what_is_no_result_is_an_error(void) {
  eq_tensor out = {0};
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, NULL), EQ_OK);
  CHECK_INT(eqrt_call(NULL, &answer_signature, answer_body, NULL, &out), EQ_OK);
  eq_tensor copy = out;
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &copy), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "expected 'tensor' to hold a result that a context allocated, but "
             "got other memory, or one already freed");
  double mine = 1;
  eq_tensor foreign = TENSOR(EQ_TYPE_FLOAT, 64, &mine, 0);
  CHECK_INT(eq_tensor_free(NULL, &foreign), EQ_ERROR_ARGUMENT);
  CHECK(foreign.data == &mine);
}

static void setters_refuse_nonsense(void) {
  CHECK_INT(eq_set_threads(NULL, -1), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL), "'eq_set_threads': expected 'threads' to be "
                                  "0 to 4096, but got -1");
  CHECK_INT(eq_set_threads(NULL, 4097), EQ_ERROR_ARGUMENT);
  eq_allocator half = {0};
  CHECK_INT(eq_set_allocator(NULL, &half), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'eq_set_allocator': expected 'allocator' to have both 'alloc' "
             "and 'free', but got NULL for 'alloc'");
  CHECK_INT(eq_context_destroy(NULL), EQ_OK);
}

static int denormal_body(eq_context *context) {
  double *value = eqrt_alloc(context, 8, 8);
  volatile double tiny = 2.2250738585072014e-308;
  value[0] = tiny / 2;
  memref0 result = {value, value, 0};
  return eqrt_result(context, 0, &result);
}

static void a_caller_that_flushes_denormals_gets_the_same_bits(void) {
  eq_tensor out = {0};
#ifdef __SSE2__
  unsigned callers = _mm_getcsr();
  _mm_setcsr(callers | 0x8040);     /* flush to zero, denormals are zero */
  unsigned flushing = _mm_getcsr(); /* emulators may not do it */
#endif
  CHECK_INT(eqrt_call(NULL, &answer_signature, denormal_body, NULL, &out),
            EQ_OK);
#ifdef __SSE2__
  CHECK_INT(_mm_getcsr() & 0x8040, flushing & 0x8040);
  _mm_setcsr(callers);
#endif
  CHECK(*(double *)out.data == 1.1125369292536007e-308);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
}

/* ---- Memory -------------------------------------------------------------- */

static struct {
  int64_t bytes, alignment;
  void *got;
} request;
static int request_body(eq_context *context) {
  request.got = eqrt_alloc(context, request.bytes, request.alignment);
  if (!request.got)
    return eqrt_fail(context, EQ_ERROR_INTERNAL, "not recorded");
  memset(request.got, 0xAB, (size_t)request.bytes);
  return answer_body(context);
}
static int ask(eq_context *context, int64_t bytes, int64_t alignment) {
  request.bytes = bytes, request.alignment = alignment;
  eq_tensor out = {0};
  int code = eqrt_call(context, &answer_signature, request_body, NULL, &out);
  CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
  CHECK_INT(eq_memory_in_use(context), 0);
  return code;
}

static void memory_is_aligned(void) {
  for (int64_t alignment = 1; alignment <= 65536; alignment *= 2) {
    CHECK_INT(ask(NULL, 10, alignment), EQ_OK);
    CHECK_INT((uintptr_t)request.got % (uintptr_t)alignment, 0);
    CHECK_INT((uintptr_t)request.got % 64, 0);
  }
  CHECK_INT(ask(NULL, 10, 24), EQ_ERROR_INTERNAL);
  CHECK_TEXT(eq_last_error(NULL), "'answer': expected an alignment that is a "
                                  "power of two, but got 24");
  CHECK_INT(ask(NULL, 10, 0), EQ_ERROR_INTERNAL);
}

static void no_bytes_give_a_pointer(void) {
  CHECK_INT(ask(NULL, 0, 8), EQ_OK);
  CHECK(request.got != NULL);
}

static void negative_sizes_are_refused(void) {
  CHECK_INT(ask(NULL, -5, 8), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(NULL),
             "'answer': expected a size of 0 bytes or more, but asked for -5 "
             "bytes (0 bytes in use, no limit)");
}

static void more_than_the_machine_has_is_refused(void) {
  CHECK_INT(ask(NULL, INT64_C(1) << 60, 8), EQ_ERROR_MEMORY);
  const char *message = eq_last_error(NULL);
  CHECK(strstr(message, "bytes of memory and swap of this machine, but asked "
                        "for 1152921504606846976 bytes (0 bytes in use, no "
                        "limit)") != NULL);
  CHECK_INT(ask(NULL, INT64_MAX, 8), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(NULL),
             "'answer': expected a size that can be addressed, but asked for "
             "9223372036854775807 bytes (0 bytes in use, no limit)");
}

static void the_limit_is_exact(void) {
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_memory_limit(context, 1016), EQ_OK);
  /* The answer takes 8 bytes of work space and 8 for the result. */
  CHECK_INT(ask(context, 1000, 8), EQ_OK);
  CHECK_INT(ask(context, 1001, 8), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(context),
             "'answer': expected to stay within the memory limit, but asked "
             "for 8 bytes (1009 bytes in use, limit 1016 bytes)");
  CHECK_INT(ask(context, 1017, 8), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(context),
             "'answer': expected to stay within the memory limit, but asked "
             "for 1017 bytes (0 bytes in use, limit 1016 bytes)");
  CHECK_INT(eq_set_memory_limit(context, 0), EQ_OK);
  CHECK_INT(ask(context, 5000, 8), EQ_OK);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void results_count_until_they_are_freed(void) {
  eq_context *context = eq_context_create();
  eq_tensor out[3] = {0};
  CHECK_INT(eq_set_memory_limit(context, 24), EQ_OK);
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out[0]),
            EQ_OK);
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out[1]),
            EQ_OK);
  CHECK_INT(eq_memory_in_use(context), 16);
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out[2]),
            EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(context),
             "'answer': expected to stay within the memory limit, but asked "
             "for 8 bytes (24 bytes in use, limit 24 bytes)");
  CHECK_INT(eq_tensor_free(NULL, &out[0]), EQ_OK); /* any context will do */
  CHECK_INT(eq_memory_in_use(context), 8);
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out[2]),
            EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out[1]), EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out[2]), EQ_OK);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void copies_of_inputs_count(void) {
  operands o;
  make_operands(&o);
  int64_t strides[] = {-3, 1};
  o.in[0].strides = strides;
  o.in[0].byte_offset = 3 * sizeof(float);
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_memory_limit(context, 23), EQ_OK);
  CHECK_INT(eq_scale(context, o.in, o.out), EQ_ERROR_MEMORY);
  CHECK_TEXT(eq_last_error(context),
             "'scale': expected to stay within the memory limit, but asked for "
             "24 bytes (0 bytes in use, limit 23 bytes)");
  CHECK_INT(seen.calls, 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void memory_asked_for_outside_a_call_lasts_until_the_next(void) {
  eq_context *context = eq_context_create();
  char *memory = eqrt_alloc(context, 100, 8);
  memset(memory, 1, 100);
  CHECK_INT(eq_memory_in_use(context), 100);
  CHECK_INT(ask(context, 0, 8), EQ_OK);
  memory = eqrt_alloc(context, 50, 8);
  memset(memory, 1, 50);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* Whether a context has the block of `bytes` of the call before again. Others
 * of that size live in between, so that the C library, which returns large ones
 * to the system, gives another. */
static bool keeps(eq_context *context, int64_t bytes) {
#ifdef __GLIBC__
  mallopt(M_MMAP_THRESHOLD, 128 << 10);
#endif
  CHECK_INT(ask(context, bytes, 64), EQ_OK);
  uintptr_t before = (uintptr_t)request.got;
  static void *volatile between[8];
  for (int i = 0; i < 8; ++i)
    between[i] = malloc((size_t)bytes);
  CHECK_INT(ask(context, bytes, 64), EQ_OK);
  for (int i = 0; i < 8; ++i)
    free(between[i]);
  return (uintptr_t)request.got == before;
}

#ifdef EQRT_TEST_ASAN
static void large_blocks_are_kept_for_the_next_call(void) {}
#else
static void large_blocks_are_kept_for_the_next_call(void) {
  enum { LARGE = 8 << 20 };
  eq_context *context = eq_context_create();
  CHECK(keeps(context, LARGE));
  CHECK(keeps(context, 128 << 10));
  /* Two at once are two, and another size is another block. */
  CHECK_INT(ask(context, LARGE, 64), EQ_OK);
  uintptr_t first = (uintptr_t)request.got;
  CHECK_INT(ask(context, LARGE + 64, 64), EQ_OK);
  CHECK((uintptr_t)request.got != first);
  CHECK_INT(ask(context, LARGE + 64, 4096), EQ_OK);
  CHECK_INT((uintptr_t)request.got % 4096, 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}
#endif

/* An allocator that fails at its n-th request and counts. */
static struct {
  int64_t requests, fail_at, live, live_bytes;
} counted;
static void *counted_alloc(void *user, size_t bytes, size_t alignment) {
  CHECK(user == &counted);
  void *memory = NULL;
  if (++counted.requests == counted.fail_at)
    return NULL;
  if (posix_memalign(&memory, alignment, bytes) != 0)
    abort();
  ++counted.live;
  counted.live_bytes += (int64_t)bytes;
  return memory;
}
static void counted_free(void *user, void *memory, size_t bytes,
                         size_t alignment) {
  CHECK(user == &counted);
  CHECK_INT((uintptr_t)memory % alignment, 0);
  --counted.live;
  counted.live_bytes -= (int64_t)bytes;
  free(memory);
}
static const eq_allocator counting = {counted_alloc, counted_free, &counted};

static void nothing_is_kept_with_a_limit_or_another_allocator(void) {
  enum { LARGE = 8 << 20 };
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_memory_limit(context, LARGE + 64), EQ_OK);
  CHECK(!keeps(context, LARGE));
  CHECK_INT(eq_set_memory_limit(context, 0), EQ_OK);
  memset(&counted, 0, sizeof(counted));
  CHECK_INT(eq_set_allocator(context, &counting), EQ_OK);
  CHECK_INT(ask(context, LARGE, 64), EQ_OK);
  CHECK_INT(counted.live, 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* y = 0, 1, 2, .. in memory of the call, of which `skipped` numbers are left
 * out before it. */
static struct {
  int64_t skipped, step;
  bool fails;
} filled;
static int fill_body(eq_context *context) {
  int64_t whole = filled.skipped + 6 * filled.step;
  float *y = eqrt_alloc(context, whole * 4, 4);
  if (!y)
    return EQ_ERROR_MEMORY;
  for (int64_t i = 0; i < whole; ++i)
    y[i] = (float)i;
  memref2 result = {
      y, y, filled.skipped, {2, 3}, {3 * filled.step, filled.step}};
  int code = eqrt_result(context, 0, &result);
  if (code == EQ_OK && filled.fails)
    return eqrt_fail(context, EQ_ERROR_INTERNAL, "failed on purpose");
  return code;
}

static void results_in_memory_of_the_call_are_copied_once(void) {
  eqrt_signature signature = {"fill", EQRT_VERSION, 0, 1, 0, NULL, scale_out};
  float y[6] = {-1, -1, -1, -1, -1, -1};
  int64_t shape[] = {2, 3}, strides[] = {1, 2};
  eq_tensor out = F32(y, 2, .shape = shape);
  eq_context *context = eq_context_create();
  /* There is room for one of it. */
  CHECK_INT(eq_set_memory_limit(context, 8 * 4), EQ_OK);
  filled.skipped = 2, filled.step = 1, filled.fails = true;
  CHECK_INT(eqrt_call(context, &signature, fill_body, NULL, &out),
            EQ_ERROR_INTERNAL);
  CHECK(y[0] == -1 && y[5] == -1);
  filled.fails = false;
  CHECK_INT(eqrt_call(context, &signature, fill_body, NULL, &out), EQ_OK);
  CHECK(y[0] == 2 && y[1] == 3 && y[5] == 7);
  out.strides = strides;
  CHECK_INT(eqrt_call(context, &signature, fill_body, NULL, &out), EQ_OK);
  CHECK(y[0] == 2 && y[1] == 5 && y[2] == 3 && y[5] == 7);

  /* Of other strides it is brought in order first. */
  filled.skipped = 0, filled.step = 2;
  CHECK_INT(eq_set_memory_limit(context, 18 * 4 - 1), EQ_OK);
  CHECK_INT(eqrt_call(context, &signature, fill_body, NULL, &out),
            EQ_ERROR_MEMORY);
  CHECK(y[0] == 2);
  CHECK_INT(eq_set_memory_limit(context, 18 * 4), EQ_OK);
  CHECK_INT(eqrt_call(context, &signature, fill_body, NULL, &out), EQ_OK);
  CHECK(y[0] == 0 && y[1] == 6 && y[2] == 2);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void failing_anywhere_leaks_nothing(void) {
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_allocator(context, &counting), EQ_OK);
  int64_t failed = 0;
  for (int code = EQ_ERROR_MEMORY; code != EQ_OK; ++failed) {
    memset(&counted, 0, sizeof(counted));
    counted.fail_at = failed + 1;
    operands o;
    make_operands(&o);
    float y[6] = {-1, -1, -1, -1, -1, -1};
    int64_t shape[] = {2, 3}, strides[] = {3, 1}, transposed[] = {1, 2};
    o.in[0].strides = transposed;
    o.out[0] = (eq_tensor)F32(y, 2, .shape = shape, .strides = strides);
    code = eq_scale(context, o.in, o.out);
    if (code == EQ_OK) {
      CHECK_INT(counted.live, 1);
      CHECK_INT(eq_tensor_free(context, &o.out[1]), EQ_OK);
    } else {
      CHECK_INT(code, EQ_ERROR_MEMORY);
      CHECK(strstr(eq_last_error(context),
                   "'scale': expected the allocator to have enough memory, but "
                   "asked for ") == eq_last_error(context));
      CHECK(y[0] == -1);
      CHECK(o.out[1].data == NULL);
    }
    CHECK_INT(counted.live, 0);
    CHECK_INT(counted.live_bytes, 0);
    CHECK_INT(eq_memory_in_use(context), 0);
  }
  /* Tables, copies of x and flip, work space, staged y, flip: all failed. */
  CHECK_INT(failed, 7);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void results_go_back_to_the_allocator_they_came_from(void) {
  memset(&counted, 0, sizeof(counted));
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_allocator(context, &counting), EQ_OK);
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_set_allocator(context, NULL), EQ_OK);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  CHECK_INT(counted.live, 1);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(counted.live, 0);
}

static void *free_in_thread(void *tensor) {
  CHECK_INT(eq_tensor_free(NULL, tensor), EQ_OK);
  return NULL;
}

static void many_results_are_freed_in_any_order_from_any_thread(void) {
  enum { NUMBER = 3000 };
  eq_tensor *out = calloc(NUMBER, sizeof(*out));
  eq_context *context = eq_context_create();
  for (int i = 0; i < NUMBER; ++i)
    CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out[i]),
              EQ_OK);
  CHECK_INT(eq_memory_in_use(context), 8 * NUMBER);
  pthread_t thread;
  pthread_create(&thread, NULL, free_in_thread, &out[NUMBER / 2]);
  pthread_join(thread, NULL);
  for (int i = 0; i < NUMBER; ++i)
    CHECK_INT(eq_tensor_free(context, &out[i * 7 % NUMBER]), EQ_OK);
  CHECK_INT(eq_memory_in_use(context), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  free(out);
}

/* ---- Threads ------------------------------------------------------------- */

enum { MOST_TASKS = 1000 };
typedef struct {
  eq_context *context;
  atomic_int runs[MOST_TASKS];
  atomic_int inner;
} task_state;

static void count_task(void *arg, int64_t i) {
  atomic_fetch_add(&((task_state *)arg)->runs[i], 1);
}
static void check_runs(eq_context *context, int64_t n) {
  static task_state state;
  memset(&state, 0, sizeof(state));
  CHECK_INT(eqrt_parallel_for(context, n, count_task, &state), EQ_OK);
  for (int64_t i = 0; i < MOST_TASKS; ++i)
    if (state.runs[i] != (i < n ? 1 : 0))
      FAIL("task %d of %d ran %d times", (int)i, (int)n, state.runs[i]);
}

static void every_task_runs_once(void) {
  for (int32_t threads = 1; threads <= 3; ++threads) {
    eq_context *context = eq_context_create();
    CHECK_INT(eq_set_threads(context, threads), EQ_OK);
    CHECK_INT(eqrt_threads(context), threads);
    check_runs(context, 0);
    check_runs(context, -1);
    check_runs(context, 1);
    check_runs(context, 1000);
    for (int repeat = 0; repeat < 200; ++repeat)
      check_runs(context, 2 + repeat % 5);
    CHECK_INT(eq_context_destroy(context), EQ_OK);
  }
}

static void the_number_of_threads_can_change(void) {
  eq_context *context = eq_context_create();
  CHECK(eqrt_threads(context) >= 1);
  for (int32_t threads = 3; threads >= 0; --threads) {
    CHECK_INT(eq_set_threads(context, threads), EQ_OK);
    check_runs(context, 1000);
  }
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void meet_task(void *arg, int64_t i) {
  (void)i;
  pthread_barrier_wait(arg);
}

/* Three tasks that wait for each other end only on three threads. */
static void tasks_run_at_the_same_time(void) {
  pthread_barrier_t barrier;
  pthread_barrier_init(&barrier, NULL, 3);
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_threads(context, 3), EQ_OK);
  CHECK_INT(eqrt_parallel_for(context, 3, meet_task, &barrier), EQ_OK);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
  pthread_barrier_destroy(&barrier);
}

static void inner_task(void *arg, int64_t i) {
  (void)i;
  atomic_fetch_add(&((task_state *)arg)->inner, 1);
}
static void outer_task(void *arg, int64_t i) {
  task_state *state = arg;
  count_task(arg, i);
  CHECK_INT(eqrt_parallel_for(state->context, 50, inner_task, arg), EQ_OK);
}

static void tasks_may_ask_for_tasks(void) {
  for (int32_t threads = 1; threads <= 3; ++threads) {
    static task_state state;
    memset(&state, 0, sizeof(state));
    state.context = eq_context_create();
    CHECK_INT(eq_set_threads(state.context, threads), EQ_OK);
    CHECK_INT(eqrt_parallel_for(state.context, 20, outer_task, &state), EQ_OK);
    CHECK_INT(state.inner, 1000);
    CHECK_INT(eq_context_destroy(state.context), EQ_OK);
  }
}

static void backwards_hook(void *user, int64_t n,
                           void (*task)(void *arg, int64_t i), void *arg) {
  ++*(int *)user;
  for (int64_t i = n; i-- > 0;)
    task(arg, i);
}
static void forgetful_hook(void *user, int64_t n,
                           void (*task)(void *arg, int64_t i), void *arg) {
  (void)user;
  for (int64_t i = 0; i < n - 1; ++i)
    task(arg, i);
}

static void the_hook_runs_the_tasks(void) {
  eq_context *context = eq_context_create();
  int uses = 0;
  CHECK_INT(eq_set_parallel_for(context, backwards_hook, &uses), EQ_OK);
  check_runs(context, 1000);
  check_runs(context, 0);
  CHECK_INT(uses, 1);
  CHECK_INT(eq_set_parallel_for(context, NULL, NULL), EQ_OK);
  check_runs(context, 1000);
  CHECK_INT(uses, 1);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void a_hook_that_forgets_a_task_is_an_error(void) {
  eq_context *context = eq_context_create();
  static task_state state;
  CHECK_INT(eq_set_parallel_for(context, forgetful_hook, NULL), EQ_OK);
  CHECK_INT(eqrt_parallel_for(context, 10, count_task, &state),
            EQ_ERROR_INTERNAL);
  CHECK_TEXT(eq_last_error(context), "expected the parallel_for hook to run 10 "
                                     "tasks, but it ran 9");
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void failing_task(void *arg, int64_t i) {
  eq_context *context = arg;
  char *memory = eqrt_alloc(context, 8, 8);
  CHECK(memory != NULL);
  memory[0] = 1;
  if (i == 17)
    eqrt_fail(context, EQ_ERROR_SHAPE, "task 17");
}
static int tasks_body(eq_context *context) {
  CHECK_INT(eqrt_parallel_for(context, 100, failing_task, context), EQ_OK);
  return answer_body(context);
}

static void an_error_in_a_task_fails_the_call(void) {
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_threads(context, 3), EQ_OK);
  eq_tensor out = {0};
  CHECK_INT(eqrt_call(context, &answer_signature, tasks_body, NULL, &out),
            EQ_ERROR_SHAPE);
  CHECK_TEXT(eq_last_error(context), "'answer': task 17");
  CHECK(out.data == NULL);
  CHECK_INT(eq_memory_in_use(context), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void task_until_another_fails(void *arg, int64_t i) {
  eq_context *context = arg;
  if (i == 1)
    CHECK_INT(eqrt_fail(context, EQ_ERROR_MEMORY, "task 1"), EQ_ERROR_MEMORY);
  while (i == 0 && !eqrt_cancelled(context))
    sched_yield();
}
static int endless_body(eq_context *context) {
  CHECK_INT(eqrt_cancelled(context), 0);
  return eqrt_parallel_for(context, 100, task_until_another_fails, context);
}

static void an_error_in_a_task_stops_the_others(void) {
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_threads(context, 2), EQ_OK);
  eq_tensor out = {0};
  for (int i = 0; i < 3; ++i) {
    CHECK_INT(eqrt_call(context, &answer_signature, endless_body, NULL, &out),
              EQ_ERROR_MEMORY);
    CHECK_TEXT(eq_last_error(context), "'answer': task 1");
  }
  /* The next call is not stopped, and a request of the caller's stays. */
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
  CHECK_INT(eqrt_cancelled(context), 0);
  eq_cancel(context);
  CHECK_INT(eqrt_call(context, &answer_signature, answer_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
  CHECK_INT(eqrt_cancelled(context), 1);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* Everything that other threads may do during calls, at the same time: for the
 * thread sanitizer above all. */
static atomic_int load_ends;
static void *disturb(void *context) {
  while (!atomic_load(&load_ends)) {
    eq_cancel(context);
    CHECK(eq_memory_in_use(context) <= 128 * 1024);
    CHECK_INT(eq_set_threads(context, -1), EQ_ERROR_ARGUMENT);
    eq_cancel_reset(context);
    sched_yield();
  }
  return NULL;
}

static void task_under_load(void *arg, int64_t i) {
  eq_context *context = arg;
  for (int piece = 0; piece < 4; ++piece) {
    char *memory = eqrt_alloc(context, 256, 64);
    if (!memory || eqrt_cancelled(context))
      return;
    memset(memory, (int)i, 256);
    eqrt_progress(context, i, 64);
  }
}
static int body_under_load(eq_context *context) {
  int code = eqrt_parallel_for(context, 64, task_under_load, context);
  return code != EQ_OK ? code : answer_body(context);
}

static void count_progress(void *user, int64_t done, int64_t total) {
  (void)done, (void)total;
  ++*(int64_t *)user; /* one callback at a time */
}

static void calls_under_load(void) {
  eq_context *context = eq_context_create();
  int64_t progress = 0;
  CHECK_INT(eq_set_progress(context, count_progress, &progress), EQ_OK);
  CHECK_INT(eq_set_threads(context, 3), EQ_OK);
  pthread_t thread;
  atomic_store(&load_ends, 0);
  pthread_create(&thread, NULL, disturb, context);
  for (int i = 0; i < 200; ++i) {
    /* Setters are refused only while a call runs. */
    CHECK_INT(eq_set_memory_limit(context, i % 2 ? 8192 : 0), EQ_OK);
    eq_tensor out = {0};
    int code =
        eqrt_call(context, &answer_signature, body_under_load, NULL, &out);
    CHECK(code == EQ_OK || (code == EQ_ERROR_MEMORY && i % 2));
    CHECK((out.data != NULL) == (code == EQ_OK));
    CHECK_INT(eq_tensor_free(context, &out), EQ_OK);
    CHECK_INT(eq_memory_in_use(context), 0);
  }
  atomic_store(&load_ends, 1);
  pthread_join(thread, NULL);
  CHECK(progress > 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* ---- Cancelling, progress, reports --------------------------------------- */

static atomic_int waiting;
static int waiting_body(eq_context *context) {
  CHECK_INT(eqrt_cancelled(context), 0);
  atomic_store(&waiting, 1);
  while (!eqrt_cancelled(context))
    sched_yield();
  return answer_body(context);
}
static void *cancel_in_thread(void *context) {
  while (!atomic_load(&waiting))
    sched_yield();
  eq_cancel(context);
  return NULL;
}

static void another_thread_can_cancel(void) {
  eq_context *context = eq_context_create();
  pthread_t thread;
  eq_tensor out = {0};
  atomic_store(&waiting, 0);
  pthread_create(&thread, NULL, cancel_in_thread, context);
  CHECK_INT(eqrt_call(context, &answer_signature, waiting_body, NULL, &out),
            EQ_OK);
  pthread_join(thread, NULL);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(eqrt_cancelled(context), 1); /* later calls stop as well */
  eq_cancel_reset(context);
  CHECK_INT(eqrt_cancelled(context), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static eq_context *signalled_context;
static void cancel_on_signal(int number) {
  (void)number;
  eq_cancel(signalled_context);
}

static void a_signal_handler_can_cancel(void) {
  signalled_context = eq_context_create();
  struct sigaction action = {0}, before;
  action.sa_handler = cancel_on_signal;
  sigaction(SIGUSR1, &action, &before);
  CHECK_INT(eqrt_cancelled(signalled_context), 0);
  raise(SIGUSR1);
  CHECK_INT(eqrt_cancelled(signalled_context), 1);
  sigaction(SIGUSR1, &before, NULL);
  CHECK_INT(eq_context_destroy(signalled_context), EQ_OK);
}

static void the_default_context_can_be_cancelled(void) {
  eq_cancel(NULL);
  CHECK_INT(eqrt_cancelled(NULL), 1);
  eq_cancel_reset(NULL);
  CHECK_INT(eqrt_cancelled(NULL), 0);
}

static int64_t progress_sum; /* not atomic: one callback at a time */
static void add_progress(void *user, int64_t done, int64_t total) {
  CHECK(user == &progress_sum);
  CHECK_INT(total, 500);
  progress_sum += done;
}
static void progress_task(void *arg, int64_t i) { eqrt_progress(arg, i, 500); }

static void progress_is_told_by_one_thread_at_a_time(void) {
  eq_context *context = eq_context_create();
  CHECK_INT(eq_set_threads(context, 3), EQ_OK);
  eqrt_progress(context, 1, 500); /* nobody listens */
  CHECK_INT(eq_set_progress(context, add_progress, &progress_sum), EQ_OK);
  progress_sum = 0;
  CHECK_INT(eqrt_parallel_for(context, 500, progress_task, context), EQ_OK);
  CHECK_INT(progress_sum, 500 * 499 / 2);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static int32_t report_iterations[] = {5, -1, 7, -1, 9, -1};
static double report_residual[] = {0.5, 0.25, 0.125};
static int32_t report_status[] = {1, 0, 2};
static memref1 iterations_of = {
    report_iterations, report_iterations, 0, {3}, {2}};
static memref1 residual_of = {report_residual, report_residual, 0, {3}, {1}};
static memref1 status_of = {report_status, report_status, 2, {3}, {-1}};

static int reporting_body(eq_context *context) {
  eqrt_report(context, "deq.mlir:7", 1, 64, &iterations_of, &residual_of,
              &status_of);
  return answer_body(context);
}
static int reports;
static void check_report(void *user, const eq_report *report) {
  CHECK(user == &reports);
  ++reports;
  CHECK_TEXT(report->function, "answer");
  CHECK_TEXT(report->label, "deq.mlir:7");
  CHECK_INT(report->count, 3);
  CHECK_INT(report->residual_bits, 64);
  CHECK(report->residual == report_residual);
  const int32_t status[] = {2, 0, 1};
  for (int i = 0; i < 3; ++i) {
    CHECK_INT(report->iterations[i], 5 + 2 * i);
    CHECK_INT(report->status[i], status[i]);
  }
}

static void reports_are_flat_arrays(void) {
  eq_context *context = eq_context_create();
  eq_tensor out = {0};
  reports = 0;
  CHECK_INT(eqrt_call(context, &answer_signature, reporting_body, NULL, &out),
            EQ_OK);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(reports, 0); /* nobody listens */
  CHECK_INT(eq_set_report(context, check_report, &reports), EQ_OK);
  CHECK_INT(eqrt_call(context, &answer_signature, reporting_body, NULL, &out),
            EQ_OK);
  CHECK_INT(reports, 1);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(eq_memory_in_use(context), 0);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void count_report(void *user, const eq_report *report) {
  *(int64_t *)user += report->count;
}
static int scalar_report_body(eq_context *context) {
  int32_t k = 4, s = 0;
  float r = 0.5f;
  memref0 iterations = {&k, &k, 0}, residual = {&r, &r, 0},
          status = {&s, &s, 0};
  eqrt_report(context, NULL, 0, 32, &iterations, &residual, &status);
  return answer_body(context);
}
static int bad_report_body(eq_context *context) {
  memref1 two = status_of;
  two.sizes[0] = 2;
  eqrt_report(context, "x", 1, 64, &iterations_of, &residual_of, &two);
  return answer_body(context);
}

static void reports_of_a_scalar_and_of_nonsense(void) {
  eq_context *context = eq_context_create();
  eq_tensor out = {0};
  int64_t count = 0;
  CHECK_INT(eq_set_report(context, count_report, &count), EQ_OK);
  CHECK_INT(
      eqrt_call(context, &answer_signature, scalar_report_body, NULL, &out),
      EQ_OK);
  CHECK_INT(count, 1);
  CHECK_INT(eq_tensor_free(NULL, &out), EQ_OK);
  CHECK_INT(eqrt_call(context, &answer_signature, bad_report_body, NULL, &out),
            EQ_ERROR_INTERNAL);
  CHECK_INT(count, 1);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

static void a_report_that_finds_no_memory_fails_the_call(void) {
  eq_context *context = eq_context_create();
  eq_tensor out = {0};
  CHECK_INT(eq_set_report(context, check_report, &reports), EQ_OK);
  CHECK_INT(eq_set_memory_limit(context, 16), EQ_OK);
  reports = 0;
  CHECK_INT(eqrt_call(context, &answer_signature, reporting_body, NULL, &out),
            EQ_ERROR_MEMORY);
  CHECK_INT(reports, 0);
  CHECK(out.data == NULL);
  CHECK_INT(eq_context_destroy(context), EQ_OK);
}

/* ---- Statuses ------------------------------------------------------------ */

/* Programs store these numbers: the list is written out here once more. */
static void status_numbers_are_frozen(void) {
  const char *names[] = {"converged",      "max_iterations", "non_finite",
                         "diverged",       "bad_argument",   "event",
                         "inner_failed",   "stalled",        "singular",
                         "step_underflow", "cancelled"};
  CHECK_INT(EQ_STATUS_COUNT, 11);
  for (int i = 0; i < 11; ++i) {
    CHECK_TEXT(eq_status_name(i), names[i]);
    CHECK(strlen(eq_status_sentence(i)) > 20);
    CHECK(strlen(eq_status_advice(i)) > 10);
  }
  CHECK_INT(EQ_STATUS_cancelled, 10);
}

static void unknown_statuses_have_a_text(void) {
  const int unknown[] = {-1, 11, INT32_MAX, INT32_MIN};
  for (int i = 0; i < 4; ++i) {
    CHECK_TEXT(eq_status_name(unknown[i]), "unknown");
    CHECK_TEXT(eq_status_sentence(unknown[i]), "this number is not a status");
    CHECK(eq_status_advice(unknown[i]) != NULL);
  }
}

static void error_numbers_are_frozen(void) {
  CHECK_INT(EQ_OK, 0);
  CHECK_INT(EQ_ERROR_ARGUMENT, 1);
  CHECK_INT(EQ_ERROR_TYPE, 2);
  CHECK_INT(EQ_ERROR_SHAPE, 3);
  CHECK_INT(EQ_ERROR_MEMORY, 4);
  CHECK_INT(EQ_ERROR_BUSY, 5);
  CHECK_INT(EQ_ERROR_VERSION, 6);
  CHECK_INT(EQ_ERROR_INTERNAL, 7);
}

/* -------------------------------------------------------------------------- */

/* ---- Solves in functions of others --------------------------------------- */

static void a_solve_has_the_context_of_the_thread(void) {
  eq_context *context = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7");
  CHECK(context != NULL);
  CHECK(eqrt_alloc(context, 4096, 64) != NULL);
  CHECK_INT((int64_t)eq_memory_in_use(NULL), 4096);
  CHECK_INT(eqrt_expect_size(context, "expected 3 rows", 3, 3), EQ_OK);
  /* Nobody else may have it meanwhile. */
  CHECK_INT(eq_set_threads(NULL, 2), EQ_ERROR_BUSY);
  eqrt_solve_end(context);
  CHECK_INT((int64_t)eq_memory_in_use(NULL), 0);
  CHECK_INT(eq_set_threads(NULL, 0), EQ_OK);
  CHECK(eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7") == context);
  eqrt_solve_end(context);
}

static void a_solve_while_a_call_runs_has_a_context_of_its_own(void) {
  eq_context *outer = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7");
  eq_context *inner = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:9:7");
  CHECK(inner != outer);
  CHECK_INT(eqrt_threads(inner), 1);
  CHECK(eqrt_alloc(inner, 4096, 64) != NULL);
  CHECK_INT((int64_t)eq_memory_in_use(outer), 0);
  eqrt_solve_end(inner);
  CHECK(eqrt_alloc(outer, 4096, 64) != NULL);
  eqrt_solve_end(outer);
}

#ifdef __SSE2__
static void a_solve_does_not_flush_denormals(void) {
  unsigned before = _mm_getcsr(), flush = before | 0x8040;
  _mm_setcsr(flush);
  eq_context *context = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7");
  volatile float smallest = 1e-38f;
  float half = smallest * 0.5f;
  eqrt_solve_end(context);
  CHECK((_mm_getcsr() & 0x8040) == 0x8040);
  _mm_setcsr(before);
  CHECK(half > 0.0f);
}
#else
static void a_solve_does_not_flush_denormals(void) {}
#endif

static void sizes_that_differ(void) {
  eq_context *context = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7");
  eqrt_expect_size(context, "expected 'x' to have the batch size", 3, 2);
}

static void too_much_memory(void) {
  eq_set_memory_limit(NULL, 100);
  eq_context *context = eqrt_solve_begin(NULL, EQRT_VERSION, "host.mlir:3:7");
  eqrt_alloc(context, 101, 64);
}

static void another_version(void) {
  eqrt_solve_begin(NULL, EQRT_VERSION + 1, "host.mlir:3:7");
}

static void a_busy_context(void) {
  eq_context *context = eq_context_create();
  eqrt_solve_begin(context, EQRT_VERSION, "host.mlir:3:7");
  eqrt_solve_begin(context, EQRT_VERSION, "host.mlir:9:7");
}

/* What a process writes to stderr before SIGABRT ends it. */
static void expect_end(void (*solve)(void), const char *wanted) {
  int ends[2];
  CHECK_INT(pipe(ends), 0);
  fflush(stdout);
  pid_t child = fork();
  if (child == 0) {
    dup2(ends[1], STDERR_FILENO);
    solve();
    _exit(0);
  }
  close(ends[1]);
  char text[1024] = "";
  size_t used = 0;
  for (ssize_t n;
       used + 1 < sizeof(text) &&
       (n = read(ends[0], text + used, sizeof(text) - 1 - used)) > 0;)
    used += (size_t)n;
  close(ends[0]);
  int status = 0;
  CHECK_INT(waitpid(child, &status, 0), child);
  CHECK(WIFSIGNALED(status) && WTERMSIG(status) == SIGABRT);
  CHECK_TEXT(text, wanted);
}

static void an_error_in_a_solve_ends_the_process(void) {
  expect_end(sizes_that_differ,
             "eq: error: 'host.mlir:3:7': expected 'x' to have the batch size, "
             "3, but got 2\n");
  expect_end(too_much_memory,
             "eq: error: 'host.mlir:3:7': expected to stay within the memory "
             "limit, but asked for 101 bytes (0 bytes in use, limit 100 "
             "bytes)\n");
  expect_end(another_version,
             "eq: error: 'host.mlir:3:7': expected a program compiled for "
             "version 2 of the runtime, but got one for version 3\n");
  expect_end(a_busy_context,
             "eq: error: 'host.mlir:9:7': expected the context "
             "to be idle, but a call is using it; give each thread, and each "
             "call inside a call, its own context\n");
}

#define TESTS(X)                                                               \
  X(a_call_fills_in_its_results)                                               \
  X(a_contiguous_input_is_not_copied)                                          \
  X(the_stride_of_a_single_row_does_not_matter)                                \
  X(strided_inputs_are_read_through_their_strides)                             \
  X(negative_strides_and_byte_offsets_are_honoured)                            \
  X(a_byte_offset_alone_needs_no_copy)                                         \
  X(a_stride_of_zero_repeats_an_input)                                         \
  X(every_element_size_is_copied_with_strides)                                 \
  X(booleans_become_zero_or_one)                                               \
  X(strided_booleans_become_zero_or_one)                                       \
  X(boolean_results_become_zero_or_one)                                        \
  X(an_empty_batch_is_legal)                                                   \
  X(rank_zero_results_and_no_inputs)                                           \
  X(result_descriptors_have_offsets_and_strides)                               \
  X(the_callers_memory_is_written)                                             \
  X(the_callers_strides_are_honoured)                                          \
  X(a_result_may_overlap_an_input)                                             \
  X(a_failing_call_leaves_out_as_it_was)                                       \
  X(a_good_call_clears_the_last_error)                                         \
  X(a_size_known_late_is_checked_against_the_callers_memory)                   \
  X(a_wrong_static_size_is_refused)                                            \
  X(a_wrong_rank_is_refused)                                                   \
  X(a_negative_size_is_refused)                                                \
  X(a_missing_shape_is_refused)                                                \
  X(a_wrong_type_is_refused)                                                   \
  X(an_operand_without_a_name_is_called_by_its_number)                         \
  X(another_device_is_refused)                                                 \
  X(missing_data_is_refused)                                                   \
  X(data_off_its_alignment_is_refused)                                         \
  X(sizes_that_overflow_are_refused)                                           \
  X(results_are_checked_like_inputs)                                           \
  X(a_result_needs_a_place_for_every_element)                                  \
  X(missing_arrays_are_refused)                                                \
  X(batch_sizes_that_differ_name_the_operand_and_both_sizes)                   \
  X(another_version_is_refused)                                                \
  X(a_result_that_was_not_given_is_an_error)                                   \
  X(mistakes_of_a_body_are_errors)                                             \
  X(a_bad_signature_is_an_error)                                               \
  X(what_belongs_inside_a_call_is_refused_outside)                             \
  X(a_busy_context_refuses_everything_else)                                    \
  X(a_call_inside_a_call_may_use_another_context)                              \
  X(each_thread_has_its_own_default_context)                                   \
  X(results_outlive_their_context)                                             \
  X(freeing_what_is_no_result_is_an_error)                                     \
  X(setters_refuse_nonsense)                                                   \
  X(a_caller_that_flushes_denormals_gets_the_same_bits)                        \
  X(memory_is_aligned)                                                         \
  X(no_bytes_give_a_pointer)                                                   \
  X(negative_sizes_are_refused)                                                \
  X(more_than_the_machine_has_is_refused)                                      \
  X(the_limit_is_exact)                                                        \
  X(results_count_until_they_are_freed)                                        \
  X(copies_of_inputs_count)                                                    \
  X(memory_asked_for_outside_a_call_lasts_until_the_next)                      \
  X(large_blocks_are_kept_for_the_next_call)                                   \
  X(nothing_is_kept_with_a_limit_or_another_allocator)                         \
  X(results_in_memory_of_the_call_are_copied_once)                             \
  X(failing_anywhere_leaks_nothing)                                            \
  X(results_go_back_to_the_allocator_they_came_from)                           \
  X(many_results_are_freed_in_any_order_from_any_thread)                       \
  X(every_task_runs_once)                                                      \
  X(the_number_of_threads_can_change)                                          \
  X(tasks_run_at_the_same_time)                                                \
  X(tasks_may_ask_for_tasks)                                                   \
  X(the_hook_runs_the_tasks)                                                   \
  X(a_hook_that_forgets_a_task_is_an_error)                                    \
  X(an_error_in_a_task_fails_the_call)                                         \
  X(an_error_in_a_task_stops_the_others)                                       \
  X(calls_under_load)                                                          \
  X(another_thread_can_cancel)                                                 \
  X(a_signal_handler_can_cancel)                                               \
  X(the_default_context_can_be_cancelled)                                      \
  X(progress_is_told_by_one_thread_at_a_time)                                  \
  X(reports_are_flat_arrays)                                                   \
  X(reports_of_a_scalar_and_of_nonsense)                                       \
  X(a_report_that_finds_no_memory_fails_the_call)                              \
  X(a_solve_has_the_context_of_the_thread)                                     \
  X(a_solve_while_a_call_runs_has_a_context_of_its_own)                        \
  X(a_solve_does_not_flush_denormals)                                          \
  X(an_error_in_a_solve_ends_the_process)                                      \
  X(status_numbers_are_frozen)                                                 \
  X(unknown_statuses_have_a_text)                                              \
  X(error_numbers_are_frozen)

int main(void) { RUN_TESTS(TESTS) }
