"""The site oracle: what is live in a page, by two parsers that share no code."""

from __future__ import annotations

import re
from collections import Counter
from functools import cache
from html.parser import HTMLParser
from typing import Any

import html5lib

from .payloads import MARK

_SCRIPTING = {"script", "iframe", "frame", "object", "embed", "applet", "noscript", "template"}
_LOADING = {"base", "meta", "link", "style", "audio", "video", "source", "img", "math", "portal"}
_ASKING = {"form", "button", "input", "select", "textarea", "plaintext", "marquee", "dialog"}
_ACTIVE = _SCRIPTING | _LOADING | _ASKING
_INERT = frozenset({"title", "content", "aria-label", "datetime", "value"})
_WEB = re.compile(r"(https?:|mailto:)")


class _Walk(HTMLParser):
    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.inside = ""
        self.scripts = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        self.inside = tag

    def handle_endtag(self, tag: str) -> None:
        self.inside = ""

    def handle_data(self, data: str) -> None:
        if self.inside in ("script", "style"):
            self.scripts += data


def elements(html: str) -> tuple[list[tuple[str, dict[str, str]]], str]:
    """Elements with attributes, and the text of scripts and styles, by the standard library."""
    walk = _Walk()
    walk.feed(html)
    walk.close()
    return walk.tags, walk.scripts


def elements_like_a_browser(html: str) -> tuple[list[tuple[str, dict[str, str]]], str]:
    """The same by html5lib, which builds the tree that browsers build."""
    tree = html5lib.parse(html, treebuilder="etree", namespaceHTMLElements=False)
    tags, scripts = [], ""
    for node in tree.iter():
        if not isinstance(node.tag, str):
            continue
        tag = node.tag.rpartition("}")[2]
        names = {str(k).rpartition("}")[2]: v for k, v in node.attrib.items()}
        tags.append((tag, names))
        if tag in ("script", "style"):
            scripts += "".join(node.itertext())
    return tags, scripts


@cache
def _calm(like: str, read: Any) -> Any:
    """The elements of a page that many are held against, read once."""
    return read(like)[0]


def live(html: str, like: str, read: Any) -> list[str]:
    """What is live in a page: more active elements than in ``like``, handlers, bad addresses."""
    tags, scripts = read(html)
    calm = _calm(like, read)
    found = []
    count = Counter(tag for tag, _ in tags if tag in _ACTIVE)
    allowed = Counter(tag for tag, _ in calm if tag in _ACTIVE)
    found += [f"{n} x <{tag}>" for tag, n in count.items() if n > allowed[tag]]
    if MARK in scripts:
        found.append("a payload inside a script or style")
    for tag, attributes in tags:
        for name, value in attributes.items():
            if name.startswith("on") or (name == "style" and MARK in value):
                found.append(f"<{tag} {name}={value[:60]}>")
            elif name in ("href", "src", "action", "srcdoc", "xlink:href"):
                scheme = re.match(r"[\x00-\x20]*[a-z][a-z0-9+.-]*:", value, re.IGNORECASE)
                if (scheme and not _WEB.match(value)) or value.startswith("//"):
                    found.append(f"<{tag} {name}={value[:60]}>")
            elif MARK in value and name not in _INERT and not name.startswith("data-"):
                found.append(f"<{tag} {name}={value[:60]}>")
    return found
