"""Releases by tag: which tags are releases, and the days between them."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.mining.activity import WEEK, Period
from maestro.mining.releases import days_between, is_release, releases_of
from maestro.repository import Repository, Tag, tags

from .making import DAY, MONDAY, Git


@pytest.mark.parametrize(
    "name", ["1.2", "v1.2.3", "pkg@1.0.0", "release-2024.10", "REL_1_4", "x/v3.0", "2.0.post1"]
)
def test_versions_are_releases(name: str) -> None:
    """A version of two numbers or more is a release, whatever stands before it."""
    assert is_release(name)


@pytest.mark.parametrize(
    "name", ["v1.2rc1", "1.0a2", "2.0.0-beta.1", "1.0.dev3", "nightly", "v1", "x", "3.0-pre"]
)
def test_early_ones_are_none(name: str) -> None:
    """Pre-releases, single numbers and words are no releases."""
    assert not is_release(name)


def test_days_between_releases_by_hand() -> None:
    """Only releases in the window count, from the one before; later tags are not there yet."""
    listed = [("1.0", "a", -40), ("1.1", "b", -20), ("1.1", "b", -19), ("1.2", "c", -5)]
    listed += [("1.3", "d", 3), ("1.3rc1", "e", -9), ("x", "f", -8)]
    made = releases_of([Tag(n, c, MONDAY + days * DAY) for n, c, days in listed], MONDAY + DAY)
    assert [one.tag for one in made] == ["1.0", "1.1", "1.2"]
    assert days_between(made, Period(MONDAY, 4)) == [20.0, 15.0]
    assert days_between(made, Period(MONDAY, 1)) == [15.0]
    assert releases_of([Tag("1.0", "a", None), Tag("1.1", "b", 0)], MONDAY) == []


def test_tags_have_the_time_of_their_tagger(tmp_path: Path) -> None:
    """A signed-off tag has its own date, a plain one its commit's; trees and blobs are none."""
    git = Git(tmp_path / "repo")
    first = git.commit({"a": "1\n"}, MONDAY - WEEK)
    git("tag", "v1.0")
    git("tag", "-a", "-m", "x", "v1.1", at=MONDAY)
    git("tag", "tree", "HEAD^{tree}")
    git("tag", "-a", "-m", "x", "blob", "HEAD:a")
    assert tags(Repository.open(git.folder)) == [
        Tag("v1.0", first, MONDAY - WEEK),
        Tag("v1.1", first, MONDAY),
    ]
