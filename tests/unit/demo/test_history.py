"""Git histories as streams: the bytes, and what git makes of them."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.demo.history import Commit, Person, import_stream

from .gitdoor import Git

ADA = Person("Simulated Ada", "ada@example.org")


def test_stream_of_one_commit() -> None:
    """One commit becomes the bytes that the format's documentation prescribes."""
    stream = import_stream([Commit(ADA, 1000, "Start\n", {"a b.txt": b"hi\n"}, zone="+0100")])
    who = b"Simulated Ada <ada@example.org> 1000 +0100"
    assert stream == (
        b"feature done\ncommit refs/heads/main\nmark :1\n"
        b"author " + who + b"\ncommitter " + who + b"\n"
        b"data 6\nStart\n\nM 100644 inline a b.txt\ndata 3\nhi\n\n\ndone\n"
    )


def test_git_makes_the_history(tmp_path: Path) -> None:
    """Branches, merges, removed files, tags and dates arrive in git as they were meant."""
    commits = [
        Commit(ADA, 1000, "one\n", {"a": b"1\n", "b": b"1\n"}),
        Commit(ADA, 2000, "side\n", {"side": b"s\n"}, (0,)),
        Commit(ADA, 3000, "two\n", {"b": None}, (0,), tags=("v1.0.0",)),
        Commit(ADA, 4000, "merge\n", {"side": b"s\n"}, (2, 1)),
    ]
    git = Git(tmp_path)
    git.run_import(tmp_path / "repo", import_stream(commits), bare=True)
    log = git.run(tmp_path / "repo", "log", "--format=%s %at %ce", "--first-parent")
    assert log == (
        "merge 4000 ada@example.org\ntwo 3000 ada@example.org\none 1000 ada@example.org\n"
    )
    assert git.run(tmp_path / "repo", "log", "--format=%s", "main^2").split() == ["side", "one"]
    assert git.run(tmp_path / "repo", "ls-tree", "--name-only", "main").split() == ["a", "side"]
    assert git.run(tmp_path / "repo", "log", "-1", "--format=%s", "v1.0.0") == "two\n"
    git.run(tmp_path / "repo", "fsck", "--strict")


def test_parents_come_earlier() -> None:
    """A commit cannot stand on one that comes later, or on itself."""
    with pytest.raises(ValueError, match="parent"):
        import_stream([Commit(ADA, 1, "x", {}, (0,))])


@pytest.mark.parametrize("name", ["", "a\nb", "a <b>", '"a"', " a"])
def test_names_that_break_the_format_are_refused(name: str) -> None:
    """A name cannot smuggle a command into the stream."""
    with pytest.raises(ValueError, match="stream"):
        import_stream([Commit(Person(name, "a@example.org"), 1, "x", {})])
    with pytest.raises(ValueError, match="stream"):
        import_stream([Commit(ADA, 1, "x", {name: b""})])
