"""Texts as numbers: words of any script, and their TF-IDF weights as a sparse matrix."""

from __future__ import annotations

import math
import re
import unicodedata
from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

if TYPE_CHECKING:
    from scipy.sparse import csr_matrix

Numbers = NDArray[np.float64]
Embed = Callable[[Sequence[str]], Numbers]
"""Texts to one row of numbers each; every row must have the same length and be finite."""

MOST_CHARACTERS = 50_000
"""What is read of one text: about 8,000 words. What follows says little more of its subject."""
LONGEST_WORD = 40
"""Longer runs of letters are keys, digests and addresses, not words."""

_WORD = re.compile(r"[^\W_]+")
# Scripts that leave no space between words: there every two neighbours are a word.
_UNSPACED = re.compile("[\u0e00-\u0eff\u1000-\u109f\u1780-\u17ff\u3040-\u30ff\u3400-\u9fff]")


def count_words(text: str) -> Counter[str]:
    """How often each word stands in ``text``; case, width and composed accents do not matter.

    A word is a run of letters and digits, 2 to 40 long. In scripts without spaces between
    words every two neighbouring characters are one. Only the first 50,000 characters are read.
    """
    plain = unicodedata.normalize("NFKC", text[:MOST_CHARACTERS]).casefold()
    found: Counter[str] = Counter()
    for run in _WORD.findall(plain):
        if _UNSPACED.search(run):
            found.update(run[at : at + 2] for at in range(max(1, len(run) - 1)))
        elif 2 <= len(run) <= LONGEST_WORD:
            found[run] += 1
    return found


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


def rarity(rows: Sequence[Mapping[str, Any]]) -> dict[str, float]:
    """Smoothed inverse document frequency of every term: ln((1 + n) / (1 + df)) + 1.

    The form that scikit-learn's TfidfVectorizer has by default (its user guide, 6.2.3.4): as
    if one more text held every word once. n is the number of ``rows`` with any term at all.
    """
    held = Counter(term for row in rows for term in row)
    count = sum(1 for row in rows if row)
    logs = lru_cache(None)(lambda df: math.log((1 + count) / (1 + df)) + 1)
    return {term: logs(held[term]) for term in sorted(held)}


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
