"""The lists of mutants in tests/mutants fit the source: each original text is there, and once."""

import sys

from tree import ROOT, finish

sys.path.insert(0, str(ROOT / "tests/mutants"))
from mutant_list import ListError, read_all  # noqa: E402

mutants, faults = [], []
try:
    mutants = read_all()
    if not mutants:
        faults.append("tests/mutants: there is no mutant in any list")
    for mutant in mutants:
        source = ROOT / mutant.file
        text = source.read_text(encoding="utf-8") if source.is_file() else ""
        try:
            if mutant.applied_to(text) == text:
                faults.append(f"tests/mutants/{mutant.place}: '{mutant.name}' changes nothing")
        except ListError as error:
            faults.append(f"tests/mutants/{error}")
except ListError as error:
    faults.append(f"tests/mutants/{error}")
finish(faults, len(mutants))
