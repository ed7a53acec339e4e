"""What the uncertainty of a published formula needs: linear systems and quantiles.

Standard library only, as :mod:`.forecast`, whose third and fourth step these are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

from maestro.schema.formula import Formula, FormulaNode

_CLOSE = 1e-24
"""Squared size of what is left, relative to the start, at which the solver stops."""

Vector = list[float]


class Design:
    """The finished projects as sparse columns, and the linear systems that the nodes need."""

    def __init__(self, formula: Formula) -> None:
        assert formula.design is not None
        self.nodes, self.design = formula.nodes, formula.design
        self.blocks = blocks_of(formula)
        self.scale, self.shift = stretches(formula)
        self.rows = list(zip(self.design.numbers, self.design.ones, strict=True))
        self.squares = self._squares()

    def along(self, place: int, c: Vector) -> tuple[float, float]:
        """Mean and variance of ``c . w`` for a node; the mean is 0 without outcomes."""
        node = self.nodes[place]
        solved = self.solve(node, c)
        outcomes = self.design.outcomes
        mean = dot(self.times(solved), outcomes) / node.noise if outcomes else 0.0
        return mean, max(dot(solved, c), 0.0)

    def solve(self, node: FormulaNode, c: Vector) -> Vector:
        """u with P u = c, P = A'A / noise + diag(1 / spreads).

        Conjugate gradients, preconditioned with the diagonal of P (Hestenes and Stiefel,
        "Methods of conjugate gradients for solving linear systems", 1952).
        """
        prior = [1 / node.spreads[block] for block in self.blocks]
        easy = [1 / (p + d / node.noise) for p, d in zip(prior, self.squares, strict=True)]
        found, left = [0.0] * len(c), list(c)
        step = [e * r for e, r in zip(easy, left, strict=True)]
        size = dot(left, step)
        enough = _CLOSE * size
        for _ in range(4 * len(c)):
            if size <= enough:
                break
            seen = self.back(self.times(step))
            image = [p * s + b / node.noise for p, s, b in zip(prior, step, seen, strict=True)]
            far = size / dot(step, image)
            found = [f + far * s for f, s in zip(found, step, strict=True)]
            left = [r - far * i for r, i in zip(left, image, strict=True)]
            ready = [e * r for e, r in zip(easy, left, strict=True)]
            before, size = size, dot(left, ready)
            step = [z + size / before * s for z, s in zip(ready, step, strict=True)]
        return found

    def times(self, v: Vector) -> Vector:
        """A v: one number for each finished project."""
        wide = [s * x for s, x in zip(self.scale, v, strict=True)]
        always = v[0] - dot(self.shift, wide)
        out = []
        for numbers, ones in self.rows:
            said = always
            for place, number in enumerate(numbers, 1):
                said += number * v[place]
            for place in ones:
                said += wide[place]
            out.append(said)
        return out

    def back(self, said: Vector) -> Vector:
        """A' said: one number for each column."""
        out = [0.0] * len(self.scale)
        for (numbers, ones), one in zip(self.rows, said, strict=True):
            for place, number in enumerate(numbers, 1):
                out[place] += number * one
            for place in ones:
                out[place] += one
        total = sum(said)
        out[0] = total
        return [
            scale * (o - shift * total)
            for o, scale, shift in zip(out, self.scale, self.shift, strict=True)
        ]

    def _squares(self) -> Vector:
        """Sum of squares of each column."""
        out = [0.0] * len(self.scale)
        count = len(self.rows)
        out[0] = float(count)
        for numbers, ones in self.rows:
            for place, number in enumerate(numbers, 1):
                out[place] += number * number
            for place in ones:
                out[place] += 1 - 2 * self.shift[place]
        return [
            scale * scale * (o + count * shift * shift)
            for o, scale, shift in zip(out, self.scale, self.shift, strict=True)
        ]


def blocks_of(formula: Formula) -> list[int]:
    """The block of each column; the constant's is 0."""
    found = [0, *(number.block for number in formula.numbers)]
    for words in formula.words:
        found += [words.block] * len(words.levels)
    for pieces in formula.pieces:
        found += [pieces.block] * len(pieces.columns)
    return found


def stretches(formula: Formula) -> tuple[Vector, Vector]:
    """Scale and shift of each column: a one of the design stands for scale * (1 - shift)."""
    plain = 1 + len(formula.numbers) + sum(len(words.levels) for words in formula.words)
    scale, shift = [1.0] * plain, [0.0] * plain
    for pieces in formula.pieces:
        scale += [1 / pieces.norm] * len(pieces.columns)
        shift += pieces.shares if pieces.centred else [0.0] * len(pieces.columns)
    return scale, shift


def quantile(share: float, means: Vector, sds: Vector, shares: Vector) -> float:
    """Where a share of the mixture of normal distributions lies below, by halving."""
    low = min(mean - 10 * sd for mean, sd in zip(means, sds, strict=True))
    high = max(mean + 10 * sd for mean, sd in zip(means, sds, strict=True))
    for _ in range(50):
        middle = (low + high) / 2
        parts = zip(means, sds, shares, strict=True)
        below = sum(weight * normal((middle - mean) / sd) for mean, sd, weight in parts)
        low, high = (middle, high) if below < share else (low, middle)
    return (low + high) / 2


def normal(x: float) -> float:
    """Share of the standard normal distribution below x, by its series.

    Marsaglia, "Evaluating the normal distribution", Journal of Statistical Software 11, 2004.
    """
    if abs(x) > 8:
        return 0.0 if x < 0 else 1.0
    total, term, k = x, x, 1
    while abs(term) > 1e-17 * abs(total):
        k += 2
        term *= x * x / k
        total += term
    return 0.5 + total * math.exp(-x * x / 2) / math.sqrt(2 * math.pi)


def dot(a: Sequence[float], b: Sequence[float]) -> float:
    """The sum of products, from first to last."""
    return sum(x * y for x, y in zip(a, b, strict=True))
