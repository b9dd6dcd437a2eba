/* Checks of the tensors of a call, and the sentences that refuse them:
 *
 *   'solve': expected 'w' (input 2) to have shape [64, 64], but got [64, 32]
 */

#include "Internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>

/* ---- Sentences ----------------------------------------------------------- */

void eqrti_append(eqrti_text *text, const char *format, ...) {
  size_t room = sizeof(text->text) - text->used;
  va_list arguments;
  va_start(arguments, format);
  int written = vsnprintf(text->text + text->used, room, format, arguments);
  va_end(arguments);
  if (written > 0)
    text->used += (size_t)written < room ? (size_t)written : room - 1;
}

void eqrti_append_shape(eqrti_text *text, const int64_t *shape, int32_t rank) {
  eqrti_append(text, "[");
  for (int32_t d = 0; d < rank; ++d) {
    eqrti_append(text, d == 0 ? "" : ", ");
    eqrti_append(text, "%" PRId64, shape[d]);
  }
  eqrti_append(text, "]");
}

void eqrti_append_name(eqrti_text *text, const eqrt_value *value,
                       const char *role, int32_t index) {
  if (value->name && value->name[0])
    eqrti_append(text, "'%.200s' (%s %d)", value->name, role, (int)index);
  else
    eqrti_append(text, "%s %d", role, (int)index);
}

/* The shape a signature asks for, -1 printed as ?. */
static void append_wanted(eqrti_text *text, const eqrt_value *value) {
  eqrti_append(text, "[");
  for (int32_t d = 0; d < value->rank; ++d) {
    eqrti_append(text, d == 0 ? "" : ", ");
    if (value->shape[d] == -1)
      eqrti_append(text, "?");
    else
      eqrti_append(text, "%" PRId64, value->shape[d]);
  }
  eqrti_append(text, "]");
}

static void append_type(eqrti_text *text, int code, int bits, int lanes) {
  switch (code) {
  case EQ_TYPE_INT:
    eqrti_append(text, "i%d", bits);
    break;
  case EQ_TYPE_UINT:
    eqrti_append(text, "ui%d", bits);
    break;
  case EQ_TYPE_FLOAT:
    eqrti_append(text, "f%d", bits);
    break;
  case EQ_TYPE_BFLOAT:
    eqrti_append(text, "bf%d", bits);
    break;
  case EQ_TYPE_BOOL:
    eqrti_append(text, bits == 8 ? "bool" : "bool of %d bits", bits);
    break;
  default:
    eqrti_append(text, "DLPack type code %d with %d bits", code, bits);
  }
  if (lanes != 1)
    eqrti_append(text, " in vectors of %d", lanes);
}

/* ---- Rules --------------------------------------------------------------- */

typedef struct {
  eq_context *context;
  const eqrt_value *value;
  const char *role;
  int32_t index;
  const eq_tensor *tensor;
  eqrti_text text; /* of a refusal; see sentence() */
} subject;

/* "expected 'w' (input 2) to ", to which the rest is added: written only where
 * a tensor is refused, for every call checks all of them. */
static eqrti_text *sentence(subject *s) {
  if (s->text.used == 0) {
    eqrti_append(&s->text, "expected ");
    eqrti_append_name(&s->text, s->value, s->role, s->index);
    eqrti_append(&s->text, " to ");
  }
  return &s->text;
}

static int refuse(subject *s, int code) {
  return eqrti_fail(s->context, code, "%s", s->text.text);
}

static int check_device(subject *s) {
  eq_device got = s->tensor->device;
  if (got.type == EQ_DEVICE_CPU ||
      (got.type == EQ_DEVICE_CUDA && got.id == s->context->device))
    return EQ_OK;
  if (got.type == EQ_DEVICE_CUDA)
    eqrti_append(sentence(s),
                 "be on the CPU or on GPU %d, that of the context, but got GPU "
                 "%d; see eq_set_device",
                 (int)s->context->device, (int)got.id);
  else
    eqrti_append(sentence(s),
                 "be on the CPU or a CUDA GPU (DLPack device type 1 or 2), but "
                 "got device type %d",
                 (int)got.type);
  return refuse(s, EQ_ERROR_ARGUMENT);
}

static int check_type(subject *s) {
  eq_dtype got = s->tensor->dtype;
  if (got.code == s->value->code && got.bits == s->value->bits &&
      got.lanes == 1)
    return EQ_OK;
  eqrti_append(sentence(s), "have type ");
  append_type(sentence(s), s->value->code, s->value->bits, 1);
  eqrti_append(sentence(s), ", but got ");
  append_type(sentence(s), got.code, got.bits, got.lanes);
  return refuse(s, EQ_ERROR_TYPE);
}

static int check_shape(subject *s) {
  const eq_tensor *tensor = s->tensor;
  if (tensor->ndim != s->value->rank) {
    eqrti_append(sentence(s), "have rank %d, but got rank %d",
                 (int)s->value->rank, (int)tensor->ndim);
    return refuse(s, EQ_ERROR_SHAPE);
  }
  if (tensor->ndim != 0 && !tensor->shape) {
    eqrti_append(sentence(s), "have a shape, but got NULL");
    return refuse(s, EQ_ERROR_SHAPE);
  }
  bool negative = false, differs = false;
  for (int32_t d = 0; d < tensor->ndim; ++d) {
    negative |= tensor->shape[d] < 0;
    differs |=
        s->value->shape[d] != -1 && s->value->shape[d] != tensor->shape[d];
  }
  if (!negative && !differs)
    return EQ_OK;
  if (differs) {
    eqrti_append(sentence(s), "have shape ");
    append_wanted(sentence(s), s->value);
  } else {
    eqrti_append(sentence(s), "have sizes of 0 or more");
  }
  eqrti_append(sentence(s), ", but got ");
  eqrti_append_shape(sentence(s), tensor->shape, tensor->ndim);
  return refuse(s, EQ_ERROR_SHAPE);
}

