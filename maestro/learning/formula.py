"""Fitted models of outcomes as published formulas.

Every number is cut to a few significant digits here, before anything is computed from it, so
that all who evaluate the formula (:mod:`.forecast`) start from the same numbers and agree.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any, Literal

import numpy as np
from scipy.linalg import cho_factor, cho_solve
from scipy.special import stdtrit

from maestro.schema.findings import round_numbers
from maestro.schema.formula import (
    Formula,
    FormulaDesign,
    FormulaNode,
    FormulaNumber,
    FormulaPieces,
    FormulaSeen,
    FormulaWords,
)

from .blocks import Array, Posterior
from .encoding import MISSING, Encoding
from .planned import ranges_of
from .solving import Vector, blocks_of, stretches
from .table import ROLE, Row, names_of
from .targets import LOGISTIC, PLUS_MINUS, Fitted, doubts
from .unsaid import unsaid_variance

if TYPE_CHECKING:
    from .success_model import SuccessModel

LEVELS = (0.8, 0.9)
_UNKNOWN = 0.25
"""Spread of a category without any level, as in :mod:`.outcome`."""
_DIGITS = 5
"""Significant digits of the design's numbers: they move the interval by less than 0.01 %."""
_LIMIT = 4.0


def formula_of(
    fitted: Fitted, level: float, past: tuple[float, float | None, float | None] | None = None
) -> Formula:
    """The published formula of a fitted model, for intervals at ``level``.

    ``past``: median of the finished projects, and the interval that one more falls into.
    """
    model, target = fitted.model, fitted.target
    values: dict[str, Any]
    if target.method == LOGISTIC:
        values = _chance(model)
    elif not model.is_model_:
        values = _spread(model, target.is_log, level)
    elif target.method == PLUS_MINUS:
        values = _score(model)
    else:
        values = _outcome(fitted, level)
    return Formula(
        target=target.name,
        unit=target.unit,
        label=fitted.verdict.label,
        n=len(fitted.rows),
        doubts=doubts(fitted),
        level=level,
        past=_three(past),
        seen=seen_in(fitted.rows),
        **values,
    )


def _three(
    values: tuple[float, float | None, float | None] | None,
) -> tuple[float, float, float] | None:
    """The same rounded; None without an interval."""
    if values is None or values[1] is None:
        return None
    middle, lo, hi = round_numbers(values)
    return middle, lo, hi


def seen_in(rows: Sequence[Row]) -> FormulaSeen:
    """What these projects were like."""
    ranges, words = ranges_of(rows), {}
    for name in ("problem_class", "team", "domain"):
        found = {value for row in rows if (value := getattr(row, name)) is not None}
        if found:
            words[name] = sorted(found)
    pieces = sorted({name for row in rows for name in names_of(row)})
    return FormulaSeen(ranges=ranges, words=words, pieces=pieces)


def _spread(model: Any, is_log: bool, level: float) -> dict[str, Any]:
    centre, spread, df = model.plain_spread(1)
    middle = math.exp(centre[0]) if is_log else float(centre[0])
    if not model.differs_:
        sizes = round_numbers({"mean": middle, "sd": 0.0})
        return {"kind": "spread", "is_log": is_log, **sizes}
    sizes = round_numbers({"mean": middle, "sd": float(spread[0])})
    return {"kind": "spread", "is_log": is_log, "tails": _tails(df, level), **sizes}


def _tails(df: float, level: float) -> dict[str, float]:
    """Level to Student's quantile at its upper end."""
    wanted = sorted({*LEVELS, level})
    found = {f"{one:g}": float(stdtrit(df, (1 + one) / 2)) for one in wanted}
    rounded: dict[str, float] = round_numbers(found)
    return rounded


def _chance(model: Any) -> dict[str, Any]:
    rate = round_numbers(float(model.base_rate_))
    if not model.is_model_:
        return {"kind": "rate", "base_rate": rate}
    parts, _ = _encoded(model.encoding_)
    logistic = model.model_
    weights = [float(logistic.intercept_[0]), *map(float, logistic.coef_[0])]
    return {"kind": "logit", "base_rate": rate, "weights": round_numbers(weights), **parts}


