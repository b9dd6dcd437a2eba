/* Device memory of calls, and copies.
 *
 * Asking the driver for memory takes long and waits for the whole GPU, so a
 * context keeps what its calls used. What has become a result does not come
 * back: who frees it may have enqueued work on it before, and only the driver's
 * own free waits for that. */

#include "Device.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum {
  ALIGNMENT = 256,        /* of cuMemAlloc */
  KEPT_CALLS = 16,        /* that memory is kept for without being used */
  SMALL_BYTES = 1 << 20,  /* pieces up to this fit any smaller request */
  MOST_PITCH = INT32_MAX, /* of a copy in two dimensions */
  MOST_RANK = 64          /* more sizes than 1 cannot be addressed */
};

/* ---- Pieces -------------------------------------------------------------- */

static void free_pieces(eqrti_gpu *gpu, eqrti_piece **list) {
  while (*list) {
    eqrti_piece *piece = *list;
    *list = piece->next;
    if (piece->kind == EQRTI_PIECE_OWNED)
      gpu->device->driver->cuMemFree_v2(piece->address);
    free(piece);
  }
}

void eqrti_pieces_free(eqrti_gpu *gpu) {
  free_pieces(gpu, &gpu->used);
  free_pieces(gpu, &gpu->idle);
}

/* The smallest idle piece of that size, unless it is far too large. */
static eqrti_piece *reuse(eqrti_gpu *gpu, uint64_t bytes) {
  eqrti_piece **best = NULL;
  uint64_t most = bytes <= SMALL_BYTES / 2 ? SMALL_BYTES : 2 * bytes;
  for (eqrti_piece **link = &gpu->idle; *link; link = &(*link)->next)
    if ((*link)->bytes >= bytes && (*link)->bytes <= most &&
        (!best || (*link)->bytes < (*best)->bytes))
      best = link;
  if (!best)
    return NULL;
  eqrti_piece *piece = *best;
  *best = piece->next;
  return piece;
}

static int fail_memory(eq_context *context, eqrti_gpu *gpu, cu_result result,
                       uint64_t bytes) {
  size_t unused = 0, total = 0;
  if (result == CUDA_ERROR_OUT_OF_MEMORY &&
      gpu->device->driver->cuMemGetInfo_v2(&unused, &total) == CUDA_SUCCESS)
    return eqrti_gpu_fail(context, gpu->device, "cuMemAlloc", result,
                          "allocate %" PRIu64 " bytes (%zu of %zu are free)",
                          bytes, unused, total);
  return eqrti_gpu_fail(context, gpu->device, "cuMemAlloc", result,
                        "allocate %" PRIu64 " bytes", bytes);
}

eqrti_piece *eqrti_piece_take(eq_context *context, eqrti_gpu *gpu,
                              int64_t bytes) {
  if (bytes < 0 || bytes > INT64_MAX - ALIGNMENT) {
    eqrti_fail(context, EQ_ERROR_MEMORY,
               "expected a size that can be addressed, but asked for %" PRId64
               " bytes of device memory",
               bytes);
    return NULL;
  }
  uint64_t size =
      bytes == 0 ? ALIGNMENT
                 : ((uint64_t)bytes + ALIGNMENT - 1) / ALIGNMENT * ALIGNMENT;
  eqrti_piece *piece = reuse(gpu, size);
  if (!piece) {
    piece = calloc(1, sizeof(*piece));
    if (!piece) {
      eqrti_fail(context, EQ_ERROR_MEMORY,
                 "expected memory for the description of a piece of device "
                 "memory, but got none");
      return NULL;
    }
    const eqrti_driver *driver = gpu->device->driver;
    cu_result result = driver->cuMemAlloc_v2(&piece->address, size);
    if (result == CUDA_ERROR_OUT_OF_MEMORY && gpu->idle) {
      free_pieces(gpu, &gpu->idle);
      result = driver->cuMemAlloc_v2(&piece->address, size);
    }
    if (result != CUDA_SUCCESS) {
      free(piece);
      fail_memory(context, gpu, result, size);
      return NULL;
    }
    piece->bytes = size;
  }
  piece->kind = EQRTI_PIECE_OWNED;
  piece->idle_calls = 0;
  piece->next = gpu->used;
  gpu->used = piece;
  return piece;
}

int eqrti_piece_borrow(eq_context *context, eqrti_gpu *gpu, cu_address address,
                       int64_t bytes) {
  eqrti_piece *piece = calloc(1, sizeof(*piece));
  if (!piece)
    return eqrti_fail(context, EQ_ERROR_MEMORY,
                      "expected memory for the description of a piece of "
                      "device memory, but got none");
  *piece = (eqrti_piece){gpu->used, address, (uint64_t)bytes,
                         EQRTI_PIECE_BORROWED, 0};
  gpu->used = piece;
  return EQ_OK;
}

