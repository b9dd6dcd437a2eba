/* What the threads of a simulated kernel do together: whoever comes waits, and
 * the last one computes what all of them get. */

#include "Simulator.h"

#include <inttypes.h>
#include <string.h>

static const char *name_of(sim_operation operation) {
  switch (operation) {
  case SIM_VOTE:
    return "the vote";
  case SIM_SHUFFLE:
    return "the shuffle";
  case SIM_REDUCE:
    return "the reduction";
  case SIM_MATCH:
    return "the match";
  case SIM_ELECT:
    return "the election";
  case SIM_SYNC:
    return "the warp's barrier";
  case SIM_BARRIER:
    break;
  }
  return "the barrier";
}

void sim_append_meeting(eqrti_text *text, const sim_meeting *meeting) {
  eqrti_append(text, "%s at %.250s", name_of(meeting->operation),
               meeting->where);
  if (meeting->operation != SIM_BARRIER)
    eqrti_append(text, " with the mask 0x%08" PRIx32, meeting->mask);
}

static bool same_place(const char *a, const char *b) {
  return a == b || strcmp(a, b) == 0;
}

static bool is_same(const sim_meeting *a, const sim_meeting *b) {
  return a->operation == b->operation && a->kind == b->kind &&
         a->mask == b->mask && same_place(a->where, b->where);
}

static int32_t lowest(uint32_t mask) { return __builtin_ctz(mask); }

/* The thread that runs and `other` can never go on. */
_Noreturn static void report_mismatch(simulation *sim, const sim_meeting *mine,
                                      const sim_thread *other) {
  eqrti_text text = {{0}, 0};
  eqrti_append(&text, "expected threads to meet at one place, but this one "
                      "has come to ");
  sim_append_meeting(&text, mine);
  eqrti_append(&text, " while thread %d waits at ", (int)other->number);
  sim_append_meeting(&text, &other->meeting);
  sim_fail(sim, mine->where, "%s", text.text);
}

/* ---- Lanes --------------------------------------------------------------- */

/* What each lane in the mask gets. */
static void compute(simulation *sim, const sim_meeting *mine);

/* In the order of the launch. */
static void release(simulation *sim, sim_thread *first, uint32_t lanes) {
  bool down = sim->how.order == EQ_SIMULATOR_DESCENDING;
  while (lanes != 0) {
    int32_t lane = down ? 31 - __builtin_clz(lanes) : lowest(lanes);
    lanes &= ~(UINT32_C(1) << lane);
    sim_thread *thread = &first[lane];
    thread->meeting.where = NULL;
    sim_make_ready(sim, thread);
  }
}

/* True if all lanes of the mask wait here. Those that wait elsewhere may come
 * later, unless they wait for this lane. */
static bool is_complete(simulation *sim, const sim_meeting *mine) {
  sim_thread *me = sim->current;
  bool complete = true;
  for (uint32_t rest = mine->mask; rest != 0; rest &= rest - 1) {
    const sim_thread *other = sim_lane(me, lowest(rest));
    if (is_same(&other->meeting, mine))
      continue;
    if (other->meeting.mask >> me->lane & 1)
      report_mismatch(sim, mine, other);
    complete = false;
  }
  return complete;
}

/* Waits for all lanes of the mask, and returns what this one gets. */
static int64_t meet(sim_meeting mine) {
  simulation *sim = sim_running();
  sim_thread *me = sim->current;
  sim_warp *warp = me->warp;
  uint32_t own = UINT32_C(1) << me->lane;
  if (!(mine.mask & own))
    sim_fail(sim, mine.where,
             "expected a mask with the lane that gives it, %d, but got "
             "0x%08" PRIx32,
             (int)me->lane, mine.mask);
  if (mine.mask & warp->left)
    sim_fail(sim, mine.where,
             "expected a mask of lanes that still run, but got 0x%08" PRIx32
             ", and lane %d has left the kernel",
             mine.mask, (int)lowest(mine.mask & warp->left));
  if (mine.mask & warp->at_barrier)
    report_mismatch(sim, &mine,
                    sim_lane(me, lowest(mine.mask & warp->at_barrier)));
  me->meeting = mine;
  warp->meeting |= own;
  if ((mine.mask & ~warp->meeting) == 0 && is_complete(sim, &mine)) {
    compute(sim, &mine);
    warp->meeting &= ~mine.mask;
    release(sim, me - me->lane, mine.mask);
  }
  sim_wait(sim, mine.where);
  return me->result;
}

