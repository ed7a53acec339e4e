"""Success of a project: declared outcomes, part by part, on one scale from 0 to 100.

Each part is mapped to 0-1 between its worst and its best value, on a linear, log or log1p
scale (desirability functions, Harrington 1965, Derringer and Suich 1980), clipped, and the
weighted arithmetic mean is taken over the parts that are there. A missing part is never a 0.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, replace

from maestro.schema.details import NOT_ENOUGH, SuccessDetail, SuccessPartDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.known_metrics import KNOWN, metric_faults, metric_key
from maestro.schema.project import Measured, Outcomes, Project
from maestro.schema.settings import Success, SuccessPart

METHOD = "weighted mean of declared outcomes"
METHOD_VERSION = "2"
"""2: time to deployment and compute cost come from facts where facts tell them."""

Facts = Mapping[str, tuple[float, str, str]]
"""Part to what the project's custom metrics say: the number, ``path:line``, and the file."""

Logged = Mapping[str, Finding]
"""``time_to_deployment`` and ``compute_cost`` to what machines logged of them in one project."""

FED = ("time_to_deployment", "compute_cost")
"""What machines log of an outcome."""

ENDED = ("done", "abandoned")
"""A project in one of these states has ended: only then it can have a score."""

_SLACK = 1e-9


@dataclass(frozen=True, slots=True)
class _Part:
    """One declared part as it was found: a share of 0 to 1, or None and why."""

    name: str
    declared: SuccessPart
    measured: Measured | None
    share: float | None
    source: str
    worst: float | None = None
    best: float | None = None
    soft: str = ""
    against: str = ""
    """What the record says instead, when it says something else."""
    notes: tuple[str, ...] = ()
    """What a reader should know of the facts it is from, or why it is not from facts."""
    refs: tuple[Evidence, ...] = ()
    """The facts it is from."""


def score_success(
    project: Project,
    block: Success,
    *,
    name: str,
    path: str,
    as_of: str,
    facts: Facts | None = None,
    logged: Logged | None = None,
) -> Finding:
    """The success of the project ``name``, 0 to 100 points, or no value and the reason.

    ``path`` is its record (the evidence), ``as_of`` the moment the finding holds for. Planned
    and active projects have no score; abandoned ones have one, capped. There is no score
    below the block's ``min_weight`` or without one of its ``require_any`` parts. The
    contributions of the parts add up to the score before the cap. ``facts`` go before what
    machines ``logged``, and that before what the record says.
    """
    outcomes = project.outcomes or Outcomes()
    parts = [
        _found(
            part,
            declared,
            outcomes.parts.get(part),
            (facts or {}).get(part),
            (logged or {}).get(fed_by(part, declared)),
        )
        for part, declared in block.parts.items()
    ]
    reason = _why_no_score(project, block, parts)
    weight = 0.0 if reason else sum(part.declared.weight for part in _present(parts))
    details = [_detail(part, weight) for part in parts]
    # Four decimals: a published number has six digits, and its steps must add up to it.
    whole = round(sum(d.contribution for d in details), 4)
    score = None if reason else min(100.0, max(0.0, whole))
    value, capped = _cap(score, project, block)
    return Finding(
        kind="success",
        subject=name,
        value=value,
        unit="points",
        n=len(_present(parts)),
        as_of=as_of,
        method=METHOD,
        method_version=METHOD_VERSION,
        label=NOT_ENOUGH if value is None else _label(value, outcomes, block),
        evidence=_evidence(path, outcomes, parts),
        quality=[reason] if reason else _quality(outcomes, block, parts, capped=capped),
        detail=SuccessDetail(
            version=block.version,
            parts=details,
            completeness=_completeness(parts),
            status=project.status,
            capped=capped,
        ),
    )


def fed_by(name: str, part: SuccessPart) -> str:
    """Which of :data:`FED` gives a part its value: as declared, else by its name, else empty."""
    if part.facts is None:
        return name if name in FED else ""
    return "" if part.facts == "none" else part.facts


