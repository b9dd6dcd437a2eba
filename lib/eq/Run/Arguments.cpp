// The arguments and results of a public function, and values given for them.

#include "eq/Run/Arguments.h"
#include "eq/IR/SampleTypes.h"
#include "mlir/Dialect/Func/IR/FuncOps.h"
#include "llvm/ADT/StringExtras.h"
#include <cerrno>
#include <cmath>
#include <cstring>

namespace mlir::eq {

static llvm::Error failureOf(const llvm::Twine &message) {
  return llvm::createStringError(llvm::inconvertibleErrorCode(), message);
}

static ValueSpec specOf(Type type, StringAttr name, const Twine &fallback) {
  ValueSpec spec;
  spec.name = name ? name.str() : fallback.str();
  Type element = elementTypeOf(type);
  // Types that no array can have (index, complex) are refused by the compiler
  // before anything runs; here they only must not crash.
  unsigned bits = element.isIntOrFloat() ? element.getIntOrFloatBitWidth() : 64;
  if (isa<FloatType>(element))
    spec.type = {EQ_TYPE_FLOAT, static_cast<uint8_t>(bits), 1};
  else if (bits == 1)
    spec.type = {EQ_TYPE_BOOL, 8, 1};
  else
    spec.type = {EQ_TYPE_INT, static_cast<uint8_t>(bits), 1};
  for (int64_t size : shapeOf(type))
    spec.shape.push_back(ShapedType::isDynamic(size) ? -1 : size);
  return spec;
}

FunctionSpec specOf(func::FuncOp function) {
  FunctionSpec spec;
  spec.name = function.getName().str();
  for (auto [i, type] : llvm::enumerate(function.getArgumentTypes()))
    spec.arguments.push_back(
        specOf(type, function.getArgAttrOfType<StringAttr>(i, "eq.name"),
               "arg" + Twine(i)));
  for (auto [i, type] : llvm::enumerate(function.getResultTypes()))
    spec.results.push_back(
        specOf(type, function.getResultAttrOfType<StringAttr>(i, "eq.name"),
               "result" + Twine(i)));
  return spec;
}

std::string typeText(eq_dtype type, llvm::ArrayRef<int64_t> shape) {
  std::string text;
  llvm::raw_string_ostream os(text);
  if (type.code == EQ_TYPE_BOOL)
    os << "bool";
  else
    os << (type.code == EQ_TYPE_FLOAT  ? "f"
           : type.code == EQ_TYPE_UINT ? "ui"
                                       : "i")
       << static_cast<int>(type.bits);
  if (shape.empty())
    return text;
  os << " [";
  llvm::interleaveComma(shape, os, [&](int64_t size) {
    if (size < 0)
      os << '?';
    else
      os << size;
  });
  os << ']';
  return text;
}

llvm::Expected<size_t> Arguments::find(llvm::StringRef name) {
  for (auto [i, argument] : llvm::enumerate(function.arguments))
    if (argument.name == name)
      return i;
  std::string known = llvm::join(
      llvm::map_range(function.arguments,
                      [](const ValueSpec &spec) { return spec.name; }),
      ", ");
  return failureOf("'" + function.name + "': expected an argument among (" +
                   known + "), but got '" + name + "'");
}

llvm::Error Arguments::set(size_t index, NpyArray array) {
  const ValueSpec &spec = function.arguments[index];
  if (values[index])
    return failureOf("'" + function.name + "': expected argument '" +
                     spec.name + "' to be given once");
  bool fits = array.type().code == spec.type.code &&
              array.type().bits == spec.type.bits &&
              array.shape().size() == spec.shape.size();
  for (size_t d = 0; fits && d < spec.shape.size(); ++d)
    fits = spec.shape[d] < 0 || spec.shape[d] == array.shape()[d];
  if (!fits)
    return failureOf("'" + function.name + "': expected argument '" +
                     spec.name + "' to be " + typeText(spec.type, spec.shape) +
                     ", but got " + typeText(array.type(), array.shape()));
  values[index] = std::move(array);
  return llvm::Error::success();
}

llvm::Error Arguments::give(llvm::StringRef name, NpyArray array) {
  llvm::Expected<size_t> index = find(name);
  if (!index)
    return index.takeError();
  return set(*index, std::move(array));
}

llvm::Error Arguments::giveNext(NpyArray array) {
  for (auto [i, value] : llvm::enumerate(values))
    if (!value)
      return set(i, std::move(array));
  return failureOf("'" + function.name + "': expected at most " +
                   Twine(values.size()) + " arguments, but got more");
}

// Puts the number that `text` says into `to`; false if it says none, or one
// that the type cannot hold.
static bool parseNumber(llvm::StringRef text, eq_dtype type, char *to) {
  if (type.code == EQ_TYPE_BOOL) {
    if (text != "true" && text != "false" && text != "0" && text != "1")
      return false;
    *to = text == "true" || text == "1";
    return true;
  }
  if (type.code == EQ_TYPE_FLOAT) {
    std::string copy = text.str();
    char *end = nullptr;
    if (copy.empty() || std::isspace(static_cast<unsigned char>(copy[0])))
      return false;
    if (type.bits == 32) {
      errno = 0;
      float value = std::strtof(copy.c_str(), &end);
      bool tooLarge = errno == ERANGE && std::isinf(value);
      std::memcpy(to, &value, sizeof(value));
      return *end == 0 && !tooLarge;
    }
    errno = 0;
    double value = std::strtod(copy.c_str(), &end);
    bool tooLarge = errno == ERANGE && std::isinf(value);
    std::memcpy(to, &value, sizeof(value));
    return *end == 0 && !tooLarge;
  }
  int64_t value;
  if (text.getAsInteger(10, value) ||
      (type.bits < 64 && (value < -(int64_t(1) << (type.bits - 1)) ||
                          value >= int64_t(1) << (type.bits - 1))))
    return false;
  std::memcpy(to, &value, type.bits / 8); // little-endian, as .npy files are
  return true;
}

llvm::Error Arguments::giveText(llvm::StringRef name, llvm::StringRef text) {
  llvm::Expected<size_t> index = find(name);
  if (!index)
    return index.takeError();
  const ValueSpec &spec = function.arguments[*index];
  if (!spec.shape.empty())
    return failureOf("'" + function.name + "': expected argument '" +
                     spec.name + "', " + typeText(spec.type, spec.shape) +
                     ", to be given as a file (--in), not as a number");
  llvm::Expected<NpyArray> array = NpyArray::make(spec.type, {});
  if (!array)
    return array.takeError();
  if (!parseNumber(text, spec.type, array->data()))
    return failureOf("'" + function.name + "': expected argument '" +
                     spec.name + "' to be a number of type " +
                     typeText(spec.type, {}) + ", but got '" + text + "'");
  return set(*index, std::move(*array));
}

llvm::Error Arguments::giveFile(llvm::StringRef spec) {
  auto [name, path] = spec.split('=');
  bool isNamed = !path.empty();
  if (!isNamed)
    path = spec;
  if (path.ends_with(".npz")) {
    if (isNamed)
      return failureOf("expected '" + path +
                       "' to be given without a name: its arrays have names");
    llvm::Expected<NpzArrays> arrays = readNpz(path);
    if (!arrays)
      return arrays.takeError();
    for (auto &[arrayName, array] : *arrays) {
      unsigned position;
      llvm::StringRef rest = arrayName;
      bool isUnnamed =
          rest.consume_front("arr_") && !rest.getAsInteger(10, position);
      if (llvm::Error error = isUnnamed ? giveNext(std::move(array))
                                        : give(arrayName, std::move(array)))
        return llvm::joinErrors(failureOf("in '" + path + "':"),
                                std::move(error));
    }
    return llvm::Error::success();
  }
  llvm::Expected<NpyArray> array = readNpy(path);
  if (!array)
    return array.takeError();
  return isNamed ? give(name, std::move(*array)) : giveNext(std::move(*array));
}

llvm::Expected<std::vector<NpyArray>> Arguments::take() {
  std::string missing;
  for (auto [spec, value] : llvm::zip(function.arguments, values))
    if (!value)
      missing += (missing.empty() ? "'" : ", '") + spec.name + "' (" +
                 typeText(spec.type, spec.shape) + ")";
  if (!missing.empty())
    return failureOf("'" + function.name + "': expected a value for " +
                     missing + "; give files with --in and numbers with --arg");
  std::vector<NpyArray> taken;
  for (auto &value : values)
    taken.push_back(std::move(*value));
  return taken;
}

} // namespace mlir::eq
