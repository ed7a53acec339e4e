"""The audit of a finished tree: every internal link and anchor leads somewhere, no page asks
another host for anything."""

from __future__ import annotations

import posixpath
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from maestro.errors import MaestroError

from .generator import walk

_LOADS = {
    *((tag, "src") for tag in ("img", "script", "iframe", "source", "video", "audio")),
    *((tag, "src") for tag in ("embed", "input", "track")),
    *((tag, "href") for tag in ("link", "image", "use")),
    ("object", "data"),
}
_MOST = 20


@dataclass(slots=True)
class _Document:
    anchors: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)
    loads: list[tuple[int, str]] = field(default_factory=list)


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = _Document()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element links to, loads and can be jumped to."""
        values = {name: value or "" for name, value in attrs}
        line = self.getpos()[0]
        if "id" in values:
            self.found.anchors.add(values["id"])
        if tag == "a" and "name" in values:
            self.found.anchors.add(values["name"])
        if tag in ("a", "area") and "href" in values:
            self.found.links.append((line, values["href"]))
        if tag == "link" and values.get("rel") in ("canonical", "prev", "next", "alternate"):
            return
        for name, value in values.items():
            if (tag, name) in _LOADS:
                self.found.loads.append((line, value))


def read_page(html: str) -> _Document:
    """Anchors, links and loaded addresses of one page."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.found


def check_links(site: Path, base: str = "/") -> int:
    """The number of links checked; raises MaestroError naming the broken ones.

    ``base`` is the path below its host at which the site is published; only the page for missing
    pages links by it. A link is broken when its file or its anchor is not in the tree, or when it
    points to a folder (a page opened from disk would list it); a load when it leaves the site.
    """
    files = set(walk(site))
    documents = {
        path: read_page((site / path).read_text(encoding="utf-8"))
        for path in sorted(files)
        if path.endswith(".html")
    }
    broken: list[str] = []
    count = 0
    for path, document in documents.items():
        both = [(*link, False) for link in document.links] + [
            (*load, True) for load in document.loads
        ]
        for line, href, is_load in both:
            count += 1
            if is_load and _is_foreign(href):
                broken.append(f'{path}:{line}: loads "{href[:80]}" from elsewhere')
            elif fault := _fault(path, _relative(href, path, base), files, documents):
                broken.append(f"{path}:{line}: {fault}")
    if broken:
        raise MaestroError("T003", _message(broken), "mend the link in the page it stands on")
    return count


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


def _fault(path: str, href: str, files: set[str], documents: dict[str, _Document]) -> str:
    try:
        parts = urlsplit(href)
    except ValueError:
        return f'"{href[:80]}" is no address'
    if parts.scheme or parts.netloc:
        is_ours = parts.scheme in ("http", "https", "mailto", "data")
        return "" if is_ours else f'"{href[:80]}" has a scheme that is not allowed'
    target = _resolve(path, unquote(parts.path))
    if target not in files:
        return f'"{href[:80]}" leads to no file'
    anchor = unquote(parts.fragment)
    if anchor and target in documents and anchor not in documents[target].anchors:
        return f'"{href[:80]}" leads to no place on its page'
    return ""


def _resolve(path: str, target: str) -> str:
    if not target:
        return path
    return posixpath.normpath(posixpath.join(posixpath.dirname(path), target))
