/* What the files of the simulator share. */
#ifndef EQ_LIB_RUNTIME_SIMULATOR_H
#define EQ_LIB_RUNTIME_SIMULATOR_H

#include "Fibre.h"
#include "Internal.h"

enum { SIM_WARP = 32, SIM_BARRIERS = 16 };

/* What threads do together. */
typedef enum {
  SIM_VOTE,
  SIM_SHUFFLE,
  SIM_REDUCE,
  SIM_MATCH,
  SIM_ELECT,
  SIM_SYNC,
  SIM_BARRIER
} sim_operation;

/* What a thread waits for, and brings with it. */
typedef struct {
  const char *where; /* NULL: it does not wait */
  sim_operation operation;
  int32_t kind;
  uint32_t mask;   /* SIM_BARRIER: 0 */
  int32_t barrier; /* SIM_BARRIER: its number */
  int32_t threads; /* SIM_BARRIER: that it waits for */
  int64_t value;
  int32_t offset, clamp; /* SIM_SHUFFLE */
} sim_meeting;

typedef struct {
  int32_t arrived, threads;
  const char *where; /* of the first of them */
} sim_barrier;

typedef struct {
  int32_t number;
  char *static_shared, *dynamic_shared;
  int64_t static_bytes; /* -1: no thread has said so yet */
  int32_t left;         /* threads that are done */
  int32_t waiting;      /* at a barrier of all threads */
  sim_barrier barriers[SIM_BARRIERS];
} sim_block;

typedef struct {
  uint32_t left;       /* lanes that are done */
  uint32_t meeting;    /* lanes that wait for lanes */
  uint32_t at_barrier; /* lanes that wait for the block */
} sim_warp;

typedef struct {
  eqrti_fibre fibre;
  char *stack;
  sim_block *block;
  sim_warp *warp;
  int32_t number; /* in its block */
  int32_t lane;
  bool left;
  int64_t since; /* turns and accesses since it last met others */
  sim_meeting meeting;
  int64_t result; /* of the last meeting */
} sim_thread;

/* Memory that every thread may touch. */
typedef struct {
  const char *low;
  int64_t bytes;
  bool writable;
  const char *what; /* NULL: an argument */
  int32_t argument;
} sim_range;

typedef struct simulation {
  eq_context *context;
  const eqrti_launch *launch;
  eq_simulator how;
  int32_t threads_of_block, block_count, thread_count;
  sim_thread *threads; /* block by block */
  sim_warp *warps;
  sim_block *blocks;
  char *memory; /* stacks and shared memory */
  size_t memory_bytes;

  eqrti_fibre caller;
  sim_thread *current;
  sim_thread **ready; /* a ring of as many as there are threads */
  int32_t ready_first, ready_count;
  int32_t left; /* threads that are done */
  int64_t idle; /* turns and accesses of all since one ended or wrote */
  uint64_t chance;
  bool failed;

  void **parameters;
  void **pointers; /* that some of them are */
  int32_t taken;
  sim_range *ranges;
  int32_t range_count, range_room;
  const sim_range *recent;
} simulation;

/* ---- Simulator.c --------------------------------------------------------- */

/* The launch that this thread of the machine simulates. */
simulation *sim_running(void);

/* Records an error of the thread that runs, at `where`, and ends the launch. */
_Noreturn void sim_fail(simulation *sim, const char *where, const char *format,
                        ...) __attribute__((format(printf, 3, 4)));

/* The thread may go on. */
void sim_make_ready(simulation *sim, sim_thread *thread);

/* Lets others run until the thread that runs may go on. */
void sim_wait(simulation *sim, const char *where);

/* The thread of `lane` in the warp of `thread`. */
static inline sim_thread *sim_lane(sim_thread *thread, int32_t lane) {
  return thread - thread->lane + lane;
}

/* ---- Collectives.c ------------------------------------------------------- */

/* The thread that runs is done: nobody may wait for it. */
void sim_leave(simulation *sim);

/* "the vote at file.mlir:3:7" */
void sim_append_meeting(eqrti_text *text, const sim_meeting *meeting);

#endif /* EQ_LIB_RUNTIME_SIMULATOR_H */
