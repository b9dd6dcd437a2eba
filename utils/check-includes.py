#!/usr/bin/env python3
"""Checks the direction of `#include "eq/FOLDER/..."` between the folders of eq.

    CAPI -> Pipeline -> stages -> Methods -> Derive -> Tiles -> Scalarise -> Batch -> Analysis -> IR

A folder may include itself and what is to its right. Stages talk through the IR alone, so none includes another.
Runtime stands beside the compiler: it includes nothing of eq but itself, and few include it. The same rule holds for
`include "eq/..."` in .td files.

    check-includes.py [--root=DIR]      exit code 1 if an include goes the wrong way
"""

import argparse
import re
import sys
from pathlib import Path

STAGES = ["Verify", "Differentiate", "Expand", "Fuse", "Schedule", "Codegen", "Run"]
BELOW_STAGES = ["Methods", "Derive", "Tiles", "Scalarise", "Batch", "Analysis", "IR"]

# What a folder may include beside itself.
ALLOWED = {"Pipeline": STAGES + BELOW_STAGES, "Runtime": []}
for stage in STAGES:
    ALLOWED[stage] = list(BELOW_STAGES)
for place, folder in enumerate(BELOW_STAGES):
    ALLOWED[folder] = BELOW_STAGES[place + 1 :]
ALLOWED["CAPI"] = ["Pipeline", "IR", "Run", "Runtime"]
# Status.def is one list for the attribute and the runtime; generated code calls the runtime; `run` hosts it.
for folder in ("IR", "Codegen", "Run"):
    ALLOWED[folder].append("Runtime")
ALLOWED["tools"] = ["Pipeline", "IR", "Run", "Runtime"]

SUFFIXES = {".h", ".hpp", ".c", ".cpp", ".def", ".inc", ".td"}
INCLUDE = re.compile(r'^\s*#?\s*include\s*["<](?P<path>[^">]+)[">]')


def folder_of(path):
    """The folder that a file belongs to, or None for files beside the folders, such as a precompiled header."""
    if path.parts[0] == "tools":
        return "tools"
    inside = path.parts[2:]  # after lib/eq or include/eq
    return inside[0] if len(inside) > 1 else None


def cure(folder, included):
    if folder == "tools":
        return "reach it through eq/Pipeline"
    if folder in STAGES and included in STAGES:
        return "stages talk through the IR: move what both need to eq/Analysis or eq/Methods"
    if folder == "Runtime":
        return "the runtime links without the compiler: keep what it needs in eq/Runtime"
    if included == "Runtime":
        return "only IR, Codegen, Run and the tools know the runtime: pass what is needed through the IR"
    return f"move what is needed to eq/{folder} or to a folder both may include"


def errors_in(path, text):
    folder = folder_of(path)
    if folder is not None and folder not in ALLOWED:
        yield 1, (
            f"expected a folder of eq, but got '{folder}'",
            "give it a place in ALLOWED of utils/check-includes.py",
        )
        return
    for number, line in enumerate(text.splitlines(), start=1):
        match = INCLUDE.match(line)
        if not match:
            continue
        included_path = match["path"]
        if included_path.startswith(".") or "/../" in included_path:
            yield number, (
                f"expected an include to name its file from the root, but got '{included_path}'",
                'write "eq/FOLDER/File.h"',
            )
            continue
        parts = included_path.split("/")
        if parts[0] != "eq":
            continue
        included = parts[1] if len(parts) > 2 else None
        if included not in ALLOWED or included == "tools":
            yield number, (
                f"expected an include of a folder of eq, but got '{included_path}'",
                "give the folder a place in ALLOWED of utils/check-includes.py",
            )
        elif folder is None:
            yield number, (
                f"expected a file beside the folders to include nothing of eq, but got '{included_path}'",
                "move the file or the include into the folder that needs it",
            )
        elif included != folder and included not in ALLOWED[folder]:
            allowed = ", ".join(ALLOWED[folder]) or "nothing else of eq"
            yield number, (
                f"expected '{folder}' to include only itself and {allowed}, but got '{included_path}'",
                cure(folder, included),
            )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    found = 0
    for top in ("include/eq", "lib/eq", "tools"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file():
                continue
            path = file.relative_to(root)
            for number, (error, advice) in errors_in(path, file.read_text(encoding="utf-8")):
                print(f"{path}:{number}: error: {error}; {advice}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
