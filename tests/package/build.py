"""The Debian package, from a clean copy of the tree."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.dont_write_bytecode = True
sys.path.insert(0, str(ROOT / "tests/lint"))
from tree import files  # noqa: E402


def export(target):
    """The files of the tree, and nothing that a build or an editor has left there."""
    for path in files("*"):
        copy = target / path.relative_to(ROOT)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copy2(path, copy, follow_symlinks=False)


def build(folder):
    """The path of the package; the folder then has the lists of what was made, too."""
    tree = folder / "boshcm"
    shutil.rmtree(folder, ignore_errors=True)
    export(tree)
    # What a compiler has made of the same file before is not made again, where there is ccache.
    environment = os.environ | {
        "PATH": f"/usr/lib/ccache:{os.environ['PATH']}", "CCACHE_BASEDIR": str(tree),
        "CCACHE_NOHASHDIR": "1",
        "CCACHE_DIR": os.environ.get("CCACHE_DIR") or str(Path.home() / ".cache/ccache"),
        "DEB_BUILD_OPTIONS": f"parallel={os.cpu_count()} noautodbgsym"}
    with open(folder / "build.log", "w", encoding="utf-8") as log:
        done = subprocess.run(["dpkg-buildpackage", "-us", "-uc", "-b"], cwd=tree, env=environment,
                              stdout=log, stderr=subprocess.STDOUT)
    if done.returncode != 0:
        said = (folder / "build.log").read_text(encoding="utf-8").splitlines()
        raise SystemExit("dpkg-buildpackage failed:\n" + "\n".join(said[-40:]))
    return next(folder.glob("boshcm_*.deb"))


def complaints(folder):
    """lintian's, of errors and warnings."""
    done = subprocess.run(
        ["lintian", "--fail-on", "error,warning", "--tag-display-limit", "0",
         next(folder.glob("boshcm_*.changes"))], capture_output=True, text=True)
    return done.stdout if done.returncode != 0 else ""


def undeclared_dependencies():
    """What dependencies.apt has for a build and debian/control has not, or the other way."""
    wanted, group = set(), ""
    for line in (ROOT / "dependencies.apt").read_text(encoding="utf-8").splitlines():
        line = line.partition("#")[0].strip()
        if line.startswith("["):
            group = line.strip("[]")
        elif line and group == "build":
            wanted.add(line.split()[0])
    control = (ROOT / "debian/control").read_text(encoding="utf-8")
    listed = re.search(r"^Build-Depends: (.*?)^\S", control, re.DOTALL | re.MULTILINE)[1]
    declared = {one.split()[0] for one in listed.split(",")}
    essential = {"g++"}  # of every build
    tools = {"debhelper-compat", "dh-sequence-installsysusers"}
    return (wanted - essential) ^ (declared - tools)


def later_version(package, folder):
    """The same package as of a later version, with another line in its configuration."""
    content = folder / "later"
    subprocess.run(["dpkg-deb", "-R", package, content], check=True)
    control = content / "DEBIAN/control"
    text = control.read_text(encoding="utf-8")
    control.write_text(re.sub(r"(?m)^(Version: .*)$", r"\1+later", text), encoding="utf-8")
    configuration = content / "etc/boshcm/cm.xml"
    text = configuration.read_text(encoding="utf-8")
    configuration.write_text(text.replace("</boshcm>", "  <!-- later -->\n</boshcm>"),
                             encoding="utf-8")
    made = folder / "boshcm-later.deb"
    subprocess.run(["dpkg-deb", "--root-owner-group", "-b", content, made], check=True,
                   stdout=subprocess.DEVNULL)
    shutil.rmtree(content)
    return made
