"""A published formula evaluated: what a project that is only planned may take and reach.

Standard library only, and nothing here depends on its version: ports to other languages follow
it line by line and must agree within 1e-9. The steps are

0. a project far outside what was seen gets no number (:func:`.planned.far_outside`),
1. the project becomes columns c (:func:`columns_of`); what it reuses, or its roles, count as the
   shares among the finished projects where it does not list them; so does each other piece where
   it may reuse more than it lists,
2. centre = mean + sd * (c . weights), with logarithms of an outcome that is above 0, kept
   within the ends (:func:`forecast`),
3. for each node, the variance of c . w given the finished projects is c' P^-1 c with
   P = A'A / noise + diag(1 / spreads), A the design, and its mean is c' P^-1 A'y / noise: one
   linear system, solved by conjugate gradients (:class:`.solving.Design`), which need A only as
   sparse rows; words and pieces that have no column add their spread, a list of pieces or roles
   that is not there, or not all, adds what the node says,
4. the interval: Student's t around the centre of a logarithm; for points the quantiles of the
   mixture over the nodes (:func:`.solving.quantile`).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.formula import Formula, FormulaNode, FormulaNumber, FormulaPieces

from .planned import Planned, far_outside, warnings_of
from .solving import Design, Vector, dot, quantile
from .table import ROLE, UNUSED, lack_of, name_of_use
from .targets import DRIVERS

_LEAST_EFFECT = 1e-9
"""Effects below this share of the outcome are rounding."""
USUAL_REUSE = (
    "how much its team usually reuses is an adjustment: it sets teams apart and does not say what "
    "this project's own reuse brings"
)
"""What to know where a forecast is moved by it."""
_EPOCH = date(1970, 1, 1).toordinal()

Along = Callable[[int, Vector], tuple[float, float]]
"""Number of a node and columns to the mean and the variance of ``c . w``, given that node."""


@dataclass(frozen=True, slots=True)
class Moved:
    """One thing that moves a forecast away from the typical project, in the outcome's unit."""

    name: str
    effect: float


@dataclass(frozen=True, slots=True)
class Forecast:
    """One outcome of one planned project."""

    target: str
    unit: str
    value: float | None
    """None too far outside what was seen."""
    lo: float | None
    hi: float | None
    """Ends of the interval; a chance has none, nor have outcomes that were all the same."""
    level: float | None
    typical: float | None
    """What the drivers start from; None where they are not shown."""
    drivers: list[Moved]
    """Largest first; empty without enough evidence."""
    doubts: list[str]
    """What to say first about the model."""
    warnings: list[str]
    """What lies outside the data seen, and what is not used."""
    label: str
    n: int
    base_rate: float | None = None


@dataclass(frozen=True, slots=True)
class _Columns:
    """A project as columns, with the name of what each stands for."""

    values: Vector
    names: list[str]
    usual: Vector
    """The same of the average project, from which drivers start."""
    strange: list[int]
    """Block of each word or piece that has no column and makes the interval wider."""


def forecast(formula: Formula, project: Planned, along: Along | None = None) -> Forecast:
    """What the formula says of a project that may not be in the library.

    ``along``: a faster way to the means and variances of the nodes; they must agree.
    """
    if far := far_outside(formula, project):
        return _no_answer(formula, project, far)
    value, lo, hi = _plain(formula)
    typical: float | None = None
    drivers: list[Moved] = []
    if formula.weights:
        columns = columns_of(formula, project)
        centre = _start(formula) + formula.sd * dot(columns.values, formula.weights)
        if formula.kind == "logit":
            value = 100 / (1 + math.exp(-centre))
        else:
            solve = along or Design(formula).along
            unsaid = [_unsaid(node, project) for node in formula.nodes]
            value, lo, hi = _interval(formula, columns, (centre, unsaid), solve)
            if formula.label != NOT_ENOUGH:
                typical, drivers = _moved(formula, columns, value)
    notes = warnings_of(formula, project)
    notes += [USUAL_REUSE] * any(one.name == "usual_reuse" for one in drivers)
    return Forecast(
        target=formula.target,
        unit=formula.unit,
        value=value,
        lo=lo,
        hi=hi,
        level=None if lo is None else formula.level,
        typical=typical,
        drivers=drivers,
        doubts=list(formula.doubts),
        warnings=notes,
        label=formula.label,
        n=formula.n,
        base_rate=formula.base_rate,
    )


def _no_answer(formula: Formula, project: Planned, far: list[str]) -> Forecast:
    """Why there is no number, and what else there is to know."""
    return Forecast(
        target=formula.target,
        unit=formula.unit,
        value=None,
        lo=None,
        hi=None,
        level=None,
        typical=None,
        drivers=[],
        doubts=far,
        warnings=[],
        label=NOT_ENOUGH,
        n=formula.n,
        base_rate=formula.base_rate,
    )


