/* Kernels on the CPU: every thread of a grid is a fibre.
 *
 * All blocks live at the same time, and one thread runs until it has to wait
 * for others (Collectives.c) or ends; in a cooperative kernel, until its next
 * turn of a loop. So the threads of the machine see the launch as one ordinary
 * call, and a launch takes the same course every time. What a GPU leaves
 * undefined is looked for and ends the launch: its fibres are forgotten then,
 * wherever they are. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Simulator.h"

#include <inttypes.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

enum {
  MOST_THREADS = 1024, /* of a block */
  PAGE_BYTES = 4096,
  STATIC_BYTES = 48 * 1024,  /* the most static shared memory of a block */
  MOST_SHARED = 1024 * 1024, /* more than any GPU has for a block */
#ifdef EQRTI_ADDRESS_SANITIZER
  STACK_BYTES = 256 * 1024,
#else
  STACK_BYTES = 64 * 1024,
#endif
  /* The low end of a stack: the runtime's own functions need some of it, and
   * the lowest words, which are 0, tell whether a thread has come that far. */
  RESERVE_BYTES = 8 * 1024,
  CANARY_WORDS = 256,
  /* Stacks begin at one of so many lines of a cache, which would have to keep
   * the same few of all threads otherwise. */
  LINES = 32,
  LINE_BYTES = 64,
  /* Below all stacks: overrun by the lowest, then no memory at all. */
  APRON_BYTES = 64 * 1024,
  USUAL_BLOCKS = 4,
  USUAL_PATIENCE = 100 * 1000 * 1000,
  GRID_PATIENCE = 20, /* times that of one thread */
  NEAR_BYTES = 1024 * 1024
};

static _Thread_local simulation *running;

simulation *sim_running(void) { return running; }

/* ---- Errors -------------------------------------------------------------- */

_Noreturn static void abandon(simulation *sim) {
  sim->failed = true;
  eqrti_fibre_switch(&sim->current->fibre, &sim->caller, true);
  abort(); /* nothing switches back */
}

_Noreturn void sim_fail(simulation *sim, const char *where, const char *format,
                        ...) {
  eqrti_text text = {{0}, 0};
  eqrti_append(&text, "kernel '%.200s', block %d, thread %d",
               sim->launch->kernel->name, (int)sim->current->block->number,
               (int)sim->current->number);
  if (where)
    eqrti_append(&text, ", at %.300s", where);
  char rest[EQRTI_MESSAGE_BYTES];
  va_list arguments;
  va_start(arguments, format);
  vsnprintf(rest, sizeof(rest), format, arguments);
  va_end(arguments);
  eqrti_append(&text, ": %s", rest);
  eqrti_fail(sim->context, EQ_ERROR_INTERNAL, "%s", text.text);
  abandon(sim);
}

/* Nobody can go on. Names two threads that wait for different things, or the
 * only kind of thing that all wait for. */
static void report_deadlock(simulation *sim) {
  sim_thread *first = NULL, *other = NULL;
  for (int32_t i = 0; i < sim->thread_count && !other; ++i) {
    sim_thread *thread = &sim->threads[i];
    if (thread->left)
      continue;
    if (!first)
      first = thread;
    else if (thread->block == first->block &&
             strcmp(thread->meeting.where, first->meeting.where) != 0)
      other = thread;
  }
  eqrti_text text = {{0}, 0};
  eqrti_append(&text,
               "kernel '%.200s': expected some thread to go on, but all that "
               "are left wait: block %d, thread %d for ",
               sim->launch->kernel->name, (int)first->block->number,
               (int)first->number);
  sim_append_meeting(&text, &first->meeting);
  if (other) {
    eqrti_append(&text, ", and thread %d for ", (int)other->number);
    sim_append_meeting(&text, &other->meeting);
  }
  eqrti_fail(sim->context, EQ_ERROR_INTERNAL, "%s", text.text);
  sim->failed = true;
}

/* ---- Whose turn it is ---------------------------------------------------- */