def part_share(value: float, worst: float, best: float, scale: str = "linear") -> float | None:
    """How far ``value`` is on the way from ``worst`` (0) to ``best`` (1), clipped to 0-1.

    Less is better when ``best`` lies below ``worst``. None when the scale cannot hold the
    numbers: ends that do not differ, or a negative value on a log scale.
    """
    if scale == "log" and value < 0:
        return None
    at, start, end = (_transform(number, scale) for number in (value, worst, best))
    if not (math.isfinite(start) and math.isfinite(end)) or start == end:
        return None
    return min(1.0, max(0.0, (at - start) / (end - start)))


def _transform(value: float, scale: str) -> float:
    if scale == "linear":
        return value
    shifted = value + 1.0 if scale == "log1p" else value
    if shifted <= 0:
        return -math.inf
    return math.log1p(value) if scale == "log1p" else math.log(value)


def _found(
    name: str,
    declared: SuccessPart,
    recorded: Measured | None,
    fact: tuple[float, str, str] | None,
    logged: Finding | None,
) -> _Part:
    """One part from the project's custom metrics, else from what was logged, else its record."""
    if fact is None:
        if logged is not None:
            return _from_logs(name, declared, recorded, logged)
        return _measure(name, declared, recorded)
    value, where, file = fact
    if recorded is None:
        measured = Measured(value=value, metric=declared.metric, evidence=file)
    else:
        measured = recorded.model_copy(update={"value": value, "evidence": file})
    part = _measure(name, declared, measured)
    source = part.source if part.share is None else f"custom metric, {where}"
    against = ""
    if recorded is not None and not math.isclose(recorded.value, value, rel_tol=1e-9):
        against = (
            f"{name}: the record says {recorded.value:g}, {where} says {value:g}, which counts"
        )
    return replace(part, source=source, against=against)


def _from_logs(
    name: str, declared: SuccessPart, recorded: Measured | None, logged: Finding
) -> _Part:
    """One part from what machines logged where that is the whole of it, else from its record."""
    value, reason = logged.value, "; ".join(logged.quality)
    if value is not None and declared.unit not in (None, logged.unit):
        value, reason = None, f"the part counts {declared.unit}, they count {logged.unit}"
    if value is None:
        part = _measure(name, declared, recorded)
        return replace(part, notes=(f"{name}: not from facts: {reason}",))
    if recorded is None:
        measured = Measured(value=value, metric=declared.metric)
    else:
        measured = recorded.model_copy(update={"value": value, "evidence": None})
    part = _measure(name, declared, measured)
    against = ""
    if recorded is not None and not math.isclose(recorded.value, value, rel_tol=1e-6):
        against = f"{name}: the record says {recorded.value:g}, facts say {value:g}, which counts"
    return replace(
        part,
        source=part.source if part.share is None else logged.label,
        against=against,
        notes=tuple(f"{name}: {note}" for note in logged.quality),
        refs=tuple(logged.evidence),
    )


def _measure(name: str, declared: SuccessPart, measured: Measured | None) -> _Part:
    if measured is None:
        return _Part(name, declared, None, None, "not recorded")
    if faults := [found.message for found in metric_faults(declared, measured)]:
        return _Part(name, declared, measured, None, "; ".join(faults))
    if declared.kind == "skill":
        worst, best, soft, fault = _anchors(name, measured)
    else:
        worst, best, soft, fault = declared.worst, declared.best, "", ""
    if fault or worst is None or best is None:
        return _Part(name, declared, measured, None, fault, worst, best)
    share = part_share(measured.value, worst, best, declared.scale)
    if share is None:
        fault = f"value {measured.value:g} does not fit a {declared.scale} scale"
        fault += f" from {worst:g} to {best:g}"
        return _Part(name, declared, measured, None, fault, worst, best)
    return _Part(name, declared, measured, share, "record", worst, best, soft)


