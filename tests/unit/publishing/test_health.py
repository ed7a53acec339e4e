"""Library health: every list by hand, and a reason where nobody knows."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from maestro.publishing.insights import health, health_checks
from maestro.publishing.library import Library, Shelf
from maestro.publishing.overviews import teams
from maestro.publishing.pages import Site
from maestro.schema import Finding

from . import sample
from .sample_findings import finding

SETTINGS = sample.SETTINGS.replace("license: MIT\n", "")
PIECE = """\
version: {version}
description: One of the pieces that a test looks at.
owner: {owner}
source: {{path: README.md}}
{rest}
"""
PROJECT = """\
description: One of the projects that a test looks at.
owner: risk
problem_class: tabular-classification
complexity: 5
team: {{size: 2}}
started: 2025-02-01
status: {status}
uses: [{uses}]
{rest}
"""
WHOLE = "license: MIT\ntests: make test\ninputs: [{name: a, type: int}]"
OLD = "status: deprecated\nreplaced_by: fresh@1.10.0\nreason: too slow for the new data"
FILES: dict[str, str | bytes] = {
    "catalog/settings.yaml": SETTINGS,
    # 1.10.0 is newer than 1.9.0, though not as a text.
    "catalog/notebooks/fresh.yaml": PIECE.format(version="1.10.0", owner="risk", rest=WHOLE),
    "catalog/notebooks/lone.yaml": PIECE.format(version="1.0.0", owner="nobody-here", rest=WHOLE),
    "catalog/notebooks/old.yaml": PIECE.format(
        version="1.0.0", owner="risk", rest=f"{OLD}\nuses: [fresh@1.9.0]"
    ),
    "catalog/notebooks/user.yaml": PIECE.format(
        version="1.0.0", owner="risk", rest="uses: [fresh@1.9.0, old@1.0.0]"
    ),
    "projects/running/project.yaml": PROJECT.format(
        status="active", uses="{artifact: fresh@1.9.0}, {artifact: old}", rest=""
    ),
    "projects/finished/project.yaml": PROJECT.format(
        status="done", uses="{artifact: fresh@1.0.0}, {artifact: old}", rest="ended: 2025-05-01"
    ),
}


def _reuse(name: str, users: int) -> Finding:
    detail = {
        "projects": [f"p-{n}" for n in range(users)],
        "entries": [],
        "versions": {},
        "since": "2025-03-01",
    }
    return finding("reuse", name, detail, value=float(users), unit="projects")


def _duplicate(subject: str, reason: str) -> Finding:
    other = {
        "name": "fresh", "kind": "notebooks", "version": "1.10.0", "score": 0.9,
        "parts": {"text": 0.9}, "shared": ["4 of 5 words"],
    }  # fmt: skip
    detail = {"path": "catalog/notebooks/fresh.yaml", "other": other, "reason": reason}
    return finding("duplicate", subject, detail, value=0.9, unit="0 to 1")


@pytest.fixture(scope="module")
def library(tmp_path_factory: pytest.TempPathFactory) -> Library:
    """The sample library with faults of every sort."""
    made = sample.library(tmp_path_factory.mktemp("health") / "repo", FILES)
    kept = [f for f in made.findings if f.kind not in ("reuse", "duplicate")]
    found = [
        *(_reuse(name, 0) for name in ("lone", "old")),
        *(_reuse(name, 2) for name in ("fresh", "user")),
        _duplicate("lone", ""),
        _duplicate("user", "for children"),
    ]
    findings = tuple(sorted([*kept, *found], key=lambda f: (f.kind, f.subject)))
    return replace(made, findings=findings)


def _faults(library: Library, key: str) -> list[tuple[str, str, str]]:
    """Name, what is amiss and what to do of each fault of one sort."""
    check = next(one for one in health_checks.CHECKS if one.key == key)
    return [(fault.name, fault.what, fault.todo) for fault in check.look(Shelf(library)).faults]


def test_who_owns_what_nobody_owns(library: Library) -> None:
    """An owner that is no team is named, and the record stands as owned by nobody."""
    assert [(name, what) for name, what, _ in _faults(library, "unowned")] == [
        ("Lone", 'Owner "nobody-here" is not a team.')
    ]
    check = next(one for one in health_checks.CHECKS if one.key == "unowned")
    (fault,) = check.look(Shelf(library)).faults
    assert (fault.owner, fault.team, fault.key) == ("", "", "lone")


def test_unused_leaves_deprecated_ones_aside(library: Library) -> None:
    """Nobody uses two entries; the deprecated one is meant to go."""
    assert [(name, what) for name, what, _ in _faults(library, "unused")] == [
        ("Lone", "No project or entry lists it since 1 March 2025, when it came.")
    ]


def test_behind_counts_who_could_still_move(library: Library) -> None:
    """A running project and a live entry are behind; a finished one and a deprecated one not."""
    todo = "Read what changed in Fresh and move to fresh@1.10.0."
    what = "fresh@1.9.0 is in use, 1.10.0 is there."
    assert sorted(_faults(library, "behind")) == [("Running", what, todo), ("User", what, todo)]


def test_a_pin_newer_than_the_library_is_not_behind(tmp_path: Path) -> None:
    """Who names a version that has not come yet is ahead, which no move to the newest one mends."""
    ahead = {
        f"catalog/notebooks/{name}.yaml": PIECE.format(
            version="1.0.0", owner="risk", rest=f"uses: [fresh@{version}]"
        )
        for name, version in (("behind", "1.9.9"), ("level", "1.10.0"), ("ahead", "1.11.0"))
    }
    made = sample.library(tmp_path / "repo", {**FILES, **ahead})
    assert sorted(name for name, _, _ in _faults(made, "behind")) == ["Behind", "Running", "User"]


def test_deprecated_but_used_names_what_comes_instead(library: Library) -> None:
    """Both live users are listed, with and without a version, and where to go."""
    found = [row for row in _faults(library, "deprecated") if "old" in row[1].lower()]
    assert sorted(found) == [
        ("Running", "Old is deprecated.", "Move to fresh@1.10.0."),
        ("User", "old@1.0.0 is deprecated.", "Move to fresh@1.10.0."),
    ]


def test_a_duplicate_with_a_reason_is_none(library: Library) -> None:
    """Who says why both stand there has nothing to mend."""
    assert [(name, what) for name, what, _ in _faults(library, "duplicate")] == [
        ("Lone", "Nearly the same as Fresh: 4 of 5 words.")
    ]


def test_what_records_lack(library: Library) -> None:
    """Licence, test and inputs: each list has those that lack it, deprecated ones aside."""
    notebooks = {"Fresh", "Lone", "Old", "User"}

    def names(key: str) -> set[str]:
        """Notebooks with this fault."""
        return {name for name, _, _ in _faults(library, key)} & notebooks

    assert names("unlicensed") == {"Old", "User"}
    assert names("untested") == {"User"}
    assert names("ports") == {"User"}


def test_left_out_and_stale_sources(library: Library) -> None:
    """A broken file and each source that is not fresh stand with the next thing to do."""
    assert [name for name, _, _ in _faults(library, "left-out")] == [
        "catalog/notebooks/broken-one.yaml"
    ]
    stale = _faults(library, "stale")
    assert all(todo.strip(".") for _, _, todo in stale)
    states = [f.detail.state for f in library.findings if f.kind == "source_health"]  # type: ignore[union-attr]
    assert len(stale) == sum(state in ("failed", "stale", "missing") for state in states) == 4


def test_the_page_counts_what_it_lists(library: Library) -> None:
    """Tiles, table and sentence agree; each row has a sort, a next step and an owner."""
    state = health.health(Shelf(library))
    counts = {group.check.key: group.count for group in state.groups}
    (page,) = health.pages(Site(Shelf(library), frozenset()))
    rows = str(page.parts["todo"]).partition("<tbody>")[2].partition("</tbody>")[0]
    assert rows.count("<tr") == state.count == sum(counts.values())
    assert f"{state.count} things to mend" in page.parts["lead"]
    assert "<strong>2</strong> <span>Behind</span>" in page.parts["lead"]
    assert 'data-owner="nobody"' in rows


def test_long_lists_are_cut_and_counted(library: Library, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a large library each sort shows its first ones; counts stay whole."""
    whole = health.health(Shelf(library))
    monkeypatch.setattr(health, "MOST_ROWS", 3)
    monkeypatch.setattr(health, "MOST_OF_ONE", 1)
    cut = health.health(Shelf(library))
    assert cut.count == whole.count
    assert all(len(group.shown) <= 1 for group in cut.groups)
    assert cut.left_out == cut.count - sum(bool(group.count) for group in cut.groups)


