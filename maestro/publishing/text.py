"""The exits: every text of records, commits and logs leaves for a page through this module.

A text has four ways out: plain text in a template (:func:`clean`, then autoescape), prose
(:func:`prose`), an address (:func:`safe_href`) and Markdown of a report (:func:`markdown_text`).
"""

from __future__ import annotations

import html
import re
from functools import cache
from typing import Any

import nh3
from markdown import Markdown
from markdown.inlinepatterns import LINK_RE, LinkInlineProcessor
from markdown.treeprocessors import Treeprocessor
from markupsafe import Markup, escape

MAX_PROSE = 32 * 1024
"""Characters of one prose text that are rendered; Markdown's patterns are not all linear."""
MAX_LINK = 600
"""Characters of one link, text and address together. Python-Markdown looks for a closing bracket
to the end of the paragraph from each opening one: 60,000 of them took nine minutes."""

MOST_LINES = 40
"""Lines of code that a page shows without a box around them."""

_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]"
)
_TAGS = {
    "a", "blockquote", "br", "code", "del", "em", "h3", "h4", "h5", "h6", "hr", "li", "ol", "p",
    "pre", "strong", "table", "tbody", "td", "th", "thead", "tr", "ul",
}  # fmt: skip
_SAFE = (Markup, int, float)
_IMAGES = ("image_link", "image_reference", "short_image_ref")
_LANGUAGE = re.compile(r"language-[A-Za-z0-9_+#-]{1,30}\Z")
_WEB = re.compile(r"https?://[^\s]+\Z|mailto:[^\s]+\Z", re.IGNORECASE)
_SENTENCES = re.compile(r"[A-Za-z](?:[A-Za-z0-9 ,.;:()%/!?-]*[A-Za-z0-9.)!?])?")
"""What Markdown makes one paragraph of, as it stands; most descriptions are no more."""
_PUNCTUATION = re.compile(r"[!-/:-@\[-`{-~]")


def clean(text: str) -> str:
    """``text`` with each invisible, reordering or terminal-driving character made visible.

    Such a character becomes U+FFFD; line breaks and tabs stay. Nothing is escaped.
    """
    if text.isascii() and text.isprintable():
        return text
    return _BAD.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n"))


def flat(text: str, most: int = 300) -> str:
    """``text`` on one line, cleaned, at most ``most`` characters long."""
    words = " ".join(clean(text[: most * 4]).split())
    return words if len(words) <= most else words[: most - 1] + "\u2026"


def escaped(text: str) -> str:
    """``text`` as HTML for element content and quoted attributes alike."""
    return html.escape(clean(text), quote=True)


class Form(str):
    """HTML of ours with places for words, each escaped unless it is HTML or a number.

    The same as ``Markup.format`` at a fifth of its cost: most drawings are made of these.
    """

    __slots__ = ()

    def format(self, *words: Any, **named: Any) -> Markup:
        """The form with its words as finished HTML."""
        texts = [word if isinstance(word, _SAFE) else escape(word) for word in words]
        rest = {k: w if isinstance(w, _SAFE) else escape(w) for k, w in named.items()}
        return Markup(str.format(self, *texts, **rest))  # noqa: S704 - each word is escaped


def safe_href(address: str) -> str:
    """``address`` when it is a plain http, https or mailto address, an empty text otherwise."""
    found = clean(address).strip()
    return found if _WEB.match(found) and not re.search(r"[\"'<>\\^`{|}]", found) else ""


def code(text: str, language: str = "") -> Markup:
    """``text`` as a block of code, shown as typed; ``language`` is a word of ours.

    A long one stands in a box that scrolls and that the keyboard reaches.
    """
    # Quotes mean nothing between tags, and records are full of them.
    typed = Markup(html.escape(clean(text), quote=False))  # noqa: S704 - escaped right here
    block = Form('<pre class="mx-code"><code class="language-{}">{}</code></pre>').format(
        language or "text", typed
    )
    if text.count("\n") < MOST_LINES and len(text) < MOST_LINES * 80:
        return block
    return Form(
        '<div class="mx-codebox" tabindex="0" role="region" aria-label="Long text">{}</div>'
    ).format(block)


