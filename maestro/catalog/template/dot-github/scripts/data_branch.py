"""The data branch: what machines logged and nobody can derive again, as sorted JSON lines.

    data_branch.py read FOLDER     put the branch's files into FOLDER (none when there is no branch)
    data_branch.py write FOLDER    add the lines below FOLDER to the branch and push it

``FOLDER`` of ``write`` was filled by jobs that read foreign bytes, so it is data and nothing
else: only regular files with known names, only lines that are JSON objects, only so much. Lines
are added, never changed or removed; a ``state.json``, one object that says where the next fetch
goes on, takes the place of the last. Standard library only; the token comes from ``TOKEN``.
"""

import base64
import io
import json
import os
import re
import subprocess
import sys
import tarfile
import tempfile
from pathlib import Path

BRANCH = "maestro-data"
REMOTE = f"refs/remotes/origin/{BRANCH}"
MAX_LINE = 64 * 1024
MAX_FILE = 100 * 1024 * 1024
MAX_FILES = 10_000
WORD = r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}"
FOLDER = r"[A-Za-z0-9_%-][A-Za-z0-9._ ~%-]{0,219}"  # a project's name, other letters as %XX
STATE = "state.json"
FACTS = rf"(ci|tracking|approvals)(/{FOLDER}){{0,3}}/({WORD}\.jsonl|{re.escape(STATE)})"
HOMES = {  # the artifact it comes in, the names it may hold, the folder it goes to
    "new-facts": (re.compile(FACTS), ""),
    "new-history": (re.compile(rf"{WORD}\.jsonl"), "history/"),
}


def git(*arguments: str, env: dict[str, str] | None = None, at: Path | None = None) -> bytes:
    """The output of a git command; ends the program when it fails."""
    line = ["git", *arguments]
    return subprocess.run(line, check=True, stdout=subprocess.PIPE, env=env, cwd=at).stdout


def has_branch() -> bool:
    """Whether the checkout knows a data branch."""
    known = git("for-each-ref", "--format=%(refname)", REMOTE)
    return known.decode().strip() == REMOTE


def read(folder: Path) -> None:
    """Put the branch's files into ``folder``."""
    folder.mkdir(parents=True, exist_ok=True)
    if has_branch():
        with tarfile.open(fileobj=io.BytesIO(git("archive", "--format=tar", REMOTE))) as archive:
            archive.extractall(folder, filter="data")


def state_of(path: Path) -> set[bytes]:
    """A state as one line; none when it is no JSON object."""
    try:
        state = json.loads(path.read_bytes())
    except (ValueError, RecursionError):
        state = None
    if not isinstance(state, dict):
        print("left out: a state that is no JSON object")
        return set()
    return {json.dumps(state, sort_keys=True).encode()}


def lines_of(path: Path) -> set[bytes]:
    """The lines of a file that are JSON objects of a decent size."""
    good = set()
    for line in path.read_bytes().splitlines():
        try:
            record = json.loads(line) if len(line) <= MAX_LINE else None
        except (ValueError, RecursionError):
            record = None
        if isinstance(record, dict):
            good.add(line)
        elif line:
            print(f"left out of {path.name[:100]}: a line that is no JSON object")
    return good


def handed_over(folder: Path) -> dict[str, set[bytes]]:
    """Path on the branch to new lines, of every file below ``folder`` that may go there."""
    found: dict[str, set[bytes]] = {}
    for base, folders, names in os.walk(folder):  # does not follow links
        folders.sort()
        for name in sorted(names):
            path = Path(base, name)
            artifact, _, inner = path.relative_to(folder).as_posix().partition("/")
            allowed, home = HOMES.get(artifact, (None, ""))
            if not allowed or not allowed.fullmatch(inner):
                print("left out: a file with an unknown name")
            elif path.is_symlink() or not path.is_file() or path.stat().st_size > MAX_FILE:
                print(f"left out {inner}: not a regular file of at most {MAX_FILE} bytes")
            elif len(found) < MAX_FILES:
                found[home + inner] = state_of(path) if name == STATE else lines_of(path)
    return found


def add(tree: Path, new: dict[str, set[bytes]]) -> None:
    """Write old and new lines, each once and sorted, below ``tree``."""
    for name, lines in sorted(new.items()):
        target = tree / name
        is_added = target.name != STATE and target.is_file()
        old = set(target.read_bytes().splitlines()) if is_added else set()
        if lines - old:
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(b"".join(line + b"\n" for line in sorted(old | lines)))


def push(tree: Path, parent: list[str]) -> None:
    """Commit what lies in ``tree`` and push it; nothing happens when nothing changed."""
    with tempfile.TemporaryDirectory() as scratch:
        me = {
            "GIT_DIR": git("rev-parse", "--absolute-git-dir").decode().strip(),
            "GIT_WORK_TREE": str(tree),
            "GIT_INDEX_FILE": str(Path(scratch, "index")),
            "GIT_AUTHOR_NAME": "maestro",
            "GIT_AUTHOR_EMAIL": "maestro@localhost",
            "GIT_COMMITTER_NAME": "maestro",
            "GIT_COMMITTER_EMAIL": "maestro@localhost",
        }
        if token := os.environ.get("TOKEN"):  # in the environment, so that no process list has it
            login = base64.b64encode(f"x-access-token:{token}".encode()).decode()
            me["GIT_CONFIG_COUNT"] = "1"
            me["GIT_CONFIG_KEY_0"] = "http.extraheader"
            me["GIT_CONFIG_VALUE_0"] = f"AUTHORIZATION: basic {login}"
        env = {**os.environ, **me}
        git("add", "--all", "--force", ".", env=env, at=tree)
        content = git("write-tree", env=env).decode().strip()
        if parent and git("rev-parse", f"{parent[-1]}^{{tree}}").decode().strip() == content:
            print("nothing new")
            return
        commit = git("commit-tree", content, *parent, "-m", "Add what is new", env=env)
        git("push", "--quiet", "origin", f"{commit.decode().strip()}:refs/heads/{BRANCH}", env=env)


def write(folder: Path) -> None:
    """Add the lines below ``folder`` to the branch and push it."""
    new = handed_over(folder)
    with tempfile.TemporaryDirectory() as scratch:
        tree = Path(scratch)
        read(tree)
        add(tree, new)
        if any(tree.iterdir()):
            push(tree, ["-p", REMOTE] if has_branch() else [])


if __name__ == "__main__":
    if len(sys.argv) != 3 or sys.argv[1] not in ("read", "write"):
        sys.exit("usage: data_branch.py read|write FOLDER")
    {"read": read, "write": write}[sys.argv[1]](Path(sys.argv[2]).absolute())
