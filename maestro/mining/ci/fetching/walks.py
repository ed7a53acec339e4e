"""Ways through a forge's lists: windows of time, and newest changes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from typing import Any

from maestro.errors import MaestroError
from maestro.mining.ci.values import moment
from maestro.mining.http import Answer, Client

from .keeper import Keeper

PAGE = 100
"""Records a page."""
Query = list[tuple[str, str | int]]
"""Names and values behind the question mark."""
Window = list[int]
"""First and last second, the page that comes next, and the records that came before it."""


@dataclass(frozen=True, slots=True)
class Page:
    """One page of a list, and whether the list goes on behind it."""

    answer: Answer
    items: list[Any]
    seen: int
    """Records of the list up to here."""
    total: int
    """Records of the whole list; 0 when the server does not say."""

    @property
    def goes_on(self) -> bool:
        """Whether there is a page after this one.

        The server's own word counts, then its count of records: it may send fewer a page than
        it was asked for. Only a server that says neither is done with a page that is not full.
        """
        if not self.items:
            return False
        if self.answer.more is not None:
            return self.answer.more
        return self.seen < self.total if self.total else len(self.items) >= PAGE

    @property
    def is_short(self) -> bool:
        """Whether the list ends here although the server speaks of more."""
        lacking = self.seen < self.total or bool(self.answer.more)
        return not self.answer.same and not self.goes_on and lacking


def turn(ask: Callable[[], Answer], seen: int = 0, name: str = "") -> Page:
    """One page behind ``seen`` records; asked once more when the list seems to end too early."""

    def one() -> Page:
        """One answer, as a page with its items."""
        answer = ask()
        items = [] if answer.same else items_of(answer.data, name)
        found = answer.data.get("total_count") if isinstance(answer.data, dict) else answer.total
        total = found if type(found) is int and found > 0 else 0
        return Page(answer, items, seen + len(items), total)

    page = one()
    return one() if page.is_short else page


def whole(ask: Callable[[int], Answer], name: str = "") -> list[Any] | None:
    """All records of a list, page by page; None when the server sent fewer than it speaks of."""
    items: list[Any] = []
    number = 1
    while True:
        page = turn(partial(ask, number), len(items), name)
        items += page.items
        if page.is_short:
            return None
        if not page.goes_on:
            return items
        number += 1


def stamp(seconds: float) -> str:
    """A time as forges write it in queries, to the second, UTC."""
    return datetime.fromtimestamp(int(seconds), UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(seconds: float) -> str:
    """The UTC day of a time."""
    return stamp(seconds)[:10]


def time_of(value: Any) -> float:
    """A time of a raw record; 0 when it has none."""
    return moment(value, []) or 0.0


def items_of(document: Any, name: str = "") -> list[Any]:
    """The records of a page. Raises MaestroError C003 when it holds no list of them."""
    found = document.get(name) if name and isinstance(document, dict) else document
    if not isinstance(found, list):
        hint = "check the url under ci: in the record"
        raise MaestroError("C003", "the server sent a page without a list of records", hint)
    return found


def halves(window: Window) -> list[Window]:
    """A window cut in two, the newer half first."""
    first, last = window[:2]
    middle = (first + last) // 2
    return [[middle + 1, last, 1, 0], [first, middle, 1, 0]]


def windows_of(value: Any) -> list[Window]:
    """The windows that a state keeps; those that are none are left out."""
    found = value if isinstance(value, list) else []
    return [
        list(one)
        for one in found
        if isinstance(one, list)
        and len(one) == 4
        and all(type(n) is int and 0 <= n < 2**40 for n in one)
        and one[0] <= one[1]
        and one[2] >= 1
    ]


def place_of(value: Any, since: float) -> dict[str, Any]:
    """A walk's place as a state keeps it, with what a first walk has where it is damaged."""
    found = value if isinstance(value, dict) else {}
    place: dict[str, Any] = {"until": since, "top": 0, "page": 1, "seen": 0, "etag": ""}
    for name in ("until", "top", "page", "seen"):
        if type(found.get(name)) in (int, float) and 0 <= found[name] < 2**40:
            place[name] = found[name]
    place["page"], place["seen"] = max(int(place["page"]), 1), int(place["seen"])
    if isinstance(found.get("etag"), str):
        place["etag"] = found["etag"]
    return place


@dataclass(frozen=True, slots=True)
class Listed:
    """A list that a server sorts by time, newest first, and how its pages are asked for."""

    name: str
    """What its place is called in the state."""
    ask: Callable[[int, float], tuple[str, Query]]
    """Path and query of a page, from its number and the time from which on records are wanted."""
    since: float
    """Where a first walk ends."""
    field: str = "updated_at"
    """The time that it is sorted by."""
    marked: bool = False
    """Whether the question is the same each time, so that the server can say: nothing changed."""


def newest_first(client: Client, keeper: Keeper, listed: Listed) -> Iterator[list[Any]]:
    """Pages of a list, newest first, down to what is known; goes on by itself.

    What changes meanwhile moves to the front, so that later pages can only repeat records. The
    place is kept after each page, once the caller has taken it.
    """
    name = listed.name
    place = place_of(keeper.cursor.get(name), listed.since)
    while True:
        path, query = listed.ask(place["page"], place["until"])
        first = place["page"] == 1
        etag = place["etag"] if first else ""
        page = turn(partial(client.get, path, query, etag=etag), place["seen"])
        if page.answer.same:
            return
        items = [item for item in page.items if isinstance(item, dict)]
        times = [time_of(item.get(listed.field)) for item in items]
        yield items
        etag = page.answer.etag if first else place["etag"]
        # A time to come would hide whatever changes until then.
        place["top"] = max([place["top"], *(min(at, client.clock.now()) for at in times)])
        known = bool(times) and min(times) < place["until"]
        if page.is_short and not known:
            keeper.short.add(name)
            return
        if known or not page.goes_on:
            # The mark of page 1 still tells whether anything changed since the walk began.
            done = {"until": max(place["top"], place["until"]), "top": 0, "page": 1, "seen": 0}
            keeper.cursor[name] = done | {"etag": etag if listed.marked else ""}
            keeper.save()
            return
        place |= {"page": place["page"] + 1, "seen": page.seen, "etag": etag}
        keeper.cursor[name] = dict(place)
        keeper.save()
