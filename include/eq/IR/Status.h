// The statuses of a solve, for C++: Status.def is the one list.
#ifndef EQ_IR_STATUS_H
#define EQ_IR_STATUS_H

#include "llvm/ADT/StringRef.h"
#include <cstdint>
#include <optional>

namespace mlir::eq {

/// How a sample's solve ended. Numbers are frozen.
enum class Status : int32_t {
#define EQ_STATUS(name, number, sentence, advice) name = number,
#include "eq/Runtime/Status.def"
};

/// The name of status `number`, or "unknown".
inline llvm::StringRef statusName(int32_t number) {
  switch (number) {
#define EQ_STATUS(name, number, sentence, advice)                              \
  case number:                                                                 \
    return #name;
#include "eq/Runtime/Status.def"
  }
  return "unknown";
}

/// The number of the status called `name`, if there is one.
inline std::optional<int32_t> statusNumber(llvm::StringRef name) {
#define EQ_STATUS(word, number, sentence, advice)                              \
  if (name == #word)                                                           \
    return number;
#include "eq/Runtime/Status.def"
  return std::nullopt;
}

} // namespace mlir::eq

#endif // EQ_IR_STATUS_H
