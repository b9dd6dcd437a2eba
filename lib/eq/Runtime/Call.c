/* One call of a compiled entry: check, run the body, hand over the results.
 *
 * A call is all or nothing. The body's results are copied when they are given
 * and reach `out` only after the body returned and everything was there. That
 * also makes an `out` that overlaps an `in` right. What can fail for an input
 * (its copy) is done before the body, so that eqrt_argument cannot fail. */

#include "Internal.h"

#include <fenv.h>
#include <inttypes.h>
#include <stddef.h>
#include <string.h>

/* DLPack's DLTensor, on the machines it is defined for. */
_Static_assert(sizeof(void *) != 8 ||
                   (sizeof(eq_tensor) == 48 && offsetof(eq_tensor, data) == 0 &&
                    offsetof(eq_tensor, device) == 8 &&
                    offsetof(eq_tensor, ndim) == 16 &&
                    offsetof(eq_tensor, dtype) == 20 &&
                    offsetof(eq_tensor, shape) == 24 &&
                    offsetof(eq_tensor, strides) == 32 &&
                    offsetof(eq_tensor, byte_offset) == 40),
               "eq_tensor must be laid out like DLTensor");

static int64_t bytes_of(const eqrt_value *value) { return value->bits / 8; }

static bool is_boolean(const eqrt_value *value) {
  return value->code == EQ_TYPE_BOOL;
}

/* ---- Before the body ----------------------------------------------------- */

static int check_signature(eq_context *context,
                           const eqrt_signature *signature) {
  if (signature->version != EQRT_VERSION)
    return eqrti_fail(context, EQ_ERROR_VERSION,
                      "expected a program compiled for version %d of the "
                      "runtime, but got one for version %d",
                      EQRT_VERSION, (int)signature->version);
  if (signature->num_in < 0 || signature->num_out < 0 ||
      (signature->num_in != 0 && !signature->in) ||
      (signature->num_out != 0 && !signature->out))
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "expected a signature that lists its operands, but got "
                      "%d inputs and %d results without a list",
                      (int)signature->num_in, (int)signature->num_out);
  return EQ_OK;
}

static int check_tensors(eq_context *context) {
  const eqrt_signature *signature = context->signature;
  int code;
  if (signature->num_in != 0 && !context->in)
    return eqrti_fail(context, EQ_ERROR_ARGUMENT,
                      "expected 'in' to hold %d tensors, but got NULL",
                      (int)signature->num_in);
  if (signature->num_out != 0 && !context->out)
    return eqrti_fail(context, EQ_ERROR_ARGUMENT,
                      "expected 'out' to hold %d tensors, but got NULL",
                      (int)signature->num_out);
  for (int32_t i = 0; i < signature->num_in; ++i)
    if ((code = eqrti_check_input(context, i)))
      return code;
  for (int32_t i = 0; i < signature->num_out; ++i)
    if ((code = eqrti_check_output(context, i)))
      return code;
  return EQ_OK;
}

/* The data of an input as the body wants it: the caller's, or a copy. */
static void *contiguous_input(eq_context *context, int32_t index) {
  const eqrt_value *value = &context->signature->in[index];
  const eq_tensor *tensor = &context->in[index];
  int64_t count = eqrti_count(tensor->shape, tensor->ndim);
  if (tensor->device.type == EQ_DEVICE_CUDA && count != 0)
    return eqrti_device_input(context, index);
  bool as_is =
      !is_boolean(value) && count != 0 &&
      eqrti_is_contiguous(tensor->shape, tensor->strides, tensor->ndim);
  if (as_is)
    return (char *)tensor->data + tensor->byte_offset;
  /* An empty input gets a pointer too: it may have none of its own. */
  void *copy =
      eqrti_arena_take(context, count * bytes_of(value), EQRTI_ALIGNMENT, true);
  if (copy && count != 0)
    eqrti_copy(copy, NULL, (char *)tensor->data + tensor->byte_offset,
               tensor->strides, tensor->shape, tensor->ndim, bytes_of(value),
               is_boolean(value));
  return copy;
}

/* Nothing that fails after this is the fault of an input. */
static int prepare(eq_context *context) {
  const eqrt_signature *signature = context->signature;
  size_t arguments = (size_t)signature->num_in * sizeof(void *);
  size_t results = (size_t)signature->num_out * sizeof(eqrti_result);
  char *tables = eqrti_arena_take(context, (int64_t)(arguments + results),
                                  EQRTI_ALIGNMENT, false);
  if (!tables)
    return context->code;
  context->arguments = (void **)tables;
  context->results = (eqrti_result *)(tables + arguments);
  memset(tables, 0, arguments + results);
  for (int32_t i = 0; i < signature->num_in; ++i)
    if (!(context->arguments[i] = contiguous_input(context, i)))
      return context->code;
  return EQ_OK;
}

