"""Counts test cases over all build folders: reads the JUnit files that `meson test` writes.

usage: count_cases.py BUILD-FOLDERS

Prints what failed and what it said, then closes with a line "N passed, N failed". Ends with 0 if nothing failed and
something passed.
"""

import sys
import textwrap
from pathlib import Path

from conformance.outcomes import read_cases

MOST_TOLD = 10
MOST_CHARACTERS = 3000


def names(cases, outcome):
    return [f"{case.suite}: {case.name}" for case in cases if case.outcome == outcome]


cases = read_cases(Path(sys.argv[1]))
passed, failures = names(cases, "passed"), names(cases, "failed")
# What CI keeps may be no more than the end.
for case in [case for case in cases if case.outcome == "failed"][:MOST_TOLD]:
    print(f"\n{case.suite}: {case.name}\n{textwrap.indent(case.said[-MOST_CHARACTERS:], '    ')}\n")
for name in names(cases, "skipped"):
    print(f"skipped: {name}")
for name in failures:
    print(f"FAILED: {name}")
print(f"{len(passed)} passed, {len(failures)} failed")
sys.exit(0 if passed and not failures else 1)
