"""The table of projects: the one place where records of projects become rows."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING, Any, Literal

from maestro.schema.details import SuccessDetail
from maestro.schema.findings import Finding
from maestro.schema.project import Project

from .success import ENDED

if TYPE_CHECKING:
    import pandas as pd

Features = Literal["outcome", "score"]
"""Which columns a model is given."""


@dataclass(frozen=True, slots=True)
class Row:
    """One project as learning sees it.

    ``success`` is in points (0-100), None without a score. ``duration_days`` counts the first
    and the last day of work, so a project that started and ended on one day took 1 day;
    ``duration_days`` and ``cost`` (in the library's currency) are None unless the project is
    done: what an abandoned project took says nothing about finishing one. ``uses`` are
    distinct references as recorded, sorted, ``roles`` the personas in its team. ``succeeded``: the
    team's own verdict is that the goal was reached, else the score's; None where there is neither.
    ``ended``: its last day, None while it runs.
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
    domain: str | None = None
    data_rows: int | None = None
    roles: tuple[str, ...] = ()
    succeeded: bool | None = None
    ended: date | None = None
    lists_uses: bool = True
    lists_roles: bool = True
    """Whether its record says what it reuses, and which roles it has; an empty list says none."""

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
    """The table of ``projects`` (by name), with success from findings of kind ``success``.

    Scores of different versions of the block of success are no numbers of one kind: those of
    the newest version count, and a project that has only an older one has none.
    """
    scored = [found for found in findings if found.kind == "success"]
    newest = max(map(_version, scored), default=0)
    scores = {found.subject: found for found in scored if _version(found) == newest}
    rows = [_row(name, projects[name], scores.get(name)) for name in sorted(projects)]
    return Table(
        finished=tuple(row for row in rows if row.status in ENDED),
        running=tuple(row for row in rows if row.status not in ENDED),
    )


def _version(score: Finding) -> int:
    """The version of the block that a score was made with."""
    return score.detail.version if isinstance(score.detail, SuccessDetail) else 0


def duration_days(started: date, ended: date | None) -> int | None:
    """Days of work, the first and the last included; None when it has not ended or ends before."""
    if ended is None or ended < started:
        return None
    return (ended - started).days + 1


def names_of(row: Row) -> set[str]:
    """Names of the pieces it reuses, without their versions."""
    return {name_of_use(use) for use in row.uses}


def name_of_use(use: str) -> str:
    """The name in ``name@version``; the whole text where there is no version."""
    return use.rpartition("@")[0] or use


ROLE = "role "
"""What the name of a role begins with among the members of a project."""
UNUSED = "pieces it does not use"
UNFILLED = "roles it does not have"


def lack_of(member: str) -> str:
    """What moves a forecast where a project does not have this member: a piece, or ``role x``."""
    return UNFILLED if member.startswith(ROLE) else UNUSED


def frame_of(
    rows: Sequence[Row], like: Sequence[Row], features: Features, *, asked: bool = False
) -> pd.DataFrame:
    """What is known of ``rows`` before they start, one row each, for models fitted on ``like``.

    Features of an outcome: team_size, complexity, data_rows, reuse (numbers), team,
    problem_class, domain (words; domain and data_rows only where ``like`` knows any) and 0/1
    columns for pieces by name and for roles. Features of a score: team, problem_class, complexity,
    team_size, start_date and 0/1 columns for pieces by reference. ``attrs["multihot"]`` names
    the 0/1 columns, ``attrs["counts"]`` the numbers that count them. Nothing that is measured while
    a project runs is among them.

    ``asked``: the rows are to be predicted, and what a record does not list is not known (NaN).
    Otherwise it is nothing: finished projects that list no pieces are learned from as such.
    """
    import pandas as pd

    is_score = features == "score"
    data: dict[str, list[Any]] = {
        "team_size": [row.team_size for row in rows],
        "complexity": [row.complexity for row in rows],
        "problem_class": [row.problem_class for row in rows],
        "team": [row.team for row in rows],
    }
    if is_score:
        data["start_date"] = [row.started for row in rows]
    else:
        counts = [
            math.nan if asked and not row.lists_uses else float(len(names_of(row))) for row in rows
        ]
        data["reuse"] = counts
        if any(row.domain is not None for row in like):
            data["domain"] = [row.domain for row in rows]
        if any(row.data_rows is not None for row in like):
            known = [row.data_rows for row in rows]
            data["data_rows"] = [math.nan if count is None else float(count) for count in known]
    members = _references if is_score else _names_and_roles
    hot = sorted({piece for row in (*like, *rows) for piece in members(row)})
    held = [members(row) for row in rows]
    flags = {name: [float(name in one) for one in held] for name in hot}
    if asked:
        for name, column in flags.items():
            is_role = not is_score and name.startswith(ROLE)
            listed = [row.lists_roles if is_role else row.lists_uses for row in rows]
            flags[name] = [
                v if is_said else math.nan for v, is_said in zip(column, listed, strict=True)
            ]
    frame = pd.DataFrame({**data, **flags}, index=range(len(rows)))
    frame.attrs["multihot"] = hot
    frame.attrs["counts"] = [] if is_score else ["reuse"]
    return frame


def _references(row: Row) -> set[str]:
    return set(row.uses)


def _names_and_roles(row: Row) -> set[str]:
    return names_of(row) | {f"{ROLE}{role}" for role in row.roles}


def _row(name: str, project: Project, score: Finding | None) -> Row:
    done = project.status == "done"
    success = None if score is None else score.value
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
        domain=project.domain,
        data_rows=project.data_rows,
        roles=tuple(sorted({one.role for one in project.team.roles})),
        succeeded=_succeeded(project, score),
        ended=project.ended if project.status in ENDED else None,
        lists_uses="uses" in project.model_fields_set,
        lists_roles="roles" in project.team.model_fields_set,
    )


def _succeeded(project: Project, score: Finding | None) -> bool | None:
    if project.status not in ENDED:
        return None
    if project.outcomes and project.outcomes.success:
        return project.outcomes.success == "reached"
    return None if score is None or score.value is None else score.label == "reached"


__all__ = [
    "ROLE",
    "UNFILLED",
    "UNUSED",
    "Features",
    "Row",
    "Table",
    "duration_days",
    "frame_of",
    "lack_of",
    "make_table",
    "name_of_use",
    "names_of",
]
