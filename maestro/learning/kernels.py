"""The regression of :mod:`.blocks` solved row by row: for more columns than rows.

Integrating the weights out of ``y = A w + e`` leaves ``y ~ Normal(0, V)`` with
``V = sum over blocks of tau_k^2 A_k A_k' + sigma^2`` (Rasmussen and Williams, "Gaussian Processes
for Machine Learning", 2006, section 2.1). It is the same model with the same numbers; the cost
is one inverse of rows x rows, however many columns there are.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

import numpy as np

from .blocks import Array, Block, Flat, Mixture, Search, Spread, inverse


@dataclass(frozen=True, slots=True)
class Setting:
    """Spreads, and how likely they are given the data."""

    theta: Array
    """Logarithms of the learned spreads, then of sigma."""
    taus: dict[str, float]
    """Block to its spread, in units of ``y``."""
    sigma: float
    value: float
    """Minus the log posterior of the spreads, up to a constant."""
    gradient: Array


@dataclass
class Kernels(Search[Setting]):
    """One regression: its blocks, its outcome, and the prior of what stays unexplained."""

    blocks: Sequence[Block]
    y: Array
    noise: Spread = field(default_factory=lambda: Spread(0.7, Flat(), -3.0, 0.5))

    def __post_init__(self) -> None:
        """Prepare the products of each block's columns."""
        self.blocks = [block for block in self.blocks if block.columns.shape[1]]
        self._kernels = [block.columns @ block.columns.T for block in self.blocks]

    @property
    def _places(self) -> list[int]:
        return [k for k, block in enumerate(self.blocks) if block.spread.prior is not None]

    @property
    def learned(self) -> list[Spread]:
        """The spreads of the blocks that have a prior, then that of the noise."""
        return [*(self.blocks[k].spread for k in self._places), self.noise]

    def _squares(self, theta: Array) -> Array:
        """The square of every block's spread."""
        logs = np.log([block.spread.start for block in self.blocks])
        logs[self._places] = theta[:-1]
        squares: Array = np.exp(2 * logs)
        return squares

    def _covariance(self, theta: Array) -> Array:
        """V of the module's first lines, rows x rows."""
        found = math.exp(2 * theta[-1]) * np.eye(len(self.y))
        for square, kernel in zip(self._squares(theta), self._kernels, strict=True):
            found += square * kernel
        return found

    def at(self, theta: Array) -> Setting:
        """How likely these log spreads are, and how that changes with them.

        Objective: (log|V| + y'V^-1 y) / 2 less the log priors. Its gradient along log tau_k is
        tau_k^2 (tr(V^-1 K_k) - a'K_k a) with a = V^-1 y, likewise along log sigma (Rasmussen and
        Williams, equation 5.9).
        """
        squares = self._squares(theta)
        variance = math.exp(2 * theta[-1])
        inverted, log_det = inverse(self._covariance(theta))
        solved = inverted @ self.y
        value = (log_det + float(self.y @ solved)) / 2
        slopes = [
            squares[k] * (np.vdot(inverted, self._kernels[k]) - solved @ self._kernels[k] @ solved)
            for k in self._places
        ]
        slopes.append(variance * (np.trace(inverted) - solved @ solved))
        for place, spread in enumerate(self.learned):
            assert spread.prior is not None
            more, slope = spread.prior.penalty(float(theta[place]))
            value, slopes[place] = value + more, slopes[place] + slope
        names = [block.name for block in self.blocks]
        taus = dict(zip(names, np.sqrt(squares).tolist(), strict=True))
        return Setting(theta, taus, math.sqrt(variance), float(value), np.array(slopes))

    def along(self, setting: Setting, directions: Array) -> tuple[Array, Array]:
        """Mean and variance of ``c'w`` for each row c of ``directions`` (k x columns)."""
        widths = [block.columns.shape[1] for block in self.blocks]
        prior = np.repeat(self._squares(setting.theta), widths)
        scaled = directions * prior
        columns = np.hstack([block.columns for block in self.blocks])
        reach = columns @ scaled.T
        inverted, _ = inverse(self._covariance(setting.theta))
        solved = inverted @ reach
        left = np.einsum("ij,ij->i", scaled, directions) - np.einsum("ij,ij->j", reach, solved)
        return self.y @ solved, np.maximum(left, 0.0)

    def mixed(self, nodes: Sequence[Setting], weights: Array, directions: Array) -> Mixture:
        """The distribution of ``c'w`` for each row c of ``directions``, over all nodes."""
        means, variances = zip(*(self.along(node, directions) for node in nodes), strict=True)
        return Mixture(np.array(means), np.sqrt(np.array(variances)), weights)
