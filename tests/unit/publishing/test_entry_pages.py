"""Pages of entries: reasons, what fetches the exact version, replacements, prose, versions."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from pathlib import Path

import pytest

from maestro.publishing.entries import listings, models
from maestro.publishing.entries.artifacts import cadence
from maestro.publishing.entries.versions import History, history, last_commit
from maestro.publishing.library import Library, Shelf
from maestro.publishing.pages import Site
from maestro.schema import Finding
from maestro.schema.details import ChangeDetail
from maestro.schema.learned import ImpactDetail

from . import sample
from .sample_findings import finding
from .whole import all_pages

SHAPE = """\
version: 1.2.0
description: The shape of one thing that stands in the library.
owner: growth
source: {path: README.md}
fields:
- {name: at, type: date}
"""

LIVE = "version: 1.0.0\nreason: It was better than the one before.\n"


def _words(library: Library, path: str, section: str) -> str:
    page = next(page for page in all_pages(Shelf(library)) if page.path == path)
    text = re.sub(r"<[^>]+>", " ", str(page.parts[section]))
    return " ".join(html.unescape(text).split())


def test_a_class_without_a_number_says_why(tmp_path: Path) -> None:
    """Where no class has enough evidence, each is named with the reason the finding holds."""
    library = sample.library(tmp_path)
    reasons = {"ranking": "all its users are of 1 team, at least 2 teams are needed"}
    found = []
    for one in library.findings:
        if one.subject == "churn-features@1.3.0" and isinstance(one.detail, ImpactDetail):
            third = one.detail.classes[2].model_copy(update={"problem_class": "vision"})
            nothing = {"value": None, "lo": None, "hi": None, "label": "not enough evidence"}
            classes = [
                part.model_copy(update={**nothing, "reason": reasons.get(part.problem_class, "f")})
                for part in [*one.detail.classes[1:], third]
            ]
            detail = one.detail.model_copy(update={"classes": classes})
            found.append(one.model_copy(update={"detail": detail}))
        else:
            found.append(one)
    said = _words(replace(library, findings=tuple(found)), "library/churn-features.html", "helps")
    assert (
        "In no problem class is there enough evidence: ranking: all its users are of 1 team, at "
        "least 2 teams are needed; forecasting, vision: f."
    ) in said


def _changed(name: str, path: str, *changes: tuple[str, str, str]) -> list[Finding]:
    """Changes of a record, each with its day, what was done and the version it had then."""
    return [
        finding(
            "change",
            name,
            {
                "action": action,
                "record_kind": "x",
                "path": path,
                "commit": day.replace("-", "") * 5,
                "at": f"{day}T08:00:00Z",
                "version": version,
            },
        )
        for day, action, version in changes
    ]


def _past(root: Path, *changes: tuple[str, str, str]) -> History:
    """The history of one schema, version 1.2.0, after these changes."""
    path = "catalog/schemas/shape.yaml"
    library = sample.library(root, {path: SHAPE})
    own = _changed("shape", path, *changes)
    shelf = Shelf(replace(library, findings=(*library.findings, *own)))
    context = Site(shelf, frozenset()).context("library/shape.html")
    return history(shelf, context, shelf.catalog.entries["shape"])


def test_the_commit_that_brought_a_version_tells_its_day(tmp_path: Path) -> None:
    """The first change with the version, not the last; one before it has its own row."""
    past = _past(
        tmp_path,
        ("2026-09-01", "added", "1.1.0"),
        ("2026-09-12", "changed", "1.2.0"),
        ("2026-10-02", "changed", "1.2.0"),
    )
    assert [(step.version, step.at, step.is_latest, step.commit[:8]) for step in past.steps] == [
        ("1.2.0", "2026-09-12", False, "20260912"),
        ("1.1.0", "2026-09-01", False, "20260901"),
    ]


def test_a_day_is_the_latest_possible_where_older_changes_are_not_known(tmp_path: Path) -> None:
    """A history that begins in the middle does not say when the version came."""
    past = _past(tmp_path, ("2026-09-12", "changed", "1.2.0"))
    (step,) = past.steps
    assert (step.at, step.is_latest, step.commit[:8]) == ("2026-09-12", True, "20260912")


@pytest.mark.parametrize(
    ("changes", "day", "is_latest"),
    [
        ([("2026-09-01", "added", "")], "2026-09-01", False),
        ([("2026-09-01", "added", ""), ("2026-10-02", "changed", "")], "2026-10-02", True),
    ],
    ids=["added", "changed later"],
)
def test_changes_that_name_no_version_date_the_current_one(
    tmp_path: Path, changes: list[tuple[str, str, str]], day: str, is_latest: bool
) -> None:
    """A record that was only ever added came with its version; else its last change bounds it."""
    (step,) = _past(tmp_path, *changes).steps
    assert (step.at, step.is_latest, step.commit) == (day, is_latest, day.replace("-", "") * 5)


def test_a_version_that_is_not_committed_has_no_commit(tmp_path: Path) -> None:
    """The last change left another version: no page says that its commit has the present one."""
    changes = _changed("shape", "catalog/schemas/shape.yaml", ("2026-09-01", "added", "1.1.0"))
    past = _past(tmp_path / "a", ("2026-09-01", "added", "1.1.0"))
    assert (past.current.version, past.current.at, past.current.commit) == ("1.2.0", "", "")
    library = sample.library(tmp_path / "b", {"catalog/schemas/shape.yaml": SHAPE})
    for version, commit in (("1.1.0", ""), ("1.2.0", "20260901" * 5), ("", "20260901" * 5)):
        detail = changes[0].detail
        assert isinstance(detail, ChangeDetail)
        one = changes[0].model_copy(
            update={"detail": detail.model_copy(update={"version": version})}
        )
        shelf = Shelf(replace(library, findings=(*library.findings, one)))
        assert last_commit(shelf, shelf.catalog.entries["shape"]) == commit
    shelf = Shelf(library)
    assert last_commit(shelf, shelf.catalog.entries["shape"]) == library.commit


def test_changes_of_the_record_are_folded_below_the_versions(tmp_path: Path) -> None:
    """No row between versions says that the record changed."""
    path = "catalog/schemas/shape.yaml"
    library = sample.library(tmp_path, {path: SHAPE})
    own = _changed(
        "shape", path, ("2026-09-01", "added", "1.2.0"), ("2026-10-02", "changed", "1.2.0")
    )
    library = replace(library, findings=(*library.findings, *own))
    said = _words(library, "library/shape.html", "versions")
    assert "1.2.0 current 1 September 2026 no note commit 202609012026" in said
    assert "1 other change of the record 2 October 2026: Record changed (1.2.0), commit" in said


def test_a_replacement_names_what_it_replaces(tmp_path: Path) -> None:
    """Both pages lead to each other; who has to move is named, the rest is left as it was."""
    files = {
        "catalog/schemas/shape.yaml": SHAPE,
        "catalog/schemas/old-shape.yaml": SHAPE + "status: deprecated\nreplaced_by: shape@1.2.0\n",
        "projects/runs/project.yaml": sample.YOUNG + "uses:\n- {artifact: old-shape@1.2.0}\n",
    }
    library = sample.library(tmp_path, files)
    detail = {"projects": ["churn-2025", "runs"], "entries": [], "versions": {"1.2.0": 2}}
    reuse = finding("reuse", "old-shape", detail, value=2.0)
    library = replace(library, findings=(*library.findings, reuse))
    assert "Replaces old-shape ." in _words(library, "library/shape.html", "lead")
    lead = _words(library, "library/old-shape.html", "lead")
    assert "Use shape@1.2.0 instead ( compare ). Still used by Runs ." in lead
    said = _words(library, "library/old-shape.html", "quality")
    assert said.startswith("Next best step: move its 1 user to shape@1.2.0.")
    assert "Replaces" not in lead


def test_a_deprecated_entry_that_nobody_uses_asks_for_nothing(tmp_path: Path) -> None:
    """No step of the ladder is asked of what is on its way out."""
    old = SHAPE + "status: deprecated\nreason: nobody reads it\n"
    library = sample.library(tmp_path, {"catalog/schemas/shape.yaml": old})
    said = _words(library, "library/shape.html", "quality")
    assert said.startswith("Next best step: none; nothing that is planned, active or current uses")


@pytest.mark.parametrize(
    ("schedule", "said"),
    [
        ("0 3 * * *", "on the schedule 0 3 * * * (cron)"),
        ("*/5 8-18 * * MON-FRI", "on the schedule */5 8-18 * * MON-FRI (cron)"),
        ("@daily", "on the schedule @daily (cron)"),
        ("every night at 3", "every night at 3"),
        ("2 to 3 times daily", "2 to 3 times daily"),
        ("", ""),
    ],
)
def test_a_schedule_of_cron_is_called_one(schedule: str, said: str) -> None:
    """Five fields or a name of cron are told from words."""
    assert cadence(schedule) == said


def test_an_owner_that_is_no_team_is_called_none(tmp_path: Path) -> None:
    """A name that owners.yaml does not know is not a team without a contact."""
    path = "catalog/schemas/shape.yaml"
    library = sample.library(tmp_path, {path: SHAPE.replace("growth", "nobody")})
    assert "Owner nobody (no team in owners.yaml)" in _words(library, "library/shape.html", "lead")


BARE = """\
version: 1.0.0
description: Data about which next to nothing is written.
owner: growth
source: {path: README.md}
"""


def test_data_sets_are_counted_in_words_that_fit(tmp_path: Path) -> None:
    """Without personal data the sentence says what is said, and what nobody can tell."""
    catalog = sample.write(tmp_path, {"catalog/datasets/bare.yaml": BARE})
    shelf = Shelf(replace(sample.library(tmp_path), catalog=catalog))
    (row,) = [row for row in listings.data_rows(shelf) if row.entry.name == "bare"]
    assert listings.data_says([row]) == (
        "1 data set: none is said to hold personal data (1 says nothing that would tell), 1 does "
        "not state a sensitivity, nothing learns from any."
    )


def test_what_limits_a_data_set_is_markdown(tmp_path: Path) -> None:
    """Limits and how it was collected are prose of several lines; raw HTML stays as typed."""
    more = "limits: |\n  Not in the **EU**.\n\n  - <b>x</b>\ncollected: By _hand_.\n"
    library = sample.library(tmp_path, {"catalog/datasets/bare.yaml": BARE + more})
    page = next(p for p in all_pages(Shelf(library)) if p.path == "library/bare.html")
    made = str(page.parts["handling"])
    assert "<strong>EU</strong>" in made and "<em>hand</em>" in made
    assert "<b>" not in made and "&lt;b&gt;x" in made


def test_data_sets_show_the_status_that_they_are_filtered_by(tmp_path: Path) -> None:
    """The row says it, so that the filter's choice can be seen."""
    library = sample.library(tmp_path, {"catalog/datasets/bare.yaml": BARE + "status: beta\n"})
    assert "Bare 1.0.0 beta Data about which" in _words(library, "datasets/index.html", "all")