static uint64_t next_chance(simulation *sim) {
  uint64_t x = sim->chance += 0x9E3779B97F4A7C15u; /* splitmix64 */
  x = (x ^ x >> 30) * 0xBF58476D1CE4E5B9u;
  x = (x ^ x >> 27) * 0x94D049BB133111EBu;
  return x ^ x >> 31;
}

void sim_make_ready(simulation *sim, sim_thread *thread) {
  int32_t end = sim->ready_first + sim->ready_count++;
  sim->ready[end < sim->thread_count ? end : end - sim->thread_count] = thread;
}

/* NULL: none is ready. */
static sim_thread *take_ready(simulation *sim) {
  if (sim->ready_count == 0)
    return NULL;
  sim_thread **first = &sim->ready[sim->ready_first];
  if (sim->how.order == EQ_SIMULATOR_SHUFFLED) {
    int32_t pick = (int32_t)(next_chance(sim) % (uint64_t)sim->ready_count);
    sim_thread **picked =
        &sim->ready[(sim->ready_first + pick) % sim->thread_count];
    sim_thread *thread = *picked;
    *picked = *first;
    *first = thread;
  }
  sim_thread *thread = *first;
  --sim->ready_count;
  if (++sim->ready_first == sim->thread_count)
    sim->ready_first = 0;
  return thread;
}

static void switch_away(simulation *sim, bool last) {
  sim_thread *from = sim->current;
  sim_thread *to = take_ready(sim);
  if (to == from)
    return;
  if (to)
    sim->current = to;
  eqrti_fibre_switch(&from->fibre, to ? &to->fibre : &sim->caller, last);
}

/* ---- Stacks -------------------------------------------------------------- */

static int32_t line_of(const sim_thread *thread) {
  return thread->number % LINES;
}

_Noreturn static void report_overflow(simulation *sim, const char *where) {
  sim_fail(sim, where,
           "expected a thread's variables to fit in %d bytes of stack, but "
           "they did not",
           (int)(STACK_BYTES - RESERVE_BYTES));
}

/* Looks at `count` of the words, from `first` on. */
static void look_at_stack(simulation *sim, const char *where, int32_t first,
                          int32_t count) {
  const uint64_t *words = (const uint64_t *)(void *)sim->current->stack;
  for (int32_t i = first; i < first + count; ++i)
    if (words[i] != 0)
      report_overflow(sim, where);
}

/* The stack pointer, near enough. */
static void look_at_depth(simulation *sim, const char *where) {
  uintptr_t here = (uintptr_t)__builtin_frame_address(0);
  uintptr_t low = (uintptr_t)sim->current->stack;
  if (here - low < RESERVE_BYTES || here - low > STACK_BYTES)
    report_overflow(sim, where);
}

void sim_wait(simulation *sim, const char *where) {
  look_at_depth(sim, where);
  look_at_stack(sim, where, line_of(sim->current) * 8, 4);
  sim->current->since = 0;
  switch_away(sim, false);
}

static void run_thread(void) {
  simulation *sim = running;
  sim->launch->kernel->simulated(sim->parameters);
  look_at_stack(sim, NULL, 0, CANARY_WORDS);
  sim->idle = 0;
  sim_leave(sim);
  switch_away(sim, true);
  abort(); /* nothing switches back */
}

/* ---- Memory -------------------------------------------------------------- */

static void step(simulation *sim, const char *where) {
  int64_t patience = sim->how.patience;
  if (++sim->current->since > patience)
    sim_fail(sim, where,
             "expected a thread to meet others or to end within %" PRId64
             " turns of loops and accesses to memory, but it did not",
             patience);
  if (++sim->idle > GRID_PATIENCE * patience)
    sim_fail(sim, where,
             "expected some thread to write to an argument or to end within "
             "%" PRId64 " turns of loops and accesses to memory of all "
             "threads, but none did",
             GRID_PATIENCE * patience);
}

/* A thread of a cooperative kernel may wait in a loop for what a thread of
 * another block writes, so that one goes on meanwhile. */
