// Methods, controllers, adjoints, schedules and the small enumerations.

#ifndef EQ_ATTRIBUTES_TD
#define EQ_ATTRIBUTES_TD

include "eq/IR/EqDialect.td"
include "eq/IR/EqInterfaces.td"
include "mlir/IR/AttrTypeBase.td"
include "mlir/IR/EnumAttr.td"

//===----------------------------------------------------------------------===//
// Enumerations
//===----------------------------------------------------------------------===//

def Eq_Norm : I32Enum<"Norm", "how a state becomes one number", [
    I32EnumCase<"max", 0>, I32EnumCase<"rms", 1>, I32EnumCase<"l2", 2>]> {
  let cppNamespace = "::mlir::eq";
}
def Eq_NormAttr : EnumAttr<Eq_Dialect, Eq_Norm, "norm"> {
  let description = [{
    The norm of stopping tests, over all state tensors together: `max` (largest
    magnitude, a NaN wins), `rms` (root of the mean square over all elements)
    or `l2`. An integer or boolean component counts 1 where it changed.
  }];
}

def Eq_OnFailure : I32Enum<"OnFailure", "what an inner failure does", [
    I32EnumCase<"fail", 0>, I32EnumCase<"ignore", 1>]> {
  let cppNamespace = "::mlir::eq";
}
def Eq_OnFailureAttr : EnumAttr<Eq_Dialect, Eq_OnFailure, "on_failure"> {
  let description = [{
    What it means when an inner solve does not converge: `fail` makes the
    evaluation of the enclosing body fail; `ignore` leaves it to the body, which
    reads the inner status. The stage `verify` writes it where it is absent.
  }];
}

def Eq_Tableau : I32Enum<"Tableau", "a named Runge-Kutta tableau", [
    I32EnumCase<"euler", 0>, I32EnumCase<"heun", 1>, I32EnumCase<"midpoint", 2>,
    I32EnumCase<"ralston", 3>, I32EnumCase<"rk4", 4>, I32EnumCase<"bs3", 5>,
    I32EnumCase<"dp5", 6>, I32EnumCase<"tsit5", 7>, I32EnumCase<"vern7", 8>,
    I32EnumCase<"dop853", 9>, I32EnumCase<"user", 10>]> {
  let cppNamespace = "::mlir::eq";
}

def Eq_EventDirection : I32Enum<"EventDirection", "which sign changes count", [
    I32EnumCase<"rising", 0>, I32EnumCase<"falling", 1>,
    I32EnumCase<"any", 2>]> {
  let cppNamespace = "::mlir::eq";
}

//===----------------------------------------------------------------------===//
// Methods
//===----------------------------------------------------------------------===//

class Eq_Attr<string name, string attrMnemonic, list<Trait> traits = []>
    : AttrDef<Eq_Dialect, name, traits> {
  let mnemonic = attrMnemonic;
}

class Eq_MethodDef<string name, string attrMnemonic>
    : Eq_Attr<name, attrMnemonic,
              [DeclareAttrInterfaceMethods<Eq_MethodAttrInterface>]>;

def Eq_PicardAttr : Eq_MethodDef<"Picard", "picard"> {
  let summary = "repeat the map";
  let description = [{
    Picard iteration, z <- z + damping (f(z) - z), for `eq.fixed_point`.
    Converges where the (damped) map shrinks distances. Cost: one evaluation a
    step, no history. The residual and the returned value are of the undamped
    map.

    Knob `damping` in (0, 1], default 1.

    Example: `method(#eq.picard) with(damping = %beta : f64)`
  }];
}

