"""Which tests prove which rows of docs/rows, and with what result.

usage: rows.py table BUILD-FOLDERS [--partial]
       rows.py page

table: after a test run, each row with its tests and their results, then the claimed MUST and SHOULD
       rows without proof. Ends with 1 if one of these is of BOSH or XMPP over BOSH, or failed.
       --partial: not all tests were run, so one that was not is no fault.
page:  writes docs/conformance.md.
"""

import sys
from pathlib import Path

from conformance.claims import read_areas
from conformance.outcomes import read_cases
from conformance.page import by_row, write_page
from conformance.proofs import read_tests
from conformance.results import outcomes_of, state_of

ROOT = Path(__file__).resolve().parents[1]
# The areas whose claims must be proven; elsewhere a claim without proof is only told.
HELD_TO = ("bosh", "xmpp")


def print_table(builds, partial):
    areas = read_areas(ROOT / "docs/rows")
    tests, faults = read_tests(ROOT / "tests")
    proofs, outcomes = by_row(tests), outcomes_of(tests, read_cases(builds))
    at_fault, unproven = bool(faults), []
    for area in areas:
        print(f"\n{area.title}")
        for row in area.rows:
            if not row.claimed and not proofs[row.id]:
                continue
            state = state_of(proofs[row.id], outcomes)
            print_row(row, state, proofs[row.id], outcomes)
            excused = state == "passed" or (partial and state == "not run")
            if row.claimed and row.required and not excused:
                unproven.append((row, state))
                at_fault |= state == "failed" or area.name in HELD_TO
    print_list("Claimed MUST and SHOULD rows without proof",
               [f"{row.id} {row.level}: {state}: {row.wording}" for row, state in unproven])
    known = {row.id: row for area in areas for row in area.rows}
    print_list("Not claimed, yet named by tests",
               [f"{row.id}: {row.status}: {row.reason}"
                for row in known.values() if proofs[row.id] and not row.claimed])
    print_list("Named by tests, and in no file of docs/rows",
               [f"{row}: {each.file}:{each.line}"
                for row, named_by in sorted(proofs.items()) if row not in known for each in named_by])
    print_list("Wrong in the tests' comments", faults)
    return 1 if at_fault else 0


def print_row(row, state, tests, outcomes):
    status = "" if row.claimed else f" ({row.status})"
    print(f"{row.id:<6} {row.level:<9} {state:<8}{status} {row.wording}")
    for test in tests:
        print(f"{'':17} {outcomes.get(test, 'not run'):<8} {test.file}: {test.name}")


def print_list(title, lines):
    print(f"\n{title}: {len(lines)}")
    for line in lines:
        print(f"  {line}")


def main(arguments):
    if arguments[:1] == ["page"] and len(arguments) == 1:
        tests, _ = read_tests(ROOT / "tests")
        page = write_page(read_areas(ROOT / "docs/rows"), tests)
        (ROOT / "docs/conformance.md").write_text(page, encoding="utf-8")
        return 0
    if arguments[:1] == ["table"] and len(arguments) in (2, 3):
        return print_table(Path(arguments[1]), partial="--partial" in arguments)
    print(__doc__, file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
