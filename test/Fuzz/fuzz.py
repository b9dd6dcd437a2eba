"""Random programs under every schedule: the same bits, no crash, no hang.

    fuzz.py --seeds=A:B [--jobs=N] [--time=SECONDS] [--schedules=K] [--out=FOLDER]
    fuzz.py --replay=failure-SEED.mlir
    fuzz.py --self-test

A seed is a program: one solve on a batch, with a random body, and the numbers it runs on. It runs as `#eq.serial` and
under K schedules, `#eq.lanes<..>` and simulated kernels, `#eq.thread<..>` or `#eq.cta<..>`, each on the whole batch, a permuted one and smaller
ones, with one to three threads.
What a sample gives must have the same bits everywhere. A program that fails is made smaller and written to FOLDER, with
its numbers and the command that runs it again. EQ_BUILD_DIR names the build folder, if not build/release.
"""

import argparse
import collections
import os
import random
import re
import sys
import tempfile
import time
from concurrent.futures import FIRST_COMPLETED, ProcessPoolExecutor, wait
from pathlib import Path

import numpy as np

import execute
from execute import SERIAL, examine, fallbacks
from generate import generate
from reduce import reduce

GROUP = 8  # programs that are compiled together
# Lanes, rows, refill, chunk.
LANES = [(1, 1, 1, 0), (4, 1, 1, 0), (4, 2, 3, 16), (8, 1, 1, 0), (8, 3, 3, 8), (16, 1, 1, 0), (16, 2, 3, 32), (64, 1, 1, 0), (64, 2, 3, 64)]
NAMES = ["converged", "max_iterations", "non_finite", "diverged", "bad_argument", "event", "inner_failed", "stalled", "singular",
         "step_underflow", "cancelled"]  # fmt: skip


# Block, refill, chunk; in the simulator.
THREADS = [(32, 1, 1), (64, 4, 0), (128, 32, 3)]
# Warps, samples of a lane, rows, refill, chunk; in the simulator. Tiles that hold a whole batch, and that take it sample by sample.
TILES = [(1, 1, 2, 1, 1), (2, 1, 1, 32, 0), (4, 1, 3, 4, 5), (3, 2, 2, 8, 0), (2, 4, 5, 1, 3), (8, 1, 1, 1, 1)]


def lanes(count, rows, refill, chunk):
    return f"#eq.lanes<lanes = {count}, rows = {rows}, refill = {refill}, chunk = {chunk}>"


def threads(block, refill, chunk):
    return f"#eq.thread<block = {block}, refill = {refill}, chunk = {chunk}>"


def tiles(warps, samples, rows, refill, chunk):
    return f"#eq.cta<warps = {warps}, samples = {samples}, rows = {rows}, refill = {refill}, chunk = {chunk}>"


def schedules_of(seed, count, kind):
    """The schedules of a group of programs, by its first seed. 64 lanes take long to compile, and come up seldom."""
    choice = random.Random(seed)
    order = sorted(LANES, key=lambda pair: choice.random() + (0.6 if pair[0] == 64 else 0.0))
    of = {"lanes": [lanes(*pair) for pair in order], "threads": [threads(*choice.choice(THREADS))]}
    of["tiles"] = [tiles(*shape) for shape in choice.sample(TILES, len(TILES))]
    several = of.get(kind) or [of["lanes"][0], *of["threads"], of["tiles"][0], *of["lanes"][1:]]
    return several[:count]


def operations(text):
    return set(re.findall(r"\b(?:arith|math|linalg|tensor|scf|eq)\.[a-z_0-9]+", text)) - {"eq.name"}


def case_of(program, name=None):
    name = name or f"seed{program.seed}"
    return name, program.print(name), program.inputs()


