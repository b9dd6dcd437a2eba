// Reads and writes .npz files: zip archives of .npy files, one per array, with
// the help of libzip.

#include "eq/Run/Npy.h"

#include "NpyError.h"
#include "llvm/ADT/StringSet.h"

#include <zip.h>

using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace mlir::eq {
namespace {

struct DiscardZip {
  void operator()(zip_t *archive) const { zip_discard(archive); }
};
struct CloseEntry {
  void operator()(zip_file_t *file) const { zip_fclose(file); }
};
/// An archive; what was not closed is left as it was on disk.
using Zip = std::unique_ptr<zip_t, DiscardZip>;
using ZipEntry = std::unique_ptr<zip_file_t, CloseEntry>;

/// What libzip says about its last failure, in quotes.
std::string zipMessage(zip_error_t *error) {
  return npyQuoted(zip_error_strerror(error));
}

Expected<Zip> openZip(StringRef path, int flags, StringRef rule) {
  int code = 0;
  Zip archive(zip_open(path.str().c_str(), flags, &code));
  if (archive)
    return archive;
  zip_error_t error;
  zip_error_init_with_code(&error, code);
  std::string message = zipMessage(&error);
  zip_error_fini(&error);
  return npyExpected(npyQuoted(path), rule, message);
}

/// Reads the entries of one archive, in order.
class NpzReader {
public:
  NpzReader(zip_t *archive, StringRef path, uint64_t fileSize)
      : archive(archive), file(npyQuoted(path)), packedLeft(fileSize) {}

  Expected<NpzArrays> read() {
    NpzArrays arrays;
    zip_int64_t count = zip_get_num_entries(archive, 0);
    for (zip_int64_t index = 0; index < count; ++index) {
      zip_stat_t stat;
      if (zip_stat_index(archive, index, 0, &stat) != 0)
        return npyExpected("entry " + Twine(index) + " of " + file,
                           "be readable", zipMessage(zip_get_error(archive)));
      if (Error error = checkEntry(stat))
        return error;
      Expected<NpyArray> array = readEntry(stat);
      if (!array)
        return array.takeError();
      StringRef name(stat.name);
      name.consume_back(".npy");
      arrays.emplace_back(name.str(), std::move(*array));
    }
    return arrays;
  }

private:
  std::string called(StringRef entry) {
    return npyQuoted(entry, 64) + " in " + file;
  }

  /// Everything that can be refused before a byte is unpacked.
  Error checkEntry(const zip_stat_t &stat) {
    constexpr zip_uint64_t needed = ZIP_STAT_NAME | ZIP_STAT_SIZE |
                                    ZIP_STAT_COMP_SIZE | ZIP_STAT_COMP_METHOD |
                                    ZIP_STAT_ENCRYPTION_METHOD;
    if ((stat.valid & needed) != needed)
      return npyExpected("an entry of " + file, "have a name and a size",
                         "none");
    StringRef name(stat.name);
    if (!name.ends_with(".npy"))
      return npyExpected("the entries of " + file, "be named NAME.npy",
                         npyQuoted(name, 64));
    if (!names.insert(name).second)
      return npyExpected("the entries of " + file, "have different names",
                         npyQuoted(name, 64) + " twice");
    if (stat.encryption_method != ZIP_EM_NONE)
      return npyExpected(called(name), "be readable", "an encrypted entry");
    bool stored = stat.comp_method == ZIP_CM_STORE;
    if (!stored && stat.comp_method != ZIP_CM_DEFLATE)
      return npyExpected(called(name), "be stored or deflated",
                         "compression method " + Twine(stat.comp_method));

    // Entries may claim the same packed bytes again and again; honest ones lie
    // side by side in the file.
    if (stat.comp_size > packedLeft)
      return npyExpected(
          "the entries of " + file, "fit into the size of the file",
          called(name) + " with " + Twine(stat.comp_size) + " bytes");
    packedLeft -= stat.comp_size;
    // Deflate spends at least 2 bits on at most 258 bytes. The product does not
    // overflow: packed bytes are bytes of a file that exists.
    uint64_t limit = stored ? stat.comp_size : stat.comp_size * 1032;
    if (stat.size > limit)
      return npyExpected(called(name),
                         "unpack to at most " + Twine(limit) + " bytes",
                         Twine(stat.size));
    return Error::success();
  }

  Expected<NpyArray> readEntry(const zip_stat_t &stat) {
    ZipEntry entry(zip_fopen_index(archive, stat.index, 0));
    if (!entry)
      return npyExpected(called(stat.name), "be readable",
                         zipMessage(zip_get_error(archive)));
    NpySource source;
    source.name = called(stat.name);
    source.size = stat.size;
    source.read = [&](char *to, size_t count) -> Error {
      while (count > 0) {
        zip_int64_t got = zip_fread(entry.get(), to, count);
        if (got < 0)
          return damaged(source, entry);
        if (got == 0)
          return npyExpected(source.name,
                             "unpack to " + Twine(source.size) + " bytes",
                             "fewer");
        to += got;
        count -= got;
      }
      return Error::success();
    };
    Expected<NpyArray> array = readNpy(source);
    if (!array)
      return array;

    // libzip compares the checksum when it meets the end, so go there.
    char more;
    zip_int64_t got = zip_fread(entry.get(), &more, 1);
    if (got < 0)
      return damaged(source, entry);
    if (got > 0)
      return npyExpected(source.name,
                         "unpack to " + Twine(source.size) + " bytes", "more");
    return array;
  }

  static Error damaged(const NpySource &source, const ZipEntry &entry) {
    return npyExpected(source.name, "be readable",
                       zipMessage(zip_file_get_error(entry.get())));
  }

  zip_t *archive;
  std::string file;
  uint64_t packedLeft;
  llvm::StringSet<> names;
};

/// Adds one array. `header` and the array must live until the archive is
/// closed.
Error addEntry(zip_t *archive, StringRef path, const std::string &name,
               const std::string &header, const NpyArray &array) {
  auto bytes = [](const char *data) {
    return reinterpret_cast<zip_uint8_t *>(const_cast<char *>(data));
  };
  zip_buffer_fragment_t parts[] = {{bytes(header.data()), header.size()},
                                   {bytes(array.data()), array.bytes()}};
  zip_source_t *source = zip_source_buffer_fragment(archive, parts, 2, 0);
  zip_int64_t index = -1;
  if (source)
    index = zip_file_add(archive, (name + ".npy").c_str(), source,
                         ZIP_FL_ENC_UTF_8);
  if (source && index < 0)
    zip_source_free(source);
  // 1 January 1980, the first day of zip, as NumPy writes it: the time of day
  // does not belong to the result.
  if (index < 0 ||
      zip_set_file_compression(archive, index, ZIP_CM_STORE, 0) != 0 ||
      zip_file_set_dostime(archive, index, 0, (1 << 5) | 1, 0) != 0)
    return npyExpected(npyQuoted(name) + " in " + npyQuoted(path),
                       "be an entry that can be written",
                       zipMessage(zip_get_error(archive)));
  return Error::success();
}

} // namespace

Expected<NpzArrays> readNpz(StringRef path) {
  Expected<uint64_t> size = npyFileSize(path);
  if (!size)
    return size.takeError();
  // To libzip a file of no bytes is an archive without entries.
  if (*size == 0)
    return npyExpected(npyQuoted(path), "be a zip archive (.npz)",
                       "a file of 0 bytes");
  Expected<Zip> archive = openZip(path, ZIP_RDONLY, "be a zip archive (.npz)");
  if (!archive)
    return archive.takeError();
  return NpzReader(archive->get(), path, *size).read();
}

Error writeNpz(StringRef path,
               ArrayRef<std::pair<std::string, NpyArray>> arrays) {
  // libzip removes an archive without entries instead of writing it.
  if (arrays.empty())
    return npyExpected(npyQuoted(path), "get at least one array", "none");
  if (Error error = npyCheckTarget(path))
    return error;
  Expected<Zip> archive =
      openZip(path, ZIP_CREATE | ZIP_TRUNCATE, "be a file that can be written");
  if (!archive)
    return archive.takeError();

  // The fragments point into these, so they must not move.
  std::vector<std::string> headers;
  headers.reserve(arrays.size());
  llvm::StringSet<> names;
  for (const auto &[name, array] : arrays) {
    if (name.empty() || StringRef(name).contains('\0'))
      return npyExpected("the names for " + npyQuoted(path),
                         "have at least one character and no zero byte",
                         npyQuoted(name, 64));
    if (!names.insert(name).second)
      return npyExpected("the names for " + npyQuoted(path), "differ",
                         npyQuoted(name, 64) + " twice");
    headers.push_back(npyHeader(array));
    if (Error error =
            addEntry(archive->get(), path, name, headers.back(), array))
      return error;
  }

  if (zip_close(archive->get()) != 0)
    return npyExpected(npyQuoted(path), "be a file that can be written",
                       zipMessage(zip_get_error(archive->get())));
  (void)archive->release(); // zip_close freed it
  return Error::success();
}

} // namespace mlir::eq
