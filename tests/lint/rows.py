"""Claims and tests agree: every test says which rows of docs/rows it proves, no test names a row that
is not there, and docs/conformance.md is what scripts/rows.py makes of both.
"""

import sys

from tree import ROOT, finish

sys.path.insert(0, str(ROOT / "scripts"))
from conformance.claims import ClaimsError, read_areas  # noqa: E402
from conformance.page import COMMAND, write_page  # noqa: E402
from conformance.proofs import read_tests  # noqa: E402

try:
    areas = read_areas(ROOT / "docs/rows")
except ClaimsError as error:
    finish([f"docs/rows/{error}"], 0)
tests, faults = read_tests(ROOT / "tests")
faults = [f"tests/{fault}" for fault in faults]
known = {row.id for area in areas for row in area.rows}
faults += [f"tests/{test.file}:{test.line}: there is no row {row} in docs/rows"
           for test in tests for row in test.rows if row not in known]
page = ROOT / "docs/conformance.md"
if not page.exists() or page.read_text(encoding="utf-8") != write_page(areas, tests):
    faults.append(f"docs/conformance.md: not what docs/rows and the tests say; run: {COMMAND}")
finish(faults, len(tests))
