"""Which commits are new between two commits."""

from __future__ import annotations

import random
from pathlib import Path

import pytest

from maestro.mining.delivery import History
from tests.unit.mining.making import DAY, MONDAY, Git

from .making import commit


def _reachable(parents: dict[str, list[str]], start: str) -> set[str]:
    found, waiting = set(), [start]
    while waiting:
        at = waiting.pop()
        if at not in found:
            found.add(at)
            waiting += parents[at]
    return found


@pytest.mark.parametrize("seed", range(12))
def test_it_agrees_with_sets_of_ancestors(seed: int) -> None:
    """Between any two commits of any graph, what is new is the difference of their ancestors."""
    dice = random.Random(seed)
    parents = {
        str(at): [str(one) for one in sorted(dice.sample(range(at), min(at, dice.randint(0, 3))))]
        for at in range(30)
    }
    rows = [commit(id_, *several) for id_, several in parents.items()]
    dice.shuffle(rows)
    history = History(rows)
    for head in parents:
        for since in parents:
            expected = _reachable(parents, head) - _reachable(parents, since)
            assert set(history.new_in(head, since) or ()) == expected


def test_it_agrees_with_git(tmp_path: Path) -> None:
    """Merged and squashed branches, and a deployment of an older commit, read as in git."""
    git = Git(tmp_path / "repository")
    first = git.commit({"a": "1"})
    git("checkout", "-q", "-b", "topic")
    one = git.commit({"b": "1"}, at=MONDAY + DAY)
    two = git.commit({"b": "2"}, at=MONDAY + 2 * DAY)
    git("checkout", "-q", "main")
    late = MONDAY + 3 * DAY
    git("merge", "-q", "--no-ff", "-m", "Merge pull request #1", "topic", at=late)
    merge = git("rev-parse", "HEAD")
    git("checkout", "-q", "-b", "squashed")
    lost = git.commit({"c": "1"}, at=MONDAY + 4 * DAY)
    git("checkout", "-q", "main")
    git("merge", "-q", "--squash", "squashed", at=MONDAY + 5 * DAY)
    squash = git.commit({}, at=MONDAY + 5 * DAY, message="Add c (#2)")
    listed = git("log", "--format=%H %P").splitlines()
    rows = [commit(*line.split(), at=MONDAY) for line in listed]
    history = History(rows)
    points = [first, one, two, merge, squash]
    for head in points:
        for since in points:
            told = git("rev-list", head, f"^{since}").split()
            assert sorted(history.new_in(head, since) or ()) == sorted(told)
    assert [found.id for found in history.branch_of(merge)] == sorted([one, two])
    assert history.branch_of(squash) == []
    assert lost not in history
    assert [found.id for found in history.chain()] == [squash, merge, first]


def test_an_unknown_commit_has_no_answer() -> None:
    """A commit that is not in the history gives None, not an empty list."""
    history = History([commit("a")])
    assert history.new_in("a", "b") is None
    assert history.new_in("b", "a") is None
    assert history.new_in("a", "a") == []


def test_a_long_history_is_walked_without_deep_calls() -> None:
    """Twenty thousand commits in a row and a deployment every ten of them."""
    rows = [commit(str(at), *([str(at - 1)] if at else [])) for at in range(20_000)]
    history = History(rows)
    for at in range(10, 20_000, 10):
        found = history.new_in(str(at), str(at - 10))
        assert found is not None
        assert len(found) == 10


def test_the_youngest_top_is_the_head_when_none_is_named() -> None:
    """A branch that was never merged is not taken for the main line."""
    rows = [commit("a"), commit("b", "a", at=MONDAY + 10), commit("c", "a", at=MONDAY + 5)]
    assert [one.id for one in History(rows).chain()] == ["b", "a"]
    assert [one.id for one in History(rows, "c").chain()] == ["c", "a"]
