/* Strided copies, and what memref descriptors mean. */

#include "Internal.h"

#include <string.h>

int64_t eqrti_count(const int64_t *shape, int32_t rank) {
  int64_t count = 1;
  for (int32_t d = 0; d < rank; ++d)
    count *= shape[d];
  return count;
}

void eqrti_row_major(const int64_t *shape, int32_t rank, int64_t *strides) {
  int64_t stride = 1;
  for (int32_t d = rank - 1; d >= 0; --d) {
    strides[d] = stride;
    stride *= shape[d];
  }
}

bool eqrti_is_contiguous(const int64_t *shape, const int64_t *strides,
                         int32_t rank) {
  if (!strides || eqrti_count(shape, rank) == 0)
    return true;
  int64_t stride = 1;
  for (int32_t d = rank - 1; d >= 0; --d) {
    if (shape[d] == 1)
      continue; /* its stride is never used */
    if (strides[d] != stride)
      return false;
    stride *= shape[d];
  }
  return true;
}

eqrti_view eqrti_read(const void *descriptor, int32_t rank,
                      int64_t element_bytes) {
  /* The fields are pointers and 64-bit numbers, without padding. */
  const char *field = descriptor;
  const char *aligned;
  int64_t offset;
  memcpy(&aligned, field + sizeof(void *), sizeof(aligned));
  memcpy(&offset, field + 2 * sizeof(void *), sizeof(offset));
  const int64_t *sizes =
      (const int64_t *)(field + 2 * sizeof(void *) + sizeof(int64_t));
  eqrti_view view = {aligned, sizes, sizes + rank};
  if (offset != 0)
    view.data += offset * element_bytes;
  return view;
}

typedef struct {
  const int64_t *shape, *to_strides, *from_strides; /* NULL: row-major */
  int32_t rank;
  int32_t split; /* from this dimension on, both sides are contiguous */
  int64_t block; /* the elements of those dimensions */
  int64_t element_bytes;
  bool boolean;
} plan;

static void copy_elements(const plan *p, char *to, const char *from) {
  if (!p->boolean) {
    memcpy(to, from, (size_t)(p->block * p->element_bytes));
    return;
  }
  for (int64_t i = 0; i < p->block; ++i)
    to[i] = from[i] != 0;
}

/* One element from every index of a dimension, the sizes known to the C
 * compiler: this is where transposed inputs spend their time. */
static void copy_strip(const plan *p, int64_t count, char *to, int64_t to_pitch,
                       const char *from, int64_t from_pitch) {
#define EACH(bytes)                                                            \
  case bytes:                                                                  \
    for (int64_t i = 0; i < count; ++i)                                        \
      memcpy(to + i * to_pitch, from + i * from_pitch, bytes);                 \
    return;
  switch (p->boolean ? 0 : p->element_bytes) {
    EACH(1)
    EACH(2)
    EACH(4)
    EACH(8)
  }
#undef EACH
  for (int64_t i = 0; i < count; ++i)
    copy_elements(p, to + i * to_pitch, from + i * from_pitch);
}

/* Copies dimension d and those after it, which hold `elements` elements. */
static void copy_dimension(const plan *p, int32_t d, int64_t elements, char *to,
                           const char *from) {
  if (d == p->split) {
    copy_elements(p, to, from);
    return;
  }
  int64_t inner = elements / p->shape[d];
  int64_t to_pitch = p->element_bytes;
  to_pitch *= p->to_strides ? p->to_strides[d] : inner;
  int64_t from_pitch = p->element_bytes;
  from_pitch *= p->from_strides ? p->from_strides[d] : inner;
  if (inner == 1) {
    copy_strip(p, p->shape[d], to, to_pitch, from, from_pitch);
    return;
  }
  for (int64_t i = 0; i < p->shape[d]; ++i)
    copy_dimension(p, d + 1, inner, to + i * to_pitch, from + i * from_pitch);
}

void eqrti_copy(void *to, const int64_t *to_strides, const void *from,
                const int64_t *from_strides, const int64_t *shape, int32_t rank,
                int64_t element_bytes, bool boolean) {
  int64_t count = eqrti_count(shape, rank);
  if (count == 0)
    return;
  plan p = {shape, to_strides, from_strides,  rank,
            rank,  1,          element_bytes, boolean};
  while (p.split > 0) {
    int32_t d = p.split - 1;
    bool joins =
        shape[d] == 1 || ((!to_strides || to_strides[d] == p.block) &&
                          (!from_strides || from_strides[d] == p.block));
    if (!joins)
      break;
    p.block *= shape[d];
    p.split = d;
  }
  copy_dimension(&p, 0, count, to, from);
}
