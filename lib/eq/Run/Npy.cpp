// Reads and writes .npy files:
//
//   \x93NUMPY 1 0 <length, 2 bytes>          4 bytes from version 2.0 on
//   {'descr': '<f8', 'fortran_order': False, 'shape': (3, 5), }   \n
//   <data>
//
// The dictionary is NpyHeader.cpp's.
// (The format: numpy.org, "numpy.lib.format".)

#include "eq/Run/Npy.h"

#include "NpyError.h"
#include "NpyHeader.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/SmallVector.h"
#include "llvm/Support/Endian.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/Process.h"
#include "llvm/Support/SwapByteOrder.h"
#include "llvm/Support/raw_ostream.h"

#include <algorithm>
#include <cstring>

using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace mlir::eq {

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

Expected<NpyArray> NpyArray::allocate(StringRef name, eq_dtype type,
                                      ArrayRef<int64_t> shape) {
  Expected<uint64_t> bytes = npyByteCount(name, type, shape);
  if (!bytes)
    return bytes.takeError();

  // aligned_alloc wants a multiple of the alignment.
  constexpr size_t alignment = 64;
  uint64_t room = llvm::alignTo(std::max<uint64_t>(*bytes, 1), alignment);
  NpyArray array;
  array.storage.reset(static_cast<char *>(std::aligned_alloc(alignment, room)));
  if (!array.storage)
    return npyExpected(name, "fit into memory",
                       "no memory for " + Twine(*bytes) + " bytes");
  array.elementType = type;
  array.sizes = shape.vec();
  array.byteCount = *bytes;
  return array;
}

Expected<NpyArray> NpyArray::make(eq_dtype type, ArrayRef<int64_t> shape) {
  if (!isNpyType(type))
    return npyExpected("the element type of an array",
                       "be bool, an integer of 8 to 64 bits, f32 or f64",
                       "code " + Twine(int(type.code)) + ", " +
                           Twine(int(type.bits)) + " bits, " +
                           Twine(int(type.lanes)) + " lanes");
  Expected<NpyArray> array = allocate("an array", type, shape);
  if (array)
    std::memset(array->data(), 0, array->bytes());
  return array;
}

//===----------------------------------------------------------------------===//
// The data
//===----------------------------------------------------------------------===//

namespace {

template <typename Word> void swapBytes(char *data, uint64_t bytes) {
  for (char *at = data, *end = data + bytes; at != end; at += sizeof(Word)) {
    Word word;
    std::memcpy(&word, at, sizeof word);
    word = llvm::byteswap(word);
    std::memcpy(at, &word, sizeof word);
  }
}

void swapBytes(NpyArray &array) {
  switch (array.type().bits) {
  case 16:
    return swapBytes<uint16_t>(array.data(), array.bytes());
  case 32:
    return swapBytes<uint32_t>(array.data(), array.bytes());
  case 64:
    return swapBytes<uint64_t>(array.data(), array.bytes());
  }
}

/// Copies a column-major array into a row-major one. Walks the target in its
/// order; `from` follows, one stride forward for each step of an index and back
/// to the first element of its dimension when the index wraps.
void copyToRowMajor(const char *from, NpyArray &to) {
  ArrayRef<int64_t> shape = to.shape();
  size_t width = to.type().bits / 8;
  llvm::SmallVector<int64_t> index(shape.size(), 0), stride;
  int64_t product = width;
  for (int64_t size : shape) {
    stride.push_back(product);
    product *= size;
  }

  for (char *at = to.data(), *end = at + to.bytes(); at != end; at += width) {
    std::memcpy(at, from, width);
    for (size_t d = shape.size(); d-- > 0;) {
      from += stride[d];
      if (++index[d] < shape[d])
        break;
      from -= stride[d] * shape[d];
      index[d] = 0;
    }
  }
}

} // namespace

//===----------------------------------------------------------------------===//
// Reading
//===----------------------------------------------------------------------===//

/// Reads one source from front to end. Invariant: `left` bytes of it are still
/// to come, and no more than that is ever asked for or allocated.
class NpyReader {
public:
  explicit NpyReader(const NpySource &source)
      : source(source), name(source.name), left(source.size) {}

  Expected<NpyArray> read() {
    Expected<NpyHeader> header = readHeader();
    if (!header)
      return header.takeError();
    Expected<uint64_t> bytes = npyByteCount(name, header->type, header->shape);
    if (!bytes)
      return bytes.takeError();
    if (*bytes != left)
      return npyExpected(name, "hold " + Twine(*bytes) + " bytes of data",
                         Twine(left));

    Expected<NpyArray> array =
        NpyArray::allocate(name, header->type, header->shape);
    if (!array)
      return array;
    if (Error error = take(array->data(), *bytes))
      return error;
    if (header->swapped)
      swapBytes(*array);
    if (header->type.code == EQ_TYPE_BOOL)
      for (char &byte : llvm::MutableArrayRef<char>(array->data(), *bytes))
        byte = byte != 0;
    if (!header->fortran || header->shape.size() < 2)
      return array;

    Expected<NpyArray> turned =
        NpyArray::allocate(name, header->type, header->shape);
    if (turned)
      copyToRowMajor(array->data(), *turned);
    return turned;
  }

private:
  Error take(char *to, uint64_t count) {
    left -= count;
    return count == 0 ? Error::success() : source.read(to, count);
  }

  /// The signature, the version, the length, and the dictionary.
  Expected<NpyHeader> readHeader() {
    // Version 1.0 has the shortest beginning. Its header is never shorter than
    // the two bytes that the others have more.
    char start[12];
    if (left < sizeof start)
      return npyExpected(name, "be a .npy file",
                         "a file of " + Twine(left) + " bytes");
    if (Error error = take(start, 10))
      return error;
    if (StringRef(start, 6) != "\x93NUMPY")
      return npyExpected(name, "begin as a .npy file",
                         StringRef(start, 2) == "PK" ? "a zip archive (.npz)"
                                                     : npyQuoted({start, 6}));
    int major = static_cast<unsigned char>(start[6]);
    int minor = static_cast<unsigned char>(start[7]);
    if (major < 1 || major > 3 || minor != 0)
      return npyExpected(name, "have version 1.0, 2.0 or 3.0",
                         Twine(major) + "." + Twine(minor));

    uint64_t length = llvm::support::endian::read16le(start + 8);
    if (major > 1) {
      if (Error error = take(start + 10, 2))
        return error;
      length = llvm::support::endian::read32le(start + 8);
    }
    if (length > left)
      return npyExpected(name, "hold a header of " + Twine(length) + " bytes",
                         Twine(left));
    // Longer headers describe structures, which are refused anyway.
    constexpr uint64_t maxLength = 1 << 16;
    if (length > maxLength)
      return npyExpected("the header of " + name,
                         "have at most " + Twine(maxLength) + " bytes",
                         Twine(length));
    std::string text(length, '\0');
    if (Error error = take(text.data(), length))
      return error;
    return parseNpyHeader(text, name);
  }

  const NpySource &source;
  StringRef name;
  uint64_t left;
};

Expected<NpyArray> readNpy(const NpySource &source) {
  return NpyReader(source).read();
}

Expected<NpyArray> readNpy(StringRef path) {
  NpySource source;
  source.name = npyQuoted(path);
  Expected<uint64_t> size = npyFileSize(path);
  if (!size)
    return size.takeError();
  source.size = *size;

  // Read, not mapped: a mapped file that somebody shortens kills the process.
  Expected<llvm::sys::fs::file_t> file =
      llvm::sys::fs::openNativeFileForRead(path);
  if (!file)
    return npyExpected(source.name, "be a readable file",
                       llvm::errorToErrorCode(file.takeError()));
  source.read = [&](char *to, size_t count) -> Error {
    while (count > 0) {
      Expected<size_t> got = llvm::sys::fs::readNativeFile(*file, {to, count});
      if (!got)
        return npyExpected(source.name, "be a readable file",
                           llvm::errorToErrorCode(got.takeError()));
      if (*got == 0)
        return npyExpected(source.name, "hold " + Twine(source.size) + " bytes",
                           "fewer: it changes while it is read");
      to += *got;
      count -= *got;
    }
    return Error::success();
  };
  Expected<NpyArray> array = readNpy(source);
  llvm::sys::fs::closeFile(*file);
  return array;
}

//===----------------------------------------------------------------------===//
// Writing
//===----------------------------------------------------------------------===//

Error writeNpy(StringRef path, const NpyArray &array) {
  if (Error error = npyCheckTarget(path))
    return error;
  // Beside its final place, so that renaming does not leave the file system.
  std::string part =
      (path + "." + Twine(llvm::sys::Process::getProcessId()) + ".part").str();
  std::error_code code;
  {
    llvm::raw_fd_ostream stream(part, code);
    if (!code) {
      stream << npyHeader(array) << StringRef(array.data(), array.bytes());
      stream.close();
      code = stream.error();
      stream.clear_error(); // or the destructor ends the process
    }
  }
  if (!code)
    code = llvm::sys::fs::rename(part, path);
  if (!code)
    return Error::success();
  llvm::sys::fs::remove(part);
  return npyExpected(npyQuoted(path), "be a file that can be written", code);
}

} // namespace mlir::eq