def Eq_AndersonAttr : Eq_MethodDef<"Anderson", "anderson"> {
  let summary = "combine the last few iterates (Anderson acceleration, type II)";
  let description = [{
    Knob `damping` in (0, 1], default 1. `depth` is how many past iterates are
    kept. This version parses, checks and prints it; the stage `verify` refuses
    it, because no model of the method is registered yet.
  }];
  let parameters = (ins "int64_t":$depth);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Eq_BrentAttr : Eq_MethodDef<"Brent", "brent"> {
  let summary = "narrow a bracket around a root (Brent's method)";
  let description = [{
    For `eq.root` with one scalar unknown: inverse quadratic interpolation or the
    secant where they make progress, else bisection (R. P. Brent, Algorithms for
    Minimization without Derivatives, 1973, chapter 4). Cost: one evaluation a
    step and two at the start; never more than about the square of what bisection
    takes, and some ten steps where the function is smooth.

    Knobs `low` and `high`, in any order, between which the function changes its
    sign (or is zero at one of them): `bad_argument` where it does not. `init` is
    the first point to try; outside of the bracket its middle is taken. Knob
    `width`, default 0: settled where the bracket is no wider than
    `width + 4 eps |z|`.

    Example: `method(#eq.brent) with(low = %a : f64, high = %b : f64)`
  }];
}

def Eq_RungeKuttaAttr : Eq_MethodDef<"RungeKutta", "runge_kutta"> {
  let summary = "an explicit Runge-Kutta method";
  let description = [{
    By the name of its tableau, or with a tableau of your own: `a` has the
    numbers below the diagonal, row by row, `b_hat` and `order_hat` are the
    weights and the order of the embedded solution, without which steps cannot
    be chosen. The stage `verify` refuses a tableau that is not of the order it
    claims, and names the first condition that fails. Saved times are
    interpolated by the cubic through both ends.

    Knobs `step` (fixed step size) or `first_step` (start of an adaptive
    integration), of the type of the time. Orders, costs and sources are in
    docs/Methods.md.

    Example:

    ```
    #eq.runge_kutta<tsit5>
    #eq.runge_kutta<a = [1.0], b = [0.5, 0.5], c = [0.0, 1.0], order = 2,
                    b_hat = [1.0, 0.0], order_hat = 1>
    ```
  }];
  let parameters = (ins EnumParameter<Eq_Tableau>:$tableau,
    OptionalParameter<"::mlir::DenseF64ArrayAttr">:$a,
    OptionalParameter<"::mlir::DenseF64ArrayAttr">:$b,
    OptionalParameter<"::mlir::DenseF64ArrayAttr">:$c,
    DefaultValuedParameter<"unsigned", "0">:$order,
    OptionalParameter<"::mlir::DenseF64ArrayAttr">:$b_hat,
    DefaultValuedParameter<"unsigned", "0">:$order_hat);
  let builders = [
    AttrBuilder<(ins "::mlir::eq::Tableau":$tableau), [{
      return $_get($_ctxt, tableau, ::mlir::DenseF64ArrayAttr(),
                   ::mlir::DenseF64ArrayAttr(), ::mlir::DenseF64ArrayAttr(), 0,
                   ::mlir::DenseF64ArrayAttr(), 0);
    }]>
  ];
  let hasCustomAssemblyFormat = 1;
}

//===----------------------------------------------------------------------===//
// Step-size controllers
//===----------------------------------------------------------------------===//

def Eq_PidAttr : Eq_Attr<"Pid", "pid",
    [DeclareAttrInterfaceMethods<Eq_ControllerAttrInterface>]> {
  let summary = "proportional, integral and derivative step-size control";
  let description = [{
    Knobs `pcoeff`, `icoeff`, `dcoeff`, `safety`, `factor_min`, `factor_max`.
  }];
}

//===----------------------------------------------------------------------===//
// Adjoints
//===----------------------------------------------------------------------===//

class Eq_AdjointDef<string name, string attrMnemonic>
    : Eq_Attr<name, attrMnemonic,
              [DeclareAttrInterfaceMethods<Eq_AdjointAttrInterface>]>;

def Eq_ImplicitAttr : Eq_AdjointDef<"Implicit", "implicit"> {
  let summary = "derivative from the equation at the solution";
}
def Eq_OneStepAttr : Eq_AdjointDef<"OneStep", "one_step"> {
  let summary = "derivative of one step at the solution";
}
def Eq_NeumannAttr : Eq_AdjointDef<"Neumann", "neumann"> {
  let summary = "implicit derivative by a truncated Neumann series";
  let parameters = (ins "int64_t":$terms);
  let assemblyFormat = "`<` $terms `>`";
}
def Eq_InterpolatingAttr : Eq_AdjointDef<"Interpolating", "interpolating"> {
  let summary = "continuous adjoint on the interpolated forward solution";
}
def Eq_BacksolveAttr : Eq_AdjointDef<"Backsolve", "backsolve"> {
  let summary = "continuous adjoint that integrates the state backward too";
}
def Eq_CheckpointedAttr : Eq_AdjointDef<"Checkpointed", "checkpointed"> {
  let summary = "derivative through the steps, with checkpoints";
  let parameters = (ins "int64_t":$slots);
  let assemblyFormat = "`<` struct(params) `>`";
}

//===----------------------------------------------------------------------===//
// Schedules
//===----------------------------------------------------------------------===//

class Eq_ScheduleDef<string name, string attrMnemonic>
    : Eq_Attr<name, attrMnemonic,
              [DeclareAttrInterfaceMethods<Eq_ScheduleAttrInterface>]>;

def Eq_SerialAttr : Eq_ScheduleDef<"Serial", "serial"> {
  let summary = "one sample after another, scalar code";
  let description = [{
    The reference every other schedule is compared with, bit by bit.
  }];
}

def Eq_LanesAttr : Eq_ScheduleDef<"Lanes", "lanes"> {
  let summary = "samples are SIMD lanes of a CPU core";
  let description = [{
    `lanes` samples run at once, a power of two, at most 64; `rows` rows of a
    product are summed together, in registers; a finished sample's place is given
    to a waiting one when `refill` places are idle. Every thread of the context
    runs such a block of lanes, and takes `chunk` samples at a time from those
    that wait (0: chosen at run time). A loop without a batch, or whose step has
    an operation without a rule for lanes, is run as `#eq.serial`, and a remark
    says why.
  }];
  let parameters = (ins "int64_t":$lanes, "int64_t":$rows, "int64_t":$refill,
                        DefaultValuedParameter<"int64_t", "0">:$chunk);
  let assemblyFormat = "`<` struct(params) `>`";
  let genVerifyDecl = 1;
}

def Eq_ThreadAttr : Eq_ScheduleDef<"Thread", "thread"> {
  let summary = "every sample is a thread of a GPU";
  let description = [{
    One kernel runs the whole solve: its threads stay, in blocks of `block`, a
    multiple of 32, and take samples from a common counter. States and inputs of
    a sample are in registers, so that they must be small. When `refill` threads
    of a warp are done, their places are given to waiting samples at once. A
    block takes `chunk` samples at a time (0: chosen at run time). A loop that
    has an operation without a form for kernels, or too much state, is refused.

    Example: `schedule(#eq.thread<block = 128, refill = 4>)`
  }];
  let parameters = (ins DefaultValuedParameter<"int64_t", "128">:$block,
                        DefaultValuedParameter<"int64_t", "4">:$refill,
                        DefaultValuedParameter<"int64_t", "0">:$chunk);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
}

def Eq_CtaAttr : Eq_ScheduleDef<"Cta", "cta"> {
  let summary = "a block of threads of a GPU shares a tile of samples";
  let description = [{
    For states that are too large for the registers of a thread. One kernel runs
    the whole solve: its blocks stay, and take samples from a common counter. A
    block has `warps` warps and works on 32 x `samples` samples at once (`samples`
    is 1, 2 or 4): each lane of a warp has `samples` of them, and each warp computes
    `rows` rows of a product at a time, whose sums are in registers. Shared
    tensors that the step reads, states, inputs and what is between them are in
    shared memory, in f32 for f32: sums are added in ascending order, and results
    have the bits of `#eq.serial`. When `refill` samples of a tile are done, their
    places are given to waiting ones at once. A block takes `chunk` samples at a
    time (0: chosen at run time). A loop that has an operation without a form for
    tiles, or needs more shared memory than a block can have, is refused.

    Example: `schedule(#eq.cta<warps = 4, samples = 4, rows = 16>)`
  }];
  let parameters = (ins DefaultValuedParameter<"int64_t", "4">:$warps,
                        DefaultValuedParameter<"int64_t", "4">:$samples,
                        DefaultValuedParameter<"int64_t", "16">:$rows,
                        DefaultValuedParameter<"int64_t", "16">:$refill,
                        DefaultValuedParameter<"int64_t", "0">:$chunk);
  let assemblyFormat = "(`<` struct(params)^ `>`)?";
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The samples of a block's tile.
    int64_t getTile() const { return 32 * getSamples(); }
  }];
}

