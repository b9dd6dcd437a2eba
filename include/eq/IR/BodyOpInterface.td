// How an op of another dialect joins those that a body may use. Attached by
// external models, or implemented by the op.

#ifndef EQ_BODY_OP_INTERFACE_TD
#define EQ_BODY_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def Eq_BodyOpInterface : OpInterface<"BodyOpInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    An op of another dialect that a body may use. It has no side effects and no
    regions, its values are those of a body (scalars and tensors of static
    shape), and it says what it is in operations that a body may use.

    The stage `verify` writes these in its place, so that traps are guarded,
    roundings are decided, and loops are fused and scheduled as if the program
    had them. An op that is *kept* stays one operation until its loop is code,
    for the sake of its rule for lanes (`BatchableOpInterface`): what its form
    for lanes is, and how that is lowered, is up to the op. The dialect of the op
    names the dialects of what it becomes as its `dependentDialects`.
  }];
  let methods = [
    InterfaceMethod<[{
        Whether the op stays as it is until the stage `codegen`. Its operands and
        results are scalars then, and `lower` may emit only operations that are
        exactly rounded: those of `arith`, `vector`, and
        `math.fma`, `math.sqrt`, `math.absf`, `math.copysign`, `math.floor`,
        `math.ceil`, `math.trunc`, `math.roundeven`.
      }],
      "bool", "isKept", (ins), [{}], [{ return false; }]>,
    InterfaceMethod<[{
        Emits what the op is, and gives one value for each result, of its type;
        fails, with an error at the op, where there is no such form. Of a kept op
        that its rule for lanes left on vectors, it is asked for these.
      }],
      "::llvm::FailureOr<::llvm::SmallVector<::mlir::Value>>", "lower",
      (ins "::mlir::OpBuilder &":$builder)>
  ];
}

#endif // EQ_BODY_OP_INTERFACE_TD
