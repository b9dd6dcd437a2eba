// RUN: eq-opt %s --eq-codegen-lower-thread-loops --canonicalize --cse | FileCheck %s
// RUN: eq-opt %s --eq-codegen-lower-thread-loops=simulate=true --canonicalize --cse \
// RUN:   | FileCheck %s --check-prefix=SIM
// RUN: eq-opt %s --eq-codegen-lower-thread-loops --remarks-filter=eq-codegen 2>&1 >/dev/null \
// RUN:   | FileCheck %s --check-prefix=REMARK

// The chip is the kernels' from now on, and the module's no more.
//
// CHECK: module {
module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132,
    registers = 65536, threads = 2048, shared_memory = 232448>} {

// A loop becomes a launch: what the kernel reads, what it writes, and how many
// samples there are. Its code is PTX that is made later, or a function for the
// simulator.
//
// CHECK:       llvm.mlir.global internal constant @eq.kernels.squares_0.name("squares_0\00")
// CHECK:       llvm.mlir.global external constant @eq.kernels.ptx()
// CHECK:       llvm.mlir.global internal constant @eq.kernels.squares_0.descriptor()
// CHECK:         llvm.mlir.addressof @eq.kernels.ptx
// CHECK:         llvm.mlir.constant(64 : i32)
// SIM-NOT:     @eq.kernels.ptx
// SIM:         llvm.func @eq.sim.eq.kernels.squares_0.packed(!llvm.ptr)
// SIM:         llvm.mlir.global internal constant @eq.kernels.squares_0.descriptor()
// SIM:           llvm.mlir.addressof @eq.sim.eq.kernels.squares_0.packed
//
// CHECK-LABEL: func.func @squares
// CHECK-SAME:    (%[[Z:[a-z0-9_]+]]: tensor<7x2xf64>, %[[W:[a-z0-9_]+]]: tensor<2xf64>
// CHECK-DAG:     %[[SAMPLES:[a-z0-9_]+]] = arith.constant 7 : i64
// CHECK-DAG:     %[[FINALS:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<7x2xf64>
// CHECK-DAG:     %[[STEPS:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<7xi32>
// CHECK-COUNT-4: llvm.call @eqrt_contiguous
// CHECK:         %[[CODE:[a-z0-9_]+]] = llvm.call @eqrt_launch(%{{[a-z0-9_]+}}, %{{[a-z0-9_]+}}, %[[SAMPLES]], %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}})
// CHECK:         %[[FINE:[a-z0-9_]+]] = arith.cmpi eq, %[[CODE]]
// CHECK:         cf.assert %[[FINE]]
// CHECK:         %[[RESULT:[a-z0-9_]+]] = bufferization.to_tensor %[[FINALS]] restrict
// CHECK:         %[[COUNTS:[a-z0-9_]+]] = bufferization.to_tensor %[[STEPS]] restrict
// CHECK:         return %[[RESULT]], %[[COUNTS]]
// REMARK: :[[@LINE+2]]:{{[0-9]+}}: remark: [Passed] kernel | Category:eq-codegen | Remark="one kernel runs the whole solve, for sm_90"
func.func @squares(%z: tensor<7x2xf64>, %w: tensor<2xf64>, %max: i32) -> (tensor<7x2xf64>, tensor<7xi32>) {
  %y, %steps = eq.loop init(%z : tensor<7x2xf64>) shared(%w : tensor<2xf64>) max(%max : i32)
      schedule(#eq.thread<block = 64, refill = 2>)
  step {
  ^bb0(%k: i32, %z: tensor<2xf64>, %w: tensor<2xf64>):
    %c0 = arith.constant 0 : index
    %s = arith.mulf %z, %w : tensor<2xf64>
    %first = tensor.extract %s[%c0] : tensor<2xf64>
    %one = arith.constant 1.0 : f64
    %go = arith.cmpf olt, %first, %one : f64
    eq.next %go, %s : tensor<2xf64>
  }
  return %y, %steps : tensor<7x2xf64>, tensor<7xi32>
}

// Left alone: another schedule.
//
// CHECK-LABEL: func.func @for_the_cpu
// CHECK:         eq.loop {{.*}} schedule(#eq.serial)
func.func @for_the_cpu(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.serial)
  step {
  ^bb0(%k: i32, %z: f64):
    %go = arith.constant true
    eq.next %go, %z : f64
  }
  return %y : tensor<7xf64>
}

// A start and a finish, an input, and a limit for each sample.
//
// CHECK-LABEL: func.func @all_regions
// CHECK:         llvm.call @eqrt_launch
func.func @all_regions(%z: tensor<7xf64>, %x: tensor<7xf64>, %max: tensor<7xi32>) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7xf64>) max(%max : tensor<7xi32>)
      schedule(#eq.thread)
  start {
  ^bb0(%z: f64, %x: f64):
    %go = arith.cmpf one, %z, %x : f64
    %s = math.absf %z : f64
    eq.next %go, %s : f64
  } step {
  ^bb0(%k: i32, %z: f64, %x: f64):
    %s = arith.divf %z, %x : f64
    %go = arith.cmpf ogt, %s, %x : f64
    eq.next %go, %s : f64
  } finish {
  ^bb0(%k: i32, %again: i1, %z: f64, %x: f64):
    %s = math.copysign %z, %x : f64
    eq.yield %s : f64
  }
  return %y : tensor<7xf64>
}

