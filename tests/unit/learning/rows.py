"""Short ways to write projects, rows, tables and whole organisations in these tests."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import numpy as np
import pandas as pd

from maestro.learning.cases import Case
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
    rows += [
        row(f"other-{i:03d}", success=score, team=f"team-{i % teams}")
        for i, score in enumerate(others)
    ]
    return Table(finished=tuple(rows), running=())


def organisation(
    seed: int = 0, projects: int = 80, pieces: int = 10, noise: float = 6.0
) -> tuple[list[Case], dict[str, float]]:
    """Cases of an organisation where good teams and easy problems reuse more, and the truth.

    Every piece has the versions 1 and 2, the second one point better; effects go from -8 to 8.
    """
    dice = np.random.default_rng(seed)
    effects = dice.permutation(np.linspace(-8, 8, pieces))
    skill = dice.normal(0, 1, 6)
    truth = {f"piece-{k:02d}@{v}": float(effects[k] + v - 1) for k in range(pieces) for v in (1, 2)}
    cases = []
    for number in range(projects):
        team, kind, hard = dice.integers(6), dice.integers(4), dice.integers(1, 10)
        wants = 0.35 + 0.1 * skill[team] - 0.03 * (hard - 5)
        chosen = np.flatnonzero(dice.uniform(size=pieces) < np.clip(wants, 0.1, 0.7))
        uses = frozenset(f"piece-{k:02d}@{dice.integers(1, 3)}" for k in chosen)
        mean = 50 + 5 * skill[team] + 2 * kind - 2 * hard + sum(truth[use] for use in uses)
        started = date(2024, 1, 1) + timedelta(days=9 * number)
        cases.append(
            Case(
                project=f"project-{number:04d}",
                success=float(mean + noise * dice.normal()),
                team=f"team-{team}",
                problem_class=f"class-{kind}",
                complexity=float(hard),
                team_size=float(dice.integers(1, 9)),
                day=(started - date(1970, 1, 1)).days,
                quarter=f"{started.year}Q{(started.month + 2) // 3}",
                uses=uses,
            )
        )
    return cases, truth


def using(cases: list[Case], *references: str, every: int = 1) -> list[Case]:
    """The same cases where each ``every``-th one also uses these references."""
    return [
        replace(case, uses=case.uses | set(references)) if place % every == 0 else case
        for place, case in enumerate(cases)
    ]


def frames(cases: list[Case]) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The cases as the two frames of ``score_impact``: projects, usage."""
    start = [pd.Timestamp("1970-01-01") + pd.Timedelta(days=case.day) for case in cases]
    projects = pd.DataFrame(
        {
            "project": [case.project for case in cases],
            "success": [case.success for case in cases],
            "team": [case.team for case in cases],
            "problem_class": [case.problem_class for case in cases],
            "complexity": [case.complexity for case in cases],
            "team_size": [case.team_size for case in cases],
            "start_date": start,
        }
    )
    usage = [(case.project, use) for case in cases for use in sorted(case.uses)]
    return projects, pd.DataFrame(usage, columns=["project", "artifact"])


def rows_of(cases: list[Case]) -> Table:
    """The cases as the table of the pipeline; complexities and sizes are whole numbers."""
    return Table(
        finished=tuple(
            row(
                case.project,
                success=case.success,
                team=case.team,
                problem_class=case.problem_class,
                complexity=int(case.complexity or 5),
                team_size=int(case.team_size or 3),
                started=date(1970, 1, 1) + timedelta(days=case.day),
                uses=tuple(sorted(case.uses)),
            )
            for case in cases
        ),
        running=(),
    )
