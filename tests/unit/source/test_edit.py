"""Edits of YAML text that keep what people wrote around the values."""

from __future__ import annotations

import datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.errors import MaestroError
from maestro.source import parse
from maestro.source.edit import Document, dump, is_plain, scalar

TEXT = """\
# yaml-language-server: $schema=../../schemas/datasets.schema.json
# who: growth

version: 1.10.0   # three parts
description: "In double quotes."
started: 2024-01-05
ratio:   1.50
empty:
owner: 'growth'     # who

# before source
source:
    git: https://git.example.org/growth/churn
    # before ref
    ref: v1.0.0
tags: [churn,   tabular]
uses:
- one@1.0.0   # first
- two@1.0.0
usage: |
  import x

  x.run()
folded: >-
  two
  lines
# the end
"""


def edited(text: str, **values: object) -> str:
    """``text`` with values put at top-level fields."""
    document = Document(text.encode())
    for key, value in values.items():
        document.set((key,), value)
    return document.render().decode()


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_nothing_changed_is_the_same_bytes(end: str) -> None:
    """Without an edit every byte stays, whatever the line ends."""
    data = TEXT.replace("\n", end).encode()
    assert Document(data).render() == data


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_only_the_edited_lines_change(end: str) -> None:
    """One value changes one line: odd spacing, comments, quotes and line ends elsewhere stay."""
    document = Document(TEXT.replace("\n", end).encode())
    document.set(("version",), "1.11.0")
    document.set(("source", "ref"), "v1.1.0")
    document.set(("uses", 1), "two@2.0.0")
    expected = (
        TEXT.replace("1.10.0   #", "1.11.0   #")
        .replace("ref: v1.0.0", "ref: v1.1.0")
        .replace("- two@1.0.0", "- two@2.0.0")
    )
    assert document.render().decode() == expected.replace("\n", end)


def test_quotes_of_a_text_stay() -> None:
    """New text keeps the quotes of the old, a number or truth value does not get any."""
    text = edited(TEXT, owner="risk", description="Other words.")
    assert "owner: 'risk'       # who\n" in text
    assert 'description: "Other words."\n' in text
    assert "owner: true         # who\n" in edited(TEXT, owner=True)


def test_new_fields_and_items() -> None:
    """Missing maps on the way are made, lists grow at their end."""
    document = Document(TEXT.encode())
    document.set(("uses", 2), "three@1.0.0")
    document.set(("extra", "tool", "key"), [1, 2.5, None, "no"])
    document.set(("history",), [{"version": "1.9.0", "date": "2024-01-01", "note": "a: b"}])
    text = document.render().decode()
    assert "- two@1.0.0\n- three@1.0.0\n" in text
    assert '        key: [1, 2.5, null, "no"]\n' in text
    assert '- version: 1.9.0\n  date: 2024-01-01\n  note: "a: b"\n' in text
    assert parse(text.encode()) == (document.data, [])


def test_delete() -> None:
    """A deleted field is gone, comments of the others stay."""
    document = Document(TEXT.encode())
    document.delete(("tags",))
    document.delete(("uses", 0))
    text = document.render().decode()
    assert "tags" not in text and "one@" not in text
    assert "# before source\n" in text and "# the end\n" in text


@pytest.mark.parametrize("keys", [(), ("version", "x"), ("uses", 9), ("uses", "x"), ("tags", -1)])
def test_no_such_place(keys: tuple[str | int, ...]) -> None:
    """A way that leads nowhere is refused, and said so."""
    with pytest.raises(MaestroError) as caught:
        Document(TEXT.encode()).set(keys, 1)
    assert caught.value.code == "W003"
    with pytest.raises(MaestroError):
        Document(TEXT.encode()).delete(keys)


@pytest.mark.parametrize("text", ["a: &x 1\n", "a: no\n", "a: [1\n", "- 1\n", "\ufeffa: 1\n", ""])
def test_faulty_text_is_not_edited(text: str) -> None:
    """A text with YAML faults is refused before anything is done to it."""
    with pytest.raises(MaestroError) as caught:
        Document(text.encode())
    assert caught.value.code == "W001"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("plain words", "plain words"),
        ("1.10.0", "1.10.0"),
        ("2024-01-05", "2024-01-05"),
        ("name@1.0.0", "name@1.0.0"),
        ("v1:x", "v1:x"),
        ("no", '"no"'),
        ("1.10", '"1.10"'),
        ("12:30", '"12:30"'),
        ("1e3", '"1e3"'),
        ("null", '"null"'),
        ("", '""'),
        ("a: b", '"a: b"'),
        ("a #b", '"a #b"'),
        ("a, b", '"a, b"'),
        ("- a", '"- a"'),
        (" a", '" a"'),
        ("two\nlines", '"two\\nlines"'),
        ("Größe 日本", "Größe 日本"),
        (True, "true"),
        (None, "null"),
        (1e20, "1.0e+20"),
        (0.1, "0.1"),
    ],
)
def test_quotes_exactly_where_needed(value: object, shown: str) -> None:
    """Text is quoted when YAML would read something else, and only then."""
    assert scalar(value) == shown  # type: ignore[arg-type]


LEAVES = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**12), 10**12),
    st.floats(-1e12, 1e12, allow_nan=False),
    st.text(st.characters(codec="utf-8", exclude_categories=["C"]), max_size=12),
    st.sampled_from(["no", "~", "1_0", "0x1f", "12:30", "a\nb\n", "%x", "? x", "<<", "=", "#c"]),
    st.dates(datetime.date(2000, 1, 1)).map(str),
)
KEYS = st.text(st.characters(codec="ascii", categories=["L", "N"]), min_size=1, max_size=5)
TREES = st.recursive(
    LEAVES, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(KEYS, inner, max_size=3)
)


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=4))
@settings(max_examples=120, deadline=None)
def test_what_is_written_is_what_is_read(data: dict[str, object]) -> None:
    """Any record data survives the way through the text unchanged, or is refused as a whole."""
    try:
        text = dump(data)
    except MaestroError as error:
        assert error.code == "W002"
        return
    assert parse(text.encode()) == (data, [])


@given(st.dictionaries(KEYS, TREES, min_size=1, max_size=3), TREES)
@settings(max_examples=80, deadline=None)
def test_an_edit_reads_as_intended_or_is_refused(data: dict[str, object], value: object) -> None:
    """After an edit the text reads as the old data with the new value, or nothing comes out."""
    try:
        document = Document(dump(data).encode())
        document.set((min(data),), value)
        new = document.render()
    except MaestroError:
        return
    assert parse(new) == ({**data, min(data): value}, [])


@given(st.text(max_size=20))
@settings(max_examples=200, deadline=None)
def test_plain_words_are_safe(text: str) -> None:
    """Whatever counts as plain is read as itself, alone and in brackets."""
    if is_plain(text):
        assert parse(f"a: {text}\nb: [{text}, {text}]\n".encode()) == (
            {"a": text, "b": [text, text]},
            [],
        )
