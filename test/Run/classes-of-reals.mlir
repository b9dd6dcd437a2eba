// RUN: eq-run %s --on=serial
// RUN: eq-run %s "--schedule=#eq.lanes<lanes = 4, rows = 1, refill = 1>"

// What kind of number a sample is: infinite, normal, finite, no number. The
// expected bits are those of IEEE 754's classes.

func.func @classes() {
  %x = arith.constant dense<[0x7F800000, 0xFF800000, 0x7FC00000, 0x00800000, 0x807FFFFF, 0x00000000, 0x3F800000, 0x7F7FFFFF]> : tensor<8xf32>
  %none = arith.constant dense<0> : tensor<8xi32>
  %one = arith.constant 1 : i32
  %kinds, %steps = eq.loop init(%none : tensor<8xi32>) ins(%x : tensor<8xf32>) max(%one : i32) step {
  ^bb0(%k: i32, %kind: i32, %x: f32):
    %c1 = arith.constant 1 : i32
    %c2 = arith.constant 2 : i32
    %c3 = arith.constant 3 : i32
    %stop = arith.constant false
    %infinite = math.isinf %x : f32
    %normal = math.isnormal %x : f32
    %finite = math.isfinite %x : f32
    %nan = math.isnan %x : f32
    %a = arith.extui %infinite : i1 to i32
    %b = arith.extui %normal : i1 to i32
    %c = arith.extui %finite : i1 to i32
    %d = arith.extui %nan : i1 to i32
    %b2 = arith.shli %b, %c1 : i32
    %c4 = arith.shli %c, %c2 : i32
    %d8 = arith.shli %d, %c3 : i32
    %ab = arith.ori %a, %b2 : i32
    %cd = arith.ori %c4, %d8 : i32
    %all = arith.ori %ab, %cd : i32
    eq.next %stop, %all : i32
  }
  // infinite 1, normal 2, finite 4, NaN 8
  %expected = arith.constant dense<[1, 1, 8, 6, 4, 4, 6, 6]> : tensor<8xi32>
  eqtest.equal_bits %kinds, %expected : tensor<8xi32>
  return
}
