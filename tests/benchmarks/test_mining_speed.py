"""What mining costs, in CPU seconds, as ratios to git itself measured in the same run.

Run with ``python3 start.py test tests/benchmarks -n 0 -s -m slow`` (the numbers are printed).
The history is made up: 6,000 commits of 400 files. Real ones are measured as well when
``MINING_REPOSITORIES`` names their folders, parted by colons.
"""

from __future__ import annotations

import json
import os
import random
import resource
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.unit.mining.making import MONDAY, Git

pytestmark = pytest.mark.slow

COMMITS, FILES = 6_000, 400
Show = Callable[[str], None]

PROGRAM = """
import json, resource, sys, time
from pathlib import Path
from maestro.mining.collect import Places, Scope, collect
from maestro.mining.process import Rules, process_findings
from maestro.repository import Repository
import git.cmd

def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)

def peak():
    lines = open("/proc/self/status").read().splitlines()
    return next(int(line.split()[1]) / 1024 for line in lines if line.startswith("VmHWM"))

repository, state, number = sys.argv[1], sys.argv[2], int(sys.argv[3])
ended = int(sys.argv[5])
places = Places(Path(state), Path(state), (repository,))
scopes = [Scope(f"p{n}", path=repository, include=(f"d{n}/**", "**/*.py", f"src/{n}*"),
                until=int(sys.argv[4]) - n * 25 * 86400 if ended else None)
          for n in range(number)]
rules = Rules(as_of=int(sys.argv[4]))
start = cpu()
harvests = collect(scopes, places)
mined = cpu() - start
process_findings(harvests.values(), rules)
whole = cpu() - start
facts = harvests["p0"].facts
files = facts.tables["file_change"]
said = {"mined": mined, "whole": whole, "peak": peak(), "commits": len(facts.tables["commit"]),
        "totals": [len(files), sum(r[3] or 0 for r in files), sum(r[4] or 0 for r in files)]}
print(json.dumps(said))
"""

LOOK = """
import resource, sys
from pathlib import Path
from maestro.mining.collect import Places, Scope, collect
import git.cmd

def cpu():
    used = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(one.ru_utime + one.ru_stime for one in used)

folders = sys.argv[2:]
places = Places(Path(sys.argv[1]), Path(sys.argv[1]), tuple(folders))
start = cpu()
found = collect([Scope(f"p{n}", path=folder) for n, folder in enumerate(folders)], places)
assert [one.state for one in found.values()] == ["mined"] * len(folders)
print(cpu() - start)
"""

PYDRILLER = """
import json, sys
from pydriller import Repository
totals = [0, 0, 0]
for commit in Repository(sys.argv[1]).traverse_commits():
    for file in commit.modified_files if not commit.merge else ():
        totals = [totals[0] + 1, totals[1] + file.added_lines, totals[2] + file.deleted_lines]
print(json.dumps(totals))
"""


def make_history(folder: Path) -> Path:
    """A bare repository with files of 50 to 400 lines that change a few lines at a time."""
    git, draw = Git(folder, bare=True), random.Random(11)
    texts: dict[int, list[bytes]] = {}
    parts: list[bytes] = []
    for number in range(COMMITS):
        when = b"%d +0000" % (MONDAY - (COMMITS - number) * 7200)
        who = b"P%d <p%d@example.org> " % ((draw.randrange(20),) * 2)
        parts.append(b"commit refs/heads/main\nauthor " + who + when + b"\n")
        parts.append(b"committer C <c@x> " + when + b"\ndata 7\nchange\n\n")
        for file in {int(draw.random() ** 2 * FILES) for _ in range(3)}:
            lines = texts.setdefault(file, [b"%d" % n for n in range(draw.randint(50, 400))])
            for _ in range(draw.randint(1, 9)):
                lines[draw.randrange(len(lines))] = b"%x" % draw.getrandbits(64)
            text = b"\n".join(lines) + b"\n"
            path = b"d%d/f%d.%s" % (file % 25, file, b"py" if file % 2 else b"txt")
            parts.append(b"M 100644 inline %s\ndata %d\n%s\n" % (path, len(text), text))
    git("fast-import", "--quiet", stdin=b"".join(parts))
    git("repack", "-adq")
    return folder


def cpu_of(*command: str) -> tuple[float, str]:
    """CPU seconds of one process with its children, and its output."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = subprocess.run(command, check=True, stdout=subprocess.PIPE)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    used = (after.ru_utime + after.ru_stime) - (before.ru_utime + before.ru_stime)
    return used, done.stdout.decode("utf-8", "replace")


def raw(folder: Path) -> float:
    """CPU seconds of git's own log with line counts, the least of three."""
    command = ("git", "-C", str(folder), "-c", "core.bigFileThreshold=512m")
    return min(cpu_of(*command, "log", "--numstat", "-M", "HEAD")[0] for _ in range(3))


