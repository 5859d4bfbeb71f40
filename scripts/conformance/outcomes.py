"""What became of the test cases: the JUnit and JSON files that `meson test` writes."""

import json
import re
import xml.etree.ElementTree as ET
from dataclasses import dataclass

# meson copies what a test printed as it is. A stray NUL or escape of some server's log, which XML
# knows no way to write, must not hide the results.
NO_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")

SAID_LINES = 30
GOOD_ENDS = ("OK", "SKIP", "EXPECTEDFAIL")


@dataclass(frozen=True)
class Case:
    classname: str
    name: str
    outcome: str  # passed, failed or skipped
    suite: str = ""
    said: str = ""  # of one that failed: the end of it, or its diagnosis


def read_cases(builds):
    """Of all build folders in that folder."""
    return [case for log in sorted(builds.glob("*/meson-logs/testlog*.junit.xml"))
            for case in with_ends(cases_of(read_log(log.read_bytes())), _tests_of(log))]


def _tests_of(log):
    lines = log.with_name(log.name.replace(".junit.xml", ".json")).read_text(errors="replace")
    return [json.loads(line) for line in lines.splitlines()]


def with_ends(cases, tests):
    """With those that JUnit's file says nothing of: programs that ran out of time."""
    for test in tests:
        name = test["name"]
        mine = [case for case in cases if case.name == name or case.suite.endswith(name)]
        if test["result"] in GOOD_ENDS or any(case.outcome == "failed" for case in mine):
            continue
        cases = [case for case in cases if case.name != name]
        said = _end_of(test.get("stdout", "") + test.get("stderr", ""))
        cases.append(Case(name, f"ended with {test['result']}", "failed", name, said))
    return cases


def read_log(log):
    return ET.fromstring(NO_XML.sub("\ufffd", log.decode("utf-8", errors="replace")))


def cases_of(root):
    cases = []
    for suite in root.iter("testsuite"):
        name = suite.get("name")
        printed = _text(suite.find("system-out"))
        own = [_case(case, name, printed) for case in suite.findall("testcase")]
        cases += own
        # A program that crashed or ran out of time has no case of its own for it.
        counted = int(suite.get("failures") or 0) + int(suite.get("errors") or 0)
        if counted > sum(case.outcome == "failed" for case in own):
            errors = _text(suite.find("system-err"))
            cases.append(Case(name, "ended badly as a whole", "failed", name,
                              _end_of(printed + errors)))
    return cases


def _case(case, suite, printed):
    outcome, name = _outcome(case), case.get("name")
    said = _said_by(case, name, printed) if outcome == "failed" else ""
    return Case(case.get("classname"), name, outcome, suite, said)


def _said_by(case, name, printed):
    # GoogleTest puts it into the case, TAP below its line, and others print it.
    failures = [*case.findall("failure"), *case.findall("error")]
    said = "\n".join(failure.text or failure.get("message") or "" for failure in failures)
    diagnosis = re.search(rf"^not ok {re.escape(name)}.*\n((?: .*\n)*)", printed, re.MULTILINE)
    if not said.strip() and diagnosis:
        lines = diagnosis[1].splitlines()
        return "\n".join(lines[:SAID_LINES])
    return _end_of(said.strip() or _text(case.find("system-out")))


def _end_of(text):
    return "\n".join(text.rstrip().splitlines()[-SAID_LINES:])


def _text(element):
    return "" if element is None else element.text or ""


def _outcome(case):
    if case.find("failure") is not None or case.find("error") is not None:
        return "failed"
    # GoogleTest's word for a test that is DISABLED_ is notrun.
    if case.find("skipped") is not None or case.get("status") == "notrun":
        return "skipped"
    return "passed"
