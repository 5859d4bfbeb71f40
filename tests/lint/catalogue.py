"""docs/errors.md has every word with which the program ends, fails or refuses, and no other.

Each table there follows a comment that says which list of the sources it is compared with. Two of
them are written from the sources, by `catalogue.py --write`.
"""

import re
import sys

from tree import ROOMS, ROOT, finish, text_of

PAGE = ROOT / "docs/errors.md"
LITERALS = r'((?:"(?:[^"\\]|\\.)*"\s*)+)'


def joined(literals):
    """C++ puts adjacent literals together."""
    parts = re.findall(r'"((?:[^"\\]|\\.)*)"', literals)
    return re.sub(r"\\(.)", r"\1", "".join(parts))


def sources(*rooms):
    return {path: text_of(path) for room in rooms for path in sorted((ROOT / room).glob("*.*"))
            if path.suffix in (".cpp", ".h")}


def source(name):
    return text_of(ROOT / name)


def words_of(name, pattern):
    return {word: "" for word in re.findall(pattern, source(name))}


def log_events():
    call = re.compile(r'\.(debug|info|warn|error)\(\s*"([a-z0-9]+\.[a-z0-9-]+)"')
    ends = re.compile(r'log_session_end\([^;]*?"([a-z]+\.[a-z-]+)"')
    # Some are told at the higher of two levels now and then, so that nobody fills the log with them.
    rarely = re.compile(r'\.write\([^;]*?\? Level::(\w+) : Level::\w+,\s*"([a-z]+\.[a-z-]+)"')
    texts = sources(*ROOMS).values()
    return {**{event: level.lower() for text in texts for level, event in rarely.findall(text)},
            **{event: "info" for text in texts for event in ends.findall(text)},
            **{event: level for text in texts for level, event in call.findall(text)}}


def ends(table):
    found = re.search(rf"{table} = \{{([^}}]*)\}}", source("base/session_ends.h"))
    return {word: "" for word in re.findall(r'"([a-z-]+)"', found[1])}


def problems():
    row = re.compile(rf'\{{Problem::\w+,\s*"([a-z-]+)",\s*{LITERALS},\s*{LITERALS}\}}')
    return [(name, joined(sentence), joined(advice))
            for name, sentence, advice in row.findall(source("probe/problem.cpp"))
            if name != "none"]


def calls(text, name):
    """The arguments of each call, as they are written."""
    for start in (found.end() for found in re.finditer(re.escape(name) + r"\(", text)):
        arguments, depth, begin, at = [], 0, start, start
        while depth >= 0:
            if text[at] == '"':
                at = re.compile(r'"(?:[^"\\]|\\.)*"').match(text, at).end()
                continue
            depth += {"(": 1, "{": 1, ")": -1, "}": -1}.get(text[at], 0)
            if depth < 0 or (depth == 0 and text[at] == ","):
                arguments.append(text[begin:at])
                begin = at + 1
            at += 1
        yield arguments


def wording(argument):
    """What it says, with … for what only the program knows; empty if it is no text at all."""
    if "?" in re.sub(LITERALS, "", argument) or "expected_value(" in argument:
        return ""
    parts = [joined(one) for one in re.findall(LITERALS, argument)]
    if not parts:
        return ""
    outside = [each.strip(" +\n") for each in re.split(LITERALS, argument)[::2]]
    text = "…" if outside[0] not in ("", "std::string(") else ""
    for part, after in zip(parts, outside[1:]):
        text += part + ("…" if after not in ("", ")") else "")
    return text


def rules():
    """(where, what is found, what is expected) of each rule that the schema cannot state."""
    relation = re.compile(rf'\.subject = "([a-z-]+)",\s*\.other = "([a-z-]+)".*?'
                          rf'\.expected = {LITERALS}', re.S)
    found = set()
    for path, text in sources("cm").items():
        if path.stem in ("schema_faults", "config_loader", "config_error"):
            continue
        for arguments in calls(text, "complain"):
            texts = [wording(each) for each in arguments[1:-1]]
            if len(texts) >= 2 and texts[0] and texts[-1]:
                found.add((texts[0], texts[1] if len(texts) == 3 else "", texts[-1]))
        for arguments in calls(text, "faults.add"):
            texts = [wording(each) for each in arguments]
            if len(texts) == 4 and texts[2] and texts[3]:
                found.add((texts[1].strip("…").replace("…", ", "), texts[2], texts[3]))
        for name, other, expected in relation.findall(text):
            found.add((f"{name}, {other}", "", joined(expected)))
    return sorted(found)


def warnings():
    texts = [wording(warning[2])
             for name in ("config_report", "admin_rules", "certificate_rules")
             for call in calls(source(f"cm/{name}.cpp"), "found.push_back")
             for warning in calls(call[0].strip().replace("{", "warning(", 1) + ")", "warning")]
    return dict.fromkeys(texts, "")


