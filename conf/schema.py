"""Reads conf/cm.xsd into plain objects for the two scripts beside it.

Knows just the subset of XML Schema that cm.xsd keeps to: global elements with either a named
simple type or a complex type of one repeated choice and attributes of named simple types.
Anything else stops the build here rather than be left out of the program or its manual.
"""

import re
import xml.etree.ElementTree as ElementTree
from dataclasses import dataclass, field

XS = "{http://www.w3.org/2001/XMLSchema}"
NAMESPACE = "urn:boshcm:config:1"
OURS = "{" + NAMESPACE + "}"


@dataclass
class Type:
    name: str
    expected: str  # what a value looks like, as an error message says it
    documentation: str
    words: list  # of an enumeration


@dataclass
class Key:
    element: str
    attribute: str  # empty: the element's own text
    type: Type
    required: bool
    default: str
    min: str
    max: str
    reload: str
    documentation: str  # without the line of facts
    facts: str  # the line of facts, as it must read


@dataclass
class Element:
    name: str
    documentation: str
    children: list = field(default_factory=list)  # names
    keys: list = field(default_factory=list)


def _prose(node):
    text = node.findtext(f"{XS}annotation/{XS}documentation")
    if not text or not text.strip():
        raise SystemExit(f"cm.xsd: {node.get('name')} has no documentation")
    return re.sub(r"\s+", " ", text).strip()


def _local(qualified):
    prefix, _, local = qualified.partition(":")
    if prefix != "c":
        raise SystemExit(f"cm.xsd: {qualified} is not a name of ours")
    return local


def facts_of(required, default, low, high, reload):
    """The sentence that ends an attribute's documentation."""
    first = "Required." if required else f"Default {default}." if default else "No default."
    span = f" From {low} to {high}." if low else ""
    return f"{first}{span} Reload: {reload}."


def _attribute(element, node, types):
    name = node.get("name")
    required = node.get("use") == "required"
    default, reload = node.get("default", ""), node.get(OURS + "reload")
    low, high = node.get(OURS + "min", ""), node.get(OURS + "max", "")
    if not reload or bool(low) != bool(high):
        raise SystemExit(f"cm.xsd: {element} {name}: c:reload, or one of c:min and c:max is missing")
    facts = facts_of(required, default, low, high, reload)
    prose = _prose(node)
    if not prose.endswith(facts):
        raise SystemExit(f"cm.xsd: the documentation of {element} {name} must end: {facts}")
    return Key(element, name, types[_local(node.get("type"))], required, default, low, high, reload,
               prose[: -len(facts)].strip(), facts)


def read(path):
    """(elements in the order of the file, types by name)"""
    root = ElementTree.parse(path).getroot()
    types = {}
    for node in root.findall(f"{XS}simpleType"):
        words = [e.get("value") for e in node.iter(f"{XS}enumeration")]
        types[node.get("name")] = Type(node.get("name"), node.get(OURS + "expected"), _prose(node),
                                       words)
    elements = []
    for node in root.findall(f"{XS}element"):
        element = Element(node.get("name"), _prose(node))
        if node.get("type"):
            element.keys.append(Key(element.name, "", types[_local(node.get("type"))], False, "", "",
                                    "", node.get(OURS + "reload"), element.documentation, ""))
        else:
            body = node.find(f"{XS}complexType")
            for part in body:
                if part.tag == f"{XS}choice":
                    element.children += [_local(child.get("ref")) for child in part]
                elif part.tag == f"{XS}attribute":
                    element.keys.append(_attribute(element.name, part, types))
                else:
                    raise SystemExit(f"cm.xsd: {element.name}: {part.tag} is not expected here")
        elements.append(element)
    return elements, types
