"""Process metrics of files, by hand, with PyDriller's definitions."""

from __future__ import annotations

import math
from pathlib import Path

import pytest

from maestro.mining.base import Facts
from maestro.mining.commits import Commits, arrange
from maestro.mining.files import FileChanges, between, changes_of, committed
from maestro.mining.git import GitMiner
from maestro.mining.people import Identities
from maestro.repository import Repository

from .making import DAY, MONDAY, Git


def arranged(git: Git) -> Commits:
    """The arranged rows of a repository."""
    found = GitMiner(Repository.open(git.folder)).mine("")
    return arrange(Facts(found.cursor, found.tables), Identities())


@pytest.fixture
def git(tmp_path: Path) -> Git:
    """Five commits: two files, changed, one renamed, one deleted, one binary added."""
    git = Git(tmp_path / "repo")
    git.commit({"a": "1\n" * 97, "b": "1\n" * 10}, MONDAY)
    git.commit({"a": "1\n" * 100}, MONDAY + DAY, email="bo@x")
    git("mv", "a", "deep")
    git.commit({}, MONDAY + 2 * DAY, email="bo@x")
    git.commit({"deep": "1\n" * 90, "p.bin": b"\0\1"}, MONDAY + 3 * DAY)
    git("rm", "-q", "b")
    git.commit({}, MONDAY + 4 * DAY)
    return git


def test_lines_churn_and_people_by_hand(git: Git) -> None:
    """Sums, largest values, net churn, contributors and their shares follow from five commits."""
    found = {file.path: file for file in changes_of(arranged(git), range(5)).files}
    assert list(found) == ["deep", "b", "p.bin"]
    deep = found["deep"]
    assert (deep.added, deep.deleted) == ([0, 0, 3, 97], [10, 0, 0, 0])
    assert (deep.commits, deep.lines, deep.churn) == (4, 110, [-10, 0, 3, 97])
    assert (deep.contributors, deep.minor_contributors) == (2, 1)
    assert deep.experience == pytest.approx(100 * 107 / 110)
    assert found["b"].churn == [-10, 10]
    picture = found["p.bin"]
    assert (picture.commits, picture.lines) == (1, 0)
    assert (picture.contributors, picture.minor_contributors, picture.experience) == (None,) * 3


def test_complexity_is_the_share_times_the_normalised_entropy(git: Git) -> None:
    """110 of 130 changed lines, weighed with the entropy of two files in bits."""
    found = {file.path: file.complexity for file in changes_of(arranged(git), range(5)).files}
    share = 110 / 130
    entropy = -(share * math.log2(share) + (1 - share) * math.log2(1 - share))
    assert found["deep"] == pytest.approx(100 * share * entropy)
    assert found["p.bin"] == 0


def test_change_sets_are_the_files_of_one_commit(git: Git) -> None:
    """Two files at most, seven in five commits; none without commits."""
    commits = arranged(git)
    found = changes_of(commits, range(5))
    assert (found.sizes, found.largest, found.average) == ([1, 2, 1, 1, 2], 2, 1.4)
    nothing = changes_of(commits, ())
    assert (nothing.files, nothing.largest, nothing.average) == ([], 0, 0)
    only = changes_of(commits, range(5), lambda path: path == "b")
    assert ([file.path for file in only.files], only.sizes) == (["b"], [1, 1])


def test_a_range_holds_what_lies_between_its_ends(git: Git) -> None:
    """Both ends belong to it, in either order; a branch that started before does not."""
    git("checkout", "-q", "-b", "side", "HEAD~3")
    aside = git.commit({"z": "1\n"}, MONDAY + 5 * DAY)
    git("checkout", "-q", "main")
    git("merge", "-q", "--no-ff", "-m", "m", "side", at=MONDAY + 6 * DAY)
    commits = arranged(git)
    chain = [commits.rows[at][0] for at in commits.chain()]
    inside = {commits.rows[at][0] for at in between(commits, chain[2], chain[5])}
    assert inside == set(chain[2:6])
    assert between(commits, chain[5], chain[2]) == between(commits, chain[2], chain[5])
    assert aside in {commits.rows[at][0] for at in between(commits, chain[0], chain[5])}
    early = {commits.rows[at][0] for at in committed(commits, MONDAY, MONDAY + 2 * DAY)}
    assert early == set(chain[:2])


def test_a_file_without_people_has_no_shares() -> None:
    """Nothing is divided by nothing."""
    assert FileChanges("a").experience is None
