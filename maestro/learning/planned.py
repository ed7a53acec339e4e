"""A project that is only planned, as far as it is known, and what of it was never seen before."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from maestro.schema.formula import Formula

from .table import Row, name_of_use


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of a project before it starts; None and empty where nothing is."""

    team: str | None = None
    problem_class: str | None = None
    domain: str | None = None
    complexity: int | None = None
    team_size: int | None = None
    data_rows: int | None = None
    started: date | None = None
    uses: tuple[str, ...] = ()
    roles: tuple[str, ...] = ()
    is_active: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the pieces it reuses, without versions, sorted."""
        return sorted({name_of_use(use) for use in self.uses})

    @classmethod
    def of_row(cls, row: Row) -> Planned:
        """A row of the table of projects."""
        return cls(
            team=row.team,
            problem_class=row.problem_class,
            domain=row.domain,
            complexity=row.complexity,
            team_size=row.team_size,
            data_rows=row.data_rows,
            started=row.started,
            uses=row.uses,
            roles=row.roles,
            is_active=row.status == "active",
        )

    @classmethod
    def of_record(cls, record: Mapping[str, Any]) -> Planned:
        """A record of a project as plain data, or a draft of one; fields may be missing."""
        team = record.get("team") or {}
        started = record.get("started")
        return cls(
            team=record.get("owner"),
            problem_class=record.get("problem_class"),
            domain=record.get("domain"),
            complexity=record.get("complexity"),
            team_size=team.get("size"),
            data_rows=record.get("data_rows"),
            started=date.fromisoformat(started) if isinstance(started, str) else started,
            uses=tuple(sorted({use["artifact"] for use in record.get("uses") or ()})),
            roles=tuple(sorted({one["role"] for one in team.get("roles") or ()})),
            is_active=record.get("status") == "active",
        )


def warnings_of(formula: Formula, project: Planned) -> list[str]:
    """What of a project lies outside the finished ones, and what of it is not used."""
    notes = []
    for name, words in (
        ("team_size", "a team of"),
        ("complexity", "complexity"),
        ("data_rows", "data rows:"),
    ):
        value, known = getattr(project, name), formula.seen.ranges.get(name)
        if known and value is not None and not known[0] <= value <= known[1]:
            notes.append(
                f"{words} {value:,} is outside what was seen ({known[0]:,} to {known[1]:,})"
            )
    for name, words in (("problem_class", "class"), ("team", "team"), ("domain", "domain")):
        value, seen = getattr(project, name), formula.seen.words.get(name)
        if seen and value is not None and value not in seen:
            notes.append(f"no finished project of the {words} {value}")
    if new := sorted(set(project.names) - set(formula.seen.pieces)):
        notes.append(f"no finished project used {', '.join(new)}")
    if formula.base_rate is not None:
        notes.append(f"base rate {100 * formula.base_rate:.0f} %")
    if project.is_active:
        notes.append("as if it had just begun: what has happened since is not used")
    return notes
