/* Memory of calls and of results, counted against the limit of a context.
 *
 * Arena blocks live as long as one call. Results live until eq_tensor_free,
 * even after their context: a list of all of them in the process tells whether
 * a pointer is one, so that freeing something else, or twice, is an error and
 * not a crash. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Internal.h"
#include "Sanitizers.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>
#ifdef __linux__
#include <sys/sysinfo.h>
#endif

/* ---- The C library's allocator ------------------------------------------- */

static void *system_alloc(void *user, size_t bytes, size_t alignment) {
  (void)user;
  void *memory = NULL;
  return posix_memalign(&memory, alignment, bytes) == 0 ? memory : NULL;
}

static void system_free(void *user, void *memory, size_t bytes,
                        size_t alignment) {
  (void)user, (void)bytes, (void)alignment;
  free(memory);
}

const eq_allocator eqrti_system_allocator = {system_alloc, system_free, NULL};

/* ---- How much this machine can give -------------------------------------- */

#ifdef __linux__
/* The limit of the container this process is in, if there is one. */
static uint64_t container_bytes(const char *path) {
  uint64_t bytes = UINT64_MAX;
  FILE *file = fopen(path, "r");
  if (!file)
    return UINT64_MAX;
  if (fscanf(file, "%" SCNu64, &bytes) != 1) /* the word "max" */
    bytes = UINT64_MAX;
  fclose(file);
  return bytes;
}
#endif

static uint64_t machine_bytes_found;

static void find_machine_bytes(void) {
  uint64_t swap = 0;
  uint64_t bytes =
      (uint64_t)sysconf(_SC_PHYS_PAGES) * (uint64_t)sysconf(_SC_PAGESIZE);
#ifdef __linux__
  struct sysinfo info;
  if (sysinfo(&info) == 0)
    swap = (uint64_t)info.totalswap * info.mem_unit;
  const char *paths[] = {"/sys/fs/cgroup/memory.max",
                         "/sys/fs/cgroup/memory/memory.limit_in_bytes"};
  for (int i = 0; i < 2; ++i) {
    uint64_t container = container_bytes(paths[i]);
    bytes = container < bytes ? container : bytes;
  }
#endif
  machine_bytes_found = bytes + swap;
}

/* More than this cannot work. The kernel would promise it all the same, and
 * end the process when the memory is touched. */
static uint64_t machine_bytes(void) {
  static pthread_once_t once = PTHREAD_ONCE_INIT;
  pthread_once(&once, find_machine_bytes);
  return machine_bytes_found;
}

/* ---- Counting ------------------------------------------------------------ */

static void *refuse(eq_context *context, const char *rule, int64_t bytes) {
  uint64_t in_use = atomic_load(&context->account->in_use);
  if (context->limit != 0)
    eqrti_fail(context, EQ_ERROR_MEMORY,
               "expected %s, but asked for %" PRId64 " bytes (%" PRIu64
               " bytes in use, limit %" PRIu64 " bytes)",
               rule, bytes, in_use, context->limit);
  else
    eqrti_fail(context, EQ_ERROR_MEMORY,
               "expected %s, but asked for %" PRId64 " bytes (%" PRIu64
               " bytes in use, no limit)",
               rule, bytes, in_use);
  return NULL;
}

/* Adds to the bytes in use; false if that is more than `most`. */
static bool reserve(eqrti_account *account, uint64_t bytes, uint64_t most) {
  uint64_t in_use = atomic_load(&account->in_use);
  do {
    if (in_use > most || bytes > most - in_use)
      return false;
  } while (
      !atomic_compare_exchange_weak(&account->in_use, &in_use, in_use + bytes));
  return true;
}

/* Memory for `bytes` of data behind a header of `head` bytes. Gives the total
 * asked of the allocator. NULL after recording an error. */
static void *take(eq_context *context, int64_t bytes, size_t head,
                  size_t alignment, bool counted, size_t *total) {
  if (bytes < 0)
    return refuse(context, "a size of 0 bytes or more", bytes);
  if (head > PTRDIFF_MAX || (uint64_t)bytes > PTRDIFF_MAX - head)
    return refuse(context, "a size that can be addressed", bytes);
  uint64_t most = context->limit != 0 ? context->limit : UINT64_MAX;
  uint64_t count = counted ? (uint64_t)bytes : 0;
  if (!reserve(context->account, count, most))
    return refuse(context, "to stay within the memory limit", bytes);
  /* A hook may have memory that the system does not know of. */
  bool fits = !context->own_allocator ||
              atomic_load(&context->account->in_use) <= machine_bytes();
  *total = head + (size_t)bytes;
  void *memory = NULL;
  if (fits)
    memory =
        context->allocator.alloc(context->allocator.user, *total, alignment);
  if (memory)
    return memory;
  atomic_fetch_sub(&context->account->in_use, count);
  char rule[96] = "the allocator to have enough memory";
  if (!fits)
    snprintf(rule, sizeof(rule),
             "to stay within the %" PRIu64
             " bytes of memory and swap of this machine",
             machine_bytes());
  return refuse(context, rule, bytes);
}

