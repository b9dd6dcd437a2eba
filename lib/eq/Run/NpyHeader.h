// The part of a .npy file that says what the data is; private to lib/eq/Run.
#ifndef EQ_RUN_NPYHEADER_H
#define EQ_RUN_NPYHEADER_H

#include "eq/Run/Npy.h"
#include "llvm/ADT/SmallVector.h"

namespace mlir::eq {

/// What the header of a .npy file says about the data.
struct NpyHeader {
  eq_dtype type = {EQ_TYPE_FLOAT, 64, 1};
  bool swapped = false; // not in the byte order of this machine
  bool fortran = false; // column-major
  llvm::SmallVector<int64_t> shape;
};

/// Reads the dictionary `text` of a file that errors call `name`.
llvm::Expected<NpyHeader> parseNpyHeader(llvm::StringRef text,
                                         llvm::StringRef name);

/// Whether an array may hold elements of this type.
bool isNpyType(eq_dtype type);

/// The bytes that an array needs; an error that calls it `name` if there is no
/// such array. Sizes of 0 are left out of the check for overflow: the distances
/// between elements are products of the others, and must fit an int64_t too.
llvm::Expected<uint64_t> npyByteCount(llvm::StringRef name, eq_dtype type,
                                      llvm::ArrayRef<int64_t> shape);

} // namespace mlir::eq

#endif // EQ_RUN_NPYHEADER_H
