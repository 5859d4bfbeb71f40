"""A run's figures against the record's."""

from typing import NamedTuple

# A compiler's mood after a small change stays below it, one more pass over the bytes does not.
TOLERANCE_PERCENT = 5

HEAD = """\
# What each operation costs (docs/benchmarks.md): its name, instructions, allocations. Written by
# bench/instructions/check.py --write, and true for what this compiler makes of the release build.
"""


class Figures(NamedTuple):
    instructions: int
    allocations: str  # with two digits, which are exact: there are a hundred runs


class Record(NamedTuple):
    compiler: str
    operations: dict  # name -> Figures


def read_record(text):
    lines = [line.split() for line in text.splitlines() if line and not line.startswith("#")]
    (_, *compiler), *rest = lines
    return Record(" ".join(compiler),
                  {name: Figures(int(instructions), allocations)
                   for name, instructions, allocations in rest})


def write_record(record):
    rows = [f"{name:<26} {figures.instructions:>9} {figures.allocations:>9}\n"
            for name, figures in record.operations.items()]
    return f"{HEAD}\ncompiler {record.compiler}\n{''.join(rows)}"


def faults_of(record, found):
    """What is not as recorded, in words, each with the operation's name."""
    faults = []
    for name in record.keys() | found.keys():
        if name not in found:
            faults.append(f"{name}: recorded, but there is no such operation")
        elif name not in record:
            faults.append(f"{name}: not in the record")
        else:
            faults += faults_of_one(name, record[name], found[name])
    return sorted(faults)


def faults_of_one(name, record, found):
    change = found.instructions - record.instructions
    if abs(change) * 100 > TOLERANCE_PERCENT * record.instructions:
        yield (f"{name}: {found.instructions} instructions, recorded are {record.instructions}: "
               f"{change / record.instructions:+.1%}")
    if found.allocations != record.allocations:
        more = "more" if float(found.allocations) > float(record.allocations) else "fewer"
        yield f"{name}: {found.allocations} allocations, {more} than the {record.allocations} recorded"
