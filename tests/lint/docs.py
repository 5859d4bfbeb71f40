"""The documentation holds together: each fenced block says how it is tested, each link leads
somewhere, each page leads to the map, and the map to each page.

The class of a block stands in the line above it, in a comment that no forge shows:

    <!-- test: CLASS WORDS -->

    sh            commands, run in a copy of the tree (tests/e2e/docs.test.mjs); what needs root is
                  replaced, and what it names has to be there
    sh started    the same for what goes on until it is stopped
    sh by-name    what takes too long: programs and options have to exist
    config        for cm.xml, whole or in part: `boshcm check` takes it
    config NAME   and a client logs in by it, with the server that the block `SERVER KIND` belongs to
    prosody, ejabberd  for the server's configuration: it starts with it
    page NAME     a file that tests/e2e/docs_pages.test.mjs runs
    unit NAME     for a unit of systemd, dockerfile, prometheus, promql: the program that reads such
                  judges it
    by NAME       tests/e2e/NAME.test.mjs reads it from the page, and runs it or compares
    output WHAT, fault  what a program prints: it still does
    figure        a picture
"""

import re
import unicodedata

from tree import ROOT, files, finish, name_of, text_of

CLASSES = {
    "sh": r"(started|by-name)?", "config": r"([a-z]+-[a-z]+)?", "prosody": "[a-z]+",
    "ejabberd": "[a-z]+", "page": r"[a-z]+\.(html|mjs)", "unit": r"[a-z-]+\.(service|timer)",
    "dockerfile": "", "prometheus": "", "promql": "", "by": r"[a-z_]+", "output": "[a-z-]+", "fault": "", "figure": "",
}
MARK = re.compile(r"^<!-- test: ([a-z-]+)(?: (.*?))? -->$")
FENCE = re.compile(r"^\s*(```|~~~)")
LINK = re.compile(r"!?\[[^\]]*\]\(([^)\s]+)\)")


def outside_of_blocks(text):
    inside, kept = False, []
    for line in text.splitlines():
        if FENCE.match(line):
            inside = not inside
        elif not inside:
            kept.append(line)
    return "\n".join(kept)


def anchors(text):
    """As forges make them of headings."""
    found = set()
    for heading in re.findall(r"^#+ (.*?)\s*$", outside_of_blocks(text), re.M):
        plain = re.sub(r"`|\*|\[([^\]]*)\]\([^)]*\)", r"\1", heading).lower()
        kept = "".join(c for c in plain if c in " -_" or unicodedata.category(c)[0] in "LN")
        found.add(kept.replace(" ", "-"))
    return found


def faults_of_blocks(name, text):
    lines = text.splitlines()
    inside = False
    for number, line in enumerate(lines, 1):
        if not FENCE.match(line):
            continue
        inside = not inside
        if not inside:
            continue
        mark = MARK.match(lines[number - 2].strip()) if number > 1 else None
        if not mark:
            yield f"{name}:{number}: a block without <!-- test: CLASS -->; tests/lint/docs.py has them"
        elif mark[1] not in CLASSES or not re.fullmatch(CLASSES[mark[1]], mark[2] or ""):
            yield f"{name}:{number}: no class of blocks is called {mark[1]} {mark[2] or ''}".rstrip()
        elif mark[1] == "by" and name not in text_of(ROOT / f"tests/e2e/{mark[2]}.test.mjs"):
            yield f"{name}:{number}: tests/e2e/{mark[2]}.test.mjs does not read the page"
    if inside:
        yield f"{name}: a block that does not end"


def faults_of_links(path, text):
    for target in LINK.findall(re.sub(r"`[^`\n]*`", "", outside_of_blocks(text))):
        if re.match(r"[a-z]+:", target):
            continue
        place, _, anchor = target.partition("#")
        there = (path.parent / place).resolve() if place else path
        if not there.exists():
            yield f"{name_of(path)}: nothing is at {target}"
        elif anchor and there.suffix == ".md" and anchor not in anchors(text_of(there)):
            yield f"{name_of(path)}: {place or 'the page'} has no heading for #{anchor}"


pages = files("*.md")
faults, checked = [], 0
for page in pages:
    name, text = name_of(page), text_of(page)
    checked += 1
    faults += faults_of_links(page, text)
    if name in ("README.md", "CONTRIBUTING.md") or name.startswith("docs/"):
        faults += faults_of_blocks(name, text)

site = [page for page in pages if name_of(page).startswith("docs/")]
home = ROOT / "docs/README.md"
mapped = {(home.parent / target.partition("#")[0]).resolve()
          for target in LINK.findall(text_of(home))}
for page in site:
    if page == home:
        continue
    if page not in mapped:
        faults.append(f"docs/README.md: the map does not have {name_of(page)}")
    head = "\n".join(text_of(page).splitlines()[:3])
    if "README.md) · " not in head:
        faults.append(f"{name_of(page)}: no line of navigation at its head")
for picture in files("docs/*.svg", "docs/*/*.svg"):
    if not any(picture.name in text_of(page) for page in site):
        faults.append(f"{name_of(picture)}: no page shows it")
finish(faults, checked)
