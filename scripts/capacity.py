#!/usr/bin/env python3
"""How much a boshcm for so many people takes: the formula of docs/capacity.md, with the figures that
the pages on measurements have.

capacity.py --bosh 6000 --websocket 14000 --messages 333 --upstream-tls
capacity.py --write   writes the figures, the example and the curve into docs/capacity.md
"""

import argparse
import re
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs/capacity.md"
CURVE = ROOT / "docs/capacity.svg"
COMMAND = "python3 scripts/capacity.py --write"

# name: what it is, unit, the page that has it, and where there.
FIGURES = {
    "bosh": ("a BOSH session at rest", "bytes", "benchmarks.md", r"Here: \*\*([\d,]+) bytes\*\* a\s+session"),
    "websocket": ("a WebSocket session at rest", "bytes", "benchmarks.md",
                  r"one WebSocket and one upstream stream:\s+\*\*([\d,]+) bytes"),
    "tls_to_server": ("TLS to the server, for each session", "bytes", "benchmarks.md",
                      r"\| to a server \| ([\d,]+) \|"),
    "tls_from_client": ("TLS of a client's connection, with tls=\"own\"", "bytes", "benchmarks.md",
                        r"\| from a client \| ([\d,]+) \|"),
    "one_worker": ("the process with one worker, nobody there", "KiB", "performance.md",
                   r"\*\*boshcm as it is\*\* \| 1 \| ([\d,]+) \|"),
    "two_workers": ("and with two", "KiB", "performance.md",
                    r"\*\*boshcm as it is\*\* \| 2 \| ([\d,]+) \|"),
    "bosh_busy": ("a message there and its answer back by BOSH, when there is much to do", "µs",
                  "performance.md", r"\| BOSH → boshcm → stub server \| echo \| 200 \| ([\d.]+) \|"),
    "websocket_busy": ("likewise by WebSocket", "µs", "performance.md",
                       r"\| WebSocket → boshcm → stub server \| echo \| 200 \| ([\d.]+) \|"),
    "bosh_quiet": ("by BOSH, when each wakes it up", "µs", "benchmarks.md",
                   r"wake-up for nearly each one: ([\d.]+) µs over BOSH"),
    "websocket_quiet": ("likewise by WebSocket", "µs", "benchmarks.md",
                        r"µs over BOSH, ([\d.]+) µs over WebSocket"),
    "bosh_rest": ("6,600 BOSH sessions at rest for 600 s", "s", "benchmarks.md",
                  r"\| BOSH \| 6,600 \| ([\d.]+) s of 600 s"),
    "websocket_rest": ("9,400 WebSocket sessions at rest for 600 s", "s", "benchmarks.md",
                       r"\| WebSocket \| 9,400 \| ([\d.]+) s of 600 s"),
    "handshake": ("a TLS handshake of a client, ECDSA, full", "µs", "performance.md",
                  r"\| boshcm, ECDSA P-256, full \| ([\d,]+) \|"),
}
EXAMPLE = {"bosh": 6000, "websocket": 14000, "messages": 333, "workers": 2, "upstream_tls": True,
           "own_tls": False, "handshakes": 0}


def read_figures():
    found = {}
    for name, (_, _, page, where) in FIGURES.items():
        text = (ROOT / "docs" / page).read_text(encoding="utf-8")
        match = re.search(where, text)
        if not match:
            sys.exit(f"docs/{page} has no figure for: {FIGURES[name][0]}")
        found[name] = float(match[1].replace(",", ""))
    return found


def memory_bytes(f, *, bosh, websocket, workers, upstream_tls, own_tls, **_):
    worker = f["two_workers"] - f["one_worker"]
    base = f["one_worker"] - worker
    total = 1024 * (base + workers * worker) + bosh * f["bosh"] + websocket * f["websocket"]
    if upstream_tls:
        total += (bosh + websocket) * f["tls_to_server"]
    if own_tls:  # a client of BOSH has two connections
        total += (2 * bosh + websocket) * f["tls_from_client"]
    return total


def cores(f, *, bosh, websocket, messages, handshakes, quiet, **_):
    load = "quiet" if quiet else "busy"
    rest = bosh * f["bosh_rest"] / 6600 / 600 + websocket * f["websocket_rest"] / 9400 / 600
    people = bosh + websocket or 1
    message = (bosh * f[f"bosh_{load}"] + websocket * f[f"websocket_{load}"]) / people
    return rest + messages * message / 1e6 + handshakes * f["handshake"] / 1e6


