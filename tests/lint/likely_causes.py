"""docs/causes.md has each likely cause that the program names, in its order, with its advice."""

import re

from tree import ROOT, finish

words = (ROOT / "base/likely_cause_words.cpp").read_text()
table = words[words.index("kCauses"):words.index("static_assert")]
rows = re.findall(r'\{"([a-z-]+)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\}', table)
causes = {name: "".join(re.findall(r'"((?:[^"\\]|\\.)*)"', advice)).replace('\\"', '"')
          for name, advice in rows}

page = (ROOT / "docs/causes.md").read_text()
told = re.findall(r"^\| `(?!see`)([a-z-]+)` \| (.+) \| (.+) \| (.+) \|$", page, re.M)

faults = []
named = table.count("{\"")
if len(causes) != named:
    faults.append(f"base/likely_cause_words.cpp: {named} rows, of which {len(causes)} can be read")
if list(causes) != [name for name, *_ in told]:
    missing = [name for name in causes if name not in {each for each, *_ in told}]
    extra = [name for name, *_ in told if name not in causes]
    faults.append(f"docs/causes.md: not the program's causes in their order; missing: {missing}, "
                  f"too much: {extra}")
for name, _seen, _why, what_to_do in told:
    if name in causes and not what_to_do.replace("&lt;", "<").startswith(causes[name]):
        faults.append(f"docs/causes.md: {name}: what to do begins with {causes[name]!r} in the log")
finish(faults, len(causes))
