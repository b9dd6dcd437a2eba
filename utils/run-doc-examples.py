#!/usr/bin/env python3
"""Runs the examples in documents, and compares what they print with what the documents say.

    run-doc-examples.py [--update] DOCUMENT.md...     exit code 1 if an example does something else

Three kinds of fenced blocks count:

* A block whose first line is a comment with nothing but a file name (`// cos.mlir`, `# inputs.py`) is that file. All
  files of a document are written into one empty folder. An MLIR block that defines a function must be such a file,
  unless a tool printed it (it starts with `module` or an alias).
* A block whose first line is a comment with nothing but the path of a file of eq (`// examples/embed/embed.cpp`) shows parts of
  it: the lines that follow, and those after each `...` alone on a line, stand together in the file, in this order.
* A block of language `console` is a session in that folder: a line that starts with `$ ` is a command, which bash runs,
  and the lines up to the next command are what it prints, errors included. In them `...` alone on a line stands for any
  lines, and ` ... ` (or ` ...,`) for any text within one. Real numbers may differ by one in a million,
  and by a millionth, because the C library's functions differ between processors. A command fails (exit code not 0)
  exactly if the text shown has `error:` or `FAILED` in it. In commands `$EQ` is the folder of eq and `$EQ_BUILD_DIR`
  that of the build. A session ```` ```console native ```` links C programs with the build's libraries; it is left out
  where those have sanitizers, which a program without them cannot load.

A program that no command names is run by `eq-run` alone, and must succeed. The tools are looked for in bin/ of the
build that EQ_BUILD_DIR names, by default build/release. --update writes what the commands print into the documents.
"""

import argparse
import math
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
FENCE = re.compile(r"^( *)```(\w*)([^\n]*)\n(.*?)^ *```$", re.MULTILINE | re.DOTALL)
SHOWN_FILE = re.compile(r"^(?://|#) ((?:[\w-]+/)+[\w.-]+)$")
FILE_NAME = re.compile(r"^(?://|#) ([\w-]+\.(?:mlir|py|c))$")


class Block:
    def __init__(self, match, text):
        self.language, self.start, self.end = match[2], match.start(4), match.end(4)
        self.is_native = match[3].split() == ["native"]
        indent = len(match[1])
        self.lines = [line[indent:] for line in match[4].splitlines()]
        self.line_number = text.count("\n", 0, match.start(4)) + 1
        name = FILE_NAME.match(self.lines[0]) if self.lines else None
        self.file = name[1] if name else None


def matches(shown, got):
    """Whether the lines `got` are what the lines `shown` say, with `...` for what is left open."""
    if not shown:
        return not got
    if shown[0] == "...":
        return any(matches(shown[1:], got[i:]) for i in range(len(got) + 1))
    if not got:
        return False
    pattern, reals = "", []
    for part in re.split(r"((?<= )\.\.\.(?=[ ,])|-?\d+\.\d+(?:e[+-]?\d+)?)", shown[0]):
        if re.match(r"-?\d+\.\d", part):
            reals.append(float(part))
            pattern += r"(-?[\d.]+(?:e[+-]?\d+)?)"
        else:
            pattern += ".*" if part == "..." else re.escape(part)
    match = re.fullmatch(pattern, got[0])
    return (
        match is not None
        and all(math.isclose(a, float(b), rel_tol=1e-6, abs_tol=1e-6) for a, b in zip(reals, match.groups()))
        and matches(shown[1:], got[1:])
    )


def error_in_parts(block, path):
    """What is wrong with a block that shows parts of a file, or None."""
    file = ROOT / path
    if not file.is_file():
        return f"expected '{path}' to be a file of eq, but there is none"
    text, place = "\n" + file.read_text(encoding="utf-8"), 0
    for part in re.split(r"^\.\.\.\n", "\n".join(block.lines[1:]) + "\n", flags=re.MULTILINE):
        place = text.find("\n" + part, place)
        if place < 0:
            return f"expected '{path}' to have, in this order, the lines\n{part}"
        place += len(part)
    return None


def commands_of(block):
    """(line number, command, lines shown) of each command of a session."""
    commands = []
    for number, line in enumerate(block.lines, start=block.line_number):
        if line.startswith("$ "):
            commands.append((number, line[2:], []))
        elif commands:
            commands[-1][2].append(line)
        else:
            raise ValueError(f"{number}: error: expected a session to start with a command, '$ ...'")
    return commands


