"""Every test is in the build: a file that looks like one is named in the meson.build beside it."""

import re

from tree import files, finish, name_of, text_of

TESTS = ("tests/*/*_test.cpp", "tests/*/*_test.py", "tests/fuzz/fuzz_*.cpp",
         "tests/e2e/*.test.mjs",
         "tests/attack/*.test.mjs", "tests/compare/*.test.mjs", "tests/soak/*.test.mjs",
         "tests/lint/*.py")

faults, tests = [], files(*TESTS)
for test in tests:
    if test.name in ("tree.py", "clang.py"):  # what the checks share
        continue
    build = test.parent / "meson.build"
    stem = test.name.removesuffix(".py").removesuffix(".test.mjs")
    named = build.exists() and re.search(rf"'{re.escape(test.name)}'|'{re.escape(stem)}'",
                                         text_of(build))
    if not named:
        faults.append(f"{name_of(test)}: not in {name_of(build)}")
finish(faults, len(tests))
