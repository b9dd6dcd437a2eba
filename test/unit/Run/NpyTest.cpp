// Tests of .npy and .npz: what NumPy writes is read, what is written is byte
// for byte what NumPy would write, and hostile files end in an error that names
// the file and the rule.

#include "eq/Run/Npy.h"
#include "llvm/ADT/SmallString.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/CRC.h"
#include "llvm/Support/Compression.h"
#include "llvm/Support/FileSystem.h"
#include "llvm/Support/MemoryBuffer.h"
#include "llvm/Support/Path.h"
#include "llvm/Support/raw_ostream.h"
#include "gtest/gtest.h"

#include <csignal>
#include <cstring>
#include <random>
#include <sys/resource.h>
#include <sys/stat.h>

#if defined(__has_feature)
#if __has_feature(address_sanitizer)
#define EQ_TEST_ASAN
#endif
#elif defined(__SANITIZE_ADDRESS__)
#define EQ_TEST_ASAN
#endif

using namespace mlir::eq;
using llvm::ArrayRef;
using llvm::StringRef;

namespace {

constexpr eq_dtype boolean = {EQ_TYPE_BOOL, 8, 1};
constexpr eq_dtype u8 = {EQ_TYPE_UINT, 8, 1};
constexpr eq_dtype i16 = {EQ_TYPE_INT, 16, 1};
constexpr eq_dtype i32 = {EQ_TYPE_INT, 32, 1};
constexpr eq_dtype f64 = {EQ_TYPE_FLOAT, 64, 1};

const std::vector<std::pair<std::string, eq_dtype>> allTypes = {
    {"|b1", boolean},
    {"|i1", {EQ_TYPE_INT, 8, 1}},
    {"<i2", i16},
    {"<i4", i32},
    {"<i8", {EQ_TYPE_INT, 64, 1}},
    {"|u1", u8},
    {"<u2", {EQ_TYPE_UINT, 16, 1}},
    {"<u4", {EQ_TYPE_UINT, 32, 1}},
    {"<u8", {EQ_TYPE_UINT, 64, 1}},
    {"<f4", {EQ_TYPE_FLOAT, 32, 1}},
    {"<f8", f64}};

bool operator==(eq_dtype a, eq_dtype b) {
  return a.code == b.code && a.bits == b.bits && a.lanes == b.lanes;
}

/// The message of what failed; "" if nothing did.
std::string message(llvm::Error error) {
  return llvm::toString(std::move(error));
}
template <typename T> std::string message(llvm::Expected<T> value) {
  return message(value.takeError());
}

std::string data(const NpyArray &array) {
  return std::string(array.data(), array.bytes());
}

std::vector<int64_t> shape(const NpyArray &array) {
  return array.shape().vec();
}

/// Numbers as the bytes of a file of this machine.
template <typename T> std::string bytesOf(std::vector<T> values) {
  return std::string(reinterpret_cast<const char *>(values.data()),
                     values.size() * sizeof(T));
}

/// The bytes of a .npy file with this dictionary and data.
std::string npy(const std::string &dictionary, const std::string &data,
                int major = 1) {
  std::string text = dictionary + "\n";
  std::string file = "\x93NUMPY";
  file += static_cast<char>(major);
  file += '\0';
  for (int i = 0; i < (major == 1 ? 2 : 4); ++i)
    file += static_cast<char>(text.size() >> (8 * i));
  return file + text + data;
}

std::string npyOf(const std::string &type, const std::string &shape,
                  const std::string &data, const std::string &order = "False") {
  return npy("{'descr': '" + type + "', 'fortran_order': " + order +
                 ", 'shape': " + shape + ", }",
             data);
}

/// Reads from memory; the file is called 'a.npy'.
llvm::Expected<NpyArray> readBytes(const std::string &bytes) {
  size_t at = 0;
  NpySource source;
  source.name = "'a.npy'";
  source.size = bytes.size();
  source.read = [&](char *to, size_t count) {
    EXPECT_LE(count, bytes.size() - at) << "asked for more than there is";
    std::memcpy(to, bytes.data() + at, count);
    at += count;
    return llvm::Error::success();
  };
  return readNpy(source);
}

/// A folder that goes away with the test.
class NpyTest : public testing::Test {
protected:
  void SetUp() override {
    ASSERT_FALSE(llvm::sys::fs::createUniqueDirectory("npy", folder));
  }
  void TearDown() override { llvm::sys::fs::remove_directories(folder); }

  std::string path(StringRef name) { return (folder + "/" + name).str(); }

  std::string write(StringRef name, StringRef bytes) {
    std::string file = path(name);
    std::error_code code;
    llvm::raw_fd_ostream stream(file, code);
    EXPECT_FALSE(code);
    stream << bytes;
    return file;
  }

  std::string contents(const std::string &file) {
    auto buffer = llvm::MemoryBuffer::getFile(file);
    return buffer ? (*buffer)->getBuffer().str() : "no file";
  }

