"""The rows of docs/rows: what boshcm claims of each specification, and what not.

A file there is an area. It opens with `# Its title`, may have `## Sections`, and has rows

    ID | level | status | specification | wording
    ID | level | status | specification | wording | reason

The status is claimed, planned or not claimed; the last two give a reason.
"""

from dataclasses import dataclass

LEVELS = {"MUST", "MUST NOT", "SHOULD", "MAY"}
# The areas in the order of their reading; others follow by name.
ORDER = ["bosh", "xmpp", "upstream", "http", "security", "websocket", "differences"]


class ClaimsError(Exception):
    """A file of docs/rows that is not as described above."""


@dataclass(frozen=True)
class Row:
    id: str
    level: str
    status: str
    source: str
    wording: str
    reason: str = ""
    section: str = ""

    @property
    def claimed(self):
        return self.status == "claimed"

    @property
    def required(self):
        return self.level.startswith(("MUST", "SHOULD"))


@dataclass(frozen=True)
class Area:
    name: str
    title: str
    rows: list


def read_area(name, text):
    title, section, rows = "", "", []
    for number, line in enumerate(text.splitlines(), 1):
        if line.startswith("# "):
            title = line[2:].strip()
        elif line.startswith("## "):
            section = line[3:].strip()
        elif line.strip():
            row = Row(*_fields(line, f"{name}.txt:{number}"), section=section)
            rows.append(row)
    return Area(name, title, rows)


def _fields(line, where):
    fields = [field.strip() for field in line.split("|")]
    if len(fields) == 5:
        fields.append("")
    if len(fields) != 6:
        raise ClaimsError(f"{where}: write ID | level | status | specification | wording | reason")
    identifier, level, status, _, wording, reason = fields
    if level != "-" and level.removesuffix("*") not in LEVELS:
        raise ClaimsError(f"{where}: '{level}' is no level")
    if status not in ("claimed", "planned", "not claimed"):
        raise ClaimsError(f"{where}: '{status}' is no status")
    if not identifier or not wording or (status != "claimed") != bool(reason):
        raise ClaimsError(f"{where}: a reason is for what is not claimed, and for all of that")
    return fields


def read_areas(folder):
    def place(path):
        return ORDER.index(path.stem) if path.stem in ORDER else len(ORDER), path.stem

    areas = [read_area(path.stem, path.read_text(encoding="utf-8"))
             for path in sorted(folder.glob("*.txt"), key=place)]
    seen = set()
    for area in areas:
        for row in area.rows:
            if row.id in seen:
                raise ClaimsError(f"{area.name}.txt: {row.id} a second time")
            seen.add(row.id)
    return areas
