"""Merged branches: which commits came with them, and how long they took, against git."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from maestro.mining.activity import WEEK, Period
from maestro.mining.base import Facts
from maestro.mining.commits import arrange
from maestro.mining.git import GitMiner
from maestro.mining.index import Index, make_index
from maestro.mining.merges import brought, is_squashed, read_merges
from maestro.mining.people import Identities
from maestro.repository import Repository

from .making import MONDAY, Git

HOUR = 3600


def index_of(git: Git) -> Index:
    """The indexed rows of a repository."""
    found = GitMiner(Repository.open(git.folder)).mine("")
    commits = arrange(Facts(found.cursor, found.tables), Identities())
    return make_index(commits, Period(MONDAY, 4))


def test_what_a_merge_brought_is_what_git_says(tmp_path: Path) -> None:
    """In a tangle of 120 commits each merge brought what ``git rev-list p1..p2`` lists."""
    git, draw = Git(tmp_path / "repo"), random.Random(7)
    tree = git("mktree", stdin=b"")
    commits = [git("commit-tree", "-m", "root", tree)]
    for number in range(119):
        recent = commits[-12:] if number % 9 else commits
        parents = draw.sample(recent, min(len(recent), draw.choice([1, 1, 2, 2, 3])))
        options = [word for parent in parents for word in ("-p", parent)]
        commits.append(git("commit-tree", "-m", f"{number}", *options, tree))
    tips = git("rev-list", *commits, "--children").splitlines()
    heads = [line for line in tips if " " not in line]
    options = [word for parent in heads for word in ("-p", parent)]
    git("update-ref", "refs/heads/main", git("commit-tree", "-m", "all", *options, tree))
    index = index_of(git).commits
    merges = [at for at, row in enumerate(index.rows) if len(row[1]) == 2]
    assert len(merges) > 20
    for at in merges:
        first, second = index.rows[at][1]
        listed = set(git("rev-list", f"{first}..{second}").split())
        assert {index.rows[one][0] for one in brought(index, at)} == listed


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """A repository of the test alone."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n"}, MONDAY - 3 * WEEK)
    return git


def merge(git: Git, subject: str, written: int, merged: int) -> None:
    """A branch of two commits, the first written at ``written``, and its merge."""
    git("checkout", "-q", "-b", f"side{written}")
    git.commit({f"f{written}": "1\n"}, written)
    git.commit({f"f{written}": "2\n"}, written + HOUR)
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", subject, f"side{written}", at=merged)


def test_a_branch_takes_from_its_first_commit_to_its_merge(git: Git) -> None:
    """Thirty hours after the first commit was written is thirty hours; branches go by time."""
    start = MONDAY - 2 * WEEK
    merge(git, "Merge pull request #7 from x/y", start, start + 30 * HOUR)
    merge(git, "Merge branch 'y'", start + 40 * HOUR, start + 42 * HOUR)
    found = read_merges(index_of(git))
    assert [(one.time, one.hours) for one in found] == [
        (start + 30 * HOUR, 30.0),
        (start + 42 * HOUR, 2.0),
    ]
    assert [len(one.commits) for one in found] == [2, 2]


@pytest.mark.parametrize(
    "subject",
    [
        "Merge branch 'main' of git.example.org:x/y",
        "Merge branch 'main' into feature",
        "Merge remote-tracking branch 'origin/master'",
        "Merge branch 'release/1.2' into main",
        "Merge branch '8.1.x'",
    ],
)
def test_long_lived_branches_are_no_merged_change(git: Git, subject: str) -> None:
    """Main brought into a branch, a pull, and release branches are not merged changes."""
    merge(git, subject, MONDAY - 2 * WEEK, MONDAY - WEEK)
    assert read_merges(index_of(git)) == []


def test_merges_outside_the_window_and_without_dates_have_no_time(git: Git) -> None:
    """A merge after the window is left out; commits dated after their merge give no hours."""
    merge(git, "Merge pull request #1 from x", MONDAY - WEEK + HOUR, MONDAY - WEEK)
    merge(git, "Merge pull request #2 from x", MONDAY, MONDAY + HOUR)
    assert [one.hours for one in read_merges(index_of(git))] == [None]


def test_squash_marks_stand_at_the_end() -> None:
    """``(#12)`` and ``(!12)`` at the end are squashed requests; elsewhere they are words."""
    assert is_squashed("Add x (#12)") and is_squashed("Add x (!7) ")
    assert not is_squashed("Revert (#12) again") and not is_squashed("#12")