  std::vector<std::string> files() {
    std::vector<std::string> names;
    std::error_code code;
    for (llvm::sys::fs::directory_iterator at(folder, code), end;
         at != end && !code; at.increment(code))
      names.push_back(llvm::sys::path::filename(at->path()).str());
    return names;
  }

  llvm::SmallString<128> folder;
};

NpyArray arrayOf(eq_dtype type, std::vector<int64_t> shape) {
  NpyArray array = llvm::cantFail(NpyArray::make(type, shape));
  // Bytes that all differ, but for bool, where they must be 0 or 1.
  for (size_t i = 0; i < array.bytes(); ++i)
    array.data()[i] = type.code == EQ_TYPE_BOOL ? i % 3 == 0 : 7 + i;
  return array;
}

//===----------------------------------------------------------------------===//
// Arrays
//===----------------------------------------------------------------------===//

TEST_F(NpyTest, NewArraysAreZerosAndAligned) {
  NpyArray array = llvm::cantFail(NpyArray::make(i32, {3, 5}));
  EXPECT_EQ(data(array), std::string(60, '\0'));
  EXPECT_EQ(array.count(), 15u);
  EXPECT_EQ(reinterpret_cast<uintptr_t>(array.data()) % 64, 0u);

  NpyArray scalar = llvm::cantFail(NpyArray::make(f64, {}));
  EXPECT_EQ(scalar.count(), 1u);
  NpyArray none = llvm::cantFail(NpyArray::make(f64, {3, 0}));
  EXPECT_EQ(none.count(), 0u);
  EXPECT_NE(none.data(), nullptr);
}

TEST_F(NpyTest, NewArraysRefuseImpossibleShapesAndTypes) {
  EXPECT_EQ(message(NpyArray::make(f64, {3, -5})),
            "expected the sizes of an array to be 0 or more, but got -5");
  EXPECT_EQ(message(NpyArray::make(f64, {int64_t(1) << 40, int64_t(1) << 40})),
            "expected an array to have fewer than 2^63 bytes, but got the "
            "shape (1099511627776, 1099511627776)");
  EXPECT_EQ(message(NpyArray::make(u8, std::vector<int64_t>(65, 1))),
            "expected an array to have at most 64 dimensions, but got 65");
  EXPECT_EQ(message(NpyArray::make({EQ_TYPE_FLOAT, 16, 1}, {})),
            "expected the element type of an array to be bool, an integer of 8 "
            "to 64 bits, f32 or f64, but got code 2, 16 bits, 1 lanes");
  for (eq_dtype type :
       {eq_dtype{EQ_TYPE_BOOL, 16, 1}, eq_dtype{EQ_TYPE_INT, 7, 1},
        eq_dtype{EQ_TYPE_UINT, 0, 1}, eq_dtype{EQ_TYPE_BFLOAT, 16, 1},
        eq_dtype{5, 64, 1}, // DLPack's complex numbers
        eq_dtype{EQ_TYPE_FLOAT, 64, 2}})
    EXPECT_NE(message(NpyArray::make(type, {})), "");
}

TEST_F(NpyTest, MemoryThatIsNotThereIsAnErrorWithItsBytes) {
#ifdef EQ_TEST_ASAN
  GTEST_SKIP() << "the sanitizer ends the process where malloc returns null";
#endif
  EXPECT_EQ(message(NpyArray::make(u8, {int64_t(1) << 60})),
            "expected an array to fit into memory, but got no memory for "
            "1152921504606846976 bytes");
}

//===----------------------------------------------------------------------===//
// .npy
//===----------------------------------------------------------------------===//

TEST_F(NpyTest, EveryTypeAndRankSurvivesARoundTrip) {
  std::vector<std::vector<int64_t>> shapes = {
      {}, {7}, {3, 5}, {2, 3, 5}, {2, 1, 3, 4}, {0}, {3, 0, 2}};
  for (const auto &[name, type] : allTypes)
    for (const std::vector<int64_t> &sizes : shapes) {
      NpyArray array = arrayOf(type, sizes);
      std::string file = path("a.npy");
      ASSERT_EQ(message(writeNpy(file, array)), "");
      EXPECT_EQ(contents(file), npyHeader(array) + data(array));
      NpyArray again = llvm::cantFail(readNpy(file));
      EXPECT_TRUE(again.type() == type) << name;
      EXPECT_EQ(shape(again), sizes) << name;
      EXPECT_EQ(data(again), data(array)) << name;
    }
}

// The 128 bytes that numpy.save writes before the data of these arrays.
TEST_F(NpyTest, HeadersAreNumPys) {
  auto expectHeader = [](eq_dtype type, std::vector<int64_t> shape,
                         std::string dictionary) {
    dictionary.resize(117, ' ');
    EXPECT_EQ(npyHeader(arrayOf(type, shape)),
              std::string("\x93NUMPY\x01\x00\x76\x00", 10) + dictionary + "\n");
  };
  expectHeader(f64, {3, 5},
               "{'descr': '<f8', 'fortran_order': False, 'shape': (3, 5), }");
  expectHeader(boolean, {},
               "{'descr': '|b1', 'fortran_order': False, 'shape': (), }");
  expectHeader(i16, {4},
               "{'descr': '<i2', 'fortran_order': False, 'shape': (4,), }");
}

TEST_F(NpyTest, TheDataStartsAt64BytesForEveryRank) {
  for (size_t rank = 0; rank <= maxNpyRank; ++rank) {
    NpyArray array =
        llvm::cantFail(NpyArray::make(u8, std::vector<int64_t>(rank, 1)));
    EXPECT_EQ(npyHeader(array).size() % 64, 0u);
    NpyArray again = llvm::cantFail(readBytes(npyHeader(array) + "x"));
    EXPECT_EQ(again.shape().size(), rank);
  }
}

TEST_F(NpyTest, EveryDescriptorIsItsType) {
  for (const auto &[name, type] : allTypes) {
    std::string element(type.bits / 8, '\1');
    NpyArray array = llvm::cantFail(readBytes(npyOf(name, "()", element)));
    EXPECT_TRUE(array.type() == type) << name;
    EXPECT_EQ(data(array), element) << name;
  }
}

TEST_F(NpyTest, ColumnMajorIsTurned) {
  // a[i, j] = 10 i + j, first index fastest.
  NpyArray matrix = llvm::cantFail(readBytes(
      npyOf("<i2", "(2, 3)", bytesOf<int16_t>({0, 10, 1, 11, 2, 12}), "True")));
  EXPECT_EQ(data(matrix), bytesOf<int16_t>({0, 1, 2, 10, 11, 12}));
  EXPECT_EQ(shape(matrix), (std::vector<int64_t>{2, 3}));

  std::vector<double> columns, rows;
  for (int k = 0; k < 4; ++k)
    for (int j = 0; j < 3; ++j)
      for (int i = 0; i < 2; ++i)
        columns.push_back(100 * i + 10 * j + k);
  for (int i = 0; i < 2; ++i)
    for (int j = 0; j < 3; ++j)
      for (int k = 0; k < 4; ++k)
        rows.push_back(100 * i + 10 * j + k);
  NpyArray cube = llvm::cantFail(
      readBytes(npyOf("<f8", "(2, 3, 4)", bytesOf(columns), "True")));
  EXPECT_EQ(data(cube), bytesOf(rows));

  EXPECT_EQ(
      data(llvm::cantFail(readBytes(npyOf("|u1", "(3,)", "abc", "True")))),
      "abc");
  EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf("|u1", "()", "a", "True")))),
            "a");
  EXPECT_EQ(
      shape(llvm::cantFail(readBytes(npyOf("<f8", "(3, 0, 2)", "", "True")))),
      (std::vector<int64_t>{3, 0, 2}));
}