def statuses():
    """Those that have a name, and those that are answered with."""
    answered = re.compile(r"\b(?:plain_response|refuse|refusal|with_allow|line)\((\d{3})\b")
    return {**words_of("http/response_writer.cpp", r"case (\d{3}): return"),
            **{status: "" for text in sources(*ROOMS).values() for status in answered.findall(text)}}


LISTS = {
    "exit": lambda: words_of("cm/options.h", r"kExit\w+ = (\d)"),
    "log": log_events,
    "bosh-ends": lambda: ends("kBoshEnds"),
    "websocket-ends": lambda: ends("kWebsocketEnds"),
    "conditions": lambda: dict(words_of("bosh/conditions.cpp", r'return "([a-z-]+)"'), **{
        word: status for status, word in legacy_statuses()}),
    "explanations": lambda: words_of("xmpp/connect_failure.cpp",
                                     r'return "([a-z][^"]* [^"]*)"'),
    "stream-errors": lambda: words_of("xmpp/stream_error.cpp", r'(?m)^    "([a-z-]+)",$'),
    "close-codes": lambda: words_of("ws/close_code.h", r"\w+ = (1\d{3}),"),
    "statuses": statuses,
    "http-faults": lambda: {word: status for word, status in http_faults()},
    "warnings": warnings,
}


def legacy_statuses():
    return [(status, re.sub(r"(?<!^)([A-Z])", r"-\1", name).lower()) for name, status in
            re.findall(r"case Condition::(\w+): return (\d{3})", source("bosh/conditions.cpp"))]


def http_faults():
    text = source("http/fault.cpp")
    words = dict(re.findall(r'case HttpFault::(\w+): return "([a-z-]+)"', text))
    found, waiting = [], []
    for name, status in re.findall(r"case HttpFault::(\w+):(?: return (\d{3}))?", text):
        waiting.append(name)
        if status:
            found += [(words[each], status) for each in waiting if each != "None"]
            waiting = []
    return found


def written(name):
    rows = problems() if name == "problems" else rules()
    if name == "problems":
        lines = ["| finding | it says | and advises |", "|---|---|---|"]
        lines += [f"| `{word}` | {escaped(says)} | {escaped(do)} |" for word, says, do in rows]
    else:
        lines = ["| where | found | expected |", "|---|---|---|"]
        lines += [f"| {escaped(where)} | {escaped(found)} | {escaped(expected)} |"
                  for where, found, expected in rows]
    return "\n\n" + "\n".join(lines) + "\n\n"


def escaped(text):
    """A placeholder in braces is a word of its own kind; < would begin an element."""
    text = text.replace("<", "&lt;").replace("|", "\\|").replace('"*"', '"\\*"')
    return re.sub(r"\{(\w+)\}", r"*\1*", text)


SECTION = re.compile(r"<!-- catalogue: (problems|rules); [^>]*-->(.*?)<!-- catalogue: end -->", re.S)
TABLE = re.compile(r"<!-- catalogue: ([a-z-]+) -->\n\n((?:\|.*\n)+)")
ROW = re.compile(r"^\| `([^`]+)` \|([^|]*)\|", re.M)

page = text_of(PAGE)
if "--write" in sys.argv:
    for name, _ in SECTION.findall(page):
        page = re.sub(rf"(<!-- catalogue: {name}; [^>]*-->).*?(<!-- catalogue: end -->)",
                      lambda found, name=name: found[1] + written(name) + found[2], page, flags=re.S)
    PAGE.write_text(page, encoding="utf-8")

faults, checked = [], 0
for name, body in SECTION.findall(page):
    checked += body.count("\n| ") - 1
    if body != written(name):
        faults.append(f"docs/errors.md: {name} is not what the sources say; run: "
                      "python3 tests/lint/catalogue.py --write")
if len(SECTION.findall(page)) != 2:
    faults.append("docs/errors.md: the tables that are written from the sources are not there")

told = {}
for name, table in TABLE.findall(page):
    told.setdefault(name, []).extend(ROW.findall(table))
for name, list_of in LISTS.items():
    known = list_of()
    rows = told.get(name, [])
    checked += len(known)
    if not known:
        faults.append(f"catalogue.py: finds nothing of {name} in the sources")
    words = [word for word, _ in rows]
    faults += [f"docs/errors.md: {name} lacks {word}" for word in sorted(known) if word not in words]
    faults += [f"docs/errors.md: {name} has {word}, which is not in the sources"
               for word in words if word not in known]
    faults += [f"docs/errors.md: {name} has {word} twice" for word in set(words)
               if words.count(word) > 1]
    faults += [f"docs/errors.md: {name} says {second.strip()} of {word}, the sources {known[word]}"
               for word, second in rows if known.get(word) and second.strip() != known[word]]

all_of_cm = " ".join(joined(each) for text in sources("cm").values()
                     for each in re.findall(LITERALS, text))
for word, _ in told.get("config-shapes", []):
    checked += 1
    if word not in all_of_cm:
        faults.append(f"docs/errors.md: no message of the configuration has: {word}")
faults += [f"docs/errors.md: nobody compares the table {name}" for name in told
           if name not in LISTS and name != "config-shapes"]
finish(faults, checked)
