"""docs/conformance.md, written from docs/rows and the tests."""

from collections import defaultdict

COMMAND = "python3 scripts/rows.py page"
HEAD = f"""\
<!-- Written by a script: edit docs/rows and the tests' comments, then run `{COMMAND}`. -->
[Documentation](README.md) · **Conformance** · [Rows](rows/README.md) · [Threats](threat-model.md) · [Architecture](architecture.md)

# What boshcm claims, and what proves it

Each row is a rule of a specification, in short; a `*` at its level marks a choice of ours where the
specification leaves one. The rows stand in [docs/rows](rows), one file an area. A test names the
rows it proves in the line above it (`// Rows: B-100, X-007`); here are the files of those tests.
`./run-tests --rows` runs the tests and tells the result of each row.

*claimed*: boshcm does so. *planned*: not yet, and what it waits for. *not claimed*: with the reason.

Specifications: `124§7` is section 7 of XEP-0124 (156, 198, 206 and so on likewise), `6120§4.4` of
RFC 6120, `PROXY` HAProxy's PROXY protocol, `Fetch` the standard that CORS is part of, `-` a rule of
engineering.
"""


def by_row(tests):
    proofs = defaultdict(list)
    for test in tests:
        for row in test.rows:
            proofs[row].append(test)
    return proofs


def write_page(areas, tests):
    proofs = by_row(tests)
    parts = [HEAD, *_totals(areas, proofs)]
    for area in areas:
        parts += _area(area, proofs)
    return "\n".join(parts) + "\n"


def _totals(areas, proofs):
    yield "| Area | Rows | Claimed | of these MUST or SHOULD | that tests name | that none names |"
    yield "|---|--:|--:|--:|--:|--:|"
    for area in areas:
        claimed = [row for row in area.rows if row.claimed]
        required = [row for row in claimed if row.required]
        named = [row for row in required if row.id in proofs]
        yield (f"| [{area.title}](#{_anchor(area.title)}) | {len(area.rows)} | {len(claimed)} | "
               f"{len(required)} | {len(named)} | {len(required) - len(named)} |")


def _anchor(title):
    return "".join(c for c in title.lower().replace(" ", "-") if c.isalnum() or c == "-")


def _area(area, proofs):
    yield f"\n## {area.title}"
    section = None
    for row in area.rows:
        if row.section != section:
            section = row.section
            if section:
                yield f"\n### {section}"
            yield "\n| Row | Level | Rule | Specification | Status | Tests |\n|---|---|---|---|---|---|"
        status = row.status if row.claimed else f"{row.status}: {row.reason}"
        wording = row.wording.replace("<", "&lt;")
        yield (f"| {row.id} | {row.level} | {wording} | {row.source} | "
               f"{status.replace('<', '&lt;')} | {_files(proofs.get(row.id, []))} |")


def _files(tests):
    names = {test.file.removesuffix(".test.mjs").removesuffix("_test.cpp").removesuffix("_test.py")
             for test in tests}
    return ", ".join(sorted(names))
