"""A service manager, as far as one service sees it: starts a program, and tells what it says.

usage: service_manager.py --folder FOLDER [--listen NAME=ADDRESS:PORT | --listen NAME=PATH]...
                          [--on-demand] [--watchdog SECONDS [--lenient]] PROGRAM ARGUMENT...

Opens the sockets and passes them on; with --on-demand it starts the program when somebody has
connected. Prints `pid N` for the program, and `notify LINE` for each line of what that tells. A
program that is to be heard of every so many seconds and is not is killed: `watchdog timeout`; not
with --lenient.
Passes SIGTERM and SIGHUP on, and ends with the status that the program ends with.
"""

import argparse
import os
import selectors
import signal
import socket
import sys
import time

FIRST_DESCRIPTOR = 3


def say(line):
    print(line, flush=True)


def listening(place):
    if place.startswith("/"):
        made = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        made.bind(place)
    else:
        host, port = place.rsplit(":", 1)
        made = socket.socket(socket.AF_INET6 if ":" in host else socket.AF_INET, socket.SOCK_STREAM)
        made.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        made.bind((host.strip("[]"), int(port)))
    made.listen(64)
    return made


def start(program, sockets, environment):
    pid = os.fork()
    if pid != 0:
        return pid
    # Out of the way first: one may have a number that another is to get.
    spare = [os.dup(each.fileno()) for _, each in sockets]
    high = [os.dup2(each, 200 + place) for place, each in enumerate(spare)]
    for place, each in enumerate(high):
        os.dup2(each, FIRST_DESCRIPTOR + place, inheritable=True)
        os.set_inheritable(each, False)
    if sockets:
        environment |= {"LISTEN_PID": str(os.getpid()), "LISTEN_FDS": str(len(sockets)),
                        "LISTEN_FDNAMES": ":".join(name for name, _ in sockets)}
    os.execvpe(program[0], program, os.environ | environment)


def main():
    options = argparse.ArgumentParser()
    options.add_argument("--folder", required=True)
    options.add_argument("--listen", action="append", default=[])
    options.add_argument("--on-demand", action="store_true")
    options.add_argument("--watchdog", type=float)
    options.add_argument("--lenient", action="store_true")
    options.add_argument("program", nargs=argparse.REMAINDER)
    asked = options.parse_args()

    sockets = [(name, listening(place)) for name, _, place in
               (each.partition("=") for each in asked.listen)]
    path = os.path.join(asked.folder, "notify.sock")
    ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ears.bind(path)
    if asked.on_demand:
        with selectors.DefaultSelector() as wait:
            for _, each in sockets:
                wait.register(each, selectors.EVENT_READ)
            say("waits")
            wait.select()

    environment = {"NOTIFY_SOCKET": path}
    if asked.watchdog:
        environment["WATCHDOG_USEC"] = str(int(asked.watchdog * 1_000_000))
    pid = start(asked.program, sockets, environment)
    for number in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, lambda given, _: os.kill(pid, given))
    say(f"pid {pid}")

    end = os.pidfd_open(pid)
    deadline = None
    with selectors.DefaultSelector() as wait:
        wait.register(ears, selectors.EVENT_READ)
        wait.register(end, selectors.EVENT_READ)
        while True:
            left = None if deadline is None else max(0, deadline - time.monotonic())
            ready = {key.fileobj for key, _ in wait.select(left)}
            if ears in ready:
                lines = ears.recv(65536).decode().splitlines()
                for line in lines:
                    say(f"notify {line}")
                if asked.watchdog and not asked.lenient and {"READY=1", "WATCHDOG=1"} & set(lines):
                    deadline = time.monotonic() + asked.watchdog
                if "STOPPING=1" in lines:
                    deadline = None
            elif end in ready:
                break
            elif deadline is not None and time.monotonic() >= deadline:
                say("watchdog timeout")
                os.kill(pid, signal.SIGKILL)
                deadline = None
    status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    sys.exit(status if status >= 0 else 128 - status)


main()
