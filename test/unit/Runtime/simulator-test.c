/* Tests of the simulator of kernels. The kernels here are written by hand and
 * call the runtime as generated ones do. One claim per function. */

#ifndef _GNU_SOURCE
#define _GNU_SOURCE
#endif
#include "Check.h"
#include "eq/Runtime/Generated.h"

#include <fenv.h>
#include <pthread.h>
#include <stdbool.h>
#include <stdlib.h>

/* ---- Launching ----------------------------------------------------------- */

/* What the body hands to eqrt_launch. */
static _Thread_local struct {
  eqrt_kernel kernel;
  int64_t samples;
  int32_t count;
  eqrt_kernel_argument arguments[4];
} given;

static int launch_body(eq_context *context) {
  return eqrt_launch(context, &given.kernel, given.samples, given.count,
                     given.arguments);
}

static int run(void) {
  static const eqrt_signature signature = {"run", EQRT_VERSION, 0,   0,
                                           0,     NULL,         NULL};
  return eqrt_call(NULL, &signature, launch_body, NULL, NULL);
}

static void give(void (*simulated)(void **), int32_t threads, int64_t samples) {
  memset(&given, 0, sizeof(given));
  given.kernel = (eqrt_kernel){.name = "k",
                               .simulated = simulated,
                               .threads = threads,
                               .samples = threads};
  given.samples = samples;
}

static void give_argument(void *data, int64_t bytes, int32_t use) {
  given.arguments[given.count++] = (eqrt_kernel_argument){data, bytes, use, 0};
}

static void set_order(int32_t order, uint64_t seed) {
  eq_simulator how = {.order = order, .seed = seed};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_OK);
}

/* The kernel must end like this: "" is success. */
static void check_ends(const char *message) {
  int code = run();
  CHECK_INT(code, message[0] ? EQ_ERROR_INTERNAL : EQ_OK);
  CHECK_TEXT(eq_last_error(NULL), message);
}

static void check_fails(void (*simulated)(void **), int32_t threads,
                        const char *message) {
  give(simulated, threads, 1);
  check_ends(message);
}

