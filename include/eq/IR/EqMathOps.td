// Elementwise ops that eq's own functions need, beside those of `arith` and
// `math`. The stage `fuse` makes them.

#ifndef EQ_MATH_OPS_TD
#define EQ_MATH_OPS_TD

include "eq/IR/EqBase.td"

def Eq_FarAngleOp : Eq_Op<"far_angle", !listconcat([
    Pure, AllTypesMatch<["angle", "quarters", "rest", "rest_low"]>
  ], ElementwiseMappable.traits)> {
  let summary = "take quarter turns from an angle that is far from zero";
  let description = [{
    Meaning, for each element:

    ```python
    if not |angle| > from: return 0, angle, 0
    if angle is infinite: return 0, NaN, NaN
    k = nearest integer to angle / (pi / 2)
    quarters = k mod 4                # 0 to 3
    rest = rounded(angle - k pi / 2)
    rest_low = rounded(angle - k pi / 2 - rest)
    ```

    `angle` is the rest and so many quarter turns; a rest that is not far is for
    arithmetic in place, so `sin` and the like choose nothing. Far angles are
    rare and need some hundred bits of pi, so they are not expanded in place:
    code generation tests whether there is one, and calls the runtime for it.
    `rest_low` of an f32 is what rounding takes from `rest` in f64.

    * (C1) `from` is 1 or more.

    Example:
    `%quarters, %rest, %low = eq.far_angle %x from 1.07374e+09 : f64`
  }];
  let arguments = (ins
    AnyTypeOf<[F32, F64, VectorOfAnyRankOf<[F32, F64]>]>:$angle,
    F64Attr:$from);
  let results = (outs AnyType:$quarters, AnyType:$rest, AnyType:$rest_low);
  let assemblyFormat = "$angle `from` $from attr-dict `:` type($angle)";
  let hasVerifier = 1;
}

#endif // EQ_MATH_OPS_TD
