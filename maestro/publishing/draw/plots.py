"""Larger drawings of what was learned: predicted against actual, scores of groups, team sizes.

Like all drawings they have a title, a description and ink that fits both colour schemes; what
matters is said by shape as well as by colour, and the numbers stand in a table beside them.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing.text import Form, flat
from maestro.publishing.words import number

from .charts import diamond, svg_of

_STEPS = (1.0, 2.0, 5.0)
_DESC = Form("<desc>{}</desc>")
_LINE = Form('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>')
_TEXT = Form('<text x="{:.0f}" y="{:.0f}" text-anchor="{}">{}</text>')
_PATH = Form('<path class="{}" d="{}"/>')
_RANGE = 6
"""From this ratio of the largest to the smallest value on, positive values get a log axis."""

_DIGIT = 9
"""Width that is kept free for one digit of a label, in units of the drawing."""
_MANY = 100
"""Dots on one line beyond which they stand at whole units of the drawing."""


@dataclass(frozen=True, slots=True)
class Dot:
    """One pair of a predicted value with its interval and what it really was."""

    x: float
    """What was predicted or estimated."""
    lo: float | None
    hi: float | None
    y: float
    """What it was."""
    is_open: bool = False
    """Drawn as an open diamond instead of a filled circle."""
    key: str = ""
    """Key of the table's row that it stands for: what hides the row hides the dot."""
    title: str = ""
    """What a pointer resting on it shows; with a key only."""

    @property
    def misses(self) -> bool:
        """Whether what it was lies outside the interval."""
        return self.lo is not None and self.hi is not None and not self.lo <= self.y <= self.hi


@dataclass(frozen=True, slots=True)
class Pairs:
    """Pairs to draw, with the words on the two axes, which share one scale."""

    title: str
    says: str
    """What to see, for those who do not see it."""
    x_words: str
    y_words: str
    dots: Sequence[Dot]
    is_ratio: bool = False
    """Whether what matters is by which factor values differ, so that the axes may be logs."""


@dataclass(frozen=True, slots=True)
class _Axis:
    """Values to places: ``start`` and ``end`` in units of the drawing."""

    low: float
    high: float
    start: float
    end: float
    is_log: bool = False

    def at(self, value: float) -> float:
        """Where a value lies; what lies beyond the axis is drawn at its end."""
        low, high, here = self.low, self.high, min(max(value, self.low), self.high)
        if self.is_log:
            low, high, here = math.log(low), math.log(high), math.log(here)
        return self.start + (self.end - self.start) * (here - low) / (high - low)

    def ticks(self) -> list[float]:
        """Round values on the axis, at most about six."""
        if self.is_log:
            return _log_ticks(self.low, self.high)
        size = (self.high - self.low) / 5
        power = 10.0 ** math.floor(math.log10(size))
        step = next((s * power for s in _STEPS if s * power >= size), 10 * power)
        first = math.ceil(self.low / step)
        return [n * step for n in range(first, math.floor(self.high / step) + 1)]


def _log_ticks(low: float, high: float) -> list[float]:
    powers = range(math.floor(math.log10(low)), math.ceil(math.log10(high)) + 1)
    every = [step * 10.0**power for power in powers for step in _STEPS]
    inside = [value for value in every if low <= value <= high]
    rounds = [value for value in inside if math.log10(value) % 1 < 1e-9]
    return inside if len(inside) <= 7 or len(rounds) < 3 else rounds


def pairs(drawn: Pairs) -> Markup:
    """Predicted (across, with its interval) against actual (up), and the line where both agree."""
    if not drawn.dots:
        return Markup("")
    ends = [end for dot in drawn.dots for end in (dot.x, dot.y, dot.lo, dot.hi) if end is not None]
    x, y = _both_axes(ends, is_ratio=drawn.is_ratio)
    body = [
        _DESC.format(flat(drawn.says, 400)),
        *_frame(x, y, drawn),
        _LINE.format("mx-same", x.start, x.end, y.start, y.end),
        *_spans([dot for dot in drawn.dots if not dot.key], x, y),
        *(marked(_whole(dot, x, y), dot.key, dot.title) for dot in drawn.dots),
    ]
    return svg_of("mx-pairs", 440, 360, drawn.title, Markup("").join(body))