def examine_group(seeds, count, kind):
    """In a worker: what a group of programs shows."""
    cases = [case_of(generate(seed)) for seed in seeds]
    schedules = schedules_of(seeds[0], count, kind)
    with tempfile.TemporaryDirectory() as folder:
        findings, statuses = examine(cases, schedules, Path(folder))
        reasons = fallbacks(cases, schedules[0], Path(folder))
    ops = {name: operations(text) for name, text, _ in cases}
    return seeds, findings, statuses, reasons, ops


def fails_like(finding, plant=None):
    """Whether programs show what a finding says."""
    schedules = [finding.schedule] if finding.schedule != SERIAL else []

    def fails(programs):
        cases = [case_of(program, f"try{i}") for i, program in enumerate(programs)]
        with tempfile.TemporaryDirectory() as folder:
            found, _ = examine(cases, schedules, Path(folder), plant)
        return [any(f.name == name and f.same_as(finding) for f in found) for name, _, _ in cases]

    return fails


def write_failure(program, finding, folder):
    """The program, its numbers, and how to run it again."""
    folder.mkdir(parents=True, exist_ok=True)
    name = f"failure-{program.seed}"
    np.savez(folder / f"{name}.npz", **program.inputs())
    text = f"// Seed {program.seed}, {finding.kind} under {finding.schedule}:\n"
    text += "".join(f"//   {line}\n" for line in finding.detail.splitlines()[:5])
    text += f"// Again: utils/fuzz --replay={name}.mlir\n"
    text += f"// One run: eq-run {name}.mlir --in={name}.npz '--schedule={finding.schedule}'\n"
    text += f"// schedules: {finding.schedule}\n\n"
    (folder / f"{name}.mlir").write_text(text + program.print())
    return folder / f"{name}.mlir"


def replay(file):
    """Runs a written failure again; the number of findings."""
    text = file.read_text()
    wanted = re.search(r"^// schedules: (.*)$", text, re.MULTILINE)
    schedules = [s for s in (wanted[1].split("; ") if wanted else [lanes(*pair) for pair in LANES]) if s != SERIAL]
    name = re.search(r"func\.func @(\w+)", text)[1]
    with np.load(file.with_suffix(".npz")) as data:
        arrays = dict(data)
    with tempfile.TemporaryDirectory() as folder:
        findings, statuses = examine([(name, text[text.index("func.func"):], arrays)], schedules, Path(folder))
    for finding in findings:
        print(f"{finding.kind} under {finding.schedule}: {finding.detail}")
    if not findings:
        print(f"the same bits under {', '.join([SERIAL, *schedules])}; {summary_of(collections.Counter(statuses.get(name, [])))}")
    return len(findings)


def summary_of(statuses):
    total = sum(statuses.values())
    parts = [f"{NAMES[s]} {100 * n / total:.0f}%" for s, n in sorted(statuses.items())]
    return f"{total} samples with a status" + (": " + ", ".join(parts) if parts else "")


class Totals:
    """What all programs showed together."""

    def __init__(self):
        self.programs, self.findings = 0, []
        self.statuses, self.reasons = collections.Counter(), collections.Counter()
        self.ops, self.ops_in_lanes = collections.Counter(), collections.Counter()
        self.serial = 0

    def add(self, seeds, findings, statuses, reasons, ops):
        self.programs += len(seeds)
        self.findings += findings
        for of_program in statuses.values():
            self.statuses.update(of_program)
        for reason in reasons.values():
            self.reasons[reason] += 1
        self.serial += len(reasons)
        for name, used in ops.items():
            self.ops.update(used)
            if name not in reasons:
                self.ops_in_lanes.update(used)

    def print(self, seconds, table):
        if table:
            print("\noperation: programs it stood in, of these run as lanes")
            for op, count in sorted(self.ops.items()):
                print(f"  {op:28} {count:6} {self.ops_in_lanes[op]:6}")
        print(f"\n{self.programs} programs in {seconds:.0f} s, {len(self.findings)} findings; {len(self.ops)} operations")
        print(summary_of(self.statuses))
        print(f"{self.serial} programs ran as #eq.serial under every schedule:")
        for reason, count in self.reasons.most_common():
            print(f"  {count:5}  {reason}")


