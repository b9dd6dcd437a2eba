// How an op of one sample becomes ops of a lane block. Attached by external
// models, so that the ops of any dialect can join.

#ifndef EQ_BATCHABLE_OP_INTERFACE_TD
#define EQ_BATCHABLE_OP_INTERFACE_TD

include "mlir/IR/OpBase.td"

def Eq_BatchableOpInterface : OpInterface<"BatchableOpInterface"> {
  let cppNamespace = "::mlir::eq";
  let description = [{
    A rule is asked for where an op reads a value that differs between samples;
    any other op stays as it is. An op whose operands and results are scalars
    needs no rule: an elementwise one takes vectors, any other one without
    effects is copied for each lane.
  }];
  let methods = [
    InterfaceMethod<[{
        Whether this op, as it stands, has a rule. The ops of its regions are
        asked for themselves.
      }],
      "bool", "hasBatchRule", (ins), [{}], [{ return true; }]>,
    InterfaceMethod<
      "Emits the op for all lanes and maps its results.",
      "void", "batch",
      (ins "::mlir::OpBuilder &":$builder, "::mlir::eq::Batcher &":$batcher)>
  ];
}

#endif // EQ_BATCHABLE_OP_INTERFACE_TD
