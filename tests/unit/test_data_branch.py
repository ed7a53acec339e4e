"""The data branch: lines are added, and what other jobs hand over is data and nothing else."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PROGRAM = ROOT / "maestro" / "catalog" / "template" / "dot-github" / "scripts" / "data_branch.py"
RUN = '{"id": 1, "state": "done"}'


class Forge:
    """A bare repository, a clone of it, and a folder that other jobs have filled."""

    def __init__(self, folder: Path) -> None:
        self.origin = folder / "origin.git"
        self.clone = folder / "clone"
        self.given = folder / "given"
        self.env = {
            "PATH": os.environ["PATH"],
            "HOME": str(folder),
            "GIT_CONFIG_NOSYSTEM": "1",
            "GIT_CONFIG_GLOBAL": "/dev/null",
            "GIT_AUTHOR_DATE": "2026-01-05T08:00:00Z",
            "GIT_COMMITTER_DATE": "2026-01-05T08:00:00Z",
        }
        self.git("init", "--quiet", "--bare", str(self.origin), at=folder)
        self.git("clone", "--quiet", str(self.origin), str(self.clone), at=folder)
        me = ("-c", "user.name=ann", "-c", "user.email=ann@example.org")
        self.git(*me, "commit", "--quiet", "--allow-empty", "-m", "start")
        self.git("push", "--quiet", "origin", "HEAD:main")
        self.given.mkdir()

    def git(self, *arguments: str, at: Path | None = None) -> str:
        """The output of a git command in the clone."""
        done = subprocess.run(
            ["git", *arguments], cwd=at or self.clone, env=self.env, check=True, capture_output=True
        )
        return done.stdout.decode()

    def give(self, path: str, text: str) -> None:
        """Put a file into the folder that is handed over."""
        target = self.given / path
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text)

    def run(self, verb: str, folder: Path) -> str:
        """Run the program in the clone, which then knows the newest state."""
        done = subprocess.run(
            [sys.executable, str(PROGRAM), verb, str(folder)],
            cwd=self.clone,
            env=self.env,
            capture_output=True,
            text=True,
            check=True,
        )
        self.git("fetch", "--quiet", "origin")
        return done.stdout

    def files(self) -> dict[str, str]:
        """Path to text of what stands on the branch; empty when there is none."""
        if "maestro-data" not in self.git("for-each-ref"):
            return {}
        names = self.git("ls-tree", "-r", "--name-only", "origin/maestro-data").split()
        return {name: self.git("show", f"origin/maestro-data:{name}") for name in names}


@pytest.fixture
def forge(tmp_path: Path) -> Forge:
    """A forge with an empty main branch and no data branch."""
    return Forge(tmp_path)


def test_facts_and_history_go_to_their_places(forge: Forge) -> None:
    """The first run makes the branch: facts at their path, history below ``history/``."""
    forge.give("new-facts/ci/churn/runs.jsonl", RUN + "\n")
    forge.give("new-history/impact.jsonl", '{"at": "2026"}\n')
    forge.run("write", forge.given)
    assert forge.files() == {
        "ci/churn/runs.jsonl": RUN + "\n",
        "history/impact.jsonl": '{"at": "2026"}\n',
    }


def test_lines_are_added_never_removed(forge: Forge) -> None:
    """A hand-over without the old lines keeps them; each line stands once, sorted."""
    forge.give("new-facts/ci/runs.jsonl", '{"id": 2}\n{"id": 3}\n')
    forge.run("write", forge.given)
    forge.give("new-facts/ci/runs.jsonl", '{"id": 1}\n{"id": 2}\n')
    forge.run("write", forge.given)
    assert forge.files()["ci/runs.jsonl"] == '{"id": 1}\n{"id": 2}\n{"id": 3}\n'


def test_nothing_new_makes_no_commit(forge: Forge) -> None:
    """The same hand-over twice leaves one commit."""
    forge.give("new-facts/approvals/pulls.jsonl", RUN + "\n")
    forge.run("write", forge.given)
    assert "nothing new" in forge.run("write", forge.given)
    assert forge.git("rev-list", "--count", "origin/maestro-data").strip() == "1"


def test_reading_gives_back_what_was_written(forge: Forge, tmp_path: Path) -> None:
    """``read`` puts the branch's files into a folder, an empty one when there is no branch."""
    forge.run("read", tmp_path / "before")
    assert list((tmp_path / "before").iterdir()) == []
    forge.give("new-facts/tracking/churn.jsonl", RUN + "\n")
    forge.run("write", forge.given)
    forge.run("read", tmp_path / "after")
    assert (tmp_path / "after" / "tracking" / "churn.jsonl").read_text() == RUN + "\n"


