"""An installed boshcm, started as its unit starts it, and two people who log in through it."""

import ctypes
import fcntl
import json
import os
import secrets
import signal
import socket
import struct
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
DOMAIN = "chat.example"
PATIENCE = 60  # seconds for anything to come


AS_USER = ("setpriv", "--reuid=boshcm", "--regid=boshcm", "--clear-groups", "--no-new-privs",
           "--bounding-set=-all")
CLONE_NEWNET, SIOCSIFFLAGS, IFF_UP = 0x40000000, 0x8914, 1


def leave_the_network():
    """From now on there is nothing but a loopback of our own: ports that others have are free."""
    libc = ctypes.CDLL(None, use_errno=True)
    if libc.unshare(CLONE_NEWNET) != 0:
        raise SystemExit(f"no network of our own: {os.strerror(ctypes.get_errno())}")
    with socket.socket() as any_socket:
        fcntl.ioctl(any_socket, SIOCSIFFLAGS, struct.pack("16sh14x", b"lo", IFF_UP))


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def wait_for_port(port, process):
    while True:
        try:
            return socket.create_connection(("127.0.0.1", port), timeout=PATIENCE).close()
        except ConnectionRefusedError:
            try:
                process.wait(0.05)
            except subprocess.TimeoutExpired:
                continue
            raise SystemExit("the XMPP server ended at once") from None


class Server:
    """A Prosody of this machine's, on loopback."""

    def __init__(self):
        self._folder = tempfile.TemporaryDirectory()
        folder = Path(self._folder.name)
        self.port = free_port()
        self.passwords = {name: secrets.token_hex(9) for name in ("alice", "bob")}
        accounts = folder / "data" / DOMAIN.replace(".", "%2e") / "accounts"
        accounts.mkdir(parents=True)
        for name, password in self.passwords.items():
            (accounts / f"{name}.dat").write_text(f'return {{ ["password"] = "{password}"; }};\n',
                                                  encoding="utf-8")
        (folder / "prosody.cfg.lua").write_text(f"""
            run_as_root = true
            pidfile = "{folder}/prosody.pid"
            data_path = "{folder}/data"
            log = {{ error = "*console" }}
            interfaces = {{ "127.0.0.1" }}
            c2s_ports = {{ {self.port} }}
            modules_enabled = {{ "roster"; "saslauth"; "disco"; "ping" }}
            modules_disabled = {{ "s2s"; "s2s_auth_certs" }}
            authentication = "internal_plain"
            c2s_require_encryption = false
            VirtualHost "{DOMAIN}"
            """, encoding="utf-8")
        self._process = subprocess.Popen(
            ["prosody", "-F", "--config", folder / "prosody.cfg.lua"], stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL)
        wait_for_port(self.port, self._process)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._process.terminate()
        self._process.wait()
        self._folder.cleanup()


class Service:
    """boshcm in a machine: as its user, with no more rights than the unit leaves it, in the
    folders that systemd would have made; with a service manager's ears."""

    def __init__(self, machine, command=("boshcm", "run", "--config", "/etc/boshcm/cm.xml")):
        uid, gid = (int(machine.run("id", option, "boshcm")) for option in ("-u", "-g"))
        for place in ("run/boshcm", "var/log/boshcm"):
            (machine.root / place).mkdir(exist_ok=True)
            os.chown(machine.root / place, uid, gid)
        path = machine.root / "run/notify"
        path.unlink(missing_ok=True)
        self._ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self._ears.bind(str(path))
        self._ears.settimeout(PATIENCE)
        path.chmod(0o777)
        self._process = machine.start(
            *AS_USER, *command,
            environment={"NOTIFY_SOCKET": "/run/notify"}.items(), stdin=subprocess.DEVNULL,
            stderr=subprocess.PIPE, text=True)
        self.hear("READY=1")

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._ears.close()
        if self._process.poll() is None:
            self._process.kill()
            self._process.wait()

    def hear(self, line):
        """Waits until it says so."""
        try:
            while line not in self._ears.recv(65536).decode().splitlines():
                pass
        except TimeoutError:
            self._process.kill()
            said = self._process.communicate()[1]
            raise SystemExit(f"boshcm does not say {line}, but: {said}") from None

    def reload(self):
        self._process.send_signal(signal.SIGHUP)
        self.hear("RELOADING=1")
        self.hear("READY=1")

    def stop(self):
        self._process.terminate()
        self.hear("STOPPING=1")
        said = self._process.communicate(timeout=PATIENCE)[1]
        if self._process.returncode != 0:
            raise SystemExit(f"boshcm ended with {self._process.returncode}: {said}")
        return said


def converse(port, server):
    """Alice and Bob log in and write to each other; it says how it went, or ends the test."""
    with tempfile.NamedTemporaryFile("w", suffix=".json") as described:
        json.dump({"bosh": f"http://127.0.0.1:{port}/http-bind",
                   "accounts": [{"name": name.title(), "jid": f"{name}@{DOMAIN}",
                                 "password": server.passwords[name]} for name in ("alice", "bob")]},
                  described)
        described.flush()
        done = subprocess.run([sys.executable, ROOT / "scripts/chat_check.py", described.name],
                              capture_output=True, text=True)
    if done.returncode != 0:
        raise SystemExit(f"no conversation:\n{done.stdout}{done.stderr}")