/* Runs the launch in several orders, and `check` after each. */
static void in_all_orders(void (*check)(void)) {
  static const eq_simulator orders[] = {{.order = EQ_SIMULATOR_ASCENDING},
                                        {.order = EQ_SIMULATOR_DESCENDING},
                                        {.order = EQ_SIMULATOR_SHUFFLED},
                                        {.order = 2, .seed = 1},
                                        {.order = 2, .seed = 77}};
  for (size_t i = 0; i < sizeof(orders) / sizeof(orders[0]); ++i) {
    CHECK_INT(eq_set_simulator(NULL, &orders[i]), EQ_OK);
    check_ends("");
    check();
  }
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

/* ---- What kernels are made of -------------------------------------------- */

#define LANE eqrt_sim_register(EQRT_SIM_LANEID)
#define THREAD eqrt_sim_register(EQRT_SIM_TID)
#define BLOCK eqrt_sim_register(EQRT_SIM_CTAID)
#define THREADS eqrt_sim_register(EQRT_SIM_NTID)
#define ALL_LANES (-1)
#define BARRIER(where) eqrt_sim_barrier(0, 0, EQRT_SIM_NONE, 0, where)
#define ARGUMENT(type, i) (*(type **)parameters[4 + (i)])

static int32_t load(const int32_t *from) {
  eqrt_sim_check(from, 4, 4, 0, "load:1:1");
  return *from;
}

static void store(int32_t *to, int32_t value) {
  eqrt_sim_check(to, 4, 4, 1, "store:1:1");
  *to = value;
}

/* ---- Barriers ------------------------------------------------------------ */

enum { SUM_THREADS = 96, SUM_BLOCKS = 3, SUM_ALL = SUM_THREADS * SUM_BLOCKS };
static int32_t summands[SUM_ALL], sums[SUM_BLOCKS];

/* sums[block] = the sum of the block's summands, pair by pair. */
static void sum_kernel(void **parameters) {
  eqrt_sim_begin(0);
  const int32_t *from = ARGUMENT(const int32_t, 0);
  int32_t *to = ARGUMENT(int32_t, 1), thread = THREAD;
  int32_t *shared = eqrt_sim_dynamic_shared();
  store(&shared[thread], load(&from[BLOCK * THREADS + thread]));
  int32_t n = THREADS;
  while (n > 1) {
    BARRIER("sum:1:1");
    int32_t half = (n + 1) / 2;
    int32_t other = thread + half < n ? load(&shared[thread + half]) : 0;
    BARRIER("sum:2:1");
    if (thread < half)
      store(&shared[thread], load(&shared[thread]) + other);
    n = half;
  }
  BARRIER("sum:3:1");
  /* Any thread could: the last one does. */
  if (thread == THREADS - 1)
    store(&to[BLOCK], load(&shared[0]));
}

static void check_sums(void) {
  CHECK_INT(sums[0], 95 * 96 / 2);
  CHECK_INT(sums[1], 191 * 192 / 2 - 95 * 96 / 2);
  CHECK_INT(sums[2], 287 * 288 / 2 - 191 * 192 / 2);
}

static void a_block_adds_up_by_barriers(void) {
  for (int32_t i = 0; i < SUM_ALL; ++i)
    summands[i] = i;
  give(sum_kernel, SUM_THREADS, SUM_ALL);
  given.kernel.shared_bytes = SUM_THREADS * 4;
  give_argument(summands, sizeof(summands), EQRT_USE_READ);
  give_argument(sums, sizeof(sums), EQRT_USE_WRITE);
  in_all_orders(check_sums);
}

/* Results of the three reductions, for each of two blocks. */
static int32_t reductions[2][3];

static void barrier_reduction_kernel(void **parameters) {
  int32_t *to = ARGUMENT(int32_t, 0) + 3 * BLOCK;
  int32_t thread = THREAD;
  int32_t count = eqrt_sim_barrier(0, 0, EQRT_SIM_COUNT, thread < 37, "b:1:1");
  int32_t every =
      eqrt_sim_barrier(1, 0, EQRT_SIM_EVERY, thread != BLOCK * 500, "b:2:1");
  int32_t some =
      eqrt_sim_barrier(2, 0, EQRT_SIM_SOME, thread == BLOCK * 63, "b:3:1");
  if (thread == 0 || thread == 40) {
    store(&to[0], count);
    store(&to[1], every);
    store(&to[2], some);
  }
}

static void check_reductions(void) {
  CHECK_INT(reductions[0][0], 37);
  CHECK_INT(reductions[1][0], 37);
  CHECK_INT(reductions[0][1], 0); /* thread 0 says no */
  CHECK_INT(reductions[1][1], 1);
  CHECK_INT(reductions[0][2], 1);
  CHECK_INT(reductions[1][2], 1);
}

static void barriers_reduce(void) {
  give(barrier_reduction_kernel, 64, 128);
  give_argument(reductions, sizeof(reductions), EQRT_USE_WRITE);
  in_all_orders(check_reductions);
}

static int32_t handed[2];

/* Warp 0 hands a value to warp 1, and warp 2 to warp 3; places may differ. */
static void pairs_kernel(void **parameters) {
  int32_t *to = ARGUMENT(int32_t, 0);
  int32_t *shared = eqrt_sim_dynamic_shared();
  int32_t warp = eqrt_sim_register(EQRT_SIM_WARPID), pair = warp / 2;
  if (warp % 2 == 0) {
    if (LANE == 31)
      store(&shared[pair], 10 + pair);
    eqrt_sim_barrier(5 + pair, 64, EQRT_SIM_NONE, 0, "give:1:1");
  } else {
    eqrt_sim_barrier(5 + pair, 64, EQRT_SIM_NONE, 0, "take:1:1");
    if (LANE == 0)
      store(&to[pair], load(&shared[pair]));
  }
}

static void check_handed(void) {
  CHECK_INT(handed[0], 10);
  CHECK_INT(handed[1], 11);
}

static void barriers_of_some_warps(void) {
  give(pairs_kernel, 128, 1);
  given.kernel.shared_bytes = 8;
  give_argument(handed, sizeof(handed), EQRT_USE_WRITE);
  in_all_orders(check_handed);
}

/* ---- Blocks that wait for each other --------------------------------------
 */

enum { ROUNDS = 5, MOST_BLOCKS = 4 };
static struct {
  int32_t arrived, numbers[MOST_BLOCKS], absent;
} grid;

/* All blocks of the grid, but for those that do not come. */
static void wait_for_all_blocks(int32_t *arrived, int32_t round) {
  int32_t all = round * eqrt_sim_register(EQRT_SIM_NCTAID);
  BARRIER("grid:1:1");
  if (THREAD == 40) { /* any thread could */
    store(arrived, load(arrived) + 1);
    while (load(arrived) < all)
      eqrt_sim_loop("grid:2:1");
  }
  BARRIER("grid:3:1");
}

/* In each round every block adds its neighbour's number of the last round to
 * its own. */
static void neighbours_kernel(void **parameters) {
  int32_t *arrived = ARGUMENT(int32_t, 0), *numbers = ARGUMENT(int32_t, 1);
  int32_t block = BLOCK, blocks = eqrt_sim_register(EQRT_SIM_NCTAID);
  if (block == *(int32_t *)parameters[6])
    return;
  if (THREAD == 0)
    store(&numbers[block], block + 1);
  for (int32_t i = 0; i < ROUNDS; ++i) {
    wait_for_all_blocks(arrived, 2 * i + 1);
    int32_t other = load(&numbers[(block + 1) % blocks]);
    wait_for_all_blocks(arrived, 2 * i + 2);
    if (THREAD == 63)
      store(&numbers[block], load(&numbers[block]) + other);
    eqrt_sim_loop("grid:4:1");
  }
}

static void give_neighbours(int32_t absent) {
  grid.arrived = 0;
  grid.absent = absent;
  give(neighbours_kernel, 64, 64 * MOST_BLOCKS);
  given.kernel.cooperative = 1;
  give_argument(&grid.arrived, 4, EQRT_USE_UPDATE);
  give_argument(grid.numbers, sizeof(grid.numbers), EQRT_USE_UPDATE);
  give_argument(&grid.absent, 4, EQRT_USE_VALUE);
}

static void check_neighbours(void) {
  int32_t wanted[MOST_BLOCKS] = {1, 2, 3, 4};
  for (int32_t i = 0; i < ROUNDS; ++i) {
    int32_t first = wanted[0];
    for (int32_t k = 0; k < MOST_BLOCKS; ++k)
      wanted[k] += k + 1 < MOST_BLOCKS ? wanted[k + 1] : first;
  }
  for (int32_t k = 0; k < MOST_BLOCKS; ++k)
    CHECK_INT(grid.numbers[k], wanted[k]);
  CHECK_INT(grid.arrived, 2 * ROUNDS * MOST_BLOCKS);
  grid.arrived = 0; /* for the next launch */
}

static void blocks_of_a_cooperative_kernel_wait_for_each_other(void) {
  give_neighbours(-1);
  in_all_orders(check_neighbours);
}

static void a_block_that_waits_in_vain_is_reported(void) {
  eq_simulator how = {.patience = 1000};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_OK);
  give_neighbours(3);
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(NULL), ", thread 40, at "));
  CHECK(strstr(eq_last_error(NULL),
               ": expected a thread to meet others or to end within 1000 turns "
               "of loops and accesses to memory, but it did not"));
  /* As does one that nobody told of the others. */
  give_neighbours(-1);
  given.kernel.cooperative = 0;
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(NULL), "'run': kernel 'k', block 0, thread 40, "));
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

/* ---- Lanes --------------------------------------------------------------- */

static int32_t ranked[32], rank_count;

/* Writes the lanes whose number is no multiple of 3, without gaps. */
static void rank_kernel(void **parameters) {
  int32_t lane = LANE;
  bool chosen = lane % 3 != 0;
  uint32_t votes =
      (uint32_t)eqrt_sim_vote(EQRT_SIM_BALLOT, ALL_LANES, chosen, "r:1:1");
  uint32_t below = (uint32_t)eqrt_sim_register(EQRT_SIM_LANEMASK_LT);
  if (chosen)
    store(&ARGUMENT(int32_t, 0)[__builtin_popcount(votes & below)], lane);
  if (lane == 0)
    store(ARGUMENT(int32_t, 1), __builtin_popcount(votes));
}

static void check_ranked(void) {
  CHECK_INT(rank_count, 21);
  for (int32_t i = 0; i < 21; ++i)
    CHECK_INT(ranked[i], i / 2 * 3 + i % 2 + 1);
  CHECK_INT(ranked[21], -1);
}

static void ballots_give_ranks(void) {
  give(rank_kernel, 32, 1);
  give_argument(ranked, sizeof(ranked), EQRT_USE_WRITE);
  give_argument(&rank_count, 4, EQRT_USE_WRITE);
  in_all_orders(check_ranked);
}

enum { LANE_RESULTS = 16 };
static int32_t of_lane[32][LANE_RESULTS];

