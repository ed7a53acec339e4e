"""Ways through a forge's lists: windows of time, and newest changes first."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from typing import Any

from maestro.errors import MaestroError
from maestro.mining.ci.values import moment
from maestro.mining.http import Client

from .keeper import Keeper

PAGE = 100
"""Records a page."""
Query = list[tuple[str, str | int]]
"""Names and values behind the question mark."""
Window = list[int]
"""First and last second, and the page that comes next."""


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
    first, last, _ = window
    middle = (first + last) // 2
    return [[middle + 1, last, 1], [first, middle, 1]]


def windows_of(value: Any) -> list[Window]:
    """The windows that a state keeps; those that are none are left out."""
    found = value if isinstance(value, list) else []
    return [
        list(one)
        for one in found
        if isinstance(one, list)
        and len(one) == 3
        and all(type(n) is int and 0 <= n < 2**40 for n in one)
        and one[0] <= one[1]
        and one[2] >= 1
    ]


def place_of(value: Any, since: float) -> dict[str, Any]:
    """A walk's place as a state keeps it, with what a first walk has where it is damaged."""
    found = value if isinstance(value, dict) else {}
    place: dict[str, Any] = {"until": since, "top": 0, "page": 1, "etag": ""}
    for name in ("until", "top", "page"):
        if type(found.get(name)) in (int, float) and 0 <= found[name] < 2**40:
            place[name] = found[name]
    place["page"] = max(int(place["page"]), 1)
    if isinstance(found.get("etag"), str):
        place["etag"] = found["etag"]
    return place


def newest_first(
    client: Client,
    keeper: Keeper,
    name: str,
    ask: Callable[[int, float], tuple[str, Query]],
    *,
    since: float,
    field: str = "updated_at",
    marked: bool = False,
) -> Iterator[list[Any]]:
    """Pages of a list sorted by ``field``, newest first, down to what is known; goes on by itself.

    What changes meanwhile moves to the front, so that later pages can only repeat records. The
    place is kept after each page, once the caller has taken it; ``ask`` gives path and query of
    a page, from its number and the time from which on records are wanted. ``marked`` says that the
    question is the same each time, so that the server can say that nothing changed.
    """
    place = place_of(keeper.cursor.get(name), since)
    while True:
        path, query = ask(place["page"], place["until"])
        first = place["page"] == 1
        answer = client.get(path, query, etag=place["etag"] if first else "")
        if answer.same:
            return
        items = [item for item in items_of(answer.data) if isinstance(item, dict)]
        times = [time_of(item.get(field)) for item in items]
        yield items
        etag = answer.etag if first else place["etag"]
        # A time to come would hide whatever changes until then.
        place["top"] = max([place["top"], *(min(at, client.clock.now()) for at in times)])
        ended = len(items) < PAGE or min(times) < place["until"]
        if ended:
            # The mark of page 1 still tells whether anything changed since the walk began.
            done = {"until": max(place["top"], place["until"]), "top": 0, "page": 1}
            keeper.cursor[name] = done | {"etag": etag if marked else ""}
            keeper.save()
            return
        place |= {"page": place["page"] + 1, "etag": etag}
        keeper.cursor[name] = dict(place)
        keeper.save()
