"""What both profiles share: the order of deployments, and which of them brought or broke what."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Hashable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

MINUTE = 60_000


@dataclass(frozen=True, slots=True)
class Link:
    """One successful deployment in the chain of its group; times in milliseconds since 1970."""

    id: str
    group: Hashable
    """Deployments follow each other within one scope, repository and environment."""
    started: int | None
    finished: int | None
    commit: str = ""


class Times(NamedTuple):
    """The moments of one change, in milliseconds since 1970; None where one is not known."""

    written: int | None
    """When its first commit was authored."""
    created: int | None
    """When it was proposed."""
    reviewed: int | None
    """When somebody else first said something."""
    merged: int | None
    deployed: int | None
    """When the first production deployment with it ended."""


@dataclass(frozen=True, slots=True)
class Parts:
    """The parts of one change's way to production, in minutes; None where it is not known."""

    coding: float | None
    open: float | None
    pickup: float | None
    review: float | None
    deploy: float | None

    @property
    def total(self) -> float:
        """Coding, open and deploy together; what is not known or negative is left out."""
        return sum(part for part in (self.coding, self.open, self.deploy) if part is not None)


def previous_of(links: Iterable[Link]) -> dict[str, str]:
    """Id to the id of the success before it, by the time it ended; empty for the first.

    Links without an end are left out.
    """
    previous: dict[str, str] = {}
    last: dict[Hashable, str] = {}
    ended = [link for link in links if link.finished is not None]
    for link in sorted(ended, key=lambda link: (link.finished, link.id)):
        previous[link.id] = last.get(link.group, "")
        last[link.group] = link.id
    return previous


def first_with(links: Iterable[Link], brought: Mapping[str, Iterable[str]]) -> dict[str, Link]:
    """Commit to the first link, by start, that brought it; ``brought``: link's id to commits."""
    first: dict[str, Link] = {}
    for link in sorted(links, key=_by_start):
        for commit in brought.get(link.id, ()):
            first.setdefault(commit, link)
    return first


def _by_start(link: Link) -> tuple[bool, int, str]:
    return link.started is not None, link.started or 0, link.id


def last_before(links: Iterable[Link], moments: Mapping[str, int]) -> dict[str, Link]:
    """Name to the link that ended last, strictly before the name's moment; else absent."""
    ended = [(link.finished, link.id, link) for link in links if link.finished is not None]
    # Of several that ended at once the one with the least id counts.
    ended.sort(key=lambda one: (one[0], _Reversed(one[1])))
    times = [one[0] for one in ended]
    found = {}
    for name, moment in moments.items():
        at = bisect_left(times, moment)
        if at:
            found[name] = ended[at - 1][2]
    return found


@dataclass(frozen=True, slots=True)
class _Reversed:
    """A text that sorts the other way round."""

    text: str

    def __lt__(self, other: Any) -> bool:
        return bool(self.text > other.text)


def minutes(start: int | None, end: int | None, *, up: bool) -> float | None:
    """Minutes between two moments; None when one is missing or the span is negative.

    ``up`` rounds up to whole minutes first, so that a span of less than a minute backwards
    is 0, as in DevLake.
    """
    if start is None or end is None:
        return None
    span = end - start
    if up:
        whole = -(-span // MINUTE)
        return None if whole < 0 else whole
    return None if span < 0 else span / MINUTE


def parts(times: Times, *, up: bool) -> Parts:
    """The parts of a change's way; ``up`` as in :func:`minutes`."""
    return Parts(
        coding=minutes(times.written, times.created, up=up),
        open=minutes(times.created, times.merged, up=up),
        pickup=minutes(times.created, times.reviewed, up=up),
        review=minutes(times.reviewed, times.merged, up=up),
        deploy=minutes(times.merged, times.deployed, up=up),
    )