def test_very_many_models_end_in_a_link(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Live ones come first; the rest is counted and stands in the Library, channels in the data."""
    monkeypatch.setattr(models, "MOST_LISTED", 1)
    card = sample.FILES["catalog/model_cards/churn-model.yaml"]
    files = {
        "catalog/model_cards/a-model.yaml": card,
        "catalog/channels/production/churn-model.yaml": LIVE,
        "catalog/channels/staging/churn-model.yaml": LIVE,
    }
    library = sample.library(tmp_path, files)
    page = next(p for p in all_pages(Shelf(library)) if p.path == "models/index.html")
    rows = str(page.parts["all"])
    assert "models/churn-model.html" in rows and "a-model.html" not in rows
    assert '1 more stand in the <a href="../library/index.html?kind=model_cards">' in rows
    assert "api/v1/lists/channels.json" in str(page.parts["channels"])


def test_a_lonely_entry_is_used_by_nothing_yet(tmp_path: Path) -> None:
    """Words, and no row of noughts."""
    library = sample.library(tmp_path, {"catalog/schemas/shape.yaml": SHAPE})
    reuse = finding("reuse", "shape", {"projects": [], "entries": [], "versions": {}}, value=0.0)
    library = replace(library, findings=(*library.findings, reuse))
    assert "Used by nothing yet" in _words(library, "library/shape.html", "lead")
    said = _words(library, "library/shape.html", "lineage")
    assert said.startswith("No project, no entry and no model names it.")
    assert "0 projects" not in said


def test_the_data_of_an_experiment_is_a_link(tmp_path: Path) -> None:
    """The file as it stood at the experiment's last commit, or else at the library's."""
    settings = sample.SETTINGS + "repository_kind: gitlab\n"
    library = sample.library(tmp_path, {"catalog/settings.yaml": settings})
    page = next(p for p in all_pages(Shelf(library)) if p.path.endswith("call-or-letter.html"))
    link = f"/-/blob/{library.commit}/projects/churn-2025/evidence/ab.csv"
    assert link in str(page.parts["metrics"])