TEST_F(NpyTest, BigEndianIsSwapped) {
  EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf(">i2", "(2,)", "abcd")))),
            "badc");
  EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf(">f4", "(2,)", "abcdefgh")))),
            "dcbahgfe");
  EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf(">u8", "()", "abcdefgh")))),
            "hgfedcba");
  EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf(">u1", "(2,)", "ab")))), "ab");
  // 1.5 = 0x3ff8000000000000.
  NpyArray number = llvm::cantFail(
      readBytes(npyOf(">f8", "()", std::string("\x3f\xf8\0\0\0\0\0\0", 8))));
  EXPECT_EQ(data(number), bytesOf<double>({1.5}));
  EXPECT_EQ(data(llvm::cantFail(
                readBytes(npyOf(">i2", "(2, 2)", "abcdefgh", "True")))),
            "bafedchg");
  for (StringRef native : {"=i2", "|i2", "i2"})
    EXPECT_EQ(data(llvm::cantFail(readBytes(npyOf(native.str(), "()", "ab")))),
              "ab");
}

TEST_F(NpyTest, TheLaterVersionsAreRead) {
  std::string text = "{'descr': '|u1', 'fortran_order': False, 'shape': (2,)}";
  for (int major : {1, 2, 3})
    EXPECT_EQ(data(llvm::cantFail(readBytes(npy(text, "ab", major)))), "ab");
}

TEST_F(NpyTest, TheDictionaryMayBeWrittenInOtherWays) {
  for (StringRef text :
       {"{\"shape\":(2,1),\"descr\":\"|u1\",\"fortran_order\":False}",
        " { 'fortran_order' : False , 'shape' : ( 2L , 1L , ) ,\n"
        "\t'descr' : 'u1' , }   ",
        "{'shape': (2, 1), 'fortran_order': False, 'descr': '|u1'}"}) {
    NpyArray array = llvm::cantFail(readBytes(npy(text.str(), "ab")));
    EXPECT_EQ(data(array), "ab");
    EXPECT_EQ(shape(array), (std::vector<int64_t>{2, 1}));
  }
}