//===----------------------------------------------------------------------===//
// The target
//===----------------------------------------------------------------------===//

def Eq_TargetAttr : Eq_Attr<"Target", "target"> {
  let summary = "the machine that schedules are chosen for";
  let description = [{
    A module may say, as its attribute `eq.target`, what it will run on. The
    stage `schedule` reads this and never the machine it runs on itself: the
    same module gets the same schedules everywhere. `eq-compile` and `eq-run`
    write it for the processor of `--chip` where the module has none; without
    it the stage assumes `TargetAttr::getDefault`, an x86-64 machine with AVX2:

    ```
    module attributes {eq.target = #eq.target<cpu, "x86-64-v3", vector_bits = 256,
        vector_registers = 16, l1 = 32768, l2 = 524288, cores = 1>} {}
    ```

    `vector_bits` is the width of a vector register and `vector_registers` how
    many there are, `l1` and `l2` are the bytes of a core's data caches, and
    `cores` how many cores share the samples. The name of the processor is for
    readers: it chooses nothing, and machine code is made for `--chip`.
  }];
  let parameters = (ins StringRefParameter<"the processor">:$chip,
                        "int64_t":$vector_bits, "int64_t":$vector_registers,
                        "int64_t":$l1, "int64_t":$l2, "int64_t":$cores);
  let assemblyFormat = [{
    `<` `cpu` `,` $chip `,`
    struct($vector_bits, $vector_registers, $l1, $l2, $cores) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The name of the module's attribute.
    static constexpr StringRef attributeName = "eq.target";
    /// What is assumed of a module that does not say.
    static TargetAttr getDefault(MLIRContext *context);
  }];
}