static uint32_t ballot_of(sim_thread *first, uint32_t mask) {
  uint32_t votes = 0;
  for (uint32_t rest = mask; rest != 0; rest &= rest - 1)
    if (first[lowest(rest)].meeting.value != 0)
      votes |= rest & -rest;
  return votes;
}

static int64_t count_votes(int32_t kind, uint32_t votes, uint32_t mask) {
  switch (kind) {
  case EQRT_SIM_ANY:
    return votes != 0;
  case EQRT_SIM_ALL:
    return votes == mask;
  case EQRT_SIM_UNI:
    return votes == 0 || votes == mask;
  }
  return votes; /* EQRT_SIM_BALLOT */
}

/* As the PTX manual has it (shfl.sync). */
static int64_t shuffled(simulation *sim, sim_thread *first, int32_t lane) {
  const sim_meeting *meeting = &first[lane].meeting;
  int32_t by = meeting->offset & 31, bound = meeting->clamp & 31;
  int32_t segment = meeting->clamp >> 8 & 31;
  int32_t least = lane & segment, most = least | (bound & ~segment);
  int32_t source = lane;
  bool valid = false;
  switch (meeting->kind) {
  case EQRT_SIM_BFLY:
    source = lane ^ by;
    valid = source <= most;
    break;
  case EQRT_SIM_UP:
    source = lane - by;
    valid = source >= most;
    break;
  case EQRT_SIM_DOWN:
    source = lane + by;
    valid = source <= most;
    break;
  case EQRT_SIM_IDX:
    source = least | (by & ~segment);
    valid = source <= most;
    break;
  }
  if (!valid)
    source = lane;
  if (!(meeting->mask >> source & 1))
    sim_fail(sim, meeting->where,
             "expected a shuffle from a lane of the mask 0x%08" PRIx32
             ", but lane %d reads lane %d",
             meeting->mask, (int)lane, (int)source);
  uint32_t value = (uint32_t)first[source].meeting.value;
  return (int64_t)((uint64_t)value | (uint64_t)valid << 32);
}

static uint32_t combine(int32_t kind, uint32_t a, uint32_t b) {
  switch (kind) {
  case EQRT_SIM_AND:
    return a & b;
  case EQRT_SIM_MAX:
    return (int32_t)a > (int32_t)b ? a : b;
  case EQRT_SIM_MIN:
    return (int32_t)a < (int32_t)b ? a : b;
  case EQRT_SIM_OR:
    return a | b;
  case EQRT_SIM_UMAX:
    return a > b ? a : b;
  case EQRT_SIM_UMIN:
    return a < b ? a : b;
  case EQRT_SIM_XOR:
    return a ^ b;
  }
  return a + b; /* EQRT_SIM_ADD */
}

static uint32_t reduced(sim_thread *first, int32_t kind, uint32_t mask) {
  uint32_t result = (uint32_t)first[lowest(mask)].meeting.value;
  for (uint32_t rest = mask & (mask - 1); rest != 0; rest &= rest - 1)
    result = combine(kind, result, (uint32_t)first[lowest(rest)].meeting.value);
  return result;
}

static uint32_t matching(sim_thread *first, int32_t kind, uint32_t mask,
                         int64_t value) {
  uint32_t same = 0;
  for (uint32_t rest = mask; rest != 0; rest &= rest - 1)
    if (first[lowest(rest)].meeting.value == value)
      same |= rest & -rest;
  return kind == EQRT_SIM_ANY || same == mask ? same : 0;
}