static void vote_kernel(void **parameters) {
  int32_t lane = LANE, *to = ARGUMENT(int32_t, 0) + LANE_RESULTS * lane;
  const bool says[] = {lane == 7, lane != 7, true, false};
  for (int32_t i = 0; i < 4; ++i) {
    store(&to[i], eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, says[i], "v:1:1"));
    store(&to[4 + i], eqrt_sim_vote(EQRT_SIM_ALL, ALL_LANES, says[i], "v:2:1"));
    store(&to[8 + i], eqrt_sim_vote(EQRT_SIM_UNI, ALL_LANES, says[i], "v:3:1"));
    /* Two halves at once. */
    int32_t half = lane < 16 ? 0xFFFF : -0x10000;
    store(&to[12 + i], eqrt_sim_vote(EQRT_SIM_BALLOT, half, says[i], "v:4:1"));
  }
}

static void check_votes(void) {
  static const int32_t wanted[12] = {1, 1, 1, 0, 0, 0, 1, 0, 0, 0, 1, 1};
  for (int32_t lane = 0; lane < 32; ++lane) {
    for (int32_t i = 0; i < 12; ++i)
      CHECK_INT(of_lane[lane][i], wanted[i]);
    CHECK_INT(of_lane[lane][12], lane < 16 ? 0x80 : 0);
    CHECK_INT(of_lane[lane][13], lane < 16 ? 0xFF7F : -0x10000);
  }
}

static void votes_of_all_kinds(void) {
  give(vote_kernel, 32, 1);
  give_argument(of_lane, sizeof(of_lane), EQRT_USE_WRITE);
  in_all_orders(check_votes);
}

/* Value and validity of each shuffle of 100 + lane. */
static void shuffle_kernel(void **parameters) {
  int32_t lane = LANE, *to = ARGUMENT(int32_t, 0) + LANE_RESULTS * lane;
  const struct {
    int32_t kind, offset, clamp;
  } shuffles[] = {
      {EQRT_SIM_BFLY, 5, 31},     {EQRT_SIM_UP, 3, 0},
      {EQRT_SIM_DOWN, 3, 31},     {EQRT_SIM_IDX, 9, 31},
      {EQRT_SIM_BFLY, 8, 0x1807}, {EQRT_SIM_UP, 2, 0x1800},
      {EQRT_SIM_DOWN, 2, 0x1807}, {EQRT_SIM_IDX, 5, 0x1807},
  };
  for (int32_t i = 0; i < 8; ++i) {
    int64_t got =
        eqrt_sim_shuffle(shuffles[i].kind, ALL_LANES, 100 + lane,
                         shuffles[i].offset, shuffles[i].clamp, "s:1:1");
    store(&to[2 * i], (int32_t)got);
    store(&to[2 * i + 1], (int32_t)(got >> 32));
  }
}

/* The lane that each reads, or -1: none, and it gets its own. */
static int32_t source_of(int32_t shuffle, int32_t lane) {
  switch (shuffle) {
  case 0:
    return lane ^ 5;
  case 1:
    return lane >= 3 ? lane - 3 : -1;
  case 2:
    return lane <= 28 ? lane + 3 : -1;
  case 3:
    return 9;
  case 4: /* from here on in segments of 8 lanes */
    return (lane & 8) ? lane ^ 8 : -1;
  case 5:
    return lane % 8 >= 2 ? lane - 2 : -1;
  case 6:
    return lane % 8 < 6 ? lane + 2 : -1;
  default:
    return lane / 8 * 8 + 5;
  }
}

static void check_shuffles(void) {
  for (int32_t lane = 0; lane < 32; ++lane)
    for (int32_t i = 0; i < 8; ++i) {
      int32_t source = source_of(i, lane);
      CHECK_INT(of_lane[lane][2 * i], 100 + (source < 0 ? lane : source));
      CHECK_INT(of_lane[lane][2 * i + 1], source >= 0);
    }
}

static void shuffles_of_all_kinds(void) {
  give(shuffle_kernel, 32, 1);
  give_argument(of_lane, sizeof(of_lane), EQRT_USE_WRITE);
  in_all_orders(check_shuffles);
}

static void reduce_kernel(void **parameters) {
  int32_t lane = LANE, *to = ARGUMENT(int32_t, 0) + LANE_RESULTS * lane;
  for (int32_t kind = EQRT_SIM_ADD; kind <= EQRT_SIM_XOR; ++kind)
    store(&to[kind], eqrt_sim_reduce(kind, ALL_LANES, 3 * lane - 4, "e:1:1"));
  store(&to[9], eqrt_sim_match(EQRT_SIM_ANY, ALL_LANES, lane % 4, "e:2:1"));
  store(&to[10], eqrt_sim_match(EQRT_SIM_ALL, ALL_LANES, lane / 32, "e:3:1"));
  int64_t apart = lane == 3 ? INT64_C(1) << 40 : 0;
  store(&to[11], eqrt_sim_match(EQRT_SIM_ALL, ALL_LANES, apart, "e:4:1"));
  store(&to[12], eqrt_sim_elect(ALL_LANES, "e:5:1"));
  store(&to[0], 0);
  if (lane % 2 != 0)
    store(&to[0], eqrt_sim_elect((int32_t)0xAAAAAAAA, "e:6:1"));
  eqrt_sim_sync_warp(ALL_LANES, "e:7:1");
}

static void check_lane_reductions(void) {
  uint32_t all = ~0u, some = 0, odd = 0, most = 0, least = ~0u;
  for (int32_t lane = 0; lane < 32; ++lane) {
    uint32_t value = (uint32_t)(3 * lane - 4);
    all &= value, some |= value, odd ^= value;
    most = value > most ? value : most;
    least = value < least ? value : least;
  }
  const int32_t wanted[] = {
      0,           3 * 31 * 16 - 128, (int32_t)all,  89,
      -4,          (int32_t)some,     (int32_t)most, (int32_t)least,
      (int32_t)odd};
  for (int32_t lane = 0; lane < 32; ++lane) {
    for (int32_t kind = EQRT_SIM_ADD; kind <= EQRT_SIM_XOR; ++kind)
      CHECK_INT(of_lane[lane][kind], wanted[kind]);
    CHECK_INT((uint32_t)of_lane[lane][9], 0x11111111u << lane % 4);
    CHECK_INT(of_lane[lane][10], -1);
    CHECK_INT(of_lane[lane][11], 0);
    CHECK_INT(of_lane[lane][12], lane == 0);
    CHECK_INT(of_lane[lane][0], lane == 1);
  }
}

static void reductions_matches_and_elections(void) {
  give(reduce_kernel, 32, 1);
  give_argument(of_lane, sizeof(of_lane), EQRT_USE_WRITE);
  in_all_orders(check_lane_reductions);
}

