"""The text is free of what is true on one machine only.

No path of the folder this tree happens to be checked out in, no home folders, no package mirror's
address in a lock file, no spaces at the ends of lines, a newline at the end of each file.
"""

import re

from tree import ROOT, files, finish, name_of

SYSTEM = {"bin", "boot", "dev", "etc", "home", "lib", "media", "mnt", "opt", "proc", "run", "sbin",
          "srv", "sys", "tmp", "usr", "var", "root", "build", "builds", "src", "app", "workspace"}
BINARY = {".png", ".jpg", ".ico", ".gz", ".bin"}

patterns = [(re.compile(r"/(home|Users)/[a-z][\w.-]*/"), "a home folder"),
            (re.compile(r"(?<![\w.])/root/\w"), "root's home folder"),
            (re.compile(r'"resolved":'), "a lock file that names a mirror")]
top = ROOT.parts[1] if len(ROOT.parts) > 1 else ""
if top and top not in SYSTEM:
    patterns.append((re.compile(rf"(?<![\w.])/{re.escape(top)}/\w"), "a folder of this machine"))

faults, checked = [], 0
for path in files("*"):
    if path.suffix in BINARY or "/corpus/" in str(path) or "/seeds/" in str(path):
        continue
    try:
        text = path.read_bytes().decode("utf-8")
    except UnicodeDecodeError:
        faults.append(f"{name_of(path)}: not UTF-8")
        continue
    checked += 1
    if text and not text.endswith("\n"):
        faults.append(f"{name_of(path)}: no newline at its end")
    for number, line in enumerate(text.splitlines(), 1):
        if line != line.rstrip() and path.suffix not in (".md", ".txt"):
            faults.append(f"{name_of(path)}:{number}: space at the end of the line")
        if path.name == "product_text.py":
            continue
        for pattern, what in patterns:
            if pattern.search(line):
                faults.append(f"{name_of(path)}:{number}: {what}")
finish(faults, checked)
