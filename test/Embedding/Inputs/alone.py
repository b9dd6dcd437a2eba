"""Compiles every header of an installed tree alone; those in C also as C.

    alone.py [--only=FOLDER,...] [--but=FOLDER,...] TREE LLVM_INCLUDE CXX CC
"""

import argparse
import re
import shlex
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
parser.add_argument("--only", default="")
parser.add_argument("--but", default="")
for name in ("tree", "llvm", "cxx", "cc"):
    parser.add_argument(name)
arguments = parser.parse_args()
folder, llvm = Path(arguments.tree), arguments.llvm
cxx, cc = shlex.split(arguments.cxx), shlex.split(arguments.cc)
only, but = (tuple(name + "/" for name in names.split(",") if name) for names in (arguments.only, arguments.but))

headers = {str(path.relative_to(folder)): path.read_text() for path in sorted(folder.rglob("*.h"))}


def compile_alone(header, command):
    done = subprocess.run(
        [*command, "-fsyntax-only", "-Wall", "-Werror", f"-I{folder}", "-isystem", llvm, "-"],
        input=f'#include "{header}"\n', text=True, capture_output=True,
    )
    print(done.stderr, end="", file=sys.stderr)
    return done.returncode == 0


headers = {
    name: text for name, text in headers.items()
    if (not only or name.startswith(only)) and not (but and name.startswith(but))
}
# What another header includes first has nothing in front of it there.
firsts = [re.search(r'^#include [<"]([^>"]+)', text, re.MULTILINE) for text in headers.values()]
covered = {first[1] for first in firsts if first}
jobs = [(header, [*cxx, "-x", "c++", "-std=c++17"]) for header in headers if header not in covered]
jobs += [
    (header, [*cc, "-x", "c", "-std=c11"])
    for header in headers if header.startswith(("eq-c/", "eq/Runtime/"))
]
with ThreadPoolExecutor(2) as pool:
    errors = list(pool.map(lambda job: compile_alone(*job), jobs)).count(False)
print(f"{len(headers)} headers, {errors} errors", flush=True)
sys.exit(errors > 0)
