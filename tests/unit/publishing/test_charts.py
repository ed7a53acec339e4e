"""Drawings: well-formed, inert, with their zero and their title."""

from __future__ import annotations

import re
from xml.dom.minidom import parseString

import pytest

from maestro.publishing.draw import charts, lineage, plots

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
        plots.pairs(plots.Pairs(text, text, text, text, [plots.Dot(1.0, 0.0, 2.0, 3.0)])),
        plots.cell_dots(text, [1.0, 2.0], (0.0, 3.0)),
        plots.team(text, text, text, [plots.Size(2, 1.0, 0.5, 2.0, 1.5)]),
        plots.cell_span(plots.Span(text, 1.0, 0.0, 2.0), (0.0, 2.0), 1.0),
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
    many = lineage.Side([lineage.Node(f"n{i}") for i in range(12)], 0, "#uses")
    svg = lineage.lineage(lineage.Node("x"), many, lineage.Side([]))
    assert svg.count("mx-node") == lineage.MOST_NODES + 1
    assert '<a href="#uses">' in svg
    assert "and 5 more" in svg


@pytest.mark.parametrize("text", [*payloads.PAYLOADS, "a & b"])
def test_lineage_is_a_group_of_links_and_inert(text: str) -> None:
    """Boxes are links that a keyboard reaches, so the drawing is no image; any name stays text."""
    neighbours = lineage.Side([lineage.Node(text, "a.html", text)] * 2, 3, "#used-by", "#further")
    svg = lineage.lineage(lineage.Node(text, "", text), neighbours, neighbours)
    root = parseString(str(svg)).documentElement
    assert root is not None
    assert root.getAttribute("role") == "group"
    assert root.getAttribute("aria-label")
    links = [link.getAttribute("href") for link in root.getElementsByTagName("a")]
    assert links == ["a.html", "a.html", "#further"] * 2
    assert oracle.live(str(svg), "<svg></svg>", oracle.elements) == []


def test_what_is_further_away_has_no_line_to_the_entry() -> None:
    """Only neighbours are joined with the entry; the count of what is further away is not."""
    near = lineage.Side([lineage.Node("a"), lineage.Node("b")], 5, "#used-by", "#further")
    svg = lineage.lineage(lineage.Node("x"), lineage.Side([]), near)
    assert svg.count("C") == 2
    assert svg.count("mx-far") == 1
    assert ">5 more<" in svg


@pytest.mark.parametrize(
    ("left", "right", "box"), [(1, 1, "0 0 760"), (1, 0, "0 0 492"), (0, 1, "268 0 492")]
)
def test_a_side_without_neighbours_takes_no_room(left: int, right: int, box: str) -> None:
    """The part of the drawing in view ends at the entry where nothing stands beside it."""
    sides = [lineage.Side([lineage.Node("a")] * count) for count in (left, right)]
    assert f'viewBox="{box} ' in lineage.lineage(lineage.Node("x"), *sides)


def test_an_axis_of_spans_need_not_hold_zero() -> None:
    """The axis holds every end with 6 % of room, and values that are all alike get some room."""
    spans = [plots.Span("a", 0.8, 0.7, 0.9), plots.Span("b", 0.6, 0.5, 0.75)]
    low, high = plots.span_axis(spans)
    assert (round(low, 3), round(high, 3)) == (0.476, 0.924)
    low, high = plots.span_axis([plots.Span("a", 0.0, None, None)])
    assert low < 0 < high


def _course(values: list[float | None], half: str = "") -> charts.Course:
    weeks = [(f"2026-W{20 + at}", value) for at, value in enumerate(values)]
    series = [(week, value) for week, value in weeks if value is not None]
    return charts.Course("Figure", series, "runs", half)


def test_a_trend_writes_its_ends() -> None:
    """Zero, the largest value with its unit, and the first and the last week are written."""
    svg = charts.trend(_course([3.0, 12.0, 7.0]))
    for words in (">0<", ">12 runs<", ">2026-W20<", ">2026-W22<"):
        assert words in svg


def test_a_week_without_a_value_is_a_gap() -> None:
    """The line is broken where a week is missing, and a lonely week is a dot of its own."""
    whole = charts.trend(_course([1.0, 2.0, 3.0, 4.0]))
    broken = charts.trend(_course([1.0, 2.0, None, 3.0, 4.0, None, 5.0]))
    assert whole.count("<polyline") == 1
    assert broken.count("<polyline") == 2
    assert broken.count("<circle") == 2


def test_days_are_no_gaps() -> None:
    """A figure by day is one line, each day at its place in time."""
    days = [("2026-01-01", 1.0), ("2026-01-11", 2.0), ("2026-01-31", 3.0)]
    svg = charts.trend(charts.Course("By day", days))
    found = re.search(r'points="([^"]*)"', svg)
    assert found
    x = [float(pair.split(",")[0]) for pair in found[1].split()]
    assert (x[1] - x[0]) * 2 == pytest.approx(x[2] - x[1], abs=0.2)


def test_a_half_week_is_hollow_and_dashed() -> None:
    """Shape and dashes say that the last week is not over; colour is not needed for it."""
    svg = charts.trend(_course([1.0, 2.0, 3.0], half="2026-W22"))
    assert "mx-hollow" in svg
    assert svg.count("mx-half") == 1
    assert "mx-hollow" not in charts.trend(_course([1.0, 2.0, 3.0], half="2026-W30"))


