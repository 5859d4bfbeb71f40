"""Counts test cases over all build folders: reads the JUnit files that `meson test` writes.

usage: count_cases.py BUILD-FOLDERS

Prints what failed, then closes with a line "N passed, N failed". Ends with 0 if nothing failed and
something passed.
"""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

passed, skipped, failures = 0, [], []
for log in sorted(Path(sys.argv[1]).glob("*/meson-logs/testlog*.junit.xml")):
    for suite in ET.parse(log).getroot().iter("testsuite"):
        cases = suite.findall("testcase")
        bad = 0
        for case in cases:
            name = f'{suite.get("name")}: {case.get("name")}'
            if case.find("failure") is not None or case.find("error") is not None:
                failures.append(name)
                bad += 1
            elif case.find("skipped") is not None or case.get("result") == "suppressed":
                skipped.append(name)
            else:
                passed += 1
        # A program that crashed or ran out of time has no case of its own for it.
        counted = int(suite.get("failures") or 0) + int(suite.get("errors") or 0)
        if counted > bad:
            failures.append(f'{suite.get("name")}: ended badly as a whole')

for name in skipped:
    print(f"skipped: {name}")
for name in failures:
    print(f"FAILED: {name}")
print(f"{passed} passed, {len(failures)} failed")
sys.exit(0 if passed and not failures else 1)
