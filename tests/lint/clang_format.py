"""Formatting is the machine's job: clang-format has nothing left to change."""

import shutil
import subprocess
import sys

from tree import ROOT, files, finish

tool = shutil.which("clang-format-19")
if not tool:
    print("clang-format-19 is not installed")
    sys.exit(77)
sources = files("*.h", "*.cpp")
done = subprocess.run([tool, "--dry-run", "-Werror", *map(str, sources)], cwd=ROOT,
                      capture_output=True, text=True)
finish(done.stderr.splitlines(), len(sources))
