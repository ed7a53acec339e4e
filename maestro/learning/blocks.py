"""The fitting core of impact and of the outcome models: columns in blocks, each with a spread.

``y = A w + e`` with ``w_j ~ Normal(0, tau_k^2)`` for the columns j of block k and
``e ~ Normal(0, sigma^2)``. The weights are integrated out exactly. The spreads are learned: they
are taken where their posterior is highest (MacKay, "Bayesian interpolation", Neural Computation
4, 1992, sections 3 and 4, with a prior on each spread), and their uncertainty can be averaged
over by a few fixed nodes around that point (Rue, Martino and Chopin, "Approximate Bayesian
inference for latent Gaussian models", J. R. Stat. Soc. B 71, 2009, section 3).

Everything depends on the data through ``A'A``, ``A'y`` and ``y'y`` only, so the order of rows
does not matter beyond rounding. Random numbers: the nodes' directions, from a fixed seed.
"""

from __future__ import annotations

import math
from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any, Generic, Protocol, TypeVar

import numpy as np
from numpy.typing import NDArray
from scipy.linalg import lapack
from scipy.optimize import minimize
from scipy.special import ndtr

Array = NDArray[np.float64]

STEPS = 80
"""Iterations of the optimiser; it usually needs 20 to 40."""
PAIRS = 16
"""Pairs of nodes around the best spreads: a direction and its mirror image."""
_STEP = 0.1
"""Half the distance at which the gradient is differenced for the curvature."""
_LEAST_CURVATURE = 0.5
_MOST_WEIGHT = 3.0
"""Importance weights are clipped to a factor e^3 around their median."""


class Prior(Protocol):
    """What is believed of a spread before the data, as a density of its logarithm."""

    def penalty(self, at: float) -> tuple[float, float]:
        """Minus the log density at ``log spread = at``, constants left out, and its slope."""


@dataclass(frozen=True, slots=True)
class HalfCauchy:
    """A half-Cauchy spread (Gelman, "Prior distributions for variance parameters", 2006)."""

    scale: float

    def penalty(self, at: float) -> tuple[float, float]:
        """Minus the log density of the logarithm, and its slope."""
        ratio = math.exp(2 * at) / self.scale**2
        return math.log1p(ratio) - at, 2 * ratio / (1 + ratio) - 1


@dataclass(frozen=True, slots=True)
class LogNormal:
    """A spread whose natural logarithm is normal with this mean and sd."""

    mean: float
    sd: float

    def penalty(self, at: float) -> tuple[float, float]:
        """Minus the log density of the logarithm, and its slope."""
        away = (at - self.mean) / self.sd
        return away * away / 2, away / self.sd


@dataclass(frozen=True, slots=True)
class Flat:
    """Nothing is believed: every logarithm within its bounds is as likely."""

    def penalty(self, at: float) -> tuple[float, float]:
        """Zero, and no slope."""
        return 0.0, 0.0


@dataclass(frozen=True, slots=True)
class Spread:
    """One spread: where the search starts, what is believed of it, and its bounds as logs."""

    start: float
    prior: Prior | None = None
    """None: it is not learned but stays at ``start``."""
    low: float = -5.0
    high: float = 1.0


@dataclass(frozen=True, slots=True)
class Block:
    """Columns (rows x width) whose weights share one spread."""

    name: str
    columns: Array
    spread: Spread


class Likely(Protocol):
    """Spreads with how likely they are, given the data."""

    @property
    def theta(self) -> Array:
        """Logarithms of the learned spreads, then of sigma."""

    @property
    def value(self) -> float:
        """Minus their log posterior, up to a constant."""

    @property
    def gradient(self) -> Array:
        """Its slope along ``theta``."""


Known = TypeVar("Known", bound=Likely)


