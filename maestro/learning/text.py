"""Texts as numbers: TF-IDF weights of their words as a sparse matrix, or a team's embedding."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from .word_counts import rarity

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Numbers]
"""Texts to one row of numbers each; every row must have the same length and be finite."""


def columns_of(rows: Sequence[Iterable[str]]) -> dict[str, int]:
    """Every term of ``rows`` and its column: sorted, so that no order of rows can matter."""
    return {term: at for at, term in enumerate(sorted({term for row in rows for term in row}))}


def sparse(rows: Sequence[Mapping[str, float]], columns: Mapping[str, int]) -> csr_matrix:
    """A matrix of one row per mapping and one column per term, terms in ascending order."""
    from scipy.sparse import csr_matrix

    places: list[int] = []
    values: list[float] = []
    starts = [0]
    for row in rows:
        terms = sorted((columns[term], value) for term, value in row.items())
        places += [place for place, _ in terms]
        values += [value for _, value in terms]
        starts.append(len(places))
    content = (
        np.array(values, dtype=np.float64),
        np.array(places, dtype=np.int64),
        np.array(starts, dtype=np.int64),
    )
    return csr_matrix(content, shape=(len(rows), len(columns)))


def tfidf(rows: Sequence[Mapping[str, int]]) -> csr_matrix:
    """TF-IDF weights of counted words: (1 + ln tf) x rarity, each row of length 1.

    One row per text, one column per word in sorted order; a text without words is a row of
    zeros.
    """
    rare = rarity(rows)
    weighed = []
    for row in rows:
        raw = {term: (1 + math.log(count)) * rare[term] for term, count in row.items()}
        length = sum(value * value for _, value in sorted(raw.items())) ** 0.5
        weighed.append({term: value / length for term, value in raw.items()})
    return sparse(weighed, {term: at for at, term in enumerate(rare)})


def embedded(texts: Sequence[str], embed: Embed) -> Numbers:
    """What ``embed`` makes of ``texts``, rows scaled to length 1; an empty text is all zeros.

    Raises ValueError when the answer is not one finite row per text.
    """
    made = np.asarray(embed(texts), dtype=np.float64)
    if made.ndim != 2 or len(made) != len(texts):
        raise ValueError(f"embed gave {made.shape} for {len(texts)} texts: one row each is needed")
    if not np.isfinite(made).all():
        raise ValueError("embed gave numbers that are not finite")
    made = np.where([[bool(text.strip())] for text in texts], made, 0.0) if texts else made
    lengths = np.sqrt((made * made).sum(axis=1, keepdims=True))
    return made / np.where(lengths > 0, lengths, 1.0)
