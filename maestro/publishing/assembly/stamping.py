"""The press: pages stamped into the generator's shells and put into the tree, those alone that
are not the same as in the build before."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

from maestro.publishing.pages import Page, Site
from maestro.publishing.text import escaped

from .audit import Audit
from .generator import walk
from .memory import Later, Memory, Row, Told, key_of
from .policy import Guarded
from .scan import Document, scan, scan_parts
from .search import SearchDocument, search_files
from .shell import Frame, Shell, shell_of, stub_shell
from .stubs import STUBS
from .traced import Answers, Lookup, traced
from .tree import Tree


class Press:
    """One build's pages."""

    def __init__(self, tree: Tree, shells: Path, frame: Frame, site: Site) -> None:
        """``shells`` is the generator's output."""
        self.tree, self.frame, self.site = tree, frame, site
        self.made = 0
        self._guarded = Guarded(shells, [built(stub.path) for stub in STUBS.values()])
        self._shells: dict[str, Shell] = {}
        self._documents: dict[str, Document] = {}
        self._found: list[SearchDocument] = []
        self._memory: Memory
        self._audit: Audit

    def start(self, work: Path, base: str) -> None:
        """Cut the shells and recall the build before; ``base`` is where the site is published."""
        whole = []
        for stub in STUBS.values():
            html = self._guarded.html(built(stub.path))
            self._shells[stub.name] = stub_shell(stub, html)
            self._documents[stub.name] = scan(self._shells[stub.name].stamp(self.frame.values()))
            whole.append(html)
        guides = sorted(self.site.guides)
        key = key_of(base, *self.frame.values().values(), "\0".join(guides), *whole)
        self._memory = Memory(key, Answers(self.site.shelf), work / "pages.json")
        self._audit = Audit(base, self._memory.ties)

    def put_shells(self) -> None:
        """Everything the generator made but the stubs and the search index."""
        stubs = {built(stub.path) for stub in STUBS.values()}
        folder = self._guarded.folder
        for path in walk(folder):
            if path in stubs or path.startswith("search/"):
                continue
            data = (folder / path).read_bytes()
            if path.endswith(".html"):
                self._put_shell(Told(path, data))
            else:
                self.tree.put(path, data)

    def _put_shell(self, page: Told) -> None:
        """Put one page whose words the generator knew; the frame is all that it lacks."""
        if self._recalled(page) is None:
            self.made += 1
            text = shell_of(self._guarded.html(page.path)).stamp(self.frame.values())
            self._audit.add(page.path, scan(text))
            self.tree.put(page.path, text.encode())
            self._memory.note(page, (), ())

    def put_page(self, page: Page | Later) -> None:
        """Put one page and note how search finds it."""
        if isinstance(page, Later) and (row := self._recalled(page)) is not None:
            if row.about:
                title, text, tags = row.about
                self._found.append(SearchDocument(page.path, title, text, tuple(tags)))
            return
        log: dict[Lookup, None] = {}
        made = self._make(page, log) if isinstance(page, Later) else page
        html = stamped(self._shells[made.stub], self.frame, made)
        self.tree.put(made.path, html.encode())
        self._audit.add_stamped(
            made.path, self._documents[made.stub], scan_parts(made.parts.values())
        )
        found = SearchDocument(made.path, made.title, made.description, made.tags)
        about: tuple[Any, ...] = ()
        if made.is_searchable:
            self._found.append(found)
            about = (found.title, found.text, found.tags)
        if isinstance(page, Later):
            self._memory.note(page, log, about)

    def put_document(self, path: str, data: bytes | Later) -> None:
        """Put one file that is no page."""
        if not isinstance(data, Later):
            self.tree.put(path, data)
        elif not self._put_again(data):
            log: dict[Lookup, None] = {}
            self.tree.put(path, data.head.encode() + self._make(data, log))
            self._memory.note(data, log, (data.head,))

    def _put_again(self, page: Later) -> bool:
        """Put a document as it was, but for its head; False when it has to be made."""
        row = self._memory.recall(page)
        if row is None:
            return False
        (head,) = row.about
        if head != page.head:
            whole, old = self.tree.read(page.path, row.mark), head.encode()
            if whole is None or not whole.startswith(old):
                return False
            self.tree.put(page.path, page.head.encode() + whole[len(old) :])
        elif not self.tree.keep(page.path, row.mark):
            return False
        self._memory.keep(page, (page.head,))
        return True

    def put_search(self) -> None:
        """The search index over the hand-written pages and all that were put."""
        for path, data in search_files(self._guarded.folder, self._found):
            self.tree.put(path, data)
        self._found.clear()

    def audit(self) -> int:
        """The number of links checked; raises MaestroError when one is broken."""

        def text_of(path: str) -> str:
            """The text of one page of the new tree."""
            return (self.tree.folder / path).read_text(encoding="utf-8")

        return self._audit.finish(self.tree.paths, text_of)

    def remember(self) -> None:
        """Leave for the next build what is known of this one."""
        self._memory.write(self.tree.mark, self._audit.kept(self._memory.paths))

    def _recalled(self, page: Told) -> Row | None:
        """What is known of a page that was linked as it is; None when it has to be made."""
        row = self._memory.recall(page)
        if row is None:
            return None
        # A page of which the audit knows nothing would go unaudited.
        if not self._audit.recall(page.path) or not self.tree.keep(page.path, row.mark):
            return None
        self._memory.keep(page, row.about)
        return row

    def _make(self, page: Later, log: dict[Lookup, None]) -> Any:
        self.made += 1
        return page.make(replace(self.site, shelf=traced(self.site.shelf, log)), page.subject)


def stamped(shell: Shell, frame: Frame, page: Page) -> str:
    """One finished page."""
    values = frame.values() | {name.upper(): str(html) for name, html in page.parts.items()}
    values |= {"TITLE": escaped(page.title), "DESCRIPTION": escaped(page.description)}
    values |= {"PAGE": escaped(page.path)}
    return shell.stamp(values)


def built(path: str) -> str:
    """Where the generator leaves the page made of a Markdown file."""
    return path.removesuffix(".md") + ".html"