def descriptors(*, bosh, websocket, workers, **_):
    """New sessions are refused while an eighth is left to those that are there."""
    return -(-(3 * bosh + 2 * websocket) * 8 // 7) + 64 + 8 * workers


def report(f, case):
    return [f"memory       {memory_bytes(f, **case) / 2**20:,.0f} MiB, and what is in motion, "
            "at most <memory budget>",
            f"processor    {cores(f, **case, quiet=False) * 100:.1f} % to "
            f"{cores(f, **case, quiet=True) * 100:.1f} % of a core",
            f"descriptors  {descriptors(**case):,}"]


def spell(value):
    return f"{value:,.0f}" if value == int(value) else f"{value:,}"


def table(f):
    lines = ["| figure | | measured in |", "|---|--:|---|"]
    lines += [f"| {what} | {spell(f[name])} {unit} | [{page}]({page}) |"
              for name, (what, unit, page, _) in FIGURES.items()]
    return "\n".join(lines) + "\n"


def example(f):
    lines = ["<!-- test: output capacity -->", "```", *report(f, EXAMPLE), "```"]
    return "\n".join(lines) + "\n"


KINDS = [("BOSH, TLS to the server", {"bosh": 1, "upstream_tls": True}, "#0969da"),
         ("WebSocket, TLS to the server", {"websocket": 1, "upstream_tls": True}, "#1a7f37"),
         ("BOSH, server in clear", {"bosh": 1}, "#8250df"),
         ("WebSocket, server in clear", {"websocket": 1}, "#bc4c00")]
MOST, HIGHEST = 50_000, 1024  # sessions, MiB


def curve(f):
    """Memory by sessions: one line for each kind."""
    left, top, width, height = 90, 20, 440, 250

    def across(sessions):
        return left + width * sessions / MOST

    def up(mib):
        return top + height - height * mib / HIGHEST

    out = ['<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 800 330" '
           'font-family="system-ui, sans-serif" font-size="13">',
           "  <title>Memory by the number of sessions</title>",
           '  <rect width="800" height="330" fill="#ffffff"/>']
    for mib in range(0, HIGHEST + 1, 256):
        out += [f'  <path d="M{left} {up(mib):.0f}h{width}" stroke="#d0d7de"/>',
                f'  <text x="{left - 8}" y="{up(mib) + 4:.0f}" text-anchor="end" fill="#57606a">'
                f'{mib:,} MiB</text>']
    for sessions in range(0, MOST + 1, 10_000):
        out.append(f'  <text x="{across(sessions):.0f}" y="{top + height + 20}" text-anchor="middle" '
                   f'fill="#57606a">{sessions:,}</text>')
    out.append(f'  <text x="{left + width / 2:.0f}" y="{top + height + 44}" text-anchor="middle" '
               'fill="#1f2328">sessions at rest, two workers</text>')
    for name, kind, colour in KINDS:
        case = {"bosh": 0, "websocket": 0, "workers": 2, "upstream_tls": False, "own_tls": False,
                **kind}
        ends = []
        for sessions in (0, MOST):
            counted = {key: value * sessions if key in ("bosh", "websocket") else value
                       for key, value in case.items()}
            ends.append((across(sessions), up(memory_bytes(f, **counted) / 2**20)))
        (x1, y1), (x2, y2) = ends
        out += [f'  <path d="M{x1:.0f} {y1:.1f}L{x2:.0f} {y2:.1f}" stroke="{colour}" '
                'stroke-width="2" fill="none"/>',
                f'  <text x="{x2 + 8:.0f}" y="{y2 + 4:.0f}" fill="{colour}">{name}</text>']
    return "\n".join([*out, "</svg>"]) + "\n"


def written(f):
    """The page as it should be."""
    page = PAGE.read_text(encoding="utf-8")
    for name, text in (("figures", table(f)), ("example", example(f))):
        page = re.sub(rf"(<!-- capacity: {name} -->\n\n)((?!<!-- capacity: ).)*",
                      lambda found, text=text: found[1] + text + "\n", page, flags=re.S)
    return page


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    for name, default, words in (("bosh", 0, "sessions over BOSH"),
                                 ("websocket", 0, "sessions over WebSocket"),
                                 ("messages", 0, "messages and their answers, all clients', a second"),
                                 ("handshakes", 0, "TLS handshakes of clients a second"),
                                 ("workers", 2, "workers")):
        parser.add_argument(f"--{name}", type=int, default=default, help=words)
    parser.add_argument("--upstream-tls", action="store_true", help="TLS to the server")
    parser.add_argument("--own-tls", action="store_true", help="listeners with tls=\"own\"")
    parser.add_argument("--write", action="store_true", help="write docs/capacity.md anew")
    chosen = vars(parser.parse_args())
    figures = read_figures()
    if chosen.pop("write"):
        PAGE.write_text(written(figures), encoding="utf-8")
        CURVE.write_text(curve(figures), encoding="utf-8")
    else:
        print("\n".join(report(figures, chosen)))


if __name__ == "__main__":
    main()
