"""What projects will take and reach: models of outcomes, judged before they are believed.

:func:`outcome_findings` is the door of the pipeline. The models themselves need pandas and
scikit-learn and are imported when they are asked for.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from maestro.schema.findings import Finding
from maestro.schema.learned import EarlierModel

from .accuracy import earlier_models, model_finding
from .drift import drift_notes, input_drift
from .judging import Rule
from .knowledge import knowledge
from .past import KeptPrediction, ended_findings, past_findings, scored
from .predictions import running_predictions, too_few
from .table import Table
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

    Findings of kind ``outcome_model`` (subject ``chance``, ``cost``, ``duration``, ``success``:
    the median of all finished projects with the interval one more falls into, for the chance
    the base rate; how good the model is stands in the detail) and ``prediction`` (subject: a
    project, one finding per target; for ended ones see :func:`.past.ended_findings`), sorted by
    kind, subject and target. Below :data:`NEEDED` finished projects neither has a value.
    """
    from .teams import with_teams

    known = known or Known()
    setting = Setting(as_of, level, known.commit, known.success_version)
    past = known.past
    if past is None:
        past = tuple(past_findings(table, currency, level))
    found = ended_findings(table, known.kept, past, setting, currency)
    ended = tuple(found)
    running = sorted(table.running, key=lambda row: row.project)
    for target in targets(currency):
        rows = tuple(
            row
            for row in sorted(table.finished, key=lambda row: row.project)
            if target.read(row) is not None
        )
        if len(rows) < NEEDED:
            made = too_few(target, rows, running, setting)
        else:
            fitted = fit_target(target, rows, setting)
            about, formula = model_finding(fitted, setting)
            made = running_predictions(formula, target, running, setting)
            made = [about, *with_teams(made, fitted, running, level)]
        found += [_judged(made[0], target, (table, ended), known), *made[1:]]
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


def _judged(
    finding: Finding, target: Target, seen: tuple[Table, Sequence[Finding]], known: Known
) -> Finding:
    """The finding about a model with how it fared, how it was before, and what has drifted."""
    table, ended = seen
    rows = [row for row in table.finished if target.read(row) is not None]
    drift = input_drift(rows, table.running, SEED)
    more: dict[str, Any] = {
        "scored": scored(target, table.finished, ended),
        "earlier": earlier_models(finding, known.models.get(target.name, ()), known.commit),
        "drift": drift,
    }
    if target.method == PLUS_MINUS:
        more |= knowledge(table, Rule(known.margin)).fields()
    assert finding.detail is not None
    detail = finding.detail.model_copy(update=more)
    quality = [*finding.quality, *drift_notes(drift)]
    return finding.model_copy(update={"detail": detail, "quality": quality})


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
    "SuccessChance",
    "SuccessModel",
    "Target",
    "outcome_findings",
    "targets",
]
