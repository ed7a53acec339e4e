"""Library health: what needs somebody, one list per sort of fault, each with its next step."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from maestro.publishing import words
from maestro.publishing.draw import charts
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site

from .cards import Card, board_page, counted
from .health_checks import Check, Fault, looked

MOST_OF_ONE = 100
"""Faults of one sort in the table; a small library shows them all."""
MOST_ROWS = 500
"""Faults in the table up to which every one of them stands there."""
MOST_IN_CARD = 5
MOST_IN_SENTENCE = 3
FEWEST_RUNS = 2


@dataclass(frozen=True, slots=True)
class Group:
    """One sort of fault: its words, how many there are, or why nobody knows."""

    check: Check
    count: int
    looked: int
    """How many records were looked at."""
    absent: str
    """Why it is not known; empty where it is."""
    shown: tuple[Fault, ...]


@dataclass(frozen=True, slots=True)
class Health:
    """The sentence, the groups and the history."""

    says: str
    groups: tuple[Group, ...]
    trend: Markup
    """Faults in records from run to run; empty with fewer than two runs."""
    runs: tuple[tuple[str, int], ...]
    """Day of a run and the faults in its records, oldest first."""

    @property
    def count(self) -> int:
        """All faults of all sorts."""
        return sum(group.count for group in self.groups)

    @property
    def left_out(self) -> int:
        """Faults that are not in the table."""
        return self.count - sum(len(group.shown) for group in self.groups)


def pages(site: Site) -> Iterator[Page]:
    """The dashboard of health."""
    yield board_page(site, "health", {"state": health(site.shelf)})


def card(shelf: Shelf) -> Card:
    """What the overview says of health."""
    found = health(shelf)
    groups = sorted((g for g in found.groups if g.count), key=lambda g: -g.count)
    of = "things to mend" if found.count != 1 else "thing to mend"
    rows = counted((group.check.title, group.count) for group in groups[:MOST_IN_CARD])
    known = any(not group.absent for group in found.groups)
    return Card("health", found.says, f"{found.count:,}" if known else "", of, rows)


@lru_cache(maxsize=1)
def health(shelf: Shelf) -> Health:
    """Every check of the library, in the order of what hurts most; kept for the last shelf."""
    made = looked(shelf)
    total = sum(len(seen.faults) for _, seen in made)
    groups = tuple(
        Group(
            check,
            len(seen.faults),
            seen.of,
            seen.absent,
            tuple(seen.faults if total <= MOST_ROWS else seen.faults[:MOST_OF_ONE]),
        )
        for check, seen in made
    )
    runs = _runs(shelf)
    return Health(_says(groups), groups, _trend(runs), runs)


def _says(groups: tuple[Group, ...]) -> str:
    found = [group for group in groups if group.count]
    unknown = [group.check.title.lower() for group in groups if group.absent]
    told = f" Not known: {', '.join(unknown)}." if unknown else ""
    if not found:
        return f"Nothing was found that needs somebody.{told}"
    most = sorted(found, key=lambda group: -group.count)[:MOST_IN_SENTENCE]
    named = ", ".join(f"{group.count:,} {group.check.short}" for group in most)
    total = words.plural(sum(group.count for group in found), "thing")
    rest = ", most of all" if len(found) > len(most) else ":"
    return f"{total} to mend{rest} {named}.{told}"


def _runs(shelf: Shelf) -> tuple[tuple[str, int], ...]:
    """Day and faults of each kept run; of several runs of a day the last."""
    found: dict[str, int] = {}
    for run in shelf.library.runs:
        at, count = run.get("at"), run.get("problems")
        if isinstance(at, str) and isinstance(count, int) and words.parse_time(at):
            found[at[:10]] = count
    return tuple(sorted(found.items()))


def _trend(runs: tuple[tuple[str, int], ...]) -> Markup:
    if len(runs) < FEWEST_RUNS:
        return Markup("")
    series = [(day, float(count)) for day, count in runs]
    return charts.trend(charts.Course("Faults in records", series, "faults"))


def by_owner(found: Health) -> list[tuple[str, int]]:
    """Team to the faults that are its to mend, most first."""
    owners = Counter(fault.owner for group in found.groups for fault in group.shown if fault.owner)
    return sorted(owners.items(), key=lambda pair: (-pair[1], pair[0]))


__all__ = ["Group", "Health", "by_owner", "card", "health", "pages"]