def _both_axes(ends: Sequence[float], *, is_ratio: bool) -> tuple[_Axis, _Axis]:
    low, high = min(ends), max(ends)
    is_log = is_ratio and low > 0 and high / low >= _RANGE
    if is_log:
        low, high = low / 1.15, high * 1.15
    else:
        low, high = min(low, 0.0), max(high, 0.0)
        room = 0.04 * (high - low) or 1.0
        low, high = (low - room if low < 0 else 0.0), high + room
    left = max(62, 26 + _DIGIT * len(f"{high:,.0f}"))
    return _Axis(low, high, left, 428, is_log), _Axis(low, high, 306, 12, is_log)


def _frame(x: _Axis, y: _Axis, drawn: Pairs) -> list[Markup]:
    """The axes with their round values and words."""
    parts = [
        _LINE.format("mx-axis", x.start, x.end, y.start, y.start),
        _LINE.format("mx-axis", x.start, x.start, y.start, y.end),
    ]
    taken = -math.inf
    for value in x.ticks():
        place = x.at(value)
        parts.append(_LINE.format("mx-grid", place, place, y.start, y.end))
        if place - taken >= 44:
            parts.append(_TEXT.format(place, y.start + 18, "middle", number(value)))
            taken = place
    taken = math.inf
    for value in y.ticks():
        place = y.at(value)
        parts.append(_LINE.format("mx-grid", x.start, x.end, place, place))
        if taken - place >= 18:
            parts.append(_TEXT.format(x.start - 6, place + 4, "end", number(value)))
            taken = place
    words = Form('<text x="14" y="{:.0f}" text-anchor="middle" transform="{}">{}</text>')
    middle = (y.start + y.end) / 2
    turned = f"rotate(-90 14 {middle:.0f})"
    parts.append(words.format(middle, turned, flat(drawn.y_words, 44)))
    centre = (x.start + x.end) / 2
    parts.append(_TEXT.format(centre, 348, "middle", flat(drawn.x_words, 60)))
    return parts


def _spans(dots: Iterable[Dot], x: _Axis, y: _Axis) -> list[Markup]:
    """All intervals as two paths: those that hold what happened, and those that miss it."""
    lines: dict[bool, list[str]] = {False: [], True: []}
    for dot in dots:
        if dot.lo is not None and dot.hi is not None:
            line = f"M{x.at(dot.lo):.1f} {y.at(dot.y):.1f}H{x.at(dot.hi):.1f}"
            lines[dot.misses].append(line)
    names = {False: "mx-span", True: "mx-span mx-out"}
    return [_PATH.format(names[miss], "".join(found)) for miss, found in lines.items() if found]


def marked(drawn: Markup, key: str, title: str = "") -> Markup:
    """Marks that belong to the row with this key, as a group with its words; as is without key."""
    if not key:
        return drawn
    said = Form("<title>{}</title>").format(flat(title, 120)) if title else Markup("")
    return Form('<g data-m="{}">{}{}</g>').format(key, said, drawn)


def _whole(dot: Dot, x: _Axis, y: _Axis) -> Markup:
    """A dot with its interval where it has a key of its own, alone where all share their lines."""
    spans = _spans([dot], x, y) if dot.key else []
    return Markup("").join([*spans, _mark(dot, x, y)])


def _mark(dot: Dot, x: _Axis, y: _Axis) -> Markup:
    across, up = x.at(dot.x), y.at(dot.y)
    if dot.is_open:
        return diamond(across, up, 4.5)
    return Form('<circle class="mx-mark" cx="{:.1f}" cy="{:.1f}" r="4"/>').format(across, up)


def cell_dots(
    title: str, values: Sequence[float], scale: tuple[float, float], keys: Sequence[str] = ()
) -> Markup:
    """Each value of a group as a dot on one shared axis, for a table's cell.

    ``keys``: the row of another table that each dot stands for, so that both hide together.
    """
    low, high = scale
    axis = _Axis(low, high, 8, 232)
    # Lines of no length with round ends: a dot in a dozen bytes; many share their places.
    digits = 1 if len(values) <= _MANY else 0
    places = dict.fromkeys(f"{axis.at(value):.{digits}f}" for value in values)
    dots = [_PATH.format("mx-dots", "".join(f"M{place} 10h0" for place in places))]
    if keys:
        one = Form('<path class="mx-dots" data-m="{}" d="M{:.1f} 10h0"/>')
        dots = [one.format(key, axis.at(v)) for key, v in zip(keys, values, strict=True)]
    ticks = "".join(f"M{axis.at(value):.1f} 6v8" for value in axis.ticks())
    lines = _PATH.format("mx-axis", f"M8 10H232{ticks}")
    return svg_of("mx-strip", 240, 20, title, Markup("").join([lines, *dots]))