def formulas_in(findings: Iterable[Mapping[str, Any]]) -> dict[str, Formula]:
    """Target to its formula, from a build's findings as plain data; only those there are."""
    found = {}
    for finding in findings:
        detail = finding.get("detail") or {}
        if finding["kind"] == "outcome_model" and detail.get("formula"):
            found[finding["subject"]] = Formula.model_validate(detail["formula"], strict=False)
    return found


def _plain(formula: Formula) -> tuple[float, float | None, float | None]:
    """Median and interval without a model; the base rate, in per cent, for a chance."""
    if formula.kind in ("logit", "rate"):
        return 100 * (formula.base_rate or 0.0), None, None
    if not formula.tails:
        return formula.mean, None, None
    half = formula.sd * formula.tails[f"{formula.level:g}"]
    if formula.is_log:
        return formula.mean, formula.mean * math.exp(-half), formula.mean * math.exp(half)
    return formula.mean, max(formula.mean - half, 0.0), min(formula.mean + half, 100.0)


def _start(formula: Formula) -> float:
    """The mean on the formula's scale."""
    return math.log(formula.mean) if formula.is_log else formula.mean


def columns_of(formula: Formula, project: Planned) -> _Columns:
    """The project as columns: a constant, numbers, words, pieces."""
    values, names, strange, usual = [1.0], [""], list[int](), [1.0]
    for number in formula.numbers:
        values.append(_number(number, project, formula.usual))
        names.append(number.name)
        # What is not said moves nothing: it is where drivers start from.
        usual.append(0.0 if _is_said(number, project) else values[-1])
    known = _words(project)
    for words in formula.words:
        word = known[words.field]
        values += [1.0 if word == level else 0.0 for level in words.levels]
        names += [words.name] * len(words.levels)
        usual += [0.0] * len(words.levels) if word else values[-len(words.levels) :]
        if word not in words.levels:
            strange.append(words.block)
    for pieces in formula.pieces:
        for member, share in zip(pieces.columns, pieces.shares, strict=True):
            shift = share if pieces.centred else 0.0
            values.append((_holds(pieces, project, member, share) - shift) / pieces.norm)
            names.append(_moves(pieces, project, member))
            usual.append((share - shift) / pieces.norm)
        if pieces.adds:
            uses = project.uses or ()
            strange += [pieces.block for use in uses if not _has(pieces, formula, use)]
    return _Columns(values, names, usual, strange)


def _number(number: FormulaNumber, project: Planned, usual: Mapping[str, float]) -> float:
    raw = _raw(number.field, project, usual)
    if raw is None or (number.scale == "log" and raw <= 0):
        scaled = number.missing
    elif number.scale == "log":
        scaled = math.log(raw)
    elif number.scale == "log1p":
        scaled = math.log1p(max(raw, 0.0))
    else:
        scaled = raw
    if number.field == "reuse" and project.may_use_more:
        scaled = max(scaled, number.missing)
    found = (scaled - number.mean) / number.sd
    if number.limit is not None:
        found = min(max(found, -number.limit), number.limit)
    if number.square_mean is not None:
        found = (found * found - number.square_mean) / number.square_sd
    return found


def _is_said(number: FormulaNumber, project: Planned) -> bool:
    """Whether the project states what a number is made from."""
    if number.field == "usual_reuse":
        return project.team is not None
    is_open = number.field == "reuse" and project.may_use_more
    return not is_open and _raw(number.field, project, {"": 0.0}) is not None


def _raw(name: str, project: Planned, usual: Mapping[str, float]) -> float | None:
    if name == "reuse":
        return None if project.uses is None else float(len(project.names))
    if name == "usual_reuse":
        return usual.get(project.team or "", usual[""])
    if name == "started":
        return None if project.started is None else float(project.started.toordinal() - _EPOCH)
    value = {
        "team_size": project.team_size,
        "complexity": project.complexity,
        "data_rows": project.data_rows,
    }[name]
    return None if value is None else float(value)


def _words(project: Planned) -> dict[str, str]:
    day = project.started
    return {
        "problem_class": project.problem_class or "",
        "team": project.team or "",
        "domain": project.domain or "",
        "quarter": "" if day is None else f"{day.year}Q{(day.month + 2) // 3}",
    }


