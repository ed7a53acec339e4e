"""The hand-written pages, taken apart: fenced blocks, command lines, links, anchors."""

from __future__ import annotations

import re
import shlex
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).parents[2]
GUIDES = ROOT / "site" / "guides"
PAGES = [ROOT / "README.md", *sorted(GUIDES.glob("*.md"))]
NAMES = [page.relative_to(ROOT).as_posix() for page in PAGES]

_FENCE = re.compile(r"^```(?P<language>[a-z]*)[^\n]*\n(?P<text>.*?)^```$", re.MULTILINE | re.DOTALL)
_PATH = re.compile(r"# (?P<wrong>wrong: )?(?P<path>[\w./-]+\.(yaml|py))$")
_LINK = re.compile(r"\]\((?P<target>[^)\s]+)\)")
_HEADING = re.compile(r"^#{1,6} (?P<text>.+)$", re.MULTILINE)
FIGURE = re.compile(r'<figure class="mx-picture" id="(?P<name>[a-z-]+)">.*?</figure>', re.DOTALL)
"""A picture that the program draws; :mod:`tests.docs.pictures` compares it with the program."""
_OPERATORS = frozenset(["&&", "||", ";", "|", "&", ">", ">>"])


@dataclass(frozen=True)
class Block:
    """One fenced block: its language, its text, and the line of the page it starts on."""

    page: str
    line: int
    language: str
    text: str

    @property
    def place(self) -> str:
        """``page:line``."""
        return f"{self.page}:{self.line}"

    @property
    def path(self) -> str:
        """The file that a block shows: named in its first line, ``# folder/name.yaml``."""
        found = _PATH.match(self.text.split("\n", 1)[0])
        return found["path"] if found else ""

    @property
    def is_wrong(self) -> bool:
        """True when the block shows a mistake: ``# wrong: folder/name.yaml``."""
        found = _PATH.match(self.text.split("\n", 1)[0])
        return bool(found and found["wrong"])


def text_of(page: str) -> str:
    """The text of a page, without the pictures that the program draws."""
    return FIGURE.sub("", (ROOT / page).read_text(encoding="utf-8"))


def blocks(page: str) -> list[Block]:
    """The fenced blocks of a page, in order."""
    text = text_of(page)
    return [
        Block(page, text.count("\n", 0, found.start()) + 1, found["language"], found["text"])
        for found in _FENCE.finditer(text)
    ]


def prose_of(page: str) -> str:
    """A page without its fenced blocks."""
    return _FENCE.sub("", text_of(page))


def exchanges(block: Block) -> list[tuple[str, str]]:
    """The commands of a console block, each with what it says."""
    found: list[tuple[str, list[str]]] = []
    for line in block.text.splitlines():
        if line.startswith("$ "):
            found.append((line[2:], []))
        else:
            found[-1][1].append(line)
    return [(command, "\n".join(said)) for command, said in found]


def commands(line: str) -> list[list[str]]:
    """The single commands of a line of shell, as words."""
    lexer = shlex.shlex(line, posix=True, punctuation_chars=True)
    lexer.whitespace_split = True
    lexer.commenters = "#"
    found: list[list[str]] = [[]]
    for word in lexer:
        if word in _OPERATORS:
            found.append([])
        else:
            found[-1].append(word)
    return [words for words in found if words]


def shell_lines(page: str) -> list[tuple[str, str]]:
    """Every command line of a page's console and sh blocks, with its place."""
    found = []
    for block in blocks(page):
        if block.language == "console":
            found += [(block.place, command) for command, _ in exchanges(block)]
        elif block.language == "sh":
            found += [(block.place, line) for line in block.text.splitlines()]
    return found


def links(page: str) -> list[str]:
    """Targets of a page's links that stay in the project."""
    targets = [found["target"] for found in _LINK.finditer(prose_of(page))]
    return [target for target in targets if not re.match(r"[a-z]+:", target)]


def anchors(markdown: str) -> set[str]:
    """The anchors that headings get on the site: lower case, dashes for spaces."""
    plain = _FENCE.sub("", markdown)
    words = [re.sub(r"[^\w\s-]", "", found["text"]).strip() for found in _HEADING.finditer(plain)]
    return {re.sub(r"[-\s]+", "-", word).lower() for word in words}
