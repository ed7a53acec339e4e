"""The audit of a finished tree: every internal link and anchor leads somewhere, no page asks
another host for anything."""

from __future__ import annotations

import posixpath
from array import array
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

from maestro.errors import MaestroError

from .packed import numbers_of, text_of
from .scan import Document, read_page

_MOST = 20
_KNOWN = 1 << 14
"""Addresses that are remembered; those that many pages share come again soon."""
Place = tuple[str, str]
"""A file of the site and an anchor in it; no file for the page itself, no anchor for all of it."""


@dataclass(frozen=True, slots=True)
class Ties:
    """How one page hangs together with the others: what is kept of it for the audit."""

    anchors: frozenset[str]
    wants: tuple[Place, ...]
    """Places it links to, outside the site none."""
    count: int
    """Links and loads."""
    has_fault: bool = False
    """An address that is wrong wherever it stands."""


class Audit:
    """The audit of one tree, page by page, so that no page need be kept."""

    def __init__(self, base: str = "/", before: Mapping[str, Any] | None = None) -> None:
        """``base`` is the path below its host at which the site is published, ``before`` what
        an earlier audit of the same base kept (:meth:`kept`)."""
        self.base = base
        self._before = before or {}
        self._counts: dict[str, int] = {}
        self._anchors: dict[str, frozenset[str]] = {}
        self._shared: dict[frozenset[str], frozenset[str]] = {}
        self._anchors_before: dict[int, frozenset[str]] = {}
        self._wants: dict[str, array[int]] = {}
        self._numbers: dict[Place, int] = {
            (file, anchor): number
            for number, (file, anchor) in enumerate(self._before.get("places", ()))
        }
        self._known: dict[tuple[str, bool], dict[str, Place | str | None]] = defaultdict(dict)
        self._room = _KNOWN
        self._shells: dict[tuple[str, int], Ties] = {}
        self._faulty: set[str] = set()

    def add(self, path: str, document: Document) -> None:
        """Take in one page."""
        self.keep(path, self._ties(path, document))

    def add_stamped(self, path: str, shell: Document, own: Document) -> None:
        """Take in one page, given as the shell that it shares and what is its own."""
        key = (path.rpartition("/")[0], id(shell))
        if key not in self._shells:
            self._shells[key] = self._ties(path, shell)
        outer, inner = self._shells[key], self._ties(path, own)
        ties = Ties(
            outer.anchors | inner.anchors,
            (*outer.wants, *inner.wants),
            outer.count + inner.count,
            outer.has_fault or inner.has_fault,
        )
        self.keep(path, ties)

    def _ties(self, path: str, document: Document) -> Ties:
        wants: dict[Place, None] = {}
        has_fault = False
        for is_load, links in ((False, document.links), (True, document.loads)):
            known = self._known[path.rpartition("/")[0], is_load]
            for _, href in links:
                found = known[href] if href in known else self._leads(path, href, is_load)
                if isinstance(found, str):
                    has_fault = True
                elif found is not None:
                    wants[found] = None
        count = len(document.links) + len(document.loads)
        return Ties(frozenset(document.anchors), tuple(wants), count, has_fault)

    def keep(self, path: str, ties: Ties) -> None:
        """Take in one page by what is known of it."""
        self._anchors[path] = self._shared.setdefault(ties.anchors, ties.anchors)
        numbers, wants = self._numbers, array("I")
        for place in ties.wants:
            if place[0]:
                wants.append(numbers.setdefault(place, len(numbers)))
            elif place[1] and place[1] not in ties.anchors:
                self._faulty.add(path)
        self._wants[path] = wants
        self._counts[path] = ties.count
        if ties.has_fault:
            self._faulty.add(path)

    def recall(self, path: str) -> bool:
        """Take in a page as the audit before knew it; False when it did not."""
        row = self._before.get("pages", {}).get(path)
        if row is None:
            return False
        number, self._counts[path], wants = row
        if number not in self._anchors_before:
            anchors = frozenset(self._before["anchors"][number])
            self._anchors_before[number] = self._shared.setdefault(anchors, anchors)
        self._anchors[path] = self._anchors_before[number]
        self._wants[path] = numbers_of(wants)
        return True

    def kept(self, paths: Iterable[str]) -> dict[str, Any]:
        """What is known of these pages, as plain data."""
        known = [path for path in paths if path in self._wants]
        used = sorted(set().union(*(self._wants[path] for path in known)))
        # Places keep their numbers from audit to audit, until most of them are wanted no more.
        places, fresh = list(self._numbers), None
        if len(places) > 2 * len(used):
            fresh = {number: at for at, number in enumerate(used)}
            places = [places[number] for number in used]
        numbers = {anchors: number for number, anchors in enumerate(self._shared)}
        pages = {}
        for path in known:
            wants = self._wants[path]
            wanted = text_of(wants if fresh is None else [fresh[number] for number in wants])
            pages[path] = [numbers[self._anchors[path]], self._counts[path], wanted]
        return {"anchors": [sorted(one) for one in self._shared], "places": places, "pages": pages}

    def _leads(self, path: str, href: str, is_load: bool) -> Place | str | None:
        """Where a link leads: a place, None outside, or what is wrong with it."""
        known = self._known[path.rpartition("/")[0], is_load]
        if href not in known:
            self._room -= 1
            if not self._room:
                for others in self._known.values():
                    others.clear()
                self._room = _KNOWN
            known[href] = _leads(path, href, self.base, is_load)
        return known[href]

    def finish(self, files: Collection[str], text_of: Callable[[str], str]) -> int:
        """The number of links checked; raises MaestroError naming the broken ones.

        ``files`` are the paths of the tree; ``text_of`` gives the text of a page, asked of those
        alone that have a fault.
        """
        broken = {number for place, number in self._numbers.items() if self._fault(place, files)}
        pages = set(self._faulty)
        if broken:
            pages |= {path for path, wants in self._wants.items() if not broken.isdisjoint(wants)}
        faults = [fault for path in sorted(pages) for fault in self._faults(path, files, text_of)]
        if faults:
            raise MaestroError("T003", _message(faults), "mend the link in the page it stands on")
        return sum(self._counts.values())

    def _fault(self, place: Place, files: Collection[str]) -> str:
        target, anchor = place
        if target not in files:
            return "leads to no file"
        if anchor and target in self._anchors and anchor not in self._anchors[target]:
            return "leads to no place on its page"
        return ""

    def _faults(
        self, path: str, files: Collection[str], text_of: Callable[[str], str]
    ) -> Iterable[str]:
        """Each fault of one page with its line, by the exact parser."""
        document = read_page(text_of(path))
        for is_load, links in ((False, document.links), (True, document.loads)):
            for line, href in links:
                found = self._leads(path, href, is_load)
                if isinstance(found, str):
                    yield f"{path}:{line}: {found}"
                elif found is not None and (fault := self._fault(_of(found, path), files)):
                    yield f'{path}:{line}: "{href[:80]}" {fault}'