/* Lane 0 meets lane 2 and then lane 1, which may wait before or after. */
static void chain_kernel(void **parameters) {
  int32_t lane = LANE, *to = ARGUMENT(int32_t, 0) + LANE_RESULTS * lane;
  if (lane == 0 || lane == 2)
    store(&to[0], eqrt_sim_vote(EQRT_SIM_BALLOT, 5, 1, "c:1:1"));
  if (lane == 0 || lane == 1)
    store(&to[1], eqrt_sim_vote(EQRT_SIM_BALLOT, 3, 1, "c:2:1"));
}

static void check_chain(void) {
  CHECK_INT(of_lane[0][0], 5);
  CHECK_INT(of_lane[2][0], 5);
  CHECK_INT(of_lane[0][1], 3);
  CHECK_INT(of_lane[1][1], 3);
}

static void masks_may_overlap(void) {
  give(chain_kernel, 32, 1);
  give_argument(of_lane, sizeof(of_lane), EQRT_USE_UPDATE);
  in_all_orders(check_chain);
}

/* ---- The grid ------------------------------------------------------------ */

enum { MANY = 1000 };
static int32_t done_by[MANY], done_times[MANY];

/* As persistent kernels do: each warp takes chunks until there are none. */
static void persistent_kernel(void **parameters) {
  int64_t samples = *(int64_t *)parameters[0];
  int32_t *taken = *(int32_t **)parameters[1];
  int32_t chunk = *(int32_t *)parameters[2];
  int32_t *by = ARGUMENT(int32_t, 0), *times = ARGUMENT(int32_t, 1);
  int32_t lane = LANE;
  for (;;) {
    eqrt_sim_loop("p:1:1");
    int32_t mine = 0;
    if (lane == 0) {
      eqrt_sim_check(taken, 4, 4, 2, "p:2:1");
      mine = __atomic_fetch_add(taken, 1, __ATOMIC_RELAXED);
    }
    mine = (int32_t)eqrt_sim_shuffle(EQRT_SIM_IDX, ALL_LANES, mine, 0, 31,
                                     "p:3:1");
    int64_t first = (int64_t)mine * chunk;
    if (first >= samples)
      return;
    for (int64_t i = first + lane; i < first + chunk; i += 32) {
      eqrt_sim_turn(i < samples);
      if (i < samples) {
        store(&by[i], BLOCK);
        store(&times[i], load(&times[i]) + 1);
      }
    }
  }
}

static void check_persistent(void) {
  int32_t of_block[4] = {0};
  for (int32_t i = 0; i < MANY; ++i) {
    CHECK_INT(done_times[i], 1);
    done_times[i] = 0;
    if (done_by[i] < 0 || done_by[i] > 3)
      FAIL("sample %d was worked on by block %d", i, done_by[i]);
    else
      ++of_block[done_by[i]];
  }
  for (int32_t block = 0; block < 4; ++block)
    CHECK(of_block[block] > 0);
  eq_simulator_work work;
  CHECK_INT(eq_simulator_counts(NULL, &work), EQ_OK);
  CHECK_INT(work.launches, 1);
  CHECK_INT(work.active_turns, MANY);
  CHECK_INT(work.turns, 1024); /* 16 chunks of 64 */
}

static void blocks_share_the_work(void) {
  give(persistent_kernel, 64, MANY);
  give_argument(done_by, sizeof(done_by), EQRT_USE_WRITE);
  memset(done_times, 0, sizeof(done_times));
  give_argument(done_times, sizeof(done_times), EQRT_USE_UPDATE);
  in_all_orders(check_persistent);
}

static void counts_go_on_until_they_are_reset(void) {
  eq_simulator_work work;
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
  give(persistent_kernel, 64, MANY);
  give_argument(done_by, sizeof(done_by), EQRT_USE_WRITE);
  give_argument(done_times, sizeof(done_times), EQRT_USE_UPDATE);
  check_ends("");
  check_ends("");
  CHECK_INT(eq_simulator_counts(NULL, &work), EQ_OK);
  CHECK_INT(work.launches, 2);
  CHECK_INT(work.active_turns, 2 * MANY);
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
  CHECK_INT(eq_simulator_counts(NULL, &work), EQ_OK);
  CHECK_INT(work.launches, 0);
}

static int32_t registers[2 * 64 * 21];

static void register_kernel(void **parameters) {
  int32_t *to = ARGUMENT(int32_t, 0) + 21 * (64 * BLOCK + THREAD);
  for (int32_t i = 0; i < 21; ++i)
    store(&to[i], eqrt_sim_register(i));
}

static void registers_tell_who_runs(void) {
  give(register_kernel, 64, 70);
  give_argument(registers, sizeof(registers), EQRT_USE_WRITE);
  check_ends("");
  const int32_t *seen = registers + 21 * (64 + 37); /* block 1, thread 37 */
  const int32_t wanted[21] = {37, 0, 0,  64, 1, 1,    1,  0,  0,   2,  1,
                              1,  5, 32, 1,  2, 0x20, 63, 31, -32, -64};
  for (int32_t i = 0; i < 21; ++i)
    CHECK_INT(seen[i], wanted[i]);
}

