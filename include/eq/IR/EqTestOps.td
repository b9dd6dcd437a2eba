// eqtest: checks on computed numbers, for tests. Only `eq-run` executes them.

#ifndef EQ_TEST_OPS_TD
#define EQ_TEST_OPS_TD

include "mlir/IR/OpBase.td"
include "mlir/IR/BuiltinAttributeInterfaces.td"

def EqTest_Dialect : Dialect {
  let name = "eqtest";
  let cppNamespace = "::mlir::eq::test";
  let summary = "checks on computed numbers, for tests";
  let description = [{
    Each op compares every element, reports expected, got, distance and place
    of each miss, and goes on; `eq-run` exits with a failure when any check
    missed. A value may be a scalar or a tensor.
  }];
}

class EqTest_Op<string mnemonic, list<Trait> traits = []>
    : Op<EqTest_Dialect, mnemonic, traits> {
  let hasVerifier = 1;
}

def EqTest_CloseOp : EqTest_Op<"close", [
    AllTypesMatch<["value", "expected"]>]> {
  let summary = "expect numbers within a distance of literal ones";
  let description = [{
    Passes where the distance is at most `ulps` units in the last place of the
    expected value's type, or |got - expected| <= abs + rel |expected|. Without
    any limit: 4 ULPs. NaN passes where NaN is expected. Integers compare
    exactly unless `abs` is given.

    Example: `eqtest.close %x, 0.73908513321516064 : f64, ulps = 19`
  }];
  let arguments = (ins AnyType:$value, TypedAttrInterface:$expected,
                       OptionalAttr<I64Attr>:$ulps, OptionalAttr<F64Attr>:$rel,
                       OptionalAttr<F64Attr>:$abs);
  let assemblyFormat = [{
    $value `,` $expected `` custom<Limits>($ulps, $rel, $abs) attr-dict
  }];
}

def EqTest_NearOp : EqTest_Op<"near", [
    AllTypesMatch<["value", "expected"]>]> {
  let summary = "expect numbers within a distance of computed ones";
  let description = [{
    As `eqtest.close`, with an expected value that the program computed or was
    given.

    Example: `eqtest.near %x, %y : tensor<?xf64>, rel = 1.0e-12`
  }];
  let arguments = (ins AnyType:$value, AnyType:$expected,
                       OptionalAttr<I64Attr>:$ulps, OptionalAttr<F64Attr>:$rel,
                       OptionalAttr<F64Attr>:$abs);
  let assemblyFormat = [{
    $value `,` $expected `:` type($value)
    `` custom<Limits>($ulps, $rel, $abs) attr-dict
  }];
}

def EqTest_EqualBitsOp : EqTest_Op<"equal_bits", [
    AllTypesMatch<["value", "expected"]>]> {
  let summary = "expect the same bits";
  let description = [{
    Compares as integers; all NaNs count as one.

    Example: `eqtest.equal_bits %a, %b : tensor<8xf32>`
  }];
  let arguments = (ins AnyType:$value, AnyType:$expected);
  let assemblyFormat = "$value `,` $expected attr-dict `:` type($value)";
}

def EqTest_StatusOp : EqTest_Op<"status"> {
  let summary = "expect statuses by name";
  let description = [{
    One name is expected of every sample; a list in brackets names one per
    sample. The type is i32 where it is not written.

    Example: `eqtest.status %s, [converged, diverged] : tensor<2xi32>`
  }];
  let arguments = (ins AnyType:$value, DenseI32ArrayAttr:$expected);
  let assemblyFormat = [{
    $value `,` custom<StatusNames>($expected) `` custom<StatusType>(type($value))
    attr-dict
  }];
}

#endif // EQ_TEST_OPS_TD