def _holds(pieces: FormulaPieces, project: Planned, member: str, share: float) -> float:
    """1 where the project has this member, 0 where not, the share where it does not say."""
    held: Sequence[str] | None
    is_open = False
    if pieces.members == "names and roles" and member.startswith(ROLE):
        held, member = project.roles, member[len(ROLE) :]
    elif pieces.members == "references":
        held = project.uses
        # It uses one version of a piece: with that known, it has none of the others.
        is_open = project.may_use_more and name_of_use(member) not in project.names
    else:
        held = None if project.uses is None else project.names
        is_open = project.may_use_more
    if held is None:
        return share
    return share if is_open and member not in held else float(member in held)


def _moves(pieces: FormulaPieces, project: Planned, member: str) -> str:
    """What a column stands for: the piece or role, or all together that the project has not."""
    if pieces.members == "names and roles" and member.startswith(ROLE):
        return member if member[len(ROLE) :] in (project.roles or ()) else lack_of(member)
    name = name_of_use(member) if pieces.members == "references" else member
    return name if name in project.names else UNUSED


def _unsaid(node: FormulaNode, project: Planned) -> float:
    """What lists that are not there add to the variance.

    A list that may not be all adds as much: which pieces it lacks is as little known, and what
    is left of the variance without those it names would have to be published for each set.
    """
    if project.uses is None or project.may_use_more:
        return node.unknown_both if project.roles is None else node.unknown_uses
    return node.unknown_roles if project.roles is None else 0.0


def _has(pieces: FormulaPieces, formula: Formula, use: str) -> bool:
    """Whether a reference has a column here, or one of its own that speaks for it."""
    if pieces.members == "references":
        return use in pieces.columns
    versions = [one for one in formula.pieces if one.members == "references"]
    return name_of_use(use) in pieces.columns or any(use in one.columns for one in versions)


def _interval(
    formula: Formula, columns: _Columns, said: tuple[float, list[float]], along: Along
) -> tuple[float, float, float]:
    """Value and ends of the interval, in the outcome's unit.

    ``said``: the centre, and what is added to the variance of each node for lists not there.
    """
    c, (centre, unsaid) = columns.values, said
    least, most = formula.ends
    strange = [
        more + sum(node.spreads[block] for block in columns.strange)
        for node, more in zip(formula.nodes, unsaid, strict=True)
    ]
    if formula.kind == "log":
        node = formula.nodes[0]
        spread = formula.sd * math.sqrt(node.noise + along(0, c)[1] + strange[0])
        centre = min(max(centre, math.log(least)), math.log(most))
        half = spread * formula.tails[f"{formula.level:g}"]
        return math.exp(centre), math.exp(centre - half), math.exp(centre + half)
    found = [along(place, c) for place in range(len(formula.nodes))]
    shares = [node.weight for node in formula.nodes]
    middle = sum(share * mean for share, (mean, _) in zip(shares, found, strict=True))
    means = [centre + formula.sd * (mean - middle) for mean, _ in found]
    sds = [
        formula.sd * math.sqrt(node.noise + variance + more)
        for node, (_, variance), more in zip(formula.nodes, found, strange, strict=True)
    ]
    tail = (1 - formula.level) / 2
    value = min(max(centre, least), most)
    ends = [
        min(max(quantile(share, means, sds, shares), least), most) for share in (tail, 1 - tail)
    ]
    return value, min(ends[0], value), max(ends[1], value)


def _moved(formula: Formula, columns: _Columns, value: float) -> tuple[float, list[Moved]]:
    """The typical outcome and what moves this one away from it, largest first.

    All effects, listed or not, add up to the difference. For a logarithm they are brought to the
    outcome's unit by the logarithmic mean (Ang, Energy Policy 33, 2005).
    """
    is_log = formula.is_log
    start = _start(formula) + formula.sd * dot(columns.usual, formula.weights)
    end = math.log(value) if is_log else value
    parts: dict[str, float] = {}
    for place in range(1, len(columns.values)):
        apart = columns.values[place] - columns.usual[place]
        part = formula.sd * apart * formula.weights[place]
        parts[columns.names[place]] = parts.get(columns.names[place], 0.0) + part
    limit = "limit of what was seen" if is_log else "limit of the scale"
    parts[limit] = end - start - math.fsum(parts.values())
    typical, unit = start, 1.0
    if is_log:
        typical = math.exp(start)
        is_apart = abs(end - start) > _LEAST_EFFECT
        unit = (value - typical) / (end - start) if is_apart else value
    moved = [Moved(name, part * unit) for name, part in parts.items()]
    moved = [one for one in moved if abs(one.effect) > _LEAST_EFFECT * max(1.0, abs(value))]
    return typical, sorted(moved, key=lambda one: (-abs(one.effect), one.name))[:DRIVERS]


__all__ = ["Forecast", "Moved", "Planned", "columns_of", "forecast", "formulas_in", "warnings_of"]
