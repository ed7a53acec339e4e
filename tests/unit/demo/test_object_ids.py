"""Ids of simulated commits: the ones that git gives."""

from __future__ import annotations

from pathlib import Path

from maestro.demo.history import Commit, Person, import_stream
from maestro.demo.object_ids import commit_ids
from maestro.demo.repositories import project_history
from maestro.demo.simulator import Options, simulate

from .gitdoor import Git

ADA = Person("Simulated Ada", "ada@example.org")


def test_ids_are_those_of_git(tmp_path: Path) -> None:
    """Folders, names that sort oddly, merges, removed files and time zones give git's own ids."""
    commits = [
        Commit(ADA, 1000, "one\n", {"a/b/c": b"1\n", "a.b": b"2\n", "a0": b"", "z": b"z"}),
        Commit(ADA, 2000, "side\n\nbody \u00e4\n", {"a/d": b"s\n"}, (0,), "-0330"),
        Commit(ADA, 3000, "two\n", {"a/b/c": None, "n\u00e4": b"\0\xff"}, (0,), "+0100"),
        Commit(ADA, 4000, "merge\n", {"a/d": b"s\n"}, (2, 1)),
    ]
    git = Git(tmp_path)
    git.run_import(tmp_path / "repo", import_stream(commits), bare=True)
    log = git.run(tmp_path / "repo", "log", "--format=%at %H", "main")
    known = dict(line.split() for line in log.splitlines())
    assert commit_ids(commits) == [known[str(commit.at)] for commit in commits]


def test_a_simulated_history_has_known_ids(tmp_path: Path) -> None:
    """The whole history of a simulated project is named as git names it."""
    history = project_history(simulate(Options(projects=10, artifacts=6)), 1)
    git = Git(tmp_path)
    git.run_import(tmp_path / "repo", import_stream(history), bare=True)
    log = git.run(tmp_path / "repo", "log", "--format=%H", "main").split()
    assert sorted(commit_ids(history)) == sorted(log)
    assert commit_ids(history)[-1] == log[0]