def fuzz(options):
    first, last = options.seeds
    began = said = time.monotonic()
    totals = Totals()
    groups = iter(range(first, last, GROUP))
    seen = set()
    with ProcessPoolExecutor(options.jobs) as pool:
        running = set()

        def more():
            start = next(groups, None)
            if start is None or (options.time and time.monotonic() - began > options.time):
                return
            running.add(pool.submit(examine_group, list(range(start, min(start + GROUP, last))), options.schedules, options.kind))

        for _ in range(options.jobs):
            more()
        while running:
            done, running = wait(running, return_when=FIRST_COMPLETED)
            for future in done:
                seeds, findings, *rest = future.result()
                totals.add(seeds, findings, *rest)
                for finding in findings:
                    print(f"{finding.name}: {finding.kind} under {finding.schedule}: {finding.detail}", flush=True)
                more()
            if time.monotonic() - said > 60:
                said = time.monotonic()
                print(f"{totals.programs} programs, {len(totals.findings)} findings, {said - began:.0f} s", flush=True)
    for finding in totals.findings[: 1000 if options.reduce else 0]:
        # One of each kind: others are probably the same mistake.
        kind = (finding.kind, re.sub(r"%\w+|\d+", "", finding.detail.split("\n")[0]) if finding.kind != "differs" else finding.schedule)
        if kind in seen or len(seen) >= options.reduce:
            continue
        seen.add(kind)
        program = generate(int(finding.name.removeprefix("seed")))
        smaller = reduce(program, fails_like(finding), seconds=options.reduce_time)
        print(f"{finding.name} made smaller: {write_failure(smaller, finding, options.out)}", flush=True)
    totals.print(time.monotonic() - began, options.table)
    return len(totals.findings)


