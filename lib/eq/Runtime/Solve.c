/* Solves in functions that are not eq's: between a beginning and an end, the
 * context is taken as by a call, and an error ends the process, because there
 * is nobody to return it to (eqrti_fail does that). */

#include "Internal.h"

#include <stdio.h>
#include <stdlib.h>

/* What has not begun has no context that would say so. */
static void end_process(const char *sentence) {
  fprintf(stderr, "eq: error: %s\n", sentence);
  abort();
}

/* The context of this thread, or one for this solve only if a call in this
 * thread has it: a hook of the call, or work that its threads take up while
 * they wait, may run any function. */
static eq_context *take_context(eq_context *context, const char *place) {
  if (context) {
    if (!eqrti_enter(context, place))
      end_process(eq_last_error(context));
    return context;
  }
  if ((context = eqrti_resolve(NULL)) && eqrti_enter(context, place))
    return context;
  context = eq_context_create();
  if (!context || !eqrti_enter(context, place))
    end_process("expected memory for a context, but there is none");
  context->for_one_solve = true;
  context->threads = 1;
  return context;
}

eq_context *eqrt_solve_begin(eq_context *context, int32_t version,
                             const char *place) {
  context = take_context(context, place);
  eqrti_clear_error(context);
  eqrti_arena_free(context);
  context->solve = (eqrt_signature){.function = place, .version = version};
  context->signature = &context->solve;
  context->solving = true;
  if (version != EQRT_VERSION)
    eqrti_fail(context, EQ_ERROR_VERSION,
               "expected a program compiled for version %d of the runtime, but "
               "got one for version %d",
               EQRT_VERSION, (int)version);
  fegetenv(&context->callers);
  fesetenv(FE_DFL_ENV);
  return context;
}

void eqrt_solve_end(eq_context *context) {
  fesetenv(&context->callers);
  eqrti_arena_end_call(context);
  context->solving = false;
  context->signature = NULL;
  bool for_one_solve = context->for_one_solve;
  eqrti_leave(context);
  if (for_one_solve)
    eq_context_destroy(context);
}
