/* Contexts: making, setting, finding the one of a thread; errors; cancelling.
 *
 * A context is taken by one call or one setter at a time (`busy`). What is
 * refused meanwhile must not write into it, so errors outside calls are kept
 * per thread, with the id of the context they are about. */

#include "Internal.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* ---- Errors -------------------------------------------------------------- */

/* The last error of this thread that is not the error of a call. */
static _Thread_local struct {
  uint64_t context; /* 0: none */
  char message[256];
} note;

/* The context of this thread, if it was needed so far. */
static _Thread_local eq_context *own;

int eqrti_note(eq_context *context, int code, const char *format, ...) {
  context = eqrti_resolve(context);
  if (!context)
    return code;
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(note.message, sizeof(note.message), format, arguments);
  va_end(arguments);
  note.context = context->id;
  return code;
}

int eqrti_fail(eq_context *context, int code, const char *format, ...) {
  pthread_mutex_lock(&context->lock);
  if (context->code == EQ_OK) {
    size_t used = 0;
    const eqrt_signature *signature = context->signature;
    if (signature && signature->function) {
      snprintf(context->message, sizeof(context->message),
               "'%.200s': ", signature->function);
      used = strlen(context->message);
    }
    va_list arguments;
    va_start(arguments, format);
    vsnprintf(context->message + used, sizeof(context->message) - used, format,
              arguments);
    va_end(arguments);
    context->code = code != EQ_OK ? code : EQ_ERROR_INTERNAL;
    if (context->solving) {
      fprintf(stderr, "eq: error: %s\n", context->message);
      abort();
    }
    /* Other threads of the call compute what nobody will get. */
    if (signature)
      atomic_fetch_or(&context->stop, EQRTI_STOP_FAILED);
  }
  code = context->code;
  pthread_mutex_unlock(&context->lock);
  return code;
}

int eqrt_fail(eq_context *context, int32_t code, const char *message) {
  context = eqrti_resolve(context);
  if (!context)
    return EQ_ERROR_MEMORY;
  return eqrti_fail(context, code, "%s", message ? message : "failed");
}

void eqrti_clear_error(eq_context *context) {
  context->code = EQ_OK;
  context->message[0] = '\0';
  if (note.context == context->id)
    note.context = 0;
}

const char *eq_last_error(eq_context *context) {
  if (!context)
    context = own;
  if (!context)
    return "";
  return note.context == context->id ? note.message : context->message;
}

bool eqrti_enter(eq_context *context, const char *what) {
  int idle = 0;
  if (atomic_compare_exchange_strong(&context->busy, &idle, 1))
    return true;
  eqrti_note(context, EQ_ERROR_BUSY,
             "'%s': expected the context to be idle, but a call is using it; "
             "give each thread, and each call inside a call, its own context",
             what);
  return false;
}

void eqrti_leave(eq_context *context) { atomic_store(&context->busy, 0); }

/* ---- Making and finding -------------------------------------------------- */

eq_context *eq_context_create(void) {
  static _Atomic uint64_t last_id;
  eq_context *context = calloc(1, sizeof(*context));
  eqrti_account *account = calloc(1, sizeof(*account));
  if (!context || !account) {
    free(context);
    free(account);
    return NULL;
  }
  account->references = 1;
  context->id = atomic_fetch_add(&last_id, 1) + 1;
  context->account = account;
  context->allocator = eqrti_system_allocator;
  context->own_allocator = true;
  pthread_mutex_init(&context->lock, NULL);
  pthread_mutex_init(&context->callback_lock, NULL);
  return context;
}

int eq_context_destroy(eq_context *context) {
  if (!context)
    return EQ_OK;
  if (!eqrti_enter(context, "eq_context_destroy"))
    return EQ_ERROR_BUSY;
  if (context == own)
    own = NULL;
  eqrti_workers_destroy(context->workers);
  eqrti_gpu_destroy(context->gpu);
  eqrti_arena_free(context);
  eqrti_arena_forget(context);
  eqrti_account_drop(context->account);
  pthread_mutex_destroy(&context->lock);
  pthread_mutex_destroy(&context->callback_lock);
  free(context);
  return EQ_OK;
}

static pthread_key_t own_key;
static bool own_key_made;

static void destroy_own(void *context) { eq_context_destroy(context); }

static void make_own_key(void) {
  own_key_made = pthread_key_create(&own_key, destroy_own) == 0;
}

eq_context *eqrti_resolve(eq_context *context) {
  if (context)
    return context;
  if (own)
    return own;
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, make_own_key);
  own = eq_context_create();
  /* Without a key the context would outlive its thread; that is all. */
  if (own && own_key_made)
    pthread_setspecific(own_key, own);
  return own;
}

/* ---- Setting ------------------------------------------------------------- */

/* Takes a context for a setter; NULL after setting *code. */
static eq_context *begin_set(eq_context *context, const char *setter,
                             int *code) {
  context = eqrti_resolve(context);
  *code = context ? EQ_OK : EQ_ERROR_MEMORY;
  if (context && !eqrti_enter(context, setter))
    *code = EQ_ERROR_BUSY;
  return *code == EQ_OK ? context : NULL;
}

