"""Frames of projects and their uses, checked at the door and made into cases."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from .cases import UNKNOWN, Case, days_of, quarter_of

if TYPE_CHECKING:
    import pandas as pd

NEEDED_COLUMNS = (
    "project", "success", "team", "problem_class", "complexity", "team_size", "start_date",
)  # fmt: skip
"""Of the frame of projects."""
USAGE_COLUMNS = ("project", "artifact")
_NUMBERS = ("success", "complexity", "team_size")


def cases_from(projects: pd.DataFrame, usage: pd.DataFrame) -> tuple[list[Case], list[str]]:
    """Scored projects as cases, and the artifacts of ``usage``, sorted.

    A row that says the same as another one of its project counts once. What is not known:

    - success: the project is left out;
    - complexity, team size: the mean of the others stands for it;
    - start: the middle day of the others stands for the day;
    - team, class, quarter: a level of its own, which it shares with no other project. Grades
      count only teams that are known.

    Raises ValueError, with the column and the row (counted from 0), for a column that is missing,
    a project or artifact without a name, a number that is none or infinite, a date that cannot
    be read, and a project that stands twice with different values.
    """
    _has_columns("projects", projects, NEEDED_COLUMNS)
    _has_columns("usage", usage, USAGE_COLUMNS)
    rows = _once([_row(place, one) for place, one in enumerate(_records(projects))])
    scored = [row for row in rows if row["success"] is not None]
    days = sorted(days_of(row["start_date"]) for row in scored if row["start_date"] is not None)
    middle = days[len(days) // 2] if days else 0
    uses: dict[str, set[str]] = defaultdict(set)
    artifacts = set()
    for place, one in enumerate(usage[list(USAGE_COLUMNS)].itertuples(index=False)):
        project, artifact = (
            _name("usage", column, place, value)
            for column, value in zip(USAGE_COLUMNS, one, strict=True)
        )
        uses[project].add(artifact)
        artifacts.add(artifact)
    cases = [_case(row, frozenset(uses[row["project"]]), middle) for row in scored]
    return cases, sorted(artifacts)


def _has_columns(frame: str, given: pd.DataFrame, needed: Sequence[str]) -> None:
    if missing := [column for column in needed if column not in given.columns]:
        raise ValueError(
            f"{frame} has no column {', '.join(missing)}: add it, with empty cells where it is "
            "not known"
        )


def _records(projects: pd.DataFrame) -> list[dict[str, Any]]:
    chosen = projects[list(NEEDED_COLUMNS)]
    return [
        dict(zip(NEEDED_COLUMNS, one, strict=True))
        for one in chosen.itertuples(index=False, name=None)
    ]


def _row(place: int, one: dict[str, Any]) -> dict[str, Any]:
    found = {"project": _name("projects", "project", place, one["project"]), "place": place}
    found |= {column: _number(column, place, one[column]) for column in _NUMBERS}
    found |= {
        column: None if _is_unknown(one[column]) else str(one[column])
        for column in ("team", "problem_class")
    }
    return {**found, "start_date": _day(place, one["start_date"])}


def _once(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Each project once; raises ValueError where two of its rows differ."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        first = found.setdefault(row["project"], row)
        for column in NEEDED_COLUMNS:
            if first[column] != row[column]:
                raise ValueError(
                    f"rows {first['place']} and {row['place']} of projects are both about "
                    f"{row['project']} and differ in {column}: keep one of them"
                )
    return list(found.values())


def _case(row: dict[str, Any], uses: frozenset[str], middle: int) -> Case:
    day, project = row["start_date"], row["project"]
    alone = f"{UNKNOWN}{project}"
    return Case(
        project=project,
        success=row["success"],
        team=alone if row["team"] is None else row["team"],
        problem_class=alone if row["problem_class"] is None else row["problem_class"],
        complexity=row["complexity"],
        team_size=row["team_size"],
        day=middle if day is None else days_of(day),
        quarter=alone if day is None else quarter_of(day),
        uses=uses,
    )


def _is_unknown(value: Any) -> bool:
    import pandas as pd

    return value is None or bool(pd.isna(value)) or str(value) == ""


def _name(frame: str, column: str, place: int, value: Any) -> str:
    if _is_unknown(value):
        raise ValueError(f"{column} is missing in row {place} of {frame}: name it or drop the row")
    return str(value)


def _number(column: str, place: int, value: Any) -> float | None:
    if _is_unknown(value):
        return None
    try:
        number = float(value)
    except (TypeError, ValueError):
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(
            f"{column} is {value} in row {place} of projects: give a finite number, or none "
            "where it is not known"
        )
    return number


def _day(place: int, value: Any) -> Any:
    import pandas as pd

    if _is_unknown(value):
        return None
    try:
        return pd.Timestamp(value).date()
    except (TypeError, ValueError) as fault:
        raise ValueError(
            f"start_date is {value} in row {place} of projects: give a date such as 2026-03-01, "
            "or none where it is not known"
        ) from fault


__all__ = ["NEEDED_COLUMNS", "USAGE_COLUMNS", "cases_from"]