TEST_F(NpyTest, BooleansBecomeZeroOrOne) {
  NpyArray array = llvm::cantFail(
      readBytes(npyOf("|b1", "(4,)", std::string("\0\1\2\xff", 4))));
  EXPECT_EQ(data(array), std::string("\0\1\1\1", 4));
}

TEST_F(NpyTest, OtherTypesAreRefusedByName) {
  const std::string rule = "expected 'a.npy' to hold bool, integers of 8 to 64 "
                           "bits, f32 or f64, but got ";
  const std::pair<const char *, const char *> cases[] = {
      {"<f2", "'<f2' (half precision)"},
      {"<f16", "'<f16' (floats of another precision)"},
      {"<c8", "'<c8' (complex numbers)"},
      {"<c16", "'<c16' (complex numbers)"},
      {"|O", "'|O' (Python objects)"},
      {"|S10", "'|S10' (byte strings)"},
      {"<U5", "'<U5' (text)"},
      {"<M8[ns]", "'<M8[ns]' (dates)"},
      {"<m8[s]", "'<m8[s]' (time spans)"},
      {"|V2", "'|V2' (raw bytes or structures)"},
      {"q", "'q' (an unknown type)"},
      {"<i3", "'<i3'"},
      {"<b2", "'<b2'"},
      {"", "''"},
      {"<", "'<'"},
      {"<f88888888888888888888888888888",
       "'<f8888888888888888888888...' (floats of another precision)"}};
  for (const auto &[type, name] : cases)
    EXPECT_EQ(message(readBytes(npyOf(type, "()", "12345678"))), rule + name);
  for (StringRef type : {"[('x', '<f8'), ('y', '<i4')]", "('<f8', (2,))"})
    EXPECT_EQ(message(readBytes(npy("{'descr': " + type.str() +
                                        ", 'fortran_order': False, 'shape': "
                                        "(1,), }",
                                    "12345678"))),
              rule + "a structured type");
}