int eq_set_threads(eq_context *context, int32_t threads) {
  int code;
  if (threads < 0 || threads > 4096)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_threads': expected 'threads' to be 0 to 4096, "
                      "but got %d",
                      (int)threads);
  if (!(context = begin_set(context, "eq_set_threads", &code)))
    return code;
  if (threads != context->threads) {
    eqrti_workers_destroy(context->workers);
    context->workers = NULL;
    context->threads = threads;
  }
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_parallel_for(eq_context *context,
                        void (*parallel_for)(void *, int64_t,
                                             void (*)(void *, int64_t), void *),
                        void *user) {
  int code;
  if (!(context = begin_set(context, "eq_set_parallel_for", &code)))
    return code;
  context->parallel_for = parallel_for;
  context->parallel_for_user = user;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_allocator(eq_context *context, const eq_allocator *allocator) {
  int code;
  if (allocator && (!allocator->alloc || !allocator->free))
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_allocator': expected 'allocator' to have both "
                      "'alloc' and 'free', but got NULL for '%s'",
                      allocator->alloc ? "free" : "alloc");
  if (!(context = begin_set(context, "eq_set_allocator", &code)))
    return code;
  /* What eqrt_alloc gave outside calls goes back where it came from. */
  eqrti_arena_free(context);
  eqrti_arena_forget(context);
  context->allocator = allocator ? *allocator : eqrti_system_allocator;
  context->own_allocator = !allocator;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_memory_limit(eq_context *context, uint64_t bytes) {
  int code;
  if (!(context = begin_set(context, "eq_set_memory_limit", &code)))
    return code;
  if (bytes != 0)
    eqrti_arena_forget(context);
  context->limit = bytes;
  eqrti_leave(context);
  return EQ_OK;
}

uint64_t eq_memory_in_use(eq_context *context) {
  context = eqrti_resolve(context);
  return context ? atomic_load(&context->account->in_use) : 0;
}

int eq_set_device(eq_context *context, int32_t id) {
  int code;
  if (id < 0)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_device': expected 'id' to be 0 or more, but got "
                      "%d",
                      (int)id);
  if (!(context = begin_set(context, "eq_set_device", &code)))
    return code;
  if (id != context->device) {
    eqrti_gpu_destroy(context->gpu);
    context->gpu = NULL;
    context->stream = NULL; /* it belonged to the other device */
    context->device = id;
  }
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_stream(eq_context *context, void *stream) {
  int code;
  if (!(context = begin_set(context, "eq_set_stream", &code)))
    return code;
  context->stream = stream;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_device_results(eq_context *context, int32_t on_device) {
  int code;
  if (!(context = begin_set(context, "eq_set_device_results", &code)))
    return code;
  context->device_results = on_device != 0;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_progress(eq_context *context,
                    void (*progress)(void *, int64_t, int64_t), void *user) {
  int code;
  if (!(context = begin_set(context, "eq_set_progress", &code)))
    return code;
  context->progress = progress;
  context->progress_user = user;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_report(eq_context *context,
                  void (*report)(void *, const eq_report *), void *user) {
  int code;
  if (!(context = begin_set(context, "eq_set_report", &code)))
    return code;
  context->report = report;
  context->report_user = user;
  eqrti_leave(context);
  return EQ_OK;
}

int eq_set_simulator(eq_context *context, const eq_simulator *simulator) {
  int code;
  static const eq_simulator usual = {0};
  simulator = simulator ? simulator : &usual;
  if (simulator->order < EQ_SIMULATOR_ASCENDING ||
      simulator->order > EQ_SIMULATOR_SHUFFLED)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_simulator': expected 'order' to be 0 to 2, but "
                      "got %d",
                      (int)simulator->order);
  if (simulator->blocks < 0 || simulator->blocks > 64)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_simulator': expected 'blocks' to be 0 to 64, "
                      "but got %d",
                      (int)simulator->blocks);
  if (simulator->patience < 0)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_set_simulator': expected 'patience' to be 0 or "
                      "more, but got %" PRId64,
                      simulator->patience);
  if (!(context = begin_set(context, "eq_set_simulator", &code)))
    return code;
  context->simulator = *simulator;
  context->simulated = (eq_simulator_work){0};
  eqrti_leave(context);
  return EQ_OK;
}

int eq_simulator_counts(eq_context *context, eq_simulator_work *work) {
  int code;
  if (!work)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "'eq_simulator_counts': expected 'work' to be a place "
                      "for the counts, but got NULL");
  if (!(context = begin_set(context, "eq_simulator_counts", &code)))
    return code;
  *work = context->simulated;
  eqrti_leave(context);
  return EQ_OK;
}

/* ---- Cancelling ---------------------------------------------------------- */

/* One atomic operation: it may interrupt anything, or run beside it. */
void eq_cancel(eq_context *context) {
  if ((context = eqrti_resolve(context)))
    atomic_fetch_or(&context->stop, EQRTI_STOP_CANCELLED);
}

void eq_cancel_reset(eq_context *context) {
  if ((context = eqrti_resolve(context)))
    atomic_fetch_and(&context->stop, ~EQRTI_STOP_CANCELLED);
}

int eqrt_cancelled(eq_context *context) {
  context = eqrti_resolve(context);
  return context &&
         atomic_load_explicit(&context->stop, memory_order_relaxed) != 0;
}