def _encoded(encoding: Encoding) -> tuple[dict[str, Any], list[str]]:
    """Numbers, words and pieces of an encoding, and the names of their blocks in the fit."""
    blocks, numbers, words, pieces = ["constant"], [], [], []
    for one in encoding.numbers:
        sizes = round_numbers({"mean": one.mean, "sd": one.sd, "missing": one.mean})
        scale: Literal["log1p", "plain"] = "log1p" if one.is_log else "plain"
        numbers.append(_column(one.name, one.name, scale, {**sizes, "limit": _LIMIT}, len(blocks)))
        blocks.append(f"number {one.name}")
    for word in encoding.categories:
        levels = ["" if level == MISSING else level for level in word.levels]
        words.append(_words(word.name, word.name, levels, len(blocks)))
        blocks.append(f"category {word.name}")
    if (held := encoding.memberships) is not None:
        shares: list[float] = round_numbers(held.shares.tolist())
        pieces.append(
            FormulaPieces(
                members="names and roles",
                columns=list(held.names),
                shares=shares,
                centred=True,
                norm=round_numbers(held.norm),
                adds=False,
                block=len(blocks),
            )
        )
        blocks.append("memberships")
    return {"numbers": numbers, "words": words, "pieces": pieces}, blocks


def _column(
    name: str, field: Any, scale: Any, sizes: dict[str, float | None], block: int
) -> FormulaNumber:
    values: dict[str, Any] = {**sizes}
    return FormulaNumber(name=name, field=field, scale=scale, block=block, **values)


def _words(name: str, field: Any, levels: list[str], block: int) -> FormulaWords:
    return FormulaWords(name=name, field=field, levels=levels, block=block)


def _outcome(fitted: Fitted, level: float) -> dict[str, Any]:
    """Duration or cost: one node, whose weights are published."""
    model, best = fitted.model, fitted.model.posterior_
    parts, blocks = _encoded(model.encoding_)
    columns = np.hstack([np.ones((len(fitted.rows), 1)), model.encoding_.columns(fitted.frame)])
    spreads = [best.taus.get(name, _UNKNOWN) ** 2 for name in blocks]
    node = FormulaNode(
        weight=1.0,
        noise=best.sigma**2,
        spreads=spreads,
        **_unsaid(model.seen_, best, *_unlisted(model.encoding_)),
    )
    sizes = {"mean": math.exp(model.mean_), "sd": model.sd_, "weights": best.mean.tolist()}
    low, high = (math.exp(end) for end in model.ends_)
    return {
        "kind": "log",
        "is_log": True,
        "ends": _pair((low, high)),
        "tails": _tails(model.df_, level),
        "nodes": [_cut(node)],
        "design": _design(columns, len(parts["numbers"]), []),
        **round_numbers(sizes),
        **parts,
    }


def _unlisted(encoding: Encoding) -> tuple[list[int], list[int]]:
    """The columns that are not known without a list of pieces, and without one of roles."""
    reuse = [place for place, one in enumerate(encoding.numbers, 1) if one.name == "reuse"]
    roles: list[int] = []
    start = 1 + len(encoding.numbers) + sum(len(word.levels) for word in encoding.categories)
    for place, name in enumerate(encoding.memberships.names if encoding.memberships else ()):
        (roles if name.startswith(ROLE) else reuse).append(start + place)
    return reuse, roles


def _unsaid(seen: Array, node: Posterior, uses: list[int], roles: list[int]) -> dict[str, float]:
    """What not knowing these columns adds to the variance."""
    found = {}
    lists = {"unknown_uses": uses, "unknown_roles": roles, "unknown_both": [*uses, *roles]}
    for name, places in lists.items():
        unknown = np.zeros(seen.shape[1], dtype=np.bool_)
        unknown[places] = True
        found[name] = unsaid_variance(seen, unknown, node)
    return found


def _pair(ends: tuple[float, float]) -> tuple[float, float]:
    low, high = round_numbers(ends)
    return low, high


def _cut(node: FormulaNode) -> FormulaNode:
    return FormulaNode.model_validate(round_numbers(node.model_dump()))


def _design(columns: Array, numbers: int, outcomes: list[float]) -> FormulaDesign:
    """The rows of the fit: numbers as they are, of all other columns where they are positive."""
    held = [[int(place) for place in np.flatnonzero(row > 0)] for row in columns]
    return FormulaDesign(
        numbers=[[float(f"{x:.{_DIGITS}g}") for x in row[1 : 1 + numbers]] for row in columns],
        ones=[[place for place in row if place > numbers] for row in held],
        outcomes=round_numbers(outcomes),
    )