/* ---- After the body ------------------------------------------------------ */

static bool is_given(const eqrti_result *result) {
  return result->fresh || result->staged || result->on_device;
}

static int check_given(eq_context *context) {
  for (int32_t i = 0; i < context->signature->num_out; ++i) {
    if (is_given(&context->results[i]))
      continue;
    eqrti_text text = {{0}, 0};
    eqrti_append_name(&text, &context->signature->out[i], "result", i);
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "expected the body to give %s, but got none", text.text);
  }
  return EQ_OK;
}

/* Only copies on a GPU can fail, so these come first. */
static int commit(eq_context *context) {
  int code = eqrti_commit_on_device(context);
  if (code != EQ_OK)
    return code;
  for (int32_t i = 0; i < context->signature->num_out; ++i) {
    const eqrt_value *value = &context->signature->out[i];
    eq_tensor *out = &context->out[i];
    eqrti_output *fresh = context->results[i].fresh;
    if (context->results[i].on_device)
      continue;
    if (!fresh) {
      eqrti_copy((char *)out->data + out->byte_offset, out->strides,
                 context->results[i].staged, NULL, out->shape, out->ndim,
                 bytes_of(value), false);
      continue;
    }
    eqrti_output_publish(fresh);
    out->data = fresh->data;
    out->device = (eq_device){fresh->device ? EQ_DEVICE_CUDA : EQ_DEVICE_CPU,
                              fresh->device_id};
    out->ndim = value->rank;
    out->dtype = (eq_dtype){(uint8_t)value->code, (uint8_t)value->bits, 1};
    out->shape = fresh->shape;
    out->strides = fresh->strides;
    out->byte_offset = 0;
  }
  return EQ_OK;
}

static void discard(eq_context *context) {
  for (int32_t i = 0; context->results && i < context->signature->num_out; ++i)
    if (context->results[i].fresh)
      eqrti_output_discard(context->results[i].fresh);
}

/* Programs mean the default environment: a caller that flushes denormals or
 * traps would change their bits. */
static int run_body(eq_context *context, int (*body)(eq_context *)) {
  fenv_t callers;
  fegetenv(&callers);
  fesetenv(FE_DFL_ENV);
  int code = body(context);
  fesetenv(&callers);
  if (code != EQ_OK)
    return eqrti_fail(context, code,
                      "expected a body that says why it fails, but got code %d",
                      code);
  /* A task may have failed without its loop noticing. */
  pthread_mutex_lock(&context->lock);
  code = context->code;
  pthread_mutex_unlock(&context->lock);
  return code != EQ_OK ? code : check_given(context);
}

int eqrt_call(eq_context *context, const eqrt_signature *signature,
              int (*body)(eq_context *), const eq_tensor *in, eq_tensor *out) {
  context = eqrti_resolve(context);
  if (!context)
    return EQ_ERROR_MEMORY;
  if (!eqrti_enter(context, signature->function ? signature->function : ""))
    return EQ_ERROR_BUSY;
  eqrti_clear_error(context);
  eqrti_arena_free(context);
  context->signature = signature;
  context->in = in;
  context->out = out;
  int code;
  if (!(code = check_signature(context, signature)) &&
      !(code = check_tensors(context)) && !(code = prepare(context)))
    code = run_body(context, body);
  if (code == EQ_OK)
    code = commit(context);
  if (code != EQ_OK)
    discard(context);
  eqrti_gpu_end_call(context->gpu);
  eqrti_arena_end_call(context);
  atomic_fetch_and(&context->stop, ~EQRTI_STOP_FAILED);
  context->signature = NULL;
  context->arguments = NULL;
  context->results = NULL;
  eqrti_leave(context);
  return code;
}

/* ---- Inside the body ----------------------------------------------------- */

/* False after recording that generated code asked for what there is not. */
static bool exists(eq_context *context, const char *role, int32_t index,
                   int32_t number) {
  if (context->results && index >= 0 && index < number)
    return true;
  eqrti_fail(context, EQ_ERROR_INTERNAL,
             "expected %s %d to exist in a running call, but got %d of them",
             role, (int)index, (int)number);
  return false;
}

static int32_t number_of_inputs(const eq_context *context) {
  return context->signature ? context->signature->num_in : 0;
}

