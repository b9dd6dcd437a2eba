"""Runs the conformance cases and says how far every answer is from its oracle.

    conformance.py [--write | --check] [--bits] [ID ...]

Prints the table; with --write also writes it to docs/Conformance.md; with --check fails if that document does not
list the same ids with the same verdicts. IDs (or the beginnings of ids) choose some of the cases. The exit code is 0
only if every case that ran passed. With --bits, and whenever the document is concerned, what ran as #eq.serial runs
again as SIMD lanes and as simulated threads and tiles, and must have the same bits. EQ_BUILD_DIR names the build folder, if not build/release.
"""

import argparse
import re
import sys

import cases_deq  # noqa: F401 (its cases register themselves)
import cases_fixed  # noqa: F401
import cases_flow  # noqa: F401
import cases_node  # noqa: F401
import cases_ode  # noqa: F401
import cases_other  # noqa: F401
from harness import AFFORDED, CASES, LISTED, PARTLY, REPOSITORY, SCHEDULES, WAYS, compare_bits, eq_run, perform

DOCUMENT = REPOSITORY / "docs" / "Conformance.md"

HEAD = """\
# Conformance

How far the answers of compiled programs are from references that nothing in this compiler had a part in: 40 to 60
digit arithmetic, closed forms, published values, each confirmed by a second method (test/Conformance/oracles). The
programs are in test/Conformance, one folder per family. Written by `utils/conformance --write`; `utils/test` runs
the same cases.

Every row is one problem under one schedule. *Checks* counts the comparisons that were made; *error* is the largest
distance from the reference, at the place where it uses up most of its *tolerance*, which is the oracle's. Where
every comparison is of whole numbers or bits, both are `exact`. *Iterations* are the fewest and the most that a sample
of the problem took, over all solves; of an integration, its accepted steps. Iteration counts are compared too: they
may differ from the oracle's by one only where its rounding margins say so.

"""


def number(value):
    return f"{value:.2g}"


def row(outcome):
    worst = outcome.worst
    if worst is None:
        error = tolerance = "-"
    elif worst.whole and worst.passed:
        error = tolerance = "exact"
    else:
        error, tolerance = number(worst.error), number(worst.tolerance)
    least, most = min(outcome.iterations, default=None), max(outcome.iterations, default=None)
    iterations = "-" if least is None else str(least) if least == most else f"{least} to {most}"
    verdict = "passed" if outcome.passed else "FAILED"
    return [outcome.id, outcome.schedule, str(len(outcome.checks)), error, tolerance, iterations, verdict]


COLUMNS = ["id", "schedule", "checks", "error", "tolerance", "iterations", "verdict"]


def table(outcomes):
    rows = [COLUMNS] + [row(outcome) for outcome in outcomes]
    widths = [max(len(cells[i]) for cells in rows) for i in range(len(COLUMNS))]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |" for cells in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def reasons(heading, entries):
    if not entries:
        return ""
    lines = [f"* `{id}`: {reason}" for id, reason in sorted(entries.items())]
    return f"\n## {heading}\n\n" + "\n".join(lines) + "\n"


BITS = """
## The same bits

What ran as `#eq.serial` above ran again as SIMD lanes, and as threads of a GPU and as tiles of its blocks in the
simulator, and every result was compared with it as integers, all NaNs being one. *Runs* counts the comparisons, over
{lanes}; over {threads}; and over {tiles}. A loop that cannot have the schedule runs as `#eq.serial` there, too:
*so run* counts the outermost loops of the functions that ran which did have it, of all of them. A function of which no
loop has it is not run again.

"""


def schedule_words(ways):
    words = [way.words for way in ways]
    return ", ".join(words[:-1]) + (" and " if len(words) > 1 else "") + words[-1]


def bits_table(comparisons):
    rows = [["id", "schedule", "runs", "so run", "verdict"]]
    for one in comparisons:
        rows.append([one.id, one.kind, str(one.runs), f"{one.scheduled} of {one.loops}", one.verdict])
    widths = [max(len(cells[i]) for cells in rows) for i in range(5)]
    lines = ["| " + " | ".join(cell.ljust(width) for cell, width in zip(cells, widths)) + " |" for cells in rows]
    lines.insert(1, "|" + "|".join("-" * (width + 2) for width in widths) + "|")
    return "\n".join(lines) + "\n"


def bits_section(comparisons, ways):
    text = BITS.format(**{kind: schedule_words(chosen) for kind, chosen in ways.items()}) + bits_table(comparisons)
    for kind in ways:
        ours = [one for one in comparisons if one.kind == kind]
        whole = sum(one.scheduled == one.loops for one in ours)
        part = sum(0 < one.scheduled < one.loops for one in ours)
        ran = sum(one.verdict != "none" for one in ours)
        text += (f"\nAs {kind}, {sum(one.verdict == 'same' for one in ours)} of the {ran} problems that ran so have the same bits, {whole} "
                 f"as a whole and {part} in part; {len(ours) - ran} did not run so.\n")
    return text


