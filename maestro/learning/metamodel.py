"""What projects will take and reach: models of outcomes, judged before they are believed.

:func:`outcome_findings` is the door of the pipeline. The models themselves need pandas and
scikit-learn and are imported when they are asked for.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import Driver, ModelDetail, PredictionDetail

from .table import Features, Row, Table, frame_of, names_of

if TYPE_CHECKING:
    import pandas as pd

    from .chance import SuccessChance
    from .evaluation import HoldOut, Verdict
    from .outcome import OutcomeModel
    from .success_model import SuccessModel

RIDGE = "grouped Bayesian ridge on the logarithm"
PLUS_MINUS = "adjusted plus-minus"
LOGISTIC = "logistic regression with a fixed penalty"
MODEL_VERSION = "2"
NEEDED = 5
"""Finished projects with the outcome that any number needs."""
LITTLE = 10
"""Finished projects below which the words are "very little evidence"."""
DRIVERS = 5
"""How many of the things that move a prediction are listed."""
SEED = 0
MOSTLY_SPREAD = "the range is mostly the spread of past projects"


@dataclass(frozen=True, slots=True)
class Target:
    """One outcome: how it is read from a row, and in which unit it is published."""

    name: str
    unit: str
    noun: str
    method: str
    read: Callable[[Row], float | None]

    @property
    def is_log(self) -> bool:
        """Whether errors are factors."""
        return self.method == RIDGE

    @property
    def features(self) -> Features:
        """What its model is given."""
        return "score" if self.method == PLUS_MINUS else "outcome"


@dataclass(frozen=True, slots=True)
class Setting:
    """What holds for all findings of one build."""

    as_of: str
    level: float


@dataclass(slots=True)
class _Fitted:
    """One target on the finished projects that have it."""

    target: Target
    rows: tuple[Row, ...]
    frame: pd.DataFrame
    outcomes: list[float]
    model: Any
    verdict: Verdict
    held_out: HoldOut | None

    @property
    def knows(self) -> bool:
        """Whether what moves its predictions may be shown."""
        return self.verdict.label != NOT_ENOUGH


def targets(currency: str) -> tuple[Target, ...]:
    """The outcomes that are looked at, by name."""
    return (
        Target("chance", "%", "verdict on success", LOGISTIC, _succeeded),
        Target("cost", currency, "recorded cost above 0", RIDGE, lambda row: row.cost or None),
        Target("duration", "days", "known duration", RIDGE, lambda row: row.duration_days),
        Target("success", "points", "success score", PLUS_MINUS, lambda row: row.success),
    )


def outcome_findings(
    table: Table, *, as_of: str, level: float = 0.9, currency: str = "EUR"
) -> list[Finding]:
    """What is known about the outcomes of projects, and a prediction per running project.

    Findings of kind ``outcome_model`` (subject ``chance``, ``cost``, ``duration``, ``success``:
    the median of all finished projects with the interval one more falls into, for the chance
    the base rate; how good the model is stands in the detail) and ``prediction`` (subject: a
    planned or active project, one finding per target), sorted by kind, subject and target.
    Below :data:`NEEDED` finished projects neither has a value.
    """
    setting, found = Setting(as_of, level), []
    running = sorted(table.running, key=lambda row: row.project)
    for target in targets(currency):
        rows = tuple(
            row
            for row in sorted(table.finished, key=lambda row: row.project)
            if target.read(row) is not None
        )
        if len(rows) < NEEDED:
            found += _too_few(target, rows, running, setting)
            continue
        fitted = _fit(target, rows, setting)
        found.append(_model(fitted, setting))
        if running:
            found += _predictions(fitted, running, setting)
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


def _succeeded(row: Row) -> float | None:
    return None if row.succeeded is None else float(row.succeeded)


def _fit(target: Target, rows: tuple[Row, ...], setting: Setting) -> _Fitted:
    from . import evaluation
    from .chance import SuccessChance
    from .outcome import OutcomeModel
    from .success_model import SuccessModel

    frame = frame_of(rows, rows, target.features)
    outcomes = [float(value) for row in rows if (value := target.read(row)) is not None]
    if target.method == LOGISTIC:
        verdict = evaluation.chance_evidence(frame, outcomes, SEED)
        chance = SuccessChance().fit(frame, outcomes)
        return _Fitted(target, rows, frame, outcomes, chance, verdict, None)
    model = SuccessModel() if target.method == PLUS_MINUS else OutcomeModel()
    verdict = evaluation.evidence(frame, outcomes, SEED, model=model)
    held_out = evaluation.hold_out(model, frame, outcomes, SEED, setting.level)
    return _Fitted(target, rows, frame, outcomes, model.fit(frame, outcomes), verdict, held_out)


def _model(fitted: _Fitted, setting: Setting) -> Finding:
    target, count = fitted.target, len(fitted.rows)
    if target.method == LOGISTIC:
        ends, detail, notes = _base_rate(fitted, setting)
    else:
        ends, detail, notes = _spread(fitted, setting)
    return Finding(
        kind="outcome_model",
        subject=target.name,
        value=ends[0],
        unit=target.unit,
        lo=ends[1],
        hi=ends[2],
        level=setting.level,
        n=count,
        as_of=setting.as_of,
        method=target.method,
        method_version=MODEL_VERSION,
        label=fitted.verdict.label,
        evidence=[Evidence(kind="record", ref=row.path) for row in fitted.rows],
        quality=[*_doubts(fitted), *notes],
        detail=detail,
    )


def _spread(
    fitted: _Fitted, setting: Setting
) -> tuple[tuple[float, float, float], ModelDetail, list[str]]:
    """Median of the past with the interval for one more, and what holding out has shown."""
    import numpy as np
    from scipy.special import stdtrit

    target, held = fitted.target, fitted.held_out
    assert held is not None
    past = np.array(fitted.outcomes)
    values = np.log(past) if target.is_log else past
    n, sd = len(values), float(values.std(ddof=1))
    half = -float(stdtrit(n - 1, (1 - setting.level) / 2)) * sd * math.sqrt(1 + 1 / n)
    raw = np.array([values.mean() - half, values.mean() + half])
    lo, hi = np.exp(raw) if target.is_log else np.clip(raw, 0, 100)
    median = float(np.median(past))
    scale = "log_" if target.is_log else ""
    error = math.exp(held.error) if target.is_log else held.error
    detail = ModelDetail(
        target=target.name,
        projects=n,
        needed=NEEDED,
        skill=held.skill,
        coverage=held.inside / n,
        p=fitted.verdict.p,
        error=error,
        parameters={f"{scale}mean": float(values.mean()), f"{scale}sd": sd},
    )
    size = f"a factor of {error:.2f}" if target.is_log else f"{error:.0f} points"
    notes = [
        f"each project held out once: {held.inside} of {n} lie inside their interval, half of "
        f"them are off by less than {size}",
        "abandoned projects count with their capped score"
        if target.method == PLUS_MINUS
        else "done projects only: abandoned and running ones would make it longer or dearer",
    ]
    return (median, min(float(lo), median), max(float(hi), median)), detail, notes


def _base_rate(
    fitted: _Fitted, setting: Setting
) -> tuple[tuple[float, float, float], ModelDetail, list[str]]:
    """Share of successes with its interval, Beta(successes + 1, failures + 1), and Brier scores."""
    from scipy.special import betaincinv

    from . import evaluation

    hits, n = sum(fitted.outcomes), len(fitted.outcomes)
    tail = (1 - setting.level) / 2
    lo, hi = (float(betaincinv(hits + 1, n - hits + 1, q)) for q in (tail, 1 - tail))
    rate = fitted.model.base_rate_
    ours, base = evaluation.brier(fitted.frame, fitted.outcomes, SEED)
    detail = ModelDetail(
        target="chance",
        projects=n,
        needed=NEEDED,
        skill=1 - ours / base,
        p=fitted.verdict.p,
        base_rate=rate,
        brier=ours,
        brier_base=base,
        parameters={"base_rate": rate},
    )
    notes = [f"{hits:.0f} of {n} finished projects succeeded"]
    if fitted.model.is_model_:
        notes.append(f"Brier score, held out, {ours:.3f} against {base:.3f} of the base rate")
    else:
        notes.append("fewer than 5 successes or fewer than 5 failures: the base rate answers alone")
    return (100 * rate, 100 * min(lo, rate), 100 * max(hi, rate)), detail, notes


def _doubts(fitted: _Fitted) -> list[str]:
    """What to know first: that nothing was learned, or that it was from few projects."""
    notes = []
    if not fitted.knows:
        shown = "the chance is mostly the base rate"
        notes.append(shown if fitted.target.method == LOGISTIC else MOSTLY_SPREAD)
    if len(fitted.rows) < LITTLE:
        notes.append(f"very little evidence: {len(fitted.rows)} finished projects")
    return notes


def _predictions(fitted: _Fitted, running: Sequence[Row], setting: Setting) -> list[Finding]:
    """One finding for each running project."""
    target = fitted.target
    frame = frame_of(running, fitted.rows, target.features)
    if target.method == LOGISTIC:
        points = 100 * fitted.model.predict_proba(frame)[:, 1]
        ends: list[tuple[float | None, float | None]] = [(None, None)] * len(running)
    else:
        points = fitted.model.predict(frame)
        low, high = fitted.model.predict_interval(frame, setting.level)
        ends = [(float(a), float(b)) for a, b in zip(low, high, strict=True)]
    drivers, typical = _drivers(fitted, frame)
    return [
        Finding(
            kind="prediction",
            subject=row.project,
            value=float(points[place]),
            unit=target.unit,
            lo=ends[place][0],
            hi=ends[place][1],
            level=None if ends[place][0] is None else setting.level,
            n=len(fitted.rows),
            as_of=setting.as_of,
            method=target.method,
            method_version=MODEL_VERSION,
            label=fitted.verdict.label,
            evidence=[Evidence(kind="finding", ref=f"outcome_model/{target.name}")],
            quality=[*_doubts(fitted), *_notes(fitted, row)],
            detail=PredictionDetail(
                target=target.name,
                model_version=MODEL_VERSION,
                made_at=setting.as_of,
                typical=typical,
                drivers=drivers.get(place, []),
            ),
        )
        for place, row in enumerate(running)
    ]


def _drivers(fitted: _Fitted, frame: pd.DataFrame) -> tuple[dict[int, list[Driver]], float | None]:
    """Place of a row to what moves it most; none where the test found too little."""
    if not fitted.knows or fitted.target.method == LOGISTIC:
        return {}, None
    found: dict[int, list[Driver]] = {}
    for row, name, effect in fitted.model.explain(frame).itertuples(index=False):
        found.setdefault(int(row), []).append(Driver(name=str(name), effect=float(effect)))
    for place, drivers in found.items():
        found[place] = sorted(drivers, key=lambda one: (-abs(one.effect), one.name))[:DRIVERS]
    return found, float(fitted.model.typical_)


def _notes(fitted: _Fitted, row: Row) -> list[str]:
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


def _too_few(
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


def __getattr__(name: str) -> Any:
    """The models, imported when they are asked for: pandas and scikit-learn are slow to start."""
    if name in ("OutcomeModel", "SuccessChance", "SuccessModel"):
        from . import chance, outcome, success_model

        models = (outcome.OutcomeModel, chance.SuccessChance, success_model.SuccessModel)
        return {model.__name__: model for model in models}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "MODEL_VERSION",
    "NEEDED",
    "OutcomeModel",
    "SuccessChance",
    "SuccessModel",
    "Target",
    "outcome_findings",
    "targets",
]