// A large shared tensor and a large input stay in memory.
//
// CHECK-LABEL: func.func @large_tensors
func.func @large_tensors(%z: tensor<7xf64>, %x: tensor<7x1000xf64>, %w: tensor<1000xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) ins(%x : tensor<7x1000xf64>) shared(%w : tensor<1000xf64>)
      max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64, %x: tensor<1000xf64>, %w: tensor<1000xf64>):
    %at = arith.index_cast %k : i32 to index
    %a = tensor.extract %x[%at] : tensor<1000xf64>
    %b = tensor.extract %w[%at] : tensor<1000xf64>
    %s = math.fma %a, %b, %z : f64
    %go = arith.constant true
    eq.next %go, %s : f64
  }
  return %y : tensor<7xf64>
}

// A loop inside a step is a loop of its thread.
//
// CHECK-LABEL: func.func @inner
func.func @inner(%z: tensor<7xf64>, %max: i32) -> tensor<7xf64> {
  %y, %steps = eq.loop init(%z : tensor<7xf64>) max(%max : i32) schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64):
    %x, %n = eq.loop init(%z : f64) max(%k : i32)
    step {
    ^bb0(%j: i32, %x: f64):
      %s = arith.addf %x, %x : f64
      %go = arith.cmpf olt, %s, %x : f64
      eq.next %go, %s : f64
    }
    %go = arith.constant true
    eq.next %go, %x : f64
  }
  return %y : tensor<7xf64>
}

