/* The texts of the statuses, from the one list. */

#include "eq/Runtime/eqrt.h"

static const struct {
  const char *name, *sentence, *advice;
} statuses[] = {
#define EQ_STATUS(name, number, sentence, advice)                              \
  [number] = {#name, sentence, advice},
#include "eq/Runtime/Status.def"
};

static int is_known(int status) {
  return status >= 0 && status < EQ_STATUS_COUNT && statuses[status].name;
}

const char *eq_status_name(int status) {
  return is_known(status) ? statuses[status].name : "unknown";
}

const char *eq_status_sentence(int status) {
  return is_known(status) ? statuses[status].sentence
                          : "this number is not a status";
}

const char *eq_status_advice(int status) {
  return is_known(status)
             ? statuses[status].advice
             : "check that the number comes from a status result, and that the "
               "runtime is not older than the compiler";
}
