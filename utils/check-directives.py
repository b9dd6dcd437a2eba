#!/usr/bin/env python3
"""Refuses FileCheck directives that check nothing, and RUN lines that run nothing.

FileCheck passes over a line that it does not recognise, so `CHECK-NEXT foo` (no colon), `CHEKC: foo` or a prefix that
no RUN line names look like tests and are none. Reported, each with its cure:

    CHECK-NEXT foo    CHECK-NEXT : foo    CHECK NEXT: foo    CHECKNEXT: foo    CHECK-NXT: foo    check: foo
    a directive whose prefix is in no RUN line of the file
    a RUN line that gives FileCheck a prefix which no directive of the file has
    // RUN without its colon
    expected-error and its kin in a file that never runs --verify-diagnostics, or misspelt

A directive is looked for where a comment starts: prose that begins with `CHECK` or with a capital word and a colon is
to be reworded. Files under an Inputs folder may be read by any test, so there only the spelling is checked.

    check-directives.py [--root=DIR]      exit code 1 if a directive checks nothing
"""

import argparse
import difflib
import re
import shlex
import sys
from pathlib import Path

SUFFIXES = {".mlir", ".test", ".ll", ".c", ".cpp", ".h", ".td", ".txt"}
DIRECTIVE_SUFFIXES = ["NEXT", "SAME", "NOT", "DAG", "LABEL", "EMPTY"]
IS_SUFFIX = re.compile(rf"({'|'.join(DIRECTIVE_SUFFIXES)}|COUNT-[1-9][0-9]*)\Z")

# Words with a colon at the start of a comment that are not for FileCheck.
NOT_DIRECTIVES = {
    *("RUN", "REQUIRES", "UNSUPPORTED", "XFAIL", "DEFINE", "REDEFINE", "ALLOW_RETRIES", "END"),
    *("COM", "TODO", "NOTE", "FIXME"),
}

# Where a comment starts. A .test file needs no comment leader.
COMMENT = re.compile(r"(?://+|;+|#+|/\*+|^\s*\*)\s*")
BARE_LINE = re.compile(r"^\s*")
WORD = re.compile(r"(?P<word>[A-Za-z][A-Za-z0-9_-]*)(?P<modifier>\{LITERAL\})?(?P<rest>.*)$")

RUN_LINE = re.compile(r"\b(?:RUN|DEFINE|REDEFINE):(?P<command>.*)$")
DIAGNOSTICS = ["expected-error", "expected-warning", "expected-note", "expected-remark"]
DIAGNOSTIC = re.compile(r"//\s*(?P<word>[a-z]+-(?:re-)?[a-z]+)(?:-re)?\s*(?:@[^\s{]+\s*)?(?:[0-9*+]+\s*)?\{\{")


class FileCheckCall:
    """One call of FileCheck in a RUN line: its prefixes, and whether directives for them must be in this file."""

    def __init__(self, line, arguments):
        self.line = line
        self.prefixes = []
        self.may_lack_directives = False
        file = None
        arguments = iter(arguments)
        for argument in arguments:
            option, _, value = argument.lstrip("-").partition("=")
            if not argument.startswith("-"):
                # The first plain word is the file with the directives. Redirections are not words of FileCheck.
                if argument.startswith((">", "<", "2>")):
                    break
                file = file or argument
            elif option in ("check-prefix", "check-prefixes"):
                self.prefixes += (value or next(arguments, "")).split(",")
            elif option in ("implicit-check-not", "allow-unused-prefixes"):
                self.may_lack_directives = True
        self.prefixes = [prefix for prefix in self.prefixes if prefix] or ["CHECK"]
        # %t holds what split-file cut out of this file, so its directives are here too.
        self.reads_this_file = file is not None and file.strip("'\"").startswith(("%s", "%t")) and "%S" not in file


def run_commands(lines):
    """The commands of the RUN lines, continuations joined: (number of the first line, text)."""
    pending, start = "", 0
    for number, line in enumerate(lines, start=1):
        match = RUN_LINE.search(line)
        if not match:
            continue
        command = match["command"].strip()
        start = start if pending else number
        if command.endswith("\\"):
            pending += command[:-1] + " "
            continue
        yield start, pending + command
        pending = ""
    if pending:
        yield start, pending