/* As many blocks as the samples fill, or as many as are asked for. */
static void the_number_of_blocks(void) {
  const struct {
    int32_t asked;
    int64_t samples;
    int32_t wanted;
  } cases[] = {{0, 1, 1}, {0, 64, 1}, {0, 65, 2}, {0, 100000, 4}, {2, 1, 2}};
  for (size_t i = 0; i < sizeof(cases) / sizeof(cases[0]); ++i) {
    eq_simulator how = {.blocks = cases[i].asked};
    CHECK_INT(eq_set_simulator(NULL, &how), EQ_OK);
    static int32_t large[4 * 64 * 21];
    give(register_kernel, 64, cases[i].samples);
    give_argument(large, sizeof(large), EQRT_USE_WRITE);
    check_ends("");
    CHECK_INT(large[EQRT_SIM_NCTAID], cases[i].wanted);
  }
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

static int32_t trace[64], traced;

static void trace_kernel(void **parameters) {
  (void)parameters;
  trace[traced++] = THREAD;
  BARRIER("t:1:1");
  trace[traced++] = THREAD;
}

static void run_trace(int32_t order, uint64_t seed, int32_t *to) {
  set_order(order, seed);
  give(trace_kernel, 32, 1);
  traced = 0;
  check_ends("");
  memcpy(to, trace, sizeof(trace));
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

static void threads_run_in_the_order_asked_for(void) {
  static int32_t got[64], again[64], other[64];
  run_trace(EQ_SIMULATOR_ASCENDING, 0, got);
  for (int32_t i = 0; i < 64; ++i)
    CHECK_INT(got[i], i % 32);
  run_trace(EQ_SIMULATOR_DESCENDING, 0, got);
  for (int32_t i = 0; i < 64; ++i)
    CHECK_INT(got[i], 31 - i % 32);
  run_trace(EQ_SIMULATOR_SHUFFLED, 5, got);
  run_trace(EQ_SIMULATOR_SHUFFLED, 5, again);
  run_trace(EQ_SIMULATOR_SHUFFLED, 6, other);
  CHECK(memcmp(got, again, sizeof(got)) == 0);
  CHECK(memcmp(got, other, sizeof(got)) != 0);
  /* Another order after the barrier than before, of the same threads. */
  CHECK(memcmp(got, got + 32, sizeof(got) / 2) != 0);
  uint32_t seen = 0;
  for (int32_t i = 32; i < 64; ++i)
    seen |= UINT32_C(1) << got[i];
  CHECK_INT(seen, 0xFFFFFFFF);
}

/* ---- Memory -------------------------------------------------------------- */

static int32_t presets[3];
static int32_t kept = 5;

static void preset_kernel(void **parameters) {
  eqrt_sim_begin(12);
  int32_t *to = ARGUMENT(int32_t, 0);
  if (THREAD != 0)
    return;
  store(&to[0], load(eqrt_sim_shared(8)));
  store(&to[1], load(eqrt_sim_dynamic_shared()));
}

static void what_nobody_wrote_is_no_number(void) {
  presets[2] = 0;
  give(preset_kernel, 32, 1);
  given.kernel.shared_bytes = 16;
  give_argument(presets, sizeof(presets), EQRT_USE_WRITE);
  give_argument(&kept, 4, EQRT_USE_UPDATE);
  check_ends("");
  CHECK_INT(presets[0], -1);
  CHECK_INT(presets[1], -1);
  CHECK_INT(presets[2], -1);
  CHECK_INT(kept, 5);
}

static const int32_t table[3] = {7, 8, 9};
static int32_t variable = 1;
static int32_t from_table;

static void variable_kernel(void **parameters) {
  eqrt_sim_begin(0);
  eqrt_sim_variable(table, sizeof(table), 0);
  eqrt_sim_variable(&variable, sizeof(variable), 1);
  store(&variable, 2);
  store(ARGUMENT(int32_t, 0), load(&table[2]));
}

static void kernels_use_the_variables_of_their_module(void) {
  give(variable_kernel, 64, 1);
  give_argument(&from_table, 4, EQRT_USE_WRITE);
  check_ends("");
  CHECK_INT(from_table, 9);
  CHECK_INT(variable, 2);
}

static void value_kernel(void **parameters) {
  int32_t n = *(int32_t *)parameters[4];
  double x = *(double *)parameters[5];
  double *to = ARGUMENT(double, 2);
  eqrt_sim_check(to, 8, 8, 1, "value:1:1");
  *to = n * x;
}

static void values_are_parameters(void) {
  int32_t n = 3;
  double x = 2.5, product = 0;
  give(value_kernel, 32, 1);
  give_argument(&n, 4, EQRT_USE_VALUE);
  give_argument(&x, 8, EQRT_USE_VALUE);
  give_argument(&product, 8, EQRT_USE_WRITE);
  check_ends("");
  CHECK(product == 7.5);
}

/* ---- The machine around -------------------------------------------------- */

static volatile double one = 1, three = 3;
static double third;

static void third_kernel(void **parameters) {
  double *to = ARGUMENT(double, 0);
  eqrt_sim_sync_warp(ALL_LANES, "f:1:1");
  *to = one / three;
}

static int upward_body(eq_context *context) {
  fesetround(FE_UPWARD);
  int code = launch_body(context);
  CHECK_INT(fegetround(), FE_UPWARD);
  return code;
}

static void the_rounding_mode_is_the_callers(void) {
  static const eqrt_signature signature = {"up", EQRT_VERSION, 0,   0,
                                           0,    NULL,         NULL};
  give(third_kernel, 64, 1);
  give_argument(&third, 8, EQRT_USE_WRITE);
  check_ends("");
  CHECK(third == 0x1.5555555555555p-2);
  CHECK_INT(eqrt_call(NULL, &signature, upward_body, NULL, NULL), EQ_OK);
  CHECK(third == 0x1.5555555555556p-2);
}

static int32_t was_cancelled;

static void cancel_kernel(void **parameters) {
  const int32_t *cancelled = *(const int32_t **)parameters[3];
  store(ARGUMENT(int32_t, 0), load(cancelled) != 0);
}

static void kernels_see_that_the_call_is_cancelled(void) {
  give(cancel_kernel, 32, 1);
  give_argument(&was_cancelled, 4, EQRT_USE_WRITE);
  check_ends("");
  CHECK_INT(was_cancelled, 0);
  eq_cancel(NULL);
  check_ends("");
  CHECK_INT(was_cancelled, 1);
  eq_cancel_reset(NULL);
}

static void *launch_often(void *result) {
  int32_t from[64], sum = 0;
  for (int32_t i = 0; i < 64; ++i)
    from[i] = i;
  for (int32_t i = 0; i < 20; ++i) {
    give(sum_kernel, 64, 64);
    given.kernel.shared_bytes = 64 * 4;
    give_argument(from, sizeof(from), EQRT_USE_READ);
    give_argument(&sum, 4, EQRT_USE_WRITE);
    if (run() != EQ_OK || sum != 63 * 64 / 2)
      return NULL;
  }
  return result;
}

static void threads_of_the_machine_simulate_at_the_same_time(void) {
  pthread_t threads[3];
  int fine;
  for (int i = 0; i < 3; ++i)
    CHECK_INT(pthread_create(&threads[i], NULL, launch_often, &fine), 0);
  for (int i = 0; i < 3; ++i) {
    void *result = NULL;
    pthread_join(threads[i], &result);
    CHECK(result == &fine);
  }
}

static void no_samples_need_no_kernel(void) {
  give(sum_kernel, 64, 0);
  check_ends("");
}

static void setters_refuse_nonsense(void) {
  eq_simulator how = {.order = 3};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'eq_set_simulator': expected 'order' to be 0 to 2, but got 3");
  how = (eq_simulator){.blocks = 65};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'eq_set_simulator': expected 'blocks' to be 0 to 64, but got 65");
  how = (eq_simulator){.patience = -1};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(
      eq_last_error(NULL),
      "'eq_set_simulator': expected 'patience' to be 0 or more, but got -1");
  CHECK_INT(eq_simulator_counts(NULL, NULL), EQ_ERROR_ARGUMENT);
  CHECK_TEXT(eq_last_error(NULL),
             "'eq_simulator_counts': expected 'work' to be a place for the "
             "counts, but got NULL");
}

/* ---- Mistakes: lanes ----------------------------------------------------- */

static void vote_or_shuffle_kernel(void **parameters) {
  (void)parameters;
  if (LANE == 5)
    eqrt_sim_shuffle(EQRT_SIM_IDX, ALL_LANES, 0, 0, 31, "m:2:1");
  else
    eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, "m:1:1");
}

static void two_votes_kernel(void **parameters) {
  (void)parameters;
  eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, LANE < 30 ? "m:1:1" : "m:2:1");
}