def document(outcomes, comparisons, ways=WAYS):
    passed = sum(outcome.passed for outcome in outcomes)
    checks = sum(len(outcome.checks) for outcome in outcomes)
    return (HEAD + table(outcomes)
            + f"\n{len(CASES)} problems, {checks} checks; {passed} of {len(outcomes)} rows passed.\n"
            + (bits_section(comparisons, ways) if comparisons else "")
            + reasons("Not all of the problem yet", PARTLY)
            + reasons("Not yet", LISTED))


def verdicts(text):
    """What a document claims: the verdict of each id and schedule, and the ids that have no case."""
    rows = re.findall(r"^\| (\S+\.\S+) +\| (\S+) +\|.*\| (\S+) +\|$", text, re.MULTILINE)
    found = {(id, schedule): verdict for id, schedule, verdict in rows}
    listed = text.partition("\n## Not yet\n")[2]
    for id in re.findall(r"^\* `(\S+)`: ", listed, re.MULTILINE):
        found[(id, "")] = "listed"
    return found


def differences(outcomes, comparisons):
    """What in the checked-in document is not so; nothing if it is up to date. Of the bits only what was compared."""
    claimed = verdicts(DOCUMENT.read_text()) if DOCUMENT.exists() else {}
    compared = {(one.id, one.kind) for one in comparisons}
    claimed = {key: verdict for key, verdict in claimed.items() if key[1] not in WAYS or key in compared}
    actual = verdicts(document(outcomes, comparisons))
    lines = []
    for key in sorted(claimed.keys() | actual.keys()):
        if claimed.get(key) != actual.get(key):
            name = " ".join(key).strip()
            lines.append(f"{DOCUMENT.relative_to(REPOSITORY)}: expected '{name}' to be {actual.get(key, 'left out')}, "
                         f"but got {claimed.get(key, 'no such row')}; run utils/conformance --write")
    return lines


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    what = parser.add_mutually_exclusive_group()
    what.add_argument("--write", action="store_true", help="write docs/Conformance.md")
    what.add_argument("--check", action="store_true", help="fail if docs/Conformance.md is out of date")
    parser.add_argument("--bits", action="store_true", help="compare the bits of lanes, threads and tiles with those of #eq.serial, too")
    parser.add_argument("--quick", action="store_true", help="compare them under fewer schedules, as the tests do")
    parser.add_argument("--verbose", action="store_true", help="print every check")
    parser.add_argument("ids", nargs="*", metavar="ID", help="only these (the beginning of an id is enough)")
    options = parser.parse_args()
    if options.ids and (options.write or options.check):
        parser.error("expected no ids with --write or --check: the document lists all of them")
    if not eq_run().is_file():
        parser.error(f"expected '{eq_run()}' to be the eq-run program; run utils/build, or set EQ_BUILD_DIR")

    chosen = [id for id in sorted(CASES) if not options.ids or any(id.startswith(start) for start in options.ids)]
    if not chosen:
        parser.error(f"expected the beginning of one of the ids ({', '.join(sorted(CASES))})")
    outcomes = [perform(id, schedule) for id in chosen for schedule in SCHEDULES]

    print(table(outcomes), end="")
    if options.verbose:
        for outcome in outcomes:
            for one in outcome.checks:
                print(f"{outcome.id} {outcome.schedule} {one.name}: error {one.error:.3g}, "
                      f"tolerance {one.tolerance:.3g}, {'passed' if one.passed else 'FAILED'}")
    failed = [outcome for outcome in outcomes if not outcome.passed]
    for outcome in failed:
        print(f"\n{outcome.id} under {outcome.schedule}:\n{outcome.misses()}")
    comparisons = []
    if options.bits or options.write or options.check:
        ways = AFFORDED if options.quick else WAYS
        serial = [outcome for outcome in outcomes if outcome.schedule == "serial"]
        comparisons = [compare_bits(outcome, kind, ways[kind]) for kind in ways for outcome in serial]
        print("\n" + bits_table(comparisons), end="")
        for one in comparisons:
            for line in one.differences:
                print(f"\n{one.id}: {line}")
    if options.write:
        DOCUMENT.write_text(document(outcomes, comparisons, ways))
    stale = differences(outcomes, comparisons) if options.check else []
    for line in stale:
        print(line)
    differ = any(one.verdict == "DIFFERS" for one in comparisons)
    return 1 if failed or stale or differ else 0


if __name__ == "__main__":
    sys.exit(main())