def filecheck_calls(lines):
    for number, command in run_commands(lines):
        for part in re.split(r"\|\|?|&&|;|%\{|%\}", command):
            try:
                words = shlex.split(part)
            except ValueError:  # a quote that lit's other escapes close
                words = part.split()
            names = [word.rsplit("/", 1)[-1] for word in words]
            if "FileCheck" in names:
                yield FileCheckCall(number, words[names.index("FileCheck") + 1 :])


def nearest(word, choices):
    close = difflib.get_close_matches(word.upper(), choices, n=1, cutoff=0.6)
    return close[0] if close else None


def split_directive(word, prefixes):
    """(prefix, suffix) of a well-spelt directive with one of these prefixes, else None. The longest prefix wins."""
    for prefix in sorted(prefixes, key=len, reverse=True):
        if word == prefix:
            return prefix, ""
        if word.startswith(prefix + "-") and IS_SUFFIX.match(word[len(prefix) + 1 :]):
            return prefix, word[len(prefix) + 1 :]
    return None


def has_directive(line, prefix):
    """Whether FileCheck, which looks anywhere in a line, finds a directive with this prefix."""
    return re.search(rf"(?<![\w-]){re.escape(prefix)}(-[A-Z0-9-]+)?(\{{LITERAL\}})?:", line) is not None


def misspelling(word, rest, prefixes):
    """What a word that is no directive was meant to be, or None if it looks like prose."""
    colon = rest.startswith(":")
    for prefix in sorted(prefixes, key=len, reverse=True):
        if not word.upper().startswith(prefix):
            continue
        tail = word[len(prefix) :]
        if tail == "":  # check: in lower case
            return prefix if colon else None
        suffix = tail.lstrip("-_").upper()
        if IS_SUFFIX.match(suffix):  # CHECKNEXT, CHECK_NEXT, check-next
            return f"{prefix}-{suffix}" if colon or word.isupper() else None
        if tail[0] in "-_" and word == word.upper():  # CHECK-NXT
            close = nearest(suffix, DIRECTIVE_SUFFIXES)
            return f"{prefix}-{close}" if close else (prefix if colon else None)
    # CHEKC: and CHEKC-NEXT:
    head, _, suffix = word.partition("-")
    if colon and word == word.upper() and (suffix == "" or IS_SUFFIX.match(suffix)):
        close = nearest(head, list(prefixes))
        return f"{close}-{suffix}" if close and suffix else close
    return None


def error_in_word(match, used, has_filecheck):
    """(error, cure) for the first word of a comment, or None."""
    word, modifier, rest = match["word"], match["modifier"] or "", match["rest"]
    known = used | {"CHECK"}
    directive = split_directive(word, known)
    if directive:
        prefix, suffix = directive
        if not rest.startswith(":"):
            said = (word + modifier + rest).strip()
            spaced = re.match(rf"[\s_]+({'|'.join(DIRECTIVE_SUFFIXES)})\s*:", rest)
            if spaced and not suffix:
                return f"expected '{said}' to be one directive", f"write '{word}-{spaced[1]}:'"
            return (
                f"expected '{word}{modifier}' to be followed by a colon, but got '{said}'",
                f"write '{word}{modifier}: ...', or reword a sentence that begins so",
            )
        if prefix not in used:
            return (
                f"expected the prefix '{prefix}' to be in a RUN line of this file, but none gives it to FileCheck",
                f"add '| FileCheck %s{'' if prefix == 'CHECK' else f' --check-prefix={prefix}'}' to a RUN line",
            )
        return None

    if word in NOT_DIRECTIVES:
        return None
    meant = misspelling(word, rest, known)
    if meant:
        return f"expected a FileCheck directive, but got '{word}'", f"write '{meant}:'"

    # A prefix that only looks right: FOO-NEXT:, or FOO: in a file that uses FileCheck.
    if rest.startswith(":") and word == word.upper() and len(word) > 1:
        head, _, suffix = word.partition("-")
        if IS_SUFFIX.match(suffix) or (has_filecheck and not rest.startswith("::")):
            return (
                f"expected the prefix '{head if IS_SUFFIX.match(suffix) else word}' to be in a RUN line of this file, "
                "but none gives it to FileCheck",
                "add it with --check-prefix, or reword a sentence that begins so",
            )
    return None


