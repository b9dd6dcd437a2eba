/* Tensors on the GPU: inputs that are there, results that are to go there, and
 * memory between kernels. */

#include "Device.h"

#include <inttypes.h>

enum { SLACK_BYTES = 1 << 20 }; /* that a result may hold without need */

static int64_t bytes_of(const eqrt_value *value) { return value->bits / 8; }

static cu_address address_of(const void *memory) { return (uintptr_t)memory; }

bool eqrti_on_device(const eq_context *context, const void *memory) {
  return eqrti_piece_find(context->gpu, memory) != NULL;
}

/* The driver knows the memory that it gave out, or was told of. A wrong address
 * would end the CUDA context of the whole process. */
int eqrti_is_device_memory(eq_context *context, const void *memory,
                           bool *answer) {
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return context->code;
  int type = 0, code = EQ_OK;
  cu_result result = gpu->device->driver->cuPointerGetAttribute(
      &type, CU_POINTER_ATTRIBUTE_MEMORY_TYPE, address_of(memory));
  *answer = result != CUDA_ERROR_INVALID_VALUE;
  if (result != CUDA_SUCCESS && *answer)
    code = eqrti_gpu_fail(context, gpu->device, "cuPointerGetAttribute", result,
                          "tell what memory a tensor has");
  eqrti_gpu_leave(gpu);
  return code;
}

void *eqrt_device_alloc(eq_context *context, const eqrt_kernel *kernel,
                        int64_t bytes) {
  context = eqrti_resolve(context);
  if (!context)
    return NULL;
  /* An empty batch needs no GPU. */
  if (!kernel || !kernel->ptx || bytes == 0)
    return eqrt_alloc(context, bytes, 256);
  if (!context->signature) {
    eqrti_fail(context, EQ_ERROR_INTERNAL,
               "expected device memory to be asked for in a running call");
    return NULL;
  }
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return NULL;
  eqrti_piece *piece = eqrti_piece_take(context, gpu, bytes);
  eqrti_gpu_leave(gpu);
  return piece ? (void *)(uintptr_t)piece->address : NULL;
}

/* ---- Inputs -------------------------------------------------------------- */

/* A row-major copy on the device; NULL after recording. */
static eqrti_piece *pack(eq_context *context, eqrti_gpu *gpu, cu_address from,
                         const int64_t *strides, const int64_t *shape,
                         int32_t rank, int64_t element_bytes) {
  eqrti_piece *piece =
      eqrti_piece_take(context, gpu, eqrti_count(shape, rank) * element_bytes);
  if (!piece ||
      eqrti_copy_on_device(context, gpu, piece->address, NULL, from, strides,
                           shape, rank, element_bytes) != EQ_OK)
    return NULL;
  return piece;
}

/* Row-major data on the device; 0 after recording. */
static cu_address row_major_input(eq_context *context, eqrti_gpu *gpu,
                                  const eqrt_value *value,
                                  const eq_tensor *tensor) {
  cu_address from = address_of(tensor->data) + tensor->byte_offset;
  int64_t bytes = eqrti_count(tensor->shape, tensor->ndim) * bytes_of(value);
  if (eqrti_is_contiguous(tensor->shape, tensor->strides, tensor->ndim))
    return eqrti_piece_borrow(context, gpu, from, bytes) == EQ_OK ? from : 0;
  eqrti_piece *piece = pack(context, gpu, from, tensor->strides, tensor->shape,
                            tensor->ndim, bytes_of(value));
  return piece ? piece->address : 0;
}

/* The host computes with it, too. */
static void *host_input(eq_context *context, eqrti_gpu *gpu,
                        const eqrt_value *value, cu_address from,
                        int64_t bytes) {
  char *copy = eqrti_arena_take(context, bytes, EQRTI_ALIGNMENT, true);
  if (!copy || eqrti_copy_to_host(context, gpu, copy, from, bytes) != EQ_OK ||
      eqrti_gpu_wait(context, gpu) != EQ_OK)
    return NULL;
  for (int64_t i = 0; value->code == EQ_TYPE_BOOL && i < bytes; ++i)
    copy[i] = copy[i] != 0;
  return copy;
}

void *eqrti_device_input(eq_context *context, int32_t index) {
  const eqrt_value *value = &context->signature->in[index];
  const eq_tensor *tensor = &context->in[index];
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return NULL;
  eqrti_piece *mark = gpu->used;
  void *data = NULL;
  cu_address address = row_major_input(context, gpu, value, tensor);
  /* A kernel expects booleans that are 0 or 1; making them so is the host's
   * work. */
  bool stays =
      (value->flags & EQRT_VALUE_ON_DEVICE) != 0 && value->code != EQ_TYPE_BOOL;
  if (address && stays) {
    data = (void *)(uintptr_t)address;
  } else if (address) {
    data =
        host_input(context, gpu, value, address,
                   eqrti_count(tensor->shape, tensor->ndim) * bytes_of(value));
    eqrti_gpu_settle(gpu);
    eqrti_pieces_release(gpu, mark);
  }
  eqrti_gpu_leave(gpu);
  return data;
}

/* ---- Results ------------------------------------------------------------- */

/* A result as the body gave it. */
typedef struct {
  eq_context *context;
  eqrti_gpu *gpu;
  const eqrt_value *value;
  const eqrti_view *view;
  eqrti_result *result;
  int64_t bytes;
  bool contiguous;
  eqrti_piece *piece; /* where it is; NULL: on the host */
} source;

