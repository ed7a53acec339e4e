"""Raw columns of projects to columns of numbers, as learned on the training rows.

Numbers: ``ln(1 + x)`` where ``x >= 0`` and that lowers the absolute skewness, then in sd from the
training mean, cut to +-4; missing is the mean. Categories: one column for each level that was
seen at least twice, missing among them; a rarer level is all zeros, and its block's spread is
added to the variance of a prediction. Memberships (0/1 columns, many of them): less their
training frequency, the whole block divided by the root mean square of its rows; where one is
missing it counts as that frequency.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
import pandas as pd
from pandas.api.types import is_bool_dtype, is_numeric_dtype

if TYPE_CHECKING:
    from .blocks import Array
    from .unsaid import Mask

MISSING = "\0missing"
"""Stands for a category that is not known; no record can hold this text."""
_WIDEST = 4.0
_LEAST_SEEN = 2


@dataclass(frozen=True, slots=True)
class Number:
    """How one numeric column is brought to its scale."""

    name: str
    is_log: bool
    mean: float
    sd: float

    def columns(self, frame: pd.DataFrame) -> Array:
        """One column: sd from the training mean, 0 where nothing is known."""
        raw = _numbers(frame, self.name)
        with np.errstate(invalid="ignore"):
            scaled = np.log1p(np.maximum(raw, 0.0)) if self.is_log else raw
            standard = np.clip((scaled - self.mean) / self.sd, -_WIDEST, _WIDEST)
        return np.where(np.isfinite(standard), standard, 0.0)[:, None]


@dataclass(frozen=True, slots=True)
class Category:
    """The levels of one column of words that have columns of their own."""

    name: str
    levels: tuple[str, ...]

    def columns(self, frame: pd.DataFrame) -> Array:
        """One 0/1 column for each level."""
        words = _words(frame, self.name)
        return np.array(
            [[float(word == level) for level in self.levels] for word in words]
        ).reshape(len(words), len(self.levels))


@dataclass(frozen=True, slots=True)
class Memberships:
    """0/1 columns that share one spread."""

    names: tuple[str, ...]
    shares: Array
    """How often each is 1 in the training rows."""
    norm: float

    def columns(self, frame: pd.DataFrame) -> Array:
        """One column for each, less its share, over the norm; 0 where nothing is known."""
        away = np.column_stack([_numbers(frame, name) for name in self.names]) - self.shares
        return np.nan_to_num(away) / self.norm


@dataclass(frozen=True, slots=True)
class Encoding:
    """What was learned from the training rows."""

    numbers: tuple[Number, ...]
    categories: tuple[Category, ...]
    memberships: Memberships | None

    @classmethod
    def learn(cls, frame: pd.DataFrame) -> Encoding:
        """From raw columns; ``frame.attrs["multihot"]`` names the 0/1 columns."""
        hot = [name for name in frame.attrs.get("multihot", []) if name in frame]
        rest = [name for name in frame.columns if name not in set(hot)]
        numeric = [n for n in rest if is_numeric_dtype(frame[n]) or is_bool_dtype(frame[n])]
        words = [name for name in rest if name not in set(numeric)]
        return cls(
            tuple(filter(None, (_number(frame, str(name)) for name in numeric))),
            tuple(_category(frame, str(name)) for name in words),
            _memberships(frame, hot),
        )

    def columns(self, frame: pd.DataFrame) -> Array:
        """All columns side by side: numbers, categories, memberships."""
        parts = [one.columns(frame) for one in self.numbers]
        parts += [one.columns(frame) for one in self.categories]
        if self.memberships:
            parts.append(self.memberships.columns(frame))
        return np.hstack(parts) if parts else np.zeros((len(frame), 0))

    def unknown(self, frame: pd.DataFrame) -> Mask:
        """rows x columns of :meth:`columns`: where a 0/1 column, or the count of them, is missing.

        ``frame.attrs["counts"]`` names the numbers that count 0/1 columns.
        """
        counts = set(frame.attrs.get("counts", ()))
        parts = [np.zeros((len(frame), 0), dtype=np.bool_)]
        for number in self.numbers:
            missing = ~np.isfinite(_numbers(frame, number.name)) & (number.name in counts)
            parts.append(missing[:, None])
        parts += [np.zeros((len(frame), len(w.levels)), dtype=np.bool_) for w in self.categories]
        for name in self.memberships.names if self.memberships else ():
            parts.append(~np.isfinite(_numbers(frame, name))[:, None])
        return np.hstack(parts)

    def unseen(self, frame: pd.DataFrame) -> Array:
        """rows x categories: 1 where the level has no column of its own."""
        flags = [
            [float(word not in one.levels) for word in _words(frame, one.name)]
            for one in self.categories
        ]
        return np.array(flags, dtype=np.float64).reshape(len(self.categories), len(frame)).T


def framed(X: Any) -> pd.DataFrame:
    """``X`` as a frame with names of text; plain arrays get the column names x0, x1, ..."""
    if isinstance(X, pd.DataFrame):
        if all(isinstance(name, str) for name in X.columns):
            return X
        named = X.rename(columns=str)
        named.attrs = {**X.attrs, "multihot": [str(name) for name in X.attrs.get("multihot", [])]}
        return named
    array = np.asarray(X)
    if array.ndim != 2:
        raise ValueError("X needs rows and columns")
    return pd.DataFrame(array, columns=[f"x{place}" for place in range(array.shape[1])])


def _numbers(frame: pd.DataFrame, name: str) -> Array:
    if name not in frame:
        return np.full(len(frame), np.nan)
    found: Array = pd.to_numeric(frame[name], errors="coerce").to_numpy(np.float64, na_value=np.nan)
    return found


def _words(frame: pd.DataFrame, name: str) -> list[str]:
    if name not in frame:
        return [MISSING] * len(frame)
    return [MISSING if pd.isna(value) else str(value) for value in frame[name]]


def _number(frame: pd.DataFrame, name: str) -> Number | None:
    raw = _numbers(frame, name)
    known = raw[np.isfinite(raw)]
    if len(known) < 2 or known.std() < 1e-12:
        return None
    is_log = bool(known.min() >= 0 and abs(_skewness(np.log1p(known))) < abs(_skewness(known)))
    scaled = np.log1p(known) if is_log else known
    sd = float(scaled.std())
    return Number(name, is_log, float(scaled.mean()), sd) if sd > 1e-12 else None


def _skewness(values: Array) -> float:
    sd = float(values.std())
    return float(((values - values.mean()) ** 3).mean()) / sd**3 if sd > 1e-12 else 0.0


def _category(frame: pd.DataFrame, name: str) -> Category:
    counts: dict[str, int] = {}
    for word in _words(frame, name):
        counts[word] = counts.get(word, 0) + 1
    return Category(name, tuple(sorted(w for w, n in counts.items() if n >= _LEAST_SEEN)))


def _memberships(frame: pd.DataFrame, names: list[str]) -> Memberships | None:
    if not names:
        return None
    raw = np.column_stack([_numbers(frame, str(name)) for name in names])
    known = np.isfinite(raw)
    shares = np.where(known, raw, 0.0).sum(axis=0) / np.maximum(known.sum(axis=0), 1)
    used = (shares > 0) & (shares < 1)
    if not used.any():
        return None
    away = np.where(known, raw - shares, 0.0)[:, used]
    norm = math.sqrt(float((away**2).sum(axis=1).mean()))
    chosen = tuple(str(name) for name, is_used in zip(names, used, strict=True) if is_used)
    return Memberships(chosen, shares[used], norm or 1.0)
