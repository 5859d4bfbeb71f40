#!/usr/bin/env python3
"""Stand-ins for commands of the documentation that need root or hours. By the name that each is called
by it does nothing but look whether what it is asked for can be: the package file, the unit, the option
and the target have to exist.

    ln -s stand_ins.py systemctl && ./systemctl enable --now boshcm
    stand_ins.py by-name < block    the same of commands that are not run at all

Environment: DOCS_ROOT the source tree, DOCS_BUILD a build folder, BOSHCM the program, DOCS_FOLDER
where the block's /etc/boshcm is.
"""

import json
import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent
ROOT = Path(os.environ["DOCS_ROOT"])
BUILD = Path(os.environ["DOCS_BUILD"])
FOLDER = Path(os.environ.get("DOCS_FOLDER", "."))


def demand(truth, what):
    if not truth:
        sys.exit(f"{Path(sys.argv[0]).name}: {what}")


def real(name):
    """The system's own program of that name."""
    path = os.pathsep.join(each for each in os.environ["PATH"].split(os.pathsep)
                           if Path(each) != Path(sys.argv[0]).absolute().parent)
    found = shutil.which(name, path=path)
    demand(found, f"there is no {name} here")
    return found


def words_of_help(*command):
    """What a program says of itself."""
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    return done.stdout + done.stderr


def knows(option, said):
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", said) is not None


def text_of(name):
    return (ROOT / name).read_text(encoding="utf-8")


def targets():
    listed = json.loads((BUILD / "meson-info/intro-targets.json").read_text(encoding="utf-8"))
    return {os.path.relpath(name, BUILD) for target in listed for name in target["filename"]}


def is_target(path):
    """Some are there in release builds only: then where they are described."""
    described = ROOT / Path(path).parent / "meson.build"
    return path in targets() or (described.exists() and re.search(
        rf"executable\(\s*'{re.escape(Path(path).name)}'", described.read_text(encoding="utf-8")))


def apt_get(verb, *rest):
    said = words_of_help(real("apt-get"), "--help")
    demand(knows(verb, said), f"no {verb}")
    for name in rest:
        if name == "./":
            demand(Path("debian/control").exists(), "no debian/control here")
        elif "/" in name:
            demand(Path(name).is_file(), f"no {name}")
        else:
            demand(re.search(rf"^Package: {re.escape(name)}$", text_of("debian/control"), re.M),
                   f"no package {name}")


def dpkg_buildpackage(*options):
    said = words_of_help(real("dpkg-buildpackage"), "--help")
    for option in options:
        demand(knows(option, said), f"no option {option}")
    demand(os.access("debian/rules", os.X_OK), "debian/rules cannot be run")
    version = re.match(r"boshcm \((.*?)\)", Path("debian/changelog").read_text(encoding="utf-8"))
    (Path.cwd().parent / f"boshcm_{version[1]}_all.deb").touch()


def systemctl(verb, *rest):
    said = words_of_help(real("systemctl"), "--help")
    demand(knows(verb, said), f"no {verb}")
    for word in rest:
        if word.startswith("-"):
            demand(knows(word, said), f"no option {word}")
            continue
        unit = word if "." in word else f"{word}.service"
        demand((ROOT / "conf/systemd" / unit).exists(), f"no unit {unit}")


def systemd_sysusers(*rest):
    demand(not rest, "without arguments")
    demand("boshcm.sysusers" in text_of("conf/meson.build"), "boshcm.sysusers is not installed")


def chgrp(group, *names):
    demand(re.search(rf"^[ug] {re.escape(group)} ", text_of("conf/systemd/boshcm.sysusers"), re.M),
           f"no group {group}")
    for name in names:
        demand(Path(name).exists(), f"no {name}")


def docker(verb, *rest):
    dockerfile = Path("Dockerfile").read_text(encoding="utf-8")
    if verb == "build":
        demand(rest[:1] == ("-t",) and rest[2:] == (".",), f"{rest}")
        for line in re.findall(r"^COPY (?!--from)(.*)$", dockerfile, re.M):
            for name in line.split()[:-1]:
                demand(Path(name).exists(), f"no {name}")
        return
    demand(verb == "run", f"no {verb} here")
    published = re.search(r"(\d+):(\d+)$", rest[rest.index("-p") + 1])
    demand(f"EXPOSE {published[2]}" in dockerfile, f"no port {published[2]}")
    where = rest[rest.index("-v") + 1].split(":")[1]
    demand(f"{where}/cm.xml" in dockerfile or where == str(FOLDER / "etc/boshcm"), f"no {where}")
    demand(rest[-1] == "boshcm", f"no image {rest[-1]}")


