// fixed.discrete_loops (source: classic_fixed_points.json): loops of whole numbers and
// truth values. With abs = 0 they settle when nothing changes.

// Bellman and Ford: d_b <- min(d_b, d_a + w_ab over all edges a -> b), all at once.
// `none` is larger than every distance, and stands for no path yet and for no edge.
func.func @bellman_ford(
    %start: tensor<8xi64> {eq.name = "start"},
    %w: tensor<8x8xi64> {eq.name = "w"},
    %none: i64 {eq.name = "none"},
    %max: i32 {eq.name = "max"})
    -> (tensor<8xi64> {eq.name = "d"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %d, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<8xi64>) shared(%w, %none : tensor<8x8xi64>, i64)
      until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%d: tensor<8xi64>, %w: tensor<8x8xi64>, %none: i64):
    %f = linalg.generic
        {indexing_maps = [affine_map<(b, a) -> (a)>, affine_map<(b, a) -> (a, b)>, affine_map<(b, a) -> (b)>],
         iterator_types = ["parallel", "reduction"]}
        ins(%d, %w : tensor<8xi64>, tensor<8x8xi64>) outs(%d : tensor<8xi64>) {
    ^bb0(%d_a: i64, %w_ab: i64, %least: i64):
      %reached = arith.cmpi slt, %d_a, %none : i64
      %edge = arith.cmpi slt, %w_ab, %none : i64
      %both = arith.andi %reached, %edge : i1
      %over_a = arith.addi %d_a, %w_ab : i64
      %offer = arith.select %both, %over_a, %none : i64
      %less = arith.minsi %offer, %least : i64
      linalg.yield %less : i64
    } -> tensor<8xi64>
    eq.yield %f : tensor<8xi64>
  }
  return %d, %iterations, %status : tensor<8xi64>, i32, i32
}

// Transitive closure by squaring: r_ij <- or_k (r_ik and r_kj), from the edges and the
// diagonal.
func.func @closure(
    %start: tensor<8x8xi1> {eq.name = "start"},
    %max: i32 {eq.name = "max"})
    -> (tensor<8x8xi1> {eq.name = "r"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %r, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<8x8xi1>)
      until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%r: tensor<8x8xi1>):
    %no = arith.constant dense<false> : tensor<8x8xi1>
    %f = linalg.generic
        {indexing_maps = [affine_map<(i, j, k) -> (i, k)>, affine_map<(i, j, k) -> (k, j)>, affine_map<(i, j, k) -> (i, j)>],
         iterator_types = ["parallel", "parallel", "reduction"]}
        ins(%r, %r : tensor<8x8xi1>, tensor<8x8xi1>) outs(%no : tensor<8x8xi1>) {
    ^bb0(%to: i1, %on: i1, %any: i1):
      %both = arith.andi %to, %on : i1
      %more = arith.ori %any, %both : i1
      linalg.yield %more : i1
    } -> tensor<8x8xi1>
    eq.yield %f : tensor<8x8xi1>
  }
  return %r, %iterations, %status : tensor<8x8xi1>, i32, i32
}

