"""What the checks that start compilers share: the compile database, a cache and parallel runs.

A result is remembered in the build folder under a hash of everything it depends on: the tool, its
settings, the command line, the source and every project header it reaches. So a second run costs
seconds, and a change of one header checks again exactly what includes it.
"""

import hashlib
import json
import os
import re
import shlex
import subprocess
from concurrent.futures import ThreadPoolExecutor
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from tree import ROOT

OURS = re.compile(r'^\s*#\s*include\s*"([^"]+)"', re.M)
PART = re.compile(r"^#include<([^>]+)>$", re.M)


class Unit(NamedTuple):
    """What the compiler is started for: a source file, or one that meson makes to include several."""

    file: Path
    parts: list  # the source files of the tree
    command: list


def units(build):
    """All of them, in order. `-Dunity=on` decides which kind there is."""
    found = []
    for entry in json.loads((Path(build) / "compile_commands.json").read_text()):
        file = (Path(entry["directory"]) / entry["file"]).resolve()
        if ROOT not in file.parents or file.suffix != ".cpp" or not file.exists():
            continue
        made = PART.findall(file.read_text()) if Path(build).resolve() in file.parents else []
        parts = [Path(part).resolve() for part in made] or [file]
        found.append(Unit(file, parts, shlex.split(entry["command"])))
    return sorted(found)


def flags_of(unit):
    """What the compiler is told besides which files to read and write."""
    kept, skip = [], False
    for word in unit.command:
        if skip:
            skip = False
        elif word in ("-o", "-MF", "-MQ", "-MT"):
            skip = True
        elif word not in ("-c", "-MD") and not word.endswith(".cpp") and word != "ccache":
            kept.append(word)
    return kept


@lru_cache(maxsize=None)
def reached(path):
    """The file and every project header it includes, however far."""
    found, open_paths = set(), [path]
    while open_paths:
        current = open_paths.pop()
        if current in found or not current.is_file():
            continue
        found.add(current)
        open_paths += [ROOT / name for name in OURS.findall(current.read_text(encoding="utf-8"))]
    return tuple(sorted(found))


def key_of(paths, *settings):
    digest = hashlib.sha256()
    for setting in settings:
        digest.update(str(setting).encode() + b"\0")
    for part in sorted({part for path in paths for part in reached(path)}):
        digest.update(str(part.relative_to(ROOT)).encode() + b"\0" + part.read_bytes())
    return digest.hexdigest()


def run_all(jobs, cache):
    """jobs: (label, key, command line). Runs those whose key is not in the cache folder, as many
    at a time as there are processors. Returns the outputs of those that failed."""
    cache = Path(cache)
    cache.mkdir(parents=True, exist_ok=True)

    def run(job):
        label, key, command = job
        mark = cache / key
        if mark.exists():
            return None
        done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
        if done.returncode == 0:
            mark.touch()
            return None
        return f"{label}:\n{done.stdout}{done.stderr}"

    with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
        return [failure for failure in pool.map(run, jobs) if failure]