void eqrt_sim_loop(const char *where) {
  simulation *sim = running;
  look_at_depth(sim, where);
  step(sim, where);
  if (!sim->launch->kernel->cooperative)
    return;
  sim_make_ready(sim, sim->current);
  switch_away(sim, false);
}

void eqrt_sim_turn(int32_t active) {
  simulation *sim = running;
  ++sim->context->simulated.turns;
  sim->context->simulated.active_turns += active != 0;
  step(sim, NULL);
}

void eqrt_sim_trap(const char *where) {
  sim_fail(running, where, "expected a kernel not to trap, but it did");
}

static bool lies_in(const char *address, int64_t bytes, const char *low,
                    int64_t size) {
  uintptr_t offset = (uintptr_t)address - (uintptr_t)low;
  return offset <= (uintptr_t)size &&
         (uintptr_t)bytes <= (uintptr_t)size - offset;
}

static void append_range(eqrti_text *text, const sim_range *range) {
  if (range->what)
    eqrti_append(text, "%s", range->what);
  else
    eqrti_append(text, "argument %d", (int)range->argument);
}

/* How far an address is from a range; 0: inside. */
static uint64_t distance(const char *address, const sim_range *range) {
  if (range->bytes == 0)
    return UINT64_MAX;
  uintptr_t at = (uintptr_t)address, low = (uintptr_t)range->low;
  uintptr_t high = low + (uintptr_t)range->bytes;
  return at < low ? low - at : at > high ? at - high : 0;
}

_Noreturn static void report_access(simulation *sim, const char *address,
                                    int64_t bytes, bool write,
                                    const char *where) {
  const sim_block *block = sim->current->block;
  const sim_range own[] = {
      {block->static_shared, block->static_bytes < 0 ? 0 : block->static_bytes,
       true, "static shared memory", 0},
      {block->dynamic_shared, sim->launch->kernel->shared_bytes, true,
       "dynamic shared memory", 0},
      {sim->current->stack, STACK_BYTES, true, "the thread's stack", 0}};
  const sim_range *nearest = &own[0];
  const sim_range *forbidden = NULL;
  for (int32_t i = 1; i < 3 + sim->range_count; ++i) {
    const sim_range *range = i < 3 ? &own[i] : &sim->ranges[i - 3];
    if (lies_in(address, bytes, range->low, range->bytes))
      forbidden = range;
    if (distance(address, range) < distance(address, nearest))
      nearest = range;
  }
  const char *access = write ? "write" : "read";
  eqrti_text text = {{0}, 0};
  if (forbidden) {
    eqrti_append(&text, "expected nothing to write to ");
    append_range(&text, forbidden);
    eqrti_append(&text, ", but got a write of %" PRId64 " bytes at byte %td",
                 bytes, address - forbidden->low);
  } else if (distance(address, nearest) <= NEAR_BYTES) {
    eqrti_append(&text,
                 "expected accesses to stay inside the kernel's memory, but "
                 "got a %s of %" PRId64 " bytes at byte %td of ",
                 access, bytes, address - nearest->low);
    append_range(&text, nearest);
    eqrti_append(&text, ", which has %" PRId64, nearest->bytes);
  } else {
    eqrti_append(&text,
                 "expected accesses to stay inside the kernel's memory, but "
                 "got a %s of %" PRId64 " bytes far from all of it",
                 access, bytes);
  }
  sim_fail(sim, where, "%s", text.text);
}

static bool allows(const sim_range *range, const char *address, int64_t bytes,
                   bool write) {
  return lies_in(address, bytes, range->low, range->bytes) &&
         (range->writable || !write);
}

/* A result, or a part of one: the launch comes closer to its end. */
static void note_write(simulation *sim, const sim_range *range, bool write) {
  if (write && !range->what)
    sim->idle = 0;
}