void eqrti_pieces_release(eqrti_gpu *gpu, eqrti_piece *mark) {
  while (gpu->used != mark) {
    eqrti_piece *piece = gpu->used;
    gpu->used = piece->next;
    if (piece->kind != EQRTI_PIECE_OWNED) {
      free(piece);
      continue;
    }
    piece->next = gpu->idle;
    gpu->idle = piece;
  }
}

void eqrti_pieces_age(eqrti_gpu *gpu) {
  eqrti_piece *old = NULL;
  for (eqrti_piece **link = &gpu->idle; *link;) {
    eqrti_piece *piece = *link;
    if (++piece->idle_calls <= KEPT_CALLS) {
      link = &piece->next;
      continue;
    }
    *link = piece->next;
    piece->next = old;
    old = piece;
  }
  free_pieces(gpu, &old);
}

eqrti_piece *eqrti_piece_find(const eqrti_gpu *gpu, const void *memory) {
  cu_address address = (uintptr_t)memory;
  for (eqrti_piece *piece = gpu ? gpu->used : NULL; piece; piece = piece->next)
    if (address >= piece->address && address - piece->address < piece->bytes)
      return piece;
  return NULL;
}

void eqrti_device_free(eqrti_device *device, void *memory) {
  const eqrti_driver *driver = device->driver;
  if (driver->cuCtxPushCurrent_v2(device->primary) != CUDA_SUCCESS)
    return; /* lost, and the memory with it */
  driver->cuMemFree_v2((uintptr_t)memory);
  cu_context popped;
  driver->cuCtxPopCurrent_v2(&popped);
}

/* ---- Copies -------------------------------------------------------------- */

int eqrti_copy_to_device(eq_context *context, eqrti_gpu *gpu, cu_address to,
                         const void *from, int64_t bytes) {
  if (bytes == 0)
    return EQ_OK;
  gpu->pending = true;
  cu_result result = gpu->device->driver->cuMemcpyHtoDAsync_v2(
      to, from, (size_t)bytes, gpu->stream);
  if (result == CUDA_SUCCESS)
    return EQ_OK;
  return eqrti_gpu_fail(context, gpu->device, "cuMemcpyHtoDAsync", result,
                        "copy %" PRId64 " bytes to the device", bytes);
}

int eqrti_copy_to_host(eq_context *context, eqrti_gpu *gpu, void *to,
                       cu_address from, int64_t bytes) {
  if (bytes == 0)
    return EQ_OK;
  gpu->pending = true;
  cu_result result = gpu->device->driver->cuMemcpyDtoHAsync_v2(
      to, from, (size_t)bytes, gpu->stream);
  if (result == CUDA_SUCCESS)
    return EQ_OK;
  return eqrti_gpu_fail(context, gpu->device, "cuMemcpyDtoHAsync", result,
                        "copy %" PRId64 " bytes to the host", bytes);
}

int eqrti_gpu_wait(eq_context *context, eqrti_gpu *gpu) {
  if (!gpu->pending)
    return EQ_OK;
  gpu->pending = false;
  cu_result result = gpu->device->driver->cuStreamSynchronize(gpu->stream);
  if (result == CUDA_SUCCESS)
    return EQ_OK;
  return eqrti_gpu_fail(context, gpu->device, "cuStreamSynchronize", result,
                        "wait for the copies");
}

/* ---- Strided copies on the device ---------------------------------------- */

typedef struct {
  int64_t size, to, from; /* the strides in bytes */
} dimension;

typedef struct {
  eq_context *context;
  eqrti_gpu *gpu;
  dimension loops[MOST_RANK]; /* the first is the outermost */
  int32_t rank;
  dimension rows; /* of one copy; size 1: a piece without gaps */
  int64_t block;  /* bytes without gaps on both sides */
} plan;

static int fail_copy(const plan *p, const char *call, cu_result result) {
  return eqrti_gpu_fail(p->context, p->gpu->device, call, result,
                        "copy %" PRId64 " times %" PRId64
                        " bytes on the device",
                        p->rows.size, p->block);
}

static int copy_block(const plan *p, cu_address to, cu_address from,
                      int64_t bytes) {
  cu_result result = p->gpu->device->driver->cuMemcpyDtoDAsync_v2(
      to, from, (size_t)bytes, p->gpu->stream);
  return result == CUDA_SUCCESS ? EQ_OK
                                : fail_copy(p, "cuMemcpyDtoDAsync", result);
}

