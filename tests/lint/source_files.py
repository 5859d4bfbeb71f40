"""Each source file compiles alone: it includes what it uses, though others of its room, with which
builds compile it, may have done so before.

As it takes minutes, it is run only if it is asked for: ./run-tests --suite files
"""

import sys

from clang import flags_of, key_of, run_all, units
from tree import finish, name_of

build = sys.argv[1]
jobs = []
for unit in units(build):
    for source in unit.parts:
        # What is generated lies in the build folder.
        command = [*flags_of(unit), f"-I{build}", "-fsyntax-only", str(source)]
        jobs.append((name_of(source), key_of([source], *command), command))
finish(run_all(jobs, f"{build}/lint-cache/source_files"), len(jobs))
