"""A fitted model of an outcome as plain numbers, so that others can evaluate it.

A planned project becomes a row of columns: a constant, ``numbers``, the levels of ``words`` and
the members of ``pieces``, in this order. What the columns are worth stands in ``weights``; what
the interval needs stands in ``nodes`` and ``design``. :mod:`maestro.learning.forecast` is the
reference: it uses nothing but these numbers and the four operations, ``exp`` and ``log``.
"""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .details import Published


class FormulaNumber(Published):
    """One column of numbers."""

    name: str
    """What it is called among the things that move a forecast."""
    field: Literal["team_size", "complexity", "data_rows", "reuse", "started", "usual_reuse"]
    """reuse: distinct names reused. started: days since 1970. usual_reuse: see ``usual``; it sets
    teams that reuse much apart from others and is not what the project itself reuses."""
    scale: Literal["plain", "log", "log1p"]
    """Taken as it is, its logarithm, or the logarithm of one more (of at least 0)."""
    missing: float
    """Stands, already on the scale, for a value that is not known."""
    mean: float
    sd: float
    """The value on the scale, less ``mean``, divided by ``sd``."""
    limit: float | None = None
    """How far from 0 that may be; what is further away is put there."""
    square_mean: float | None = None
    """Where there is one, the square of that, less it, over ``square_sd``."""
    square_sd: float = 1.0
    block: int
    """The spread that its weight has in the nodes."""


class FormulaWords(Published):
    """Columns that are 1 for one level of a word and 0 for all others."""

    name: str
    field: Literal["problem_class", "team", "domain", "quarter"]
    """quarter: of the start, as 2026Q4."""
    levels: list[str]
    """One column each; the empty text stands for a word that is not known."""
    block: int
    """The spread of their weights; a word that is no level adds its square to the variance."""


class FormulaPieces(Published):
    """Columns that say what is reused: 1 or 0, where ``centred`` less the share, over norm.

    What is not known, because a project does not say what it reuses, is the share itself.
    """

    members: Literal["names and roles", "names", "references"]
    """What a column is for: names without versions and ``role x``, names, ``name@version``."""
    columns: list[str]
    shares: list[float]
    """How often each is 1 among the finished projects; what moves a forecast starts from there."""
    centred: bool
    norm: float
    adds: bool
    """Whether each reference without a column adds the square of the spread to the variance."""
    block: int


class FormulaNode(Published):
    """One set of spreads, and how likely it is."""

    weight: float
    noise: float
    """Variance of what the columns do not explain."""
    spreads: list[float]
    """Variance of the weights before any project was seen, one for each block."""
    unknown_uses: float = 0.0
    """What a project adds to the variance that does not say what it reuses."""
    unknown_roles: float = 0.0
    """The same of one that does not say which roles it has."""
    unknown_both: float = 0.0
    """The same of one that says neither."""


class FormulaDesign(Published):
    """The finished projects as columns, from which the uncertainty of the weights follows."""

    numbers: list[list[float]]
    """One row for each project, one value for each of ``numbers``."""
    ones: list[list[int]]
    """The columns of words and pieces that hold (counted over all columns, the constant is 0)."""
    outcomes: list[float]
    """Their outcomes in ``sd`` from ``mean``; empty where one node makes them needless."""


class FormulaSeen(Published):
    """What the finished projects were like: outside it a forecast is a guess, and says so."""

    ranges: dict[str, tuple[int, int]]
    """Least and largest team_size, complexity and data_rows, where any is known."""
    words: dict[str, list[str]]
    """All values of problem_class, team and domain, where any is known."""
    pieces: list[str]
    """Names of all pieces that any of them reused."""


class Formula(Published):
    """One outcome: how it follows from what is known before a project starts."""

    target: str
    unit: str
    kind: Literal["log", "points", "logit", "spread", "rate"]
    """log: ridge on the logarithm. points: mixture over the nodes, 0 to 100. logit: chance.
    spread: no model, the median and its interval. rate: no model, the base rate."""
    label: str
    """evidence, some evidence, or not enough evidence: then nothing that moves it is shown."""
    n: int
    """Finished projects that it was learned from."""
    doubts: list[str]
    """What to say first."""
    level: float
    """How sure the interval is."""
    past: tuple[float, float, float] | None
    """Median of the past, and the ends of the interval that one more falls into."""
    base_rate: float | None = None
    """Share of successes."""
    seen: FormulaSeen
    numbers: list[FormulaNumber] = Field(default_factory=list)
    words: list[FormulaWords] = Field(default_factory=list)
    pieces: list[FormulaPieces] = Field(default_factory=list)
    usual: dict[str, float] = Field(default_factory=dict)
    """Team to its mean number of reused pieces; the empty text for all others."""
    weights: list[float] = Field(default_factory=list)
    """One for each column."""
    is_log: bool = False
    """Whether the scale is the natural logarithm of the outcome; ``mean`` and ``ends`` are not."""
    mean: float = 0.0
    """On the scale, the mean; the median where there is no model."""
    sd: float = 1.0
    """The sum of columns times weights, times this, plus the mean, is the centre."""
    ends: tuple[float, float] = (0.0, 0.0)
    """The centre lies between these."""
    tails: dict[str, float] = Field(default_factory=dict)
    """Level to how many spreads the ends lie from the centre (Student's t); empty for points."""
    nodes: list[FormulaNode] = Field(default_factory=list)
    design: FormulaDesign | None = None