void eqrt_sim_check(const void *pointer, int64_t bytes, int32_t alignment,
                    int32_t write, const char *where) {
  simulation *sim = running;
  const sim_block *block = sim->current->block;
  const char *address = pointer;
  step(sim, where);
  if (bytes == 0)
    return;
  if (alignment > 1 && (uintptr_t)address % (uintptr_t)alignment != 0)
    sim_fail(sim, where,
             "expected an address that is a multiple of %d, but got one that "
             "is %d more",
             (int)alignment, (int)((uintptr_t)address % (uintptr_t)alignment));
  if (allows(sim->recent, address, bytes, write)) {
    note_write(sim, sim->recent, write);
    return;
  }
  if (lies_in(address, bytes, block->dynamic_shared,
              sim->launch->kernel->shared_bytes) ||
      (block->static_bytes > 0 &&
       lies_in(address, bytes, block->static_shared, block->static_bytes)) ||
      lies_in(address, bytes, sim->current->stack, STACK_BYTES))
    return;
  for (int32_t i = 0; i < sim->range_count; ++i)
    if (allows(&sim->ranges[i], address, bytes, write)) {
      sim->recent = &sim->ranges[i];
      note_write(sim, sim->recent, write);
      return;
    }
  report_access(sim, address, bytes, write, where);
}

/* False: there is no room. */
static bool add_range(simulation *sim, sim_range range) {
  if (sim->range_count == sim->range_room) {
    int32_t room = 2 * sim->range_room + 16;
    sim_range *ranges =
        realloc(sim->ranges, (size_t)room * sizeof(*sim->ranges));
    if (!ranges)
      return false;
    sim->ranges = ranges;
    sim->range_room = room;
  }
  sim->ranges[sim->range_count++] = range;
  sim->recent = sim->ranges;
  return true;
}

void eqrt_sim_begin(int64_t static_shared_bytes) {
  simulation *sim = running;
  sim_block *block = sim->current->block;
  if (static_shared_bytes > STATIC_BYTES)
    sim_fail(sim, NULL,
             "expected at most %d bytes of static shared memory, but got "
             "%" PRId64,
             (int)STATIC_BYTES, static_shared_bytes);
  block->static_bytes = static_shared_bytes;
}

void eqrt_sim_variable(const void *address, int64_t bytes, int32_t writable) {
  simulation *sim = running;
  for (int32_t i = 0; i < sim->range_count; ++i)
    if (sim->ranges[i].low == address && sim->ranges[i].what)
      return;
  sim_range range = {address, bytes, writable != 0, "a variable of the module",
                     0};
  if (!add_range(sim, range)) {
    eqrti_fail(sim->context, EQ_ERROR_MEMORY,
               "expected memory to simulate the kernel '%.200s', but there is "
               "none",
               sim->launch->kernel->name);
    abandon(sim);
  }
}

void *eqrt_sim_shared(int64_t offset) {
  return running->current->block->static_shared + offset;
}

void *eqrt_sim_dynamic_shared(void) {
  return running->current->block->dynamic_shared;
}

int32_t eqrt_sim_register(int32_t which) {
  simulation *sim = running;
  const sim_thread *thread = sim->current;
  uint32_t lane = UINT32_C(1) << thread->lane;
  switch (which) {
  case EQRT_SIM_TID:
    return thread->number;
  case EQRT_SIM_NTID:
    return sim->threads_of_block;
  case EQRT_SIM_CTAID:
    return thread->block->number;
  case EQRT_SIM_NCTAID:
    return sim->block_count;
  case EQRT_SIM_TID + 1:
  case EQRT_SIM_TID + 2:
  case EQRT_SIM_CTAID + 1:
  case EQRT_SIM_CTAID + 2:
    return 0;
  case EQRT_SIM_NTID + 1:
  case EQRT_SIM_NTID + 2:
  case EQRT_SIM_NCTAID + 1:
  case EQRT_SIM_NCTAID + 2:
    return 1;
  case EQRT_SIM_LANEID:
    return thread->lane;
  case EQRT_SIM_WARPSIZE:
    return SIM_WARP;
  case EQRT_SIM_WARPID:
    return thread->number / SIM_WARP;
  case EQRT_SIM_NWARPID:
    return sim->threads_of_block / SIM_WARP;
  case EQRT_SIM_LANEMASK_EQ:
    return (int32_t)lane;
  case EQRT_SIM_LANEMASK_LE:
    return (int32_t)(lane | (lane - 1));
  case EQRT_SIM_LANEMASK_LT:
    return (int32_t)(lane - 1);
  case EQRT_SIM_LANEMASK_GE:
    return (int32_t)~(lane - 1);
  case EQRT_SIM_LANEMASK_GT:
    return (int32_t)~(lane | (lane - 1));
  }
  sim_fail(sim, NULL, "expected the number of a register, but got %d",
           (int)which);
}

