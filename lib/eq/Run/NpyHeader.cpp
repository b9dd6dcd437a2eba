// Reads and writes the dictionary of a .npy file:
//
//   {'descr': '<f8', 'fortran_order': False, 'shape': (3, 5), }   \n
//
// It is the text of a Python dictionary. Only the form above is read, with any
// order of keys and any white space; nothing is evaluated.

#include "NpyHeader.h"

#include "NpyError.h"
#include "llvm/ADT/STLExtras.h"
#include "llvm/ADT/StringExtras.h"
#include "llvm/Support/MathExtras.h"
#include "llvm/Support/SwapByteOrder.h"
#include "llvm/Support/raw_ostream.h"

#include <optional>

using llvm::ArrayRef;
using llvm::Error;
using llvm::Expected;
using llvm::StringRef;
using llvm::Twine;

namespace mlir::eq {

bool isNpyType(eq_dtype type) {
  bool wide = type.bits == 32 || type.bits == 64;
  bool narrow = type.bits == 8 || type.bits == 16;
  if (type.lanes != 1)
    return false;
  switch (type.code) {
  case EQ_TYPE_BOOL:
    return type.bits == 8;
  case EQ_TYPE_INT:
  case EQ_TYPE_UINT:
    return wide || narrow;
  case EQ_TYPE_FLOAT:
    return wide;
  }
  return false;
}

Expected<uint64_t> npyByteCount(StringRef name, eq_dtype type,
                                ArrayRef<int64_t> shape) {
  if (shape.size() > maxNpyRank)
    return npyExpected(name,
                       "have at most " + Twine(maxNpyRank) + " dimensions",
                       Twine(shape.size()));
  int64_t bytes = type.bits / 8;
  bool empty = false;
  for (int64_t size : shape) {
    if (size < 0)
      return npyExpected("the sizes of " + name, "be 0 or more", Twine(size));
    empty |= size == 0;
    if (size != 0 && llvm::MulOverflow(bytes, size, bytes))
      return npyExpected(
          name, "have fewer than 2^63 bytes",
          "the shape (" +
              llvm::join(
                  llvm::map_range(
                      shape, [](int64_t size) { return std::to_string(size); }),
                  ", ") +
              ")");
  }
  return empty ? 0 : static_cast<uint64_t>(bytes);
}

namespace {

/// What NumPy calls the types that eq does not read, by their letter.
StringRef foreignTypeName(char letter) {
  switch (letter) {
  case 'f':
    return "floats of another precision";
  case 'c':
    return "complex numbers";
  case 'O':
    return "Python objects";
  case 'S':
  case 'a':
    return "byte strings";
  case 'U':
  case 'T':
    return "text";
  case 'M':
    return "dates";
  case 'm':
    return "time spans";
  case 'V':
    return "raw bytes or structures";
  }
  return "an unknown type";
}

/// Reads the dictionary. Recursive descent over `rest`, which shrinks.
class HeaderParser {
public:
  HeaderParser(StringRef text, StringRef name) : rest(text), name(name) {}

  Expected<NpyHeader> parse() {
    if (!accept('{'))
      return wrong("begin with '{'");
    while (!accept('}')) {
      if (Error error = parseEntry())
        return error;
      if (!accept(',') && !rest.starts_with("}"))
        return wrong("have ',' or '}' after a value");
    }
    if (!skipSpace().empty())
      return wrong("end with '}'");

    if (!hasType)
      return missing("descr");
    if (!hasOrder)
      return missing("fortran_order");
    if (!hasShape)
      return missing("shape");
    return std::move(header);
  }

private:
  StringRef skipSpace() { return rest = rest.ltrim(" \t\r\n"); }

  bool accept(char wanted) {
    skipSpace();
    return rest.consume_front(StringRef(&wanted, 1));
  }

  /// The header breaks `rule` at what comes next.
  Error wrong(const Twine &rule) {
    return npyExpected("the header of " + name, rule,
                       skipSpace().empty() ? "its end" : npyQuoted(rest, 24));
  }

  Error missing(StringRef key) {
    return npyExpected("the header of " + name, "have the key '" + key + "'",
                       "none");
  }

  /// Text in quotes of either kind. There are no escapes in what NumPy writes
  /// for plain types, so a backslash stands for itself.
  Expected<StringRef> parseString(StringRef what) {
    skipSpace();
    StringRef quote = rest.take_front();
    size_t end =
        quote == "'" || quote == "\"" ? rest.find(quote, 1) : StringRef::npos;
    if (end == StringRef::npos)
      return wrong("have " + what + " in quotes");
    StringRef text = rest.slice(1, end);
    rest = rest.drop_front(end + 1);
    return text;
  }

  Error parseEntry() {
    Expected<StringRef> key = parseString("a key");
    if (!key)
      return key.takeError();
    bool *seen = *key == "descr"           ? &hasType
                 : *key == "fortran_order" ? &hasOrder
                 : *key == "shape"         ? &hasShape
                                           : nullptr;
    if (!seen)
      return npyExpected("the header of " + name,
                         "have the keys 'descr', 'fortran_order' and 'shape'",
                         npyQuoted(*key, 24));
    if (*seen)
      return npyExpected("the header of " + name,
                         "have the key '" + *key + "' once", "it twice");
    *seen = true;
    if (!accept(':'))
      return wrong("have ':' after a key");
    return seen == &hasType    ? parseType()
           : seen == &hasOrder ? parseOrder()
                               : parseShape();
  }

