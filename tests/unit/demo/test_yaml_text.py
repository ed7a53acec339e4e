"""The YAML writer: what it writes, the strict reader takes back unchanged."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro import source
from maestro.demo.yaml_text import yaml_text
from maestro.source.text import BAD

# Characters the reader refuses wherever they stand cannot come back from it.
characters = st.characters(exclude_categories=["Cc", "Cf", "Cs", "Cn", "Zl", "Zp", "Co"])
texts = st.text(characters.filter(lambda one: not BAD.match(one)))
scalars = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-(10**14), 10**14),
    st.floats(allow_nan=False, allow_infinity=False),
    texts,
    st.sampled_from(["no", "1e3", "12:30", "017", "a: b", "- x", "# c", "1.10", "\n", '"', "\\"]),
)
keys = st.from_regex(r"[a-z][a-z0-9_-]{0,10}", fullmatch=True)
values = st.recursive(
    scalars,
    lambda inner: st.one_of(st.lists(inner, max_size=4), st.dictionaries(keys, inner, max_size=4)),
    max_leaves=12,
)


@settings(max_examples=60, deadline=None)
@given(st.dictionaries(keys, values, max_size=5))
def test_round_trip(record: dict[str, Any]) -> None:
    """Any record comes back from the strict reader as it was, without a fault."""
    data, faults = source.parse(yaml_text(record, heading="made up").encode())
    assert faults == []
    assert data == record


def test_layout() -> None:
    """Lists and maps are indented the way people write them."""
    text = yaml_text({"a": [{"b": 1, "c": ["x"]}], "no": {}, "d": date(2026, 1, 2), "e": ()})
    assert text == 'a:\n  - b: 1\n    c:\n      - "x"\n"no": {}\nd: 2026-01-02\ne: []\n'


@pytest.mark.parametrize("number", [float("nan"), float("inf"), 10**16])
def test_numbers_the_reader_refuses_are_refused(number: float) -> None:
    """What could not be read back is not written."""
    with pytest.raises(ValueError, match=r"digits|finite"):
        yaml_text({"a": number})