/* Adds |stride| * (size - 1) to *reach; false if it does not fit. */
static bool add_reach(int64_t *reach, int64_t stride, int64_t size) {
  int64_t along;
  return !__builtin_mul_overflow(stride, size - 1, &along) &&
         along != INT64_MIN &&
         !__builtin_add_overflow(*reach, along < 0 ? -along : along, reach);
}

/* Everything the tensor covers can be counted in bytes. */
static bool is_addressable(const eq_tensor *tensor, int64_t element_bytes) {
  int64_t count = 1, reach = 0, bytes;
  bool empty = false, fits = true;
  for (int32_t d = 0; d < tensor->ndim; ++d)
    empty |= tensor->shape[d] == 0;
  /* [0, 2^40, 2^40] is empty, but its row-major strides are no numbers. */
  for (int32_t d = 0; d < tensor->ndim && fits; ++d) {
    int64_t size = tensor->shape[d] == 0 ? 1 : tensor->shape[d];
    fits = !__builtin_mul_overflow(count, size, &count);
    if (fits && tensor->strides && !empty)
      fits = add_reach(&reach, tensor->strides[d], size);
  }
  return fits && !__builtin_mul_overflow(count, element_bytes, &bytes) &&
         !__builtin_mul_overflow(reach, element_bytes, &bytes) &&
         tensor->byte_offset <= PTRDIFF_MAX;
}

/* The driver has heard of the memory. */
static int check_known(subject *s) {
  bool known = false;
  int code = eqrti_is_device_memory(
      s->context, (char *)s->tensor->data + s->tensor->byte_offset, &known);
  if (code != EQ_OK || known)
    return code;
  eqrti_append(sentence(s), "have data that the CUDA driver knows, but got an "
                            "address that is not a GPU's");
  return refuse(s, EQ_ERROR_ARGUMENT);
}

static int check_memory(subject *s) {
  const eq_tensor *tensor = s->tensor;
  int64_t element_bytes = s->value->bits / 8;
  if (!is_addressable(tensor, element_bytes)) {
    eqrti_append(sentence(s), "fit into memory, but got shape ");
    eqrti_append_shape(sentence(s), tensor->shape, tensor->ndim);
    if (tensor->strides) {
      eqrti_append(sentence(s), " with strides ");
      eqrti_append_shape(sentence(s), tensor->strides, tensor->ndim);
    }
    eqrti_append(sentence(s), " and byte offset %" PRIu64, tensor->byte_offset);
    return refuse(s, EQ_ERROR_SHAPE);
  }
  if (eqrti_count(tensor->shape, tensor->ndim) == 0)
    return EQ_OK;
  if (!tensor->data) {
    eqrti_append(sentence(s), "have data, but got NULL");
    return refuse(s, EQ_ERROR_ARGUMENT);
  }
  uint64_t past =
      ((uintptr_t)tensor->data + tensor->byte_offset) % (uint64_t)element_bytes;
  if (past != 0) {
    eqrti_append(sentence(s),
                 "have data aligned to %d bytes, but got an address %d past a "
                 "multiple of it",
                 (int)element_bytes, (int)past);
    return refuse(s, EQ_ERROR_ARGUMENT);
  }
  return tensor->device.type == EQ_DEVICE_CUDA ? check_known(s) : EQ_OK;
}

/* An element of a result cannot have the place of another. */
static int check_places(subject *s) {
  const eq_tensor *tensor = s->tensor;
  for (int32_t d = 0; tensor->strides && d < tensor->ndim; ++d) {
    if (tensor->strides[d] != 0 || tensor->shape[d] < 2)
      continue;
    eqrti_append(sentence(s),
                 "have a place for every element, but got stride 0 in "
                 "dimension %d of size %" PRId64,
                 (int)d, tensor->shape[d]);
    return refuse(s, EQ_ERROR_ARGUMENT);
  }
  return EQ_OK;
}

/* The signature itself: the compiler's mistakes, not the caller's. */
static int check_value(subject *s) {
  const eqrt_value *value = s->value;
  bool ok = value->rank >= 0 && (value->rank == 0 || value->shape) &&
            (value->bits == 8 || value->bits == 16 || value->bits == 32 ||
             value->bits == 64);
  if (ok)
    return EQ_OK;
  eqrti_append(sentence(s),
               "be described with 8, 16, 32 or 64 bits and a shape, but got "
               "%d bits and rank %d",
               (int)value->bits, (int)value->rank);
  return refuse(s, EQ_ERROR_INTERNAL);
}

static int check(subject *s) {
  int code;
  if ((code = check_value(s)) || (code = check_device(s)) ||
      (code = check_type(s)) || (code = check_shape(s)))
    return code;
  return check_memory(s);
}

static void open_subject(subject *s, eq_context *context,
                         const eqrt_value *value, const char *role,
                         int32_t index, const eq_tensor *tensor) {
  s->context = context;
  s->value = value;
  s->role = role;
  s->index = index;
  s->tensor = tensor;
  s->text.used = 0;
}

int eqrti_check_input(eq_context *context, int32_t index) {
  subject s;
  open_subject(&s, context, &context->signature->in[index], "input", index,
               &context->in[index]);
  return check(&s);
}

int eqrti_check_output(eq_context *context, int32_t index) {
  subject s;
  open_subject(&s, context, &context->signature->out[index], "result", index,
               &context->out[index]);
  if (!s.tensor->data)
    return check_value(&s); /* the context fills in the rest */
  int code = check(&s);
  return code != EQ_OK ? code : check_places(&s);
}