@pytest.mark.parametrize(
    "path",
    [
        "new-facts/.github/workflows/own.yml",
        "new-facts/ci/own.yml",
        "new-facts/history/impact.jsonl",
        "new-facts/ci/.hidden.jsonl",
        "new-facts/ci/a b.jsonl",
        "new-facts/runs.jsonl",
        "new-history/deep/impact.jsonl",
        "other/ci/runs.jsonl",
        "loose.jsonl",
    ],
)
def test_unknown_names_are_left_out(path: str, forge: Forge) -> None:
    """Only the known folders and names of a hand-over reach the branch."""
    forge.give(path, RUN + "\n")
    assert "left out" in forge.run("write", forge.given)
    assert forge.files() == {}


@pytest.mark.parametrize(
    "line",
    ["not json", "[1]", "1", "{", "[" * 50_000, '{"a": "' + "x" * 70_000 + '"}', "::set-output::x"],
    ids=["words", "list", "number", "cut", "deep", "long", "command"],
)
def test_lines_that_are_no_objects_are_left_out(line: str, forge: Forge) -> None:
    """A line that is no JSON object of a decent size is dropped and not repeated in the log."""
    forge.give("new-facts/ci/runs.jsonl", f"{line}\n{RUN}\n")
    said = forge.run("write", forge.given)
    assert forge.files() == {"ci/runs.jsonl": RUN + "\n"}
    assert "left out" in said and line[:8] not in said


def test_links_are_not_followed(forge: Forge, tmp_path: Path) -> None:
    """A link to another file or folder brings nothing onto the branch."""
    secret = tmp_path / "secret.jsonl"
    secret.write_text('{"secret": 1}\n')
    ci = forge.given / "new-facts" / "ci"
    ci.mkdir(parents=True)
    (ci / "runs.jsonl").symlink_to(secret)
    (ci / "more").symlink_to(tmp_path)
    forge.run("write", forge.given)
    assert forge.files() == {}


def test_the_state_of_a_fetch_takes_the_place_of_the_last(tmp_path: Path) -> None:
    """A ``state.json`` is kept as one line, replaced by the next one and never by a damaged one."""
    forge = Forge(tmp_path)
    name = "ci/github/team__app%3F ~x/state.json"
    stored = []
    for text in ('{"b": 1,\n "a": 2}', '{"a": 3}', '{"a": ', "[1]"):
        forge.give(f"new-facts/{name}", text)
        forge.run("write", forge.given)
        forge.git("fetch", "--quiet", "origin")
        stored.append(forge.git("show", f"origin/maestro-data:{name}"))
    assert stored == ['{"a": 2, "b": 1}\n', '{"a": 3}\n', '{"a": 3}\n', '{"a": 3}\n']


@pytest.mark.parametrize(
    "name", ["ci/../x/state.json", "ci/.git/state.json", "state.json", "ci/a/b/c/d/state.json"]
)
def test_a_state_in_an_odd_place_is_left_out(name: str, tmp_path: Path) -> None:
    """Only below the folders of facts, no deeper than they are, and no way up or hidden."""
    forge = Forge(tmp_path)
    forge.give(f"new-facts/{name}", "{}")
    forge.run("write", forge.given)
    assert "maestro-data" not in forge.git("ls-remote", "origin")
