"""Predictions of planned and active projects, and what to know of each."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import Driver, ModelDetail, PredictionDetail

from .table import Row, frame_of, names_of
from .targets import (
    DRIVERS,
    LOGISTIC,
    MODEL_VERSION,
    NEEDED,
    Fitted,
    Setting,
    Target,
    doubts,
    forecast,
)

if TYPE_CHECKING:
    import pandas as pd


def running_predictions(fitted: Fitted, running: Sequence[Row], setting: Setting) -> list[Finding]:
    """One finding for each running project."""
    target = fitted.target
    frame = frame_of(running, fitted.rows, target.features)
    forecasts = forecast(target, fitted.model, frame, setting.level)
    drivers, typical = _drivers(fitted, frame)
    return [
        Finding(
            kind="prediction",
            subject=row.project,
            value=said.value,
            unit=target.unit,
            lo=said.lo,
            hi=said.hi,
            level=None if said.lo is None else setting.level,
            n=len(fitted.rows),
            as_of=setting.as_of,
            method=target.method,
            method_version=MODEL_VERSION,
            label=fitted.verdict.label,
            evidence=[Evidence(kind="finding", ref=f"outcome_model/{target.name}")],
            quality=[*doubts(fitted), *_notes(fitted, row)],
            detail=PredictionDetail(
                target=target.name,
                model_version=MODEL_VERSION,
                made_at=setting.as_of,
                typical=typical,
                drivers=drivers.get(place, []),
                inputs=_inputs(row),
                success_version=setting.success_version if target.is_of_success else None,
            ),
        )
        for place, (row, said) in enumerate(zip(running, forecasts, strict=True))
    ]


def _inputs(row: Row) -> dict[str, float | str]:
    """What a prediction was made from, for whoever reads it when the project has ended."""
    known: dict[str, float | str | None] = {
        "complexity": float(row.complexity),
        "data_rows": None if row.data_rows is None else float(row.data_rows),
        "domain": row.domain,
        "problem_class": row.problem_class,
        "reuse": float(len(names_of(row))),
        "started": row.started.isoformat(),
        "team": row.team,
        "team_size": float(row.team_size),
    }
    return {name: value for name, value in known.items() if value is not None}


def _drivers(fitted: Fitted, frame: pd.DataFrame) -> tuple[dict[int, list[Driver]], float | None]:
    """Place of a row to what moves it most; none where the test found too little."""
    if not fitted.knows or fitted.target.method == LOGISTIC:
        return {}, None
    found: dict[int, list[Driver]] = {}
    for row, name, effect in fitted.model.explain(frame).itertuples(index=False):
        found.setdefault(int(row), []).append(Driver(name=str(name), effect=float(effect)))
    for place, drivers in found.items():
        found[place] = sorted(drivers, key=lambda one: (-abs(one.effect), one.name))[:DRIVERS]
    return found, float(fitted.model.typical_)


def _notes(fitted: Fitted, row: Row) -> list[str]:
    """What lies outside the finished projects, and what is not used of a running one."""
    notes = []
    for field, words in (
        ("team_size", "a team of"),
        ("complexity", "complexity"),
        ("data_rows", "data rows:"),
    ):
        known = [v for one in fitted.rows if (v := getattr(one, field)) is not None]
        value = getattr(row, field)
        if known and value is not None and not min(known) <= value <= max(known):
            notes.append(
                f"{words} {value:,} is outside what was seen ({min(known):,} to {max(known):,})"
            )
    for field, words in (("problem_class", "class"), ("team", "team"), ("domain", "domain")):
        seen = {getattr(one, field) for one in fitted.rows} - {None}
        value = getattr(row, field)
        if seen and value is not None and value not in seen:
            notes.append(f"no finished project of the {words} {value}")
    used = {piece for one in fitted.rows for piece in names_of(one)}
    if new := sorted(names_of(row) - used):
        notes.append(f"no finished project used {', '.join(new)}")
    if fitted.target.method == LOGISTIC:
        notes.append(f"base rate {100 * fitted.model.base_rate_:.0f} %")
    if row.status == "active":
        notes.append("as if it had just begun: what has happened since is not used")
    return notes


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