TEST_F(NpyTest, HostileHeadersAreErrors) {
  auto header = [](const std::string &text) { return npy(text, "12345678"); };
  auto sized = [](const std::string &shape) {
    return npyOf("<f8", shape, "12345678");
  };
  std::string head = "expected the header of 'a.npy' to ";
  std::string manyOnes;
  for (int i = 0; i < 65; ++i)
    manyOnes += "1,";

  const std::pair<std::string, std::string> cases[] = {
      // Before the header.
      {"", "expected 'a.npy' to be a .npy file, but got a file of 0 bytes"},
      {"\x93NUMPY\x01",
       "expected 'a.npy' to be a .npy file, but got a file of 7 bytes"},
      {"1.0,2.0,3.0\n4.0",
       "expected 'a.npy' to begin as a .npy file, but got '1.0,2.'"},
      {"PK\x03\x04 and so on....",
       "expected 'a.npy' to begin as a .npy file, but got a zip archive "
       "(.npz)"},
      {npy("{}", "", 4),
       "expected 'a.npy' to have version 1.0, 2.0 or 3.0, but got 4.0"},
      {std::string("\x93NUMPY\x01\x07\x02\x00{}", 12),
       "expected 'a.npy' to have version 1.0, 2.0 or 3.0, but got 1.7"},
      {std::string("\x93NUMPY\x01\x00\xff\xff{}", 12),
       "expected 'a.npy' to hold a header of 65535 bytes, but got 2"},
      {std::string("\x93NUMPY\x02\x00\xff\xff\xff\xff{}", 14),
       "expected 'a.npy' to hold a header of 4294967295 bytes, but got 2"},
      {npy("{" + std::string(70000, ' ') + "}", "", 2),
       head + "have at most 65536 bytes, but got 70003"},
      // The dictionary.
      {header(""), head + "begin with '{', but got its end"},
      {header("[1, 2]"), head + "begin with '{', but got '[1, 2]\\0A'"},
      {header("{"), head + "have a key in quotes, but got its end"},
      {header("{}"), head + "have the key 'descr', but got none"},
      {header("{'descr': '<f8', 'shape': (1,)}"),
       head + "have the key 'fortran_order', but got none"},
      {header("{'descr': '<f8', 'fortran_order': False}"),
       head + "have the key 'shape', but got none"},
      {header("{'shape': (1,), 'fortran_order': False}"),
       head + "have the key 'descr', but got none"},
      {header("{'descr': '<f8', 'descr': '<f8'}"),
       head + "have the key 'descr' once, but got it twice"},
      {header("{'shape': (1,), 'shape': (1,)}"),
       head + "have the key 'shape' once, but got it twice"},
      {header("{'fortran_order': True, 'fortran_order': True}"),
       head + "have the key 'fortran_order' once, but got it twice"},
      {header("{'descr': '<f8', 'colour': 1}"),
       head + "have the keys 'descr', 'fortran_order' and 'shape', but got "
              "'colour'"},
      {header("{'descr: 1}"),
       head + "have a key in quotes, but got ''descr: 1}\\0A'"},
      {header("{descr: 1}"), head + "have a key in quotes, but got 'descr: "
                                    "1}\\0A'"},
      {header("{'descr' '<f8'}"), head + "have ':' after a key, but got ''<f8'}"
                                         "\\0A'"},
      {header("{'descr': '<f8' 'shape': 1}"),
       head + "have ',' or '}' after a value, but got ''shape': 1}\\0A'"},
      {header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)"),
       head + "have ',' or '}' after a value, but got its end"},
      {header("{'descr': '<f8', 'fortran_order': False, 'shape': (1,)} + 1"),
       head + "end with '}', but got '+ 1\\0A'"},
      {header("{'descr': None}"),
       head + "have its 'descr' in quotes, but got 'None}\\0A'"},
      {header("{'fortran_order': 1}"),
       head + "have True or False as its 'fortran_order', but got '1}\\0A'"},
      {header("{'fortran_order': Falsetto}"),
       head + "have ',' or '}' after a value, but got 'tto}\\0A'"},
      {header(std::string("{\0\xff\x1b[2J", 7)),
       head + "have a key in quotes, but got '\\00\\FF\\1B[2J\\0A'"},
      // The shape.
      {sized("[1]"),
       head + "have a tuple as its 'shape', but got '[1], }\\0A'"},
      {sized("1"), head + "have a tuple as its 'shape', but got '1, }\\0A'"},
      {sized("(1)"),
       head + "have ',' after the first size, but got '), }\\0A'"},
      {sized("(1 1)"),
       head + "have ',' after the first size, but got '1), }\\0A'"},
      {sized("(1, 1 1)"),
       head + "have ',' or ')' after a size, but got '1), }\\0A'"},
      {sized("(,)"),
       head + "have whole numbers in its 'shape', but got ',), }\\0A'"},
      {sized("(1.5,)"),
       head + "have ',' after the first size, but got '.5,), }\\0A'"},
      {sized("(x,)"),
       head + "have whole numbers in its 'shape', but got 'x,), }\\0A'"},
      {sized("(-,)"),
       head + "have whole numbers in its 'shape', but got '-,), }\\0A'"},
      {sized("(1, -3)"),
       "expected the sizes of 'a.npy' to be from 0 to 2^63 - 1, but got '-3'"},
      {sized("(9223372036854775808,)"),
       "expected the sizes of 'a.npy' to be from 0 to 2^63 - 1, but got "
       "'9223372036854775808'"},
      {sized("(" + std::string(500, '9') + ",)"),
       "expected the sizes of 'a.npy' to be from 0 to 2^63 - 1, but got '" +
           std::string(24, '9') + "...'"},
      {sized("(" + manyOnes + ")"),
       "expected 'a.npy' to have at most 64 dimensions, but got more"},
      {sized("(4294967296, 4294967296)"),
       "expected 'a.npy' to have fewer than 2^63 bytes, but got the shape "
       "(4294967296, 4294967296)"},
      // The product is 0, but the distance between rows would overflow.
      {sized("(0, 4294967296, 4294967296)"),
       "expected 'a.npy' to have fewer than 2^63 bytes, but got the shape (0, "
       "4294967296, 4294967296)"},
      // The data.
      {sized("(512,)"),
       "expected 'a.npy' to hold 4096 bytes of data, but got 8"},
      {sized("(1000000000000000000,)"),
       "expected 'a.npy' to hold 8000000000000000000 bytes of data, but got "
       "8"},
      {sized("(0,)"), "expected 'a.npy' to hold 0 bytes of data, but got 8"},
  };
  for (const auto &[bytes, error] : cases)
    EXPECT_EQ(message(readBytes(bytes)), error) << bytes;
}

TEST_F(NpyTest, EveryTruncationIsAnError) {
  std::string whole = npyOf("<f8", "(3,)", std::string(24, 'x'));
  ASSERT_EQ(message(readBytes(whole)), "");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_TRUE(StringRef(message(readBytes(whole.substr(0, size))))
                    .starts_with("expected "))
        << size;
  EXPECT_EQ(message(readBytes(whole + "x")),
            "expected 'a.npy' to hold 24 bytes of data, but got 25");
}

