"""What is known about each outcome: the spread of the past, and how good its model is."""

from __future__ import annotations

import math
from collections.abc import Sequence

from maestro.schema.findings import Evidence, Finding, round_numbers
from maestro.schema.formula import Formula
from maestro.schema.learned import EarlierModel, ModelDetail

from .targets import LOGISTIC, MODEL_VERSION, NEEDED, PLUS_MINUS, SEED, Fitted, Setting, doubts


def model_finding(fitted: Fitted, setting: Setting) -> tuple[Finding, Formula]:
    """The finding about one outcome: its usual size with an interval, and the model's quality.

    With it its formula, which also stands in the detail.
    """
    from .formula import formula_of

    target, count = fitted.target, len(fitted.rows)
    ends: tuple[float, float | None, float | None]
    if target.method == LOGISTIC:
        ends, detail, notes = _base_rate(fitted, setting)
    else:
        ends, detail, notes = _spread(fitted, setting)
    formula = formula_of(fitted, setting.level, ends)
    has_range = ends[1] is not None
    about = Finding(
        kind="outcome_model",
        subject=target.name,
        value=ends[0],
        unit=target.unit,
        lo=ends[1],
        hi=ends[2],
        level=setting.level if has_range else None,
        n=count,
        as_of=setting.as_of,
        method=target.method,
        method_version=MODEL_VERSION,
        label=fitted.verdict.label,
        evidence=[Evidence(kind="record", ref=row.path) for row in fitted.rows],
        quality=[*doubts(fitted), *notes],
        detail=detail.model_copy(update={"formula": formula}),
    )
    return about, formula


def _spread(
    fitted: Fitted, setting: Setting
) -> tuple[tuple[float, float | None, float | None], ModelDetail, list[str]]:
    """Median of the past with the interval for one more, and what holding out has shown.

    Without an interval where all are the same, and without how many lay inside.
    """
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
    if not fitted.model.differs_:
        detail = ModelDetail(target=target.name, projects=n, needed=NEEDED, p=fitted.verdict.p)
        return (median, None, None), detail, []
    detail = ModelDetail(
        target=target.name,
        projects=n,
        needed=NEEDED,
        skill=held.skill,
        coverage=held.inside / n,
        inside=held.inside,
        p=fitted.verdict.p,
        as_good=fitted.verdict.as_good if fitted.verdict.trials else None,
        trials=fitted.verdict.trials or None,
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
    fitted: Fitted, setting: Setting
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
        as_good=fitted.verdict.as_good if fitted.verdict.trials else None,
        trials=fitted.verdict.trials or None,
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


def earlier_models(
    finding: Finding, before: Sequence[EarlierModel], commit: str
) -> list[EarlierModel]:
    """Earlier runs in which the model was another one, oldest first, and the present one last.

    The numbers that are compared and shown are those that are published: six digits.
    """
    detail = finding.detail
    assert isinstance(detail, ModelDetail)
    numbers = {name: getattr(detail, name) for name in ("skill", "coverage", "p")}
    now = EarlierModel(
        at=finding.as_of,
        commit=commit,
        n=finding.n,
        label=finding.label,
        **round_numbers(numbers),
    )
    found: list[EarlierModel] = []
    for one in (*before, now):
        if not found or _without_time(one) != _without_time(found[-1]):
            found.append(one)
    return found


def _without_time(one: EarlierModel) -> EarlierModel:
    return one.model_copy(update={"at": "", "commit": ""})
