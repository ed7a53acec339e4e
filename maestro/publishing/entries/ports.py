"""What goes in and what comes out: columns in words, for people who look for personal data."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from maestro.publishing.words import plural

MOST_NAMES = 6
"""Names in a sentence; the table has them all."""
MOST_SHOWN = 15
"""Rows shown at once; the rest is folded."""
MOST_ROWS = 200
"""Rows on a page; the data has them all."""


@dataclass(frozen=True, slots=True)
class Ports:
    """A table of inputs, outputs or fields, with the sentence above it."""

    label: str
    says: str
    shown: Sequence[Any]
    folded: Sequence[Any]
    left: int
    """Rows that stand in the data only."""
    described: bool
    """Whether any of them has a description."""


def ports(label: str, items: Sequence[Any], one: str) -> Ports:
    """A table of ``items``, fields or ports; ``one`` is what one of them is called."""
    return Ports(
        label,
        said(items, one),
        items[:MOST_SHOWN],
        items[MOST_SHOWN:MOST_ROWS],
        max(0, len(items) - MOST_ROWS),
        any(item.description for item in items),
    )


def said(items: Sequence[Any], one: str) -> str:
    """How many of them are personal data, which ones, and how many lack a description."""
    count = len(items)
    marked = [item.name for item in items if item.pii]
    names = ", ".join(marked[:MOST_NAMES])
    if len(marked) > MOST_NAMES:
        names += f" and {len(marked) - MOST_NAMES} more"
    if marked:
        verb = "is" if len(marked) == 1 else "are"
        text = f"{len(marked)} of {plural(count, one)} {verb} personal data: {names}."
    elif count == 1:
        text = f"1 {one}, not marked as personal data."
    else:
        text = f"{plural(count, one)}, none marked as personal data."
    bare = sum(not item.description for item in items)
    if bare == count:
        text += " No descriptions yet (add description)."
    elif bare:
        text += f" {bare} {'has' if bare == 1 else 'have'} no description yet."
    return text


__all__ = ["MOST_NAMES", "MOST_ROWS", "MOST_SHOWN", "Ports", "ports", "said"]