def Eq_GPUTargetAttr : Eq_Attr<"GPUTarget", "gpu_target"> {
  let summary = "the GPU that kernels are made for";
  let description = [{
    A module may say, as its attribute `eq.gpu_target`, that there is a GPU beside
    the machine of `eq.target`, and which. `eq-compile --target=nvptx` and
    `eq-run --on=gpu` write it for `--chip`; without it no loop becomes a kernel.

    ```
    module attributes {eq.gpu_target = #eq.gpu_target<"sm_90",
        multiprocessors = 132, registers = 65536, threads = 2048,
        shared_memory = 232448>} {}
    ```

    `registers` (of 32 bits) and `threads` are those of a multiprocessor,
    `shared_memory` the bytes a block can have. Unlike that of `eq.target`, the
    name of the chip counts: PTX is made for it.
  }];
  let parameters = (ins StringRefParameter<"the chip">:$chip,
                        "int64_t":$multiprocessors, "int64_t":$registers,
                        "int64_t":$threads, "int64_t":$shared_memory);
  let assemblyFormat = [{
    `<` $chip `,`
    struct($multiprocessors, $registers, $threads, $shared_memory) `>`
  }];
  let genVerifyDecl = 1;
  let extraClassDeclaration = [{
    /// The name of the module's attribute.
    static constexpr StringRef attributeName = "eq.gpu_target";
    /// The attribute for a chip such as "sm_90", or null for one not known.
    static GPUTargetAttr forChip(MLIRContext *context, StringRef chip);
    /// The chips that `forChip` knows, for messages.
    static StringRef knownChips();
  }];
}

#endif // EQ_ATTRIBUTES_TD
