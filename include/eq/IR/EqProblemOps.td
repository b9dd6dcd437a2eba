// The problem ops: what is to be solved, one sample in each region.

#ifndef EQ_PROBLEM_OPS_TD
#define EQ_PROBLEM_OPS_TD

include "eq/IR/EqBase.td"

//===----------------------------------------------------------------------===//
// eq.fixed_point
//===----------------------------------------------------------------------===//

def Eq_FixedPointOp : Eq_SolveOp<"fixed_point", [
    SingleBlock]> {
  let summary = "apply a map to its own result until the result settles";
  let description = [{
    Finds z with z = f(z), where the region is f. Meaning, for each sample:

    ```python
    if not (all(isfinite(init)) and knobs_are_legal):
      return init, inf, 0, bad_argument
    z, n = init, 0
    while n < max:
      fz, n = body(z, ins, shared), n + 1
      r = norm(fz - z)
      if any(isnan(fz)):                            return z, r, n, non_finite
      if any(isinf(fz)) or max(abs(fz)) > bound:    return z, r, n, diverged
      if r <= abs + rel * max(norm(fz), norm(z)):   return fz, r, n, converged
      z = method(z, fz)
    return fz, r, n, max_iterations     # Picard; other methods: the best iterate
    ```

    With `max = 0` the states are `init`, the residual is infinite, and the
    status is `max_iterations`. A residual that is not a number (two infinities
    subtracted) never passes the test. Absent knobs: `abs` and `rel` are 0,
    `bound` is infinite. Legal knobs: `abs`, `rel`, `bound` at least 0, `max` at
    least 0, none of them NaN, and those of the method within its own limits.

    `norm` is `max`, `rms` or `l2` over all state tensors together, `scale`
    divides each component first. An integer or boolean component adds 1 to the
    change where it changed and 0 to the norms of z and f(z); it is never NaN or
    infinite.

    `residual` has the widest real type of the states (f64 where there is none);
    `iterations` and `status` are i32; all three have the shape of the batch.
    `trace(n)` adds one more result, the residual of each of the first n
    evaluations; slots that were not reached hold NaN.

    `on_failure` says what the failure of this op does to the body around it.

    Constraints:

    * (C1) `init` has at least one value, and one result per value follows.
    * (C2) `body` is one block that ends in `eq.yield`.
    * (C3) `body` takes one argument per `init`, `ins` and `shared` operand, in
      this order.
    * (C4) `body` yields one value per `init` operand, of its argument's type.
    * (C5) every `init` and `ins` operand is the batch dimensions followed by
      its argument's type; a `shared` operand has its argument's type.
    * (C6) `until` names `abs`, `rel`, `max`, `bound`, each at most once, and
      `max` always.
    * (C7) `with` names knobs of the method, each at most once.
    * (C8) the method solves `eq.fixed_point`.
    * (C9) states are f32, f64 or integers of 1, 8, 16, 32 or 64 bits, of static
      shape, without encoding and not empty.
    * (C10) `scale`, if given, has one operand per state: a scalar of its element
      type, its argument's type, or that with the batch dimensions; all states
      are then real.
    * (C11) a knob is a scalar or has exactly the batch's shape; `max` is i32,
      all others have the residual's type.
    * (C12) `trace` is at least 1.
    * (C13) the adjoint is defined for `eq.fixed_point`.

    Example:

    ```mlir
    %x, %residual, %iterations, %status = eq.fixed_point
        init(%x0 : f64) until(abs = %tol : f64, max = %max : i32)
        method(#eq.picard) {
    ^bb0(%x: f64):
      %fx = math.cos %x : f64
      eq.yield %fx : f64
    }
    ```

    In C++ the body is a callback, and the types of the results follow:

    ```c++
    auto solve = FixedPointOp::create(
        builder, loc, /*init=*/x0, /*ins=*/ValueRange(),
        /*shared=*/ValueRange(), {{"abs", tol}, {"max", max}},
        PicardAttr::get(context), /*with=*/{},
        [](OpBuilder &b, Location loc, ValueRange z) {
          YieldOp::create(b, loc, math::CosOp::create(b, loc, z[0])->getResults());
        });
    ```

    A last argument, `FixedPointOptions`, gives the rank of the batch (by default
    0), `scale`, `norm`, `trace`, `adjoint` and `on_failure`.
  }];

  let arguments = (ins
    Variadic<AnyType>:$init, Variadic<AnyType>:$ins,
    Variadic<AnyType>:$shared, Variadic<AnyType>:$scale,
    Variadic<AnyType>:$until, Variadic<AnyType>:$with,
    StrArrayAttr:$until_names, StrArrayAttr:$with_names,
    Eq_AnyMethod:$method,
    DefaultValuedAttr<Eq_NormAttr, "::mlir::eq::Norm::max">:$norm,
    OptionalAttr<I64Attr>:$trace,
    OptionalAttr<Eq_AnyAdjoint>:$adjoint,
    OptionalAttr<Eq_OnFailureAttr>:$on_failure);
  let results = (outs Variadic<AnyType>:$outs);
  let regions = (region AnyRegion:$body);

  let assemblyFormat = [{
    `init` `(` $init `:` type($init) `)`
    (`ins` `(` $ins^ `:` type($ins) `)`)?
    (`shared` `(` $shared^ `:` type($shared) `)`)?
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    `until` `` custom<Knobs>($until, type($until), $until_names)
    (`norm` `` custom<NormWord>($norm)^)?
    `method` `` custom<Method>($method, $with, type($with), $with_names)
    (`trace` `(` $trace^ `)`)?
    (`adjoint` `(` $adjoint^ `)`)?
    (`on_failure` `` custom<OnFailureWord>($on_failure)^)?
    attr-dict-with-keyword custom<Body>($body)
  }];

  let builders = [
    OpBuilder<(ins "ValueRange":$init, "ValueRange":$ins, "ValueRange":$shared,
      "NamedKnobs":$until, "MethodAttrInterface":$method, "NamedKnobs":$with,
      "BodyBuilder":$body,
      CArg<"const FixedPointOptions &", "{}">:$options)>
  ];

  let extraClassDeclaration = [{
    ResultRange getSolutions() { return getOuts().take_front(getInit().size()); }
    Value getResidual() { return getOuts()[getInit().size()]; }
    Value getIterations() { return getOuts()[getInit().size() + 1]; }
    Value getStatus() { return getOuts()[getInit().size() + 2]; }
    /// The residual trace, or null where none is kept.
    Value getTraceResult();
    /// The leading dimensions of the operands that are the batch.
    SmallVector<int64_t> getBatchDims();
  }];
}

