"""Reads lists of mutants: session.txt says how they are written."""

import re
from dataclasses import dataclass
from pathlib import Path

FOLDER = Path(__file__).resolve().parent
ROOT = FOLDER.parents[1]


class ListError(Exception):
    """The list cannot be read, or does not fit the source."""


@dataclass(frozen=True)
class Mutant:
    place: str  # file and line of the list
    name: str
    file: str
    original: str
    replacement: str

    def applied_to(self, text):
        """The text of the file with the fault in it."""
        # Where the lines are wrapped does not matter.
        words = (re.escape(word) for word in self.original.split())
        found = list(re.finditer(r"\s+".join(words), text))
        if len(found) != 1:
            raise ListError(f"{self.place}: '{self.name}': its original text is found "
                            f"{len(found)} times in {self.file} and not once")
        return text[:found[0].start()] + self.replacement + text[found[0].end():]


def read_list(path):
    mutants, file = [], None
    blocks = re.split(r"\n(?:[ \t]*\n)+", path.read_text(encoding="utf-8"))
    line = 1
    for block in blocks:
        place = f"{path.name}:{line}"
        line += block.count("\n") + 2
        lines = [text.rstrip() for text in block.splitlines()
                 if text.strip() and not text.startswith("#")]
        if not lines:
            continue
        if lines[0].startswith("== "):
            file = lines.pop(0)[3:]
            if lines:
                raise ListError(f"{place}: an empty line belongs behind the name of a file")
            continue
        mutants.append(read_mutant(place, file, lines))
    names = [mutant.name for mutant in mutants]
    for name in names:
        if names.count(name) > 1:
            raise ListError(f"{path.name}: two mutants are named '{name}'")
    return mutants


def read_mutant(place, file, lines):
    name, rest = lines[0], lines[1:]
    removed = [line[1:].strip() for line in rest if line.startswith("-")]
    added = [line[1:].strip() for line in rest if line.startswith("+")]
    if file is None or name[0] in "-+" or not removed or len(removed) + len(added) != len(rest):
        raise ListError(f"{place}: a mutant is a name, '-' lines and '+' lines, under a '== file'")
    return Mutant(place, name, file, "\n".join(removed), "\n".join(added))


def read_all():
    return [mutant for path in sorted(FOLDER.glob("*.txt")) for mutant in read_list(path)]
