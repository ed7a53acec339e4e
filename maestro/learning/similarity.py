"""Similarity: how much of what two records say of themselves is the same, 0 to 1.

Part by part (class, columns, tags, text, ...), weighted, over the parts that both have. The
guide "How similarity is measured" holds the same table for readers.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Protocol

import numpy as np
from numpy.typing import NDArray

from .text import Embed, Numbers, columns_of, embedded, sparse, tfidf
from .word_counts import count_words

# Our own choice: what a piece gives and what its text says tell most of whether it does the
# job of another; who works on it and how hard it is tell least.
WEIGHTS: Mapping[str, float] = {
    "class": 0.20,
    "outputs": 0.15,
    "inputs": 0.10,
    "tags": 0.10,
    "domain": 0.05,
    "uses": 0.05,
    "complexity": 0.05,
    "team_size": 0.05,
    "text": 0.25,
}
"""Part to its weight; they add up to 1."""
SETS = ("class", "outputs", "inputs", "tags", "domain", "uses")
"""Parts that are sets of terms: alike by the terms in both over the terms in either (Jaccard)."""
REACH = {"complexity": 5.0, "team_size": 2.0}
"""Parts that are numbers: the gap from which nothing is alike; below it in proportion.

Complexity is in its own steps of 1 to 10, the size of a team in doublings (four times as many
people is two).
"""
ONE_SIDED = 0.1
"""Share of its weight with which a part counts as not alike when only one of the two has it."""
DIGITS = 4
"""Decimals of a score: what lies behind them belongs to the processor, and ties are ties."""
# Larger slices are a little faster: 64 rows of 10,000 take 180 MB less than 256, and 15 % longer.
_SLICE = 64
_TYPE = "\0"


class Recorded(Protocol):
    """What is needed of a record with its identity; entries of the catalog are such."""

    @property
    def name(self) -> str:
        """Its name."""

    @property
    def kind(self) -> str:
        """Its folder: projects, datasets, ..."""

    @property
    def path(self) -> str:
        """Its file: what tells it from every other."""

    @property
    def record(self) -> Any:
        """A project, an artifact or a model card."""

    @property
    def prose(self) -> str:
        """The text beside it, if any."""


@dataclass(frozen=True, slots=True)
class Item:
    """What is compared of one record."""

    name: str
    kind: str
    path: str
    record: Any
    sets: Mapping[str, frozenset[str]]
    """Part to its terms. A column is its name, and its name with its type where it has one."""
    numbers: Mapping[str, float]
    text: str
    words: Mapping[str, int] = field(default_factory=dict)


def describe(entry: Recorded) -> Item:
    """What is compared of a project, an artifact or a model card.

    Parts that a record says nothing about are left out. A project's inputs are its data sets,
    a card's those it was trained on, what a data set or schema gives are its fields. Versions
    of references do not matter, and neither does the record's own name. A draft of a project
    may lack any field: what it has not is None.
    """
    record = entry.record
    sets = {
        "class": _terms([getattr(record, name, None) for name in ("problem_class", "task")]),
        "outputs": _columns([*getattr(record, "outputs", ()), *getattr(record, "fields", ())]),
        "inputs": _columns(getattr(record, "inputs", ())) | _names(_data(record)),
        "tags": _terms(getattr(record, "tags", ())),
        "domain": _terms([getattr(record, "domain", None)]),
        "uses": _names(getattr(use, "artifact", use) for use in getattr(record, "uses", ())),
    }
    numbers: dict[str, float] = {}
    if entry.kind == "projects":
        team = getattr(record, "team", None)
        numbers = {"complexity": float(record.complexity)} if record.complexity else {}
        numbers |= {"team_size": float(np.log2(team.size))} if team else {}
    said = [getattr(record, name, None) or "" for name in ("title", "description")]
    text = "\n".join([*said, entry.prose])
    return Item(
        name=entry.name,
        kind=entry.kind,
        path=entry.path,
        record=record,
        sets={part: terms for part, terms in sets.items() if terms},
        numbers=numbers,
        text=text,
        words=count_words(text),
    )


def names_in(terms: Iterable[str]) -> set[str]:
    """Names of columns among ``terms``, without those that carry a type."""
    return {term for term in terms if _TYPE not in term}


def _terms(values: Iterable[str | None]) -> frozenset[str]:
    return frozenset(value for value in values if value)


def _names(references: Iterable[str]) -> frozenset[str]:
    return frozenset(reference.partition("@")[0] for reference in references)


def _data(record: Any) -> list[str]:
    return [*getattr(record, "datasets", ()), *getattr(record, "trained_on", ())]


def _columns(ports: Iterable[Any]) -> frozenset[str]:
    found = set()
    for port in ports:
        name = port.name.casefold().replace(_TYPE, " ").strip()
        found.add(name)
        if port.type:
            found.add(f"{name}{_TYPE}{port.type.casefold().strip()}")
    return frozenset(found)


class Space:
    """Records side by side: what the likeness of any of them is computed from.

    ``items`` are sorted by name and path, so that their order in the library does not matter.
    ``embed`` is a team's own sentence-embedding model; without it texts are compared by their
    words (TF-IDF over these items).
    """

    def __init__(self, items: Iterable[Item], embed: Embed | None = None) -> None:
        unique = {item.path: item for item in items}
        self.items = tuple(sorted(unique.values(), key=lambda item: (item.name, item.path)))
        self.place = {item.path: at for at, item in enumerate(self.items)}
        self._sets = {part: self._members(part) for part in SETS}
        self._sizes = {part: np.asarray(m.sum(axis=1)).ravel() for part, m in self._sets.items()}
        self._numbers = {
            part: np.array([item.numbers.get(part, np.nan) for item in self.items], dtype=float)
            for part in REACH
        }
        self._text = (
            tfidf([item.words for item in self.items])
            if embed is None
            else embedded([item.text for item in self.items], embed)
        )
        self._has = self._presence()

    def _members(self, part: str) -> Any:
        rows = [item.sets.get(part, frozenset()) for item in self.items]
        return sparse([dict.fromkeys(row, 1.0) for row in rows], columns_of(rows))

    def _presence(self) -> Numbers:
        """1 where an item has a part: one row per item, one column per part of WEIGHTS."""
        text = np.asarray(abs(self._text).sum(axis=1)).ravel() > 0
        have = {**{part: sizes > 0 for part, sizes in self._sizes.items()}, "text": text}
        have |= {part: ~np.isnan(values) for part, values in self._numbers.items()}
        return np.array([have[part] for part in WEIGHTS], dtype=float).T

    def scores(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Numbers:
        """How alike items ``rows`` are to items ``columns`` (places in ``items``), 0 to 1."""
        alike = np.zeros((len(rows), len(columns)))
        for part in SETS:
            self._add_set(alike, part, rows, columns)
        for part, reach in REACH.items():
            values = self._numbers[part]
            if not np.isnan(values).all():
                gap = np.abs(values[rows][:, None] - values[columns][None, :])
                alike += WEIGHTS[part] * np.nan_to_num(np.clip(1 - gap / reach, 0, 1))
        words = self._text[rows] @ self._text[columns].T
        dense = words if isinstance(words, np.ndarray) else words.toarray()
        alike += WEIGHTS["text"] * np.clip(dense, 0, 1)
        return np.asarray(np.round(np.clip(alike / self._weight(rows, columns), 0, 1), DIGITS))

    def _add_set(
        self,
        alike: Numbers,
        part: str,
        rows: NDArray[np.int64],
        columns: NDArray[np.int64],
    ) -> None:
        """Add the weighted overlap of one part, only where there is one."""
        members, sizes = self._sets[part], self._sizes[part]
        common = (members[rows] @ members[columns].T).tocoo()
        either = sizes[rows][common.row] + sizes[columns][common.col] - common.data
        alike[common.row, common.col] += WEIGHTS[part] * common.data / either

    def _weight(self, rows: NDArray[np.int64], columns: NDArray[np.int64]) -> Numbers:
        """The weights of the parts both have, and a little of those that only one has."""
        weights = np.array(list(WEIGHTS.values()))
        ours, theirs = self._has[rows], self._has[columns]
        both = (ours * weights) @ theirs.T
        each = (ours @ weights)[:, None] + (theirs @ weights)[None, :]
        weight = both + ONE_SIDED * (each - 2 * both)
        return np.asarray(np.where(weight > 0, weight, 1.0))

    def slices(
        self, rows: Sequence[int], columns: Sequence[int]
    ) -> Iterator[tuple[NDArray[np.int64], NDArray[np.int64], Numbers]]:
        """Rows, columns and scores, at most 64 rows at a time; of an item with itself: -1."""
        across = np.array(columns, dtype=np.int64)
        for start in range(0, len(rows), _SLICE):
            down = np.array(rows[start : start + _SLICE], dtype=np.int64)
            found = self.scores(down, across)
            found[down[:, None] == across[None, :]] = -1
            yield down, across, found

    def parts(self, first: int, second: int) -> dict[str, float]:
        """How alike two items are in each part that both have, in the order of WEIGHTS."""
        one, other = self.items[first], self.items[second]
        found: dict[str, float] = {}
        for part, has in zip(WEIGHTS, self._has[first] * self._has[second], strict=True):
            if not has:
                continue
            if part in SETS:
                ours, theirs = one.sets[part], other.sets[part]
                found[part] = len(ours & theirs) / len(ours | theirs)
            elif part in REACH:
                gap = abs(one.numbers[part] - other.numbers[part])
                found[part] = max(0.0, 1 - gap / REACH[part])
            else:
                near = self._text[[first]] @ self._text[[second]].T
                found[part] = float(np.clip(near.sum(), 0, 1))
        return {part: round(value, DIGITS) for part, value in found.items()}


def nearest(
    asked: Sequence[Item],
    among: Sequence[Item],
    *,
    most: int = 5,
    least: float = 0.0,
    embed: Embed | None = None,
) -> dict[str, list[tuple[Item, float]]]:
    """For the path of each of ``asked`` the items of ``among`` most like it, with their score.

    Best first, ties by name; at most ``most`` and none below ``least`` or without anything
    shared. An item is never its own neighbour. Asked about an item that is not in the library
    (a draft), its words count in the rarity of words like those of any other.
    """
    space = Space([*asked, *among], embed)
    return {
        space.items[row].path: [(space.items[at], score) for at, score in found]
        for row, found in neighbours(space, asked, among, most=most, least=least)
    }


def neighbours(
    space: Space, asked: Sequence[Item], among: Sequence[Item], *, most: int, least: float
) -> Iterator[tuple[int, list[tuple[int, float]]]]:
    """The same, as places in ``space``."""
    rows = sorted(space.place[item.path] for item in asked)
    columns = sorted(space.place[item.path] for item in among)
    for down, across, scores in space.slices(rows, columns):
        few = min(most, len(across))
        if not few:
            yield from ((int(row), []) for row in down)
            continue
        edges = np.partition(scores, -few, axis=1)[:, -few]
        for row, values, edge in zip(down, scores, edges, strict=True):
            places = np.flatnonzero((values >= max(edge, least)) & (values > 0))
            best = sorted((-float(values[at]), int(across[at])) for at in places)[:most]
            yield int(row), [(at, -score) for score, at in best]