//===----------------------------------------------------------------------===//
// eq.root
//===----------------------------------------------------------------------===//

def Eq_RootOp : Eq_SolveOp<"root", [SingleBlock]> {
  let summary = "find where a function is zero";
  let description = [{
    Finds z with g(z) = 0, where the region is g. Meaning, for each sample:

    ```python
    if not (all(isfinite(init)) and knobs_are_legal):
      return init, inf, 0, bad_argument
    z, best, n, r = init, init, 0, inf
    while n < max:
      gz, n = body(z, ins, shared), n + 1
      if any(isnan(gz)):  return best, r, n, non_finite
      if any(isinf(gz)):  return best, r, n, diverged
      z, best, settled = method(z, gz)
      r = max(abs(body(best)))
      if r <= abs or settled:  return best, r, n, converged
    return best, r, n, max_iterations
    ```

    `settled` is the method's word that the type allows no better point. The
    results, their types and `on_failure` are those of `eq.fixed_point`.

    Constraints:

    * (C1) `init` has at least one value, and one result per value follows.
    * (C2) `body` is one block that ends in `eq.yield`.
    * (C3) `body` takes one argument per `init`, `ins` and `shared` operand, in
      this order.
    * (C4) `body` yields one value per `init` operand, of its argument's type.
    * (C5) every `init` and `ins` operand is the batch dimensions followed by
      its argument's type; a `shared` operand has its argument's type.
    * (C6) `until` names `abs` and `max`, each at most once, and `max` always.
    * (C7) `with` names knobs of the method, each at most once.
    * (C8) the method solves `eq.root`; `#eq.brent` takes one scalar and needs
      the knobs `low` and `high`.
    * (C9) states are f32 or f64 of static shape, without encoding, not empty.
    * (C10) a knob is a scalar or has exactly the batch's shape; `max` is i32,
      all others have the residual's type.

    Example:

    ```mlir
    %x, %residual, %iterations, %status = eq.root
        init(%x0 : f64) until(max = %max : i32)
        method(#eq.brent) with(low = %a : f64, high = %b : f64) {
    ^bb0(%x: f64):
      %cos = math.cos %x : f64
      %g = arith.subf %cos, %x : f64
      eq.yield %g : f64
    }
    ```

    In C++ the body is a callback, as for `eq.fixed_point`; a last argument,
    `RootOptions`, gives the rank of the batch (by default 0) and `on_failure`:

    ```c++
    auto root = RootOp::create(builder, loc, x0, ValueRange(), ValueRange(),
                               {{"max", max}}, BrentAttr::get(context),
                               {{"low", a}, {"high", b}}, buildBody);
    ```
  }];

  let arguments = (ins
    Variadic<AnyType>:$init, Variadic<AnyType>:$ins,
    Variadic<AnyType>:$shared, Variadic<AnyType>:$until,
    Variadic<AnyType>:$with, StrArrayAttr:$until_names,
    StrArrayAttr:$with_names, Eq_AnyMethod:$method,
    OptionalAttr<Eq_OnFailureAttr>:$on_failure);
  let results = (outs Variadic<AnyType>:$outs);
  let regions = (region AnyRegion:$body);

  let skipDefaultBuilders = 0;
  let builders = [
    OpBuilder<(ins "ValueRange":$init, "ValueRange":$ins, "ValueRange":$shared,
      "NamedKnobs":$until, "MethodAttrInterface":$method, "NamedKnobs":$with,
      "BodyBuilder":$body, CArg<"const RootOptions &", "{}">:$options)>
  ];

  let assemblyFormat = [{
    `init` `(` $init `:` type($init) `)`
    (`ins` `(` $ins^ `:` type($ins) `)`)?
    (`shared` `(` $shared^ `:` type($shared) `)`)?
    `until` `` custom<Knobs>($until, type($until), $until_names)
    `method` `` custom<Method>($method, $with, type($with), $with_names)
    (`on_failure` `` custom<OnFailureWord>($on_failure)^)?
    attr-dict-with-keyword custom<Body>($body)
  }];

  let extraClassDeclaration = [{
    ResultRange getSolutions() { return getOuts().take_front(getInit().size()); }
    Value getResidual() { return getOuts()[getInit().size()]; }
    Value getIterations() { return getOuts()[getInit().size() + 1]; }
    Value getStatus() { return getOuts()[getInit().size() + 2]; }
  }];
}

