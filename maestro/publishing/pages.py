"""Pages: what each one says, as finished HTML for the slots of its stub.

Every text of a record reaches HTML here, through Jinja2 with autoescape (and
:func:`maestro.publishing.text.clean`) or through :func:`maestro.publishing.text.prose`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from functools import cache, lru_cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from jinja2 import Environment, FileSystemLoader
from markupsafe import Markup

from maestro.schema.worth import worth_of

from . import captions, editing, effects, text, words
from .assembly.spool import Texts
from .assembly.stubs import STUBS
from .draw import charts
from .library import KINDS, Shelf, own, page_of
from .templating import made_environment

NUMBER_GUIDES = ("guides/read-the-numbers.html", "guides/numbers.html")
"""The guide that explains numbers, under the names it may have."""
IMPACT_GUIDE = "guides/how-impact-is-measured.html"
"""The guide that says what a difference between users and others can and cannot tell."""
PLAN_GUIDE = "guides/plan-a-project.html"
"""The guide to the planner."""
_CODES = "reference/codes"
TEMPLATES = Path(__file__).parent / "templates"


@lru_cache(maxsize=1 << 14)
def _quoted(target: str) -> str:
    """The same few places stand on most pages."""
    return quote(target, safe="/#@.-_")


@dataclass(frozen=True, slots=True)
class Page:
    """One finished page: where it goes, what stands in each slot of its stub, how it is found."""

    stub: str
    path: str
    title: str
    description: str
    parts: Mapping[str, Markup]
    tags: tuple[str, ...] = ()
    is_searchable: bool = True


@cache
def environment() -> Environment:
    """The template environment: autoescape on, unknown names refused, every text cleaned."""
    made = made_environment(FileSystemLoader(TEMPLATES))
    made.globals.update(
        charts=charts,
        effects=effects,
        worth_of=worth_of,
        captions=captions,
        words=words,
        KINDS=KINDS,
        own=own,
        page_of=page_of,
        prose=text.prose,
        code=text.code,
        href=text.safe_href,
        number=words.number,
        points=words.points,
        plural=words.plural,
        Bar=charts.Bar,
    )
    made.filters["flat"] = text.flat
    return made


class Context:
    """What a template sees beside its own subject: the shelf and addresses relative to its page."""

    def __init__(self, shelf: Shelf, path: str, guides: frozenset[str]) -> None:
        self.shelf = shelf
        self.settings = shelf.settings
        self.library = shelf.library
        self.path = path
        self.base = "../" * path.count("/")
        self.guides = guides

    def url(self, target: str) -> str:
        """Address of a site-relative path as seen from this page."""
        return self.base + _quoted(target)

    def reference(self, reference: str) -> str:
        """Address of the page of ``name@version``, or an empty text when it has none."""
        page = self.shelf.page(reference)
        return self.url(page) if page else ""

    def project(self, name: str) -> str:
        """Address of a project's page, or an empty text."""
        page = self.shelf.project_page(name)
        return self.url(page) if page else ""

    def team(self, name: str) -> str:
        """Address of a team's page, or an empty text."""
        page = self.shelf.team_page(name)
        return self.url(page) if page else ""

    def evidence(self, kind: str, ref: str) -> str:
        """Address of the page behind one piece of evidence, or an empty text."""
        if kind not in ("record", "finding"):
            return ""
        page = self.shelf.page_of_path(ref)
        return self.url(page) if page else ""

    def how(self) -> str:
        """Address of the guide that explains numbers, or an empty text when there is none."""
        return next((self.url(page) for page in NUMBER_GUIDES if page in self.guides), "")

    def how_impact(self) -> str:
        """Address of the guide to impact, or an empty text when there is none."""
        return self.url(IMPACT_GUIDE) if IMPACT_GUIDE in self.guides else self.how()

    def problem_code(self, code: str) -> str:
        """Address of what a problem's code means, or an empty text when it is not there.

        A page of the code's own comes before its place on the page of all codes.
        """
        name = code.lower()
        places = (f"{_CODES}/{name}.html", f"{_CODES}.html#{name}")
        return next((self.url(place) for place in places if place in self.guides), "")

    def references(self, names: Iterable[str]) -> list[tuple[str, str]]:
        """Each name, of an entry, a card or a project, with the address of its page or none."""
        return [(name, self.reference(name) or self.project(name)) for name in names]

    def edit(self, path: str) -> str:
        """Address at which a change of the file can be suggested; empty when it is not known."""
        return editing.edit_address(self.settings, path)

    def commit(self, commit: str) -> str:
        """Address of a commit of the catalog's repository; empty when it is not known."""
        return editing.commit_address(self.settings, commit)

    def file(self, path: str, commit: str) -> str:
        """Address of a file of the catalog's repository at a commit; empty when not known."""
        return editing.file_address(self.settings, commit, path)


@cache
def _shared() -> Mapping[str, Any]:
    """Macros that several pages use, by the name they have there; read once.

    An import in a page's own template would be carried out for each page anew.
    """
    files = {
        "parts": "parts",
        "tail": "tail",
        "port_parts": "ports",
        "metric_parts": "metrics",
        "alike_parts": "alike",
        "behind_parts": "behind",
    }
    made = environment()
    return {name: made.get_template(f"{file}.html").module for name, file in files.items()}


def fill(
    template: str, context: Context, subject: Any, sections: Mapping[str, Any]
) -> dict[str, Markup]:
    """The slots of one page: each macro of ``template`` named like a section, called once.

    ``sections`` are more values for the template, each by its own name and all together as ``v``.
    Raises KeyError when a section has no macro.
    """
    stub = STUBS[template]
    values = {"c": context, "jumps": stub.jumps, **_shared(), **sections}
    values["v"] = SimpleNamespace(**sections)
    made = environment().get_template(f"{template}.html").make_module(values)
    return {name: Markup(getattr(made, name)(subject)) for name, _ in stub.sections}  # noqa: S704


def linked(pages: Iterable[str]) -> frozenset[str]:
    """Those hand-written and reference pages that pages of records may lead to.

    Of the others they know nothing, so none is made again when another guide comes.
    """
    named = {*NUMBER_GUIDES, IMPACT_GUIDE, PLAN_GUIDE}
    return frozenset(page for page in pages if page in named or page.startswith(_CODES))


@dataclass(frozen=True, slots=True)
class Site:
    """What all page makers share."""

    shelf: Shelf
    guides: frozenset[str]
    """Site-relative addresses of hand-written and reference pages: see :func:`linked`."""
    texts: Texts = field(default_factory=Texts)
    """JSON text of findings: each stands in two documents and is written out once."""

    def context(self, path: str) -> Context:
        """The template context of the page at ``path``."""
        return Context(self.shelf, path, self.guides)