static void compute(simulation *sim, const sim_meeting *mine) {
  sim_thread *first = sim->current - sim->current->lane;
  uint32_t mask = mine->mask;
  int64_t common = 0; /* what all get, where all get the same */
  if (mine->operation == SIM_VOTE)
    common = count_votes(mine->kind, ballot_of(first, mask), mask);
  else if (mine->operation == SIM_REDUCE)
    common = reduced(first, mine->kind, mask);
  for (uint32_t rest = mask; rest != 0; rest &= rest - 1) {
    int32_t lane = lowest(rest);
    int64_t result = common;
    if (mine->operation == SIM_SHUFFLE)
      result = shuffled(sim, first, lane);
    else if (mine->operation == SIM_MATCH)
      result = matching(first, mine->kind, mask, first[lane].meeting.value);
    else if (mine->operation == SIM_ELECT)
      result = lane == lowest(mask);
    first[lane].result = result;
  }
}

int32_t eqrt_sim_vote(int32_t kind, int32_t mask, int32_t predicate,
                      const char *where) {
  return (int32_t)meet((sim_meeting){.where = where,
                                     .operation = SIM_VOTE,
                                     .kind = kind,
                                     .mask = (uint32_t)mask,
                                     .value = predicate});
}

int64_t eqrt_sim_shuffle(int32_t kind, int32_t mask, int32_t value,
                         int32_t offset, int32_t clamp, const char *where) {
  return meet((sim_meeting){.where = where,
                            .operation = SIM_SHUFFLE,
                            .kind = kind,
                            .mask = (uint32_t)mask,
                            .value = value,
                            .offset = offset,
                            .clamp = clamp});
}

int32_t eqrt_sim_reduce(int32_t kind, int32_t mask, int32_t value,
                        const char *where) {
  return (int32_t)meet((sim_meeting){.where = where,
                                     .operation = SIM_REDUCE,
                                     .kind = kind,
                                     .mask = (uint32_t)mask,
                                     .value = value});
}

int32_t eqrt_sim_match(int32_t kind, int32_t mask, int64_t value,
                       const char *where) {
  return (int32_t)meet((sim_meeting){.where = where,
                                     .operation = SIM_MATCH,
                                     .kind = kind,
                                     .mask = (uint32_t)mask,
                                     .value = value});
}

int32_t eqrt_sim_elect(int32_t mask, const char *where) {
  return (int32_t)meet((sim_meeting){
      .where = where, .operation = SIM_ELECT, .mask = (uint32_t)mask});
}

void eqrt_sim_sync_warp(int32_t mask, const char *where) {
  meet((sim_meeting){
      .where = where, .operation = SIM_SYNC, .mask = (uint32_t)mask});
}

/* ---- Blocks -------------------------------------------------------------- */

static bool waits_at(const sim_thread *thread, const sim_meeting *barrier) {
  return thread->meeting.where && thread->meeting.operation == SIM_BARRIER &&
         thread->meeting.barrier == barrier->barrier;
}

/* Some thread of the block that waits at a barrier: `id`, or one of all threads
 * if that is -1. */
static const sim_thread *waiting_thread(simulation *sim, int32_t id) {
  const sim_thread *first = sim->current - sim->current->number;
  for (int32_t i = 0; i < sim->threads_of_block; ++i) {
    const sim_meeting *meeting = &first[i].meeting;
    if (meeting->where && meeting->operation == SIM_BARRIER &&
        (id < 0 ? meeting->threads == sim->threads_of_block
                : meeting->barrier == id))
      return &first[i];
  }
  return NULL;
}

