#!/usr/bin/env python3
"""Writes the manual page cm.xml(5) from the schema: schema_to_man.py cm.xsd cm.xml VERSION DATADIR OUT.5

The text of the page is the documentation in cm.xsd; the example is the sample file.
"""

import re
import sys

import schema

HEAD = """\
.\\" Written by conf/schema_to_man.py from conf/cm.xsd.
.Dd November 22, 2026
.Dt CM.XML 5
.Os boshcm {version}
.Sh NAME
.Nm cm.xml
.Nd configuration of the connection manager boshcm
.Sh DESCRIPTION
.Nm
is an XML file of at most 1 MiB in UTF-8, without a document type declaration.
Its root is
.Ql <boshcm xmlns="{namespace}"> .
.Xr boshcm 1
checks it against an XML Schema that is part of the program, and installed as
.Pa {datadir}/boshcm/cm.xsd
for editors.
A mistake is reported with its line, what was found there and what is expected; the program starts
only without any.
.Pp
The command
.Ic boshcm check
prints the file with every default filled in.
.Pp
The signal
.Dv SIGHUP
makes the program load the file again while it runs.
With a mistake in it everything goes on as it was, and the log tells what is wrong.
The last line about an attribute gives its default, its range, and what a change of it reaches then:
.Dq at once ,
.Dq new connections ,
.Dq new sessions ,
or nothing before a
.Dq restart ,
which the log says, too.
Sessions keep what they were told when they began, and a stream its server, also when the domain is
no longer in the file.
A listener that is gone lets in who has connected already; those inside stay.
.Sh VALUES
"""

TAIL = """\
.Sh FILES
.Bl -tag -width Ds
.It Pa /etc/boshcm/cm.xml
where the program looks if it is not told otherwise
.It Pa {datadir}/boshcm/cm.xsd
the schema
.El
.Sh SEE ALSO
.Xr boshcm 1
.Pp
XEP\\-0124, Bidirectional\\-streams Over Synchronous HTTP (BOSH);
XEP\\-0206, XMPP Over BOSH;
RFC 7395, An Extensible Messaging and Presence Protocol (XMPP) Subprotocol for WebSocket.
"""


def escaped(text):
    text = text.replace("\\", "\\e").replace("-", "\\-")
    return "\\&" + text if text[:1] in (".", "'") else text


def prose(text):
    """A line for each sentence, as mdoc likes it."""
    sentences = re.split(r"(?<=[.:;]) (?=[A-Z])", text)
    return [escaped(sentence) for sentence in sentences]


def value_of(kind):
    """As in a synopsis: the words to choose from, or the name of the type."""
    if kind.words:
        return "Cm " + " | ".join(kind.words)
    return "Ar " + escaped(kind.name)


def key_lines(key):
    lines = [f".It Cm {escaped(key.attribute)} Ns = Ns {value_of(key.type)}"]
    return lines + prose(key.documentation) + [".br", escaped(key.facts)]


def element_lines(element):
    lines = [f'.Ss <{escaped(element.name)}>'] + prose(element.documentation)
    text = [key for key in element.keys if not key.attribute]
    attributes = [key for key in element.keys if key.attribute]
    if element.children:
        inside = ", ".join(f"<{child}>" for child in element.children)
        lines += [".Pp", escaped(f"Contains {inside}.")]
    for key in text:
        lines += [".Pp", "Its text is", f".Ar {escaped(key.type.name)} .",
                  escaped(f"Reload: {key.reload}.")]
    if attributes:
        lines.append(".Bl -tag -width Ds")
        for key in attributes:
            lines += key_lines(key)
        lines.append(".El")
    return lines


def main(source, sample, version, datadir, target):
    elements, types = schema.read(source)
    facts = {"version": version, "namespace": schema.NAMESPACE, "datadir": datadir}
    lines = [HEAD.format(**facts).rstrip("\n"), ".Bl -tag -width Ds"]
    for one in (kind for kind in types.values() if not kind.words):
        lines += [f".It Ar {escaped(one.name)}"] + prose(one.documentation)
    lines += [".El", ".Sh ELEMENTS"]
    for element in elements:
        lines += element_lines(element)
    lines += [".Sh EXAMPLES", "A file to start from:", ".Bd -literal"]
    for line in open(sample, encoding="utf-8").read().splitlines():
        lines.append(escaped(line))
    lines += [".Ed", TAIL.format(**facts).rstrip("\n"), ""]
    with open(target, "w", encoding="utf-8") as out:
        out.write("\n".join(lines))


if __name__ == "__main__":
    main(*sys.argv[1:])
