#!/usr/bin/env python3
"""Adds up the reports of a test run; called by utils/test.

    count-results.py DIR lit [pytest]

Reads DIR/lit.json, DIR/pytest.xml and DIR/check.status (the exit code of utils/check: how many of its checks failed).
The last line is `N passed, N failed`. Exit code 0 only if something passed and nothing failed.
"""

import json
import sys
from collections import Counter
from pathlib import Path
from xml.etree import ElementTree

# lit's result codes, by what they mean here. An unexpected pass is a failure: its XFAIL line is out of date.
LIT = {
    "PASS": "passed",
    "FLAKYPASS": "passed",
    "FAIL": "failed",
    "XPASS": "failed",
    "UNRESOLVED": "failed",
    "TIMEOUT": "failed",
    "XFAIL": "expected to fail",
    "UNSUPPORTED": "unsupported",
}


def lit_results(folder):
    for test in json.loads((folder / "lit.json").read_text())["tests"]:
        yield LIT.get(test["code"], "failed")


def pytest_results(folder):
    for case in ElementTree.parse(folder / "pytest.xml").iter("testcase"):
        kinds = {child.tag: child for child in case}
        if "failure" in kinds or "error" in kinds:
            yield "failed"
        elif "skipped" in kinds:
            yield "expected to fail" if kinds["skipped"].get("type") == "pytest.xfail" else "unsupported"
        else:
            yield "passed"


def main():
    folder, suites = Path(sys.argv[1]), sys.argv[2:]
    readers = {"lit": lit_results, "pytest": pytest_results}
    total = Counter()
    for suite in suites:
        try:
            counts = Counter(readers[suite](folder))
        except (OSError, ValueError, KeyError, ElementTree.ParseError) as error:
            print(f"{suite}: expected a report, but got none ({error})")
            counts = Counter(failed=1)
        else:
            if not counts:
                print(f"{suite}: expected at least one test, but none ran")
                counts = Counter(failed=1)
        total += counts

    status = folder / "check.status"
    if status.exists():
        failed_checks = int(status.read_text())
        if failed_checks:
            print(f"utils/check: {failed_checks} of its checks failed; they count as one failure")
        total["failed" if failed_checks else "passed"] += 1

    print(f"{total['expected to fail']} expected to fail, {total['unsupported']} unsupported")
    print(f"{total['passed']} passed, {total['failed']} failed")
    return 0 if total["passed"] and not total["failed"] else 1


if __name__ == "__main__":
    sys.exit(main())
