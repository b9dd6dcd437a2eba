"""Prints a loop whose step adds a number to itself so many times as the argument says."""

import sys

count = int(sys.argv[1])
print("func.func @long(%z0: tensor<?xf32>, %max: i32) -> tensor<?xf32> {")
print("  %y, %steps = eq.loop init(%z0 : tensor<?xf32>) max(%max : i32)")
print("  step {\n  ^bb0(%k: i32, %x0: f32):\n    %go = arith.constant true")
for i in range(count):
    print(f"    %x{i + 1} = arith.addf %x{i}, %x{i} : f32")
print(f"    eq.next %go, %x{count} : f32\n  }}\n  return %y : tensor<?xf32>\n}}")