void eqrt_argument(eq_context *context, int32_t index, void *descriptor) {
  context = eqrti_resolve(context);
  const int64_t start = 0;
  void *data = NULL;
  bool ok =
      context && exists(context, "input", index, number_of_inputs(context));
  if (ok)
    data = context->arguments[index];
  char *field = descriptor;
  memcpy(field, &data, sizeof(data));
  memcpy(field + sizeof(data), &data, sizeof(data));
  memcpy(field + 2 * sizeof(data), &start, sizeof(start));
  if (!ok)
    return; /* how many sizes there are is not known */
  const eq_tensor *tensor = &context->in[index];
  if (tensor->ndim == 0)
    return;
  int64_t *sizes = (int64_t *)(field + 2 * sizeof(data) + sizeof(start));
  memcpy(sizes, tensor->shape, (size_t)tensor->ndim * sizeof(int64_t));
  eqrti_row_major(tensor->shape, tensor->ndim, sizes + tensor->ndim);
}

/* Sizes that two operands must share and that only this call tells. */
int eqrt_expect_size(eq_context *context, const char *rule, int64_t wanted,
                     int64_t got) {
  if (got == wanted)
    return EQ_OK;
  context = eqrti_resolve(context);
  if (!context)
    return EQ_ERROR_MEMORY;
  return eqrti_fail(context, EQ_ERROR_SHAPE,
                    "%s, %" PRId64 ", but got %" PRId64, rule, wanted, got);
}

/* The sizes of a result are what its type says, and what the caller's memory
 * has. */
static int check_result(eq_context *context, int32_t index,
                        const int64_t *shape) {
  const eqrt_value *value = &context->signature->out[index];
  const eq_tensor *out = &context->out[index];
  bool valid = true, fits = true;
  for (int32_t d = 0; d < value->rank; ++d) {
    valid &=
        shape[d] >= 0 && (value->shape[d] == -1 || value->shape[d] == shape[d]);
    fits &= !out->data || out->shape[d] == shape[d];
  }
  if (valid && fits)
    return EQ_OK;
  eqrti_text text = {{0}, 0};
  eqrti_append(&text, "expected ");
  if (!valid)
    eqrti_append(&text, "the body to give ");
  eqrti_append_name(&text, value, "result", index);
  eqrti_append(&text, valid ? " to have shape " : " of its type, but got ");
  eqrti_append_shape(&text, shape, value->rank);
  if (valid) {
    eqrti_append(&text, ", but got ");
    eqrti_append_shape(&text, out->shape, value->rank);
  }
  return eqrti_fail(context, valid ? EQ_ERROR_SHAPE : EQ_ERROR_INTERNAL, "%s",
                    text.text);
}

int eqrt_result(eq_context *context, int32_t index, const void *descriptor) {
  context = eqrti_resolve(context);
  if (!context)
    return EQ_ERROR_MEMORY;
  if (!exists(context, "result", index,
              context->signature ? context->signature->num_out : 0))
    return EQ_ERROR_INTERNAL;
  const eqrt_value *value = &context->signature->out[index];
  eqrti_result *result = &context->results[index];
  if (is_given(result))
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "expected the body to give result %d once, but got it "
                      "again",
                      (int)index);
  eqrti_view view = eqrti_read(descriptor, value->rank, bytes_of(value));
  int code = check_result(context, index, view.shape);
  if (code != EQ_OK)
    return code;
  const eq_tensor *out = &context->out[index];
  bool to_device =
      out->data ? out->device.type == EQ_DEVICE_CUDA : context->device_results;
  if (to_device || eqrti_on_device(context, view.data))
    return eqrti_device_result(context, index, &view, to_device);
  int64_t bytes = eqrti_count(view.shape, value->rank) * bytes_of(value);
  void *copy = NULL;
  if (context->out[index].data) {
    /* What nobody frees before the end of the call need not be copied twice. */
    if (!is_boolean(value) &&
        eqrti_is_contiguous(view.shape, view.strides, value->rank) &&
        eqrti_arena_has(context, view.data, bytes)) {
      result->staged = view.data;
      return EQ_OK;
    }
    copy = eqrti_arena_take(context, bytes, EQRTI_ALIGNMENT, true);
    result->staged = copy;
  } else {
    result->fresh = eqrti_output_make(context, value->rank, view.shape, bytes);
    copy = result->fresh ? result->fresh->data : NULL;
  }
  if (!copy)
    return context->code;
  eqrti_copy(copy, NULL, view.data, view.strides, view.shape, value->rank,
             bytes_of(value), is_boolean(value));
  return EQ_OK;
}