TEST_F(NpyTest, FilesThatCannotBeReadAreNamed) {
  std::string none = path("none.npy");
  EXPECT_EQ(message(readNpy(none)),
            "expected '" + none +
                "' to be a readable file, but got 'No such file or directory'");
  EXPECT_EQ(message(readNpy(folder)),
            "expected '" + folder.str().str() +
                "' to be a file, but got a directory");
  EXPECT_EQ(message(readNpy("/dev/zero")),
            "expected '/dev/zero' to be a regular file, but got a device or a "
            "pipe");
  // Nobody writes to the pipe: to open it would wait for ever.
  std::string pipe = path("pipe.npy");
  ASSERT_EQ(mkfifo(pipe.c_str(), 0600), 0);
  EXPECT_NE(message(readNpy(pipe)), "");
  std::string broken = write("broken.npy", "no numbers at all");
  EXPECT_EQ(message(readNpy(broken)),
            "expected '" + broken +
                "' to begin as a .npy file, but got 'no num'");
}

TEST_F(NpyTest, WritingReplacesAFileOrLeavesNothing) {
  std::string file = write("a.npy", "something older and longer than a header");
  NpyArray array = arrayOf(i32, {2});
  ASSERT_EQ(message(writeNpy(file, array)), "");
  EXPECT_EQ(contents(file), npyHeader(array) + data(array));

  std::string away = path("no/such/folder.npy");
  EXPECT_EQ(message(writeNpy(away, array)),
            "expected '" + away +
                "' to be a file that can be written, but got 'No such file or "
                "directory'");
  EXPECT_EQ(message(writeNpy("/dev/null", array)),
            "expected '/dev/null' to be a regular file, but got a device or a "
            "pipe");
  EXPECT_EQ(files(), std::vector<std::string>{"a.npy"});
}

//===----------------------------------------------------------------------===//
// .npz
//===----------------------------------------------------------------------===//

/// One entry of a zip archive, with every claim open to lies.
struct Entry {
  Entry(std::string name, std::string packed)
      : name(std::move(name)), packed(std::move(packed)),
        packedSize(this->packed.size()), size(packedSize),
        crc(llvm::crc32(llvm::arrayRefFromStringRef(this->packed))) {}

  static Entry deflated(std::string name, const std::string &data) {
    llvm::SmallVector<uint8_t> stream;
    llvm::compression::zlib::compress(llvm::arrayRefFromStringRef(data),
                                      stream);
    // Without the two bytes before and the four after that zip does not have.
    Entry entry(std::move(name),
                llvm::toStringRef(stream).drop_front(2).drop_back(4).str());
    entry.method = 8;
    entry.size = data.size();
    entry.crc = llvm::crc32(llvm::arrayRefFromStringRef(data));
    return entry;
  }

  std::string name, packed;
  uint32_t packedSize, size, crc;
  int method = 0, flags = 0;
};

/// The bytes of an archive. With `overlap` all entries have the packed bytes of
/// the first.
std::string zipOf(const std::vector<Entry> &entries, bool overlap = false) {
  auto number = [](uint64_t value, int bytes) {
    std::string text;
    for (int i = 0; i < bytes; ++i)
      text += static_cast<char>(value >> (8 * i));
    return text;
  };
  std::string file, directory;
  for (const Entry &entry : entries) {
    std::string common = number(20, 2) + number(entry.flags, 2) +
                         number(entry.method, 2) + number(0, 2) +
                         number(33, 2) + number(entry.crc, 4) +
                         number(entry.packedSize, 4) + number(entry.size, 4) +
                         number(entry.name.size(), 2) + number(0, 2);
    size_t offset = overlap ? 0 : file.size();
    if (!overlap || file.empty())
      file += "PK\x03\x04" + common + entry.name + entry.packed;
    directory += "PK\x01\x02" + number(20, 2) + common + number(0, 2 + 2 + 2) +
                 number(0, 4) + number(offset, 4) + entry.name;
  }
  return file + directory + "PK\x05\x06" + number(0, 4) +
         number(entries.size(), 2) + number(entries.size(), 2) +
         number(directory.size(), 4) + number(file.size(), 4) + number(0, 2);
}

TEST_F(NpyTest, ArchivesSurviveARoundTrip) {
  NpzArrays arrays;
  for (const auto &[name, type] : allTypes)
    arrays.emplace_back(name.substr(1), arrayOf(type, {3, 5}));
  arrays.emplace_back("scalar", arrayOf(f64, {}));
  arrays.emplace_back("empty", arrayOf(f64, {0, 4}));
  arrays.emplace_back("a/b.npy", arrayOf(f64, {1})); // a legal name as well
  arrays.emplace_back("\xce\xb1", arrayOf(f64, {2}));

  std::string file = path("a.npz");
  ASSERT_EQ(message(writeNpz(file, arrays)), "");
  NpzArrays again = llvm::cantFail(readNpz(file));
  ASSERT_EQ(again.size(), arrays.size());
  for (size_t i = 0; i < arrays.size(); ++i) {
    EXPECT_EQ(again[i].first, arrays[i].first);
    EXPECT_TRUE(again[i].second.type() == arrays[i].second.type());
    EXPECT_EQ(shape(again[i].second), shape(arrays[i].second));
    EXPECT_EQ(data(again[i].second), data(arrays[i].second));
  }

  // Written again, over the old file: the same bytes.
  std::string before = contents(file);
  ASSERT_EQ(message(writeNpz(file, again)), "");
  EXPECT_EQ(contents(file), before);
}

