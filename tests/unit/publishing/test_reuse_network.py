"""Who reuses whose work: counts by hand over a library of three teams."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from maestro.publishing.draw import flows
from maestro.publishing.insights import reuse_network
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Site

from . import sample

OWNERS = "teams:\n  growth: {title: Growth team}\n  risk: {}\n  ops: {title: Operations}\n"
PIECE = """\
version: 1.1.0
description: One of the pieces that a test counts.
owner: {owner}
source: {{path: README.md}}
history: [{{version: 1.0.0, date: 2025-01-10}}]
"""
PROJECT = """\
description: One of the projects that a test counts.
owner: {owner}
problem_class: tabular-classification
complexity: 5
team: {{size: 2}}
started: 2025-02-01
status: active
uses: [{uses}]
"""
USES = {
    "one": ("growth", ("churn-features@1.3.0", "alpha@1.0.0", "alpha@1.1.0", "beta")),
    "two": ("risk", ("alpha@1.1.0", "beta@1.1.0", "nowhere@1.0.0")),
    "three": ("risk", ("alpha",)),
    "four": ("ops", ()),
}
"""Project to its team and what it lists; alpha is of risk, beta of ops."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Shelf:
    """The sample library with more teams, pieces and projects."""
    files: dict[str, str | bytes] = {"catalog/owners.yaml": OWNERS}
    for name, owner in (("alpha", "risk"), ("beta", "ops")):
        files[f"catalog/notebooks/{name}.yaml"] = PIECE.format(owner=owner)
    for name, (owner, uses) in USES.items():
        listed = ", ".join(f"{{artifact: {use}}}" for use in uses)
        files[f"projects/{name}/project.yaml"] = PROJECT.format(owner=owner, uses=listed)
    return Shelf(sample.library(tmp_path_factory.mktemp("net") / "repo", files))


def _cells(net: reuse_network.Network) -> dict[tuple[str, str], int]:
    teams = [team for team, _ in net.columns]
    return {
        (row.team, team): count
        for row in net.rows
        for team, count in zip(teams, row.cells, strict=True)
    }


def test_the_matrix_counts_each_project_and_piece_once(shelf: Shelf) -> None:
    """Two versions of a piece in one project are one use; an unknown name is none."""
    net = reuse_network.network(shelf)
    # churn-2025 of growth lists churn-features of growth, and lost-piece, which is nowhere.
    assert _cells(net) == {
        ("growth", "growth"): 2, ("growth", "risk"): 0, ("growth", "ops"): 0,
        ("risk", "growth"): 1, ("risk", "risk"): 2, ("risk", "ops"): 0,
        ("ops", "growth"): 1, ("ops", "risk"): 1, ("ops", "ops"): 0,
    }  # fmt: skip
    assert (net.uses, net.across, net.lost, net.unlisted) == (7, 3, 2, 2)
    assert net.says == (
        "3 pieces are used 7 times by projects: 3 times across teams and 4 inside the team that "
        "owns the piece. Alpha reaches most teams: 2."
    )


def test_lenders_and_borrowers_add_up(shelf: Shelf) -> None:
    """What teams lend and what they borrow is the same in all, and each by hand."""
    rows = {row.team: row for row in reuse_network.network(shelf).teams}
    assert {team: (row.lent, row.borrowed, row.own) for team, row in rows.items()} == {
        "growth": (0, 2, 2),
        "risk": (1, 1, 2),
        "ops": (2, 0, 0),
    }
    # Growth owns features, a template, a data set and a model; one of them is in use.
    assert (rows["growth"].owns, rows["growth"].used) == (4, 1)
    assert list(rows) == ["ops", "risk", "growth"]


def test_pieces_stand_by_the_teams_they_reach(shelf: Shelf) -> None:
    """Teams before projects before names; projects of other teams are counted apart."""
    found = reuse_network.network(shelf).pieces
    assert [(row.entry.name, row.teams, row.projects, row.across) for row in found] == [
        ("alpha", 2, 3, 1),
        ("beta", 2, 2, 2),
        ("churn-features", 1, 2, 0),
    ]


def test_bands_are_as_tall_as_their_counts(shelf: Shelf) -> None:
    """A band of two uses is twice as tall as one of one; rows and bands share their keys."""
    net = reuse_network.network(shelf)
    tall: dict[str, float] = {}
    pattern = r'<g data-m="([^"]+)"><title>([^<]+)</title><path class="([^"]+)" d="M\S+ ([0-9.]+)'
    found = re.findall(pattern + r".*?V([0-9.]+)C\S+ [0-9.]+ \S+ ([0-9.]+)", str(net.drawing))
    keys = {row.title: row.key for row in net.rows}
    for key, title, cls, start, _, end in found:
        assert key == keys[title.split(" to ")[0]]
        assert ("mx-own" in cls) is (title.split(" to ")[0] == title.split(" to ")[1].split(":")[0])
        tall[title] = float(end) - float(start)
    assert tall["risk to risk: 2"] == pytest.approx(2 * tall["Operations to risk: 1"], abs=0.2)
    assert len(tall) == 5


def test_nothing_across_teams_is_no_drawing() -> None:
    """Without a use there is nothing to draw."""
    assert flows.flows("t", "s", ("a", "b"), [], {}) == ""


def test_many_teams_are_put_together(shelf: Shelf, monkeypatch: pytest.MonkeyPatch) -> None:
    """Beyond the room of the matrix the last row and column are all others; no use is lost."""
    monkeypatch.setattr(reuse_network, "MOST_TEAMS", 1)
    net = reuse_network.network(Shelf(shelf.library))
    assert [title for _, title in net.columns] == ["Growth team", reuse_network.OTHERS]
    assert [row.cells for row in net.rows] == [(2, 0), (2, 3)]
    assert len(net.teams) == 3
    assert net.drawing == ""


def test_a_library_without_uses_says_what_to_do(tmp_path: Path) -> None:
    """No table of zeros: one sentence and what to write."""
    young: dict[str, str | bytes] = {"projects/churn-2025/project.yaml": sample.YOUNG}
    site = Site(Shelf(sample.library(tmp_path / "repo", young)), frozenset())
    (page,) = reuse_network.pages(site)
    assert "No project lists an entry of the library" in page.parts["lead"]
    assert "add uses: with entries" in page.parts["between"]
    assert "<table" not in "".join(page.parts.values())