  Error parseOrder() {
    skipSpace();
    header.fortran = rest.consume_front("True");
    if (!header.fortran && !rest.consume_front("False"))
      return wrong("have True or False as its 'fortran_order'");
    return Error::success();
  }

  /// `'<f8'`: byte order, letter, bytes.
  Error parseType() {
    skipSpace();
    if (rest.starts_with("[") || rest.starts_with("("))
      return refuseType("a structured type");
    Expected<StringRef> text = parseString("its 'descr'");
    if (!text)
      return text.takeError();

    StringRef type = *text;
    char order = '=';
    if (!type.empty() && StringRef("<>=|").contains(type.front())) {
      order = type.front();
      type = type.drop_front();
    }
    header.swapped = order == (llvm::sys::IsBigEndianHost ? '<' : '>');

    std::string got = npyQuoted(*text, 24);
    if (type.empty())
      return refuseType(got);
    if (type == "f2")
      return refuseType(got + " (half precision)");
    std::optional<uint8_t> code = typeCode(type.front());
    unsigned bytes = 0;
    if (!code || type.drop_front().getAsInteger(10, bytes) || bytes > 8)
      return refuseType(got + " (" + foreignTypeName(type.front()) + ")");
    header.type = {*code, static_cast<uint8_t>(8 * bytes), 1};
    if (!isNpyType(header.type))
      return refuseType(got);
    return Error::success();
  }

  static std::optional<uint8_t> typeCode(char letter) {
    switch (letter) {
    case 'b':
      return EQ_TYPE_BOOL;
    case 'i':
      return EQ_TYPE_INT;
    case 'u':
      return EQ_TYPE_UINT;
    case 'f':
      return EQ_TYPE_FLOAT;
    }
    return std::nullopt;
  }

  Error refuseType(const Twine &got) {
    return npyExpected(name, "hold bool, integers of 8 to 64 bits, f32 or f64",
                       got);
  }

  /// `()`, `(3,)`, `(3, 5)`. One size without a comma is no tuple in Python,
  /// and NumPy refuses it as well.
  Error parseShape() {
    if (!accept('('))
      return wrong("have a tuple as its 'shape'");
    bool comma = true;
    while (!accept(')')) {
      if (!comma)
        return wrong("have ',' or ')' after a size");
      if (Error error = parseSize())
        return error;
      comma = accept(',');
      if (header.shape.size() == 1 && !comma)
        return wrong("have ',' after the first size");
    }
    return Error::success();
  }

  Error parseSize() {
    skipSpace();
    StringRef text =
        rest.take_while([](char c) { return llvm::isDigit(c) || c == '-'; });
    int64_t size = 0;
    if (text.empty() || text.drop_front().contains('-') || text == "-")
      return wrong("have whole numbers in its 'shape'");
    if (text.getAsInteger(10, size) || size < 0)
      return npyExpected("the sizes of " + name, "be from 0 to 2^63 - 1",
                         npyQuoted(text, 24));
    if (header.shape.size() == maxNpyRank)
      return npyExpected(
          name, "have at most " + Twine(maxNpyRank) + " dimensions", "more");
    header.shape.push_back(size);
    rest = rest.drop_front(text.size());
    rest.consume_front("L"); // Python 2 wrote long integers as 3L
    return Error::success();
  }

  StringRef rest, name;
  NpyHeader header;
  bool hasType = false, hasOrder = false, hasShape = false;
};

} // namespace

Expected<NpyHeader> parseNpyHeader(StringRef text, StringRef name) {
  return HeaderParser(text, name).parse();
}

std::string npyHeader(const NpyArray &array) {
  std::string text = "{'descr': '";
  llvm::raw_string_ostream stream(text);
  stream << (array.type().bits == 8       ? '|'
             : llvm::sys::IsBigEndianHost ? '>'
                                          : '<');
  switch (array.type().code) {
  case EQ_TYPE_BOOL:
    stream << 'b';
    break;
  case EQ_TYPE_INT:
    stream << 'i';
    break;
  case EQ_TYPE_UINT:
    stream << 'u';
    break;
  default:
    stream << 'f';
  }
  stream << array.type().bits / 8 << "', 'fortran_order': False, 'shape': (";
  llvm::interleaveComma(array.shape(), stream);
  stream << (array.shape().size() == 1 ? ",), }" : "), }");

  // 10 bytes before, 1 of line end after. 64 sizes of 21 bytes stay far below
  // the 65535 that version 1.0 can say.
  text.resize(llvm::alignTo(10 + text.size() + 1, 64) - 11, ' ');
  text += '\n';
  std::string start("\x93NUMPY\x01\x00", 8);
  start += static_cast<char>(text.size() & 0xff);
  start += static_cast<char>(text.size() >> 8);
  return start + text;
}

} // namespace mlir::eq