def error_in_run(text):
    """(error, cure) for a comment that was meant to be a RUN line, or None."""
    match = re.match(r"(?P<word>(?i:run))(?P<rest>\s*:|\b.*)", text)
    if not match or (match["word"] == "RUN" and match["rest"] == ":"):
        return None
    if match["word"] == "RUN" or re.match(r"(?i:run)\s*:\s*(%|not\b|split-file\b|FileCheck\b|(eq|mlir|llvm)-)", text):
        return f"expected 'RUN:' with its colon, but got '{text.split('  ')[0].strip()}'", "write 'RUN: ...'"
    return None


def errors_in(path, text):
    lines = text.splitlines()
    shared_input = "Inputs" in path.parts
    calls = list(filecheck_calls(lines))
    used = {prefix for call in calls for prefix in call.prefixes}
    # A prefix made of lit substitutions can be any.
    any_prefix = any("%" in prefix for prefix in used)
    commands = " ".join(command for _, command in run_commands(lines))
    checks_diagnostics = "verify-diagnostics" in commands
    seen = set()

    for number, line in enumerate(lines, start=1):
        if not RUN_LINE.search(line):
            starts = [match.end() for match in COMMENT.finditer(line)]
            if path.suffix in (".test", ".txt") and not starts:
                starts = [BARE_LINE.match(line).end()]
            for start in starts:
                comment = line[start:]
                error = error_in_run(comment)
                match = WORD.match(comment)
                if match and not error:
                    directive = split_directive(match["word"], used | {"CHECK"})
                    if directive and match["rest"].startswith(":"):
                        seen.add(directive[0])
                        error = None if shared_input or any_prefix else error_in_word(match, used, bool(calls))
                    else:
                        error = error_in_word(match, used, bool(calls) and not any_prefix and not shared_input)
                if error:
                    yield number, error
                    break  # one error a line
            else:
                # FileCheck itself looks anywhere in a line, so a prefix that has code before it is in use.
                seen |= {prefix for prefix in used if has_directive(line, prefix)}

        match = DIAGNOSTIC.search(line)
        if match:
            word = match["word"].removesuffix("-re")
            if word not in DIAGNOSTICS:
                close = difflib.get_close_matches(word, DIAGNOSTICS, n=1, cutoff=0.7)
                if close:
                    yield number, (f"expected a diagnostic directive, but got '{word}'", f"write '{close[0]}'")
            elif not checks_diagnostics and not shared_input:
                yield number, (
                    f"expected '{word}' to be in a file that runs --verify-diagnostics, but no RUN line does",
                    "add --verify-diagnostics to a RUN line",
                )

    for call in calls:
        if not call.reads_this_file or call.may_lack_directives or any_prefix:
            continue
        for prefix in call.prefixes:
            if prefix not in seen:
                yield call.line, (
                    f"expected the prefix '{prefix}' to have a directive in this file, but there is none",
                    f"write a '{prefix}:' line, or take the prefix out of the RUN line",
                )


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--root", type=Path, default=Path(__file__).resolve().parent.parent)
    root = parser.parse_args().root

    found = 0
    for top in ("test", "examples"):
        for file in sorted((root / top).rglob("*")):
            if file.suffix not in SUFFIXES or not file.is_file() or file.name == "CMakeLists.txt":
                continue
            path = file.relative_to(root)
            text = file.read_text(encoding="utf-8", errors="replace")
            for number, (error, cure) in sorted(errors_in(path, text)):
                print(f"{path}:{number}: error: {error}; {cure}")
                found += 1
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