def self_test():
    """A planted difference is found under every kind of schedule and made small; a hang and a program that is refused are findings."""
    schedule = lanes(8, 1, 1, 0)
    schedules = [schedule, threads(*THREADS[0]), tiles(*TILES[0])]

    def plant(text):
        return text.replace("arith.addf", "arith.subf", 1)

    def steps(program):
        return sum(1 for line in program.print().splitlines() if " = " in line)

    for seed in range(1, 40):
        program = generate(seed)
        if steps(program) < 15 or "arith.addf" not in program.print():
            continue
        with tempfile.TemporaryDirectory() as folder:
            if any(fallbacks([case_of(program)], each, Path(folder)) for each in schedules):
                continue
            honest, _ = examine([case_of(program)], schedules, Path(folder))
            planted, _ = examine([case_of(program)], schedules, Path(folder), plant)
        if planted:
            break
    assert not honest, f"expected seed {seed} to have no finding of its own, but got {honest}"
    found = [(f.kind, f.schedule) for f in planted]
    assert found == [("differs", each) for each in schedules], f"expected a difference under each schedule, but got {planted}"
    print(f"planted in seed {seed}, {steps(program)} lines: {planted[0].detail}")
    smaller = reduce(program, fails_like(planted[0], plant), seconds=60)
    print(f"made smaller, {steps(smaller)} lines, {smaller.samples} samples:\n{smaller.print()}")
    assert "arith.addf" in smaller.print(), "expected what was planted to be still there"
    assert steps(smaller) <= max(6, steps(program) // 3), f"expected far fewer than {steps(program)} lines, but got {steps(smaller)}"
    assert smaller.samples < program.samples, "expected fewer samples"

    with tempfile.TemporaryDirectory() as folder:
        # Only lanes are told a different story, so serial must have refused nothing.
        refused, _ = examine([case_of(program)], [schedule], Path(folder), lambda text: text.replace("arith.addf", "arith.no_such_op", 1))
        assert [(f.kind, f.schedule) for f in refused] == [("refused", schedule)], f"expected one refusal, but got {refused}"
        forever = ("func.func @forever(%n: i32 {eq.name = \"all0\"}) -> (i32 {eq.name = \"all0\"}) {\n"
                   "  %zero = arith.constant 0 : i32\n  %x, %k = eq.loop init(%zero : i32) max(%n : i32)\n  step {\n"
                   "  ^bb0(%k: i32, %x: i32):\n    %go = arith.constant true\n    %three = arith.constant 3 : i32\n"
                   "    %m = arith.muli %x, %x : i32\n    %d = arith.divui %m, %three : i32\n    %y = arith.xori %d, %k : i32\n"
                   "    eq.next %go, %y : i32\n  }\n  return %x : i32\n}\n")  # fmt: skip
        limit, execute.RUN_LIMIT = execute.RUN_LIMIT, 0.2
        hangs, _ = examine([("forever", forever, {"all0": np.array(2**31 - 1, np.int32)})], [], Path(folder))
        execute.RUN_LIMIT = limit
        assert [f.kind for f in hangs] == ["hang"], f"expected a hang, but got {hangs}"
        # A pointer to nothing: the child dies, and the case after it still runs.
        entry, execute.Entry.__call__ = execute.Entry.__call__, die_once(execute.Entry.__call__)
        crashes, statuses = examine([case_of(program, "first"), case_of(program, "second")], [], Path(folder))
        execute.Entry.__call__ = entry
        assert [(f.name, f.kind) for f in crashes] == [("first", "crash")], f"expected a crash, but got {crashes}"
    print("self-test passed")
    return 0


def die_once(call):
    def wrapped(self, *arguments):
        if self.function.__name__ == "eq_first":
            os.kill(os.getpid(), 11)
        return call(self, *arguments)

    return wrapped


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", default="0:300", metavar="A:B", help="the programs, from A to before B (default 0:300)")
    parser.add_argument("--jobs", type=int, default=os.cpu_count(), metavar="N", help="so many at once")
    parser.add_argument("--time", type=float, default=0, metavar="SECONDS", help="start no program after this time")
    parser.add_argument("--schedules", type=int, default=2, metavar="K", help="so many for each program, of eleven (default 2)")
    parser.add_argument("--kind", choices=["lanes", "threads", "tiles", "all"], default="all",
                        help="#eq.lanes<..>, #eq.thread<..> or #eq.cta<..> in the simulator, or all (default)")
    parser.add_argument("--out", type=Path, default=Path("fuzz-failures"), metavar="FOLDER", help="where failures are written")
    parser.add_argument("--reduce", type=int, default=5, metavar="N", help="make at most so many failures smaller (default 5)")
    parser.add_argument("--reduce-time", type=float, default=90, metavar="SECONDS", help="for each of them (default 90)")
    parser.add_argument("--table", action="store_true", help="print how often each operation was used")
    parser.add_argument("--print", type=int, metavar="SEED", help="print the program of a seed")
    parser.add_argument("--replay", type=Path, metavar="FILE", help="run a written failure again")
    parser.add_argument("--self-test", action="store_true", help="test the fuzzer itself")
    options = parser.parse_args()
    if options.print is not None:
        print(generate(options.print).print(), end="")
        return 0
    if not (execute.BUILD / "bin" / "eq-compile").is_file():
        parser.error(f"expected '{execute.BUILD}' to hold bin/eq-compile; run utils/build, or set EQ_BUILD_DIR")
    if options.replay:
        return 1 if replay(options.replay) else 0
    if options.self_test:
        return self_test()
    match = re.fullmatch(r"(\d+):(\d+)", options.seeds)
    if not match or int(match[1]) >= int(match[2]):
        parser.error(f"expected --seeds=A:B with A below B, but got '{options.seeds}'")
    options.seeds = int(match[1]), int(match[2])
    return 1 if fuzz(options) else 0


if __name__ == "__main__":
    sys.exit(main())