static void vote_or_barrier_kernel(void **parameters) {
  (void)parameters;
  if (THREAD == 40)
    BARRIER("m:2:1");
  else if (THREAD > 40)
    eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, "m:1:1");
}

static void barrier_after_vote_kernel(void **parameters) {
  (void)parameters;
  if (LANE == 0)
    eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, "m:1:1");
  else
    BARRIER("m:2:1");
}

static void lanes_that_meet_at_different_places_are_reported(void) {
  check_fails(vote_or_shuffle_kernel, 32,
              "'run': kernel 'k', block 0, thread 31, at m:1:1: expected "
              "threads to meet at one place, but this one has come to the vote "
              "at m:1:1 with the mask 0xffffffff while thread 5 waits at the "
              "shuffle at m:2:1 with the mask 0xffffffff");
  check_fails(two_votes_kernel, 32,
              "'run': kernel 'k', block 0, thread 31, at m:2:1: expected "
              "threads to meet at one place, but this one has come to the vote "
              "at m:2:1 with the mask 0xffffffff while thread 0 waits at the "
              "vote at m:1:1 with the mask 0xffffffff");
  check_fails(vote_or_barrier_kernel, 64,
              "'run': kernel 'k', block 0, thread 40, at m:2:1: expected all "
              "threads of the block at the barrier, but 40 of them have left "
              "the kernel");
  check_fails(barrier_after_vote_kernel, 32,
              "'run': kernel 'k', block 0, thread 1, at m:2:1: expected "
              "threads to meet at one place, but this one has come to the "
              "barrier at m:2:1 while thread 0 waits at the vote at m:1:1 with "
              "the mask 0xffffffff");
  set_order(EQ_SIMULATOR_DESCENDING, 0);
  check_fails(barrier_after_vote_kernel, 32,
              "'run': kernel 'k', block 0, thread 0, at m:1:1: expected "
              "threads to meet at one place, but this one has come to the vote "
              "at m:1:1 with the mask 0xffffffff while thread 1 waits at the "
              "barrier at m:2:1");
  set_order(EQ_SIMULATOR_ASCENDING, 0);
}

static void foreign_mask_kernel(void **parameters) {
  (void)parameters;
  if (LANE == 3)
    eqrt_sim_vote(EQRT_SIM_ANY, 0xF0, 0, "m:1:1");
}

static void vote_after_exit_kernel(void **parameters) {
  (void)parameters;
  if (LANE > 0)
    eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, "m:1:1");
}

static void outside_mask_kernel(void **parameters) {
  (void)parameters;
  if (LANE < 8)
    eqrt_sim_shuffle(EQRT_SIM_IDX, 0xFF, 0, 9, 31, "m:1:1");
}

static void masks_must_be_of_lanes_that_come(void) {
  check_fails(foreign_mask_kernel, 32,
              "'run': kernel 'k', block 0, thread 3, at m:1:1: expected a mask "
              "with the lane that gives it, 3, but got 0x000000f0");
  check_fails(vote_after_exit_kernel, 32,
              "'run': kernel 'k', block 0, thread 1, at m:1:1: expected a mask "
              "of lanes that still run, but got 0xffffffff, and lane 0 has "
              "left the kernel");
  set_order(EQ_SIMULATOR_DESCENDING, 0);
  check_fails(vote_after_exit_kernel, 32,
              "'run': kernel 'k', block 0, thread 0: expected a thread to stay "
              "while others wait for it, but it has left the kernel, and "
              "thread 1 waits at the vote at m:1:1 with the mask 0xffffffff");
  set_order(EQ_SIMULATOR_ASCENDING, 0);
  check_fails(outside_mask_kernel, 32,
              "'run': kernel 'k', block 0, thread 7, at m:1:1: expected a "
              "shuffle from a lane of the mask 0x000000ff, but lane 0 reads "
              "lane 9");
}

/* Lane 0 waits for lane 1, that for lane 2, and that for lane 0. */
static void circle_kernel(void **parameters) {
  (void)parameters;
  static const int32_t masks[] = {3, 6, 5};
  if (LANE < 3)
    eqrt_sim_vote(EQRT_SIM_ANY, masks[LANE], 0, "m:1:1");
}

static void half_barrier_kernel(void **parameters) {
  (void)parameters;
  if (THREAD < 32)
    eqrt_sim_barrier(1, 64, EQRT_SIM_NONE, 0, "m:1:1");
  else
    eqrt_sim_barrier(2, 64, EQRT_SIM_NONE, 0, "m:2:1");
}

static void a_deadlock_is_reported(void) {
  check_fails(circle_kernel, 32,
              "'run': kernel 'k': expected some thread to go on, but all that "
              "are left wait: block 0, thread 0 for the vote at m:1:1 with the "
              "mask 0x00000003");
  check_fails(half_barrier_kernel, 64,
              "'run': kernel 'k': expected some thread to go on, but all that "
              "are left wait: block 0, thread 0 for the barrier at m:1:1, and "
              "thread 32 for the barrier at m:2:1");
}

/* ---- Mistakes: blocks ---------------------------------------------------- */

static void early_exit_kernel(void **parameters) {
  (void)parameters;
  if (THREAD != 33)
    BARRIER("m:1:1");
}

static void two_barriers_kernel(void **parameters) {
  (void)parameters;
  if (THREAD < 32)
    BARRIER("m:1:1");
  else
    BARRIER("m:2:1");
}

static void sizes_of_barriers_kernel(void **parameters) {
  (void)parameters;
  eqrt_sim_barrier(1, THREAD < 32 ? 64 : 96, EQRT_SIM_NONE, 0, "m:1:1");
}

static void wrong_barrier_kernel(void **parameters) {
  (void)parameters;
  eqrt_sim_barrier(16, 0, EQRT_SIM_NONE, 0, "m:1:1");
}

static void wrong_count_kernel(void **parameters) {
  (void)parameters;
  eqrt_sim_barrier(1, 40, EQRT_SIM_NONE, 0, "m:1:1");
}

