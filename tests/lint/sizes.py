"""No file grows past 500 lines without an entry in long_files.txt that says why it must."""

from tree import ROOT, files, finish, name_of, text_of

LONGEST = 500

excused = {}
for entry in (ROOT / "tests/lint/long_files.txt").read_text().splitlines():
    if entry and not entry.startswith("#"):
        name, _, reason = entry.partition(" ")
        excused[name] = reason.strip()

faults = []
sources = files("*.h", "*.cpp", "*.mjs", "*.js", "*.py", "*.sh", "*.css", "run-tests", "quickstart")
lengths = {name_of(source): text_of(source).count("\n") for source in sources}
for name, lines in lengths.items():
    if lines > LONGEST and not excused.get(name):
        faults.append(f"{name}: {lines} lines; split it at its second concept, or say in "
                      "tests/lint/long_files.txt why it has none")
for name in excused:
    if lengths.get(name, 0) <= LONGEST:
        faults.append(f"tests/lint/long_files.txt: {name} needs no entry any more")
finish(faults, len(sources))
