"""The Dockerfile, where there is no Docker: read by its rules, its stages run in machines.

What is not the same: the base is debootstrap's, not the image of that name, and there is no network
or user namespace around it.
"""

import json
import re
from dataclasses import dataclass, field
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
KNOWN = {"FROM", "WORKDIR", "COPY", "RUN", "USER", "EXPOSE", "HEALTHCHECK", "STOPSIGNAL",
         "ENTRYPOINT", "CMD"}


@dataclass
class Stage:
    base: str
    name: str
    steps: list = field(default_factory=list)  # (instruction, rest of its line)

    def last(self, instruction):
        found = [rest for name, rest in self.steps if name == instruction]
        return found[-1] if found else ""


def read():
    """Its stages in order."""
    text = (ROOT / "Dockerfile").read_text(encoding="utf-8")
    lines = [line for line in text.splitlines() if not line.lstrip().startswith("#")]
    stages = []
    for line in re.sub(r"\\\n\s*", "", "\n".join(lines)).splitlines():
        if not line.strip():
            continue
        name, _, rest = line.partition(" ")
        if name not in KNOWN:
            raise SystemExit(f"Dockerfile: {name} is no instruction that this test knows")
        if name == "FROM":
            base, _, alias = rest.partition(" AS ")
            stages.append(Stage(base, alias))
        else:
            stages[-1].steps.append((name, rest.strip()))
    return stages


def command_of(text):
    """Of an instruction in its form without a shell."""
    return json.loads(text[text.index("["):])


def faults(stages):
    """What a careful reader would find."""
    found = []
    final = stages[-1]
    if final.last("USER") in ("", "root", "0"):
        found.append("it runs as root")
    for name in ("ENTRYPOINT", "CMD", "HEALTHCHECK"):
        try:
            command_of(final.last(name))
        except ValueError:
            found.append(f"{name} is not a list of words, so a shell stands before it")
    for stage in stages:
        if not re.fullmatch(r"debian:12(-slim)?", stage.base):
            found.append(f"{stage.base} is not Debian 12")
        for name, rest in stage.steps:
            if name == "RUN" and re.search(r"apt-get .*(install|build-dep) ", rest):
                if "apt-get update" not in rest:
                    found.append(f"lists of another day: {rest}")
                if "--no-install-recommends" not in rest:
                    found.append(f"more than is needed: {rest}")
    if "rm -rf" not in final.last("RUN") or "/var/lib/apt/lists" not in final.last("RUN"):
        found.append("lists of packages stay in the image")
    return found


def run_stage(stage, machine, copies):
    """Its COPY and RUN in the machine; `copies` has what COPY --from takes, a path for each
    pattern. Returns what the container would start: (user, command, health check)."""
    for name, rest in stage.steps:
        if name == "COPY":
            _, pattern, target = rest.split()
            machine.copy_in(copies[Path(pattern).name], target.strip("/"))
        elif name == "RUN":
            machine.run("sh", "-c", rest)
    return (stage.last("USER"), command_of(stage.last("ENTRYPOINT")) + command_of(stage.last("CMD")),
            command_of(stage.last("HEALTHCHECK")))