static void barriers_must_be_met_by_the_whole_block(void) {
  check_fails(early_exit_kernel, 64,
              "'run': kernel 'k', block 0, thread 33: expected a thread to "
              "stay while others wait for it, but it has left the kernel, and "
              "thread 0 waits at the barrier at m:1:1");
  set_order(EQ_SIMULATOR_SHUFFLED, 3);
  give(early_exit_kernel, 64, 1);
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  set_order(EQ_SIMULATOR_ASCENDING, 0);
  check_fails(two_barriers_kernel, 64,
              "'run': kernel 'k', block 0, thread 32, at m:2:1: expected "
              "threads to meet at one place, but this one has come to the "
              "barrier at m:2:1 while thread 0 waits at the barrier at m:1:1");
  check_fails(sizes_of_barriers_kernel, 96,
              "'run': kernel 'k', block 0, thread 32, at m:1:1: expected "
              "threads to meet at one place, but this one has come to the "
              "barrier at m:1:1 while thread 0 waits at the barrier at m:1:1");
  check_fails(wrong_barrier_kernel, 32,
              "'run': kernel 'k', block 0, thread 0, at m:1:1: expected a "
              "barrier of 0 to 15, but got 16");
  check_fails(wrong_count_kernel, 64,
              "'run': kernel 'k', block 0, thread 0, at m:1:1: expected a "
              "barrier of whole warps of the block, which has 64 threads, but "
              "got 40 threads");
}

/* ---- Mistakes: memory ---------------------------------------------------- */

/* Where an access begins. */
typedef enum { READ, UPDATE, NOWHERE, STATIC, DYNAMIC, TAKEN, CANCELLED } place;

/* The access that access_kernel makes, in one thread. */
static struct {
  place of;
  int64_t offset, bytes;
  int32_t write;
} tried;

static void access_kernel(void **parameters) {
  eqrt_sim_begin(8);
  if (BLOCK != 1 || THREAD != 2)
    return;
  const char *places[] = {ARGUMENT(const char, 0),
                          ARGUMENT(const char, 1),
                          NULL,
                          eqrt_sim_shared(0),
                          eqrt_sim_dynamic_shared(),
                          *(const char **)parameters[1],
                          *(const char **)parameters[3]};
  uintptr_t address = (uintptr_t)places[tried.of] + (uintptr_t)tried.offset;
  eqrt_sim_check((const void *)address, tried.bytes, 4, tried.write, "m:1:1");
}

static _Alignas(16) int32_t readable[10], writable[6];

static void try_access(place of, int64_t offset, int64_t bytes, int32_t write,
                       const char *problem) {
  tried.of = of, tried.offset = offset, tried.bytes = bytes;
  tried.write = write;
  give(access_kernel, 32, 33);
  given.kernel.shared_bytes = 64;
  give_argument(readable, sizeof(readable), EQRT_USE_READ);
  give_argument(writable, sizeof(writable), EQRT_USE_UPDATE);
  char message[512] = "";
  if (problem[0])
    snprintf(message, sizeof(message),
             "'run': kernel 'k', block 1, thread 2, at m:1:1: expected %s",
             problem);
  check_ends(message);
}

#define OUTSIDE "accesses to stay inside the kernel's memory, but got "

static void accesses_stay_inside(void) {
  try_access(READ, 0, 40, 0, "");
  try_access(READ, 36, 4, 0, "");
  try_access(READ, 40, 0, 0, "");
  try_access(UPDATE, 20, 4, 1, "");
  try_access(STATIC, 4, 4, 1, "");
  try_access(DYNAMIC, 48, 16, 1, "");
  try_access(TAKEN, 0, 4, 2, "");
  try_access(CANCELLED, 0, 4, 0, "");
}

static void accesses_outside_are_reported(void) {
  try_access(READ, 40, 4, 0,
             OUTSIDE
             "a read of 4 bytes at byte 40 of argument 0, which has 40");
  try_access(READ, 32, 16, 0,
             OUTSIDE
             "a read of 16 bytes at byte 32 of argument 0, which has 40");
  try_access(NOWHERE, 0, 8, 1, OUTSIDE "a write of 8 bytes far from all of it");
  try_access(STATIC, 8, 4, 1,
             OUTSIDE "a write of 4 bytes at byte 8 of static shared memory, "
                     "which has 8");
  try_access(DYNAMIC, -64, 4, 1,
             OUTSIDE "a write of 4 bytes at byte -64 of dynamic shared memory, "
                     "which has 64");
}

/* Only thread 0 may use the variables of thread 0. */
static void local_kernel(void **parameters) {
  (void)parameters;
  static char *of_thread_0;
  char *here = __builtin_frame_address(0);
  if (THREAD == 0)
    of_thread_0 = here;
  eqrt_sim_check(here - 64, 4, 4, 1, "m:1:1");
  if (THREAD == 31)
    eqrt_sim_check(of_thread_0 - 64, 4, 4, 0, "m:2:1");
}

static void variables_belong_to_one_thread(void) {
  give(local_kernel, 32, 1);
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(NULL), "thread 31, at m:2:1: expected accesses to "
                                    "stay inside the kernel's memory, but got "
                                    "a read of 4 bytes") != NULL);
}

static void what_is_read_only_is_not_written(void) {
  try_access(READ, 8, 4, 1,
             "nothing to write to argument 0, but got a write of 4 bytes at "
             "byte 8");
  try_access(READ, 8, 4, 2,
             "nothing to write to argument 0, but got a write of 4 bytes at "
             "byte 8");
  try_access(CANCELLED, 0, 4, 1,
             "nothing to write to 'cancelled', but got a write of 4 bytes at "
             "byte 0");
}

static void addresses_are_aligned(void) {
  try_access(UPDATE, 6, 4, 1,
             "an address that is a multiple of 4, but got one that is 2 more");
}

/* ---- Mistakes: everything else ------------------------------------------- */

static int32_t recursion(int32_t depth, bool checked);
static int32_t (*volatile recur)(int32_t, bool) = recursion; /* no loop */

static int32_t recursion(int32_t depth, bool checked) {
  volatile char frame[512];
  for (int32_t i = 0; i < 512; ++i)
    frame[i] = (char)depth;
  if (checked)
    eqrt_sim_loop("m:1:1");
  if (depth == 0)
    return frame[0];
  return recur(depth - 1, checked) + frame[depth % 512];
}

static int32_t deep;

static void checked_recursion_kernel(void **parameters) {
  (void)parameters;
  if (THREAD == 20)
    deep = recursion(600, true);
}

static void recursion_kernel(void **parameters) {
  (void)parameters;
  if (THREAD == 20)
    deep = recursion(600, false);
}

