"""The unit of systemd: systemd understands it, finds it well confined, and the program does nothing
that it forbids.

service_unit_test.py CONF_FOLDER boshcm
"""

# Rows: -
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile

WORST = 1.5  # of 10, as systemd-analyze counts

conf, program = sys.argv[1:]
for tool in ("systemd-analyze", "strace"):
    if not shutil.which(tool):
        print(f"{tool} is not installed")
        sys.exit(77)

folder = tempfile.TemporaryDirectory()
unit = os.path.join(folder.name, "boshcm.service")
with open(os.path.join(conf, "systemd", "boshcm.service"), encoding="utf-8") as source:
    text = source.read()
with open(unit, "w", encoding="utf-8") as copy:
    copy.write(text.replace("/usr/bin/boshcm", program))
faults = []


def analyze(*arguments):
    return subprocess.run(["systemd-analyze", "--no-pager", *arguments], capture_output=True,
                          text=True)


def understood(path):
    done = analyze("verify", "--man=no", "--recursive-errors=no", path)
    if done.returncode != 0 or done.stderr:
        faults.append(f"{path}: {done.stderr}")


def settings(name):
    return [value for key, _, value in (line.partition("=") for line in text.splitlines())
            if key == name]


def calls_of(words):
    """The system calls of a filter's words."""
    calls = set()
    for word in words:
        if not word.startswith("@"):
            calls.add(word)
            continue
        lines = analyze("syscall-filter", word).stdout.splitlines()[1:]
        calls |= calls_of([line.strip() for line in lines if line.strip()[:1] not in ("", "#")])
    return calls


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def life(trace):
    """The program's, with a client, a reload and an end; its system calls go to `trace`."""
    port = free_port()
    path = os.path.join(folder.name, "cm.xml")
    with open(path, "w", encoding="utf-8") as out:
        out.write(f"""<boshcm xmlns="urn:boshcm:config:1">
            <listener address="127.0.0.1" port="{port}" tls="none"/>
            <domain name="chat.example">
              <server host="127.0.0.1" port="{free_port()}" tls="none" source="192.0.2.1"/>
            </domain>
            <workers count="2"/><shutdown grace="1s"/>
            </boshcm>""")
    ears = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
    ears.bind(os.path.join(folder.name, "notify"))
    ears.settimeout(60)
    # What sanitizers do beside is theirs.
    running = subprocess.Popen(
        ["strace", "-f", "-qq", "-o", trace, program, "run", "-c", path], stderr=subprocess.PIPE,
        env=os.environ | {"NOTIFY_SOCKET": ears.getsockname(), "ASAN_OPTIONS": "detect_leaks=0"})
    while b"READY=1" not in ears.recv(4096):
        pass
    body = (b"<body xmlns='http://jabber.org/protocol/httpbind' rid='1' to='chat.example' wait='1'"
            b" hold='1' ver='1.6' xml:lang='en'/>")
    with socket.create_connection(("127.0.0.1", port), timeout=60) as client:
        client.sendall(b"POST /http-bind HTTP/1.1\r\nHost: x\r\nContent-Length: %d\r\n\r\n%b" %
                       (len(body), body))
        if b" 200 " not in client.recv(4096):
            faults.append("the client was not answered")
    with open(trace, encoding="utf-8", errors="replace") as lines:
        traced = int(lines.readline().split()[0])
    os.kill(traced, signal.SIGHUP)
    while b"RELOADING=1" not in ears.recv(4096):
        pass
    os.kill(traced, signal.SIGTERM)
    _, said = running.communicate(timeout=60)
    if running.returncode != 0:
        faults.append(f"the program ended with {running.returncode}: {said.decode()}")


for path in (unit, os.path.join(conf, "systemd", "boshcm.socket")):
    understood(path)

security = analyze("security", "--offline=true", unit).stdout
exposure = re.search(r"exposure level for boshcm.service: ([\d.]+)", security)
if exposure is None or float(exposure[1]) > WORST:
    faults.append(f"exposed more than {WORST}:\n{security}")

allowed = set()
for words in (setting.split() for setting in settings("SystemCallFilter")):
    if words[0].startswith("~"):
        allowed -= calls_of([words[0][1:], *words[1:]])
    else:
        allowed |= calls_of(words)
trace = os.path.join(folder.name, "trace")
life(trace)
with open(trace, encoding="utf-8", errors="replace") as lines:
    done = lines.read()
calls = set(re.findall(r"^\d+ +(\w+)\(", done, re.MULTILINE))
if len(calls) < 30 or "accept4" not in calls:
    faults.append(f"not the calls of a whole life: {sorted(calls)}")
if calls - allowed:
    faults.append(f"forbidden by SystemCallFilter: {sorted(calls - allowed)}")
families = set(re.findall(r"^\d+ +socket\((AF_\w+)", done, re.MULTILINE))
permitted = set(" ".join(settings("RestrictAddressFamilies")).split())
if families - permitted:
    faults.append(f"forbidden by RestrictAddressFamilies: {sorted(families - permitted)}")
if re.search(r"PROT_WRITE\|PROT_EXEC", done):
    faults.append("forbidden by MemoryDenyWriteExecute: memory to write and to execute")

print("\n".join(faults) or f"exposed {exposure[1]}, {len(calls)} of {len(allowed)} calls used")
sys.exit(1 if faults else 0)