def _score(model: SuccessModel) -> dict[str, Any]:
    """The success score: the columns of the plus-minus, and its nodes."""
    fit = model.model_
    learned = fit.columns
    parts, order = _covariates(model), ["free"]
    words = []
    for name, field in (("class", "problem_class"), ("team", "team"), ("quarter", "quarter")):
        shown = "start_date" if name == "quarter" else field
        words.append(_words(shown, field, learned.levels[name], len(order)))
        order.append(name)
    pieces, used = [], list[int]()
    for name, members, names in (
        ("name", "names", learned.names),
        ("version", "references", learned.versions),
    ):
        if names:
            start = fit.fit.place(name)
            shares = fit.fit.columns[:, start : start + len(names)].mean(axis=0).tolist()
            pieces.append(_pieces(members, names, round_numbers(shares), len(order)))
            used += range(start, start + len(names))
            order.append(name)
    widths = {block.name: block.columns.shape[1] for block in fit.fit.blocks}
    places = [fit.fit.place(name) + k for name in order for k in range(widths[name])]
    columns = fit.fit.columns[:, places]
    weights = fit.weights @ np.array([node.mean for node in fit.nodes])
    nodes = [
        FormulaNode(
            weight=float(weight),
            noise=node.sigma**2,
            spreads=[node.taus[name] ** 2 for name in order],
            **_unsaid(fit.fit.columns, node, used, []),
        )
        for node, weight in zip(fit.nodes, fit.weights, strict=True)
    ]
    outcomes = (np.array([case.success for case in fit.cases]) - fit.mean) / fit.sd
    usual = {team: mean for team, mean in learned.mundlak.items() if team != MISSING}
    sizes = {
        "mean": fit.mean,
        "sd": fit.sd,
        "weights": weights[places].tolist(),
        "usual": {**usual, "": learned.usual},
    }
    return {
        "kind": "points",
        "ends": (0.0, 100.0),
        "numbers": parts,
        "words": words,
        "pieces": pieces,
        "nodes": [_cut(node) for node in nodes],
        "design": _design(columns, len(parts), outcomes.tolist()),
        **round_numbers(sizes),
    }


def _pieces(members: Any, names: list[str], shares: list[float], block: int) -> FormulaPieces:
    return FormulaPieces(
        members=members,
        columns=list(names),
        shares=shares,
        centred=False,
        norm=1.0,
        adds=True,
        block=block,
    )


def _covariates(model: SuccessModel) -> list[FormulaNumber]:
    """Complexity, log team size, day, the team's usual reuse, and the squares of three."""
    learned = model.model_.columns
    kinds: tuple[tuple[str, str, str, float], ...] = (
        ("complexity", "complexity", "plain", learned.middles[0]),
        ("team_size", "team_size", "log", learned.middles[1]),
        ("start_date", "started", "plain", float(model.day_)),
        ("usual_reuse", "usual_reuse", "plain", learned.usual),
    )
    found = []
    for (name, field, scale, missing), one in zip(kinds, learned.scales, strict=True):
        if one.sd:
            sizes = round_numbers({"mean": one.mean, "sd": one.sd, "missing": missing})
            found.append(_column(name, field, scale, sizes, 0))
    for (name, field, scale, missing), one, square in zip(
        kinds, learned.scales, learned.squares, strict=False
    ):
        if square.sd:
            sizes = {"mean": one.mean, "sd": one.sd, "missing": missing}
            sizes |= {"square_mean": square.mean, "square_sd": square.sd}
            found.append(_column(name, field, scale, round_numbers(sizes), 0))
    return found


class Solver:
    """What :class:`.solving.Design` computes, by one factorisation for each node."""

    def __init__(self, formula: Formula) -> None:
        design = formula.design
        assert design is not None
        scale, shift = stretches(formula)
        held = np.zeros((len(design.ones), len(scale)))
        for row, places in enumerate(design.ones):
            held[row, places] = 1.0
        columns = (held - np.array(shift)) * np.array(scale)
        columns[:, 0] = 1.0
        if formula.numbers:
            columns[:, 1 : 1 + len(formula.numbers)] = np.array(design.numbers)
        gram, blocks = columns.T @ columns, np.array(blocks_of(formula))
        self._factors = [
            cho_factor(gram / node.noise + np.diag(1 / np.array(node.spreads)[blocks]))
            for node in formula.nodes
        ]
        outcomes = np.array(design.outcomes or [0.0] * len(columns))
        moments = columns.T @ outcomes
        self._means = [
            cho_solve(factor, moments / node.noise)
            for factor, node in zip(self._factors, formula.nodes, strict=True)
        ]

    def along(self, place: int, c: Vector) -> tuple[float, float]:
        """Mean and variance of ``c . w`` for a node."""
        row = np.array(c)
        variance = float(row @ cho_solve(self._factors[place], row))
        return float(row @ self._means[place]), max(variance, 0.0)


__all__ = ["Solver", "formula_of", "seen_in"]