@pytest.mark.parametrize(
    "values", [[0.0, 0.0], [-5.0, -2.0], [-1e308, 1e308], [1e-300, 0.0], [-1234567.0, 1.0]]
)
def test_any_values_are_drawn_inside_the_picture(values: list[float]) -> None:
    """Zeros, negative and enormous values stay inside; no largest value is claimed that is none."""
    svg = str(charts.trend(_course(list(values))))
    assert "nan" not in svg
    assert "inf" not in svg
    found = re.search(r'points="([^"]*)"', svg)
    assert found
    for pair in found[1].split():
        x, y = map(float, pair.split(","))
        assert 0 <= x <= 320
        assert 0 <= y <= 116
    assert (" runs</text>" in svg) is (max(values) > 0)


def test_what_happened_is_a_diamond_on_the_bars_axis() -> None:
    """On an axis from 0 to 100 the actual value stands at its share of the way."""
    bar = charts.Bar("Score", 50.0, 25.0, 75.0, actual=100.0)
    svg = str(charts.cell_bar(bar, (0.0, 100.0)))
    found = re.search(r'mx-actual" d="M([0-9.]+) ', svg)
    assert found
    assert float(found[1]) == pytest.approx(172.0)
    assert "mx-actual" not in charts.cell_bar(charts.Bar("Score", 50.0, 25.0, 75.0), (0.0, 100.0))


def _pairs(dots: list[plots.Dot], *, is_ratio: bool = False) -> str:
    return str(plots.pairs(plots.Pairs("t", "says", "x", "y", dots, is_ratio=is_ratio)))


def test_pairs_that_agree_lie_on_the_dashed_line() -> None:
    """Equal values are drawn on the line from corner to corner, on plain and on log axes."""
    values = [1.0, 10.0, 100.0]
    for is_ratio in (False, True):
        svg = _pairs([plots.Dot(v, None, None, v) for v in values], is_ratio=is_ratio)
        same = re.search(
            r'mx-same" x1="([0-9.]+)" x2="([0-9.]+)" y1="([0-9.]+)" y2="([0-9.]+)"', svg
        )
        assert same
        x1, x2, y1, y2 = map(float, same.groups())
        marks = re.findall(r'mx-mark" cx="([0-9.]+)" cy="([0-9.]+)"', svg)
        assert len(marks) == 3
        for x, y in ((float(a), float(b)) for a, b in marks):
            assert (x - x1) / (x2 - x1) == pytest.approx((y - y1) / (y2 - y1), abs=0.002)
    # Equal factors are equal steps on a log axis.
    x = [float(a) for a, _ in marks]
    assert x[1] - x[0] == pytest.approx(x[2] - x[1], abs=0.2)


def test_a_range_that_misses_is_drawn_apart() -> None:
    """Misses are dashes in a path of their own; open marks are diamonds, others circles."""
    dots = [plots.Dot(5.0, 4.0, 6.0, 5.5), plots.Dot(5.0, 4.0, 6.0, 7.0, is_open=True)]
    svg = _pairs(dots)
    assert [dot.misses for dot in dots] == [False, True]
    assert svg.count('class="mx-span"') == svg.count('class="mx-span mx-out"') == 1
    assert svg.count("mx-mark") == svg.count("mx-actual") == 1
    assert "<desc>says</desc>" in svg
    assert plots.pairs(plots.Pairs("t", "s", "x", "y", [])) == ""


@pytest.mark.parametrize(
    "values", [[0.0], [5.0, 5.0], [-3.0, -1.0], [1e-9, 1e9], [-1e12, 1e12], [0.5, 3e5]]
)
@pytest.mark.parametrize("is_ratio", [False, True])
def test_any_pairs_stay_inside_the_picture(values: list[float], is_ratio: bool) -> None:
    """Zeros, equal, negative and far-apart values are drawn inside, with few words on the axes."""
    svg = _pairs([plots.Dot(v, v, v, v) for v in values], is_ratio=is_ratio)
    assert "nan" not in svg
    for x, y in re.findall(r'mx-mark" cx="([-0-9.]+)" cy="([-0-9.]+)"', svg):
        assert 0 <= float(x) <= 440
        assert 0 <= float(y) <= 360
    assert 3 <= svg.count("<text") <= 24


def test_each_value_of_a_group_is_a_dot() -> None:
    """Dots stand at their share of the axis."""
    svg = str(plots.cell_dots("t", [0.0, 50.0, 100.0], (0.0, 100.0)))
    assert 'd="M8.0 10h0M120.0 10h0M232.0 10h0"' in svg


def test_sizes_of_team_stand_in_their_order() -> None:
    """Each size has its bar and its number; what was seen stands beside it, where there is any."""
    sizes = [plots.Size(2, 70.0, 40.0, 120.0, 66.0), plots.Size(3, 60.0, 35.0, 100.0, None)]
    svg = str(plots.team("t", "says", "days", sizes))
    assert svg.count("mx-bar") == 2
    assert svg.count("mx-actual") == 1
    assert svg.index(">2<") < svg.index(">3<")
    assert plots.team("t", "s", "days", []) == ""
