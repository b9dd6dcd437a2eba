"""reenter.py FOLDER PROGRAM...: what each stage gives is what the next one takes, as text and as bytecode.

The text after each stage, saved by one run of all stages, is given to the next stage alone, which must give the text
that the one run gave. Text has no locations, and codegen writes some into messages: there it only has to succeed.
Bytecode, which has them, is handed from stage to stage, and must end as the one run did."""

import subprocess
import sys
from pathlib import Path

STAGES = ["verify", "expand", "fuse", "schedule", "codegen"]


def compile_program(*arguments):
    done = subprocess.run(["eq-compile", *map(str, arguments)], capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"reenter.py: eq-compile {' '.join(map(str, arguments))} failed:\n{done.stderr}")


def check(folder, program):
    end, alone = folder / "end.mlir", folder / "alone.mlir"
    compile_program(program, f"--save-stages={folder / 'saved'}", "-o", end)
    saved = [folder / "saved" / f"{number}-{stage}.mlir" for number, stage in enumerate(STAGES, 1)]
    if end.read_text() != saved[-1].read_text():
        sys.exit(f"reenter.py: {program}: what was saved last is not what was written")
    for before, after, stage in zip(saved, saved[1:], STAGES[1:]):
        compile_program(before, f"--from={stage}", f"--to={stage}", "-o", alone)
        if stage != "codegen" and alone.read_text() != after.read_text():
            sys.exit(f"reenter.py: {program}: {stage} of the text before gives something else")
    handed = program
    for stage in STAGES[:-1]:
        given = folder / f"{stage}.mlirbc"
        compile_program(handed, f"--from={stage}", f"--to={stage}", "--emit=bytecode", "-o", given)
        handed = given
    compile_program(handed, "--from=codegen", "-o", alone)
    if alone.read_text() != end.read_text():
        sys.exit(f"reenter.py: {program}: bytecode handed from stage to stage ends as something else")
    print(f"{program.name}: same")


folder = Path(sys.argv[1])
folder.mkdir(parents=True, exist_ok=True)
for program in sys.argv[2:]:
    check(folder, Path(program))
