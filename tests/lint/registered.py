"""Every test is in the build, and says which rows of the conformance list it proves.

A file that looks like a test must be named in the meson.build beside it. The rows stand on a line
`// Rows: B-002, H-026` directly above the test.
"""

import re

from tree import ROOT, files, finish, name_of, text_of

TESTS = ("tests/*/*_test.cpp", "tests/fuzz/fuzz_*.cpp", "tests/e2e/*.test.mjs", "tests/lint/*.py")
ROW = re.compile(r"^(B|X|W|U|H|S|D)-\d{2,3}$")
# One prefix may stand for a range or list: "Rows: B-002, B-003".
ROWS_LINE = re.compile(r"^\s*(?://|#)\s*Rows:\s*(.*)$")

faults, tests = [], files(*TESTS)
for test in tests:
    if test.name in ("tree.py", "clang.py"):  # what the checks share
        continue
    build = test.parent / "meson.build"
    stem = test.name.removesuffix(".py").removesuffix(".test.mjs")
    named = build.exists() and re.search(rf"'{re.escape(test.name)}'|'{re.escape(stem)}'",
                                         text_of(build))
    if not named:
        faults.append(f"{name_of(test)}: not in {name_of(build)}")

checklist = ROOT / "docs/conformance.md"
known = set()
if checklist.exists():
    known = set(re.findall(r"^\| ([A-Z]-\d+) \|", text_of(checklist), re.M))
for test in files("tests/*.cpp", "tests/*.mjs", "tests/*.py", "bench/*.cpp"):
    lines = text_of(test).splitlines()
    for number, line in enumerate(lines, 1):
        rows = ROWS_LINE.match(line)
        if not rows:
            continue
        for row in re.split(r"[,\s]+", rows.group(1).strip()):
            if not ROW.match(row):
                faults.append(f"{name_of(test)}:{number}: '{row}' is no row; write Rows: B-002, B-003")
            elif known and row not in known:
                faults.append(f"{name_of(test)}:{number}: there is no row {row}")
    if test.name.endswith(".test.mjs"):
        for number, line in enumerate(lines, 1):
            if re.match(r"test\(", line) and not ROWS_LINE.match(lines[number - 2]):
                faults.append(f"{name_of(test)}:{number}: no line '// Rows: ...' above this test")
finish(faults, len(tests))
