"""A run that dies: what readers see then, and what the next run makes of it."""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from .test_build import ENTRY, commit_all, digests, library, run_apart

__all__ = ["library"]

# Dies without any cleaning up at the n-th event by which a file below the library is opened for
# writing, renamed, removed or made; with n = 0 it counts them instead.
HARNESS = """
import os, sys
stop, root = int(sys.argv[1]), os.path.realpath(sys.argv[2])
seen = 0
def hook(event, args):
    global seen
    changes = ("os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.link", "os.chmod")
    if event != "open" and event not in changes:
        return
    if event == "open" and not (isinstance(args[2], int) and args[2] & (os.O_WRONLY | os.O_RDWR)):
        return
    if not str(args[0]).startswith(root) and not (len(args) > 1 and str(args[1]).startswith(root)):
        return
    seen += 1
    if seen == stop:
        os._exit(137)
sys.addaudithook(hook)
from maestro.cli.main import guarded
code = guarded(["build", "-C", root])
if stop == 0:
    print("EVENTS", seen)
sys.exit(code)
"""


def _run(root: Path, stop: int) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", HARNESS, str(stop), str(root)],
        capture_output=True,
        text=True,
        check=False,
        timeout=120,
    )


def _prepared(library: Path) -> tuple[dict[str, str], dict[str, str], int]:
    """The site before a change, the site after it, and how many events the change takes."""
    assert run_apart(library, "build").returncode == 0
    before = digests(library / "build/site")
    text = (library / ENTRY).read_text(encoding="utf-8").replace("Monthly", "Weekly")
    (library / ENTRY).write_text(text, encoding="utf-8")
    commit_all(library, "Reword", "2025-03-02")
    copy = library.with_name("copy")
    shutil.copytree(library, copy, symlinks=True)
    done = _run(copy, 0)
    assert done.returncode == 0, done.stderr
    return before, digests(copy / "build/site"), int(done.stdout.split("EVENTS ")[1])


def _dies_well(library: Path, stop: int, before: dict[str, str], after: dict[str, str]) -> None:
    root = library.with_name(f"killed-{stop}")
    shutil.copytree(library, root, symlinks=True)
    assert _run(root, stop).returncode == 137
    assert digests(root / "build/site") in (before, after), f"half a site after event {stop}"
    again = run_apart(root, "build")
    assert again.returncode == 0, again.stderr
    assert digests(root / "build/site") == after, f"other bytes after a death at event {stop}"
    left = sorted(path.name for path in (root / "build").iterdir())
    assert left == ["findings.json", "journal.json", "site"]
    shutil.rmtree(root)


def test_a_kill_leaves_the_old_site_or_the_new_one(library: Path) -> None:
    """Killed at seven moments spread over a rebuild, readers never see half a site."""
    before, after, events = _prepared(library)
    assert before != after
    chosen = sorted({1, events, *random.Random(7).sample(range(2, events), 5)})
    for stop in chosen:
        _dies_well(library, stop, before, after)


@pytest.mark.slow
def test_a_kill_at_any_moment_leaves_a_whole_site(library: Path) -> None:
    """The same at every single file-system event of the rebuild."""
    before, after, events = _prepared(library)
    for stop in range(1, events + 1):
        _dies_well(library, stop, before, after)


DAMAGE = {
    "cut at half": lambda data: data[: len(data) // 2],
    "one bit flipped": lambda data: data[:-9] + bytes([data[-9] ^ 4]) + data[-8:],
    "emptied": lambda data: b"",
    "another format": lambda data: data.replace(b'"format": 1', b'"format": 999'),
    "not text": lambda data: bytes(range(256)),
}


@pytest.mark.parametrize("name", DAMAGE)
def test_a_damaged_cache_never_changes_the_result(name: str, library: Path, maestro) -> None:
    """Whatever happens to the files of the cache, the next build gives the bytes of a clean one."""
    maestro("build", "-C", library)
    clean = digests(library / "build/site")
    touched = 0
    for path in sorted((library / ".maestro").rglob("*")):
        if path.is_file() and path.suffix in (".json", ".gz"):
            path.write_bytes(DAMAGE[name](path.read_bytes()))
            touched += 1
    assert touched > 3
    (library / "build/journal.json").unlink()
    assert maestro("build", "-C", library).code == 0
    assert digests(library / "build/site") == clean


def test_swapped_and_foreign_cache_files_are_not_trusted(library: Path, maestro) -> None:
    """A result under another's name, or a file that is none of ours, changes nothing."""
    maestro("build", "-C", library)
    clean = digests(library / "build/site")
    files = sorted((library / ".maestro/cache").glob("*.json"))
    contents = [path.read_bytes() for path in files]
    for path, data in zip(files, contents[1:] + contents[:1], strict=True):
        path.write_bytes(data)
    (library / ".maestro/cache/foreign.json").write_text("{}")
    (library / ".maestro/cache/folder").mkdir()
    (library / "build/journal.json").unlink()
    assert maestro("build", "-C", library).code == 0
    assert digests(library / "build/site") == clean


@pytest.mark.skipif(not hasattr(os, "posix_spawn"), reason="needs the limits of a POSIX system")
def test_a_full_disk_is_one_sentence_and_the_old_site_stays(library: Path) -> None:
    """When files cannot grow, the run ends with exit code 3 and the published site is untouched."""
    assert run_apart(library, "build").returncode == 0
    before = digests(library / "build/site")
    text = (library / ENTRY).read_text(encoding="utf-8").replace("Monthly", "Weekly")
    (library / ENTRY).write_text(text, encoding="utf-8")
    limited = (
        "import resource, signal, sys; signal.signal(signal.SIGXFSZ, signal.SIG_IGN);"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (2048, 2048));"
        "from maestro.cli.main import guarded;"
        f"sys.exit(guarded(['build', '-C', {str(library)!r}]))"
    )
    done = subprocess.run(
        [sys.executable, "-c", limited], capture_output=True, text=True, check=False, timeout=120
    )
    assert done.returncode == 3, done.stderr
    assert "Traceback" not in done.stderr
    assert digests(library / "build/site") == before
    assert run_apart(library, "build").returncode == 0
