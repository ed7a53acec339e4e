"""Releases, as far as tags tell: which there were, and how many days lay between them."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise

from maestro.repository import Tag

from .activity import DAY, EARLIEST, Period

# v1.2, 1.2.3, pkg@1.2.0, release-2024.10; at least two numbers.
_VERSION = re.compile(r"(?:\A|[^0-9.])v?[0-9]+(?:[._][0-9]+)+(?P<rest>.*)\Z", re.IGNORECASE)
_EARLY = re.compile(
    r"(?:\A|[^a-z])(?:a|b|c|rc|alpha|beta|dev|pre|preview|snapshot|nightly)(?![a-z])", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Release:
    """One released commit."""

    time: int
    """When its first tag was set, seconds since 1970."""
    tag: str
    """That tag: untrusted text."""


def is_release(tag: str) -> bool:
    """True for a tag with a version of two numbers or more that is no pre-release."""
    found = _VERSION.search(tag)
    return bool(found) and not _EARLY.search(found["rest"] if found else "")


def releases_of(tags: Iterable[Tag], as_of: int) -> list[Release]:
    """Releases up to ``as_of``, oldest first; several tags of one commit are one release."""
    first: dict[str, Release] = {}
    for tag in sorted(tags, key=lambda tag: (tag.time or 0, tag.name)):
        if tag.time is not None and EARLIEST <= tag.time <= as_of and is_release(tag.name):
            first.setdefault(tag.commit, Release(tag.time, tag.name))
    return sorted(first.values(), key=lambda one: (one.time, one.tag))


def days_between(releases: list[Release], period: Period) -> list[float]:
    """Days from one release to the next, for those that came in the window."""
    pairs = pairwise(releases)
    return [(late.time - early.time) / DAY for early, late in pairs if period.holds(late.time)]
