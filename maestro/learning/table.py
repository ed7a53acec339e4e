"""The table of projects: the one place where records of projects become rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date

from maestro.schema.findings import Finding
from maestro.schema.project import Project

from .success import ENDED


@dataclass(frozen=True, slots=True)
class Row:
    """One project as learning sees it.

    ``success`` is in points (0-100), None without a score. ``duration_days`` counts the first
    and the last day of work, so a project that started and ended on one day took 1 day;
    ``duration_days`` and ``cost`` (in the library's currency) are None unless the project is
    done: what an abandoned project took says nothing about finishing one. ``uses`` are
    distinct references as recorded, sorted.
    """

    project: str
    status: str
    team: str
    problem_class: str
    complexity: int
    team_size: int
    started: date
    success: float | None
    duration_days: int | None
    cost: float | None
    uses: tuple[str, ...]

    @property
    def path(self) -> str:
        """The project's record, relative to the catalog repository."""
        return f"projects/{self.project}/project.yaml"


@dataclass(frozen=True, slots=True)
class Table:
    """All projects, sorted by name: those that have ended, and those planned or active."""

    finished: tuple[Row, ...]
    running: tuple[Row, ...]

    @property
    def scored(self) -> tuple[Row, ...]:
        """The finished projects that have a success score."""
        return tuple(row for row in self.finished if row.success is not None)


def make_table(projects: Mapping[str, Project], findings: Iterable[Finding] = ()) -> Table:
    """The table of ``projects`` (by name), with success from findings of kind ``success``."""
    scores = {found.subject: found.value for found in findings if found.kind == "success"}
    rows = [_row(name, projects[name], scores.get(name)) for name in sorted(projects)]
    return Table(
        finished=tuple(row for row in rows if row.status in ENDED),
        running=tuple(row for row in rows if row.status not in ENDED),
    )


def duration_days(started: date, ended: date | None) -> int | None:
    """Days of work, the first and the last included; None when it has not ended or ends before."""
    if ended is None or ended < started:
        return None
    return (ended - started).days + 1


def _row(name: str, project: Project, success: float | None) -> Row:
    done = project.status == "done"
    return Row(
        project=name,
        status=project.status,
        team=project.owner,
        problem_class=project.problem_class,
        complexity=project.complexity,
        team_size=project.team.size,
        started=project.started,
        success=success if project.status in ENDED else None,
        duration_days=duration_days(project.started, project.ended) if done else None,
        cost=project.outcomes.cost if done and project.outcomes else None,
        uses=tuple(sorted({use.artifact for use in project.uses})),
    )


__all__ = ["Row", "Table", "duration_days", "make_table"]
