"""clang-tidy over every source file of the program, with the settings in .clang-tidy.

Tests and benchmarks are left to the compiler's warnings and clang-format: they are half of all
files, and their macros are most of what clang-tidy would speak about."""

import shutil
import subprocess
import sys

from clang import key_of, run_all, units
from tree import ROOT, finish, name_of, text_of

build = sys.argv[1]
tool = shutil.which("clang-tidy-19")
if not tool:
    print("clang-tidy-19 is not installed")
    sys.exit(77)
version = subprocess.run([tool, "--version"], capture_output=True, text=True).stdout
settings = text_of(ROOT / ".clang-tidy")

jobs = []
for unit in units(build):
    if name_of(unit.parts[0]).startswith(("tests/", "bench/")):
        continue
    line = [tool, "-p", build, "--quiet", "--extra-arg=-Wno-unknown-warning-option", str(unit.file)]
    key = key_of(unit.parts, version, settings, *unit.command)
    jobs.append((name_of(unit.file), key, line))
finish(run_all(jobs, f"{build}/lint-cache/clang-tidy"), len(jobs))
