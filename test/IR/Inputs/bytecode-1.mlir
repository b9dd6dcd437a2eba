module {
  module @loops {
    func.func @short_form(%arg0: tensor<4096xf32>, %arg1: i32) -> (tensor<4096xf32>, tensor<4096xi32>) {
      %final, %steps = eq.loop init(%arg0 : tensor<4096xf32>) max(%arg1 : i32) schedule(#eq.lanes<lanes = 16, rows = 8, refill = 1>) step {
      ^bb0(%k: i32, %z: f32):
        %cst = arith.constant 5.000000e-01 : f32
        %cst_0 = arith.constant 1.000000e+00 : f32
        %0 = arith.mulf %z, %cst : f32
        %1 = arith.cmpf ogt, %0, %cst_0 : f32
        eq.next %1, %0 : f32
      }
      return %final, %steps : tensor<4096xf32>, tensor<4096xi32>
    }
    func.func @long_form(%arg0: tensor<?x64xf32>, %arg1: tensor<?x64xf32>, %arg2: tensor<64x64xf32>, %arg3: f32, %arg4: tensor<?x16xf32>, %arg5: tensor<64x64xf32>, %arg6: i32) -> (tensor<?x64xf32>, tensor<?xf32>, tensor<?x16xf32>, tensor<64x64xf32>) {
      %final, %final_0, %steps, %record, %sum = eq.loop init(%arg0 : tensor<?x64xf32>) ins(%arg1 : tensor<?x64xf32>) shared(%arg2, %arg3 : tensor<64x64xf32>, f32) record(%arg4 : tensor<?x16xf32>) sum(%arg5 : tensor<64x64xf32>) max(%arg6 : i32) start {
      ^bb0(%z: tensor<64xf32>, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %w_1: f32):
        %cst = arith.constant dense<0.000000e+00> : tensor<5x64xf32>
        %cst_2 = arith.constant 0x7F800000 : f32
        %true = arith.constant true
        eq.next %true, %z, %cst, %cst_2 : tensor<64xf32>, tensor<5x64xf32>, f32
      } step {
      ^bb0(%k: i32, %z: tensor<64xf32>, %z_1: tensor<5x64xf32>, %z_2: f32, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %w_3: f32, %record_4: tensor<16xf32>):
        %0 = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%x : tensor<64xf32>) -> tensor<64xf32>
        %1 = eq.push %0, %z_1 : tensor<64xf32> into tensor<5x64xf32>
        %c0 = arith.constant 0 : index
        %extracted = tensor.extract %0[%c0] : tensor<64xf32>
        %2 = arith.cmpf ogt, %extracted, %w_3 : f32
        %3 = arith.index_cast %k : i32 to index
        %4 = eq.record %extracted, %record_4[%3] when %2 : f32 into tensor<16xf32>
        eq.next %2, %0, %1, %extracted : tensor<64xf32>, tensor<5x64xf32>, f32 record(%4 : tensor<16xf32>) sum(%w : tensor<64x64xf32>)
      } finish {
      ^bb0(%k: i32, %again: i1, %z: tensor<64xf32>, %z_1: tensor<5x64xf32>, %z_2: f32, %x: tensor<64xf32>, %w: tensor<64x64xf32>, %w_3: f32):
        eq.yield %z, %z_2 : tensor<64xf32>, f32
      }
      return %final, %final_0, %record, %sum : tensor<?x64xf32>, tensor<?xf32>, tensor<?x16xf32>, tensor<64x64xf32>
    }
    func.func @start_takes_records(%arg0: tensor<2x3xf64>, %arg1: tensor<2x3x4xf64>, %arg2: f64, %arg3: tensor<2x3xi32>) -> (tensor<2x3x4xf64>, f64) {
      %final, %steps, %record, %sum = eq.loop init(%arg0 : tensor<2x3xf64>) record(%arg1 : tensor<2x3x4xf64>) sum(%arg2 : f64) max(%arg3 : tensor<2x3xi32>) attributes {sum_chunk = 8 : i64} start {
      ^bb0(%z: f64, %record_0: tensor<4xf64>):
        %true = arith.constant true
        %c0 = arith.constant 0 : index
        %0 = eq.record %z, %record_0[%c0] when %true : f64 into tensor<4xf64>
        eq.next %true, %z : f64 record(%0 : tensor<4xf64>)
      } step {
      ^bb0(%k: i32, %z: f64, %record_0: tensor<4xf64>):
        %true = arith.constant true
        eq.next %true, %z : f64 record(%record_0 : tensor<4xf64>) sum(%z : f64)
      }
      return %record, %sum : tensor<2x3x4xf64>, f64
    }
    func.func @record_carried(%arg0: tensor<5xf64>, %arg1: tensor<5x4xf64>, %arg2: i32) -> tensor<5x4xf64> {
      %final, %steps, %record = eq.loop init(%arg0 : tensor<5xf64>) shared(%arg2 : i32) record(%arg1 : tensor<5x4xf64>) max(%arg2 : i32) step {
      ^bb0(%k: i32, %z: f64, %w: i32, %record_0: tensor<4xf64>):
        %true = arith.constant true
        %c0 = arith.constant 0 : index
        %c1 = arith.constant 1 : index
        %c2 = arith.constant 2 : index
        %0 = scf.for %arg3 = %c0 to %c2 step %c1 iter_args(%arg4 = %record_0) -> (tensor<4xf64>) {
          %2 = eq.record %z, %arg4[%arg3] when %true : f64 into tensor<4xf64>
          scf.yield %2 : tensor<4xf64>
        }
        %1 = scf.if %true -> (tensor<4xf64>) {
          %2 = eq.record %z, %0[%c2] when %true : f64 into tensor<4xf64>
          scf.yield %2 : tensor<4xf64>
        } else {
          scf.yield %0 : tensor<4xf64>
        }
        %final_1, %steps_2, %record_3 = eq.loop init(%z : f64) record(%1 : tensor<4xf64>) max(%w : i32) step {
        ^bb0(%k_4: i32, %z_5: f64, %record_6: tensor<4xf64>):
          %false = arith.constant false
          eq.next %false, %z_5 : f64 record(%record_6 : tensor<4xf64>)
        }
        eq.next %true, %final_1 : f64 record(%record_3 : tensor<4xf64>)
      }
      return %record : tensor<5x4xf64>
    }
    func.func @expect_batch(%arg0: index, %arg1: index) {
      eq.expect_batch %arg0 is %arg1, "'ins' operand #0"
      return
    }
    func.func @cancelled() -> i1 {
      %0 = eq.cancelled
      return %0 : i1
    }
  }
  module @fixed_points {
    func.func @scalar(%arg0: f64, %arg1: f64, %arg2: i32) -> (f64, f64, i32, i32) {
      %solution, %residual, %iterations, %status = eq.fixed_point init(%arg0 : f64) until(abs = %arg1 : f64, max = %arg2 : i32) method(#eq.picard) {
      ^bb0(%z: f64):
        %0 = math.cos %z : f64
        eq.yield %0 : f64
      }
      return %solution, %residual, %iterations, %status : f64, f64, i32, i32
    }
    func.func @equilibrium_model(%arg0: tensor<4096x64xf32>, %arg1: tensor<4096x32xf32>, %arg2: tensor<64x64xf32>, %arg3: tensor<64x32xf32>, %arg4: tensor<64xf32>, %arg5: f32, %arg6: f32, %arg7: i32, %arg8: f32) -> (tensor<4096x64xf32>, tensor<4096xi32>) {
      %solution, %residual, %iterations, %status = eq.fixed_point init(%arg0 : tensor<4096x64xf32>) ins(%arg1 : tensor<4096x32xf32>) shared(%arg2, %arg3, %arg4 : tensor<64x64xf32>, tensor<64x32xf32>, tensor<64xf32>) until(abs = %arg5 : f32, rel = %arg6 : f32, max = %arg7 : i32) method(#eq.anderson<depth = 5>) with(damping = %arg8 : f32) adjoint(#eq.implicit) {
      ^bb0(%z: tensor<64xf32>, %x: tensor<32xf32>, %w: tensor<64x64xf32>, %w_0: tensor<64x32xf32>, %w_1: tensor<64xf32>):
        %0 = linalg.matvec ins(%w_0, %x : tensor<64x32xf32>, tensor<32xf32>) outs(%w_1 : tensor<64xf32>) -> tensor<64xf32>
        %1 = linalg.matvec ins(%w, %z : tensor<64x64xf32>, tensor<64xf32>) outs(%0 : tensor<64xf32>) -> tensor<64xf32>
        %2 = math.tanh %1 : tensor<64xf32>
        eq.yield %2 : tensor<64xf32>
      }
      return %solution, %status : tensor<4096x64xf32>, tensor<4096xi32>
    }
    func.func @all_clauses(%arg0: tensor<?x3x5xf32>, %arg1: tensor<?x3xf64>, %arg2: tensor<5xf32>, %arg3: tensor<?x3xf64>, %arg4: f64, %arg5: tensor<?x3xi32>) -> (tensor<?x3xf64>, tensor<?x3x16xf64>) {
      %solution, %solution_0, %residual, %iterations, %status, %trace = eq.fixed_point init(%arg0, %arg1 : tensor<?x3x5xf32>, tensor<?x3xf64>) scale(%arg2, %arg3 : tensor<5xf32>, tensor<?x3xf64>) until(bound = %arg3 : tensor<?x3xf64>, max = %arg5 : tensor<?x3xi32>, rel = %arg4 : f64, abs = %arg4 : f64) norm(rms) method(#eq.picard) with(damping = %arg3 : tensor<?x3xf64>) trace(16) adjoint(#eq.neumann<8>) on_failure(ignore) {
      ^bb0(%z: tensor<5xf32>, %z_1: f64):
        eq.yield %z, %z_1 : tensor<5xf32>, f64
      }
      return %residual, %trace : tensor<?x3xf64>, tensor<?x3x16xf64>
    }
    func.func @integer_states(%arg0: i8, %arg1: i1, %arg2: tensor<3xi64>, %arg3: i32) -> f64 {
      %solution, %solution_0, %solution_1, %residual, %iterations, %status = eq.fixed_point init(%arg0, %arg1, %arg2 : i8, i1, tensor<3xi64>) until(max = %arg3 : i32) norm(l2) method(#eq.picard) {
      ^bb0(%z: i8, %z_2: i1, %z_3: tensor<3xi64>):
        eq.yield %z, %z_2, %z_3 : i8, i1, tensor<3xi64>
      }
      return %residual : f64
    }
    func.func @nested(%arg0: tensor<7xf64>, %arg1: f64, %arg2: i32) -> tensor<7xf64> {
      %solution, %residual, %iterations, %status = eq.fixed_point init(%arg0 : tensor<7xf64>) shared(%arg1, %arg2 : f64, i32) until(abs = %arg1 : f64, max = %arg2 : i32) method(#eq.picard) attributes {note = "outer"} {
      ^bb0(%z: f64, %w: f64, %w_0: i32):
        %solution_1, %residual_2, %iterations_3, %status_4 = eq.fixed_point init(%z : f64) ins(%z : f64) until(abs = %w : f64, max = %w_0 : i32) method(#eq.picard) on_failure(fail) {
        ^bb0(%z_5: f64, %x: f64):
          %0 = math.cos %z_5 : f64
          %1 = arith.mulf %0, %x : f64
          eq.yield %1 : f64
        }
        eq.yield %solution_1 : f64
      }
      return %solution : tensor<7xf64>
    }
  }
  module @odes {
    func.func @scalar(%arg0: f64, %arg1: f64, %arg2: f64, %arg3: f64, %arg4: i32) -> (f64, i32) {
      %y, %time, %error, %steps, %rejected, %status = eq.ode init(%arg0 : f64) from(%arg1 : f64) to(%arg2 : f64) within(abs = %arg3 : f64, rel = %arg3 : f64, max = %arg4 : i32) method(#eq.runge_kutta<dp5>) {
      ^bb0(%t: f64, %z: f64):
        %0 = arith.negf %z : f64
        eq.yield %0 : f64
      } 
      return %y, %status : f64, i32
    }
    func.func @bouncing_balls(%arg0: tensor<?xf64>, %arg1: tensor<?xf64>, %arg2: tensor<?xf64>, %arg3: f64, %arg4: f64, %arg5: f64, %arg6: tensor<11xf64>, %arg7: f64, %arg8: f64, %arg9: i32, %arg10: f64) -> (tensor<?x11xf64>, tensor<?x10xf64>, tensor<?xi32>) {
      %y, %y_0:4, %time, %error, %steps, %rejected, %status = eq.ode init(%arg0, %arg1 : tensor<?xf64>, tensor<?xf64>) ins(%arg2 : tensor<?xf64>) shared(%arg3 : f64) from(%arg4 : f64) to(%arg5 : f64) save(%arg6 : tensor<11xf64>) within(abs = %arg7 : f64, rel = %arg8 : f64, max = %arg9 : i32) method(#eq.runge_kutta<tsit5>) control(#eq.pid) with(first_step = %arg10 : f64) adjoint(#eq.checkpointed<slots = 32>) {
      ^bb0(%t: f64, %z: f64, %z_1: f64, %x: f64, %w: f64):
        %0 = arith.negf %w : f64
        eq.yield %z_1, %0 : f64, f64
      } event(falling, keep = 10) {
      ^bb0(%t: f64, %z: f64, %z_1: f64, %x: f64, %w: f64):
        eq.yield %z : f64
      } apply {
      ^bb0(%t: f64, %z: f64, %z_1: f64, %x: f64, %w: f64):
        %0 = arith.mulf %x, %z_1 : f64
        %1 = arith.negf %0 : f64
        %true = arith.constant true
        eq.yield %true, %z, %1 : i1, f64, f64
      }
      return %y_0#1, %y_0#3, %status : tensor<?x11xf64>, tensor<?x10xf64>, tensor<?xi32>
    }
    func.func @per_sample_times(%arg0: tensor<6x3xf32>, %arg1: f64, %arg2: tensor<6xf64>, %arg3: tensor<6x5xf64>, %arg4: tensor<3xf32>, %arg5: f32, %arg6: i32, %arg7: f64) -> (tensor<6x5x3xf32>, tensor<6x2xf64>, tensor<6xf32>) {
      %y:3, %time, %error, %steps, %rejected, %status = eq.ode init(%arg0 : tensor<6x3xf32>) from(%arg1 : f64) to(%arg2 : tensor<6xf64>) save(%arg3 : tensor<6x5xf64>) scale(%arg4 : tensor<3xf32>) within(max = %arg6 : i32, bound = %arg5 : f32) until(abs = %arg5 : f32) method(#eq.runge_kutta<rk4>) with(step = %arg7 : f64) adjoint(#eq.backsolve) on_failure(fail) attributes {note = "steps"} {
      ^bb0(%t: f64, %z: tensor<3xf32>):
        eq.yield %z : tensor<3xf32>
      } event(any) {
      ^bb0(%t: f64, %z: tensor<3xf32>):
        eq.yield %t : f64
      } event(rising, keep = 2) {
      ^bb0(%t: f64, %z: tensor<3xf32>):
        %c0 = arith.constant 0 : index
        %extracted = tensor.extract %z[%c0] : tensor<3xf32>
        eq.yield %extracted : f32
      } apply {
      ^bb0(%t: f64, %z: tensor<3xf32>):
        %false = arith.constant false
        eq.yield %false, %z : i1, tensor<3xf32>
      }
      return %y#1, %y#2, %error : tensor<6x5x3xf32>, tensor<6x2xf64>, tensor<6xf32>
    }
    func.func @nested(%arg0: tensor<128x8xf64>, %arg1: f64, %arg2: f64, %arg3: f64, %arg4: i32) -> tensor<128x8xf64> {
      %y, %time, %error, %steps, %rejected, %status = eq.ode init(%arg0 : tensor<128x8xf64>) shared(%arg3, %arg4 : f64, i32) from(%arg1 : f64) to(%arg2 : f64) within(abs = %arg3 : f64, rel = %arg3 : f64, max = %arg4 : i32) method(#eq.runge_kutta<dp5>) {
      ^bb0(%t: f64, %z: tensor<8xf64>, %w: f64, %w_0: i32):
        %solution, %residual, %iterations, %status_1 = eq.fixed_point init(%z : tensor<8xf64>) ins(%z : tensor<8xf64>) until(abs = %w : f64, max = %w_0 : i32) method(#eq.picard) {
        ^bb0(%z_2: tensor<8xf64>, %x: tensor<8xf64>):
          %0 = math.cos %z_2 : tensor<8xf64>
          %1 = arith.addf %0, %x : tensor<8xf64>
          eq.yield %1 : tensor<8xf64>
        }
        eq.yield %solution : tensor<8xf64>
      } 
      return %y : tensor<128x8xf64>
    }
  }
  module @roots {
    func.func @kepler(%arg0: tensor<?xf64>, %arg1: tensor<?xf64>, %arg2: tensor<?xf64>, %arg3: tensor<?xf64>, %arg4: tensor<?xf64>, %arg5: f64, %arg6: i32) -> (tensor<?xf64>, tensor<?xf64>, tensor<?xi32>) {
      %solution, %residual, %iterations, %status = eq.root init(%arg0 : tensor<?xf64>) ins(%arg1, %arg2 : tensor<?xf64>, tensor<?xf64>) until(abs = %arg5 : f64, max = %arg6 : i32) method(#eq.brent) with(low = %arg3 : tensor<?xf64>, high = %arg4 : tensor<?xf64>) {
      ^bb0(%z: f64, %x: f64, %x_0: f64):
        %0 = math.sin %z : f64
        %1 = arith.mulf %x_0, %0 : f64
        %2 = arith.subf %z, %1 : f64
        %3 = arith.subf %2, %x : f64
        eq.yield %3 : f64
      }
      return %solution, %residual, %status : tensor<?xf64>, tensor<?xf64>, tensor<?xi32>
    }
    func.func @one(%arg0: f32, %arg1: tensor<3xf32>, %arg2: f32, %arg3: f32, %arg4: f32, %arg5: i32) -> f32 {
      %solution, %residual, %iterations, %status = eq.root init(%arg0 : f32) shared(%arg1 : tensor<3xf32>) until(max = %arg5 : i32) method(#eq.brent) with(low = %arg2 : f32, high = %arg3 : f32, width = %arg4 : f32) on_failure(ignore) attributes {note = "one"} {
      ^bb0(%z: f32, %w: tensor<3xf32>):
        %c0 = arith.constant 0 : index
        %extracted = tensor.extract %w[%c0] : tensor<3xf32>
        %0 = arith.subf %z, %extracted : f32
        eq.yield %0 : f32
      }
      return %solution : f32
    }
  }
  module @checks {
    func.func @checks(%arg0: f64, %arg1: tensor<2xf32>, %arg2: tensor<?xi32>, %arg3: i1, %arg4: i32) {
      eqtest.close %arg0, 5.000000e-01 : f64
      eqtest.close %arg0, 5.000000e-01 : f64, ulps = 19
      eqtest.close %arg0, 5.000000e-01 : f64, ulps = 2, rel = 1.000000e-09, abs = 2.500000e-01
      eqtest.close %arg1, dense<[1.000000e+00, 0x7FC00000]> : tensor<2xf32>, ulps = 0
      eqtest.close %arg3, true
      eqtest.close %arg4, 7 : i32
      eqtest.near %arg1, %arg1 : tensor<2xf32>, rel = 1.000000e-06
      eqtest.equal_bits %arg1, %arg1 : tensor<2xf32>
      eqtest.status %arg4, converged
      eqtest.status %arg2, max_iterations : tensor<?xi32>
      eqtest.status %arg2, [converged, diverged, cancelled] : tensor<?xi32>
      return
    }
    func.func @statuses(%arg0: tensor<11xi32>) {
      eqtest.status %arg0, [converged, max_iterations, non_finite, diverged, bad_argument, event, inner_failed, stalled, singular, step_underflow, cancelled] : tensor<11xi32>
      return
    }
  }
  module @attributes {
    func.func private @picard() attributes {method = #eq.picard}
    func.func private @anderson() attributes {method = #eq.anderson<depth = 5>}
    func.func private @euler() attributes {method = #eq.runge_kutta<euler>}
    func.func private @heun() attributes {method = #eq.runge_kutta<heun>}
    func.func private @midpoint() attributes {method = #eq.runge_kutta<midpoint>}
    func.func private @ralston() attributes {method = #eq.runge_kutta<ralston>}
    func.func private @rk4() attributes {method = #eq.runge_kutta<rk4>}
    func.func private @bs3() attributes {method = #eq.runge_kutta<bs3>}
    func.func private @dp5() attributes {method = #eq.runge_kutta<dp5>}
    func.func private @tsit5() attributes {method = #eq.runge_kutta<tsit5>}
    func.func private @vern7() attributes {method = #eq.runge_kutta<vern7>}
    func.func private @dop853() attributes {method = #eq.runge_kutta<dop853>}
    func.func private @pid() attributes {control = #eq.pid}
    func.func private @implicit() attributes {adjoint = #eq.implicit}
    func.func private @one_step() attributes {adjoint = #eq.one_step}
    func.func private @neumann() attributes {adjoint = #eq.neumann<8>}
    func.func private @interpolating() attributes {adjoint = #eq.interpolating}
    func.func private @backsolve() attributes {adjoint = #eq.backsolve}
    func.func private @checkpointed() attributes {adjoint = #eq.checkpointed<slots = 32>}
    func.func private @serial() attributes {schedule = #eq.serial}
    func.func private @lanes() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 1>}
    func.func private @lanes_chunk() attributes {schedule = #eq.lanes<lanes = 16, rows = 8, refill = 4, chunk = 64>}
    func.func private @thread() attributes {schedule = #eq.thread}
    func.func private @thread_in_full() attributes {schedule = #eq.thread}
    func.func private @thread_block() attributes {schedule = #eq.thread<block = 64, refill = 2>}
    func.func private @thread_most() attributes {schedule = #eq.thread<block = 1024, refill = 32, chunk = 2147483647>}
    module attributes {eq.target = #eq.target<cpu, "znver3", vector_bits = 256, vector_registers = 16, l1 = 32768, l2 = 524288, cores = 2>} {
    }
    module attributes {eq.gpu_target = #eq.gpu_target<"sm_90", multiprocessors = 132, registers = 65536, threads = 2048, shared_memory = 232448>} {
    }
  }
  module @tiles {
    func.func private @defaults() attributes {schedule = #eq.cta}
    func.func private @written_defaults() attributes {schedule = #eq.cta}
    func.func private @others() attributes {schedule = #eq.cta<warps = 8, samples = 2, rows = 8, refill = 1, chunk = 64>}
  }
  module @helpers {
    func.func @solves(%arg0: f64, %arg1: vector<8xf32>, %arg2: tensor<?xi32>, %arg3: tensor<?xf64>) -> (f64, f64, f64, vector<8xf32>) {
      %quarters, %rest, %rest_low = eq.far_angle %arg0 from 1.000000e+09 : f64
      %quarters_0, %rest_1, %rest_low_2 = eq.far_angle %arg1 from 3.276800e+04 : vector<8xf32>
      eq.report "solve", %arg2, %arg3, %arg2 : tensor<?xi32>, tensor<?xf64>, tensor<?xi32>
      return %quarters, %rest, %rest_low, %rest_1 : f64, f64, f64, vector<8xf32>
    }
    func.func private @own_tableau() attributes {method = #eq.runge_kutta<a = [1.000000e+00], b = [5.000000e-01, 5.000000e-01], c = [0.000000e+00, 1.000000e+00], order = 2, b_hat = [1.000000e+00, 0.000000e+00], order_hat = 1>}
    func.func private @brent() attributes {method = #eq.brent}
  }
}

