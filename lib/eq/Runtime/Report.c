/* What a call tells while it runs: progress, and statistics of its solves. */

#include "Internal.h"

void eqrt_progress(eq_context *context, int64_t done, int64_t total) {
  context = eqrti_resolve(context);
  if (!context || !context->progress)
    return;
  pthread_mutex_lock(&context->callback_lock);
  context->progress(context->progress_user, done, total);
  pthread_mutex_unlock(&context->callback_lock);
}

/* The data of a descriptor as a flat array; a copy if it has gaps. NULL after
 * recording an error. */
static const void *flat(eq_context *context, const eqrti_view *view,
                        int32_t rank, int64_t element_bytes) {
  if (eqrti_is_contiguous(view->shape, view->strides, rank))
    return view->data;
  int64_t bytes = eqrti_count(view->shape, rank) * element_bytes;
  void *copy = eqrti_arena_take(context, bytes, EQRTI_ALIGNMENT, true);
  if (copy)
    eqrti_copy(copy, NULL, view->data, view->strides, view->shape, rank,
               element_bytes, false);
  return copy;
}

static bool same_shape(const eqrti_view *a, const eqrti_view *b, int32_t rank) {
  for (int32_t d = 0; d < rank; ++d)
    if (a->shape[d] != b->shape[d])
      return false;
  return true;
}

void eqrt_report(eq_context *context, const char *label, int32_t rank,
                 int32_t residual_bits, const void *iterations,
                 const void *residual, const void *status) {
  context = eqrti_resolve(context);
  if (!context || !context->report)
    return;
  eqrti_view k = eqrti_read(iterations, rank, 4);
  eqrti_view r = eqrti_read(residual, rank, residual_bits / 8);
  eqrti_view s = eqrti_read(status, rank, 4);
  if ((residual_bits != 32 && residual_bits != 64) ||
      !same_shape(&k, &r, rank) || !same_shape(&k, &s, rank)) {
    eqrti_fail(context, EQ_ERROR_INTERNAL,
               "expected a report of arrays of one shape with residuals of 32 "
               "or 64 bits, but got %d bits or other shapes",
               (int)residual_bits);
    return;
  }
  eq_report report = {
      .function = context->signature && context->signature->function
                      ? context->signature->function
                      : "",
      .label = label ? label : "",
      .count = eqrti_count(k.shape, rank),
      .iterations = flat(context, &k, rank, 4),
      .residual = flat(context, &r, rank, residual_bits / 8),
      .residual_bits = residual_bits,
      .status = flat(context, &s, rank, 4),
  };
  /* Without data there is an error only if there should have been some. */
  if (report.count != 0 &&
      (!report.iterations || !report.residual || !report.status))
    return;
  pthread_mutex_lock(&context->callback_lock);
  context->report(context->report_user, &report);
  pthread_mutex_unlock(&context->callback_lock);
}
