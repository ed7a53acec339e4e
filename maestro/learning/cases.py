"""Projects as the adjusted plus-minus sees them, and the columns of its regression."""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date

import numpy as np

from .blocks import Array, Block, HalfCauchy, Spread
from .table import Row

_FREE = 100.0
"""Spread of a column that is not shrunk, in sd of success: precision 1e-4."""
_CURVE = 0.3
"""Spread of the square of a covariate, in sd of success: as believed of pieces before the data."""
_SCALES = {"name": 0.30, "version": 0.10, "class": 0.30, "team": 0.30, "quarter": 0.15}
"""Block to the scale of its half-Cauchy prior, in sd of success."""
UNKNOWN = "\0"
"""What the team, class or quarter of a project begins with that is not known.

A control character: no name that a person writes is taken for it.
"""
_LEVELS = ("class", "team", "quarter")
_TINY = 1e-9
_EPOCH = date(1970, 1, 1)


@dataclass(frozen=True, slots=True)
class Case:
    """One project as the model sees it; ``success`` in points, None where it has none."""

    project: str
    success: float | None
    team: str
    problem_class: str
    complexity: float | None
    team_size: float | None
    day: int
    """Its first day, as days since 1970."""
    quarter: str
    """The quarter of that day: ``2026Q4``."""
    uses: frozenset[str]
    """References it reuses: ``name@version``, split at the last @."""


def days_of(day: date) -> int:
    """A date as days since 1970."""
    return (day - _EPOCH).days


def quarter_of(day: date) -> str:
    """The quarter of a date: ``2026Q4``."""
    return f"{day.year}Q{(day.month + 2) // 3}"


def cases_of(rows: Iterable[Row]) -> list[Case]:
    """Rows of the table of projects as cases, sorted by project."""
    return [
        Case(
            project=row.project,
            success=row.success,
            team=row.team,
            problem_class=row.problem_class,
            complexity=float(row.complexity),
            team_size=float(row.team_size),
            day=days_of(row.started),
            quarter=quarter_of(row.started),
            uses=frozenset(row.uses),
        )
        for row in sorted(rows, key=lambda row: row.project)
    ]


def name_of(reference: str) -> str:
    """The artifact's name in ``name@version``; the whole text where there is no @."""
    return reference.rpartition("@")[0] or reference


@dataclass(frozen=True, slots=True)
class Scale:
    """How a column was standardised, so that a new project's is in the same way."""

    mean: float
    sd: float

    @classmethod
    def of(cls, values: Array) -> Scale:
        """Mean and sd of a column; an sd of 0 where it does not vary."""
        sd = float(values.std())
        mean = float(values.mean())
        return cls(mean, sd if sd > _TINY * max(1.0, abs(mean)) else 0.0)

    def times(self, factor: float) -> Scale:
        """A column so many times as small: with the same spread, its weight may do less."""
        return Scale(self.mean, self.sd * factor)

    def __call__(self, values: Array) -> Array:
        """The column in sd from its mean; 0 everywhere where it did not vary."""
        return (values - self.mean) / self.sd if self.sd else np.zeros_like(values)