def meson(verb, folder, *options):
    said = words_of_help(real("meson"), verb, "--help")
    ours = re.findall(r"^option\('(\w+)'", text_of("meson_options.txt"), re.M)
    for option in options:
        name = re.sub(r"=.*", "", option)
        if name.startswith("-D"):
            demand(name[2:] in ours or knows(f"--{name[2:].replace('_', '-')}", said) or
                   name[2:] in ("b_lto", "b_sanitize", "cpp_args"), f"no option {name}")
        else:
            demand(knows(name, said), f"no option {name}")
    Path(folder).mkdir(parents=True, exist_ok=True)
    Path(folder, "build.ninja").touch()


def ninja(*words):
    demand(words[0] == "-C", "without -C")
    folder = Path(words[1])
    demand((folder / "build.ninja").exists() or folder.name in ("release", "asan"),
           f"{folder} is not set up")
    for target in words[2:]:
        demand(is_target(target) or target == "install", f"no target {target}")
        if target == "cm/boshcm":
            (folder / "cm").mkdir(parents=True, exist_ok=True)
            (folder / target).unlink(missing_ok=True)
            (folder / target).symlink_to(os.environ["BOSHCM"])


def boshcm(*words):
    """The program itself. `run` comes back when clients are served, as systemd would have it."""
    words = list(words)
    if not {"-c", "--config"} & set(words) and words[0] in ("run", "check"):
        words += ["--config", str(FOLDER / "etc/boshcm/cm.xml")]
    command = [os.environ["BOSHCM"], *words]
    if words[0] != "run":
        os.execv(command[0], command)
    log = open(FOLDER / "boshcm.log", "w+b")
    child = subprocess.Popen(command, stderr=log, stdout=log, stdin=subprocess.DEVNULL)
    (FOLDER / "boshcm.pid").write_text(str(child.pid))
    while b" daemon.ready" not in (FOLDER / "boshcm.log").read_bytes():
        demand(child.poll() is None, (FOLDER / "boshcm.log").read_text())
        signal.sigtimedwait([signal.SIGCHLD], 0.02)


def program(name, *command):
    """What a program of the tree or of the build says of its options; of one of its commands'."""
    path = name.removeprefix("./").removeprefix("../../").removeprefix("build/release/")
    if (ROOT / path).exists():
        demand(os.access(ROOT / path, os.X_OK), f"{path} cannot be run")
        return words_of_help(str(ROOT / path), *command, "--help")
    demand(is_target(path), f"no program {path}")
    return (words_of_help(str(BUILD / path), *command, "--help") if (BUILD / path).exists()
            else None)


def by_name(block):
    text = re.sub(r"\\\n", " ", block)
    checked = 0
    for line in re.split(r"\n|&&|(?<!&)&(?!&)|\bdo\b|;", text):
        words = shlex.split(re.sub(r"(^|\s)#.*", "", line))
        while words and re.fullmatch(r"[A-Z]+=.*|", words[0]):
            words.pop(0)
        if words[:1] == ["chrt"]:  # with a priority, what stands behind it
            words = words[3:]
        if not words or words[0] in ("for", "done", "cd"):
            continue
        checked += 1
        name = words[0]
        if words[:2] == ["boshcm", "doctor"]:  # the host that it asks is nowhere
            said = words_of_help(os.environ["BOSHCM"], "doctor", "--help")
        elif name in COMMANDS:
            subprocess.run([HERE / name if (HERE / name).exists() else name, *words[1:]], check=True)
            continue
        else:
            said = program(name, *re.findall(r"^(?:run|check|probe|idle|echo)$", words[1])
                           if len(words) > 1 else [])
        for option in words[1:]:
            if option.startswith("-") and said is not None:
                demand(knows(option.split("=")[0], said), f"{name} has no option {option}")
    demand(checked, "nothing was checked")


COMMANDS = {"apt-get": apt_get, "dpkg-buildpackage": dpkg_buildpackage, "systemctl": systemctl,
            "systemd-sysusers": systemd_sysusers, "chgrp": chgrp, "docker": docker, "meson": meson,
            "ninja": ninja, "boshcm": boshcm}

if __name__ == "__main__":
    signal.pthread_sigmask(signal.SIG_BLOCK, [signal.SIGCHLD])
    called = Path(sys.argv[0]).name
    if called in COMMANDS:
        COMMANDS[called](*sys.argv[1:])
    else:
        by_name(sys.stdin.read())
