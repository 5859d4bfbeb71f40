"""Which test a case of a JUnit file came from, and what that says about the rows.

GoogleTest calls a case Suite.Name; with parameters Prefix/Suite.Name/0. The end-to-end tests call it
"7 - its name", in a suite that is called like their file, with the server behind it. A test in
Python is one case, called like its file without `_test`.
"""

import re
from collections import defaultdict

PLACEHOLDER = re.compile(r"\$\{[^}]*\}")


class TestFinder:
    def __init__(self, tests):
        self._tests = defaultdict(list)
        for test in tests:
            self._tests[_key(test)].append(test)

    def tests_behind(self, case):
        if case.classname.count("/") and (tests := self._scenario(case)):
            return tests
        suite, name = case.classname.rsplit("/", 1)[-1], case.name.split("/")[0]
        return self._tests.get(f"{suite}.{name}") or self._tests.get(_program(case.name), [])

    def _scenario(self, case):
        scenario = re.sub(r" with \w+$", "", _program(case.classname))
        # Meson takes a # in a name for the begin of a directive; Node wrote \# there.
        name = re.sub(r"^\d+ (?:- )?", "", case.name).rstrip("\\").strip()
        fitting = [test for test in self._tests.get(f"{scenario}.test.mjs", [])
                   if re.fullmatch(_pattern(test.name), name)]
        # Where two templates fit, the one that says more is meant.
        return sorted(fitting, key=lambda test: len(PLACEHOLDER.sub("", test.name)))[-1:]


def _key(test):
    file = test.file.rsplit("/", 1)[-1]
    return {".cpp": test.name, ".mjs": file, ".py": file.removesuffix("_test.py")}[
        file[file.rindex("."):]]


def _program(name):
    """Meson's name of a test, without the project and the test's suite before it."""
    return name.rsplit(" / ", 1)[-1]


def _pattern(literal):
    """The names that a JavaScript string stands for: any text for each ${...} in it."""
    parts = PLACEHOLDER.split(literal.split("#")[0].strip())
    return ".*".join(re.escape(re.sub(r"\\(.)", r"\1", part)) for part in parts)


def outcomes_of(tests, cases):
    """For each test that ran: passed, failed or skipped. It failed if one of its cases did."""
    finder, outcomes = TestFinder(tests), defaultdict(set)
    for case in cases:
        for test in finder.tests_behind(case):
            outcomes[test].add(case.outcome)
    return {test: worst(found) for test, found in outcomes.items()}


def worst(outcomes):
    return next((each for each in ("failed", "passed", "skipped") if each in outcomes), "not run")


def state_of(tests, outcomes):
    """What the outcomes of its tests say about a row: passed, failed, not run, or no test."""
    if not tests:
        return "no test"
    state = worst({outcomes.get(test) for test in tests})
    return "not run" if state == "skipped" else state