/* ---- A launch ------------------------------------------------------------ */

static size_t round_up(size_t bytes, size_t multiple) {
  return (bytes + multiple - 1) / multiple * multiple;
}

/* Parameters as the kernel takes them, and the memory they lead to. What the
 * kernel promises to write holds nothing that anybody could take for a result
 * before. */
static bool set_arguments(simulation *sim) {
  const eqrti_launch *launch = sim->launch;
  atomic_int *stop = &sim->context->stop;
  sim->pointers[0] = &sim->taken;
  sim->pointers[1] = stop;
  sim->parameters[0] = (void *)&launch->samples;
  sim->parameters[1] = &sim->pointers[0];
  sim->parameters[2] = (void *)&launch->chunk;
  sim->parameters[3] = &sim->pointers[1];
  bool fine =
      add_range(sim, (sim_range){(char *)&sim->taken, sizeof(sim->taken), true,
                                 "'taken'", 0}) &&
      add_range(sim, (sim_range){(char *)stop, sizeof(int32_t), false,
                                 "'cancelled'", 0});
  for (int32_t i = 0; i < launch->count && fine; ++i) {
    const eqrt_kernel_argument *argument = &launch->arguments[i];
    sim->parameters[4 + i] = argument->data;
    if (argument->use == EQRT_USE_VALUE)
      continue;
    sim->pointers[2 + i] = argument->data;
    sim->parameters[4 + i] = &sim->pointers[2 + i];
    if (argument->use == EQRT_USE_WRITE && argument->bytes != 0)
      memset(argument->data, 0xFF, (size_t)argument->bytes);
    fine = add_range(sim, (sim_range){argument->data, argument->bytes,
                                      argument->use != EQRT_USE_READ, NULL, i});
  }
  return fine;
}

