"""Each header compiles alone: it includes what it uses, in whatever order it is included.

A header that some source file includes before anything else is left to `source_files`: here it would
take minutes.
"""

import re
import sys

from clang import flags_of, key_of, run_all, units
from tree import ROOMS, files, finish, name_of, room_of, text_of

INCLUDE = re.compile(r'^\s*#\s*include\s*[<"]([^>"]+)', re.M)

build = sys.argv[1]
all_units = units(build)
headers = files(*(f"{room}/*.h" for room in ROOMS), "tests/*/*.h", "bench/*.h")
first_of_some = {include.group(1) for unit in all_units for source in unit.parts
                 if (include := INCLUDE.search(text_of(source)))}


def flags_for(header):
    """Those of a source file of the same room."""
    same_room = [unit for unit in all_units if room_of(unit.parts[0]) == room_of(header)]
    return flags_of((same_room or all_units)[0])


jobs = []
if all_units:
    for header in headers:
        if name_of(header) in first_of_some:
            continue
        command = [*flags_for(header), "-fsyntax-only", "-x", "c++", "-include", str(header),
                   "/dev/null"]
        jobs.append((name_of(header), key_of([header], *command), command))
finish(run_all(jobs, f"{build}/lint-cache/headers"), len(headers))