def _anchors(name: str, measured: Measured) -> tuple[float | None, float | None, str, str]:
    """Baseline and target of a skill part, what was assumed for them, and what is missing."""
    metric = metric_key(measured.metric)
    known = KNOWN.get(metric)
    guess, perfect = (known.guess, known.best) if known else (None, None)
    worst = guess if measured.baseline is None else measured.baseline
    best = perfect if measured.target is None else measured.target
    if worst is None or best is None:
        lacking = " and ".join(
            word for word, end in (("baseline", worst), ("target", best)) if end is None
        )
        return worst, best, "", f"{metric or 'the metric'} needs a declared {lacking}"
    if worst == best:
        return worst, best, "", f"baseline and target are both {worst:g}"
    assumed = []
    if measured.baseline is None:
        assumed.append(f"baseline {worst:g} (guessing)")
    if measured.target is None:
        assumed.append(f"target {best:g} (perfect)")
    if not assumed:
        return worst, best, "", ""
    soft = f"{name}: soft, no declared anchors for {metric}, taken: {', '.join(assumed)}"
    return worst, best, soft + "; how hard the data is stays in the score", ""


def _present(parts: list[_Part]) -> list[_Part]:
    return [part for part in parts if part.share is not None]


def _completeness(parts: list[_Part]) -> float:
    total = sum(part.declared.weight for part in parts)
    return sum(part.declared.weight for part in _present(parts)) / total


def _why_no_score(project: Project, block: Success, parts: list[_Part]) -> str:
    if project.status not in ENDED:
        return f"the project is {project.status}: it has a score once it has ended"
    present = {part.name for part in _present(parts)}
    if not present:
        faults = [f"{part.name}: {part.source}" for part in parts if part.measured]
        return "; ".join(["no part of success is measured", *faults])
    if block.require_any and not present & set(block.require_any):
        return f"none of {', '.join(block.require_any)} is measured, at least one is needed"
    complete = _completeness(parts)
    if complete < block.min_weight - _SLACK:
        return (
            f"{100 * complete:.0f} % of the weights are measured, "
            f"at least {100 * block.min_weight:.0f} % are needed"
        )
    return ""


def _detail(part: _Part, present_weight: float) -> SuccessPartDetail:
    share, weight = part.share, part.declared.weight
    counts = share is not None and present_weight > 0
    measured = part.measured
    skill = part.declared.kind == "skill"
    return SuccessPartDetail(
        name=part.name,
        value=measured.value if measured else None,
        score=None if share is None else 100 * share,
        weight=weight,
        contribution=100 * weight / present_weight * share if counts and share else 0.0,
        source=f"{part.source}, soft anchors" if part.soft else part.source,
        baseline=part.worst if skill else None,
        target=part.best if skill else None,
        unit=part.declared.unit or (measured.metric if measured else None) or "",
    )


def _cap(score: float | None, project: Project, block: Success) -> tuple[float | None, bool]:
    if score is None or project.status != "abandoned" or score <= block.abandoned.cap:
        return score, False
    return block.abandoned.cap, True


def _label(value: float, outcomes: Outcomes, block: Success) -> str:
    return outcomes.success or ("reached" if value >= block.success_at else "missed")


def _evidence(path: str, outcomes: Outcomes, parts: list[_Part]) -> list[Evidence]:
    files = {
        part.measured.evidence: part.name
        for part in parts
        if part.measured is not None and part.measured.evidence
    }
    found = [Evidence(kind="record", ref=path, note="outcomes")] if outcomes.parts else []
    found += [Evidence(kind="file", ref=file, note=files[file]) for file in sorted(files)]
    return found + [ref for part in parts for ref in part.refs]


def _quality(outcomes: Outcomes, block: Success, parts: list[_Part], *, capped: bool) -> list[str]:
    notes = []
    if missing := [part for part in parts if part.share is None]:
        share = 100 * _completeness(parts)
        listed = ", ".join(f"{part.name} ({part.source})" for part in missing)
        notes.append(f"{share:.0f} % of the weights are measured; without {listed}")
    notes += [part.soft for part in parts if part.soft]
    notes += [part.against for part in parts if part.against]
    notes += [note for part in parts for note in part.notes]
    if unknown := sorted(set(outcomes.parts) - set(block.parts)):
        notes.append(f"not a part of success in settings.yaml, not counted: {', '.join(unknown)}")
    if capped:
        notes.append(f"abandoned: capped at {block.abandoned.cap:g} points")
    if outcomes.success:
        notes.append("the verdict is the team's own")
    else:
        notes.append(f"the verdict is from the score: reached from {block.success_at:g} points on")
    return notes


__all__ = ["ENDED", "FED", "METHOD", "fed_by", "part_share", "score_success"]
