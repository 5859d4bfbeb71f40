"""A Debian of its own for a package to be installed in: a folder with debootstrap's base system.

Needs root. The base system is kept in the cache folder ($XDG_CACHE_HOME or ~/.cache) with the
packages that were fetched, so that only the first run takes minutes. Where Debian is fetched from
is what apt on this machine says.
"""

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

RELEASE = "bookworm"
OLDEST = 30 * 24 * 3600  # seconds; then the base system is made anew, with Debian's updates in it
CACHE = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "boshcm" / "package"
ARCHIVES = "var/cache/apt/archives"
ENVIRONMENT = {"PATH": "/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL": "C.UTF-8", "HOME": "/root",
               "DEBIAN_FRONTEND": "noninteractive"}


def _lines(*command):
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout.splitlines()


def mirrors():
    """(where Debian comes from, where its security updates come from), as apt has it."""
    found = {}
    for line in _lines("apt-get", "indextargets", "--format", "$(SITE) $(RELEASE)", "Origin: Debian",
                       "Created-By: Packages"):
        site, _, release = line.partition(" ")
        found.setdefault(release, site)
    if RELEASE not in found:
        raise SystemExit(f"apt knows no source of Debian {RELEASE}")
    return found[RELEASE], found.get(f"{RELEASE}-security")


def _make_base(target):
    main, security = mirrors()
    proxy = [line for line in _lines("apt-config", "dump", "Acquire::http", "Acquire::https")
             if "Proxy" in line]
    with tempfile.TemporaryDirectory(dir=CACHE) as folder:
        root = Path(folder) / "root"
        subprocess.run(["debootstrap", "--variant=minbase", RELEASE, root, main], check=True,
                       stdout=subprocess.DEVNULL)
        sources = [f"deb {main} {RELEASE} main", f"deb {main} {RELEASE}-updates main"]
        if security:
            sources.append(f"deb {security} {RELEASE}-security main")
        (root / "etc/apt/sources.list").write_text("\n".join(sources) + "\n", encoding="utf-8")
        (root / "etc/apt/apt.conf.d/local").write_text(
            "\n".join([*proxy, 'APT::Install-Recommends "false";',
                       'Binary::apt::APT::Keep-Downloaded-Packages "true";']) + "\n",
            encoding="utf-8")
        # Nobody starts services in there: no daemon of the machine around it is concerned.
        policy = root / "usr/sbin/policy-rc.d"
        policy.write_text("#!/bin/sh\nexit 101\n", encoding="utf-8")
        policy.chmod(0o755)
        part = target.with_suffix(".part")
        subprocess.run(["tar", "-C", root, "-cf", part, "."], check=True)
        part.rename(target)


class Machine:
    """Use it in a with statement: its end takes it away."""

    def __init__(self):
        CACHE.mkdir(parents=True, exist_ok=True)
        base = CACHE / f"{RELEASE}.tar"
        if not base.exists() or time.time() - base.stat().st_mtime > OLDEST:
            _make_base(base)
        self.root = Path(tempfile.mkdtemp(prefix="boshcm-package-"))
        self.root.chmod(0o755)
        subprocess.run(["tar", "-C", self.root, "-xf", base], check=True)
        for name in ("resolv.conf", "hosts"):
            shutil.copy(f"/etc/{name}", self.root / "etc" / name)
        (CACHE / "archives").mkdir(exist_ok=True)
        for archive in (CACHE / "archives").glob("*.deb"):
            shutil.copy(archive, self.root / ARCHIVES)
        self._mounted = []
        # In a namespace of our own, see the script that uses this.
        for kind, place in (("proc", "proc"), ("tmpfs", "run")):
            subprocess.run(["mount", "-t", kind, kind, self.root / place], check=True)
            self._mounted.append(self.root / place)

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for archive in (self.root / ARCHIVES).glob("*.deb"):
            if "boshcm" not in archive.name:
                shutil.copy(archive, CACHE / "archives")
        for place in self._mounted:
            subprocess.run(["umount", "--lazy", place], check=True)
        shutil.rmtree(self.root)

    def start(self, *command, environment=(), **options):
        """A process in there."""
        return subprocess.Popen(["chroot", self.root, *command],
                                env=ENVIRONMENT | dict(environment), **options)

    def run(self, *command, check=True):
        """What it says, with its errors; or the end of this test."""
        process = self.start(*command, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                             stderr=subprocess.STDOUT, text=True)
        said, _ = process.communicate()
        if check and process.returncode != 0:
            raise SystemExit(f"{' '.join(command)}: exit {process.returncode}\n{said}")
        return said

    def copy_in(self, path, place="root"):
        shutil.copy(path, self.root / place)
        return f"/{place}/{Path(path).name}"
