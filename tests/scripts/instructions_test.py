"""How bench/instructions/check.py compares a run's figures with its record."""

# Rows: -
import sys
import unittest
from pathlib import Path

sys.dont_write_bytecode = True
sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench/instructions"))
from comparison import Figures, Record, faults_of, read_record, write_record  # noqa: E402


def faults(instructions, allocations):
    return faults_of({"poll": Figures(1000, "12.00")}, {"poll": Figures(instructions, allocations)})


class Comparison(unittest.TestCase):
    def test_a_record_is_read_as_it_was_written(self):
        record = Record("GCC 12.2.0 x86-64",
                        {"poll": Figures(1000, "12.00"), "end": Figures(123456789, "0.33")})
        self.assertEqual(read_record(write_record(record)), record)

    def test_instructions_may_waver_by_five_percent(self):
        for instructions in (950, 1000, 1050):
            self.assertEqual(faults(instructions, "12.00"), [])

    def test_beyond_that_more_and_fewer_are_faults(self):
        self.assertEqual(faults(1051, "12.00"),
                         ["poll: 1051 instructions, recorded are 1000: +5.1%"])
        self.assertEqual(faults(900, "12.00"),
                         ["poll: 900 instructions, recorded are 1000: -10.0%"])

    def test_allocations_may_not_differ_at_all(self):
        self.assertEqual(faults(1000, "12.01"),
                         ["poll: 12.01 allocations, more than the 12.00 recorded"])
        self.assertEqual(faults(1000, "9.00"),
                         ["poll: 9.00 allocations, fewer than the 12.00 recorded"])

    def test_each_operation_is_recorded_and_each_record_is_of_one(self):
        one = {"poll": Figures(1, "0.00")}
        self.assertEqual(faults_of({}, one), ["poll: not in the record"])
        self.assertEqual(faults_of(one, {}), ["poll: recorded, but there is no such operation"])


if __name__ == "__main__":
    unittest.main()