class Search(ABC, Generic[Known]):
    """Finding the spreads: the most likely ones, and others around them with their weights."""

    @property
    @abstractmethod
    def learned(self) -> list[Spread]:
        """The spreads that are learned, in the order of ``theta``; that of the noise last."""

    @abstractmethod
    def at(self, theta: Array) -> Known:
        """How likely these log spreads are, and what is known given them."""

    def fit(self) -> Known:
        """The most likely spreads, by L-BFGS within their bounds."""

        def objective(theta: Array) -> tuple[float, Array]:
            """Minus the log posterior and its slope."""
            found = self.at(theta)
            return found.value, found.gradient

        start = np.log([spread.start for spread in self.learned])
        bounds = [(spread.low, spread.high) for spread in self.learned]
        done: Any = minimize(
            objective, start, jac=True, method="L-BFGS-B", bounds=bounds,
            options={"maxiter": STEPS},
        )  # fmt: skip
        return self.at(done.x)

    def around(self, best: Known, seed: int = 0) -> tuple[list[Known], Array]:
        """Nodes around the most likely spreads, with weights that sum to 1.

        A normal approximation from the differenced gradient gives the directions; importance
        weights correct it.
        """
        size = len(best.theta)
        curvature = np.empty((size, size))
        for k in range(size):
            step = np.zeros(size)
            step[k] = _STEP
            ahead, behind = self.at(best.theta + step), self.at(best.theta - step)
            curvature[k] = (ahead.gradient - behind.gradient) / (2 * _STEP)
        values, vectors = np.linalg.eigh((curvature + curvature.T) / 2)
        # The symmetric root: the sign of an eigenvector is the linear algebra's own choice.
        root = vectors / np.sqrt(np.maximum(values, _LEAST_CURVATURE)) @ vectors.T
        drawn = np.random.default_rng(seed).standard_normal((PAIRS, size))
        low = np.array([spread.low for spread in self.learned]) - 1
        high = np.array([spread.high for spread in self.learned]) + 1
        directions = np.vstack([drawn, -drawn])
        nodes = [self.at(np.clip(best.theta + root @ one, low, high)) for one in directions]
        logs = np.array([one @ one / 2 for one in directions]) - [node.value for node in nodes]
        logs -= np.median(logs)
        weights = np.exp(np.clip(logs, -_MOST_WEIGHT, _MOST_WEIGHT))
        return nodes, weights / weights.sum()


@dataclass(frozen=True, slots=True)
class Posterior:
    """The weights, given the spreads: a normal distribution."""

    theta: Array
    """Logarithms of the learned spreads, then of sigma."""
    taus: dict[str, float]
    """Block to its spread, in units of ``y``."""
    sigma: float
    """Spread of what the columns do not explain."""
    mean: Array
    """One weight per column."""
    cov: Array
    """Their covariance, columns x columns."""
    value: float
    """Minus the log posterior of the spreads, up to a constant."""
    gradient: Array

    def along(self, directions: Array) -> tuple[Array, Array]:
        """Mean and variance of ``c'w`` for each row c of ``directions`` (k x columns)."""
        variance = np.einsum("ij,ij->i", directions @ self.cov, directions)
        return directions @ self.mean, np.maximum(variance, 0.0)


@dataclass(frozen=True, slots=True)
class Mixture:
    """Normal distributions with weights: one for each node of the spreads, for k quantities."""

    means: Array
    """nodes x k."""
    sds: Array
    """nodes x k."""
    weights: Array
    """One per node; they sum to 1."""

    @property
    def mean(self) -> Array:
        """Mean of each quantity."""
        average: Array = self.weights @ self.means
        return average

    def below(self, bounds: float | Array) -> Array:
        """Probability that each quantity lies below its bound."""
        with np.errstate(divide="ignore", invalid="ignore"):
            away = (bounds - self.means) / self.sds
        # A quantity without any spread lies below what is above it.
        away = np.where(np.isnan(away), 0.0, away)
        share: Array = self.weights @ ndtr(away)
        return share

    def above(self, bounds: float | Array) -> Array:
        """Probability that each quantity lies above its bound, with all digits of a small one."""
        return Mixture(-self.means, self.sds, self.weights).below(-bounds)

    def quantile(self, share: float) -> Array:
        """The point below which each quantity lies with probability ``share``, by bisection."""
        low = (self.means - 9 * self.sds).min(axis=0)
        high = (self.means + 9 * self.sds).max(axis=0)
        for _ in range(64):
            middle = (low + high) / 2
            is_low = self.below(middle) < share
            low, high = np.where(is_low, middle, low), np.where(is_low, high, middle)
        found: Array = (low + high) / 2
        return found