def _leads(path: str, href: str, base: str, is_load: bool) -> Place | str | None:
    if is_load and _is_foreign(href):
        return f'loads "{href[:80]}" from elsewhere'
    href = _relative(href, path, base)
    try:
        parts = urlsplit(href)
    except ValueError:
        return f'"{href[:80]}" is no address'
    if parts.scheme or parts.netloc:
        is_ours = parts.scheme in ("http", "https", "mailto", "data")
        return None if is_ours else f'"{href[:80]}" has a scheme that is not allowed'
    target = _resolve(path, unquote(parts.path)) if parts.path else ""
    return target, unquote(parts.fragment)


def _of(place: Place, path: str) -> Place:
    return place[0] or path, place[1]


def _is_foreign(href: str) -> bool:
    try:
        parts = urlsplit(href)
    except ValueError:
        return True
    return bool(parts.netloc) or (bool(parts.scheme) and parts.scheme != "data")


def _relative(href: str, path: str, base: str) -> str:
    """An absolute path below ``base`` as seen from the page; any other address as it is."""
    if not href.startswith(base) or href.startswith("//"):
        return href
    return "../" * path.count("/") + href.removeprefix(base)


def _message(broken: Iterable[str]) -> str:
    found = list(broken)
    more = f" and {len(found) - _MOST} more" if len(found) > _MOST else ""
    return f"{len(found)} broken links: " + "; ".join(found[:_MOST]) + more


def _resolve(path: str, target: str) -> str:
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
