#!/usr/bin/env python3
"""Writes the source file that carries the console's page inside the program:
console_to_cpp.py OUT.cpp FILE...

Each file with its type, and a tag that is another one when its content is.
"""

import hashlib
import sys
from pathlib import Path

TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".mjs": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
}


def entry(path):
    content = path.read_bytes()
    text = content.decode("utf-8")
    if ')console"' in text:
        raise SystemExit(f"{path}: ends the raw string it is put in")
    tag = hashlib.sha256(content).hexdigest()[:24]
    return f'    {{"{path.name}", "{TYPES[path.suffix]}", R"("{tag}")",\n     R"console({text})console"}},'


def main(target, *sources):
    lines = [
        "// Written by admin/console_to_cpp.py from web/console.",
        '#include "admin/console_files.h"',
        "",
        "namespace admin {",
        "namespace {",
        "constexpr ConsoleFile kFiles[] = {",
        *(entry(Path(source)) for source in sources),
        "};",
        "} // namespace",
        "",
        "std::span<const ConsoleFile> console_files() { return kFiles; }",
        "",
        "} // namespace admin",
        "",
    ]
    Path(target).write_text("\n".join(lines), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
