"""Short ways to write projects, rows and tables in these tests."""

from __future__ import annotations

from datetime import date
from typing import Any

from maestro.learning.table import Row, Table
from maestro.schema.project import Project

AS_OF = "2026-06-30T12:00:00Z"


def project(**fields: Any) -> Project:
    """A valid finished project; ``parts`` become its outcomes."""
    record: dict[str, Any] = {
        "description": "A project that exists for a test only.",
        "owner": "growth",
        "problem_class": "forecasting",
        "complexity": 5,
        "team": {"size": 3},
        "started": "2025-01-01",
        "status": "done",
        "ended": "2025-03-31",
    }
    if "parts" in fields:
        record["outcomes"] = {"parts": fields.pop("parts"), **fields.pop("outcomes", {})}
    return Project.model_validate({**record, **fields})


def row(name: str, **fields: Any) -> Row:
    """One row of the table; a done project with a score of 50 unless said otherwise."""
    values: dict[str, Any] = {
        "project": name,
        "status": "done",
        "team": "growth",
        "problem_class": "forecasting",
        "complexity": 5,
        "team_size": 3,
        "started": date(2025, 1, 1),
        "success": 50.0,
        "duration_days": 90,
        "cost": 1000.0,
        "uses": (),
    }
    return Row(**{**values, **fields})


def users_and_others(users: list[float], others: list[float], teams: int = 3) -> Table:
    """A table in which projects with the scores ``users`` used ``piece@1.0.0``."""
    rows = [
        row(f"user-{i:03d}", success=score, team=f"team-{i % teams}", uses=("piece@1.0.0",))
        for i, score in enumerate(users)
    ]
    rows += [row(f"other-{i:03d}", success=score) for i, score in enumerate(others)]
    return Table(finished=tuple(rows), running=())