static int copy_rows(const plan *p, cu_address to, cu_address from) {
  if (p->rows.size == 1)
    return copy_block(p, to, from, p->block);
  cu_copy_2d copy = {.from_type = CU_MEMORYTYPE_DEVICE,
                     .from_device = from,
                     .from_pitch = (size_t)p->rows.from,
                     .to_type = CU_MEMORYTYPE_DEVICE,
                     .to_device = to,
                     .to_pitch = (size_t)p->rows.to,
                     .width = (size_t)p->block,
                     .height = (size_t)p->rows.size};
  cu_result result =
      p->gpu->device->driver->cuMemcpy2DAsync_v2(&copy, p->gpu->stream);
  if (result == CUDA_SUCCESS)
    return EQ_OK;
  if (result != CUDA_ERROR_INVALID_VALUE)
    return fail_copy(p, "cuMemcpy2DAsync", result);
  /* The driver may refuse pitches that it has not chosen itself. */
  for (int64_t i = 0; i < p->rows.size; ++i) {
    int code = copy_block(p, to + (cu_address)(i * p->rows.to),
                          from + (cu_address)(i * p->rows.from), p->block);
    if (code != EQ_OK)
      return code;
  }
  return EQ_OK;
}

static int copy_loops(const plan *p, int32_t d, cu_address to,
                      cu_address from) {
  if (d == p->rank)
    return copy_rows(p, to, from);
  int code = EQ_OK;
  for (int64_t i = 0; i < p->loops[d].size && code == EQ_OK; ++i)
    code = copy_loops(p, d + 1, to + (cu_address)(i * p->loops[d].to),
                      from + (cu_address)(i * p->loops[d].from));
  return code;
}

/* Makes the longest loop that a copy in two dimensions can do one. */
static void choose_rows(plan *p) {
  int32_t best = -1;
  for (int32_t d = 0; d < p->rank; ++d) {
    const dimension *loop = &p->loops[d];
    bool fits = loop->to >= p->block && loop->from >= p->block &&
                loop->to <= MOST_PITCH && loop->from <= MOST_PITCH;
    if (fits && (best < 0 || loop->size > p->loops[best].size))
      best = d;
  }
  if (best < 0)
    return;
  p->rows = p->loops[best];
  --p->rank;
  memmove(&p->loops[best], &p->loops[best + 1],
          (size_t)(p->rank - best) * sizeof(dimension));
}

/* One value for all indices of the outermost dimension, and a row-major copy
 * of it: copies the first, then doubles what there is. */
static int repeat(plan *p, cu_address to, cu_address from);

static int copy_dimensions(plan *p, cu_address to, cu_address from) {
  int64_t inner = p->block;
  for (int32_t d = 1; d < p->rank; ++d)
    inner *= p->loops[d].size;
  if (p->rank != 0 && p->loops[0].from == 0 && p->loops[0].to == inner)
    return repeat(p, to, from);
  choose_rows(p);
  return copy_loops(p, 0, to, from);
}

static int repeat(plan *p, cu_address to, cu_address from) {
  int64_t slice = p->loops[0].to, bytes = slice * p->loops[0].size;
  --p->rank;
  memmove(&p->loops[0], &p->loops[1], (size_t)p->rank * sizeof(dimension));
  int code = copy_dimensions(p, to, from);
  for (int64_t done = slice; done < bytes && code == EQ_OK; done *= 2)
    code = copy_block(p, to + (cu_address)done, to,
                      done < bytes - done ? done : bytes - done);
  return code;
}

/* The dimensions of more than one index, neighbours joined where both sides
 * allow it. */
static void make_loops(plan *p, const int64_t *to_strides,
                       const int64_t *from_strides, const int64_t *shape,
                       int32_t rank, int64_t element_bytes) {
  dimension inner[MOST_RANK]; /* the first is the innermost */
  int32_t count = 0;
  int64_t row_major = 1;
  for (int32_t d = rank - 1; d >= 0; --d) {
    dimension next = {
        shape[d], element_bytes * (to_strides ? to_strides[d] : row_major),
        element_bytes * (from_strides ? from_strides[d] : row_major)};
    row_major *= shape[d];
    if (next.size == 1)
      continue;
    dimension *last = count != 0 ? &inner[count - 1] : NULL;
    if (last && next.to == last->size * last->to &&
        next.from == last->size * last->from)
      last->size *= next.size;
    else
      inner[count++] = next;
  }
  int32_t skip = 0;
  p->block = element_bytes;
  if (count != 0 && inner[0].to == element_bytes &&
      inner[0].from == element_bytes) {
    p->block *= inner[0].size;
    skip = 1;
  }
  p->rank = count - skip;
  for (int32_t i = 0; i < p->rank; ++i)
    p->loops[i] = inner[count - 1 - i];
}

int eqrti_copy_on_device(eq_context *context, eqrti_gpu *gpu, cu_address to,
                         const int64_t *to_strides, cu_address from,
                         const int64_t *from_strides, const int64_t *shape,
                         int32_t rank, int64_t element_bytes) {
  if (eqrti_count(shape, rank) == 0)
    return EQ_OK;
  plan p = {.context = context, .gpu = gpu, .rows = {1, 0, 0}};
  make_loops(&p, to_strides, from_strides, shape, rank, element_bytes);
  gpu->pending = true;
  return copy_dimensions(&p, to, from);
}
