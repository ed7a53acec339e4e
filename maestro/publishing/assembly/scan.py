"""What a page links to, loads and can be jumped to, read fast from our own well-formed HTML.

Every text of ours is escaped and every value quoted, so one pattern finds all tags. What does not
look like that is read by the exact parser, which costs some twenty times as much.
"""

from __future__ import annotations

import html
import re
from collections.abc import Iterable
from dataclasses import dataclass, field
from html.parser import HTMLParser

_LOADS = {
    *((tag, "src") for tag in ("img", "script", "iframe", "source", "video", "audio")),
    *((tag, "src") for tag in ("embed", "input", "track")),
    *((tag, "href") for tag in ("link", "image", "use")),
    ("object", "data"),
}
_NO_LINKS = ("canonical", "prev", "next", "alternate")
_TAG = re.compile(
    r'<([a-zA-Z][\w:-]*)(\s[^<>"\']*(?:"[^"]*"[^<>"\']*)*)?>'
    r"|<!--.*?-->|<![a-zA-Z][^<>]*>|(<[a-zA-Z!?])",
    re.DOTALL,
)
"""A start tag with its attributes, or something to pass over, or (last) something unusual."""
_ATTRIBUTE = re.compile(r'([^\s=/]+)(?:="([^"]*)"(?=[\s/]|\Z)|(?=[\s/]|\Z)(?!\s*=)|(\s*=))')
"""A name with its value; last what is written otherwise than we do."""
_RAW = re.compile(r"(<(script|style|textarea|title)\b[^>]*>).*?(?=</\2\s*>)", re.DOTALL | re.I)
_RARE = re.compile(r"<(?:!--|script|style|link|textarea)", re.IGNORECASE)
_COUNTS = re.compile(r' (id|href|src|name|data)=(?:"([^"]*)")?')
"""An attribute that the audit asks for, with its value; without one where it is written oddly."""
_WORD = re.compile(r"[a-zA-Z][\w:-]*")
_COUNTED = ("id", "href", "src", "name", "data")
_TELLING = tuple(f"{name}=" for name in _COUNTED)
_ODD = re.compile(r"[A-Z]\w*=|\s=")
"""A name in capitals or apart from its value: such a tag is looked at, too."""
_LOADING = ("href", "src", "data")


@dataclass(slots=True)
class Document:
    """What one page holds; links and loads with the line they stand on, 0 where it is not known."""

    anchors: set[str] = field(default_factory=set)
    links: list[tuple[int, str]] = field(default_factory=list)
    loads: list[tuple[int, str]] = field(default_factory=list)

    def note(self, line: int, tag: str, values: dict[str, str]) -> None:
        """Take in one start tag."""
        if "id" in values:
            self.anchors.add(values["id"])
        if tag == "a" and "name" in values:
            self.anchors.add(values["name"])
        if tag in ("a", "area") and "href" in values:
            self.links.append((line, values["href"]))
        if tag == "link" and values.get("rel") in _NO_LINKS:
            return
        for name, value in values.items():
            if (tag, name) in _LOADS:
                self.loads.append((line, value))


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.found = Document()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Note what an element links to, loads and can be jumped to."""
        self.found.note(self.getpos()[0], tag, {name: value or "" for name, value in attrs})


def read_page(text: str) -> Document:
    """Anchors, links and loads of any page, each with its line."""
    reader = _Reader()
    reader.feed(text)
    reader.close()
    return reader.found


def scan_parts(parts: Iterable[str]) -> Document:
    """The same of what our templates made, without lines, and faster than :func:`scan`.

    A text with an address that does not stand right after a space is read the slower way.
    """
    text = "\n".join(parts)
    found, counts = Document(), dict.fromkeys(_COUNTED, 0)
    if _RARE.search(text):
        return scan(text)
    for match in _COUNTS.finditer(text):
        name, value = match.groups()
        start, end = text.rfind("<", 0, match.start()), match.start()
        is_in_tag = start >= 0 and text.find(">", start, end) < 0
        if value is None or not is_in_tag or text.count('"', start, end) % 2:
            return scan(text)
        counts[name] += 1
        value = html.unescape(value) if "&" in value else value
        if name == "id":
            found.anchors.add(value)
        elif name == "href" and text.startswith("<a ", start):
            found.links.append((0, value))
        else:
            word = _WORD.match(text, start + 1)
            found.note(0, word[0].lower() if word else "", {name: value})
    if any(text.count(f"{name}=") != counts[name] for name in _LOADING):
        return scan(text)
    return found


def scan(text: str) -> Document:
    """The same as :func:`read_page`, without lines, and fast where HTML is written like ours."""
    found = Document()
    bare = _RAW.sub(r"\1", text) if "<script" in text or "<style" in text else text
    for tag, attributes, odd in _TAG.findall(bare):
        if odd:
            return read_page(text)
        if not (any(map(attributes.__contains__, _TELLING)) or _ODD.search(attributes)):
            continue
        values = {}
        for name, value, bad in _ATTRIBUTE.findall(attributes):
            if bad:
                return read_page(text)
            values[name.lower()] = html.unescape(value) if "&" in value else value
        found.note(0, tag.lower(), values)
    return found