//===----------------------------------------------------------------------===//
// eq.ode
//===----------------------------------------------------------------------===//

def Eq_OdeOp : Eq_SolveOp<"ode"> {
  let summary = "integrate dy/dt = f(t, y) from one time to another";
  let description = [{
    The region `body` is f; its first argument is the time, always present.
    `t1 < t0` integrates backward. Events are pairs of regions: `event` yields a
    real number whose change of sign is looked for at the ends of accepted steps
    and located on the method's interpolant; `apply` yields whether to go on and
    the states to go on with. Without `apply` the integration ends there; either
    way the status is then `event`; as an inner solve that is no failure. Of a
    step the earliest event happens, and all
    others that happen at the same time; the next step begins there. A function
    that is 0 at `from`, or that has just had its event, is taken to have the
    sign that it has `sqrt(eps)` of a step later.

    With an error estimate the step is chosen so that the error of each step,
    the root mean square over all elements of
    `error / (abs scale + rel max(|y0|, |y1|))`, is at most 1; the knob `step`
    makes it fixed instead. A fixed step reaches the times `from + k step`, and
    the last step ends at `to`. `max` bounds the attempts, rejected ones
    included. With `until` the integration also ends, as `converged`, where
    `max_i |f_i| <= abs + rel max_i |y_i|`: at a steady state.

    A step whose evaluation fails (NaN, infinity, a failed inner solve) is
    rejected, and the next one is a quarter as long. Statuses: `converged` (the
    end time or the steady state was reached), `max_iterations`,
    `step_underflow` (a step below 4 ulp of `from` and `to`), and in its place
    `inner_failed`, `non_finite` or `diverged` where failures made the step so
    small, or the step is fixed; `diverged` where `max_i |y_i|` passes `bound`;
    `bad_argument` (a time, step, tolerance or state that is not finite, a step
    that is 0 or leads away from `to`, saved times outside or out of order).
    The states are those of the last accepted step, at the time that is given.

    Results, each with the batch's shape in front: one final state per `init`
    operand; one array of saved states per `init` operand if `save` is given;
    one array of event times per event with `keep`; then the time reached, the
    last scaled error, accepted steps, rejected steps, and the status.

    Constraints:

    * (C1) `init` has at least one value.
    * (C2) `body`, `event` and `apply` regions are one block that ends in
      `eq.yield`.
    * (C3) every region takes the time, then one argument per `init`, `ins` and
      `shared` operand.
    * (C4) `body` yields one value per `init` operand, of its argument's type.
    * (C5) every `init` and `ins` operand is the batch dimensions followed by
      its argument's type; a `shared` operand has its argument's type.
    * (C6) `within` names `abs`, `rel`, `max`, `bound`, each at most once, and
      `max` always; `until`, if given, names `abs` or `rel` or both.
    * (C7) `with` names knobs of the method or the controller, each at most once.
    * (C8) the method solves `eq.ode`.
    * (C9) states are f32 or f64 of static shape, without encoding, not empty.
    * (C10) `scale`, if given, has one operand per state, as for
      `eq.fixed_point`.
    * (C11) a knob is a scalar or has exactly the batch's shape; `max` is i32,
      `abs`, `rel` and `bound` have the widest real type of the states; `from`,
      `to` and the step sizes have the type of the time argument.
    * (C12) `save` is one rank-1 tensor of times for all samples, or one per
      sample with the batch dimensions in front.
    * (C13) an `event` region yields one real number; an `apply` region yields
      i1 and one value per state; `keep` is at least 1.
    * (C14) the adjoint is defined for `eq.ode`.

    Example:

    ```mlir
    %y1, %t, %error, %steps, %rejected, %status = eq.ode
        init(%y : f64) from(%t0 : f64) to(%t1 : f64)
        within(abs = %tol : f64, rel = %tol : f64, max = %max : i32)
        method(#eq.runge_kutta<dp5>) {
    ^bb0(%t: f64, %y: f64):
      %f = arith.negf %y : f64
      eq.yield %f : f64
    }
    ```

    In C++ the body is a callback whose first argument is the time; a last
    argument, `OdeOptions`, gives the rank of the batch (by default 0), `save`,
    `scale`, `until`, the controller, the adjoint, `on_failure`, and events,
    with callbacks too:

    ```c++
    auto flight = OdeOp::create(
        builder, loc, y0, ValueRange(), ValueRange(), t0, t1,
        {{"rel", tol}, {"max", max}},
        RungeKuttaAttr::get(context, Tableau::dp5), /*with=*/{}, buildBody);
    ```
  }];

  let arguments = (ins
    Variadic<AnyType>:$init, Variadic<AnyType>:$ins,
    Variadic<AnyType>:$shared, AnyType:$from, AnyType:$to,
    Optional<AnyType>:$save, Variadic<AnyType>:$scale,
    Variadic<AnyType>:$within, Variadic<AnyType>:$until,
    Variadic<AnyType>:$with, StrArrayAttr:$within_names,
    StrArrayAttr:$until_names, StrArrayAttr:$with_names,
    Eq_AnyMethod:$method,
    OptionalAttr<Eq_AnyController>:$control,
    DenseI32ArrayAttr:$event_directions, DenseI64ArrayAttr:$event_keeps,
    OptionalAttr<Eq_AnyAdjoint>:$adjoint,
    OptionalAttr<Eq_OnFailureAttr>:$on_failure);
  let results = (outs Variadic<AnyType>:$outs);
  let regions = (region AnyRegion:$body, VariadicRegion<AnyRegion>:$events);
  let skipDefaultBuilders = 0;
  let builders = [
    OpBuilder<(ins "ValueRange":$init, "ValueRange":$ins, "ValueRange":$shared,
      "Value":$from, "Value":$to, "NamedKnobs":$within,
      "MethodAttrInterface":$method, "NamedKnobs":$with, "BodyBuilder":$body,
      CArg<"const OdeOptions &", "{}">:$options)>
  ];

  let assemblyFormat = [{
    `init` `(` $init `:` type($init) `)`
    (`ins` `(` $ins^ `:` type($ins) `)`)?
    (`shared` `(` $shared^ `:` type($shared) `)`)?
    `from` `(` $from `:` type($from) `)`
    `to` `(` $to `:` type($to) `)`
    (`save` `(` $save^ `:` type($save) `)`)?
    (`scale` `(` $scale^ `:` type($scale) `)`)?
    `within` `` custom<Knobs>($within, type($within), $within_names)
    `` custom<OptionalUntil>($until, type($until), $until_names)
    `method` `` custom<ControlledMethod>($method, $control, $with, type($with),
                                         $with_names)
    (`adjoint` `(` $adjoint^ `)`)?
    (`on_failure` `` custom<OnFailureWord>($on_failure)^)?
    attr-dict-with-keyword custom<Body>($body)
    custom<Events>($events, $event_directions, $event_keeps)
  }];

  let extraClassDeclaration = [{
    ResultRange getSolutions() { return getOuts().take_front(getInit().size()); }
    Value getTime() { return getOuts()[getOuts().size() - 5]; }
    Value getError() { return getOuts()[getOuts().size() - 4]; }
    Value getSteps() { return getOuts()[getOuts().size() - 3]; }
    Value getRejected() { return getOuts()[getOuts().size() - 2]; }
    Value getStatus() { return getOuts().back(); }
    /// The `event` and `apply` regions of event `i`; `apply` may be empty.
    Region &getEventRegion(unsigned i) { return getEvents()[2 * i]; }
    Region &getApplyRegion(unsigned i) { return getEvents()[2 * i + 1]; }
    unsigned getNumEvents() { return getEvents().size() / 2; }
  }];
}

#endif // EQ_PROBLEM_OPS_TD