@dataclass(slots=True)
class Columns:
    """From cases to the columns of the regression, learned on the cases of the fit."""

    names: list[str]
    versions: list[str]
    levels: dict[str, list[str]]
    """class, team, quarter to their levels."""
    mundlak: dict[str, float]
    """Team to its mean number of reused pieces."""
    usual: float
    """The same over all projects, for a team that was not seen."""
    middles: tuple[float, float]
    """Mean complexity and mean log team size, for what is not known."""
    scales: list[Scale] = field(default_factory=list)
    squares: list[Scale] = field(default_factory=list)
    common: frozenset[str] = frozenset()
    """Pieces and versions whose columns stay empty, because all projects of the fit used them."""

    @classmethod
    def learn(cls, cases: Sequence[Case], *, is_apart: bool = False) -> Columns:
        """The columns of these cases; ``is_apart``: what all of them use has an empty column."""
        versions = sorted({reference for case in cases for reference in case.uses})
        reused: dict[str, list[int]] = {}
        for case in cases:
            if not case.team.startswith(UNKNOWN):
                reused.setdefault(case.team, []).append(_pieces(case))
        found = cls(
            names=sorted({name_of(reference) for reference in versions}),
            versions=versions,
            levels={kind: sorted({level_of(case, kind) for case in cases}) for kind in _LEVELS},
            mundlak={team: sum(counts) / len(counts) for team, counts in reused.items()},
            usual=sum(map(_pieces, cases)) / len(cases),
            middles=(_mean([c.complexity for c in cases]), _mean([_log_size(c) for c in cases])),
        )
        plain = found._covariates(cases)
        found.scales = [Scale.of(column) for column in plain.T]
        found.squares = [
            Scale.of(scale(column) ** 2).times(_FREE / _CURVE)
            for scale, column in zip(found.scales[:3], plain.T, strict=False)
        ]
        if is_apart:
            held = [case.uses | {_named(reference) for reference in case.uses} for case in cases]
            found.common = frozenset.intersection(*held)
        return found

    def _covariates(self, cases: Sequence[Case]) -> Array:
        rows = [
            (
                self.middles[0] if case.complexity is None else case.complexity,
                self.middles[1] if (size := _log_size(case)) is None else size,
                case.day,
                self.mundlak.get(case.team, self.usual),
            )
            for case in cases
        ]
        return np.array(rows, dtype=np.float64)

    def free(self, cases: Sequence[Case]) -> Array:
        """Constant, complexity, log team size, time, the team's mean reuse, three squares."""
        plain = self._covariates(cases)
        columns = [np.ones(len(cases))]
        standard = [scale(column) for scale, column in zip(self.scales, plain.T, strict=True)]
        columns += [column for column, s in zip(standard, self.scales, strict=True) if s.sd]
        columns += [
            scale(column**2)
            for scale, column in zip(self.squares, standard, strict=False)
            if scale.sd
        ]
        return np.column_stack(columns)

    def blocks(self, cases: Sequence[Case]) -> list[Block]:
        """All blocks of these cases; levels and pieces that were not seen are zeros."""
        found = [Block("free", self.free(cases), Spread(_FREE))]
        names, versions = (np.zeros((len(cases), len(n))) for n in (self.names, self.versions))
        at_name = {name: place for place, name in enumerate(self.names)}
        at_version = {version: place for place, version in enumerate(self.versions)}
        for row, case in enumerate(cases):
            for reference in case.uses:
                if (place := at_name.get(name_of(reference))) is not None:
                    names[row, place] = float(_named(reference) not in self.common)
                if (place := at_version.get(reference)) is not None:
                    versions[row, place] = float(reference not in self.common)
        found += [_learned("name", names), _learned("version", versions)]
        for kind in _LEVELS:
            places = {level: place for place, level in enumerate(self.levels[kind])}
            hot = np.zeros((len(cases), len(places)))
            for row, case in enumerate(cases):
                if (place := places.get(level_of(case, kind))) is not None:
                    hot[row, place] = 1.0
            found.append(_learned(kind, hot))
        return found


def _learned(name: str, columns: Array) -> Block:
    return Block(name, columns, Spread(0.2, HalfCauchy(_SCALES[name])))


def teams_of(cases: Iterable[Case]) -> int:
    """How many teams that are known these projects have."""
    return len({case.team for case in cases if not case.team.startswith(UNKNOWN)})


def level_of(case: Case, kind: str) -> str:
    """The class, team or quarter of a case."""
    return {"class": case.problem_class, "team": case.team, "quarter": case.quarter}[kind]


def _named(reference: str) -> str:
    """The key of a piece of whatever version: no reference ends so."""
    return f"{name_of(reference)}@"


def _pieces(case: Case) -> int:
    return len({name_of(reference) for reference in case.uses})


def _log_size(case: Case) -> float | None:
    return math.log(case.team_size) if case.team_size and case.team_size > 0 else None


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return sum(known) / len(known) if known else 0.0
