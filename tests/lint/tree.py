"""What the lint checks share: the source tree, as git and the naming rules see it."""

import os
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]

# The floors, bottom up: what each room may include of the others (docs/architecture.md).
BELOW = {
    "base": [],
    "net": ["base"],
    "tls": ["base", "net"],
    "http": ["base", "net", "tls"],
    "xmpp": ["base", "net", "tls"],
    "admin": ["base", "net", "tls", "http"],
    "hooks": ["base", "net", "tls"],
    "bosh": ["base", "net", "tls", "http", "xmpp"],
    "ws": ["base", "net", "tls", "http", "xmpp"],
    "probe": ["base", "net", "tls", "xmpp"],
    "doctor": ["base", "net", "tls", "xmpp", "probe"],
    "cm": ["base", "net", "tls", "http", "xmpp", "admin", "hooks", "bosh",
           "ws", "probe", "doctor"],
}
ROOMS = list(BELOW)


def files(*patterns):
    """Tracked and new files, ignored ones not, that match one of the patterns; without git (a
    release archive) everything but build folders."""
    try:
        listed = subprocess.run(
            ["git", "-C", str(ROOT), "ls-files", "-z", "--cached", "--others", "--exclude-standard"],
            check=True, capture_output=True, text=True).stdout.split("\0")
        paths = [ROOT / name for name in listed if name]
    except (OSError, subprocess.CalledProcessError):
        skipped = {"node_modules", ".cache"}
        paths = []
        for folder, subfolders, names in os.walk(ROOT):
            subfolders[:] = [s for s in subfolders
                             if s not in skipped and not s.startswith("build")]
            paths += [Path(folder) / name for name in names]
    chosen = {p for p in paths if p.is_file() and any(p.match(pattern) for pattern in patterns)}
    return sorted(chosen)


def name_of(path):
    return str(path.relative_to(ROOT))


def room_of(path):
    return path.relative_to(ROOT).parts[0]


def text_of(path):
    return path.read_text(encoding="utf-8")


def finish(faults, checked):
    """Prints the faults, one a line, and ends the check."""
    for fault in faults:
        print(fault)
    print(f"{checked} checked, {len(faults)} at fault")
    sys.exit(1 if faults else 0)