static void open_barrier(simulation *sim, const sim_meeting *mine) {
  sim_thread *first = sim->current - sim->current->number;
  int32_t votes = 0, arrived = 0;
  for (int32_t i = 0; i < sim->threads_of_block; ++i)
    if (waits_at(&first[i], mine)) {
      ++arrived;
      votes += first[i].meeting.value != 0;
    }
  int64_t result = mine->kind == EQRT_SIM_EVERY  ? votes == arrived
                   : mine->kind == EQRT_SIM_SOME ? votes != 0
                                                 : votes;
  for (int32_t w = 0; w < sim->threads_of_block; w += SIM_WARP) {
    bool down = sim->how.order == EQ_SIMULATOR_DESCENDING;
    sim_thread *warp = &first[down ? sim->threads_of_block - SIM_WARP - w : w];
    uint32_t lanes = 0;
    for (int32_t lane = 0; lane < SIM_WARP; ++lane)
      if (waits_at(&warp[lane], mine)) {
        lanes |= UINT32_C(1) << lane;
        warp[lane].result = result;
      }
    warp->warp->at_barrier &= ~lanes;
    release(sim, warp, lanes);
  }
}

int32_t eqrt_sim_barrier(int32_t id, int32_t threads, int32_t reduction,
                         int32_t predicate, const char *where) {
  simulation *sim = sim_running();
  sim_thread *me = sim->current;
  sim_block *block = me->block;
  if (id < 0 || id >= SIM_BARRIERS)
    sim_fail(sim, where, "expected a barrier of 0 to 15, but got %d", (int)id);
  if (threads < 0 || threads > sim->threads_of_block || threads % SIM_WARP != 0)
    sim_fail(sim, where,
             "expected a barrier of whole warps of the block, which has %d "
             "threads, but got %d threads",
             (int)sim->threads_of_block, (int)threads);
  bool of_all = threads == 0 || threads == sim->threads_of_block;
  sim_meeting mine = {.where = where,
                      .operation = SIM_BARRIER,
                      .kind = reduction,
                      .barrier = id,
                      .threads = of_all ? sim->threads_of_block : threads,
                      .value = predicate};
  if (of_all && block->left != 0)
    sim_fail(sim, where,
             "expected all threads of the block at the barrier, but %d of them "
             "have left the kernel",
             (int)block->left);
  for (uint32_t rest = me->warp->meeting; rest != 0; rest &= rest - 1)
    if (sim_lane(me, lowest(rest))->meeting.mask >> me->lane & 1)
      report_mismatch(sim, &mine, sim_lane(me, lowest(rest)));
  sim_barrier *barrier = &block->barriers[id];
  if (barrier->arrived == 0)
    *barrier = (sim_barrier){0, mine.threads, where};
  else if (barrier->threads != mine.threads ||
           (of_all && !same_place(barrier->where, where)))
    report_mismatch(sim, &mine, waiting_thread(sim, id));
  me->meeting = mine;
  me->warp->at_barrier |= UINT32_C(1) << me->lane;
  block->waiting += of_all;
  if (++barrier->arrived == mine.threads) {
    barrier->arrived = 0;
    if (of_all)
      block->waiting = 0;
    open_barrier(sim, &mine);
  }
  sim_wait(sim, where);
  return (int32_t)me->result;
}

/* ---- The end of a thread ------------------------------------------------- */

void sim_leave(simulation *sim) {
  sim_thread *me = sim->current;
  me->left = true;
  me->warp->left |= UINT32_C(1) << me->lane;
  ++me->block->left;
  ++sim->left;
  const sim_thread *other = NULL;
  for (uint32_t rest = me->warp->meeting; rest != 0 && !other; rest &= rest - 1)
    if (sim_lane(me, lowest(rest))->meeting.mask >> me->lane & 1)
      other = sim_lane(me, lowest(rest));
  if (!other && me->block->waiting != 0)
    other = waiting_thread(sim, -1);
  if (!other)
    return;
  eqrti_text text = {{0}, 0};
  eqrti_append(&text,
               "expected a thread to stay while others wait for it, but it "
               "has left the kernel, and thread %d waits at ",
               (int)other->number);
  sim_append_meeting(&text, &other->meeting);
  sim_fail(sim, NULL, "%s", text.text);
}
