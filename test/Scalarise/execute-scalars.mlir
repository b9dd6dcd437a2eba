// RUN: eq-opt %s --eq-test-scalarise | eq-run -

// What the stock lowering refuses, so that there is no run of the program as it
// stands: loops and branches that carry tensors, as a solve inside of a body
// becomes, and records. The numbers are worked out by hand.

// Euclid's algorithm on (a, b), then Collatz's steps of the divisor: the state
// of the inner loop is a tensor, too.
func.func @nested_while(%x: tensor<2xi64>, %wanted: i1) -> (tensor<2xi64>, i64) {
  %c0 = arith.constant 0 : index
  %c1 = arith.constant 1 : index
  %zero = arith.constant 0 : i64
  %one = arith.constant 1 : i64
  %two = arith.constant 2 : i64
  %three = arith.constant 3 : i64
  %gcd, %steps = scf.if %wanted -> (tensor<2xi64>, i64) {
    %r:2 = scf.while (%t = %x, %n = %zero) : (tensor<2xi64>, i64) -> (tensor<2xi64>, i64) {
      %b = tensor.extract %t[%c1] : tensor<2xi64>
      %go = arith.cmpi ne, %b, %zero : i64
      scf.condition(%go) %t, %n : tensor<2xi64>, i64
    } do {
    ^bb0(%t: tensor<2xi64>, %n: i64):
      // The remainder by repeated subtraction.
      %rest:2 = scf.while (%u = %t) : (tensor<2xi64>) -> (i64, tensor<2xi64>) {
        %a = tensor.extract %u[%c0] : tensor<2xi64>
        %b = tensor.extract %u[%c1] : tensor<2xi64>
        %more = arith.cmpi sge, %a, %b : i64
        scf.condition(%more) %a, %u : i64, tensor<2xi64>
      } do {
      ^bb0(%a: i64, %u: tensor<2xi64>):
        %b = tensor.extract %u[%c1] : tensor<2xi64>
        %d = arith.subi %a, %b : i64
        %v = tensor.insert %d into %u[%c0] : tensor<2xi64>
        scf.yield %v : tensor<2xi64>
      }
      %b = tensor.extract %rest#1[%c1] : tensor<2xi64>
      %next = tensor.from_elements %b, %rest#0 : tensor<2xi64>
      %n1 = arith.addi %n, %one : i64
      scf.yield %next, %n1 : tensor<2xi64>, i64
    }
    scf.yield %r#0, %r#1 : tensor<2xi64>, i64
  } else {
    scf.yield %x, %zero : tensor<2xi64>, i64
  }
  return %gcd, %steps : tensor<2xi64>, i64
}

// Slots 1, 0 and 5 of three, the last but one only if asked: 5 is dropped.
func.func @recorded(%x: tensor<2xi32>, %buffer: tensor<3x2xi32>, %slot: index, %asked: i1) -> tensor<3x2xi32> {
  %c0 = arith.constant 0 : index
  %true = arith.constant true
  %far = arith.constant 5 : index
  %a = eq.record %x, %buffer[%slot] when %true : tensor<2xi32> into tensor<3x2xi32>
  %b = eq.record %x, %a[%c0] when %asked : tensor<2xi32> into tensor<3x2xi32>
  %c = eq.record %x, %b[%far] when %true : tensor<2xi32> into tensor<3x2xi32>
  return %c : tensor<3x2xi32>
}

func.func @check() {
  %true = arith.constant true
  %false = arith.constant false
  // 252, 105 -> 105, 42 -> 42, 21 -> 21, 0.
  %pair = arith.constant dense<[252, 105]> : tensor<2xi64>
  %gcd, %steps = func.call @nested_while(%pair, %true) : (tensor<2xi64>, i1) -> (tensor<2xi64>, i64)
  eqtest.close %gcd, dense<[21, 0]> : tensor<2xi64>, ulps = 0
  eqtest.close %steps, 3 : i64, ulps = 0
  %same, %none = func.call @nested_while(%pair, %false) : (tensor<2xi64>, i1) -> (tensor<2xi64>, i64)
  eqtest.close %same, dense<[252, 105]> : tensor<2xi64>, ulps = 0
  eqtest.close %none, 0 : i64, ulps = 0

  %v = arith.constant dense<[7, 8]> : tensor<2xi32>
  %empty = arith.constant dense<-1> : tensor<3x2xi32>
  %c1 = arith.constant 1 : index
  %unasked = func.call @recorded(%v, %empty, %c1, %false) : (tensor<2xi32>, tensor<3x2xi32>, index, i1) -> tensor<3x2xi32>
  eqtest.close %unasked, dense<[[-1, -1], [7, 8], [-1, -1]]> : tensor<3x2xi32>, ulps = 0
  %asked = func.call @recorded(%v, %empty, %c1, %true) : (tensor<2xi32>, tensor<3x2xi32>, index, i1) -> tensor<3x2xi32>
  eqtest.close %asked, dense<[[7, 8], [7, 8], [-1, -1]]> : tensor<3x2xi32>, ulps = 0
  return
}
