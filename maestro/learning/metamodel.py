"""What projects will take and reach: models of outcomes, judged before they are believed.

:func:`outcome_findings` is the door of the pipeline. The models themselves need pandas and
scikit-learn and are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from maestro.schema.findings import Finding
from maestro.schema.learned import EarlierModel, ModelDetail, PredictionDetail

from .accuracy import earlier_models, model_finding
from .drift import drift_notes, input_drift
from .judging import Rule
from .knowledge import knowledge, placebo_notes
from .past import KeptPrediction, ended_findings, past_findings, scored
from .predictions import running_predictions, too_few
from .table import Row, Table
from .targets import (
    MODEL_VERSION,
    MOSTLY_SPREAD,
    NEEDED,
    PLUS_MINUS,
    SEED,
    Setting,
    Target,
    fit_target,
    targets,
)

if TYPE_CHECKING:
    from .chance import SuccessChance
    from .outcome import OutcomeModel
    from .success_model import SuccessModel


@dataclass(frozen=True, slots=True)
class Known:
    """What a run knows besides its records: what earlier ones have left, and its settings."""

    kept: tuple[KeptPrediction, ...] = ()
    models: Mapping[str, tuple[EarlierModel, ...]] = field(default_factory=dict)
    """Target to earlier runs, oldest first."""
    past: tuple[Finding, ...] | None = None
    """What :func:`.past.past_findings` says; None: it is asked."""
    commit: str = ""
    success_version: int = 1
    """Version of the success block in the settings."""
    margin: float = 1.0
    """Points of success up to which an impact is negligible."""


def outcome_findings(
    table: Table,
    *,
    as_of: str,
    level: float = 0.9,
    currency: str = "EUR",
    known: Known | None = None,
) -> list[Finding]:
    """What is known about the outcomes of projects, and a prediction per project and outcome.

    :func:`fitted_findings`, followed over time by :func:`followed`.
    """
    known = known or Known()
    if known.past is None:
        known = replace(known, past=tuple(past_findings(table, currency, level)))
    setting = Setting(as_of, level, known.commit, known.success_version)
    found = fitted_findings(table, setting, currency=currency, margin=known.margin)
    return followed(found, table, setting, currency=currency, known=known)


def fitted_findings(
    table: Table,
    setting: Setting,
    *,
    currency: str = "EUR",
    margin: float = 1.0,
    say: Callable[[str], None] = lambda text: None,
) -> list[Finding]:
    """All that has to be fitted; as long as no project changes, so does nothing in it but dates.

    Findings of kind ``outcome_model`` (subject ``chance``, ``cost``, ``duration``, ``success``:
    the median of all finished projects with the interval one more falls into, for the chance
    the base rate; how good the model is stands in the detail) and ``prediction`` (subject: a
    planned or active project, one finding per target). Below :data:`NEEDED` finished projects
    neither has a value. ``margin``: points of success up to which an impact is negligible; ``say``
    is told what is fitted next, which may take minutes.
    """
    from .teams import with_teams

    found: list[Finding] = []
    running = sorted(table.running, key=lambda row: row.project)
    for target in targets(currency):
        rows = _with_outcome(table, target)
        if len(rows) < NEEDED:
            made = too_few(target, rows, running, setting)
        else:
            say(f"learning to predict {target.name}")
            fitted = fit_target(target, rows, setting)
            about, formula = model_finding(fitted, setting)
            made = running_predictions(formula, target, running, setting)
            made = [about, *with_teams(made, fitted, running, setting.level)]
        drift = input_drift(rows, running, SEED)
        more: dict[str, Any] = {"drift": drift}
        checked: list[str] = []
        if target.method == PLUS_MINUS:
            known = knowledge(table, Rule(margin))
            more |= known.fields()
            checked = placebo_notes(known)
        notes = [*made[0].quality, *checked, *drift_notes(drift)]
        found += [_with(made[0].model_copy(update={"quality": notes}), more), *made[1:]]
    return sorted(found, key=_order)


def followed(
    found: Iterable[Finding],
    table: Table,
    setting: Setting,
    *,
    currency: str = "EUR",
    known: Known,
) -> list[Finding]:
    """What was fitted, dated, and with all that has been seen of it over time.

    Adds a ``prediction`` per ended project and outcome (:func:`.past.ended_findings`), and to
    each model how such predictions fared and how good it was in earlier runs. Sorted by kind,
    subject and target.
    """
    ended = ended_findings(table, known.kept, known.past or (), setting, currency)
    by_name = {target.name: target for target in targets(currency)}
    told = list(ended)
    for finding in found:
        finding = finding.model_copy(update={"as_of": setting.as_of})
        if isinstance(finding.detail, PredictionDetail):
            finding = _with(finding, {"made_at": setting.as_of})
        elif isinstance(finding.detail, ModelDetail):
            target = by_name[finding.subject]
            before = known.models.get(target.name, ())
            earlier = earlier_models(finding, before, known.commit)
            fared = scored(target, table.finished, ended)
            finding = _with(finding, {"scored": fared, "earlier": earlier})
        told.append(finding)
    return sorted(told, key=_order)


def _with_outcome(table: Table, target: Target) -> tuple[Row, ...]:
    rows = sorted(table.finished, key=lambda row: row.project)
    return tuple(row for row in rows if target.read(row) is not None)


def _with(finding: Finding, more: dict[str, Any]) -> Finding:
    """The finding with more in its detail."""
    assert finding.detail is not None
    return finding.model_copy(update={"detail": finding.detail.model_copy(update=more)})


def _order(finding: Finding) -> tuple[str, str, str]:
    return finding.kind, finding.subject, getattr(finding.detail, "target", "")


def __getattr__(name: str) -> Any:
    """The models, imported when they are asked for: pandas and scikit-learn are slow to start."""
    if name in ("OutcomeModel", "SuccessChance", "SuccessModel"):
        from . import chance, outcome, success_model

        models = (outcome.OutcomeModel, chance.SuccessChance, success_model.SuccessModel)
        return {model.__name__: model for model in models}[name]
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


__all__ = [
    "MODEL_VERSION",
    "MOSTLY_SPREAD",
    "NEEDED",
    "Known",
    "OutcomeModel",
    "Setting",
    "SuccessChance",
    "SuccessModel",
    "Target",
    "fitted_findings",
    "followed",
    "outcome_findings",
    "targets",
]
