#!/usr/bin/env python3
"""Checks that every remark of the compiler is in the table of docs/Writing.md, and in a test that shows it.

    check-remarks.py [--root=DIR]      exit code 1 if one is not, or if the table has one that there is not
"""

import argparse
import re
import sys
from pathlib import Path

EMITTED = re.compile(r'RemarkOpts::name\(\s*"(?P<name>[\w-]+)"\s*\)\s*\.category\(\s*"(?P<category>[\w-]+)"', re.DOTALL)
LISTED = re.compile(r"^\| `(?P<category>eq-\w+)` \| `(?P<name>[\w-]+)` \|", re.MULTILINE)
SHOWN = re.compile(r"(?P<name>[\w-]+) \| Category:(?P<category>eq-\w+)")


def remarks(pattern, text):
    return {(found["category"], found["name"]) for found in pattern.finditer(text)}


def main():
    parser = argparse.ArgumentParser(usage=__doc__, add_help=False)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    emitted = {}
    for path in sorted((root / "lib").rglob("*.cpp")):
        text = path.read_text()
        found = remarks(EMITTED, text)
        if len(EMITTED.findall(text)) != text.count("RemarkOpts::name("):
            print(f"{path.relative_to(root)}: error: expected remarks to have a literal name and category")
            return 1
        emitted |= {remark: path.relative_to(root) for remark in found}
    listed = remarks(LISTED, (root / "docs" / "Writing.md").read_text())
    shown = set()
    for path in sorted((root / "test").rglob("*")):
        if path.suffix in (".mlir", ".test") and path.is_file():
            shown |= remarks(SHOWN, path.read_text())

    errors = 0
    for remark, path in sorted(emitted.items()):
        for where, known in (("in the table of docs/Writing.md", listed), ("in a test's check", shown)):
            if remark not in known:
                print(f"{path}: error: expected the remark '{remark[1]}' of {remark[0]} to be {where}")
                errors += 1
    for category, name in sorted(listed - emitted.keys()):
        print(f"docs/Writing.md: error: expected the remark '{name}' of {category} to be given by lib")
        errors += 1
    if not emitted:
        print(f"{root}/lib: error: expected remarks, but found none")
        errors += 1
    return 1 if errors else 0


if __name__ == "__main__":
    sys.exit(main())
