// The eq dialect: problems that are solved by repeating a step, and the loop
// they all become.

#ifndef EQ_DIALECT_TD
#define EQ_DIALECT_TD

include "mlir/IR/OpBase.td"

def Eq_Dialect : Dialect {
  let name = "eq";
  let cppNamespace = "::mlir::eq";
  let summary = "convergence loops: problems solved by repeating a step";
  let description = [{
    Every op of this dialect describes *one sample* in its regions. A batch is
    many independent samples solved by one op: the leading dimensions that an
    `init` operand has beyond its region argument are the batch.

    Problem ops (`eq.fixed_point`, `eq.ode`) say what is wanted. The stage
    `expand` turns each into `eq.loop`, a batch of bounded loops, which is all
    that later stages know.
  }];
  let useDefaultAttributePrinterParser = 1;
  let hasOperationAttrVerify = 1;
  let extraClassDeclaration = [{
    void registerAttributes();
    void registerBytecode();
  }];
  let dependentDialects = [
    "::mlir::arith::ArithDialect", "::mlir::tensor::TensorDialect"
  ];
}

#endif // EQ_DIALECT_TD