static void a_stack_that_overflows_is_reported(void) {
  const char *words = "expected a thread's variables to fit in ";
  give(checked_recursion_kernel, 32, 1);
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(NULL), "thread 20, at m:1:1: ") != NULL);
  CHECK(strstr(eq_last_error(NULL), words) != NULL);
  give(recursion_kernel, 32, 1);
  CHECK_INT(run(), EQ_ERROR_INTERNAL);
  CHECK(strstr(eq_last_error(NULL), "thread 20: ") != NULL);
  CHECK(strstr(eq_last_error(NULL), words) != NULL);
}

static void endless_kernel(void **parameters) {
  (void)parameters;
  for (int32_t i = 0; i < 500; ++i) { /* fewer, and then others are met */
    eqrt_sim_loop("m:1:1");
  }
  eqrt_sim_sync_warp(ALL_LANES, "m:2:1");
  while (THREAD == 9)
    eqrt_sim_loop("m:3:1");
}

static void endless_turns_kernel(void **parameters) {
  (void)parameters;
  for (;;)
    eqrt_sim_turn(1);
}

/* Turns in which all threads meet; in the first, some write. */
static void voting_kernel(void **parameters) {
  for (int32_t i = 0; i < 1500; ++i) {
    eqrt_sim_loop("m:1:1");
    eqrt_sim_vote(EQRT_SIM_ANY, ALL_LANES, 0, "m:2:1");
    if (i < *(int32_t *)parameters[5])
      store(ARGUMENT(int32_t, 0), i);
  }
}

static void a_launch_that_comes_to_no_end_is_reported(void) {
  eq_simulator how = {.patience = 1000};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_OK);
  int32_t result, turns_with_writes = 1500; /* 48,000 turns in all */
  give(voting_kernel, 32, 1);
  give_argument(&result, 4, EQRT_USE_WRITE);
  give_argument(&turns_with_writes, 4, EQRT_USE_VALUE);
  check_ends("");
  turns_with_writes = 700;
  check_ends("'run': kernel 'k', block 0, thread 31, at m:1:1: expected some "
             "thread to write to an argument or to end within 20000 turns of "
             "loops and accesses to memory of all threads, but none did");
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

static void a_thread_that_never_meets_others_is_reported(void) {
  eq_simulator how = {.patience = 1000};
  CHECK_INT(eq_set_simulator(NULL, &how), EQ_OK);
  check_fails(endless_kernel, 32,
              "'run': kernel 'k', block 0, thread 9, at m:3:1: expected a "
              "thread to meet others or to end within 1000 turns of loops and "
              "accesses to memory, but it did not");
  check_fails(endless_turns_kernel, 32,
              "'run': kernel 'k', block 0, thread 0: expected a thread to meet "
              "others or to end within 1000 turns of loops and accesses to "
              "memory, but it did not");
  CHECK_INT(eq_set_simulator(NULL, NULL), EQ_OK);
}

static void trap_kernel(void **parameters) {
  (void)parameters;
  if (THREAD == 3)
    eqrt_sim_trap("m:1:1");
}

static void large_static_kernel(void **parameters) {
  (void)parameters;
  eqrt_sim_begin(48 * 1024 + 1);
}

static void other_mistakes_are_reported(void) {
  check_fails(trap_kernel, 32,
              "'run': kernel 'k', block 0, thread 3, at m:1:1: expected a "
              "kernel not to trap, but it did");
  check_fails(large_static_kernel, 32,
              "'run': kernel 'k', block 0, thread 0: expected at most 49152 "
              "bytes of static shared memory, but got 49153");
  check_fails(trap_kernel, 48,
              "'run': kernel 'k': expected blocks of 32, 64, ... or 1024 "
              "threads, but got 48");
  give(trap_kernel, 32, 1);
  given.kernel.shared_bytes = -1;
  check_ends("'run': kernel 'k': expected 0 to 1048576 bytes of dynamic shared "
             "memory, but got -1");
  give(NULL, 32, 1);
  check_ends("'run': expected the kernel 'k' to have code, but it has none");
}

/* Nothing of a launch that failed is left. */
static void a_launch_after_an_error_is_fine(void) {
  for (int32_t i = 0; i < 10; ++i) {
    check_fails(vote_after_exit_kernel, 256,
                "'run': kernel 'k', block 0, thread 1, at m:1:1: expected a "
                "mask of lanes that still run, but got 0xffffffff, and lane 0 "
                "has left the kernel");
    a_block_adds_up_by_barriers();
  }
}

/* ---- Running the tests --------------------------------------------------- */

#define TESTS(X)                                                               \
  X(a_block_adds_up_by_barriers)                                               \
  X(barriers_reduce)                                                           \
  X(barriers_of_some_warps)                                                    \
  X(blocks_of_a_cooperative_kernel_wait_for_each_other)                        \
  X(a_block_that_waits_in_vain_is_reported)                                    \
  X(ballots_give_ranks)                                                        \
  X(votes_of_all_kinds)                                                        \
  X(shuffles_of_all_kinds)                                                     \
  X(reductions_matches_and_elections)                                          \
  X(masks_may_overlap)                                                         \
  X(blocks_share_the_work)                                                     \
  X(counts_go_on_until_they_are_reset)                                         \
  X(registers_tell_who_runs)                                                   \
  X(the_number_of_blocks)                                                      \
  X(threads_run_in_the_order_asked_for)                                        \
  X(what_nobody_wrote_is_no_number)                                            \
  X(kernels_use_the_variables_of_their_module)                                 \
  X(values_are_parameters)                                                     \
  X(the_rounding_mode_is_the_callers)                                          \
  X(kernels_see_that_the_call_is_cancelled)                                    \
  X(threads_of_the_machine_simulate_at_the_same_time)                          \
  X(no_samples_need_no_kernel)                                                 \
  X(setters_refuse_nonsense)                                                   \
  X(lanes_that_meet_at_different_places_are_reported)                          \
  X(masks_must_be_of_lanes_that_come)                                          \
  X(a_deadlock_is_reported)                                                    \
  X(barriers_must_be_met_by_the_whole_block)                                   \
  X(accesses_stay_inside)                                                      \
  X(accesses_outside_are_reported)                                             \
  X(variables_belong_to_one_thread)                                            \
  X(what_is_read_only_is_not_written)                                          \
  X(addresses_are_aligned)                                                     \
  X(a_stack_that_overflows_is_reported)                                        \
  X(a_launch_that_comes_to_no_end_is_reported)                                 \
  X(a_thread_that_never_meets_others_is_reported)                              \
  X(other_mistakes_are_reported)                                               \
  X(a_launch_after_an_error_is_fine)

int main(void) { RUN_TESTS(TESTS) }
