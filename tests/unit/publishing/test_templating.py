"""What leaves a template: escaped once, cleaned, never None; and texts that wait in a file."""

from __future__ import annotations

import pytest
from jinja2 import DictLoader, UndefinedError
from markupsafe import Markup

from maestro.publishing.assembly.packed import numbers_of, text_of
from maestro.publishing.assembly.spool import Texts
from maestro.publishing.templating import made_environment
from maestro.publishing.text import Form

EVIL = "<b title='x\"'>&\u202e\x07"
SAFE = "&lt;b title=&#39;x&#34;&#39;&gt;&amp;\ufffd\ufffd"
"""Written by hand: five marks escaped, two characters that nobody sees replaced."""


def _made(template: str, **values: object) -> str:
    return made_environment(DictLoader({"t": template})).get_template("t").render(values)


@pytest.mark.parametrize(
    "template",
    [
        "{{ text }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{{ m(text) }}",
        "{% macro m(x) %}{{ x }}{% endmacro %}{% for one in [text] %}{{ m(x=one) }}{% endfor %}",
        "{% macro m() %}{{ caller() }}{% endmacro %}{% call m() %}{{ text }}{% endcall %}",
        "{% set kept %}{{ text }}{% endset %}{{ kept }}",
        "{{ {'key': text}['key'] }}",
        "{{ [text]|join(', ') }}",
        "{{ pick(*[text]) }}",
        "{{ text if text else 'none' }}",
        "{{ text.__class__(text) }}",
    ],
)
def test_every_value_is_escaped_once(template: str) -> None:
    """However a template comes by a text, it leaves cleaned and escaped, and not twice."""
    assert _made(template, text=EVIL, pick=lambda one: one) == SAFE


@pytest.mark.parametrize(
    ("text", "safe"),
    [
        ("plain", "plain"),
        ("a\x1b[31mb", "a\ufffd[31mb"),
        ("a'b", "a&#39;b"),
        ('a"b', "a&#34;b"),
        ("a&b", "a&amp;b"),
        ("a>b", "a&gt;b"),
        ("\u00fc\u202e", "\u00fc\ufffd"),
    ],
)
def test_each_mark_alone_is_seen(text: str, safe: str) -> None:
    """A text with nothing but one mark to escape, or one character to clean, does not slip by."""
    assert _made("{{ text }}", text=text) == safe


def test_finished_html_stays() -> None:
    """What is HTML already is not escaped, also when it went through a macro; numbers are told."""
    assert _made("{{ html }} {{ 3 }} {{ n }}", html=Markup("<i>"), n=2.5) == "<i> 3 2.5"
    assert _made("{{ text ~ html }}", html=Markup("<i>"), text="<") == "&lt;<i>"


@pytest.mark.parametrize("name", ["class", "import", "plain"])
def test_a_macro_may_be_called_like_a_word_of_python(name: str) -> None:
    """A macro of another file is found by its name, also where Python keeps the word."""
    parts = f"{{% macro {name}(x) %}}{{{{ x }}}}{{% endmacro %}}"
    page = f"{{% import 'parts' as parts %}}{{{{ parts.{name}(text) }}}}"
    made = made_environment(DictLoader({"parts": parts, "t": page}))
    assert made.get_template("t").render(text=EVIL) == SAFE


def test_what_is_missing_is_an_error() -> None:
    """A page shows neither None nor a name that nobody gave."""
    with pytest.raises(ValueError, match="None"):
        _made("{{ x }}", x=None)
    for template in ("{{ x }}", "{{ x.y }}", "{{ x() }}", "{{ y.lost }}", "{{ z.key }}"):
        with pytest.raises((UndefinedError, AttributeError)):
            _made(template, y="a text", z={"key": 1})


def test_a_form_escapes_its_words() -> None:
    """Words of a form are escaped like those of a template; HTML and numbers go in as they are."""
    form = Form('<a title="{}" x="{x:.1f}">{html}</a>')
    made = form.format("<\"&'>", x=1.25, html=Markup("<b>"))
    assert made == '<a title="&lt;&#34;&amp;&#39;&gt;" x="1.2"><b></a>'
    assert made == Markup(str(form)).format("<\"&'>", x=1.25, html=Markup("<b>"))
    assert type(made) is Markup


def test_texts_come_back() -> None:
    """A text that was put under an object is what comes back, and nothing for any other."""
    texts, owners = Texts(), [object() for _ in range(3)]
    assert texts.get(owners[0]) is None
    for owner, text in zip(owners, ("one", "", "d\u00e9j\u00e0 \ud800"), strict=True):
        texts.put(owner, text)
    assert [texts.get(owner) for owner in owners] == ["one", "", "d\u00e9j\u00e0 \ud800"]
    assert texts.get(object()) is None


def test_numbers_come_back() -> None:
    """Numbers survive being packed into a text."""
    assert list(numbers_of(text_of([0, 7, 2**32 - 1]))) == [0, 7, 2**32 - 1]
    assert list(numbers_of(text_of([]))) == []
