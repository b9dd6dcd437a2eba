/* parallel_for: the caller's hook, or threads of our own.
 *
 * Our threads are made at the first use and sleep between uses. All of them
 * and the calling thread draw task numbers from one counter. The call ends when
 * the numbers have run out and no thread works on one any more; a thread that
 * wakes up later finds no job and goes back to sleep. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Internal.h"

#include <fenv.h>
#include <inttypes.h>
#include <sched.h>
#include <signal.h>
#include <stdlib.h>
#include <unistd.h>

typedef struct {
  int64_t n;
  void (*task)(void *arg, int64_t i);
  void *arg;
  _Atomic int64_t next;
  _Atomic int64_t done; /* only the hook's are counted */
} job;

struct eqrti_workers {
  pthread_mutex_t use; /* held while a job runs */
  pthread_mutex_t lock;
  pthread_cond_t wake; /* there is a job, or it is time to stop */
  pthread_cond_t idle; /* nobody works any more */
  job *current;
  int32_t working;
  bool stop;
  int32_t count;
  pthread_t threads[];
};

/* Runs tasks until none is left, in the floating-point environment that
 * programs mean. */
static void work_on(job *j) {
  fenv_t callers;
  fegetenv(&callers);
  fesetenv(FE_DFL_ENV);
  for (int64_t i; (i = atomic_fetch_add(&j->next, 1)) < j->n;)
    j->task(j->arg, i);
  fesetenv(&callers);
}

static void *worker(void *argument) {
  eqrti_workers *workers = argument;
  pthread_mutex_lock(&workers->lock);
  for (;;) {
    job *mine = workers->current;
    if (workers->stop)
      break;
    /* A job whose numbers have run out is not worth waking up for. */
    if (!mine || atomic_load(&mine->next) >= mine->n) {
      pthread_cond_wait(&workers->wake, &workers->lock);
      continue;
    }
    ++workers->working;
    pthread_mutex_unlock(&workers->lock);
    work_on(mine);
    pthread_mutex_lock(&workers->lock);
    if (--workers->working == 0)
      pthread_cond_signal(&workers->idle);
  }
  pthread_mutex_unlock(&workers->lock);
  return NULL;
}

/* NULL if no thread could be made; fewer than asked for are fine. */
static eqrti_workers *workers_create(int32_t count) {
  eqrti_workers *workers =
      calloc(1, sizeof(*workers) + (size_t)count * sizeof(pthread_t));
  if (!workers)
    return NULL;
  pthread_mutex_init(&workers->use, NULL);
  pthread_mutex_init(&workers->lock, NULL);
  pthread_cond_init(&workers->wake, NULL);
  pthread_cond_init(&workers->idle, NULL);
  /* The host's signal handlers run on the host's threads. */
  sigset_t all, callers;
  sigfillset(&all);
  pthread_sigmask(SIG_SETMASK, &all, &callers);
  while (workers->count < count &&
         pthread_create(&workers->threads[workers->count], NULL, worker,
                        workers) == 0)
    ++workers->count;
  pthread_sigmask(SIG_SETMASK, &callers, NULL);
  return workers;
}

void eqrti_workers_destroy(eqrti_workers *workers) {
  if (!workers)
    return;
  pthread_mutex_lock(&workers->lock);
  workers->stop = true;
  pthread_cond_broadcast(&workers->wake);
  pthread_mutex_unlock(&workers->lock);
  for (int32_t i = 0; i < workers->count; ++i)
    pthread_join(workers->threads[i], NULL);
  pthread_cond_destroy(&workers->wake);
  pthread_cond_destroy(&workers->idle);
  pthread_mutex_destroy(&workers->lock);
  pthread_mutex_destroy(&workers->use);
  free(workers);
}

int32_t eqrt_threads(eq_context *context) {
  context = eqrti_resolve(context);
  if (context && context->threads != 0)
    return context->threads;
  long processors = sysconf(_SC_NPROCESSORS_ONLN);
#ifdef __linux__
  cpu_set_t allowed; /* containers and taskset allow fewer */
  if (sched_getaffinity(0, sizeof(allowed), &allowed) == 0)
    processors = CPU_COUNT(&allowed);
#endif
  return processors < 1 ? 1 : processors > 4096 ? 4096 : (int32_t)processors;
}

static void run_on_workers(eqrti_workers *workers, job *j) {
  pthread_mutex_lock(&workers->lock);
  workers->current = j;
  pthread_cond_broadcast(&workers->wake);
  pthread_mutex_unlock(&workers->lock);
  work_on(j);
  pthread_mutex_lock(&workers->lock);
  workers->current = NULL;
  while (workers->working != 0)
    pthread_cond_wait(&workers->idle, &workers->lock);
  pthread_mutex_unlock(&workers->lock);
}

/* The threads of a context, made if need be. NULL: there are none. */
static eqrti_workers *workers_of(eq_context *context, int32_t threads) {
  pthread_mutex_lock(&context->lock);
  if (!context->workers)
    context->workers = workers_create(threads - 1);
  eqrti_workers *workers = context->workers;
  pthread_mutex_unlock(&context->lock);
  return workers;
}

static void run_own(eq_context *context, job *j) {
  int32_t threads = eqrt_threads(context);
  eqrti_workers *workers = NULL;
  if (threads > 1 && j->n > 1)
    workers = workers_of(context, threads);
  /* A task that asks for tasks finds the threads in use, and works alone. */
  if (workers && pthread_mutex_trylock(&workers->use) == 0) {
    run_on_workers(workers, j);
    pthread_mutex_unlock(&workers->use);
    return;
  }
  work_on(j);
}

static void hooked_task(void *argument, int64_t i) {
  job *j = argument;
  fenv_t callers;
  fegetenv(&callers);
  fesetenv(FE_DFL_ENV);
  j->task(j->arg, i);
  fesetenv(&callers);
  atomic_fetch_add(&j->done, 1);
}

int eqrt_parallel_for(eq_context *context, int64_t n,
                      void (*task)(void *arg, int64_t i), void *arg) {
  context = eqrti_resolve(context);
  if (!context)
    return EQ_ERROR_MEMORY;
  if (n <= 0)
    return EQ_OK;
  job j = {n, task, arg, 0, 0};
  if (!context->parallel_for) {
    run_own(context, &j);
    return EQ_OK;
  }
  context->parallel_for(context->parallel_for_user, n, hooked_task, &j);
  int64_t done = atomic_load(&j.done);
  if (done == n)
    return EQ_OK;
  return eqrti_fail(context, EQ_ERROR_INTERNAL,
                    "expected the parallel_for hook to run %" PRId64
                    " tasks, but it ran %" PRId64,
                    n, done);
}
