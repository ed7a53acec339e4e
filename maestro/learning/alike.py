"""Findings of likeness: the nearest projects and entries of each record, and near-duplicates."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from itertools import groupby, islice

from maestro.errors import shorten
from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import Alike, DuplicateDetail, SimilarityDetail

from .similarity import (
    REACH,
    WEIGHTS,
    Item,
    Recorded,
    Space,
    describe,
    names_in,
    neighbours,
)
from .success import ENDED
from .text import Embed
from .word_counts import telling

METHOD = "weighted overlap of parts, texts by TF-IDF"
METHOD_EMBEDDED = "weighted overlap of parts, texts by embedding"
MOST = 5
"""How many neighbours a record has at most, and how many near-duplicates are told of one."""
LEAST = 0.2
"""Below this two records have next to nothing in common, and nothing is said."""
DUPLICATE = 0.85
"""From this on two entries of one kind are near-duplicates.

Our own choice: identical in all but one output of seven, or in all but a few words.
"""
NOTHING = "nothing similar"
TOLD = "near-duplicate"
EXPLAINED = "near-duplicate, with a reason"

_NOUNS = {"outputs": "outputs", "inputs": "inputs", "tags": "tags", "uses": "pieces used"}
_FIELDS = ("datasets", "schemas")
_LEARNERS = ("projects", "model_cards")
_MOST_NAMED = 5
_NUMBERED = re.compile(r"([-_]v?[0-9]+)+\Z")
Rarity = Mapping[str, float]


def similarity_findings(
    projects: Iterable[Recorded],
    entries: Iterable[Recorded],
    *,
    as_of: str,
    embed: Embed | None = None,
) -> list[Finding]:
    """Findings of the kinds ``similarity`` and ``duplicate``, sorted by kind and subject.

    One ``similarity`` per project (against all that have ended) and per entry (artifacts and
    model cards, against all entries); one ``duplicate`` per pair of entries, about the younger
    one. With ``embed`` texts are compared by a team's own model instead of by their words.
    """
    every = [describe(project) for project in projects]
    ended = [item for item in every if item.record.status in ENDED]
    pieces = [describe(entry) for entry in entries]
    method = METHOD if embed is None else METHOD_EMBEDDED
    work = _Teller(Space(every, embed), as_of, method)
    shelf = _Teller(Space(pieces, embed), as_of, method)
    found = [
        *work.similar(every, ended, "finished projects"),
        *shelf.similar(pieces, pieces, "other entries"),
        *shelf.duplicates(),
    ]
    return sorted(found, key=lambda f: (f.kind, f.subject, f.evidence[0].ref, -(f.value or 0)))


def finished_alike(
    draft: Recorded, projects: Iterable[Recorded], embed: Embed | None = None
) -> list[Alike]:
    """The finished projects most like a draft of one, as if it stood among ``projects``.

    At most five, most alike first, none below the least that is told; a project with the
    draft's own path is left out.
    """
    item = describe(draft)
    others = [describe(project) for project in projects if project.path != item.path]
    ended = [one for one in others if one.record.status in ENDED]
    teller = _Teller(Space([*others, item], embed), "", "")
    found = neighbours(teller.space, [item], ended, most=MOST, least=LEAST)
    return [teller.alike(row, at, score) for row, near in found for at, score in near]


class _Teller:
    """Makes findings about the records of one space."""

    def __init__(self, space: Space, as_of: str, method: str) -> None:
        self.space = space
        self.as_of = as_of
        self.method = method
        self.rare = telling([item.words for item in space.items])

    def similar(self, asked: Sequence[Item], among: Sequence[Item], what: str) -> Iterator[Finding]:
        """What is most like each of ``asked``."""
        known = {item.path for item in among}
        for row, near in neighbours(self.space, asked, among, most=MOST, least=0.0):
            item = self.space.items[row]
            compared = len(known) - (item.path in known)
            told = [(at, score) for at, score in near if score >= LEAST]
            alike = [self.alike(row, at, score) for at, score in told]
            label, reason = "", []
            if not compared:
                label, reason = NOT_ENOUGH, [f"there are no {what} to compare it with"]
            elif not alike:
                best = f"the nearest reaches {near[0][1]:.2f}" if near else "none shares anything"
                label, reason = NOTHING, [f"{compared} {what}: {best}; {LEAST} is the least told"]
            yield Finding(
                kind="similarity",
                subject=item.name,
                value=alike[0].score if alike else None,
                n=compared,
                as_of=self.as_of,
                method=self.method,
                label=label,
                evidence=self._evidence(row, *(at for at, _ in told)),
                quality=reason,
                detail=SimilarityDetail(path=item.path, compared=compared, alike=alike),
            )

    def duplicates(self) -> Iterator[Finding]:
        """Pairs of entries that are nearly the same, at most five about one entry."""
        pairs = sorted(_pairs(self.space), key=lambda pair: (pair[0], -pair[2], pair[1]))
        for _, group in groupby(pairs, key=lambda pair: pair[0]):
            for subject, other, score in islice(group, MOST):
                yield self._duplicate(subject, other, score)

    def _duplicate(self, subject: int, other: int, score: float) -> Finding:
        items = [self.space.items[at] for at in (subject, other)]
        reasons = [getattr(item.record, "reason", None) for item in items]
        reason = next((text for text in reasons if text), "")
        alike = self.alike(subject, other, score)
        return Finding(
            kind="duplicate",
            subject=items[0].name,
            value=score,
            as_of=self.as_of,
            method=self.method,
            label=EXPLAINED if reason else TOLD,
            evidence=self._evidence(subject, other),
            detail=DuplicateDetail(path=items[1].path, other=alike, reason=reason),
        )

    def _evidence(self, *places: int) -> list[Evidence]:
        return [Evidence(kind="record", ref=self.space.items[at].path) for at in places]

    def alike(self, row: int, column: int, score: float) -> Alike:
        """One item as another sees it, by their places."""
        one, other = self.space.items[row], self.space.items[column]
        parts = self.space.parts(row, column)
        said = [
            (-WEIGHTS[part] * value, _words(one, other, part, self.rare))
            for part, value in parts.items()
            if value > 0
        ]
        return Alike(
            name=other.name,
            kind=other.kind,
            version=getattr(other.record, "version", ""),
            score=score,
            parts=parts,
            shared=[words for _, words in sorted(said, key=lambda pair: pair[0])],
        )


def _pairs(space: Space) -> Iterator[tuple[int, int, float]]:
    """Near-duplicates as places in ``space``: the younger one, the other, their score."""
    for kind in sorted({item.kind for item in space.items}):
        own = [at for at, item in enumerate(space.items) if item.kind == kind]
        for down, across, scores in space.slices(own, own):
            for i, j in zip(*(scores >= DUPLICATE).nonzero(), strict=True):
                row, column = int(down[i]), int(across[j])
                one, other = space.items[row], space.items[column]
                if row < column and not _same_line(one, other):
                    first, second = (row, column) if _is_younger(one, other) else (column, row)
                    yield first, second, float(scores[i, j])


def _is_younger(one: Item, other: Item) -> bool:
    """Whether ``one``, the alphabetically first, is the younger by the histories of both."""
    firsts = [
        min((entry.date for entry in item.record.history), default=None)
        if getattr(item.record, "history", ())
        else None
        for item in (one, other)
    ]
    return firsts[0] is not None and firsts[1] is not None and firsts[0] > firsts[1]


def _same_line(one: Item, other: Item) -> bool:
    """Whether one replaces the other, or both are versions of one piece by their names."""
    for item, rest in ((one, other), (other, one)):
        replaced = getattr(item.record, "replaced_by", None) or ""
        if replaced.partition("@")[0] == rest.name:
            return True
    return _NUMBERED.sub("", one.name) == _NUMBERED.sub("", other.name)


def _words(one: Item, other: Item, part: str, rare: Rarity) -> str:
    """What two items share in one part, as a reader would say it."""
    if part in REACH:
        return _numbers(one, other, part)
    if part == "text":
        return _text(one, other, rare)
    ours, theirs = names_in(one.sets[part]), names_in(other.sets[part])
    if part in ("class", "domain"):
        return f"{part} {shorten(', '.join(sorted(ours & theirs)))}"
    noun = _NOUNS[part]
    if part == "outputs" and one.kind in _FIELDS and other.kind in _FIELDS:
        noun = "columns"
    if part == "inputs" and one.kind in _LEARNERS and other.kind in _LEARNERS:
        noun = "data sets"
    either = len(ours | theirs)
    noun = noun if either != 1 else {"pieces used": "piece used"}.get(noun, noun[:-1])
    return f"{len(ours & theirs)} of {either} {noun} ({_listed(sorted(ours & theirs))})"


def _numbers(one: Item, other: Item, part: str) -> str:
    records = (one.record, other.record)
    if part == "complexity":
        first, second = (record.complexity for record in records)
        return f"complexity {first}" + (f" and {second}" if first != second else "")
    first, second = (record.team.size for record in records)
    return f"team of {first}" if first == second else f"teams of {first} and {second}"


def _text(one: Item, other: Item, rare: Rarity) -> str:
    """The share of the words that both texts have, and the rarest of those that tell, by name."""
    common = one.words.keys() & other.words.keys()
    if not common:
        return "texts close in meaning"
    share = 100 * len(common) / len(one.words.keys() | other.words.keys())
    named = sorted(common & rare.keys(), key=lambda word: (-rare[word], word))
    listed = f" ({_listed(named)})" if named else ""
    return f"{share:.0f} % of the words{listed}"


def _listed(terms: Sequence[str]) -> str:
    text = ", ".join(shorten(term, 40) for term in terms[:_MOST_NAMED])
    return f"{text}, ..." if len(terms) > _MOST_NAMED else text
