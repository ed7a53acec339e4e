"""What a team's page lists, and in which order."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from maestro.publishing.insights import health_checks
from maestro.publishing.library import Shelf
from maestro.publishing.overviews import teams
from maestro.schema import Finding

from . import sample
from .conftest import Built
from .sample_findings import finding


def _reused(name: str, projects: int) -> Finding:
    """An entry that so many projects use."""
    users = [f"p-{n}" for n in range(projects)]
    detail = {"projects": users, "entries": [], "versions": {}}
    return finding("reuse", name, detail, value=float(projects), unit="projects")


def test_what_most_projects_use_stands_first(built: Built) -> None:
    """Ten before nine, as numbers, whatever the kind; those used alike by kind and name."""
    entries = built.library.catalog.entries.values()
    owned = sorted(
        (e for e in entries if e.record.owner == "growth"), key=lambda e: (e.kind, e.name)
    )
    first, *between, last = (entry.name for entry in owned)
    assert len(between) == 2
    uses = (_reused(last, 10), _reused(between[1], 9))
    growth = teams.all_teams(Shelf(replace(built.library, findings=uses)))[0]
    assert growth.name == "growth"
    assert [row.entry.name for row in growth.owned] == [last, between[1], first, between[0]]


def test_a_project_that_has_ended_still_has_its_sources(tmp_path: Path) -> None:
    """Health counts a source also after its project's end, so the team's page shows it too."""
    made = sample.library(tmp_path / "repo")
    assert made.catalog.projects["churn-2025"].record.status == "done"
    state = {"source": "git", "state": "failed", "reason": "no such folder"}
    lost = finding("source_health", "churn-2025", state, method="git.source")
    shelf = Shelf(replace(made, findings=(lost,)))
    stale = next(one for one in health_checks.CHECKS if one.key == "stale")
    assert [fault.key for fault in stale.look(shelf).faults] == ["churn-2025"]
    told = [
        (team.name, item.page)
        for team in teams.all_teams(shelf)
        for care in team.cares
        if care.what == "Sources that are not fresh"
        for item in care.items
    ]
    assert told == [("growth", "projects/churn-2025.html")]
