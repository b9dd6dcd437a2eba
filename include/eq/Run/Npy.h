// Reads and writes NumPy's array files: .npy (one array) and .npz (a zip
// archive of named ones).
//
//   file.npy -> NpyArray -> eq_tensor        (and back)
//
// Files are taken for hostile: every size they claim is held against the size
// of the file before memory is asked for, and what does not fit is an error
// that names the file and the rule. Nothing in here runs code from a file.
#ifndef EQ_RUN_NPY_H
#define EQ_RUN_NPY_H

#include "eq/Runtime/eqrt.h"
#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringRef.h"
#include "llvm/Support/Error.h"

#include <cstdint>
#include <cstdlib>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

namespace mlir::eq {

/// The most dimensions an array may have; NumPy's limit as well.
constexpr size_t maxNpyRank = 64;

/// An array of numbers in memory: row-major, without gaps, in the byte order of
/// this machine.
///
/// Invariant: the type is bool, a signed or unsigned integer of 8, 16, 32 or 64
/// bits, f32 or f64; no size is negative; `bytes()` is the element size times
/// all sizes, and no product of sizes that are not zero overflows. Elements of
/// type bool are bytes that are 0 or 1; whoever writes to `data()` keeps it so.
class NpyArray {
public:
  /// No array: without data, as one that was moved from. May only be assigned
  /// to.
  NpyArray() = default;

  /// An array of zeros. An error if the type or the shape breaks the invariant,
  /// or if there is no memory for it (the error says how many bytes).
  static llvm::Expected<NpyArray> make(eq_dtype type,
                                       llvm::ArrayRef<int64_t> shape);

  /// The element type, as DLPack writes it: EQ_TYPE_*, bits, 1 lane.
  eq_dtype type() const { return elementType; }

  /// One size per dimension; empty for a scalar.
  llvm::ArrayRef<int64_t> shape() const { return sizes; }

  /// The number of elements: 1 for a scalar, 0 if any size is 0.
  uint64_t count() const { return byteCount / (elementType.bits / 8); }

  /// The size of the data in bytes.
  uint64_t bytes() const { return byteCount; }

  /// The first element, aligned to 64 bytes. Never null in an array that was
  /// made or read.
  char *data() { return storage.get(); }
  const char *data() const { return storage.get(); }

private:
  friend class NpyReader;
  struct Free {
    void operator()(char *memory) const { std::free(memory); }
  };

  /// As `make`, with data that is not set; errors call the array `name`.
  static llvm::Expected<NpyArray> allocate(llvm::StringRef name, eq_dtype type,
                                           llvm::ArrayRef<int64_t> shape);

  eq_dtype elementType = {EQ_TYPE_FLOAT, 64, 1};
  std::vector<int64_t> sizes;
  uint64_t byteCount = 0;
  std::unique_ptr<char, Free> storage;
};

/// Where the bytes of one .npy file come from.
struct NpySource {
  /// What errors call it, with its quotes: `'a.npy'`, `'w.npy' in 'net.npz'`.
  std::string name;
  /// The number of bytes there are, of which `read` can deliver every one: the
  /// reader allocates up to this much.
  uint64_t size = 0;
  /// Puts the next `count` bytes at `to`, or fails. Never called for more than
  /// `size` bytes in all.
  std::function<llvm::Error(char *to, size_t count)> read;
};

/// Reads one array from a .npy file of version 1.0, 2.0 or 3.0.
///
/// Column-major ("Fortran") order and either byte order are accepted and
/// converted; a bool that is neither 0 nor 1 becomes 1. Half precision,
/// complex, text, time, object and structured types are refused by name, and so
/// is a file with more or fewer bytes than its header says.
llvm::Expected<NpyArray> readNpy(const NpySource &source);

/// The same, from the regular file `path`.
llvm::Expected<NpyArray> readNpy(llvm::StringRef path);

/// Writes `array` to the file `path`, as version 1.0. The file appears whole or
/// not at all, and replaces one that was there.
llvm::Error writeNpy(llvm::StringRef path, const NpyArray &array);

/// What comes before the data in a .npy file of version 1.0: a multiple of 64
/// bytes, so that the data of a mapped file is aligned.
std::string npyHeader(const NpyArray &array);

/// The arrays of a .npz file with their names (without ".npy"), in the order of
/// the archive.
using NpzArrays = std::vector<std::pair<std::string, NpyArray>>;

/// Reads every array of the archive `path`, stored or deflated. Refused: an
/// entry whose name does not end in ".npy" or comes twice, one that is
/// encrypted or packed in another way, and entries that claim to unpack to more
/// bytes than their packed ones can hold.
llvm::Expected<NpzArrays> readNpz(llvm::StringRef path);

/// Writes an archive of stored (not compressed) arrays to the file `path`. The
/// same arrays give the same bytes. There must be one at least; names must
/// differ and not be empty. The file appears whole or not at all, and replaces
/// one that was there.
llvm::Error writeNpz(llvm::StringRef path,
                     llvm::ArrayRef<std::pair<std::string, NpyArray>> arrays);

} // namespace mlir::eq

#endif // EQ_RUN_NPY_H