static bool make_grid(simulation *sim) {
  const eqrti_launch *launch = sim->launch;
  size_t threads = (size_t)sim->thread_count, blocks = (size_t)sim->block_count;
  size_t arguments = (size_t)launch->count;
  sim->threads = calloc(threads, sizeof(*sim->threads));
  sim->ready = calloc(threads, sizeof(*sim->ready));
  sim->warps = calloc(threads / SIM_WARP, sizeof(*sim->warps));
  sim->blocks = calloc(blocks, sizeof(*sim->blocks));
  sim->parameters = calloc(4 + arguments, sizeof(*sim->parameters));
  sim->pointers = calloc(2 + arguments, sizeof(*sim->pointers));
  if (!sim->threads || !sim->ready || !sim->warps || !sim->blocks ||
      !sim->parameters || !sim->pointers)
    return false;

  size_t shared = STATIC_BYTES + round_up((size_t)launch->kernel->shared_bytes +
                                              1, /* never the next block's */
                                          PAGE_BYTES);
  sim->memory_bytes =
      2 * (size_t)APRON_BYTES + threads * STACK_BYTES + blocks * shared;
  char *memory = mmap(NULL, sim->memory_bytes, PROT_READ | PROT_WRITE,
                      MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
  if (memory == MAP_FAILED)
    return false;
  sim->memory = memory;
  mprotect(memory, APRON_BYTES, PROT_NONE);
  memory += 2 * (size_t)APRON_BYTES;
  for (int32_t i = 0; i < sim->thread_count; ++i) {
    sim_thread *thread = &sim->threads[i];
    thread->stack = memory + (size_t)i * STACK_BYTES;
    thread->number = i % sim->threads_of_block;
    thread->lane = i % SIM_WARP;
    thread->warp = &sim->warps[i / SIM_WARP];
    thread->block = &sim->blocks[i / sim->threads_of_block];
    eqrti_fibre_prepare(&thread->fibre, thread->stack,
                        STACK_BYTES - (size_t)(LINE_BYTES * line_of(thread)),
                        run_thread);
  }
  memory += threads * STACK_BYTES;
  memset(memory, 0xFF, blocks * shared);
  for (int32_t i = 0; i < sim->block_count; ++i, memory += shared) {
    sim->blocks[i].number = i;
    sim->blocks[i].static_bytes = -1;
    sim->blocks[i].static_shared = memory;
    sim->blocks[i].dynamic_shared = memory + STATIC_BYTES;
  }
  return true;
}

static void free_grid(simulation *sim) {
  if (sim->memory) {
    eqrti_fibre_forget(sim->memory, sim->memory_bytes);
    munmap(sim->memory, sim->memory_bytes);
  }
  free(sim->threads);
  free(sim->ready);
  free(sim->warps);
  free(sim->blocks);
  free(sim->parameters);
  free(sim->pointers);
  free(sim->ranges);
}

static void run_grid(simulation *sim) {
  bool down = sim->how.order == EQ_SIMULATOR_DESCENDING;
  for (int32_t i = 0; i < sim->thread_count; ++i)
    sim_make_ready(sim, &sim->threads[down ? sim->thread_count - 1 - i : i]);
  simulation *outer = running;
  running = sim;
  sim->current = take_ready(sim);
  eqrti_fibre_switch(&sim->caller, &sim->current->fibre, false);
  running = outer;
  if (!sim->failed && sim->left != sim->thread_count)
    report_deadlock(sim);
}

static int check_kernel(eq_context *context, const eqrt_kernel *kernel) {
  if (kernel->threads < SIM_WARP || kernel->threads > MOST_THREADS ||
      kernel->threads % SIM_WARP != 0)
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "kernel '%.200s': expected blocks of 32, 64, ... or 1024 "
                      "threads, but got %d",
                      kernel->name, (int)kernel->threads);
  if (kernel->shared_bytes < 0 || kernel->shared_bytes > MOST_SHARED)
    return eqrti_fail(context, EQ_ERROR_INTERNAL,
                      "kernel '%.200s': expected 0 to %d bytes of dynamic "
                      "shared memory, but got %d",
                      kernel->name, (int)MOST_SHARED,
                      (int)kernel->shared_bytes);
  return EQ_OK;
}

int eqrti_simulate(eq_context *context, const eqrti_launch *launch) {
  const eqrt_kernel *kernel = launch->kernel;
  int code = check_kernel(context, kernel);
  if (code != EQ_OK)
    return code;
  simulation sim = {.context = context,
                    .launch = launch,
                    .how = context->simulator,
                    .threads_of_block = kernel->threads,
                    .block_count = context->simulator.blocks,
                    .chance = context->simulator.seed};
  if (sim.how.patience == 0)
    sim.how.patience = USUAL_PATIENCE;
  if (sim.block_count == 0) {
    int64_t at_once = kernel->samples > 0 ? kernel->samples : 1;
    int64_t filled = (launch->samples - 1) / at_once + 1;
    sim.block_count = filled < USUAL_BLOCKS ? (int32_t)filled : USUAL_BLOCKS;
  }
  sim.thread_count = sim.block_count * kernel->threads;
  ++context->simulated.launches;
  if (make_grid(&sim) && set_arguments(&sim))
    run_grid(&sim);
  else
    code = eqrti_fail(context, EQ_ERROR_MEMORY,
                      "expected memory to simulate the kernel '%.200s', but "
                      "there is none",
                      kernel->name);
  free_grid(&sim);
  return sim.failed ? eqrti_fail(context, EQ_ERROR_INTERNAL, "failed") : code;
}
