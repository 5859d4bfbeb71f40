#!/usr/bin/env python3
"""Instructions and heap allocations of single operations: are they what they were?

Runs the program `instructions` of the release build under callgrind, which counts rather than
times, so that a busy machine finds what an idle one does. Ends with 1 if an operation takes over 5 %
more instructions than record.txt says, or another number of allocations. 5 % fewer are a fault,
too: as long as the record does not have them, they could be lost again and nobody would see it.

    bench/instructions/check.py            compare
    bench/instructions/check.py --write    write a new record
"""

import argparse
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

sys.dont_write_bytecode = True
from comparison import Figures, Record, faults_of, read_record, write_record  # noqa: E402

HERE = Path(__file__).resolve().parent
ROOT = HERE.parents[1]
PROGRAM = "build/release/bench/instructions/instructions"
SKIPPED = 77

# callgrind's processor can what the machine's can, up to AVX2, and libraries choose by that. These
# make them take what every x86-64 has. Nothing else of the environment gets in: its length alone
# moves the stack.
SAME_PROCESSOR = {
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2,-AVX,-BMI1,-BMI2,-ERMS,-FSRM,-LZCNT,-MOVBE,-POPCNT,"
                      "-RTM,-SSE4_1,-SSE4_2,-SSSE3",
    "OPENSSL_ia32cap": "0:0",
}


def instructions_in(folder):
    """What callgrind counted in each of its parts, by the name that the program gave it."""
    counts = {}
    for part in Path(folder).glob("counts.*"):
        name = count = None
        for line in part.read_text().splitlines():
            if line.startswith("desc: Trigger: Client Request: "):
                name = line.rpartition(" ")[2]
            elif line.startswith("summary: "):
                count = int(line.split()[1])
        if name is not None:
            counts[name] = count
    return counts


def measure(valgrind, program):
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [valgrind, "--quiet", "--tool=callgrind", "--collect-atstart=no",
             "--callgrind-out-file=counts", os.path.abspath(program)],
            cwd=folder, env={"PATH": os.defpath} | SAME_PROCESSOR, capture_output=True, text=True)
        if done.returncode != 0:
            sys.exit(f"{program}: ended with {done.returncode}\n{done.stdout}{done.stderr}")
        counts = instructions_in(folder)
    first, *rest = done.stdout.splitlines()
    found = {}
    for name, runs, allocations in (line.split() for line in rest):
        found[name] = Figures(round(counts[name] / int(runs)), f"{int(allocations) / int(runs):.2f}")
    return Record(first.removeprefix("compiler "), found)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default=ROOT / PROGRAM, help=f"default: {PROGRAM}")
    parser.add_argument("--record", type=Path, default=HERE / "record.txt")
    parser.add_argument("--write", action="store_true", help="make what is found the record")
    options = parser.parse_args()
    valgrind = shutil.which("valgrind")
    if not valgrind:
        print("valgrind is not installed")
        return SKIPPED

    found = measure(valgrind, options.program)
    text = write_record(found)
    print(text)
    if options.write:
        options.record.write_text(text)
        return 0
    record = read_record(options.record.read_text())
    if record.compiler != found.compiler:
        print(f"The record is of {record.compiler}, this program of {found.compiler}.")
        return SKIPPED
    faults = faults_of(record.operations, found.operations)
    for fault in faults:
        print(fault)
    if faults:
        print("\nIf this is as it should be, let the commit that causes it bring a new record:\n"
              f"    ninja -C build/release {PROGRAM.removeprefix('build/release/')}\n"
              "    bench/instructions/check.py --write")
        return 1
    print(f"{len(found.operations)} operations as recorded")
    return 0


if __name__ == "__main__":
    sys.exit(main())
