"""Which test proves which rows: the `Rows:` lines of the tests.

    // Rows: B-100, X-007            directly above TEST, TEST_F, TEST_P, or test( in JavaScript;
    // Rows: -                       for a test that proves no row. In the comment that a file opens
                                     with it speaks for all tests there that have no line of their
                                     own.
    # Rows: B-100                    in a Python test, once: it speaks for the whole file.

A long list goes on in a second such line.
"""

import re
from dataclasses import dataclass

ROW = r"[A-Z]-\d{2,3}"
ROWS_LINE = re.compile(rf"\s*(?://|#) Rows: (-|{ROW}(?:, {ROW})*)$")
LOOKS_LIKE_ROWS = re.compile(r"\s*(?://|#)\s*Rows?\s*:")
GTEST = re.compile(r"^TEST(?:_F|_P)?\(\s*(\w+),\s*(\w+)\)", re.M)
NODE_TEST = re.compile(r"""^[ \t]*test\(\s*(['"`])((?:\\.|(?!\1).)*)\1""", re.M)


@dataclass(frozen=True)
class Test:
    file: str  # below tests/
    line: int
    name: str  # as the source has it
    rows: tuple


def tests_of(file, text):
    """The tests of a file, and what is wrong with their Rows lines."""
    lines = text.splitlines()
    own, taken = _rows_of_whole_file(file, lines)
    if file.endswith(".py"):
        faults = [] if taken else [f"{file}: no line '# Rows: ...', or '# Rows: -'"]
        return [Test(file, 1, file, own or ())], faults
    tests, faults = [], []
    for match in (GTEST if file.endswith(".cpp") else NODE_TEST).finditer(text):
        number = text.count("\n", 0, match.start()) + 1
        rows, used = _rows_above(lines, number - 1)
        taken |= used
        if rows is None:
            rows = own
        if rows is None:
            faults.append(f"{file}:{number}: no line '// Rows: ...' directly above this test; "
                          "'// Rows: -' if it proves none")
        name = ".".join(match.groups()) if file.endswith(".cpp") else match[2]
        tests.append(Test(file, number, name, tuple(rows or ())))
    faults += [f"{file}:{number}: this Rows line stands above no test, or is not like "
               "'// Rows: B-002, B-003'"
               for number, line in enumerate(lines, 1)
               if LOOKS_LIKE_ROWS.match(line) and number not in taken]
    return tests, faults


def _rows_above(lines, index):
    """The rows named above lines[index], or None, and the numbers of the lines they stand in."""
    rows, used = None, set()
    while index > 0 and (found := ROWS_LINE.match(lines[index - 1])):
        rows = [*re.findall(ROW, found[1]), *(rows or [])]
        used.add(index)
        index -= 1
    return rows, used


def _rows_of_whole_file(file, lines):
    """In Python the one line there is; elsewhere '// Rows: -' in the opening comment."""
    for number, line in enumerate(lines, 1):
        rows = ROWS_LINE.match(line)
        if file.endswith(".py"):
            if rows:
                return tuple(re.findall(ROW, rows[1])), {number}
        elif not line.startswith("//"):
            break
        elif rows and rows[1] == "-":
            return (), {number}
    return None, set()


def read_tests(folder):
    """All tests below the folder, in the order of their files, and the faults found."""
    tests, faults = [], []
    for pattern in ("**/*_test.cpp", "e2e/*.test.mjs", "attack/*.test.mjs", "compare/*.test.mjs",
                    "soak/*.test.mjs", "*/*_test.py"):
        for path in sorted(folder.glob(pattern)):
            file = path.relative_to(folder).as_posix()
            if file.startswith("node_modules/"):
                continue
            found, wrong = tests_of(file, path.read_text(encoding="utf-8"))
            tests += found
            faults += wrong
    return tests, faults
