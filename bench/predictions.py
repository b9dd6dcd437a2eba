#!/usr/bin/env python3
"""Holds what the stage schedule predicts against what bench/run has measured.

    bench/run --no-peers --json=measured.json
    bench/predictions.py measured.json      exit code 1 if a prediction is wrong by more than a factor 2.5, or if the
                                            schedule that is chosen is not within a tenth of the best that was measured

The prediction is the one for the machine that this runs on (eq-compile --chip=native), with the iterations that were
measured. Rows of one sample, of several threads and of compile times are left out.
"""

import importlib.util
import json
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parent))
sys.dont_write_bytecode = True

from harness import machine  # noqa: E402

if not importlib.util.find_spec("numpy"):  # the Python of bench/setup has it
    os.execv(machine.python(), [machine.python(), *sys.argv])

from harness import works  # noqa: E402

FACTOR, SLACK = 2.5, 1.10
REMARK = re.compile(r'Remark="(.*?): (?:.* is kept: )?([0-9.]+) ns a step and ([0-9.]+) ns a sample')


def predicted(work, program, schedule, iterations):
    """Milliseconds for the whole batch on one core, and the schedules of its loops."""
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "program.mlir"
        source.write_text(works.eq_text(work, program))
        fused = Path(folder) / "fused.mlir"
        tools = machine.BUILD / "bin"
        run([tools / "eq-compile", source, "--to=fuse", "-o", fused])
        # The target is written with the schedule; the stage is run again for its remark.
        first = run([tools / "eq-compile", source, "--to=schedule"]).stdout.split("\n")[0]
        text = fused.read_text().split("\n", 1)[1]
        option = "--eq-schedule-choose" + (f"=override='{schedule}'" if schedule else "")
        said = run([tools / "eq-opt", "-", option, "--remarks-filter=eq-schedule"], input=f"{first}\n{text}").stderr
    # A loop before the last one was taken out of it, and makes one step.
    found = [(m[1].removesuffix(" was given, and is kept"), float(m[2]), float(m[3])) for m in REMARK.finditer(said)]
    batch = len(next(v for v in (work.data.get(n) for n in ("x", "anomaly", "parameter")) if v is not None))
    steps = [1] * (len(found) - 1) + [iterations]
    ns = sum(n * step + sample for n, (_, step, sample) in zip(steps, found))
    return ns * batch * 1e-6, found[-1][0]


def run(command, **more):
    done = subprocess.run([str(word) for word in command], capture_output=True, text=True, **more)
    if done.returncode:
        raise SystemExit(f"bench/predictions.py: error: {done.stderr.strip().splitlines()[0]}")
    return done


def main():
    if len(sys.argv) != 2:
        raise SystemExit(__doc__)
    records = json.loads(Path(sys.argv[1]).read_text())
    wrong = 0
    print(f"{'work':24} {'row':12} {'measured':>9} {'predicted':>9} {'factor':>6}  schedule")
    for name in dict.fromkeys(record["work"] for record in records):
        work = works.make(name)
        if work.base != "limit" or work.calls:
            continue
        table = "deq_gain" if work.kind == "deq" and work.data["gain"] is not None else work.kind
        rows = {row: (program, schedule) for row, program, schedule in works.EQ_ROWS[table]}
        times = {}
        for record in records:
            if record["work"] != name or record["row"] not in rows or "ms" not in record:
                continue
            program, schedule = rows[record["row"]]
            guess, kept = predicted(work, program, schedule, record["iterations"])
            factor = guess / record["ms"]
            off = not 1 / FACTOR <= factor <= FACTOR
            wrong += off
            times[record["row"]] = record["ms"]
            print(f"{name:24} {record['row']:12} {record['ms']:9.2f} {guess:9.2f} {factor:6.2f}  {kept}"
                  + ("  WRONG" if off else ""))  # fmt: skip
        if "eq" in times and times["eq"] > SLACK * min(times.values()):
            wrong += 1
            best = min(times, key=times.get)
            print(f"{name:24} WRONG: {best} took {times[best]:.2f} ms, and what was chosen {times['eq']:.2f}")
    return 1 if wrong else 0


if __name__ == "__main__":
    sys.exit(main())
