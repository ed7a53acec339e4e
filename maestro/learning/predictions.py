"""Predictions of planned and active projects, and what to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.formula import Formula
from maestro.schema.learned import Driver, ModelDetail, PredictionDetail

from .forecast import forecast
from .planned import Planned
from .table import Row, names_of
from .targets import MODEL_VERSION, NEEDED, Setting, Target


def running_predictions(
    formula: Formula, target: Target, running: Sequence[Row], setting: Setting
) -> list[Finding]:
    """One finding for each running project, from the formula that is published."""
    from .formula import Solver

    along = Solver(formula).along if formula.design else None
    found = []
    for row in running:
        said = forecast(formula, Planned.of_row(row), along)
        detail = PredictionDetail(
            target=target.name,
            model_version=MODEL_VERSION,
            made_at=setting.as_of,
            typical=said.typical,
            drivers=[Driver(name=one.name, effect=one.effect) for one in said.drivers],
            inputs=_inputs(row),
            success_version=setting.success_version if target.is_of_success else None,
        )
        found.append(
            Finding(
                kind="prediction",
                subject=row.project,
                value=said.value,
                unit=target.unit,
                lo=said.lo,
                hi=said.hi,
                level=said.level,
                n=said.n,
                as_of=setting.as_of,
                method=target.method,
                method_version=MODEL_VERSION,
                label=said.label,
                evidence=[Evidence(kind="finding", ref=f"outcome_model/{target.name}")],
                quality=[*said.doubts, *said.warnings],
                detail=detail,
            )
        )
    return found


def _inputs(row: Row) -> dict[str, float | str]:
    """What a prediction was made from, for whoever reads it when the project has ended."""
    known: dict[str, float | str | None] = {
        "complexity": float(row.complexity),
        "data_rows": None if row.data_rows is None else float(row.data_rows),
        "domain": row.domain,
        "problem_class": row.problem_class,
        "reuse": float(len(names_of(row))) if row.lists_uses else None,
        "started": row.started.isoformat(),
        "team": row.team,
        "team_size": float(row.team_size),
    }
    return {name: value for name, value in known.items() if value is not None}


def too_few(
    target: Target, rows: Sequence[Row], running: Sequence[Row], setting: Setting
) -> list[Finding]:
    """Findings without a number, and why."""
    count = len(rows)
    projects = "1 finished project" if count == 1 else f"{count} finished projects"
    reason = f"{projects} with a {target.noun}, at least {NEEDED} are needed"
    common: dict[str, Any] = {"unit": target.unit, "n": count, "as_of": setting.as_of}
    common |= {"method": target.method, "method_version": MODEL_VERSION}
    common |= {"label": NOT_ENOUGH, "quality": [reason]}
    model = Finding(
        kind="outcome_model",
        subject=target.name,
        evidence=[Evidence(kind="record", ref=row.path) for row in rows],
        detail=ModelDetail(target=target.name, projects=count, needed=NEEDED),
        **common,
    )
    return [
        model,
        *(
            Finding(
                kind="prediction",
                subject=row.project,
                evidence=[Evidence(kind="finding", ref=f"outcome_model/{target.name}")],
                detail=PredictionDetail(
                    target=target.name, model_version=MODEL_VERSION, made_at=setting.as_of
                ),
                **common,
            )
            for row in running
        ),
    ]