def test_what_is_not_known_is_no_zero(library: Library) -> None:
    """Without findings of reuse, likeness or sources the lists say so instead of 0."""
    (page,) = health.pages(Site(Shelf(replace(library, findings=())), frozenset()))
    assert "<strong>?</strong> <span>Unused: not known</span>" in page.parts["lead"]
    assert "Not known: stale sources, duplicates, unused." in page.parts["lead"]
    assert "this build made no finding of reuse" in page.parts["todo"]


def test_faults_from_run_to_run(library: Library, tmp_path: Path) -> None:
    """Two days of runs are a line with its numbers, of a day the last; one day is a sentence."""
    runs = (
        {"at": "2026-11-01T08:00:00Z", "problems": 7},
        {"at": "2026-11-02T08:00:00Z", "problems": 5},
        {"at": "2026-11-02T09:00:00Z", "problems": 4},
        {"at": "nonsense", "problems": 9},
    )
    state = health.health(Shelf(replace(library, runs=runs)))
    assert state.runs == (("2026-11-01", 7), ("2026-11-02", 4))
    assert "first 7, last 4 faults" in state.trend
    one = health.health(Shelf(replace(library, runs=runs[:1])))
    assert one.trend == ""


def test_teams_are_told_what_health_counts(library: Library) -> None:
    """The faults on the pages of all teams, and those of no team, are the faults of health."""
    shelf = Shelf(library)
    titles = {
        "stale": "Sources that are not fresh",
        "behind": "Behind the newest version",
        "duplicate": "Nearly the same as an older entry",
        "unused": "Used by nothing yet",
    }
    cares = [care for team in teams.all_teams(shelf) for care in team.cares]
    seen = set()
    for check in health_checks.CHECKS:
        if check.key in titles:
            faults = check.look(shelf).faults
            told = [item for care in cares if care.what == titles[check.key] for item in care.items]
            owned = [(fault.name, fault.what) for fault in faults if fault.team]
            assert sorted((item.title, item.says) for item in told) == sorted(owned), check.key
            seen |= {check.key} if told else set()
    assert "behind" in seen


def test_no_card_is_asked_to_name_what_it_was_not_made_of(tmp_path: Path) -> None:
    """A model card tells where a model came from, so its owner is not told to move on."""
    card = sample.library(tmp_path / "plain").catalog.entries["churn-model"]
    text = (tmp_path / "plain" / card.path).read_text("utf-8")
    older = text.replace("churn-features@1.3.0", "churn-features@1.2.0")
    assert older != text
    shelf = Shelf(sample.library(tmp_path / "older", {card.path: older}))
    assert "churn-features@1.2.0" in str(shelf.catalog.entries["churn-model"].record.model_dump())
    every = [item for team in teams.all_teams(shelf) for care in team.cares for item in care.items]
    assert not [one for one in every if one.title == card.title and "churn-features" in one.says]
