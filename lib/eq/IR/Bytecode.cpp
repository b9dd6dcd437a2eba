// What bytecode says of the dialect eq: its version. Attributes are written as
// their text, operations by their properties (docs/Rationale.md).

#include "eq/IR/EqDialect.h"
#include "mlir/Bytecode/BytecodeImplementation.h"
#include "mlir/IR/Operation.h"

namespace mlir::eq {
namespace {

// The form of operations and attributes in bytecode that this library writes.
// Whoever changes that form counts up, says in `upgradeFromVersion` how the
// form before becomes the new one, and adds a file to test/IR/Inputs.
constexpr uint64_t currentVersion = 1;

struct EqVersion : DialectVersion {
  explicit EqVersion(uint64_t number) : number(number) {}

  uint64_t number;
};

struct EqBytecodeInterface : BytecodeDialectInterface {
  explicit EqBytecodeInterface(Dialect *dialect)
      : BytecodeDialectInterface(dialect) {}

  void writeVersion(DialectBytecodeWriter &writer) const override {
    writer.writeVarInt(currentVersion);
  }

  std::unique_ptr<DialectVersion>
  readVersion(DialectBytecodeReader &reader) const override {
    uint64_t number;
    if (failed(reader.readVarInt(number)))
      return nullptr;
    if (number > currentVersion) {
      reader.emitError("expected bytecode of eq version at most ")
          << currentVersion << ", but got " << number;
      return nullptr;
    }
    return std::make_unique<EqVersion>(number);
  }

  // One step for each version before the current one, in order.
  LogicalResult
  upgradeFromVersion(Operation *root,
                     const DialectVersion &version) const override {
    uint64_t number = static_cast<const EqVersion &>(version).number;
    // Version 1 is the first: nothing ever wrote an older one.
    if (number < 1)
      return root->emitError("expected bytecode of eq version at least 1, but "
                             "got ")
             << number;
    return success();
  }
};

} // namespace

void EqDialect::registerBytecode() { addInterfaces<EqBytecodeInterface>(); }

} // namespace mlir::eq
