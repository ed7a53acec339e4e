"""What projects will take and reach: models of outcomes, judged before they are believed.

:func:`outcome_findings` is the door of the pipeline. The models themselves need pandas and
scikit-learn and are imported when they are asked for.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from maestro.schema.findings import Finding

from .accuracy import model_finding
from .predictions import running_predictions, too_few
from .table import Table
from .targets import MODEL_VERSION, MOSTLY_SPREAD, NEEDED, Setting, Target, fit_target, targets

if TYPE_CHECKING:
    from .chance import SuccessChance
    from .outcome import OutcomeModel
    from .success_model import SuccessModel


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
            found += too_few(target, rows, running, setting)
            continue
        fitted = fit_target(target, rows, setting)
        found.append(model_finding(fitted, setting))
        if running:
            found += running_predictions(fitted, running, setting)
    return sorted(found, key=lambda finding: (finding.kind, finding.subject))


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
    "OutcomeModel",
    "SuccessChance",
    "SuccessModel",
    "Target",
    "outcome_findings",
    "targets",
]
