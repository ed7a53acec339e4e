"""The site: shells from the generator, stamped pages, search, API, audit, swap."""

from __future__ import annotations

import gc
import gzip
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from urllib.parse import urlsplit

from . import words
from .api import publish
from .assembly.docs import DocsTree, docs_tree
from .assembly.generator import build_shells, epoch_of
from .assembly.memory import Later
from .assembly.shell import frame_of
from .assembly.stamping import Press
from .assembly.swap import building, recover, swap
from .assembly.tree import Tree
from .browse import compare, library_page
from .entries import artifacts, listings, models
from .insights import insights, truth
from .library import Library, Shelf
from .overviews import governance, home, operations, planner, teams
from .pages import Page, Site, linked
from .projects import projects, timeline
from .text import escaped

CODES = {
    "T001": "The site generator's output lacks a part that the pages are stamped into. Install "
    "the pinned versions of mkdocs and mkdocs-material.",
    "T002": "The site generator failed. Look at the hand-written pages in site/: the message "
    "names the one it stumbled over.",
    "T003": "A link of the finished site leads nowhere, or a page would ask another host for "
    "something. Mend the link in the page that is named; nothing was published.",
    "T004": "A record's name cannot be a file's name. Rename the file.",
    "T005": "Two files of the site have the same name. Rename the file in site/ that has the name "
    "of a generated one; nothing was published.",
}
"""Error code to what it means and what to do."""


@dataclass(frozen=True, slots=True)
class SiteReport:
    """What a build of the site made. Times are not in it: they belong to the run's journal."""

    pages: int
    """HTML pages."""
    files: int
    """All files."""
    size_bytes: int
    """Bytes of all files."""
    written: int
    """Files that differ from the tree that was there before."""
    pages_written: int
    """HTML pages among them."""
    made: int
    """Pages and documents that were made and not known to be as they were."""
    links: int
    """Links and loads that were checked."""
    shells_reused: bool
    """True when the generator's kept output was used."""
    ignored: tuple[str, ...] = ()
    """Hand-written files that were left out."""


@dataclass(frozen=True, slots=True)
class Places:
    """Where a build leaves and finds things, where it is not the usual place."""

    docs: Path | None = None
    """Where the generator's input is left; ``docs`` in the work folder when None."""
    guides: Path | None = None
    """The folder with the guides; those of Maestro when None."""


def made_pages(site: Site) -> Iterator[Page | Later]:
    """Every generated page in a fixed order; those of records come as what makes them."""
    makers = (
        home,
        listings,
        library_page,
        compare,
        artifacts,
        models,
        projects,
        insights,
        truth,
        timeline,
        governance,
        teams,
        planner,
        operations,
    )
    for maker in makers:
        yield from maker.pages(site)


def build_site(
    library: Library,
    out: Path,
    work: Path,
    extra_pages: Mapping[str, str] | None = None,
    places: Places | None = None,
) -> SiteReport:
    """Build the whole site of ``library`` into ``out``, at once or not at all.

    ``work`` keeps the generator's output between builds and may be deleted at any time;
    ``extra_pages`` is Markdown made by the program, by docs-relative path. The same library gives
    the same bytes. Raises MaestroError when the generator fails or a link is broken; ``out`` then
    stays as it was.
    """
    # The library's objects, a million in a large one, are no garbage, and what a build keeps to its
    # end is none either: looking at them again and again for what refers to itself would be a
    # fifth of it.
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(2_000, 20, 1_000)
    try:
        return _built(library, out, work, extra_pages or {}, places or Places())
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


def _built(
    library: Library, out: Path, work: Path, extra_pages: Mapping[str, str], where: Places
) -> SiteReport:
    recover(out)
    shelf = Shelf(library)
    docs = docs_tree(library.catalog.root, shelf.settings, extra_pages, where.guides)
    moment = words.parse_time(library.generated_at)
    epoch = epoch_of(moment.timestamp() if moment else None)
    shells, reused = build_shells(docs, where.docs or work / "docs", work, epoch)
    folder = building(out)
    folder.mkdir(parents=True)
    tree = Tree(folder, out)
    press = Press(tree, shells, frame_of(shelf.settings), Site(shelf, linked(docs.pages)))
    press.start(work, urlsplit(docs.config.get("site_url", "/")).path)
    press.put_shells()
    for page in made_pages(press.site):
        press.put_page(page)
    press.put_search()
    press.put_document(planner.SCRIPT, planner.script(shelf))
    for path, data in chain(
        publish.parts(shelf), library_page.scripts(shelf), compare.scripts(shelf)
    ):
        press.put_document(path, data)
    _put_sitemap(tree, docs)
    links = press.audit()
    press.remember()
    swap(out)
    return SiteReport(
        pages=sum(path.endswith(".html") for path in tree.paths),
        files=len(tree.paths),
        size_bytes=tree.size_bytes,
        written=tree.written,
        pages_written=tree.pages_written,
        made=press.made,
        links=links,
        shells_reused=reused,
        ignored=docs.ignored,
    )


def _put_sitemap(tree: Tree, docs: DocsTree) -> None:
    """A sitemap of the final pages, when the settings say where the site is published."""
    base = docs.config.get("site_url")
    if not base:
        return
    pages = sorted(p for p in tree.paths if p.endswith(".html") and p != "404.html")
    lines = [f"<url><loc>{escaped(base + page)}</loc></url>" for page in pages]
    head = '<?xml version="1.0" encoding="UTF-8"?>\n'
    space = "http://www.sitemaps.org/schemas/sitemap/0.9"
    text = f'{head}<urlset xmlns="{space}">\n' + "\n".join(lines) + "\n</urlset>\n"
    tree.put("sitemap.xml", text.encode())
    tree.put("sitemap.xml.gz", gzip.compress(text.encode(), mtime=0))