TEST_F(NpyTest, StoredAndDeflatedEntriesAreRead) {
  std::string zeros = npyOf("<f8", "(40, 50)", std::string(16000, '\0'));
  std::string words = npyOf("|u1", "(5,)", "hello");
  std::string file =
      write("a.npz", zipOf({Entry::deflated("zeros.npy", zeros),
                            Entry("stored.npy", words),
                            Entry::deflated("words.npy", words)}));
  NpzArrays arrays = llvm::cantFail(readNpz(file));
  ASSERT_EQ(arrays.size(), 3u);
  EXPECT_EQ(arrays[0].first, "zeros");
  EXPECT_EQ(data(arrays[0].second), std::string(16000, '\0'));
  EXPECT_EQ(arrays[1].first, "stored");
  EXPECT_EQ(data(arrays[1].second), "hello");
  EXPECT_EQ(arrays[2].first, "words");
  EXPECT_EQ(data(arrays[2].second), "hello");

  EXPECT_TRUE(llvm::cantFail(readNpz(write("none.npz", zipOf({})))).empty());
}

TEST_F(NpyTest, HostileArchivesAreErrors) {
  const std::string good = npyOf("|u1", "(5,)", "hello");
  auto with = [&](auto change, bool deflated = false) {
    Entry entry =
        deflated ? Entry::deflated("a.npy", good) : Entry("a.npy", good);
    change(entry);
    return zipOf({entry});
  };
  const std::string file = path("x.npz");
  const std::string quoted = "'" + file + "'";
  const std::string entry = "expected 'a.npy' in " + quoted + " to ";
  auto bytes = [](size_t count) { return std::to_string(count) + " bytes"; };

  Entry many = Entry("a.npy", good), more = many;
  more.name = "b.npy";
  const std::pair<std::string, std::string> cases[] = {
      {"", "expected " + quoted +
               " to be a zip archive (.npz), but got a file of 0 bytes"},
      {good, "expected " + quoted +
                 " to be a zip archive (.npz), but got 'Not a zip archive'"},
      {zipOf({Entry("readme.txt", good)}),
       "expected the entries of " + quoted +
           " to be named NAME.npy, but got 'readme.txt'"},
      {zipOf({Entry("folder/", "")}),
       "expected the entries of " + quoted +
           " to be named NAME.npy, but got 'folder/'"},
      {zipOf({many, many}),
       "expected the entries of " + quoted +
           " to have different names, but got 'a.npy' twice"},
      {with([](Entry &e) { e.flags = 1; }),
       entry + "be readable, but got an encrypted entry"},
      {with([](Entry &e) { e.method = 12; }),
       entry + "be stored or deflated, but got compression method 12"},
      {with([](Entry &e) { e = Entry("a.npy", "garbage garbage"); }),
       entry + "begin as a .npy file, but got 'garbag'"},
      // Sizes that lie.
      {with([](Entry &e) { e.size = 0x7fffffff; }),
       entry + "unpack to at most " + bytes(good.size()) + ", but got " +
           std::to_string(0x7fffffff)},
      {with([](Entry &e) { e.size = e.packedSize * 1032 + 1; }, true),
       entry + "unpack to at most " +
           bytes(Entry::deflated("", good).packedSize * 1032) + ", but got " +
           std::to_string(Entry::deflated("", good).packedSize * 1032 + 1)},
      {with([](Entry &e) { e.size += 3; }, true),
       entry + "hold 5 bytes of data, but got 8"},
      {with([](Entry &e) { e.size -= 3; }, true),
       entry + "hold 5 bytes of data, but got 2"},
      {with([](Entry &e) { e.packedSize = 1 << 20, e.size = 1 << 20; }),
       "expected the entries of " + quoted +
           " to fit into the size of the file, but got 'a.npy' in " + quoted +
           " with 1048576 bytes"},
      {zipOf(
           std::vector<Entry>(
               {Entry("a.npy", npyOf("|u1", "(500,)", std::string(500, 'x'))),
                Entry("b.npy", npyOf("|u1", "(500,)", std::string(500, 'x')))}),
           /*overlap=*/true),
       "expected the entries of " + quoted +
           " to fit into the size of the file, but got 'b.npy' in " + quoted +
           " with " +
           bytes(npyOf("|u1", "(500,)", std::string(500, 'x')).size())},
      // Data that is damaged.
      {with([](Entry &e) { e.packed.back() = 'O'; }),
       entry + "be readable, but got 'CRC error'"},
      {with([](Entry &e) { e.crc += 1; }, true),
       entry + "be readable, but got 'CRC error'"},
  };
  for (const auto &[archive, error] : cases) {
    write("x.npz", archive);
    EXPECT_EQ(message(readNpz(file)), error);
  }
}