// The Game of Life on a torus: a cell lives with 3 neighbours, and stays alive with 2.
func.func private @life_12(%cells: tensor<12x12xi8>) -> tensor<12x12xi8> {
  %c1 = arith.constant 1 : index
  %c11 = arith.constant 11 : index
  %c12 = arith.constant 12 : index
  %dead = arith.constant 0 : i8
  %alive = arith.constant 1 : i8
  %two = arith.constant 2 : i8
  %three = arith.constant 3 : i8
  %next = tensor.generate {
  ^bb0(%i: index, %j: index):
    %up = arith.addi %i, %c11 : index
    %down = arith.addi %i, %c1 : index
    %before = arith.addi %j, %c11 : index
    %after = arith.addi %j, %c1 : index
    %n = arith.remui %up, %c12 : index
    %s = arith.remui %down, %c12 : index
    %w = arith.remui %before, %c12 : index
    %e = arith.remui %after, %c12 : index
    %nw = tensor.extract %cells[%n, %w] : tensor<12x12xi8>
    %nn = tensor.extract %cells[%n, %j] : tensor<12x12xi8>
    %ne = tensor.extract %cells[%n, %e] : tensor<12x12xi8>
    %ww = tensor.extract %cells[%i, %w] : tensor<12x12xi8>
    %own = tensor.extract %cells[%i, %j] : tensor<12x12xi8>
    %ee = tensor.extract %cells[%i, %e] : tensor<12x12xi8>
    %sw = tensor.extract %cells[%s, %w] : tensor<12x12xi8>
    %ss = tensor.extract %cells[%s, %j] : tensor<12x12xi8>
    %se = tensor.extract %cells[%s, %e] : tensor<12x12xi8>
    %a = arith.addi %nw, %nn : i8
    %b = arith.addi %a, %ne : i8
    %c = arith.addi %b, %ww : i8
    %d = arith.addi %c, %ee : i8
    %f = arith.addi %d, %sw : i8
    %g = arith.addi %f, %ss : i8
    %around = arith.addi %g, %se : i8
    %is_three = arith.cmpi eq, %around, %three : i8
    %is_two = arith.cmpi eq, %around, %two : i8
    %stays = arith.select %is_two, %own, %dead : i8
    %lives = arith.select %is_three, %alive, %stays : i8
    tensor.yield %lives : i8
  } : tensor<12x12xi8>
  return %next : tensor<12x12xi8>
}

// Until two generations are the same.
func.func @life(
    %start: tensor<12x12xi8> {eq.name = "start"},
    %max: i32 {eq.name = "max"})
    -> (tensor<12x12xi8> {eq.name = "cells"}, i32 {eq.name = "iterations"}, i32 {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %cells, %residual, %iterations, %status = eq.fixed_point
      init(%start : tensor<12x12xi8>)
      until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%cells: tensor<12x12xi8>):
    %f = func.call @life_12(%cells) : (tensor<12x12xi8>) -> tensor<12x12xi8>
    eq.yield %f : tensor<12x12xi8>
  }
  return %cells, %iterations, %status : tensor<12x12xi8>, i32, i32
}

// The same on 8x8, written with rolled copies, until the first generation is back.
func.func private @around_8(%cells: tensor<8x8xi8>) -> tensor<8x8xi8> {
  %top = tensor.extract_slice %cells[0, 0] [1, 8] [1, 1] : tensor<8x8xi8> to tensor<1x8xi8>
  %but_top = tensor.extract_slice %cells[1, 0] [7, 8] [1, 1] : tensor<8x8xi8> to tensor<7x8xi8>
  %bottom = tensor.extract_slice %cells[7, 0] [1, 8] [1, 1] : tensor<8x8xi8> to tensor<1x8xi8>
  %but_bottom = tensor.extract_slice %cells[0, 0] [7, 8] [1, 1] : tensor<8x8xi8> to tensor<7x8xi8>
  %down = tensor.concat dim(0) %bottom, %but_bottom : (tensor<1x8xi8>, tensor<7x8xi8>) -> tensor<8x8xi8>
  %up = tensor.concat dim(0) %but_top, %top : (tensor<7x8xi8>, tensor<1x8xi8>) -> tensor<8x8xi8>
  %two_rows = arith.addi %down, %up : tensor<8x8xi8>
  %rows = arith.addi %two_rows, %cells : tensor<8x8xi8>
  %left = tensor.extract_slice %rows[0, 0] [8, 1] [1, 1] : tensor<8x8xi8> to tensor<8x1xi8>
  %but_left = tensor.extract_slice %rows[0, 1] [8, 7] [1, 1] : tensor<8x8xi8> to tensor<8x7xi8>
  %right = tensor.extract_slice %rows[0, 7] [8, 1] [1, 1] : tensor<8x8xi8> to tensor<8x1xi8>
  %but_right = tensor.extract_slice %rows[0, 0] [8, 7] [1, 1] : tensor<8x8xi8> to tensor<8x7xi8>
  %east = tensor.concat dim(1) %right, %but_right : (tensor<8x1xi8>, tensor<8x7xi8>) -> tensor<8x8xi8>
  %west = tensor.concat dim(1) %but_left, %left : (tensor<8x7xi8>, tensor<8x1xi8>) -> tensor<8x8xi8>
  %sides = arith.addi %east, %west : tensor<8x8xi8>
  %nine = arith.addi %sides, %rows : tensor<8x8xi8>
  %around = arith.subi %nine, %cells : tensor<8x8xi8>
  return %around : tensor<8x8xi8>
}

