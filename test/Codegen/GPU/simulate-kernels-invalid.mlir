// RUN: eq-opt %s --split-input-file --eq-codegen-simulate-kernels --verify-diagnostics

gpu.module @m {
  llvm.func @unknown_instruction(%n: i32) attributes {nvvm.kernel} {
    // expected-error @+1 {{'nvvm.nanosleep' op expected an operation that the simulator of kernels knows}}
    nvvm.nanosleep %n
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @unknown_register() attributes {nvvm.kernel} {
    // expected-error @+1 {{'nvvm.read.ptx.sreg.clock' op expected an operation that the simulator of kernels knows}}
    %0 = nvvm.read.ptx.sreg.clock : i32
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @unknown_reduction(%x: f32, %mask: i32) attributes {nvvm.kernel} {
    // expected-error @+1 {{'nvvm.redux.sync' op expected an operation that the simulator of kernels knows}}
    %0 = nvvm.redux.sync fmin %x, %mask : f32 -> f32
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @intrinsic_of_the_gpu() attributes {nvvm.kernel} {
    // expected-error @+1 {{'llvm.call_intrinsic' op expected an operation that the simulator of kernels knows}}
    llvm.call_intrinsic "llvm.nvvm.membar.gl"() : () -> ()
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @assembly() attributes {nvvm.kernel} {
    // expected-error @+1 {{'llvm.inline_asm' op expected an operation that the simulator of kernels knows}}
    llvm.inline_asm has_side_effects "membar.gl;", "" : () -> ()
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @access_that_nobody_looks_at(%p: !llvm.ptr, %mask: vector<4xi1>, %v: vector<4xf32>) attributes {nvvm.kernel} {
    // expected-error @+1 {{'llvm.intr.masked.store' op expected an operation that the simulator of kernels knows}}
    llvm.intr.masked.store %v, %p, %mask {alignment = 4 : i32} : vector<4xf32>, vector<4xi1> into !llvm.ptr
    llvm.return
  }
}

// -----

gpu.module @m {
  llvm.func @other_dialect(%x: f32) attributes {nvvm.kernel} {
    // expected-error @+1 {{'arith.addf' op expected an operation that the simulator of kernels knows}}
    %0 = arith.addf %x, %x : f32
    llvm.return
  }
}

// -----

gpu.module @m {
  // expected-error @+1 {{'llvm.func' op expected a kernel to call nothing outside of its module}}
  llvm.func @__nv_expf(f32) -> f32
}

// -----

gpu.module @m {
  // expected-error @+1 {{'gpu.func' op expected functions and globals of the dialect llvm in a module to simulate}}
  gpu.func @too_early() kernel {
    gpu.return
  }
}

// -----

gpu.module @m {
  // expected-error @+1 {{'llvm.mlir.global' op expected shared memory to have no value at first}}
  llvm.mlir.global internal @shared(1.0 : f32) {addr_space = 3 : i32} : f32
}

// -----

gpu.module @m {
  // expected-error @+1 {{'llvm.func' op expected parameters of a kernel to be values, but got memory for argument 1}}
  llvm.func @parameter_in_memory(%n: i32, %p: !llvm.ptr {llvm.byval = !llvm.struct<(i32, f64)>}) attributes {nvvm.kernel} {
    llvm.return
  }
}

// -----

// expected-error @+1 {{'llvm.func' op expected no other symbol of this name beside kernels to simulate}}
llvm.func @eq.sim.m.name_in_use() {
  llvm.return
}
gpu.module @m {
  llvm.func @name_in_use() attributes {nvvm.kernel} {
    llvm.return
  }
}

// -----

// expected-error @+1 {{'llvm.func' op expected no other symbol of this name beside kernels to simulate}}
llvm.func @eq.sim.m.entry_in_use.packed(%parameters: !llvm.ptr) {
  llvm.return
}
gpu.module @m {
  llvm.func @entry_in_use() attributes {nvvm.kernel} {
    llvm.return
  }
}
