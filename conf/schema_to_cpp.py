#!/usr/bin/env python3
"""Writes the source file that carries cm.xsd inside the program: schema_to_cpp.py cm.xsd OUT.cpp

The text for libxml2, without what it says to people, and a table of the same facts for error
messages and range checks.
"""

import re
import sys

import schema


def quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def for_validation(text):
    text = re.sub(r"<xs:annotation>.*?</xs:annotation>|<!--.*?-->", "", text, flags=re.S)
    return re.sub(r"\n\s*\n", "\n", text)


def main(source, target):
    elements, _ = schema.read(source)
    text = for_validation(open(source, encoding="utf-8").read())
    if ')xsd"' in text:
        raise SystemExit("cm.xsd: ends the raw string it is put in")
    lines = [
        "// Written by conf/schema_to_cpp.py from conf/cm.xsd.",
        '#include "cm/schema.h"',
        "",
        "namespace cm {",
        "namespace {",
        "constexpr SchemaElement kElements[] = {",
    ]
    for element in elements:
        lines.append(f"    {{{quoted(element.name)}, {quoted(' '.join(element.children))}}},")
    lines += ["};", "constexpr SchemaKey kKeys[] = {"]
    for key in (key for element in elements for key in element.keys):
        facts = [key.element, key.attribute, key.type.name, key.type.expected, key.default, key.min,
                 key.max, key.reload]
        required = "true" if key.required else "false"
        lines.append(f"    {{{', '.join(quoted(fact) for fact in facts)}, {required}}},")
    lines += [
        "};",
        "} // namespace",
        "",
        "std::span<const SchemaElement> schema_elements() { return kElements; }",
        "std::span<const SchemaKey> schema_keys() { return kKeys; }",
        f'std::string_view schema_text() {{ return R"xsd({text})xsd"; }}',
        "",
        "} // namespace cm",
        "",
    ]
    with open(target, "w", encoding="utf-8") as out:
        out.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
