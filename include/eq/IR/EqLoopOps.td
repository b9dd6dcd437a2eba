// The narrow waist: one loop op, its terminators and helpers.

#ifndef EQ_LOOP_OPS_TD
#define EQ_LOOP_OPS_TD

include "eq/IR/EqBase.td"

//===----------------------------------------------------------------------===//
// eq.loop
//===----------------------------------------------------------------------===//

def Eq_LoopOp : Eq_SolveOp<"loop"> {
  let summary = "run a batch of independent, bounded while loops";
  let description = [{
    Meaning, for each sample b:

    ```python
    again, s, record[b] = start(init[b], ins[b], shared, record[b])
                          # absent: True, init[b], record[b]
    k = 0
    while again and k < max:
      again, s, record[b], d = step(k, s, ins[b], shared, record[b])
      total += d; k += 1                              # `sum` operands only
    results[b] = finish(k, again, s, ins[b], shared)  # absent: s
    steps[b] = k
    ```

    State that `start` makes beyond `init` is private: it exists only while a
    sample is in flight. `start` may take the records, last, or leave them out
    and so pass them on unchanged. `record` operands are per-sample output
    arrays, written in place by `eq.record`. `sum` operands are the one result
    that mixes samples: each sample adds up its own steps from 0, samples are
    added in index order within a chunk of `sum_chunk` consecutive samples
    (default 64), chunks are added in order, the operand first.

    `again` in `finish` is the raw flag: still set with k == max means that the
    bound was met, with k < max that the run was cancelled. `max` below 0 counts
    as 0.

    Results: the values of `finish` (or the states) with the batch's dimensions
    in front, the steps taken (i32), the records, the sums.

    Constraints:

    * (C1) `init` has at least one value.
    * (C2) `start` and `step` are one block that ends in `eq.next`, `finish` is
      one block that ends in `eq.yield`; `start` and `finish` may be absent.
    * (C3) `start` takes (init, ins, shared) and may take the records last.
    * (C4) `step` takes (k: i32, states, ins, shared, records).
    * (C5) `eq.next` gives one value per state of the step's argument types, the
      records, and in `step` one value per `sum` operand, of its type.
    * (C6) `finish` takes (k: i32, again: i1, states, ins, shared).
    * (C7) every `init`, `ins` and `record` operand is the batch dimensions
      followed by its argument's type; a `shared` operand has its argument's
      type.
    * (C8) a record's argument is a tensor, and every value that stands for it
      is used exactly once.
    * (C9) a `sum` operand is a real number or a static tensor of such.
    * (C10) `max` is i32, a scalar or of the batch's shape.
    * (C11) region values are f32, f64 or integers of 1, 8, 16, 32 or 64 bits, of
      static shape, without encoding and not empty.
    * (C12) `sum_chunk` is at least 1.

    Example (short form: no `start`, no `finish`):

    ```mlir
    %y, %steps = eq.loop init(%x : tensor<4096xf32>) max(%max : i32)
    step {
    ^bb0(%k: i32, %x: f32):
      %half = arith.constant 0.5 : f32
      %one = arith.constant 1.0 : f32
      %y = arith.mulf %x, %half : f32
      %again = arith.cmpf ogt, %y, %one : f32
      eq.next %again, %y : f32
    }
    ```
  }];

  let arguments = (ins
    Variadic<AnyType>:$init, Variadic<AnyType>:$ins,
    Variadic<AnyType>:$shared, Variadic<AnyType>:$record,
    Variadic<AnyType>:$sum, AnyType:$max,
    OptionalAttr<Eq_AnySchedule>:$schedule,
    OptionalAttr<I64Attr>:$sum_chunk);
  let results = (outs Variadic<AnyType>:$outs);
  let regions = (region AnyRegion:$start, AnyRegion:$step, AnyRegion:$finish);

  let assemblyFormat = [{
    `init` `(` $init `:` type($init) `)`
    (`ins` `(` $ins^ `:` type($ins) `)`)?
    (`shared` `(` $shared^ `:` type($shared) `)`)?
    (`record` `(` $record^ `:` type($record) `)`)?
    (`sum` `(` $sum^ `:` type($sum) `)`)?
    `max` `(` $max `:` type($max) `)`
    (`schedule` `(` $schedule^ `)`)?
    attr-dict-with-keyword
    custom<LoopRegions>($start, $step, $finish)
  }];

  let builders = [
    // Empty regions, to be filled by the caller; result types are given by the
    // values `finish` (or the states) will have.
    OpBuilder<(ins "TypeRange":$results, "ValueRange":$init, "ValueRange":$ins,
                   "ValueRange":$shared, "ValueRange":$record,
                   "ValueRange":$sum, "Value":$max)>
  ];

  let extraClassDeclaration = [{
    /// Types of the states, as `step` sees them.
    TypeRange getStateTypes();
    /// Results of `finish`, the steps, the records and the sums.
    ResultRange getFinals();
    Value getSteps();
    ResultRange getRecords();
    ResultRange getSums();
    /// Whether a region uses what it gets of an operand.
    bool readsInit(unsigned i);
    bool readsIns(unsigned i);
    /// The leading dimensions of the operands that are the batch.
    SmallVector<int64_t> getBatchDims();
    static constexpr int64_t defaultSumChunk = 64;
  }];
}

//===----------------------------------------------------------------------===//
// Terminators
//===----------------------------------------------------------------------===//

