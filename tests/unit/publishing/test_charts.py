"""Drawings: well-formed, inert, with their zero and their title."""

from __future__ import annotations

import re
from xml.dom.minidom import parseString

import pytest

from maestro.publishing import charts

from . import oracle, payloads


def _attribute(svg: str, cls: str, name: str) -> float:
    found = re.search(rf'class="{cls}"[^>]* {name}="([0-9.]+)"', svg)
    assert found, (cls, name)
    return float(found[1])


def test_a_bar_shows_zero_ends_and_centre_in_order() -> None:
    """The bar starts at its lower end, right of zero, and the mark lies inside it."""
    svg = str(charts.wide_bar(charts.Bar("Effect", 4.1, 1.2, 7.0), decimals=1))
    start = _attribute(svg, "mx-bar", "x")
    end = start + _attribute(svg, "mx-bar", "width")
    assert _attribute(svg, "mx-zero", "x1") < start < _attribute(svg, "mx-mark", "cx") < end
    assert ">+1.2<" in svg
    assert ">+7.0<" in svg


@pytest.mark.parametrize(
    ("lo", "hi", "margin", "tone"),
    [
        (1.0, 7.0, 0.0, "up"),
        (-7.0, -1.0, 0.0, "down"),
        (-1.0, 3.0, 0.0, "open"),
        (0.0, 0.0, 0.0, "open"),
        (None, None, 0.0, "open"),
        (0.9, 7.0, 1.0, "open"),
        (1.1, 7.0, 1.0, "up"),
        (-7.0, -1.1, 1.0, "down"),
    ],
)
def test_tone_claims_a_side_only_beyond_the_margin(
    lo: float | None, hi: float | None, margin: float, tone: str
) -> None:
    """A colour of help or harm needs an interval that leaves zero out."""
    assert charts.tone(lo, hi, margin) == tone


@pytest.mark.parametrize("text", [*payloads.PAYLOADS, "a & b", ""])
def test_drawings_are_well_formed_and_inert(text: str) -> None:
    """Any label gives XML that parses, with a title, and nothing live in it."""
    drawings = [
        charts.cell_bar(charts.Bar(text, 1.0, 0.0, 2.0), (-1.0, 3.0)),
        charts.wide_bar(charts.Bar(text, 0.0, 0.0, 0.0)),
        charts.trend(charts.Course(text, [(text, 1.0), (text, 3.0)], text, text)),
        charts.spark(charts.Course(text, [(text, 1.0), (text, -3.0)], text)),
        charts.lineage(text, [charts.Node(text, "a.html")], [charts.Node(text)] * 20),
    ]
    for svg in drawings:
        root = parseString(str(svg)).documentElement
        assert root is not None
        assert root.getAttribute("role") == "img"
        assert len(root.getElementsByTagName("title")) == 1
        assert oracle.live(str(svg), "<svg></svg>", oracle.elements) == []


def test_a_trend_of_one_point_is_a_dot() -> None:
    """One point draws without dividing by nothing; no point draws nothing."""
    assert "mx-mark" in charts.trend(charts.Course("One", [("2025-01-01", 0.0)]))
    assert charts.trend(charts.Course("None", [])) == ""


def test_a_crowded_lineage_is_capped_and_says_so() -> None:
    """More boxes than fit are counted in the last one."""
    svg = charts.lineage("x", [charts.Node(f"n{i}") for i in range(12)], [])
    assert svg.count("mx-node") == charts.MOST_NODES + 1
    assert "and 5 more" in svg