/* ---- The arena ----------------------------------------------------------- */

/* The C library returns large blocks to the system, which clears each page of
 * the next one when it is touched: for cheap samples that takes longer than
 * solving them. Smaller blocks stay with the C library. */
enum { LEAST_KEPT = 128 << 10, MOST_KEPT = 256 << 20 };

static bool keeps_blocks(const eq_context *context) {
#ifdef EQRTI_ADDRESS_SANITIZER
  /* It is to see who uses a block after its call. */
  (void)context;
  return false;
#else
  return context->own_allocator && context->limit == 0;
#endif
}

/* A block of the last call that is like this one, or NULL. */
static eqrti_block *take_kept(eq_context *context, int64_t bytes,
                              int64_t alignment) {
  if (bytes < LEAST_KEPT || bytes > MOST_KEPT)
    return NULL;
  size_t total = (size_t)(bytes + alignment);
  pthread_mutex_lock(&context->lock);
  eqrti_block **link = &context->kept;
  while (*link &&
         ((*link)->total != total || (*link)->alignment != (size_t)alignment))
    link = &(*link)->next;
  eqrti_block *block = *link;
  if (block)
    *link = block->next;
  pthread_mutex_unlock(&context->lock);
  return block;
}

static void free_blocks(eq_context *context, eqrti_block *block) {
  while (block) {
    eqrti_block *next = block->next;
    context->allocator.free(context->allocator.user, block, block->total,
                            block->alignment);
    block = next;
  }
}

void *eqrti_arena_take(eq_context *context, int64_t bytes, int64_t alignment,
                       bool counted) {
  if (alignment <= 0 || (alignment & (alignment - 1)) != 0) {
    eqrti_fail(context, EQ_ERROR_INTERNAL,
               "expected an alignment that is a power of two, but got %" PRId64,
               alignment);
    return NULL;
  }
  if (alignment < EQRTI_ALIGNMENT)
    alignment = EQRTI_ALIGNMENT;
  /* A block of its own for each request: there are few, they are large, and
   * memory checkers then see every overrun. */
  eqrti_block *block = take_kept(context, bytes, alignment);
  if (block) {
    atomic_fetch_add(&context->account->in_use, counted ? (uint64_t)bytes : 0);
  } else {
    size_t total;
    block = take(context, bytes, (size_t)alignment, (size_t)alignment, counted,
                 &total);
    if (!block)
      return NULL;
    block->total = total;
    block->alignment = (size_t)alignment;
  }
  block->counted = counted ? (size_t)bytes : 0;
  pthread_mutex_lock(&context->lock);
  block->next = context->arena;
  context->arena = block;
  pthread_mutex_unlock(&context->lock);
  return (char *)block + alignment;
}

_Static_assert(sizeof(eqrti_block) <= EQRTI_ALIGNMENT,
               "a block's header must fit in front of its data");

static eqrti_block *take_list(eq_context *context, eqrti_block **list) {
  pthread_mutex_lock(&context->lock);
  eqrti_block *first = *list;
  *list = NULL;
  pthread_mutex_unlock(&context->lock);
  return first;
}

/* Ends the use of all blocks; gives those to keep, if any are. */
static eqrti_block *end_blocks(eq_context *context, bool keeps) {
  eqrti_block *block = take_list(context, &context->arena);
  eqrti_block *freed = NULL, *kept = NULL;
  size_t bytes = 0;
  while (block) {
    eqrti_block *next = block->next;
    atomic_fetch_sub(&context->account->in_use, block->counted);
    size_t size = block->total - block->alignment;
    bool keep = keeps && size >= LEAST_KEPT && size <= MOST_KEPT - bytes;
    bytes += keep ? size : 0;
    eqrti_block **list = keep ? &kept : &freed;
    block->next = *list;
    *list = block;
    block = next;
  }
  free_blocks(context, freed);
  return kept;
}

void eqrti_arena_free(eq_context *context) { end_blocks(context, false); }