def Eq_YieldOp : Eq_Op<"yield", [
    Pure, Terminator, ParentOneOf<["FixedPointOp", "RootOp", "OdeOp", "LoopOp"]>]> {
  let summary = "give the values of a region";
  let description = [{
    Ends the body of a problem op and the `finish` region of `eq.loop`.

    Example: `eq.yield %fx : f64`
  }];
  let arguments = (ins Variadic<AnyType>:$values);
  let assemblyFormat = "attr-dict ($values^ `:` type($values))?";
}

def Eq_NextOp : Eq_Op<"next", [
    Pure, Terminator, AttrSizedOperandSegments, ParentOneOf<["LoopOp"]>]> {
  let summary = "end a step: whether to go on, and the state to go on with";
  let description = [{
    Ends the `start` and `step` regions of `eq.loop`. `again` false ends the
    sample's loop; the states given with it are its last.

    Example: `eq.next %again, %z, %r : tensor<64xf32>, f32`
  }];
  let arguments = (ins I1:$again, Variadic<AnyType>:$states,
                       Variadic<AnyType>:$records, Variadic<AnyType>:$sums);
  let assemblyFormat = [{
    $again (`,` $states^ `:` type($states))?
    (`record` `(` $records^ `:` type($records) `)`)?
    (`sum` `(` $sums^ `:` type($sums) `)`)? attr-dict
  }];
}

//===----------------------------------------------------------------------===//
// Helpers inside loops
//===----------------------------------------------------------------------===//

def Eq_RecordOp : Eq_Op<"record", [
    Pure, AllTypesMatch<["buffer", "result"]>]> {
  let summary = "write one slot of a record, in place";
  let description = [{
    Writes `value` into slot `slot` of the leading dimension of `buffer` if
    `when` is set; a slot out of range is dropped. The old buffer may not be
    used again.

    * (C1) `buffer` is a static tensor whose shape is one dimension followed by
      the value's shape, of its element type.

    Example:
    `%rs1 = eq.record %r, %rs[%slot] when %c : f32 into tensor<16xf32>`
  }];
  let arguments = (ins AnyType:$value, AnyRankedTensor:$buffer, Index:$slot,
                       I1:$when);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $value `,` $buffer `[` $slot `]` `when` $when attr-dict
    `:` type($value) `into` type($buffer)
  }];
  let hasFolder = 1;
  let hasVerifier = 1;
}

def Eq_PushOp : Eq_Op<"push", [
    Pure, AllTypesMatch<["history", "result"]>]> {
  let summary = "shift a history by one and put the newest value in front";
  let description = [{
    Result slot 0 is `value`, slot a is slot a - 1 of `history`; the oldest is
    lost. Values are addressed by age: slot a is a pushes old.

    * (C1) `history` is a static tensor whose shape is one dimension followed by
      the value's shape, of its element type.

    Example:
    `%h1 = eq.push %f, %h : tensor<64xf32> into tensor<5x64xf32>`
  }];
  let arguments = (ins AnyType:$value, AnyRankedTensor:$history);
  let results = (outs AnyRankedTensor:$result);
  let assemblyFormat = [{
    $value `,` $history attr-dict `:` type($value) `into` type($history)
  }];
  let hasVerifier = 1;
}

def Eq_CancelledOp : Eq_Op<"cancelled", [Pure]> {
  let summary = "whether the caller has asked the call to stop";
  let description = [{
    Stands in the `finish` of a problem whose body holds other solves. Loops that
    are asked to stop do so between steps; where an inner one does, its solve
    fails, and so does the step of the outer one. That sample was cancelled, and
    its inner solve did not fail.

    A request stays for the whole call. It may come at any time, so that asking
    twice need not give one answer; but the op is `Pure`: who got no answer yet
    may use any of them.

    Example: `%stopped = eq.cancelled`
  }];
  let results = (outs I1:$result);
  let assemblyFormat = "attr-dict";
}

def Eq_ReportOp : Eq_Op<"report"> {
  let summary = "hand a solve's counts, residuals and statuses to the caller";
  let description = [{
    Put behind every outermost solve by `eq-run`, before the first pass, so that
    nothing that is reported can be removed as dead. It has a side effect and no
    result.
  }];
  let arguments = (ins AnyType:$iterations, AnyType:$residual, AnyType:$status,
                       StrAttr:$label);
  let assemblyFormat = [{
    $label `,` $iterations `,` $residual `,` $status attr-dict
    `:` type($iterations) `,` type($residual) `,` type($status)
  }];
}

def Eq_ExpectBatchOp : Eq_Op<"expect_batch"> {
  let summary = "return an error unless an operand has the batch size of a solve";
  let description = [{
    Put in front of an outermost loop for each operand whose batch size only a
    run can tell, before anything can drop an operand: a size that disagrees is
    an error even where nobody reads the values. `operand` says which one it is,
    as the program wrote it. It has a side effect and no result; two sizes that
    are one value need no check.

    Example:

    ```mlir
    %0 = tensor.dim %z, %c0 : tensor<?x64xf32>
    %1 = tensor.dim %x, %c0 : tensor<?x64xf32>
    eq.expect_batch %1 is %0, "'ins' operand #0"
    ```
  }];
  let arguments = (ins Index:$size, Index:$batch, StrAttr:$operand);
  let assemblyFormat = "$size `is` $batch `,` $operand attr-dict";
  let hasCanonicalizeMethod = 1;
}

#endif // EQ_LOOP_OPS_TD
