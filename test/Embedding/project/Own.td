// The dialect `own`: what a project of somebody else adds to eq.

include "eq/Batch/BatchableOpInterface.td"
include "eq/IR/BodyOpInterface.td"
include "eq/IR/EqInterfaces.td"
include "eq/Methods/IterationMethod.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

def Own_Dialect : Dialect {
  let name = "own";
  let cppNamespace = "::own";
  let useDefaultAttributePrinterParser = 1;
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::eq::EqDialect",
    "::mlir::math::MathDialect"
  ];
}

//===----------------------------------------------------------------------===//
// A method
//===----------------------------------------------------------------------===//

def Own_MannAttr : AttrDef<Own_Dialect, "Mann", [
    DeclareAttrInterfaceMethods<Eq_MethodAttrInterface>,
    DeclareAttrInterfaceMethods<Eq_IterationMethod>]> {
  let mnemonic = "mann";
  let summary = "z <- z + (f(z) - z) / (n + 1) after n evaluations";
}

// A method that says what it solves, and nobody how.
def Own_VagueAttr : AttrDef<Own_Dialect, "Vague", [
    DeclareAttrInterfaceMethods<Eq_MethodAttrInterface>]> {
  let mnemonic = "vague";
}

//===----------------------------------------------------------------------===//
// A schedule
//===----------------------------------------------------------------------===//

def Own_SmallAttr : AttrDef<Own_Dialect, "Small", [
    DeclareAttrInterfaceMethods<Eq_ScheduleAttrInterface, ["resolveFor"]>]> {
  let mnemonic = "small";
  let summary = "#eq.serial for at most `samples` samples, else 4 lanes";
  let parameters = (ins "int64_t":$samples);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Operations
//===----------------------------------------------------------------------===//

class Own_Op<string mnemonic, list<Trait> traits = []>
    : Op<Own_Dialect, mnemonic, !listconcat([Pure], traits)>;

def Own_LogisticOp : Own_Op<"logistic", [
    SameOperandsAndResultType, DeclareOpInterfaceMethods<Eq_BodyOpInterface>]> {
  let summary = "1 / (1 + exp(-x)), of a number or of every element";
  let arguments = (ins AnyType:$x);
  let results = (outs AnyType:$y);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

// Kept until its loop is code, for its rule for lanes: the same operation on
// vectors. Long ones have no rule.
def Own_PolynomialOp : Own_Op<"polynomial", [
    SameOperandsAndResultType,
    DeclareOpInterfaceMethods<Eq_BodyOpInterface, ["isKept"]>,
    DeclareOpInterfaceMethods<Eq_BatchableOpInterface, ["hasBatchRule"]>]> {
  let summary = "coefficients[0] + coefficients[1] x + .. by Horner's rule";
  let arguments = (ins AnyType:$x, DenseF64ArrayAttr:$coefficients);
  let results = (outs AnyType:$y);
  let assemblyFormat = "$x $coefficients attr-dict `:` type($x)";
}

// Says of itself that it is itself, or, if `wrong`, a constant of another type.
def Own_CircularOp : Own_Op<"circular", [
    SameOperandsAndResultType, DeclareOpInterfaceMethods<Eq_BodyOpInterface>]> {
  let arguments = (ins AnyType:$x, UnitAttr:$wrong);
  let results = (outs AnyType:$y);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}

// Nothing is known of it.
def Own_OpaqueOp : Own_Op<"opaque", [SameOperandsAndResultType]> {
  let arguments = (ins AnyType:$x);
  let results = (outs AnyType:$y);
  let assemblyFormat = "$x attr-dict `:` type($x)";
}
