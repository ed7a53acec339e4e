"""What a reader gives back: facts, unknown fields counted, and all that was refused and why."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from operator import itemgetter
from typing import Any

from maestro.mining.base import Row, Tables
from maestro.schema.facts import FACTS, columns

from .values import plain

CI_KINDS = ("run", "job", "test", "deployment", "pull_request", "incident")
"""The kinds of facts that CI records hold."""
MOST_REFUSED = 1000
"""Refusals of one file that are listed one by one; the rest becomes a count."""
MOST_UNKNOWN = 500
"""Names of unknown fields that are told apart in one file; the rest becomes one count."""
MORE = "(more fields)"


class RefusedError(Exception):
    """A document cannot be read: a code to know it by and a reason in words."""

    def __init__(self, code: str, reason: str) -> None:
        super().__init__(reason)
        self.code = code
        self.reason = reason


@dataclass(frozen=True, slots=True, order=True)
class Refusal:
    """One file or record that gave no facts."""

    path: str
    """The file, as it was named."""
    where: str
    """The place in the file, ``workflow_runs[3]`` or ``line 12``; empty for all of it."""
    code: str
    """A word for the reason; ``no-facts`` when it is sound but holds nothing that we keep."""
    reason: str
    """The reason in words."""


def _many(refusal: Refusal) -> int:
    """How many records a refusal stands for."""
    return int(refusal.where.split()[0]) if refusal.code == "more" else 1


def _blank(annotation: Any) -> Any:
    if annotation is int:
        return 0
    if annotation is bool:
        return False
    return "" if annotation is str else None


BLANK: dict[str, dict[str, Any]] = {
    kind: {name: _blank(about.annotation) for name, about in FACTS[kind].model_fields.items()}
    for kind in CI_KINDS
}
"""Kind to its columns with what each holds when nothing is known; lists are None here."""
_LISTS = {
    kind: tuple(
        name for name, about in FACTS[kind].model_fields.items() if about.annotation == list[str]
    )
    for kind in CI_KINDS
}
_PICK = {kind: itemgetter(*columns(kind)) for kind in CI_KINDS}


def row(kind: str, values: Mapping[str, Any]) -> Row:
    """A row of ``kind``: columns in order, blank where ``values`` names none."""
    whole = {**BLANK[kind], **values}
    for name in _LISTS[kind]:
        if whole[name] is None:
            whole[name] = []
    picked: Row = _PICK[kind](whole)
    return picked


@dataclass(slots=True)
class Reading:
    """What was understood of one file."""

    path: str = ""
    """The file, as it was named; Jenkins folders also say there which build it is."""
    tables: Tables = field(default_factory=dict)
    """Kind of fact to its rows, in the order of the file."""
    unknown: Counter[str] = field(default_factory=Counter)
    """``kind.field`` (or ``kind.field=value`` for a word of no known meaning) to how often."""
    refused: list[Refusal] = field(default_factory=list)
    """What gave no facts."""
    recognised: bool = False
    """True once something in the file was known for what it is, an empty page too."""

    def add(self, kind: str, values: Mapping[str, Any]) -> None:
        """Keep one fact."""
        self.recognised = True
        self.tables.setdefault(kind, []).append(row(kind, values))

    def refuse(self, where: str, code: str, reason: str) -> None:
        """Say that the record at ``where`` gave no facts."""
        self._refuse(Refusal(self.path, where, code, reason))

    def take(self, other: Reading) -> None:
        """Add what was understood of a part of this file."""
        for kind, rows in other.tables.items():
            self.tables.setdefault(kind, []).extend(rows)
        self.recognised = self.recognised or other.recognised
        for refusal in other.refused:
            self._refuse(refusal)
        for name, count in other.unknown.items():
            self._count(name, count)

    def _refuse(self, refusal: Refusal) -> None:
        if len(self.refused) < MOST_REFUSED:
            self.refused.append(refusal)
            return
        last = self.refused[-1]
        count = _many(refusal) + _many(last)
        more = Refusal(self.path, f"{count} more", "more", "further records were refused")
        self.refused[-1] = more

    def count_unknown(self, kind: str, names: Iterable[str]) -> None:
        """Count fields of ``kind`` that no reader knows."""
        for name in names:
            self._count(f"{kind}.{plain(str(name), 60)}")

    def count_word(self, kind: str, name: str, word: str) -> None:
        """Count a value of no known meaning in a field that is known."""
        self._count(f"{kind}.{name}={plain(word, 40)}")

    def _count(self, name: str, times: int = 1) -> None:
        known = name in self.unknown or len(self.unknown) < MOST_UNKNOWN
        self.unknown[name if known else MORE] += times
