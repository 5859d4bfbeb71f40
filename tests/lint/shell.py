"""shellcheck has nothing to say about our scripts."""

import re
import shutil
import subprocess
import sys

from tree import ROOT, files, finish

tool = shutil.which("shellcheck")
if not tool:
    print("shellcheck is not installed")
    sys.exit(77)


def is_script(path):
    if path.suffix == "":
        first_line = path.read_bytes()[:40].split(b"\n")[0]
        return re.match(rb"#!.*\b(bash|sh)$", first_line) is not None
    return path.suffix == ".sh"


scripts = [path for path in files("*") if is_script(path)]
done = subprocess.run([tool, "-x", *map(str, scripts)], cwd=ROOT, capture_output=True, text=True)
finish(done.stdout.splitlines(), len(scripts))
