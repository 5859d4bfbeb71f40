"""docs/capacity.md: its worked example, reckoned anew from the formulas and figures that the page has;
and its curve and figures are what scripts/capacity.py makes of the pages on measurements.
"""

# Rows: -
import os
import re
import subprocess
import sys
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "scripts"))
import capacity  # noqa: E402

PAGE = (ROOT / "docs/capacity.md").read_text(encoding="utf-8")


def figure(what):
    found = re.search(rf"^\| {re.escape(what)}[^|]*\| ([\d,.]+) ", PAGE, re.M)
    return float(found[1].replace(",", ""))


def formula(name):
    """As the page has it, a line or more, made a thing that can be reckoned."""
    found = re.search(rf"^    {name} = (.*(?:\n           .*)*)", PAGE, re.M)
    text = re.sub(r"\s+", " ", found[1]).replace("×", "*").replace("+ what is in motion", "")
    return re.sub(r"[A-Za-z][A-Za-z ]*[A-Za-z]", lambda term: f"values[{term[0]!r}]", text)


def reckon(name, values):
    return eval(formula(name), {"values": values})


class Example(unittest.TestCase):
    bosh, websocket, messages, workers = 6000, 14000, 333, 2

    def setUp(self):
        text = re.search(r"## An example\n(.*?)\n## ", PAGE, re.S)[1]
        for said in ("6,000 by BOSH", "14,000 by WebSocket", "333 a second", "Two workers"):
            self.assertIn(said, text)
        self.said = dict(re.findall(r"^(memory|processor|descriptors) +(.*)$", text, re.M))

    def test_memory(self):
        worker = 1024 * (figure("and with two") - figure("the process with one worker"))
        bytes_ = reckon("memory", {
            "base": 1024 * figure("the process with one worker") - worker, "worker": worker,
            "workers": self.workers, "BOSH sessions": self.bosh,
            "bosh": figure("a BOSH session at rest"), "WebSocket sessions": self.websocket,
            "websocket": figure("a WebSocket session at rest"),
            "TLS connections to servers": self.bosh + self.websocket,
            "tls to server": figure("TLS to the server"),
            "TLS connections of clients": 0, "tls from client": figure("TLS of a client's")})
        self.assertTrue(self.said["memory"].startswith(f"{bytes_ / 2**20:,.0f} MiB,"), bytes_)

    def test_processor(self):
        people = self.bosh + self.websocket
        rest = (self.bosh * figure("6,600 BOSH sessions") / 6600 / 600 +
                self.websocket * figure("9,400 WebSocket sessions") / 9400 / 600) / people
        shares = []
        for ends in (("a message there and its answer back by BOSH", "likewise by WebSocket"),
                     ("by BOSH, when each wakes it up", "likewise by WebSocket")):
            bosh = figure(ends[0])
            after = PAGE[PAGE.index(f"| {ends[0]}"):]
            websocket = float(re.search(r"likewise by WebSocket \| ([\d.]+)", after)[1])
            message = (self.bosh * bosh + self.websocket * websocket) / people / 1e6
            shares.append(100 * reckon("cores", {
                "sessions": people, "rest": rest, "messages a second": self.messages,
                "message": message, "handshakes a second": 0, "handshake": 0}))
        self.assertEqual(self.said["processor"],
                         f"{shares[0]:.1f} % to {shares[1]:.1f} % of a core")

    def test_descriptors(self):
        count = reckon("descriptors", {"BOSH sessions": self.bosh, "workers": self.workers,
                                       "WebSocket sessions": self.websocket})
        self.assertEqual(int(self.said["descriptors"].replace(",", "")), -int(-count // 1))


class Script(unittest.TestCase):
    def test_page_and_curve_are_what_it_writes(self):
        figures = capacity.read_figures()
        self.assertEqual(capacity.written(figures), PAGE, f"run: {capacity.COMMAND}")
        self.assertEqual(capacity.curve(figures), capacity.CURVE.read_text(encoding="utf-8"),
                         f"run: {capacity.COMMAND}")

    def test_command_of_the_page_gives_the_example(self):
        command = re.search(r"^scripts/capacity\.py (.*)$", PAGE, re.M)[1]
        said = subprocess.run([sys.executable, ROOT / "scripts/capacity.py", *command.split()],
                              capture_output=True, text=True, check=True).stdout
        self.assertIn(said, PAGE)

    def test_more_of_anything_takes_more(self):
        figures = capacity.read_figures()
        case = dict(capacity.EXAMPLE)
        least = capacity.memory_bytes(figures, **case)
        for name, value in (("bosh", 7000), ("websocket", 15000), ("workers", 3), ("own_tls", True)):
            self.assertGreater(capacity.memory_bytes(figures, **{**case, name: value}), least, name)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONDONTWRITEBYTECODE", "1")
    unittest.main()
