"""Each cause for which the engines end a session is one that the metrics know, and no other is.

The engines say it in a word (for the log); base/session_ends.h has the words by transport.
"""

import re

from tree import ROOT, finish, text_of

SAID = [
    re.compile(r"\b(?:fail|finish|end_stream|conclude|tell_everyone|set_cause|hang_up|end_lost)"
               r"\(([^;]*)"),
    re.compile(r"return \{Condition::\w+,([^;]*)"),
]
WORD = re.compile(r'"([a-z]+(?:-[a-z]+)*)"')

counted = {name: set(WORD.findall(words)) for name, words in re.findall(
    r"\b(kBoshEnds|kWebsocketEnds) = \{([^}]*)\}", text_of(ROOT / "base/session_ends.h"))}

faults, checked = [], 0
for room, name in (("bosh", "kBoshEnds"), ("ws", "kWebsocketEnds")):
    engine = "".join(text_of(path) for path in sorted((ROOT / room).glob("session*.cpp")))
    said = {word for pattern in SAID for call in pattern.findall(engine)
            for word in WORD.findall(call)}
    checked += len(said)
    faults += [f"{room}: the cause {word} is not in {name} of base/session_ends.h"
               for word in sorted(said - counted[name])]
    faults += [f"base/session_ends.h: no session of {room} ends for {word}"
               for word in sorted(counted[name] - said - {"other"})]
finish(faults, checked)
