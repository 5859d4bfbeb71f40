"""The manual pages: no complaint of the formatter, cm.xml(5) has every key with its facts, and
boshcm(1) every problem that the probe may name.

man_page_test.py SCHEMA_FOLDER cm.xml.5 boshcm.1 problem.cpp
"""

# Rows: -
import os
import re
import shutil
import subprocess
import sys

sys.dont_write_bytecode = True
sys.path.insert(0, sys.argv[1])
import schema  # noqa: E402

if not shutil.which("man") or not shutil.which("groff"):
    print("man or groff is not installed")
    sys.exit(77)


def rendered(page):
    """As plain text on lines so long that nothing is broken; complaints are faults."""
    environment = {**os.environ, "MANWIDTH": "2000", "LC_ALL": "C.UTF-8", "MANPAGER": "cat",
                   "PAGER": "cat"}
    done = subprocess.run(["man", "--warnings", "-l", page], env=environment, capture_output=True,
                          text=True)
    faults.extend(f"{page}: {line}" for line in done.stderr.splitlines())
    text = re.sub(".\b", "", done.stdout)
    return re.sub(r"\s+", " ", text.translate({0x2010: "-", 0x2212: "-", 0x2019: "'"}))


faults = []
text = rendered(sys.argv[2])
elements, types = schema.read(os.path.join(sys.argv[1], "cm.xsd"))
for element in elements:
    if f" <{element.name}> " not in text:
        faults.append(f"cm.xml(5) has no section <{element.name}>")
    for key in element.keys:
        value = " | ".join(key.type.words) or key.type.name
        _, _, entry = text.partition(f" {key.attribute}={value} {key.documentation} ")
        if key.attribute and not entry.startswith(key.facts):
            faults.append(f"cm.xml(5) lacks {key.element} {key.attribute}, or its facts")
        if key.documentation not in text:
            faults.append(f"cm.xml(5) lacks the text about {key.element} {key.attribute}")
command = rendered(sys.argv[3])
problems = re.findall(r'{Problem::\w+,\s*"([a-z-]+)"', open(sys.argv[4], encoding="utf-8").read())
if "certificate-expired" not in problems:
    faults.append(f"{sys.argv[4]}: no problem found in it")
for word in ("run", "check", "probe", "doctor", "version", "status", "sessions", "session", "kill",
             "trace", "drain", "reload", "log-level", "--config", "--help", "EXIT STATUS",
             "/etc/boshcm/cm.xml", "--password-file", *(set(problems) - {"none"})):
    if word not in command:
        faults.append(f"boshcm(1) lacks {word}")
if shutil.which("mandoc"):
    for page in sys.argv[2:4]:
        lint = subprocess.run(["mandoc", "-Tlint", "-Wwarning", page], capture_output=True, text=True)
        faults.extend(lint.stdout.splitlines())
print("\n".join(faults) or "good")
sys.exit(1 if faults else 0)