@dataclass(frozen=True, slots=True)
class Span:
    """One value with its interval, for a column that shares one axis."""

    title: str
    value: float
    lo: float | None
    hi: float | None


def span_axis(spans: Iterable[Span]) -> tuple[float, float]:
    """An axis that holds all values and intervals with a little room; zero need not be on it."""
    ends = [end for s in spans for end in (s.value, s.lo, s.hi) if end is not None]
    low, high = min(ends), max(ends)
    room = 0.06 * (high - low) or 0.05 * abs(high) or 1.0
    return low - room, high + room


def cell_span(span: Span, scale: tuple[float, float], reference: float | None) -> Markup:
    """A value with its interval for a table's cell; a dashed line marks ``reference``."""
    axis = _Axis(scale[0], scale[1], 8, 172)
    parts = [_LINE.format("mx-axis", 8, 172, 10, 10)]
    if reference is not None:
        parts.append(_LINE.format("mx-zero", axis.at(reference), axis.at(reference), 1, 19))
    if span.lo is not None and span.hi is not None:
        bar = Form('<rect class="mx-bar" x="{:.1f}" y="6" width="{:.1f}" height="8" rx="4"/>')
        width = axis.at(span.hi) - axis.at(span.lo)
        parts.append(bar.format(axis.at(span.lo), max(width, 2.0)))
    mark = Form('<circle class="mx-mark" cx="{:.1f}" cy="10" r="3.5"/>')
    parts.append(mark.format(axis.at(span.value)))
    return svg_of("mx-interval", 180, 20, span.title, Markup("").join(parts))


@dataclass(frozen=True, slots=True)
class Size:
    """What is expected of a team of one size, and what such teams came to."""

    people: int
    value: float
    lo: float
    hi: float
    seen: float | None


def team(title: str, says: str, unit: str, sizes: Sequence[Size]) -> Markup:
    """Expected outcome by size of team: a bar with its mark per size; seen means as diamonds."""
    if not sizes:
        return Markup("")
    ends = [end for s in sizes for end in (s.value, s.lo, s.hi, s.seen) if end is not None]
    low, high = min(0.0, *ends), max(0.0, *ends)
    y = _Axis(low, high if high > low else low + 1.0, 206, 28)
    labels = [(value, number(value)) for value in y.ticks()]
    left = max(46, 10 + _DIGIT * max(len(label) for _, label in labels))
    place = _places(len(sizes), left)
    parts = [_DESC.format(flat(says, 400)), _TEXT.format(left, 16, "start", flat(unit, 40))]
    for value, label in labels:
        parts.append(_LINE.format("mx-grid", left, 428, y.at(value), y.at(value)))
        parts.append(_TEXT.format(left - 6, y.at(value) + 4, "end", label))
    for at, size in enumerate(sizes):
        parts += _size(size, place(at), y)
    parts.append(_LINE.format("mx-axis", left, 428, y.at(0.0), y.at(0.0)))
    parts.append(_TEXT.format((left + 428) / 2, 246, "middle", "people in the team"))
    return svg_of("mx-pairs", 440, 252, title, Markup("").join(parts))


def _places(count: int, left: int) -> Callable[[int], float]:
    step = (428 - left) / count
    return lambda at: left + step * (at + 0.5)


def _size(size: Size, x: float, y: _Axis) -> list[Markup]:
    top, bottom = y.at(size.hi), y.at(size.lo)
    bar = Form('<rect class="mx-bar" x="{:.1f}" y="{:.1f}" width="8" height="{:.1f}" rx="4"/>')
    mark = Form('<circle class="mx-mark" cx="{:.1f}" cy="{:.1f}" r="4.5"/>')
    parts = [
        bar.format(x - 4, top, max(bottom - top, 2.0)),
        mark.format(x, y.at(size.value)),
        _TEXT.format(x, 224, "middle", str(size.people)),
    ]
    if size.seen is not None:
        parts.append(diamond(x + 11, y.at(size.seen), 5))
    return parts


__all__ = [
    "Dot",
    "Pairs",
    "Size",
    "Span",
    "cell_dots",
    "cell_span",
    "marked",
    "pairs",
    "span_axis",
    "team",
]
