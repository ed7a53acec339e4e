"""Shells: built pages of the site generator, cut at their tokens and stamped with our HTML.

Everything that knows what the generator's output looks like stands here and in
:mod:`.generator`; another generator that keeps the tokens will do as well.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

from maestro.errors import MaestroError
from maestro.publishing.text import escaped
from maestro.schema import Settings

from .stubs import CLOSE, OPEN, Stub, token

_TOKEN = re.compile(rf"<p>{OPEN}([A-Z]+){CLOSE}</p>|{OPEN}([A-Z]+){CLOSE}")
_AS_IT_IS = re.compile(
    r"(<(?:pre|script|style|textarea)\b.*?</(?:pre|script|style|textarea)\s*>)", re.DOTALL | re.I
)
_SPACE = re.compile(r"\s{2,}")
_UNSEEN = re.compile(
    r'<div class="md-sidebar md-sidebar--secondary"[^<>]*\shidden\s*>.*?'
    r'(?=<div class="md-content")',
    re.DOTALL,
)
"""A table of contents that is never shown: our long pages list their sections on top."""
_NAMELESS_DIALOG = 'data-md-component="search" role="dialog"'
_NAMELESS_SEARCH = 'class="md-search__inner" role="search"'


@dataclass(frozen=True, slots=True)
class Frame:
    """The texts that stand on every page: the site's name, its banner and its footer."""

    site: str
    banner: str
    footer: str

    def values(self) -> dict[str, str]:
        """Token name to finished HTML."""
        return {"SITE": self.site, "BANNER": self.banner, "FOOTER": self.footer}


def frame_of(settings: Settings) -> Frame:
    """The frame of a library; the words of the settings are escaped."""
    lines = []
    if settings.simulated:
        lines.append(
            '<p class="mx-banner mx-simulated"><strong>Simulated:</strong> every '
            "record, commit and number of this library is made up by a simulator.</p>"
        )
    if settings.site.notice:
        lines.append(f'<p class="mx-banner">{escaped(settings.site.notice)}</p>')
    banner = f'<aside aria-label="About this library">{"".join(lines)}</aside>' if lines else ""
    footer = "Made by Maestro from records in git."
    return Frame(escaped(settings.title), banner, footer)


class Shell:
    """One built page, cut into what stays and what is stamped."""

    def __init__(self, html: str) -> None:
        self._pieces: list[str] = []
        self._names: list[str] = []
        at = 0
        for found in _TOKEN.finditer(html):
            self._pieces.append(html[at : found.start()])
            self._names.append(found[1] or found[2])
            at = found.end()
        self._pieces.append(html[at:])

    @property
    def names(self) -> frozenset[str]:
        """The tokens the page holds."""
        return frozenset(self._names)

    def stamp(self, values: Mapping[str, str]) -> str:
        """The page with each token replaced by finished HTML; a token without value vanishes.

        Values are never looked at for tokens again, so a text that holds one stays a text.
        """
        whole = [self._pieces[0]]
        for name, piece in zip(self._names, self._pieces[1:], strict=True):
            whole.append(values.get(name, ""))
            whole.append(piece)
        return "".join(whole)


def shell_of(html: str) -> Shell:
    """A shell of one built page, with the theme's small faults mended and its blank lines gone."""
    mended = html.replace(_NAMELESS_DIALOG, f'{_NAMELESS_DIALOG} aria-label="Search"')
    mended = mended.replace(_NAMELESS_SEARCH, f'{_NAMELESS_SEARCH} aria-label="All pages"')
    mended = _UNSEEN.sub("", mended)
    return Shell(_tight(mended))


def _tight(html: str) -> str:
    """The page without indents and blank lines, but where white space is shown or is code."""
    parts = _AS_IT_IS.split(html)
    return "".join(
        part if number % 2 else _SPACE.sub(_one, part) for number, part in enumerate(parts)
    )


def _one(space: re.Match[str]) -> str:
    """White space as little as it shows: one line break, or one blank."""
    return "\n" if "\n" in space[0] else " "


def stub_shell(stub: Stub, html: str) -> Shell:
    """The shell of a stub; raises MaestroError when the generator lost one of its tokens."""
    # The theme names the stub itself as the page's own address.
    built = stub.path.removesuffix(".md") + ".html"
    shell = shell_of(html.replace(built, token("page")) if "--" in built else html)
    wanted = {section.upper() for section, _ in stub.sections} | {"BANNER"}
    if lost := sorted(wanted - shell.names):
        raise MaestroError(
            "T001",
            f'the built stub "{stub.name}" lacks {", ".join(lost)}',
            "the site generator or the theme changed: use the pinned versions",
        )
    return shell