func.func @glider(
    %start: tensor<8x8xi8> {eq.name = "start"},
    %max: i32 {eq.name = "max"})
    -> (tensor<8x8xi8> {eq.name = "cells"}, i32 {eq.name = "steps"}, i1 {eq.name = "again"}) {
  %cells, %again, %steps = eq.loop init(%start : tensor<8x8xi8>) shared(%start : tensor<8x8xi8>) max(%max : i32)
  start {
  ^bb0(%cells: tensor<8x8xi8>, %first: tensor<8x8xi8>):
    %go = arith.constant true
    eq.next %go, %cells : tensor<8x8xi8>
  } step {
  ^bb0(%k: i32, %cells: tensor<8x8xi8>, %first: tensor<8x8xi8>):
    %no = arith.constant dense<false> : tensor<i1>
    %dead = arith.constant 0 : i8
    %alive = arith.constant 1 : i8
    %two = arith.constant 2 : i8
    %three = arith.constant 3 : i8
    %none = tensor.empty() : tensor<8x8xi8>
    %around = func.call @around_8(%cells) : (tensor<8x8xi8>) -> tensor<8x8xi8>
    %next = linalg.map ins(%cells, %around : tensor<8x8xi8>, tensor<8x8xi8>) outs(%none : tensor<8x8xi8>)
      (%own: i8, %neighbours: i8, %old: i8) {
        %is_three = arith.cmpi eq, %neighbours, %three : i8
        %is_two = arith.cmpi eq, %neighbours, %two : i8
        %stays = arith.select %is_two, %own, %dead : i8
        %lives = arith.select %is_three, %alive, %stays : i8
        linalg.yield %lives : i8
      }
    %differs = linalg.generic
        {indexing_maps = [affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> (i, j)>, affine_map<(i, j) -> ()>],
         iterator_types = ["reduction", "reduction"]}
        ins(%next, %first : tensor<8x8xi8>, tensor<8x8xi8>) outs(%no : tensor<i1>) {
    ^bb0(%now: i8, %then: i8, %any: i1):
      %other = arith.cmpi ne, %now, %then : i8
      %more = arith.ori %any, %other : i1
      linalg.yield %more : i1
    } -> tensor<i1>
    %again = tensor.extract %differs[] : tensor<i1>
    eq.next %again, %next : tensor<8x8xi8>
  } finish {
  ^bb0(%k: i32, %again: i1, %cells: tensor<8x8xi8>, %first: tensor<8x8xi8>):
    eq.yield %cells, %again : tensor<8x8xi8>, i1
  }
  return %cells, %steps, %again : tensor<8x8xi8>, i32, i1
}

// Collatz: n/2 or 3n + 1, until 1.
func.func @collatz(
    %n: tensor<?xi64> {eq.name = "n"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xi64> {eq.name = "end"}, tensor<?xi32> {eq.name = "steps"}) {
  %end, %steps = eq.loop init(%n : tensor<?xi64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %n: i64):
    %one = arith.constant 1 : i64
    %two = arith.constant 2 : i64
    %three = arith.constant 3 : i64
    %odd = arith.andi %n, %one : i64
    %is_odd = arith.cmpi eq, %odd, %one : i64
    %half = arith.divsi %n, %two : i64
    %triple = arith.muli %three, %n : i64
    %up = arith.addi %triple, %one : i64
    %next = arith.select %is_odd, %up, %half : i64
    %again = arith.cmpi ne, %next, %one : i64
    eq.next %again, %next : i64
  }
  return %end, %steps : tensor<?xi64>, tensor<?xi32>
}

