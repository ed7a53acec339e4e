"""The exits of texts: cleaning, prose, addresses, Markdown reports."""

from __future__ import annotations

import html
import string

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from markdown import Markdown

from maestro.publishing import text

from . import oracle


def test_control_and_bidi_characters_become_visible() -> None:
    """What a reader cannot see, or what reorders text, is replaced by a visible mark."""
    assert text.clean("a\x00b\x1b[31m\u202ec\ufeff") == "a\ufffdb\ufffd[31m\ufffdc\ufffd"
    assert text.clean("one\r\ntwo\tthree") == "one\ntwo\tthree"
    assert text.clean("na\u00efve \u4f60\u597d \U0001f600") == "na\u00efve \u4f60\u597d \U0001f600"


def test_flat_keeps_one_line_within_its_length() -> None:
    """A flattened text has no line break and ends in an ellipsis when it is cut."""
    assert text.flat("a\n b\t c") == "a b c"
    assert text.flat("x" * 50, 10) == "x" * 9 + "\u2026"


@pytest.mark.parametrize(
    ("address", "is_safe"),
    [
        ("https://a.example/b?x=1&y=2", True),
        ("http://a.example/", True),
        ("mailto:a@b.example", True),
        ("javascript:alert(1)", False),
        (" java\nscript:alert(1)", False),
        ("data:text/html,x", False),
        ("//a.example/x", False),
        ("../library/index.html", False),
        ('https://a.example/" onclick="x', False),
        ("https://a.example/<b>", False),
        ("", False),
    ],
)
def test_only_plain_web_and_mail_addresses_are_links(address: str, is_safe: bool) -> None:
    """An address of another scheme, or with a mark that could leave its attribute, is dropped."""
    assert bool(text.safe_href(address)) is is_safe


def test_prose_keeps_plain_markdown() -> None:
    """Headings, lists, tables, code and links of ordinary prose arrive, headings two steps down."""
    made = str(
        text.prose(
            "# Use\n\n- one\n- two\n\n| a | b |\n|---|--:|\n| 1 | 2 |\n\n"
            "```python\nx < 1\n```\n\nSee [it](https://a.example/x)."
        )
    )
    assert "<h3>Use</h3>" in made
    assert "<li>one</li>" in made
    assert "<td>1</td>" in made
    assert '<code class="language-python">x &lt; 1\n</code>' in made
    assert '<a href="https://a.example/x" rel="nofollow noopener ugc">it</a>' in made


def test_brackets_are_looked_for_in_a_short_stretch_only() -> None:
    """A link longer than the limit stays text, so that many brackets cost no time."""
    near = "[" + "x" * 100 + "](https://a.example/)"
    far = "[" + "x" * text.MAX_LINK + "](https://a.example/)"
    assert "<a " in text.prose(near)
    assert "<a " not in text.prose(far)


_SENTENCE = string.ascii_letters + string.digits + " ,.;:()%/!?-"


@given(st.text(alphabet=_SENTENCE, min_size=1, max_size=60))
@example("a  -  b.  ")
@example("See http://a.example/x: 1. one, 2) two (three)")
def test_plain_sentences_are_what_markdown_makes_of_them(typed: str) -> None:
    """A text without marks of Markdown takes a short way, which leads to the same."""
    assert text.prose(typed) == Markdown(extensions=["tables", "fenced_code"]).convert(typed)


def test_long_prose_says_that_it_is_cut() -> None:
    """What is not shown is not hidden silently."""
    assert "the rest is not shown" in text.prose("word " * text.MAX_PROSE)
    assert "the rest is not shown" not in text.prose("word")


@given(st.text(alphabet=string.printable + "\u202e\x00\u4f60", max_size=200))
def test_any_prose_is_inert(typed: str) -> None:
    """No text at all gets a handler, an active element or a bad address past the prose exit."""
    made = str(text.prose(typed))
    assert oracle.live(made, "<p>x</p>", oracle.elements_like_a_browser) == []


@given(st.text(max_size=120))
def test_markdown_reports_hold_no_markup(typed: str) -> None:
    """In a report a text has no mark of Markdown or HTML left, and still reads the same."""
    made = text.markdown_text(typed, 120)
    assert not set(made) & set(string.punctuation) - set("&#;")
    assert "\n" not in made
    assert html.unescape(made).replace("\u2060", "") == text.flat(typed, 120).replace("\u2060", "")
