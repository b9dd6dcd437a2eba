/* What the runtime's test programs have in common: checks that say where they
 * failed and go on, and the program's main function. */
#ifndef EQ_TEST_UNIT_RUNTIME_CHECK_H
#define EQ_TEST_UNIT_RUNTIME_CHECK_H

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <string.h>

static const char *test_name;
static atomic_int failures; /* threads of a test check, too */

#define FAIL(...)                                                              \
  (atomic_fetch_add(&failures, 1),                                             \
   printf("FAILED %s: line %d: ", test_name, __LINE__), printf(__VA_ARGS__),   \
   printf("\n"))
#define CHECK(condition)                                                       \
  do {                                                                         \
    if (!(condition))                                                          \
      FAIL("%s", #condition);                                                  \
  } while (0)
#define CHECK_INT(got, wanted)                                                 \
  do {                                                                         \
    int64_t got_ = (got), wanted_ = (wanted);                                  \
    if (got_ != wanted_)                                                       \
      FAIL("expected %s to be %" PRId64 ", but got %" PRId64, #got, wanted_,   \
           got_);                                                              \
  } while (0)
#define CHECK_TEXT(got, wanted)                                                \
  do {                                                                         \
    const char *got_ = (got);                                                  \
    if (strcmp(got_, wanted) != 0)                                             \
      FAIL("expected \"%s\", but got \"%s\"", wanted, got_);                   \
  } while (0)

/* In main: runs each test of the list `TESTS(X)`. */
#define RUN_TEST(test)                                                         \
  test_name = #test;                                                           \
  failures = 0;                                                                \
  test();                                                                      \
  if (failures == 0)                                                           \
    printf("ok %s\n", test_name);                                              \
  else                                                                         \
    ++failed_tests;
#define RUN_TESTS(TESTS)                                                       \
  int failed_tests = 0;                                                        \
  TESTS(RUN_TEST)                                                              \
  if (failed_tests != 0)                                                       \
    printf("%d tests failed\n", failed_tests);                                 \
  return failed_tests != 0;

#endif /* EQ_TEST_UNIT_RUNTIME_CHECK_H */