// What a sample records is written at once, to the sample's part of the memory.
//
// CHECK-LABEL: func.func @records
// CHECK:         %[[TRACE:[a-z0-9_]+]] = memref.alloc() {{.*}} : memref<7x5xf64>
// CHECK:         llvm.call @eqrt_launch
// CHECK:         bufferization.to_tensor %[[TRACE]] restrict
func.func @records(%z: tensor<7xf64>, %trace: tensor<7x5xf64>, %max: i32) -> tensor<7x5xf64> {
  %y, %steps, %t = eq.loop init(%z : tensor<7xf64>) record(%trace : tensor<7x5xf64>) max(%max : i32)
      schedule(#eq.thread)
  step {
  ^bb0(%k: i32, %z: f64, %trace: tensor<5xf64>):
    %at = arith.index_cast %k : i32 to index
    %go = arith.cmpf olt, %z, %z : f64
    %t = eq.record %z, %trace[%at] when %go : f64 into tensor<5xf64>
    eq.next %go, %z : f64 record(%t : tensor<5xf64>)
  }
  return %t : tensor<7x5xf64>
}

// All kernels are in one module, which has the chip.
//
// CHECK: gpu.module @eq.kernels [#nvvm.target<O = 3, chip = "sm_90", features = "+ptx78">] {
// SIM:   gpu.module @eq.kernels
// SIM:     llvm.func @eqrt_sim_turn(i32)

// The parameters: how many samples; the counter of those taken, and how many to
// take at once; the flag of cancellation; then the loop's operands, of which a
// small tensor comes by value; the limit; the results.
//
// CHECK:       gpu.func @squares_0(%[[N:[a-z0-9_]+]]: i64, %[[TAKEN:[a-z0-9_]+]]: !llvm.ptr, %[[CHUNK:[a-z0-9_]+]]: i32, %[[CANCELLED:[a-z0-9_]+]]: !llvm.ptr,
// CHECK-SAME:    %[[Z:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias, llvm.readonly}, %[[W:[a-z0-9_]+]]: !llvm.array<2 x f64>, %[[MAX:[a-z0-9_]+]]: i32,
// CHECK-SAME:    %[[FINALS:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias}, %[[STEPS:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias}) kernel attributes {known_block_size = array<i32: 64, 1, 1>}
// The sample's number, steps, again, limit; the warp's samples, the threshold, closed, turns; the state.
// CHECK:         scf.while {{.*}} : (i64, i32, i1, i32, i64, i64, i32, i1, i32, tensor<2xf64>)
// CHECK:           %[[IDLE:[a-z0-9_]+]] = nvvm.vote.sync{{ +}}ballot %{{[a-z0-9_-]+}}, %{{[a-z0-9_]+}} -> i32
// CHECK:           %[[COUNT:[a-z0-9_]+]] = math.ctpop %[[IDLE]]
// CHECK:           %[[ENOUGH:[a-z0-9_]+]] = arith.cmpi sge, %[[COUNT]]
// CHECK:           scf.if %[[ENOUGH]]
// CHECK:             llvm.load volatile %[[CANCELLED]]
// Who is done writes.
// CHECK:             scf.if
// CHECK:               llvm.getelementptr inbounds %[[FINALS]]
// CHECK-COUNT-2:       llvm.store {{.*}} : f64, !llvm.ptr
// CHECK:               llvm.getelementptr inbounds %[[STEPS]]
// CHECK:               llvm.store
// One lane takes a chunk, if those the warp has are too few.
// CHECK:             %[[LANE:[a-z0-9_]+]] = nvvm.read.ptx.sreg.laneid
// CHECK:             scf.if
// CHECK:               %[[FIRST:[a-z0-9_]+]] = arith.cmpi eq, %[[LANE]]
// CHECK:               %[[CHUNK_NUMBER:[a-z0-9_]+]] = scf.if %[[FIRST]]
// CHECK:                 llvm.atomicrmw add %[[TAKEN]], %{{[a-z0-9_]+}} monotonic
// CHECK:               nvvm.shfl.sync{{ +}}idx %{{[a-z0-9_-]+}}, %[[CHUNK_NUMBER]]
// Who is idle starts a sample.
// CHECK:             scf.if
// CHECK:               llvm.getelementptr inbounds %[[Z]]
// CHECK-COUNT-2:       llvm.load %{{[a-z0-9_]+}} : !llvm.ptr -> f64
// CHECK:               tensor.from_elements
// The flag of cancellation is far away: it is asked in one turn of 1024.
// CHECK:           } else {
// CHECK:             scf.if
// CHECK:               llvm.load volatile %[[CANCELLED]]
// CHECK:           %[[ANY:[a-z0-9_]+]] = nvvm.vote.sync{{ +}}any
// CHECK:           scf.condition(%[[ANY]])
// CHECK:           scf.if
// CHECK:             llvm.extractvalue %[[W]][0]
// CHECK:             llvm.extractvalue %[[W]][1]
// CHECK:             arith.mulf %{{[a-z0-9_]+}}, %{{[a-z0-9_]+}} : tensor<2xf64>
// CHECK:           gpu.return
// For the simulator, each turn is counted, and whether the thread works in it.
// SIM:         gpu.func @squares_0(
// SIM:           scf.condition
// SIM:           ^bb0({{.*}}, %[[GOING:[a-z0-9_]+]]: i1):
// SIM:           %[[NUMBER:[a-z0-9_]+]] = arith.extui %[[GOING]] : i1 to i32
// SIM:           llvm.call @eqrt_sim_turn(%[[NUMBER]])
// SIM:           scf.if %[[GOING]]

// The finish before the results are written, the limit and the start when a
// sample comes. The input is carried with the state.
//
// CHECK:       gpu.func @all_regions_0(
// CHECK-SAME:    %[[Z:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias, llvm.readonly}, %[[X:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias, llvm.readonly}, %[[MAX:[a-z0-9_]+]]: !llvm.ptr {llvm.noalias, llvm.readonly},
// CHECK:         scf.while {{.*}} : (i64, i32, i1, i32, i64, i64, i32, i1, i32, f64, f64)
// CHECK:           %[[RESULT:[a-z0-9_]+]] = math.copysign
// CHECK:           llvm.store %[[RESULT]]
// CHECK:           llvm.atomicrmw
// CHECK-DAG:       llvm.getelementptr inbounds %[[MAX]]
// CHECK-DAG:       llvm.getelementptr inbounds %[[X]]
// CHECK-DAG:       llvm.getelementptr inbounds %[[Z]]
// CHECK-DAG:       arith.cmpf one
// CHECK-DAG:       math.absf
// CHECK:           scf.condition
// CHECK:           arith.divf

// Of large tensors, elements are read where they are used.
//
// CHECK:       gpu.func @large_tensors_0(
// CHECK:         scf.while {{.*}} : (i64, i32, i1, i32, i64, i64, i32, i1, i32, f64)
// CHECK:           scf.condition
// CHECK-DAG:       %[[INPUT:[a-z0-9_]+]] = builtin.unrealized_conversion_cast %{{[a-z0-9_]+}} : !llvm.ptr to tensor<1000xf64>
// CHECK-DAG:       %[[SHARED:[a-z0-9_]+]] = builtin.unrealized_conversion_cast %{{[a-z0-9_]+}} : !llvm.ptr to tensor<1000xf64>
// CHECK-DAG:       tensor.extract %[[INPUT]]
// CHECK-DAG:       tensor.extract %[[SHARED]]

// CHECK:       gpu.func @inner_0(
// CHECK:         scf.while
// CHECK:           scf.condition
// CHECK:           scf.while {{.*}} : (i32, i1, f64)
// CHECK:             arith.cmpi slt
// CHECK:             scf.if
// CHECK:               llvm.load volatile
// CHECK:             scf.condition
// CHECK:             arith.addf

// CHECK:       gpu.func @records_0(
// CHECK:         scf.while
// CHECK:           scf.condition
// CHECK:           %[[SLOT_EXISTS:[a-z0-9_]+]] = arith.cmpi ult
// CHECK:           %[[WRITES:[a-z0-9_]+]] = arith.andi %[[SLOT_EXISTS]]
// CHECK:           scf.if %[[WRITES]]
// CHECK:             llvm.store {{.*}} : f64, !llvm.ptr
// CHECK-NOT:   eq.record

}