def ours(folder: Path, state: Path, scopes: int = 1, *, ended: bool = False) -> dict:
    """What one process says of mining and counting, imports left out.

    With ``ended`` the projects ended 25 days apart, over the whole of the made-up history.
    """
    arguments = (str(folder), str(state), str(scopes), str(MONDAY), str(int(ended)))
    said: dict = json.loads(cpu_of(sys.executable, "-c", PROGRAM, *arguments)[1])
    return said


@pytest.fixture
def show(capsys: pytest.CaptureFixture[str]) -> Show:
    """Print a line past pytest's capture."""

    def line(text: str) -> None:
        with capsys.disabled():
            print(f"\n{text}", end="")

    return line


@pytest.fixture(scope="module")
def histories(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """The made-up history, and real ones when they are named."""
    made = make_history(tmp_path_factory.mktemp("mining") / "made")
    named = os.environ.get("MINING_REPOSITORIES", "")
    return [made, *(Path(name) for name in named.split(":") if name)]


def test_cold_and_warm(histories: list[Path], tmp_path: Path, show: Show) -> None:
    """Cold within 1.25 times git's log plus 0.15 s, warm within 20 ms, at most 100 MB."""
    for place, folder in enumerate(histories):
        git = raw(folder)
        runs = [ours(folder, tmp_path / f"{place}-{number}") for number in range(3)]
        cold = min(run["whole"] for run in runs)
        again = [ours(folder, tmp_path / f"{place}-0") for _ in range(3)]
        warm = min(run["mined"] for run in again)
        memory = max(run["peak"] for run in runs)
        show(
            f"{folder}: {runs[0]['commits']} commits, git {git:.2f} s, cold {cold / git:.2f}x, "
            f"warm {warm * 1000:.0f} ms, {memory:.0f} MB"
        )
        assert cold <= 1.25 * git + 0.15
        assert warm <= 0.020
        assert memory <= 100


def test_many_scopes_cost_what_one_costs(histories: list[Path], tmp_path: Path, show: Show) -> None:
    """Twenty projects in one repository within 1.1 times one.

    When each ended on its own day the bound is twice, and 1.1 is out of reach: windows of 13
    weeks that end 25 days apart overlap, so the made-up history, which has twelve commits a
    day for 500 days, is counted three and a half times over. Mining and arranging are
    still done once.
    """
    for place, folder in enumerate(histories):
        times = {
            (scopes, ended): min(
                ours(folder, tmp_path / f"{place}-{scopes}-{ended}-{number}", scopes, ended=ended)[
                    "whole"
                ]
                for number in range(3)
            )
            for scopes, ended in ((1, False), (20, False), (20, True))
        }
        one = times[1, False]
        same, apart = times[20, False] / one, times[20, True] / one
        show(f"{folder}: 1 scope {one:.2f} s, 20 scopes {same:.2f}x, 20 that ended {apart:.2f}x")
        assert same <= 1.1
        assert apart <= 2


def test_fifty_repositories_with_nothing_new(
    histories: list[Path], tmp_path: Path, show: Show
) -> None:
    """Fifty repositories without news are looked at within 1 s, all in one process."""
    folders = [str(tmp_path / f"r{number}") for number in range(50)]
    for folder in folders:
        # Folders of their own, objects in common: each has its own store, as long as the others.
        subprocess.run(
            ["git", "clone", "-q", "--bare", "--shared", str(histories[0]), folder], check=True
        )
    command = (sys.executable, "-c", LOOK, str(tmp_path / "state"))
    allowed = (*folders, str(histories[0]))
    assert len(allowed) == 51
    first = float(cpu_of(*command, *allowed)[1])
    used = min(float(cpu_of(*command, *allowed)[1]) for _ in range(3))
    show(f"50 repositories and what they borrow from: {used:.2f} s, when first read {first:.1f} s")
    assert used <= 1


def test_pydriller_costs_fifteen_times_as_much(
    histories: list[Path], tmp_path: Path, show: Show
) -> None:
    """The same files, added and deleted lines as PyDriller, for a fifteenth of its CPU."""
    python = os.environ.get("PYDRILLER_PYTHON", sys.executable)
    asked = subprocess.run([python, "-c", "import pydriller"], check=False, capture_output=True)
    if asked.returncode:
        pytest.skip("PyDriller is not installed; name a Python that has it in PYDRILLER_PYTHON")
    for place, folder in enumerate(histories):
        clone = tmp_path / f"clone{place}"
        subprocess.run(["git", "clone", "-q", "--no-local", str(folder), str(clone)], check=True)
        theirs, said = cpu_of(python, "-c", PYDRILLER, str(clone))
        mine = ours(clone, tmp_path / f"pydriller{place}")
        show(f"{folder}: PyDriller {theirs:.1f} s, {theirs / mine['mined']:.1f}x ours")
        assert json.loads(said) == mine["totals"]
        assert theirs >= 15 * mine["mined"]
