"""A project that is only planned, as far as it is known, and what of it was never seen before."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from maestro.schema.formula import Formula
from maestro.schema.worth import percent_of

from .table import ROLE, Row, name_of_use

_WORDS = {"team_size": "a team of", "complexity": "complexity", "data_rows": "data rows:"}


@dataclass(frozen=True, slots=True)
class Planned:
    """What is known of a project before it starts; None where nothing is."""

    team: str | None = None
    problem_class: str | None = None
    domain: str | None = None
    complexity: int | None = None
    team_size: int | None = None
    data_rows: int | None = None
    started: date | None = None
    uses: tuple[str, ...] | None = None
    """What it reuses, empty: nothing; None: it does not say."""
    may_use_more: bool = False
    """Whether it may reuse other pieces besides: each of them then counts as where nothing is
    said. A record never leaves that open: its list is all that is reused."""
    roles: tuple[str, ...] | None = None
    """The same of roles in its team."""
    is_active: bool = False

    @property
    def names(self) -> list[str]:
        """Names of the pieces it reuses, without versions, sorted."""
        return sorted({name_of_use(use) for use in self.uses or ()})

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
            uses=row.uses if row.lists_uses else None,
            roles=row.roles if row.lists_roles else None,
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
            uses=_listed(record, "uses", "artifact"),
            roles=_listed(team, "roles", "role"),
            is_active=record.get("status") == "active",
        )


def _listed(record: Mapping[str, Any], field: str, name: str) -> tuple[str, ...] | None:
    """Distinct names in a list, sorted; None where there is no list."""
    found = record.get(field)
    return None if found is None else tuple(sorted({one[name] for one in found}))


def ranges_of(rows: Iterable[Row]) -> dict[str, tuple[int, int]]:
    """Least and largest team size, complexity and rows of data, where any is known."""
    ranges, seen = {}, list(rows)
    for name in _WORDS:
        known = [value for row in seen if (value := getattr(row, name)) is not None]
        if known:
            ranges[name] = min(known), max(known)
    return ranges


def far_outside(formula: Formula, project: Planned) -> list[str]:
    """Numbers that lie too far outside what was seen for an answer, and say so.

    Team size and complexity, and the rows of data where the formula uses them.
    """
    used: set[str] = {"team_size", "complexity", *(number.field for number in formula.numbers)}
    known = {name: ends for name, ends in formula.seen.ranges.items() if name in used}
    return too_far(known, {name: getattr(project, name) for name in known})


def too_far(ranges: Mapping[str, tuple[int, int]], values: Mapping[str, int | None]) -> list[str]:
    """Why there is no answer: values further beyond their range than half its width.

    The width of team sizes and rows of data is that of their logarithms; what is within 2 steps of
    complexity, or a factor 1.5, of the range is never far.
    """
    notes = []
    for name, (low, high) in sorted(ranges.items()):
        value, ends = values.get(name), [float(low), float(high)]
        if value is None:
            continue
        at, least = float(value), 2.0
        if name != "complexity":
            at, least = math.log(max(at, 1.0)), math.log(1.5)
            ends = [math.log(max(end, 1.0)) for end in ends]
        beyond = max(ends[0] - at, at - ends[1])
        if beyond > max((ends[1] - ends[0]) / 2, least):
            words = f"{_WORDS[name]} {value:,} is far outside what was seen"
            notes.append(f"{words} ({_seen(low, high)}): no answer")
    return notes


def _seen(low: int, high: int) -> str:
    return f"only {low:,}" if low == high else f"{low:,} to {high:,}"


def unlisted_of(formula: Formula, project: Planned) -> list[str]:
    """What counts as average because the project does not say it, of what the formula uses."""
    columns = {
        (pieces.members != "references" and name.startswith(ROLE))
        for pieces in formula.pieces
        for name in pieces.columns
    }
    counts = any(number.field == "reuse" for number in formula.numbers)
    notes = []
    if (project.uses is None or project.may_use_more) and (False in columns or counts):
        what = "what it reuses" if project.uses is None else "what else it reuses"
        notes.append(f"{what} is not known and counts as in the average project")
    if project.roles is None and True in columns:
        notes.append("the roles in its team are not known and count as in the average project")
    return notes


def warnings_of(formula: Formula, project: Planned) -> list[str]:
    """What of a project lies outside the finished ones, and what of it is not used."""
    notes = []
    for name, words in _WORDS.items():
        value, known = getattr(project, name), formula.seen.ranges.get(name)
        if known and value is not None and not known[0] <= value <= known[1]:
            notes.append(f"{words} {value:,} is outside what was seen ({_seen(*known)})")
    for name, words in (("problem_class", "class"), ("team", "team"), ("domain", "domain")):
        value, seen = getattr(project, name), formula.seen.words.get(name)
        if seen and value is not None and value not in seen:
            notes.append(f"no finished project of the {words} {value}")
    if new := sorted(set(project.names) - set(formula.seen.pieces)):
        notes.append(f"no finished project used {', '.join(new)}")
    notes += unlisted_of(formula, project)
    if formula.base_rate is not None:
        notes.append(f"base rate {percent_of(formula.base_rate)}")
    if project.is_active:
        notes.append("as if it had just begun: what has happened since is not used")
    return notes