TEST_F(NpyTest, EveryTruncationOfAnArchiveIsAnError) {
  std::string whole = zipOf({Entry("a.npy", npyOf("|u1", "(5,)", "hello"))});
  ASSERT_EQ(message(readNpz(write("x.npz", whole))), "");
  for (size_t size = 0; size < whole.size(); ++size)
    EXPECT_NE(message(readNpz(write("x.npz", whole.substr(0, size)))), "")
        << size;
}

TEST_F(NpyTest, ArchivesThatCannotBeReadOrWrittenAreNamed) {
  std::string none = path("none.npz");
  EXPECT_EQ(message(readNpz(none)),
            "expected '" + none +
                "' to be a readable file, but got 'No such file or directory'");
  EXPECT_EQ(message(readNpz(folder)), "expected '" + folder.str().str() +
                                          "' to be a file, but got a "
                                          "directory");

  NpzArrays arrays;
  EXPECT_EQ(message(writeNpz(none, arrays)),
            "expected '" + none + "' to get at least one array, but got none");
  arrays.emplace_back("a", arrayOf(f64, {1}));
  EXPECT_EQ(message(writeNpz("/dev/null", arrays)),
            "expected '/dev/null' to be a regular file, but got a device or a "
            "pipe");
  std::string away = path("no/such/folder.npz");
  EXPECT_TRUE(StringRef(message(writeNpz(away, arrays)))
                  .starts_with("expected '" + away +
                               "' to be a file that can be written, but got"));
  arrays.emplace_back("a", arrayOf(f64, {1}));
  EXPECT_EQ(message(writeNpz(none, arrays)),
            "expected the names for '" + none +
                "' to differ, but got 'a' twice");
  arrays[1].first = "";
  EXPECT_EQ(message(writeNpz(none, arrays)),
            "expected the names for '" + none +
                "' to have at least one character and no zero byte, but got "
                "''");
  EXPECT_TRUE(files().empty());
}

// A limit on the size of files is the nearest thing to a full disk that a test
// can have.
TEST_F(NpyTest, AFullDiskIsAnErrorAndLeavesNothing) {
  NpzArrays arrays;
  arrays.emplace_back("a", arrayOf(f64, {4096}));
  rlimit before, small;
  ASSERT_EQ(getrlimit(RLIMIT_FSIZE, &before), 0);
  small = before;
  small.rlim_cur = 4096;
  auto *handler = signal(SIGXFSZ, SIG_IGN);
  ASSERT_EQ(setrlimit(RLIMIT_FSIZE, &small), 0);
  std::string array = message(writeNpy(path("a.npy"), arrays[0].second));
  std::string archive = message(writeNpz(path("a.npz"), arrays));
  setrlimit(RLIMIT_FSIZE, &before);
  signal(SIGXFSZ, handler);

  EXPECT_EQ(array, "expected '" + path("a.npy") +
                       "' to be a file that can be written, but got 'File too "
                       "large'");
  EXPECT_EQ(archive, "expected '" + path("a.npz") +
                         "' to be a file that can be written, but got 'Write "
                         "error: File too large'");
  EXPECT_TRUE(files().empty());
}

// Files with a few bytes changed are read or refused, and nothing else.
TEST_F(NpyTest, MutatedFilesAreReadOrRefused) {
  std::mt19937 random(20240229);
  auto mutate = [&](std::string bytes) {
    for (unsigned n = 1 + random() % 4; n > 0 && !bytes.empty(); --n) {
      size_t at = random() % bytes.size();
      switch (random() % 4) {
      case 0:
        bytes[at] = static_cast<char>(random());
        break;
      case 1:
        bytes[at] ^= static_cast<char>(1 << random() % 8);
        break;
      case 2:
        bytes.erase(at, 1 + random() % 3);
        break;
      case 3:
        bytes.insert(at, 1, "0129-,(){}'\0"[random() % 12]);
        break;
      }
    }
    return bytes;
  };
  auto check = [](auto result) {
    std::string error = message(std::move(result));
    EXPECT_TRUE(error.empty() || StringRef(error).starts_with("expected '") ||
                StringRef(error).starts_with("expected the "))
        << error;
    return error.empty();
  };

  const std::string array =
      npyOf(">i4", "(2, 3)", "abcdefghijklmnopqrstuvwx", "True");
  const std::string archive =
      zipOf({Entry("a.npy", array), Entry::deflated("b.npy", array)});
  int read = 0, runs = 2000;
  for (int i = 0; i < runs; ++i)
    read += check(readBytes(mutate(array)));
  EXPECT_GT(read, 0);
  EXPECT_LT(read, runs);
  for (int i = 0; i < runs / 10; ++i)
    check(readNpz(write("x.npz", mutate(archive))));
}

} // namespace
