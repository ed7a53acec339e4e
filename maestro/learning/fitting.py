"""Fit by records: what a project and a piece of the library say of themselves that goes together.

Each part is worth log odds, which add up: ln 2 = 0.7 doubles the odds that the piece is used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from maestro.errors import shorten

from .word_counts import count_words, rarity, telling

# Our own choice, in log odds: that columns fit is the plainest reason to use a piece, a task of
# another class the plainest against it, and personas tell least.
WORTH: Mapping[str, float] = {
    "inputs": 1.0,
    "outputs": 1.5,
    "task": 1.0,
    "other task": -2.0,
    "terms": 1.0,
    "words": 2.0,
    "persona": 0.5,
    "other persona": -0.5,
}
"""Part to what it is worth when it fits wholly."""
_FROM_FIELDS = ("datasets", "schemas")
_MOST_NAMED = 4


@dataclass(frozen=True, slots=True)
class Persona:
    """A kind of person with what it looks for."""

    name: str
    kinds: frozenset[str] = frozenset()
    tags: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Piece:
    """One entry of the library as a recommendation sees it."""

    name: str
    kind: str
    path: str
    version: str
    record: Any
    words: Mapping[str, int]

    @classmethod
    def of(cls, entry: Any) -> Piece:
        """The piece of an artifact or a model card."""
        record = entry.record
        ports = [port.name for port in (*takes(record), *gives(record, entry.kind))]
        said = [entry.name.replace("-", " "), record.title or "", record.description]
        text = "\n".join([*said, *ports])
        return cls(entry.name, entry.kind, entry.path, record.version, record, count_words(text))

    @property
    def reference(self) -> str:
        """``name@version``."""
        return f"{self.name}@{self.version}"


@dataclass(frozen=True, slots=True)
class Wish:
    """What is known of a project when it asks; whatever is not known is empty."""

    name: str
    path: str
    problem_class: str = ""
    domain: str = ""
    team: str = ""
    day: int = 0
    """Its first day, counted from year 1."""
    uses: tuple[str, ...] = ()
    """References it has chosen, data sets among them."""
    terms: frozenset[str] = frozenset()
    """Its tags, domain and problem class."""
    personas: frozenset[str] = frozenset()
    words: Mapping[str, int] = field(default_factory=dict)
    described: Mapping[str, int] = field(default_factory=dict)
    """Those of them that stand in its title and description."""

    @classmethod
    def of(cls, entry: Any) -> Wish:
        """What a record says, whole or a draft; its name and status do not matter."""
        record = entry.record

        def read(name: str) -> Any:
            """A field of the record, empty where a draft has none."""
            return getattr(record, name, None) or ""

        uses = [use.artifact for use in read("uses")] + list(read("datasets"))
        tags = list(read("tags"))
        roles = getattr(getattr(record, "team", None), "roles", None) or ()
        started = getattr(record, "started", None)
        described = "\n".join([read("title"), read("description")])
        return cls(
            name=entry.name,
            path=entry.path,
            problem_class=read("problem_class"),
            domain=read("domain"),
            team=read("owner"),
            day=started.toordinal() if started else 0,
            uses=tuple(sorted(set(uses))),
            terms=frozenset(filter(None, [*tags, read("domain"), read("problem_class")])),
            personas=frozenset(role.role for role in roles),
            words=count_words("\n".join([described, entry.prose])),
            described=count_words(described),
        )

    @property
    def chosen(self) -> frozenset[str]:
        """Names of the pieces it has chosen."""
        return frozenset(use.partition("@")[0] for use in self.uses)


@dataclass(slots=True)
class Fit:
    """What speaks for a piece and against it, in log odds."""

    odds: float = 0.0
    said: list[tuple[str, tuple[Sequence[str], ...]]] = field(default_factory=list)
    """Reasons as texts with gaps for lists of words: most are never read by anyone."""

    def add(self, part: str, share: float, text: str = "", *lists: Sequence[str]) -> None:
        """Count a part that fits to a share of 0 to 1; with what to say of it, if anything."""
        self.odds += WORTH[part] * share
        if text:
            self.said.append((text, lists))

    @property
    def reasons(self) -> list[str]:
        """The reasons in words."""
        return [text.format(*map(_listed, lists)) for text, lists in self.said]


class Fitting:
    """Compares pieces with what one project has and needs."""

    def __init__(self, pieces: Sequence[Piece]) -> None:
        self.pieces = {piece.name: piece for piece in pieces}
        self._takes = {one.name: _folded(takes(one.record)) for one in pieces}
        self._gives = {one.name: _folded(gives(one.record, one.kind)) for one in pieces}
        self._rare = rarity([piece.words for piece in pieces])
        count = sum(1 for piece in pieces if piece.words)
        self._rarest = math.log(1 + count) + 1
        self._telling = telling([piece.words for piece in pieces])
        self._holders: dict[str, list[tuple[str, float]]] = {}
        for piece in pieces:
            for word, weight in self._weights(piece.words).items():
                self._holders.setdefault(word, []).append((piece.name, weight))

    def _weights(self, words: Mapping[str, int]) -> dict[str, float]:
        """Rarity of each word, scaled to length 1; a word of no piece is rarest."""
        raw = {word: self._rare.get(word, self._rarest) for word in sorted(words)}
        length = sum(value * value for value in raw.values()) ** 0.5
        return {word: value / length for word, value in raw.items()}

    def words(self, wish: Wish) -> dict[str, tuple[float, list[str]]]:
        """Piece to how much its text says the same, 0 to 1, and in which words, rarest first.

        The cosine of TF-IDF weights over the texts of the pieces.
        """
        found: dict[str, tuple[float, list[str]]] = {}
        for word, weight in self._weights(wish.words).items():
            for name, other in self._holders.get(word, ()):
                value, shared = found.get(name, (0.0, []))
                found[name] = (value + weight * other, [*shared, word])
        for _, shared in found.values():
            shared.sort(key=lambda word: (-self._rare[word], word))
        return found

    def fits(self, wish: Wish, personas: Mapping[str, Persona]) -> dict[str, Fit]:
        """Piece to how it fits, of all that are not chosen yet."""
        words, names = self.words(wish), wish.chosen
        chosen = [self.pieces[name] for name in sorted(names) if name in self.pieces]
        has = _columns((piece, self._gives[piece.name]) for piece in chosen)
        wants = _columns((piece, self._takes[piece.name]) for piece in chosen)
        open_ = {name: found for name, found in wants.items() if name not in has}
        made = {}
        for name, piece in self.pieces.items():
            if name in names:
                continue
            fit = Fit()
            _inputs(fit, self._takes[name], has)
            _outputs(fit, self._gives[name], open_)
            _terms(fit, piece, wish)
            _persona(fit, piece, wish, personas)
            value, shared = words.get(name, (0.0, []))
            telling = [word for word in shared if word in self._telling]
            said = "texts share {}" if telling else ""
            fit.add("words", min(1.0, value), said, telling)
            made[name] = fit
        return made


def takes(record: Any) -> list[Any]:
    """Ports that a piece cannot do without."""
    return [port for port in getattr(record, "inputs", ()) if not port.optional]


def gives(record: Any, kind: str) -> list[Any]:
    """What a piece gives: a data set's or schema's fields, and outputs."""
    own = list(record.fields) if kind in _FROM_FIELDS else []
    return [*own, *getattr(record, "outputs", ())]


Ports = list[tuple[str, str]]
"""Folded names of ports, each with its folded type, "" where none is given."""
Columns = dict[str, tuple[str, str]]
"""Folded name of a column to its type, "" where none is given, and the piece it is of."""


def _folded(ports: Iterable[Any]) -> Ports:
    return [(str(one.name).casefold().strip(), (one.type or "").casefold()) for one in ports]


def _columns(found: Iterable[tuple[Piece, Ports]]) -> Columns:
    columns: Columns = {}
    for piece, ports in found:
        for name, type_ in ports:
            columns.setdefault(name, (type_, piece.reference))
    return columns


def _both(ports: Ports, columns: Columns) -> list[str]:
    """Names of ports among the columns whose types, where both have one, are the same."""
    found = {
        name: None
        for name, type_ in ports
        if name in columns and (not type_ or columns[name][0] in ("", type_))
    }
    return list(found)


def _inputs(fit: Fit, needed: Ports, has: Columns) -> None:
    if has and needed and (given := _both(needed, has)):
        count = len({name for name, _ in needed})
        said = f"{len(given)} of its {count} inputs come from {{}} ({{}})"
        fit.add("inputs", len(given) / count, said, sorted({has[n][1] for n in given}), given)


def _outputs(fit: Fit, ports: Ports, wants: Columns) -> None:
    if wants and (given := _both(ports, wants)):
        takers = sorted({wants[name][1] for name in given})
        fit.add("outputs", len(given) / len(wants), "gives {}, which {} takes", given, takers)


def _terms(fit: Fit, piece: Piece, wish: Wish) -> None:
    task = getattr(piece.record, "task", None)
    if task and wish.problem_class:
        if task == wish.problem_class:
            fit.add("task", 1.0, "made for {}", [task])
        else:
            fit.add("other task", 1.0)
    if shared := sorted(wish.terms & set(piece.record.tags)):
        fit.add("terms", len(shared) / len(wish.terms), "tagged {}", shared)


def _persona(fit: Fit, piece: Piece, wish: Wish, personas: Mapping[str, Persona]) -> None:
    named = set(getattr(piece.record, "personas", ()))
    if ours := sorted(wish.personas & named):
        fit.add("persona", 1.0, "its record says it is for {}", ours)
        return
    for role in sorted(wish.personas):
        sought = personas.get(role)
        if sought is None:
            continue
        tags = sorted(sought.tags & set(piece.record.tags))
        if tags or piece.kind in sought.kinds:
            what = tags or [piece.kind.replace("_", " ")]
            said = (
                "{} looks for what is tagged {} (taxonomy)"
                if tags
                else "{} looks for {} (taxonomy)"
            )
            fit.add("persona", 1.0, said, [role], what)
            return
    if named and wish.personas:
        fit.add("other persona", 1.0)


def _listed(words: Sequence[str]) -> str:
    text = ", ".join(shorten(word, 40) for word in words[:_MOST_NAMED])
    return f"{text}, ..." if len(words) > _MOST_NAMED else text


__all__ = ["WORTH", "Fit", "Fitting", "Persona", "Piece", "Wish", "gives", "takes"]