def run(command, folder, environment):
    done = subprocess.run(
        ["bash", "-c", command], cwd=folder, env=environment, text=True, timeout=240,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
    )
    return done.returncode, done.stdout.rstrip("\n").split("\n") if done.stdout else []


def check_document(path, environment, update):
    """The errors of one document, and how many commands it ran."""
    text = path.read_text(encoding="utf-8")
    blocks = [Block(match, text) for match in FENCE.finditer(text)]
    errors, named, count, sessions = [], "", 0, []
    with tempfile.TemporaryDirectory() as folder:
        for block in blocks:
            if block.file:
                Path(folder, block.file).write_text("\n".join(block.lines) + "\n", encoding="utf-8")
            elif block.language == "mlir" and not re.match(r"module|#", block.lines[0]) and \
                    any(line.startswith("func.func @") for line in block.lines):
                errors.append(f"{block.line_number}: error: expected a block with a function to start with a file "
                              "name, `// name.mlir`, so that it is tested")

        for block in blocks:
            shown = SHOWN_FILE.match(block.lines[0]) if block.lines else None
            if shown and (error := error_in_parts(block, shown[1])):
                errors.append(f"{block.line_number}: error: {error}")

        for block in blocks:
            if block.language != "console" or (block.is_native and environment["EQ_ASAN"] == "ON"):
                continue
            try:
                commands = commands_of(block)
            except ValueError as error:
                errors.append(str(error))
                continue
            lines = []
            for number, command, shown in commands:
                count += 1
                named += command + "\n"
                code, got = run(command, folder, environment)
                good = matches(shown, got)
                expects_failure = any("error:" in line or "FAILED" in line for line in (got if update else shown))
                lines += [f"$ {command}", *(shown if good else got)]
                if not good and not update:
                    errors.append(f"{number}: error: expected '{command}' to print\n" + "\n".join(shown)
                                  + "\nbut got\n" + "\n".join(got))
                if (code != 0) != expects_failure:
                    errors.append(f"{number}: error: expected '{command}' to {'fail' if expects_failure else 'succeed'}"
                                  f", but got exit code {code}")
            sessions.append((block, "".join(line + "\n" for line in lines)))

        for block in blocks:
            if block.file and block.file.endswith(".mlir") and block.file not in named:
                count += 1
                code, got = run(f"eq-run {block.file}", folder, environment)
                if code != 0:
                    errors.append(f"{block.line_number}: error: expected 'eq-run {block.file}' to succeed, but got\n"
                                  + "\n".join(got))

    if update:
        for block, lines in reversed(sessions):
            text = text[: block.start] + lines + text[block.end :]
        path.write_text(text, encoding="utf-8")
    if count == 0:
        errors.append("1: error: expected examples to run, but found none")
    return errors, count


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--update", action="store_true", help="write what the commands print into the documents")
    parser.add_argument("documents", nargs="+", type=Path)
    arguments = parser.parse_args()

    build = Path(os.environ.get("EQ_BUILD_DIR", ROOT / "build/release")).resolve()
    if not (build / "bin/eq-run").is_file():
        sys.exit(f"expected '{build}/bin' to hold eq-run, but it does not: run utils/build, or set EQ_BUILD_DIR")
    environment = dict(os.environ)
    # Sessions say `python3`: that is the one that runs this.
    cache = (build / "CMakeCache.txt").read_text(encoding="utf-8") if (build / "CMakeCache.txt").is_file() else ""
    environment |= {
        "EQ": str(ROOT), "EQ_BUILD_DIR": str(build), "EQ_ASAN": "ON" if "EQ_ASAN:BOOL=ON" in cache else "OFF",
    }
    environment["PATH"] = os.pathsep.join([str(build / "bin"), str(Path(sys.executable).parent), environment["PATH"]])

    failed = False
    for path in arguments.documents:
        errors, count = check_document(path, environment, arguments.update)
        for error in errors:
            print(f"{path}:{error}")
        failed |= bool(errors)
        print(f"{path}: {count} examples, {len(errors)} errors")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
