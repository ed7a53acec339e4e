"""A whole site at once, for tests: a build makes and audits its pages one by one."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maestro.publishing.assembly.audit import Audit
from maestro.publishing.assembly.generator import walk
from maestro.publishing.assembly.memory import Later
from maestro.publishing.assembly.scan import scan
from maestro.publishing.library import Shelf
from maestro.publishing.pages import Page, Site
from maestro.publishing.site import made_pages


def all_pages(shelf: Shelf, guides: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Every generated page, one at a time, in a fixed order."""
    site = Site(shelf, guides)
    for found in made_pages(site):
        yield ready(site, found)


def ready(site: Site, found: Any) -> Any:
    """A page or document, made now where it comes as what makes it."""
    return found.make(site, found.subject) if isinstance(found, Later) else found


def check_links(site: Path, base: str = "/") -> int:
    """The audit of a tree on disk: the number of its links, or MaestroError naming broken ones."""

    def text_of(path: str) -> str:
        """The text of one page."""
        return (site / path).read_text(encoding="utf-8")

    files = set(walk(site))
    audit = Audit(base)
    for path in sorted(files):
        if path.endswith(".html"):
            audit.add(path, scan(text_of(path)))
    return audit.finish(files, text_of)
