"""The site: shells from the generator, stamped pages, search, API, audit, swap."""

from __future__ import annotations

import gzip
import os
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import urlsplit

from . import (
    api,
    browse,
    entries,
    insights,
    listings,
    models,
    operations,
    overview,
    projects,
    truth,
    words,
)
from .docs import DocsTree, docs_tree
from .generator import build_shells, epoch_of, walk
from .library import Library, Shelf
from .links import check_links
from .pages import Page, Site
from .policy import Guarded
from .search import SearchDocument, search_files
from .shell import Frame, Shell, frame_of, shell_of, stub_shell
from .stubs import STUBS
from .swap import building, recover, swap
from .text import escaped

CODES = {
    "T001": "The site generator's output lacks a part that the pages are stamped into. Install "
    "the pinned versions of mkdocs and mkdocs-material.",
    "T002": "The site generator failed. Look at the hand-written pages in site/: the message "
    "names the one it stumbled over.",
    "T003": "A link of the finished site leads nowhere, or a page would ask another host for "
    "something. Mend the link in the page that is named; nothing was published.",
    "T004": "A record's name cannot be a file's name. Rename the file.",
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


@dataclass(slots=True)
class _Tree:
    """The tree under construction; equal files of the tree before it are linked, not written."""

    folder: Path
    before: Path
    size_bytes: int = 0
    written: int = 0
    paths: set[str] = field(default_factory=set)

    def put(self, path: str, data: bytes) -> None:
        """Write one file of the new tree, or link it when it is the same as before."""
        target = self.folder / path
        target.parent.mkdir(parents=True, exist_ok=True)
        self.paths.add(path)
        self.size_bytes += len(data)
        previous = self.before / path
        try:
            if not previous.is_symlink() and previous.read_bytes() == data:
                os.link(previous, target)
                return
        except OSError:
            pass
        target.write_bytes(data)
        self.written += 1


def all_pages(shelf: Shelf, guides: frozenset[str] = frozenset()) -> Iterator[Page]:
    """Every generated page, one at a time, in a fixed order."""
    site = Site(shelf, guides)
    makers = (
        overview,
        listings,
        browse,
        entries,
        models,
        projects,
        insights,
        truth,
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
    recover(out)
    where = places or Places()
    shelf = Shelf(library)
    docs = docs_tree(library.catalog.root, shelf.settings, extra_pages or {}, where.guides)
    moment = words.parse_time(library.generated_at)
    epoch = epoch_of(moment.timestamp() if moment else None)
    shells, reused = build_shells(docs, where.docs or work / "docs", work, epoch)
    folder = building(out)
    folder.mkdir(parents=True)
    tree = _Tree(folder, out)
    frame = frame_of(shelf.settings)
    guarded = Guarded(shells, [_built(stub.path) for stub in STUBS.values()])
    _put_shells(tree, guarded, frame)
    _put_pages(tree, guarded, frame, shelf, docs)
    for path, data in api.documents(shelf):
        tree.put(path, data)
    _put_sitemap(tree, docs)
    links = check_links(folder, urlsplit(docs.config.get("site_url", "/")).path)
    swap(out)
    return SiteReport(
        pages=sum(path.endswith(".html") for path in tree.paths),
        files=len(tree.paths),
        size_bytes=tree.size_bytes,
        written=tree.written,
        links=links,
        shells_reused=reused,
        ignored=docs.ignored,
    )


def _put_shells(tree: _Tree, shells: Guarded, frame: Frame) -> None:
    """Everything the generator made but the stubs and the search index."""
    stubs = {_built(stub.path) for stub in STUBS.values()}
    for path in walk(shells.folder):
        if path in stubs or path.startswith("search/"):
            continue
        if path.endswith(".html"):
            data = shell_of(shells.html(path)).stamp(frame.values()).encode()
        else:
            data = (shells.folder / path).read_bytes()
        tree.put(path, data)


def _put_pages(tree: _Tree, shells: Guarded, frame: Frame, shelf: Shelf, docs: DocsTree) -> None:
    cut: dict[str, Shell] = {}
    found: list[SearchDocument] = []
    for page in all_pages(shelf, docs.pages):
        if page.stub not in cut:
            stub = STUBS[page.stub]
            cut[page.stub] = stub_shell(stub, shells.html(_built(stub.path)))
        tree.put(page.path, stamped(cut[page.stub], frame, page).encode())
        if page.is_searchable:
            found.append(SearchDocument(page.path, page.title, page.description, page.tags))
    for path, data in search_files(shells.folder, found).items():
        tree.put(path, data)


def stamped(shell: Shell, frame: Frame, page: Page) -> str:
    """One finished page."""
    values = frame.values() | {name.upper(): str(html) for name, html in page.parts.items()}
    values |= {"TITLE": escaped(page.title), "DESCRIPTION": escaped(page.description)}
    values |= {"PAGE": escaped(page.path)}
    return shell.stamp(values)


def _built(path: str) -> str:
    return path.removesuffix(".md") + ".html"


def _put_sitemap(tree: _Tree, docs: DocsTree) -> None:
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
