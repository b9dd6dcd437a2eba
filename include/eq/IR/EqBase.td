// What the ops of the dialect have in common.

#ifndef EQ_BASE_TD
#define EQ_BASE_TD

include "eq/IR/EqAttributes.td"
include "mlir/IR/OpAsmInterface.td"
include "mlir/Interfaces/InferTypeOpInterface.td"
include "mlir/Interfaces/SideEffectInterfaces.td"

class Eq_Op<string mnemonic, list<Trait> traits = []>
    : Op<Eq_Dialect, mnemonic, traits>;

// An op whose regions see nothing but their arguments and whose result types
// follow from its operands and regions.
class Eq_SolveOp<string mnemonic, list<Trait> traits = []>
    : Eq_Op<mnemonic, !listconcat([
        IsolatedFromAbove, AttrSizedOperandSegments, RecursiveMemoryEffects,
        RecursivelySpeculatable,
        DeclareOpInterfaceMethods<InferTypeOpInterface>,
        DeclareOpInterfaceMethods<OpAsmOpInterface,
            ["getAsmBlockArgumentNames", "getAsmResultNames"]>
      ], traits)> {
  let skipDefaultBuilders = 1;
  let hasVerifier = 1;       // attributes, operand types
  let hasRegionVerifier = 1; // anything that looks inside a region
  let hasCanonicalizer = 1;  // inputs that are not read, or are given twice
}

// Attributes known by an interface.
class Eq_InterfaceAttr<string interface, string text>
    : Attr<CPred<"::llvm::isa<::mlir::eq::" # interface # ">($_self)">, text> {
  let storageType = "::mlir::Attribute";
  let returnType = "::mlir::eq::" # interface;
  let convertFromStorage = "::llvm::cast<::mlir::eq::" # interface # ">($_self)";
}
def Eq_AnyMethod
    : Eq_InterfaceAttr<"MethodAttrInterface", "a method such as #eq.picard">;
def Eq_AnyController
    : Eq_InterfaceAttr<"ControllerAttrInterface", "a controller such as #eq.pid">;
def Eq_AnyAdjoint
    : Eq_InterfaceAttr<"AdjointAttrInterface", "an adjoint such as #eq.implicit">;
def Eq_AnySchedule
    : Eq_InterfaceAttr<"ScheduleAttrInterface", "a schedule such as #eq.serial">;

#endif // EQ_BASE_TD
