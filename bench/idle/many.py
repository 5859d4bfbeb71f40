#!/usr/bin/env python3
"""Very many clients at rest at the same time, over several processes.

A process may open so many descriptors and no more (20,000 is usual in a container), and a session
over WebSocket takes two of boshcm's. So several boshcm are started, each with a stub server behind
it and a generator of clients before it (bench/load). When all clients are there, they stay for
--time, in which none may be lost; then it is told what a session costs: the growth of boshcm's
proportional memory (PSS) from the start, and its CPU time while all were there. Exits 1 if one was
lost. All traffic stays on loopback.

    bench/idle/many.py --build build/release
    bench/idle/many.py --build build/release --processes 2 --sessions 100 --time 5
"""

import argparse
import json
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import threading
import time

# Between the first generator that is ready to measure and the last there may be so many seconds.
SLACK = 600


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def proportional_bytes(pid):
    text = open(f"/proc/{pid}/smaps_rollup").read()
    return int(re.search(r"^Pss:\s+(\d+) kB", text, re.M).group(1)) * 1024


def cpu_seconds(pid):
    # The 14th and 15th field: user and system time; the name before them may have blanks.
    fields = open(f"/proc/{pid}/stat").read().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def configuration(port, server_port):
    return (
        "<boshcm xmlns='urn:boshcm:config:1'><log level='warn'/>"
        f"<listener address='127.0.0.1' port='{port}' tls='none'/>"
        "<http max-connections='1000000'/>"
        # All come from one address.
        "<limits address-connections='0' address-sessions='0' address-unauthenticated='0'"
        " address-creations='0' address-requests='0' address-bytes='0B' address-misses='0'"
        " unauthenticated='0' creations='0'/>"
        "<bosh path='/http-bind'/><upstream pace='100000' burst='100000'/>"
        "<workers count='1'/><memory core-dumps='true'/>"
        f"<domain name='load.example'><server host='127.0.0.1' port='{server_port}' tls='none'/>"
        "</domain></boshcm>"
    )


class Group:
    """A stub server, a boshcm before it, and the clients."""

    def __init__(self, options, folder, number):
        self.folder = os.path.join(folder, str(number))
        os.mkdir(self.folder)
        self.children = []
        self.measuring = threading.Event()
        self.over = threading.Event()
        self.said = []
        server_port, self.port = free_port(), free_port()
        load = os.path.join(options.build, "bench/load")
        server = self.start([f"{load}/boshcm-load-server", "--port", str(server_port)],
                            stdout=subprocess.PIPE)
        assert server.stdout.readline().startswith("listening on")
        config = os.path.join(self.folder, "cm.xml")
        with open(config, "w") as out:
            out.write(configuration(self.port, server_port))
        self.boshcm = self.start([os.path.join(options.build, "cm/boshcm"), "run",
                                  "--config", config])
        self.await_port()
        self.before = proportional_bytes(self.boshcm.pid)
        bosh = options.transport == "bosh"
        url = (f"http://127.0.0.1:{self.port}/http-bind" if bosh else
               f"ws://127.0.0.1:{self.port}/xmpp-websocket")
        # A source address of its own, as ports toward one place are not without end.
        self.clients = self.start(
            [f"{load}/boshcm-load", "idle", url, "--domain", "load.example",
             "--sessions", str(options.sessions), "--source", f"127.0.1.{number + 1}",
             "--patience", "120s", "--warm-up", "5s", "--time", f"{options.time + SLACK}s",
             "--json", "-"],
            stdout=subprocess.PIPE, stderr=subprocess.PIPE)
        threading.Thread(target=self.listen, daemon=True).start()

    def start(self, command, **pipes):
        child = subprocess.Popen(command, text=True, **pipes)
        self.children.append(child)
        return child

    def await_port(self):
        for _ in range(600):
            try:
                socket.create_connection(("127.0.0.1", self.port)).close()
                return
            except ConnectionError:
                if self.boshcm.poll() is not None:
                    sys.exit("boshcm did not start")
                time.sleep(0.05)
        sys.exit("boshcm does not answer")

    def listen(self):
        for line in self.clients.stderr:
            self.said.append(line)
            if "measuring" in line:
                self.measuring.set()
        self.over.set()
        self.measuring.set()

    def finish(self):
        """What the clients tell in the end."""
        self.clients.send_signal(signal.SIGINT)
        return json.loads(self.clients.stdout.read())

    def stop(self):
        for child in reversed(self.children):
            if child.poll() is None:
                child.terminate()
        for child in self.children:
            child.wait()


def measure(options, groups):
    for group in groups:
        group.measuring.wait()
        if group.over.is_set():
            sys.exit("".join(group.said))
    pids = [group.boshcm.pid for group in groups]
    began, cpu_before = time.monotonic(), sum(map(cpu_seconds, pids))
    time.sleep(options.time)
    cpu = sum(map(cpu_seconds, pids)) - cpu_before
    seconds = time.monotonic() - began
    memory = sum(proportional_bytes(group.boshcm.pid) - group.before for group in groups)
    alive = all(not group.over.is_set() for group in groups)
    reports = [group.finish() for group in groups]

    online = sum(report["online"] for report in reports)
    faults = {}
    for report in reports:
        for fault, count in report["errors"].items():
            faults[fault] = faults.get(fault, 0) + count
    print(f"{online} sessions over {options.transport} at the same time, in {len(groups)} boshcm, "
          f"for {seconds:.0f} s")
    print(f"lost: {faults or 'none'}")
    print(f"memory: {memory / 2**20:.0f} MiB, {memory / online:.0f} bytes for each")
    print(f"CPU: {cpu:.1f} s in {seconds:.0f} s, {cpu / online / seconds * 3.6e6:.2f} ms an hour "
          "for each")
    return alive and not faults and online == options.sessions * len(groups)


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--build", required=True, help="the folder of the release build")
    parser.add_argument("--processes", type=int, default=6)
    parser.add_argument("--sessions", type=int, default=8500, help="of each process")
    parser.add_argument("--transport", choices=["bosh", "websocket"], default="websocket")
    parser.add_argument("--time", type=int, default=200, help="seconds that all stay")
    options = parser.parse_args()
    groups = []
    with tempfile.TemporaryDirectory() as folder:
        try:
            for number in range(options.processes):
                groups.append(Group(options, folder, number))
            good = measure(options, groups)
        finally:
            for group in groups:
                group.stop()
    return 0 if good else 1


if __name__ == "__main__":
    sys.exit(main())