/* A row-major copy on the device; NULL after recording. */
static eqrti_piece *copy_to_piece(const source *s) {
  if (s->piece)
    return pack(s->context, s->gpu, address_of(s->view->data), s->view->strides,
                s->view->shape, s->value->rank, bytes_of(s->value));
  const void *from = s->view->data;
  if (!s->contiguous || s->value->code == EQ_TYPE_BOOL) {
    void *packed =
        eqrti_arena_take(s->context, s->bytes, EQRTI_ALIGNMENT, true);
    if (!packed)
      return NULL;
    eqrti_copy(packed, NULL, from, s->view->strides, s->view->shape,
               s->value->rank, bytes_of(s->value),
               s->value->code == EQ_TYPE_BOOL);
    from = packed;
  }
  eqrti_piece *piece = eqrti_piece_take(s->context, s->gpu, s->bytes);
  if (!piece ||
      eqrti_copy_to_device(s->context, s->gpu, piece->address, from,
                           s->bytes) != EQ_OK ||
      eqrti_gpu_wait(s->context, s->gpu) != EQ_OK)
    return NULL;
  return piece;
}

/* The piece may become the result: it is nothing else, and not much larger. */
static bool can_give(const source *s) {
  return s->piece && s->piece->kind == EQRTI_PIECE_OWNED && s->contiguous &&
         address_of(s->view->data) == s->piece->address &&
         s->piece->bytes / 2 <= (uint64_t)s->bytes + SLACK_BYTES;
}

static int give_fresh(const source *s) {
  eqrti_output *output =
      eqrti_output_make(s->context, s->value->rank, s->view->shape, 0);
  if (!output)
    return s->context->code;
  s->result->fresh = output; /* freed with the others if this fails */
  eqrti_piece *piece = can_give(s) ? s->piece : copy_to_piece(s);
  if (!piece)
    return s->context->code;
  piece->kind = EQRTI_PIECE_GIVEN;
  output->device = s->gpu->device;
  output->device_id = s->gpu->device->id;
  output->data = (void *)(uintptr_t)piece->address;
  return eqrti_gpu_wait(s->context, s->gpu);
}

/* For memory of the caller on the device: what stays as it is until the end of
 * the call is not copied twice. An input would not do: another result may be
 * written over it. */
static int stage(const source *s) {
  bool stays =
      s->piece && s->piece->kind != EQRTI_PIECE_BORROWED && s->contiguous;
  cu_address address = address_of(s->view->data);
  if (!stays) {
    eqrti_piece *piece = copy_to_piece(s);
    if (!piece)
      return s->context->code;
    address = piece->address;
  }
  s->result->on_device = true;
  s->result->address = address;
  return EQ_OK;
}

/* From the device to memory of the host. */
static int fetch(const source *s, void *to) {
  cu_address from = address_of(s->view->data);
  if (!s->contiguous) {
    eqrti_piece *piece = copy_to_piece(s);
    if (!piece)
      return s->context->code;
    from = piece->address;
  }
  int code = eqrti_copy_to_host(s->context, s->gpu, to, from, s->bytes);
  return code != EQ_OK ? code : eqrti_gpu_wait(s->context, s->gpu);
}

static int fetch_result(const source *s, const eq_tensor *out) {
  void *memory = NULL;
  if (out->data) {
    memory = eqrti_arena_take(s->context, s->bytes, EQRTI_ALIGNMENT, true);
    s->result->staged = memory;
  } else {
    s->result->fresh =
        eqrti_output_make(s->context, s->value->rank, s->view->shape, s->bytes);
    memory = s->result->fresh ? s->result->fresh->data : NULL;
  }
  return memory ? fetch(s, memory) : s->context->code;
}

int eqrti_device_result(eq_context *context, int32_t index,
                        const eqrti_view *view, bool to_device) {
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return context->code;
  const eqrt_value *value = &context->signature->out[index];
  const eq_tensor *out = &context->out[index];
  source s = {context,
              gpu,
              value,
              view,
              &context->results[index],
              eqrti_count(view->shape, value->rank) * bytes_of(value),
              eqrti_is_contiguous(view->shape, view->strides, value->rank),
              eqrti_piece_find(gpu, view->data)};
  int code = !to_device  ? fetch_result(&s, out)
             : out->data ? stage(&s)
                         : give_fresh(&s);
  eqrti_gpu_leave(gpu);
  return code;
}

static bool any_on_device(const eq_context *context) {
  bool any = false;
  for (int32_t i = 0; i < context->signature->num_out; ++i)
    any |= context->results[i].on_device;
  return any;
}

int eqrti_commit_on_device(eq_context *context) {
  if (!any_on_device(context))
    return EQ_OK;
  eqrti_gpu *gpu = eqrti_gpu_enter(context);
  if (!gpu)
    return context->code;
  int code = EQ_OK;
  for (int32_t i = 0; i < context->signature->num_out && code == EQ_OK; ++i) {
    const eq_tensor *out = &context->out[i];
    if (context->results[i].on_device)
      code = eqrti_copy_on_device(
          context, gpu, address_of(out->data) + out->byte_offset, out->strides,
          context->results[i].address, NULL, out->shape, out->ndim,
          bytes_of(&context->signature->out[i]));
  }
  if (code == EQ_OK)
    code = eqrti_gpu_wait(context, gpu);
  eqrti_gpu_leave(gpu);
  return code;
}
