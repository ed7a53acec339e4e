#!/usr/bin/env python3
"""Set Maestro up in ``.venv`` and run it: git and Python 3.11 or later are all that it needs.

    python3 start.py build                 this repository's library, into build/site
    python3 start.py test [pytest args]    all tests
    python3 start.py ANYTHING ELSE         the maestro command with these arguments

Python 2 and 3.6 must be able to read this file, so that they can say what is missing:
no annotations, no f-strings.
"""

import hashlib
import os
import shutil
import subprocess
import sys

ROOT = os.path.dirname(os.path.abspath(__file__))
VENV = os.path.join(ROOT, ".venv")
STAMP = os.path.join(VENV, "maestro-setup")  # written last: what the environment was made from
PYTHON = os.path.join(VENV, "Scripts\\python.exe" if os.name == "nt" else "bin/python")
CONSTRAINTS = os.path.join(ROOT, "constraints.txt")
EXTRAS = "test,lint"


def stop(message, code=3):
    """Leave with one sentence; 3 is Maestro's exit code for "could not do it"."""
    sys.stderr.write("start.py: " + message + "\n")
    sys.exit(code)


def check_python():
    """Stop, with the remedy, where this Python cannot make the environment."""
    have = "%d.%d" % sys.version_info[:2]
    if sys.version_info < (3, 11):
        stop(
            "Maestro needs Python 3.11 or later, and this is %s (%s)\n"
            "    install one (Debian, Ubuntu: apt install python3.12-venv; macOS: brew install "
            "python@3.12; Windows: winget install Python.Python.3.12),\n"
            "    then call it by its name: python3.12 start.py build" % (have, sys.executable)
        )
    try:
        import ensurepip  # noqa: F401  (Debian ships it in a package of its own)
        import venv  # noqa: F401
    except ImportError:
        stop(
            "this Python %s has no venv module with pip (%s)\n"
            "    Debian, Ubuntu: apt install python%s-venv; elsewhere: install a complete Python"
            % (have, sys.executable, have)
        )


def read(path):
    """The bytes of a file, empty when there is none."""
    if not os.path.isfile(path):
        return b""
    with open(path, "rb") as file:
        return file.read()


def write_stamp(text):
    """Replace the stamp in one step: a kill leaves the old one or the new one."""
    with open(STAMP + ".new", "w") as file:
        file.write(text)
    os.replace(STAMP + ".new", STAMP)


def step(command):
    """Run a step of the set-up; its chatter goes to stderr, stdout belongs to the answer."""
    quiet = {"stdin": subprocess.DEVNULL, "stdout": sys.stderr}
    if subprocess.call(command, cwd=ROOT, close_fds=False, **quiet):
        stop("the set-up failed (see above); is the network there? run the command again to retry")


def one_at_a_time():
    """Wait for another set-up in this folder; the lock ends with the last process of a set-up."""
    try:
        import fcntl
    except ImportError:  # Windows
        return None
    lock = open(os.path.abspath(__file__), "rb")
    os.set_inheritable(lock.fileno(), True)  # a pip that outlives us still holds it
    try:
        fcntl.flock(lock, fcntl.LOCK_EX)
    except OSError:  # a file system without locks
        pass
    return lock


def clear():
    """Empty the environment but for its stamp, so that a kill is still seen as half-made."""
    for name in os.listdir(VENV):
        path = os.path.join(VENV, name)
        if os.path.isdir(path) and not os.path.islink(path):
            shutil.rmtree(path)
        elif path != STAMP:
            os.remove(path)


def made_from():
    """A key of all that decides what the environment holds."""
    parts = [read(os.path.join(ROOT, "pyproject.toml")), read(CONSTRAINTS)]
    parts += [sys.version.encode(), sys.base_prefix.encode(), ROOT.encode()]
    return hashlib.sha256(b"\0".join(parts)).hexdigest()


def set_up(extras):
    """Make ``.venv``, unless it is already what the pinned versions ask for."""
    import tomllib

    key = made_from()
    have = read(STAMP).decode().split()
    fresh = have[:1] == [key] and os.path.isfile(PYTHON)
    if fresh and (not extras or extras in have):
        return
    sys.stderr.write("start.py: setting up .venv (once; takes a minute or two)\n")
    pip = [PYTHON, "-m", "pip", "--disable-pip-version-check", "install", "--quiet", "--no-input"]
    pip += ["--constraint", CONSTRAINTS]
    if have or not os.path.isdir(VENV) or not os.listdir(VENV):  # else it is somebody's own
        os.makedirs(VENV, exist_ok=True)
        write_stamp("unfinished")
        if not fresh:
            clear()
    if not fresh:
        needs = tomllib.loads(read(os.path.join(ROOT, "pyproject.toml")).decode())["build-system"]
        step([sys.executable, "-m", "venv", VENV])
        step(pip + needs["requires"] + ["editables"])
    target = ROOT + ("[%s]" % extras if extras else "")
    step(pip + ["--no-build-isolation", "--editable", target])
    write_stamp(key + " " + extras)


def command(args):
    """The command line to run in the environment, and the folder to run it in."""
    if args[0] == "test":
        return [PYTHON, "-m", "pytest"] + (args[1:] or ["-n", "2", "--dist", "loadfile"]), ROOT
    elsewhere = any(arg.startswith("-C") for arg in args)
    if args[0] == "build" and not elsewhere and not os.path.isfile("catalog/settings.yaml"):
        args = args + ["-C", ROOT]
    return [PYTHON, "-m", "maestro"] + args, os.getcwd()


def main(args):
    """Check, set up, and become the command, so that its exit code and signals are its own."""
    check_python()
    if not args:
        stop("say what to do: python3 start.py build, or python3 start.py test", 2)
    lock = one_at_a_time()
    try:
        set_up(EXTRAS if args[0] == "test" else "")
    finally:
        if lock:
            lock.close()
    line, folder = command(args)
    if os.name == "nt":
        sys.exit(subprocess.call(line, cwd=folder))
    os.chdir(folder)
    os.execv(line[0], line)


if __name__ == "__main__":
    try:
        main(sys.argv[1:])
    except KeyboardInterrupt:
        stop("stopped", 130)