@dataclass
class Blocks(Search[Posterior]):
    """One regression: its blocks, its outcome, and the prior of what stays unexplained."""

    blocks: Sequence[Block]
    y: Array
    noise: Spread = field(default_factory=lambda: Spread(0.7, Flat(), -3.0, 0.5))
    _gram: Array = field(init=False)
    _moment: Array = field(init=False)
    _square: float = field(init=False)
    _owner: NDArray[np.intp] = field(init=False)

    def __post_init__(self) -> None:
        self.blocks = [block for block in self.blocks if block.columns.shape[1]]
        columns = np.hstack([block.columns for block in self.blocks])
        self._gram, self._moment = columns.T @ columns, columns.T @ self.y
        self._square = float(self.y @ self.y)
        widths = [block.columns.shape[1] for block in self.blocks]
        self._owner = np.repeat(np.arange(len(widths)), widths)

    @property
    def columns(self) -> Array:
        """All columns side by side, in the order of the blocks."""
        return np.hstack([block.columns for block in self.blocks])

    @property
    def _learned(self) -> list[int]:
        return [k for k, block in enumerate(self.blocks) if block.spread.prior is not None]

    @property
    def learned(self) -> list[Spread]:
        """The spreads of the blocks that have a prior, then that of the noise."""
        return [*(self.blocks[k].spread for k in self._learned), self.noise]

    def place(self, name: str) -> int:
        """Where the columns of a block start."""
        names = [block.name for block in self.blocks]
        return int(np.searchsorted(self._owner, names.index(name)))

    def at(self, theta: Array) -> Posterior:
        """The posterior of the weights at given log spreads, and how likely these spreads are.

        Objective and gradient: minus the log marginal likelihood and minus the log priors; with
        C = A'A/sigma^2 + D the gradient along log tau_k is n_k - (m_k'm_k + tr S_kk)/tau_k^2 and
        along log sigma N - (|y - Am|^2 + tr(A'A S))/sigma^2.
        """
        logs = np.log([block.spread.start for block in self.blocks])
        logs[self._learned] = theta[:-1]
        variance = math.exp(2 * theta[-1])
        precision = np.exp(-2 * logs)
        cov, log_det = inverse(self._gram / variance + np.diag(precision[self._owner]))
        mean = cov @ (self._moment / variance)
        explained = float(mean @ self._moment)
        left = self._square - 2 * explained + float(mean @ self._gram @ mean)
        widths = np.bincount(self._owner)
        value = len(self.y) * theta[-1] + (self._square - explained) / variance / 2
        value += (log_det + 2 * float(widths @ logs)) / 2
        squares = np.bincount(self._owner, mean * mean + np.diag(cov))
        trace = float(np.einsum("ij,ij->", self._gram, cov))
        slopes = np.append(
            (widths - squares * precision)[self._learned], len(self.y) - (left + trace) / variance
        )
        for place, spread in enumerate(self.learned):
            assert spread.prior is not None
            more, slope = spread.prior.penalty(float(theta[place]))
            value, slopes[place] = value + more, slopes[place] + slope
        taus = {block.name: math.exp(log) for block, log in zip(self.blocks, logs, strict=True)}
        sigma = math.sqrt(variance)
        return Posterior(theta, taus, sigma, mean, cov, float(value), slopes)


def mixed(nodes: Sequence[Posterior], weights: Array, directions: Array) -> Mixture:
    """The distribution of ``c'w`` for each row c of ``directions``, over all nodes."""
    means, variances = zip(*(node.along(directions) for node in nodes), strict=True)
    return Mixture(np.array(means), np.sqrt(np.array(variances)), weights)


def inverse(system: Array) -> tuple[Array, float]:
    """Inverse and log determinant of a symmetric positive definite matrix."""
    factor, fault = lapack.dpotrf(system, lower=1, clean=1)
    if fault:
        raise np.linalg.LinAlgError("the system is not positive definite")
    log_det = 2 * float(np.log(np.diag(factor)).sum())
    lower, _ = lapack.dpotri(factor, lower=1)
    below = np.tril(lower, -1)
    return np.diag(np.diag(lower)) + below + below.T, log_det