// Kaprekar: the digits of a number of four digits, falling, less the same, rising. 6174
// is the number that stays.
func.func @kaprekar(
    %n0: tensor<?xi32> {eq.name = "n"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xi32> {eq.name = "end"}, tensor<?xi32> {eq.name = "iterations"}, tensor<?xi32> {eq.name = "status"}) {
  %exactly = arith.constant 0.0 : f64
  %end, %residual, %iterations, %status = eq.fixed_point
      init(%n0 : tensor<?xi32>)
      until(abs = %exactly : f64, max = %max : i32) method(#eq.picard) {
  ^bb0(%n: i32):
    %ten = arith.constant 10 : i32
    %hundred = arith.constant 100 : i32
    %thousand = arith.constant 1000 : i32
    %d0 = arith.remsi %n, %ten : i32
    %n1 = arith.divsi %n, %ten : i32
    %d1 = arith.remsi %n1, %ten : i32
    %n2 = arith.divsi %n1, %ten : i32
    %d2 = arith.remsi %n2, %ten : i32
    %d3 = arith.divsi %n2, %ten : i32
    // A sorting network: pairs, the ends of the pairs, the middle.
    %a0 = arith.minsi %d0, %d1 : i32
    %a1 = arith.maxsi %d0, %d1 : i32
    %a2 = arith.minsi %d2, %d3 : i32
    %a3 = arith.maxsi %d2, %d3 : i32
    %s0 = arith.minsi %a0, %a2 : i32
    %b2 = arith.maxsi %a0, %a2 : i32
    %b1 = arith.minsi %a1, %a3 : i32
    %s3 = arith.maxsi %a1, %a3 : i32
    %s1 = arith.minsi %b1, %b2 : i32
    %s2 = arith.maxsi %b1, %b2 : i32
    // s3 s2 s1 s0 less s0 s1 s2 s3 is 999 (s3 - s0) + 90 (s2 - s1).
    %f3 = arith.muli %thousand, %s3 : i32
    %f2 = arith.muli %hundred, %s2 : i32
    %f1 = arith.muli %ten, %s1 : i32
    %f32 = arith.addi %f3, %f2 : i32
    %f10 = arith.addi %f1, %s0 : i32
    %falling = arith.addi %f32, %f10 : i32
    %r3 = arith.muli %thousand, %s0 : i32
    %r2 = arith.muli %hundred, %s1 : i32
    %r1 = arith.muli %ten, %s2 : i32
    %r32 = arith.addi %r3, %r2 : i32
    %r10 = arith.addi %r1, %s3 : i32
    %rising = arith.addi %r32, %r10 : i32
    %f = arith.subi %falling, %rising : i32
    eq.yield %f : i32
  }
  return %end, %iterations, %status : tensor<?xi32>, tensor<?xi32>, tensor<?xi32>
}

// Euclid: (a, b) <- (b, a mod b), until b is 0.
func.func @euclid(
    %a: tensor<?xi64> {eq.name = "a"},
    %b: tensor<?xi64> {eq.name = "b"},
    %max: i32 {eq.name = "max"})
    -> (tensor<?xi64> {eq.name = "gcd"}, tensor<?xi64> {eq.name = "rest"}, tensor<?xi32> {eq.name = "steps"}) {
  %gcd, %rest, %steps = eq.loop init(%a, %b : tensor<?xi64>, tensor<?xi64>) max(%max : i32)
  step {
  ^bb0(%k: i32, %a: i64, %b: i64):
    %zero = arith.constant 0 : i64
    %rest = arith.remsi %a, %b : i64
    %again = arith.cmpi ne, %rest, %zero : i64
    eq.next %again, %b, %rest : i64, i64
  }
  return %gcd, %rest, %steps : tensor<?xi64>, tensor<?xi64>, tensor<?xi32>
}
