"""How scripts/rows.py reads rows, comments and results."""

# Rows: -
import sys
import unittest
import xml.etree.ElementTree as ET
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "scripts"))
from conformance.claims import ClaimsError, read_area  # noqa: E402
from conformance.outcomes import Case, cases_of, read_log, with_ends  # noqa: E402
from conformance.page import write_page  # noqa: E402
from conformance.proofs import Test, tests_of  # noqa: E402
from conformance.results import outcomes_of, state_of  # noqa: E402


class Claims(unittest.TestCase):
    def test_rows_have_their_section_and_perhaps_a_reason(self):
        area = read_area("bosh", "# BOSH\n\n## Keys\nB-240 | MAY* | claimed | 124§15 | Keys\n"
                                 "B-017 | MUST NOT | not claimed | - | Other sets | UTF-8 only\n")
        self.assertEqual(area.title, "BOSH")
        first, second = area.rows
        self.assertEqual((first.id, first.section, first.claimed), ("B-240", "Keys", True))
        self.assertFalse(first.required)
        self.assertTrue(second.required)
        self.assertEqual((second.source, second.reason), ("-", "UTF-8 only"))

    def test_what_is_not_claimed_needs_a_reason_and_what_is_has_none(self):
        for line in ["B-1 | MUST | planned | - | x", "B-1 | MUST | claimed | - | x | why",
                     "B-1 | MUST | maybe | - | x | y", "B-1 | WILL | claimed | - | x",
                     "B-1 MUST"]:
            with self.assertRaises(ClaimsError, msg=line):
                read_area("bosh", line)


class Comments(unittest.TestCase):
    def read(self, file, text):
        tests, faults = tests_of(file, text)
        return [(test.name, test.rows) for test in tests], faults

    def test_cpp_tests_have_the_rows_directly_above(self):
        self.assertEqual(
            self.read("bosh/a_test.cpp", "// Rows: B-100, X-007\n// Rows: B-101\n"
                                         "TEST_F(Suite, OneThing) {\n}\n"
                                         "// Rows: -\nTEST(LongNameOfASuite,\n     Other) {\n}\n"),
            ([("Suite.OneThing", ("B-100", "X-007", "B-101")),
              ("LongNameOfASuite.Other", ())], []))

    def test_javascript_tests_may_be_indented_and_have_any_quotes(self):
        self.assertEqual(
            self.read("e2e/a.test.mjs", "    // Rows: B-001\n    test(`${x} it`, async () => {\n"
                                        "// Rows: B-002\ntest('it\\'s', { skip: 'x' }, () => {"),
            ([("${x} it", ("B-001",)), (r"it\'s", ("B-002",))], []))

    def test_one_line_speaks_for_a_file(self):
        self.assertEqual(self.read("a/b_test.cpp", "// About.\n// Rows: -\n#include <a>\n"
                                                   "TEST(A, B) {\n// Rows: B-001\nTEST(A, C) {"),
                         ([("A.B", ()), ("A.C", ("B-001",))], []))
        self.assertEqual(self.read("a/b_test.py", '"""x"""\n# Rows: S-001\n'),
                         ([("a/b_test.py", ("S-001",))], []))

    def test_what_is_missing_or_misspelt_is_a_fault(self):
        for file, text in [("a/b_test.cpp", "#include <a>\n\nTEST(A, B) {\n"),
                           ("a/b_test.cpp", "// Rows: B-001\n\n// Rows: -\nTEST(A, B) {\n"),
                           ("a/b_test.cpp", "// Rows: B1\n// Rows: -\nTEST(A, B) {\n"),
                           ("e2e/b.test.mjs", "// Rows: B-001, etc.\ntest('a', () => {\n"),
                           ("a/b_test.py", "pass\n")]:
            self.assertTrue(self.read(file, text)[1], text)


GTEST = ET.fromstring("""<testsuites>
  <testsuite name="boshcm.boshcm:unit / xmpp.A/Bad" failures="1">
    <testcase name="IsClosed/0" classname="A/Bad" status="run"/>
    <testcase name="IsClosed/1" classname="A/Bad" status="run"><failure/></testcase>
    <testcase name="DISABLED_Is" classname="A/Bad" status="notrun"/>
  </testsuite>
  <testsuite name="boshcm.boshcm:unit / net" failures="1"/></testsuites>""")


