"""Includes follow the floors, and each third-party library has its one door.

A room includes only rooms below it; tests and bench include any. A line with a comment that says
`upward:` and a reason is an exception made on purpose.
"""

import re

from tree import BELOW, ROOMS, files, finish, name_of, room_of, text_of

INCLUDE = re.compile(r'^\s*#\s*include\s*([<"])([^>"]+)[>"](.*)$')

# The library's header, and where it may be included.
DOORS = [
    (r"uv\.h|uv/", r"net/|bench/load/(alarm|turn_end)\.cpp"),
    (r"ares", r"net/"),
    (r"openssl/", r"tls/([^/]*\.cpp|owned\.h)|tests/tls/[^/]*\.cpp"),
    (r"boost/beast|boost/asio", r"http/[^/]*\.cpp"),
    (r"boost/", r"http/[^/]*\.cpp"),
    (r"libxml/", r"xmpp/[^/]*\.cpp|cm/config_loader\.cpp"),
    (r"strophe\.h", r"probe/[^/]*\.cpp|tests/|bench/"),
    (r"curl/", r"net/web_[^/]*\.cpp|(probe|doctor)/[^/]*\.cpp|tests/"),
    (r"gsasl\.h", r"probe/[^/]*\.cpp"),
    (r"nlohmann/", r"base/json\.cpp|(probe|doctor)/[^/]*\.cpp|bench/load/report_json\.cpp|tests/"),
    (r"zlib\.h", r"http/[^/]*\.cpp|ws/message_coder\.cpp"),
    (r"nghttp2/", r"http/[^/]*\.cpp|bench/load/http2_client\.cpp|tests/"),
    (r"wslay/", r"tests/|bench/"),
    (r"spdlog/", r"base/log\.cpp"),
    (r"systemd/", r"cm/service_manager\.cpp"),
    (r"CLI/", r"cm/[^/]*\.cpp|bench/load/(options|stub_main)\.cpp|bench/simulate/options\.cpp"),
    (r"g(test|mock)/", r"tests/"),
    (r"benchmark/", r"bench/"),
    (r"valgrind/", r"bench/instructions/count\.h"),
]


def fault_of(path, kind, header, rest):
    name, room = name_of(path), room_of(path)
    if kind == '"':
        target = header.split("/")[0]
        if target not in ROOMS and target not in ("tests", "bench"):
            return f'"{header}": project headers are named from the root, room first'
        if room in ("tests", "bench") or target == room or "upward:" in rest:
            return None
        if target not in BELOW.get(room, []):
            return f'"{header}": {room} may include only {", ".join(BELOW.get(room, []))} and itself'
        return None
    for library, door in DOORS:
        if re.match(library, header):
            return None if re.match(door, name) else f"<{header}>: allowed only in {door}"
    return None


faults, sources = [], files("*.h", "*.cpp")
for source in sources:
    for number, line in enumerate(text_of(source).splitlines(), 1):
        include = INCLUDE.match(line)
        fault = include and fault_of(source, *include.groups())
        if fault:
            faults.append(f"{name_of(source)}:{number}: {fault}")
finish(faults, len(sources))