void eqrti_arena_end_call(eq_context *context) {
  eqrti_arena_forget(context);
  eqrti_block *kept = end_blocks(context, keeps_blocks(context));
  pthread_mutex_lock(&context->lock);
  context->kept = kept;
  pthread_mutex_unlock(&context->lock);
}

void eqrti_arena_forget(eq_context *context) {
  free_blocks(context, take_list(context, &context->kept));
}

bool eqrti_arena_has(eq_context *context, const void *data, int64_t bytes) {
  const char *first = data;
  pthread_mutex_lock(&context->lock);
  const eqrti_block *block = context->arena;
  for (; block; block = block->next) {
    const char *start = (const char *)block + block->alignment;
    const char *end = (const char *)block + block->total;
    if (first >= start && first <= end && bytes <= end - first)
      break;
  }
  pthread_mutex_unlock(&context->lock);
  return block != NULL;
}

void *eqrt_alloc(eq_context *context, int64_t bytes, int64_t alignment) {
  context = eqrti_resolve(context);
  return context ? eqrti_arena_take(context, bytes, alignment, true) : NULL;
}

/* ---- Results ------------------------------------------------------------- */

enum { BUCKETS = 1024 };
static eqrti_output *published[BUCKETS];
static pthread_mutex_t published_lock = PTHREAD_MUTEX_INITIALIZER;

static eqrti_output **bucket_of(const void *data) {
  /* Data is aligned to 64 bytes, and large pieces to pages. */
  uintptr_t address = (uintptr_t)data;
  return &published[(address >> 6 ^ address >> 12) % BUCKETS];
}

eqrti_output *eqrti_output_make(eq_context *context, int32_t rank,
                                const int64_t *shape, int64_t bytes) {
  size_t head = sizeof(eqrti_output) + 2 * (size_t)rank * sizeof(int64_t);
  head = (head + EQRTI_ALIGNMENT - 1) / EQRTI_ALIGNMENT * EQRTI_ALIGNMENT;
  size_t total;
  eqrti_output *output =
      take(context, bytes, head, EQRTI_ALIGNMENT, true, &total);
  if (!output)
    return NULL;
  output->next = NULL;
  output->account = context->account;
  atomic_fetch_add(&output->account->references, 1);
  output->allocator = context->allocator;
  output->counted = (size_t)bytes;
  output->total = total;
  output->device = NULL;
  output->device_id = 0;
  output->data = (char *)output + head;
  output->shape = (int64_t *)(output + 1);
  output->strides = output->shape + rank;
  if (rank != 0)
    memcpy(output->shape, shape, (size_t)rank * sizeof(int64_t));
  eqrti_row_major(shape, rank, output->strides);
  return output;
}

void eqrti_output_publish(eqrti_output *output) {
  pthread_mutex_lock(&published_lock);
  eqrti_output **bucket = bucket_of(output->data);
  output->next = *bucket;
  *bucket = output;
  pthread_mutex_unlock(&published_lock);
}

void eqrti_output_discard(eqrti_output *output) {
  eqrti_account *account = output->account;
  eq_allocator allocator = output->allocator;
  if (output->device)
    eqrti_device_free(output->device, output->data);
  atomic_fetch_sub(&account->in_use, output->counted);
  allocator.free(allocator.user, output, output->total, EQRTI_ALIGNMENT);
  eqrti_account_drop(account);
}

void eqrti_account_drop(eqrti_account *account) {
  if (atomic_fetch_sub(&account->references, 1) == 1)
    free(account);
}

/* Takes the result with this data off the list; NULL if there is none. */
static eqrti_output *unpublish(const void *data) {
  pthread_mutex_lock(&published_lock);
  eqrti_output **link = bucket_of(data);
  while (*link && (*link)->data != data)
    link = &(*link)->next;
  eqrti_output *output = *link;
  if (output)
    *link = output->next;
  pthread_mutex_unlock(&published_lock);
  return output;
}

int eq_tensor_free(eq_context *context, eq_tensor *tensor) {
  if (!tensor || !tensor->data)
    return EQ_OK;
  eqrti_output *output = unpublish(tensor->data);
  if (!output)
    return eqrti_note(context, EQ_ERROR_ARGUMENT,
                      "expected 'tensor' to hold a result that a context "
                      "allocated, but got other memory, or one already freed");
  eqrti_output_discard(output);
  tensor->data = NULL;
  tensor->shape = NULL;
  tensor->strides = NULL;
  return EQ_OK;
}