def prose(text: str) -> Markup:
    """Contributors' Markdown as inert HTML: no raw HTML, no images, safe links only.

    Two layers: a Markdown instance whose raw-HTML rules are taken out, then a sanitiser with a
    short allow-list. A text that Markdown cannot digest is shown as typed.
    """
    cut = clean(text[:MAX_PROSE])
    if _SENTENCES.fullmatch(cut) and len(text) <= MAX_PROSE:
        return Markup(f"<p>{cut}</p>")  # noqa: S704 - letters, digits and a few marks alone
    try:
        made = _markdown().reset().convert(cut)
    except (RecursionError, ValueError, IndexError, KeyError):
        _markdown.cache_clear()
        return code(cut)
    safe = _cleaner().clean(made)
    note = "<p><em>The text is longer; the rest is not shown.</em></p>"
    return Markup(safe + (note if len(text) > MAX_PROSE else ""))  # noqa: S704 - nh3's output


def markdown_text(text: str, most: int = 300) -> str:
    """``text`` for a Markdown report: every ASCII punctuation mark as a character reference.

    It stays on one line, cannot open markup, a table cell or a link, and mentions nobody.
    """
    return _PUNCTUATION.sub(_reference, flat(text, most))


def _reference(found: re.Match[str]) -> str:
    mark = found.group()
    return f"&#{ord(mark)};" + ("&#8288;" if mark == "@" else "")


def _attribute(tag: str, name: str, value: str) -> str | None:
    if name == "href":
        return safe_href(value) or None
    if name == "class":
        return value if _LANGUAGE.match(value) else None
    if name == "rel":
        return value
    return value if value in ("left", "right", "center") else None


class _Demote(Treeprocessor):  # type: ignore[misc]
    """Headings of a prose text start below the page's own (h3)."""

    def run(self, root: Any) -> None:
        """Move headings below those of the page."""
        for element in root.iter():
            if element.tag in ("h1", "h2", "h3", "h4", "h5", "h6"):
                element.tag = f"h{min(6, int(element.tag[1]) + 2)}"


class _ShortLink(LinkInlineProcessor):  # type: ignore[misc]
    """Inline links whose closing brackets are looked for in a short stretch only."""

    def handleMatch(self, m: re.Match[str], data: str) -> Any:
        """Look for a link no further than its longest."""
        start = m.start(0)
        found, _, end = super().handleMatch(m, data[: start + MAX_LINK])
        return (found, start, end) if found is not None else (None, None, None)


@cache
def _cleaner() -> nh3.Cleaner:
    """What stays of the HTML that Markdown made."""
    return nh3.Cleaner(
        tags=_TAGS,
        attributes={"a": {"href"}, "code": {"class"}, "td": {"align"}, "th": {"align"}},
        attribute_filter=_attribute,
        url_schemes={"http", "https", "mailto"},
        link_rel="nofollow noopener ugc",
        strip_comments=True,
    )


@cache
def _markdown() -> Markdown:
    """One instance for all texts; making one costs more than most texts."""
    made = Markdown(extensions=["tables", "fenced_code"], output_format="html")
    made.preprocessors.deregister("html_block")
    made.parser.blockprocessors.deregister("reference")
    for name in ("html", "reference", "short_reference", *_IMAGES):
        made.inlinePatterns.deregister(name)
    made.inlinePatterns.register(_ShortLink(LINK_RE, made), "link", 160)
    made.treeprocessors.register(_Demote(made), "demote", 1)
    return made


__all__ = [
    "Form",
    "clean",
    "code",
    "escape",
    "escaped",
    "flat",
    "markdown_text",
    "prose",
    "safe_href",
]
