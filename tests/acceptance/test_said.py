"""What a build says of its work: while it is at it, and at the end."""

from __future__ import annotations

from pathlib import Path

import pytest

from .cases import HEALTHY, write_tree
from .repositories import commit_all

ENTRY = "catalog/feature_pipelines/churn-features.yaml"
_PAST = ("", " from the past only")


@pytest.fixture
def library(tmp_path: Path) -> Path:
    """A healthy library with one commit."""
    root = tmp_path / "library"
    write_tree(root, HEALTHY)
    commit_all(root)
    return root


def pages(root: Path) -> dict[str, bytes]:
    """Each page of the site, by its path."""
    site = root / "build/site"
    return {path.relative_to(site).as_posix(): path.read_bytes() for path in site.rglob("*.html")}


def test_a_build_counts_the_pages_that_are_not_as_they_were(library: Path, maestro) -> None:
    """The first one writes every page; after a change the pages are counted whose bytes differ."""
    first = maestro("build", "-C", library)
    before = pages(library)
    assert f"{len(before)} pages written; " in first.err
    path = library / ENTRY
    text = path.read_text(encoding="utf-8")
    path.write_text(text.replace("description: ", "description: Now it "), encoding="utf-8")
    commit_all(library)
    second = maestro("build", "-C", library)
    after = pages(library)
    differ = sum(after[name] != before.get(name) for name in after)
    assert 0 < differ < len(after) / 2
    assert f"{differ} of {len(after)} pages written; " in second.err


def test_learning_says_what_it_is_at(tmp_path: Path, maestro) -> None:
    """What may take minutes is told line by line, in order, where stderr is no terminal; from the
    cache it takes no time and is not told."""
    maestro("demo", tmp_path / "tour", "--projects", "24", "--no-histories")
    first = maestro("build", "-C", tmp_path / "tour")
    lines = first.err.splitlines()
    told = lines[lines.index("  learn") + 1 : lines.index("  report")]
    outcomes = ("chance", "cost", "duration", "success")
    assert sorted(told) == sorted(
        [f"  learning to predict {name}{past}" for name in outcomes for past in _PAST]
        + ["  learning what reused pieces bring"]
    )
    owners = tmp_path / "tour/catalog/owners.yaml"
    owners.write_text(owners.read_text(encoding="utf-8") + "\n", encoding="utf-8")
    second = maestro("build", "-C", tmp_path / "tour")
    assert "  learn\n  report\n" in second.err