class Outcomes(unittest.TestCase):
    def test_are_read_from_junit(self):
        self.assertEqual([(case.name, case.outcome) for case in cases_of(GTEST)],
                         [("IsClosed/0", "passed"), ("IsClosed/1", "failed"),
                          ("DISABLED_Is", "skipped"), ("ended badly as a whole", "failed")])

    def test_are_read_whatever_a_test_printed(self):
        log = (b"<?xml version='1.0' encoding='utf8'?>\n<testsuites>"
               b"<testsuite name='a'><testcase name='b' classname='a'>"
               b"<system-out>\x00\x1b[1m \xff \xef\xbf\xbf \xf0\x9f\x98\x80</system-out></testcase>"
               b"</testsuite></testsuites>")
        self.assertEqual([case.name for case in cases_of(read_log(log))], ["b"])

    def test_what_failed_tells_what_it_said(self):
        root = ET.fromstring("""<testsuites><testsuite name="e2e / a" failures="1">
            <testcase name="1 - b" classname="a"/>
            <testcase name="2 - c (d)" classname="a"><failure/></testcase>
            <system-out>ok 1 - b\n  ---\n  ...\nnot ok 2 - c (d)\n  error: no e\n  ...\nok</system-out>
          </testsuite><testsuite name="lint" failures="1"><testcase name="f" classname="lint">
            <failure/><system-out>%s</system-out></testcase></testsuite>
          <testsuite name="unit" failures="1"><testcase name="g" classname="unit">
            <failure message="h">at h</failure></testcase></testsuite>
          <testsuite name="died" errors="1"><system-out>so far</system-out>
            <system-err>!</system-err></testsuite></testsuites>""" % "\n".join(map(str, range(99))))
        said = [case.said for case in cases_of(root)]
        self.assertEqual(said[:2], ["", "  error: no e\n  ..."])
        self.assertEqual(said[2].splitlines(), [str(number) for number in range(69, 99)])
        self.assertEqual(said[3:], ["at h", "so far!"])

    def test_who_ran_out_of_time_has_not_passed(self):
        cases = [Case("e2e", "1 - a", "passed", "boshcm.boshcm:e2e / b"),
                 Case("boshcm", "boshcm:package / c", "passed", "boshcm"),
                 Case("d", "D", "failed", "boshcm.boshcm:unit / d")]
        tests = [{"name": "boshcm:e2e / b", "result": "TIMEOUT", "stdout": "ok 1 - a\n"},
                 {"name": "boshcm:package / c", "result": "TIMEOUT"},
                 {"name": "boshcm:unit / d", "result": "FAIL"},
                 {"name": "boshcm:unit / e", "result": "OK"}]
        self.assertEqual([(case.name, case.outcome) for case in with_ends(cases, tests)],
                         [("1 - a", "passed"), ("D", "failed"), ("ended with TIMEOUT", "failed"),
                          ("ended with TIMEOUT", "failed")])

    def outcome(self, test, *cases):
        return outcomes_of([test], [Case(*case) for case in cases]).get(test)

    def test_find_their_googletest(self):
        test = Test("xmpp/a_test.cpp", 1, "Bad.IsClosed", ("B-001",))
        self.assertEqual(outcomes_of([test], cases_of(GTEST)), {test: "failed"})
        self.assertEqual(self.outcome(test, ("Bad", "IsClosed", "passed")), "passed")
        self.assertIsNone(self.outcome(test, ("Bad", "IsClosedToo", "passed")))
        self.assertIsNone(self.outcome(test, ("TooBad", "IsClosed", "passed")))

    def test_find_their_scenario_with_each_server(self):
        test = Test("e2e/login.test.mjs", 1, "info#x of ${who}", ("B-001",))
        scenario = "boshcm.boshcm:e2e / login"
        for suite in (scenario, f"{scenario} with prosody"):
            self.assertEqual(self.outcome(test, (suite, "7 - info\\", "passed")), "passed")
        self.assertIsNone(self.outcome(test, ("boshcm.boshcm:e2e / page", "7 - info\\", "passed")))
        self.assertIsNone(self.outcome(test, (scenario, "7 - other", "passed")))
        self.assertEqual(self.outcome(test, (scenario, "1 - info\\", "passed"),
                                      (f"{scenario} with ejabberd", "1 - info\\", "failed")),
                         "failed")

    def test_go_to_the_name_that_says_more(self):
        some = Test("e2e/a.test.mjs", 1, "${x} is answered with ${y}", ())
        more = Test("e2e/a.test.mjs", 2, "${x} is answered with 400 and the end", ())
        case = Case("boshcm.boshcm:e2e / a", "1 - y is answered with 400 and the end", "passed")
        self.assertEqual(outcomes_of([some, more], [case]), {more: "passed"})

    def test_find_their_python_file(self):
        test = Test("cm/man_page_test.py", 1, "cm/man_page_test.py", ())
        self.assertEqual(self.outcome(test, ("boshcm", "boshcm:unit / man_page", "passed")),
                         "passed")

    def test_say_what_is_known_of_a_row(self):
        one, two = Test("a", 1, "a", ()), Test("a", 2, "b", ())
        self.assertEqual(state_of([], {}), "no test")
        self.assertEqual(state_of([one], {}), "not run")
        self.assertEqual(state_of([one], {one: "skipped"}), "not run")
        self.assertEqual(state_of([one, two], {one: "passed"}), "passed")
        self.assertEqual(state_of([one, two], {one: "passed", two: "failed"}), "failed")


class Page(unittest.TestCase):
    def test_counts_what_tests_name_and_shows_their_files(self):
        area = read_area("bosh", "# The area\nB-001 | MUST | claimed | 124§1 | A <body/>\n"
                                 "B-002 | MUST | claimed | 124§1 | Other\n"
                                 "B-003 | MAY | planned | 124§1 | Later | TLS\n")
        page = write_page([area], [Test("bosh/a_test.cpp", 1, "A.B", ("B-001",)),
                                   Test("e2e/b.test.mjs", 1, "c", ("B-001",))])
        self.assertIn("| [The area](#the-area) | 3 | 2 | 2 | 1 | 1 |", page)
        self.assertIn("| B-001 | MUST | A &lt;body/> | 124§1 | claimed | bosh/a, e2e/b |", page)
        self.assertIn("| B-003 | MAY | Later | 124§1 | planned: TLS |  |", page)


if __name__ == "__main__":
    unittest.main()
