"""Estimates of a simulated library against the truth that it was made from.

The truth is looked at when every estimate is done, and nothing is computed from it but this.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.truth import TrueEffect, TruthDetail

METHOD = "estimates against simulated truth"
NOTE = (
    "true effects are points of success before parts of a score are cut off, rounded or lost, "
    "so that an estimate cannot reach them quite"
)


def truth_findings(
    findings: Iterable[Finding],
    truth: Mapping[str, float],
    *,
    path: str,
    as_of: str,
    margin: float = 1.0,
) -> list[Finding]:
    """One finding about the whole library: how many intervals hold the true effect.

    ``truth``: ``name@version`` to its true effect in points of success; ``path`` is the file that
    it was read from. The value is the share of the pieces with a number and a known truth whose
    90 % interval holds it, 0 to 1; None when there is no such piece. A verdict is right when the
    true effect is more than ``margin`` points on its side: less than that is negligible.
    """
    effects = [
        TrueEffect(
            name=found.subject,
            truth=truth[found.subject],
            value=found.value,
            lo=found.lo,
            hi=found.hi,
            label=found.label,
            inside=found.lo <= truth[found.subject] <= found.hi,
        )
        for found in findings
        if found.kind == "impact" and found.subject in truth
        if found.value is not None and found.lo is not None and found.hi is not None
    ]
    effects.sort(key=lambda one: (-one.value, one.name))
    inside = sum(one.inside for one in effects)
    signs = {"helps": 1.0, "hurts": -1.0}
    clear = [one for one in effects if one.label in signs]
    return [
        Finding(
            kind="simulated_truth",
            subject="library",
            value=inside / len(effects) if effects else None,
            unit="share",
            n=len(effects),
            as_of=as_of,
            method=METHOD,
            label="" if effects else NOT_ENOUGH,
            evidence=[Evidence(kind="file", ref=path)],
            quality=[NOTE] if effects else ["no piece with a known truth has a number"],
            detail=TruthDetail(
                effects=effects,
                inside=inside,
                verdicts=len(clear),
                right=sum(signs[one.label] * one.truth > margin for one in clear),
                known=len(truth),
            ),
        )
    ]
