"""Small inline drawings in SVG: interval bars, steps and trends.

Its neighbours in this folder stand on it; no other file of Maestro makes SVG.

Every drawing has a role, a title, ``currentColor`` ink so that it fits both colour schemes, and
its numbers in a table or sentence beside it. All texts are escaped by :mod:`markupsafe`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from maestro.publishing.text import Form, flat
from maestro.publishing.words import number

_WEEK = re.compile(r"(\d{4})-W(\d{2})")
_SVG = Form(
    '<svg class="mx-chart {cls}" viewBox="0 0 {width} {height}" role="img">'
    "<title>{title}</title>{body}</svg>"
)


def svg_of(cls: str, width: int, height: int, title: str, body: Markup) -> Markup:
    """One drawing: its classes, its size in units of the drawing, its title and what is in it."""
    return _SVG.format(cls=cls, width=width, height=height, title=flat(title, 400), body=body)


_Ticks = tuple[tuple[float, str], ...]


def tone(lo: float | None, hi: float | None, margin: float = 0.0) -> str:
    """``up``, ``down`` or ``open``: whether the interval lies beyond the margin, and where."""
    if lo is None or hi is None:
        return "open"
    return "up" if lo > margin else "down" if hi < -margin else "open"


def axis(ends: Sequence[float]) -> tuple[float, float]:
    """An axis that holds all ends and zero, with a little room on both sides."""
    low, high = min((*ends, 0.0)), max((*ends, 0.0))
    room = (high - low) * 0.06 or 1.0
    return low - room, high + room


@dataclass(frozen=True, slots=True)
class Bar:
    """One interval to draw: its centre, its ends and what it is about."""

    title: str
    value: float
    lo: float | None
    hi: float | None
    margin: float = 0.0
    """Differences up to this size count as none; drawn as a band around zero."""
    actual: float | None = None
    """What it came to, drawn as a diamond."""


def cell_bar(bar: Bar, scale: tuple[float, float]) -> Markup:
    """One small interval bar for a table's cell; ``scale`` is shared by the column."""
    return _bar(bar, scale, width=180, height=20, ticks=())


def cell_length(title: str, value: float, scale: tuple[float, float]) -> Markup:
    """A plain length from zero for a table's cell; ``scale`` is shared by the column."""
    low, high = scale
    zero, end = (8 + 164 * (at - low) / (high - low) for at in (0.0, value))
    body = Form(
        '<line class="mx-axis" x1="8" x2="172" y1="10" y2="10"/>'
        '<rect class="mx-length" x="{x:.1f}" y="5" width="{width:.1f}" height="10" rx="2"/>'
        '<line class="mx-zero" x1="{zero:.1f}" x2="{zero:.1f}" y1="1" y2="19"/>'
    ).format(x=min(zero, end), width=max(abs(end - zero), 1.0), zero=zero)
    return svg_of("mx-interval", 180, 20, title, body)


def cell_step(
    title: str,
    start: float,
    end: float,
    scale: tuple[float, float],
    ends: tuple[float, float] | None = None,
) -> Markup:
    """One step of a sum for a table's cell: from ``start`` to ``end`` on a shared axis.

    ``ends`` are where the step may end: its interval, drawn as a thin line with a stop at each.
    """
    low, high = scale
    x1, x2 = (8 + 224 * (at - low) / (high - low) for at in (start, end))
    span = Markup("")
    if ends is not None:
        lo, hi = (8 + 224 * (at - low) / (high - low) for at in ends)
        reach = '<path class="mx-reach" d="M{lo:.1f} 7v6M{lo:.1f} 10H{hi:.1f}M{hi:.1f} 7v6"/>'
        span = Form(reach).format(lo=lo, hi=hi)
    body = Form(
        '<line class="mx-axis" x1="8" x2="232" y1="10" y2="10"/>'
        '<rect class="mx-length" x="{x:.1f}" y="5" width="{width:.1f}" height="10" rx="2"/>'
        '<line class="mx-zero" x1="{x2:.1f}" x2="{x2:.1f}" y1="1" y2="19"/>'
    ).format(x=min(x1, x2), width=max(abs(x2 - x1), 1.0), x2=x2)
    return svg_of("mx-strip", 240, 20, title, body + span)


def wide_bar(
    bar: Bar, decimals: int | None = None, *, width: int = 480, signed: bool = True
) -> Markup:
    """One interval bar with zero and its ends written below it.

    ``signed`` is False for what is no difference, such as a share or a duration.
    """
    ends = [end for end in (bar.lo, bar.hi, bar.value, bar.actual) if end is not None]
    return _bar(
        bar,
        axis([*ends, -bar.margin, bar.margin]),
        width=width,
        height=52,
        ticks=_labels(bar, decimals, signed),
    )


def _bar(bar: Bar, scale: tuple[float, float], *, width: int, height: int, ticks: _Ticks) -> Markup:
    low, high = scale

    def at(value: float) -> str:
        """Where a value lies on the axis."""
        return f"{8 + (width - 16) * (value - low) / (high - low):.1f}"

    middle = 14 if ticks else height // 2
    zero, end = at(0), middle + 12 if ticks else height - 2
    # Nothing but numbers stands in these: a long table has thousands of them.
    body = f'<line class="mx-axis" x1="8" x2="{width - 8}" y1="{middle}" y2="{middle}"/>'
    if bar.margin > 0:
        x, far = at(-bar.margin), at(bar.margin)
        span = float(far) - float(x)
        body += f'<rect class="mx-margin" x="{x}" y="{middle - 8}" width="{span:.1f}" height="16"/>'
    body += f'<line class="mx-zero" x1="{zero}" x2="{zero}" y1="2" y2="{end}"/>'
    if bar.lo is not None and bar.hi is not None:
        x, y, span = at(bar.lo), middle - 4, max(float(at(bar.hi)) - float(at(bar.lo)), 2.0)
        body += f'<rect class="mx-bar" x="{x}" y="{y}" width="{span:.1f}" height="8" rx="4"/>'
    size = 5 if ticks else 3.5
    body += f'<circle class="mx-mark" cx="{at(bar.value)}" cy="{middle}" r="{size}"/>'
    parts = [Markup(body)]  # noqa: S704 - numbers alone
    if bar.actual is not None:
        parts.append(diamond(float(at(bar.actual)), middle, 6 if ticks else 5))
    parts.extend(_ticks(ticks, at, middle + 28))
    cls = f"mx-interval mx-{tone(bar.lo, bar.hi, bar.margin)}"
    return svg_of(cls, width, height, bar.title, Markup("").join(parts))


def diamond(x: float, y: float, half: float) -> Markup:
    """A mark whose shape sets it apart from round ones; ``half`` is half its width."""
    return Form('<path class="mx-actual" d="M{:.1f} {:.1f}l{h} {h}l-{h} {h}l-{h} -{h}z"/>').format(
        x, y - half, h=half
    )


def _labels(bar: Bar, decimals: int | None, signed: bool) -> _Ticks:
    ends = [end for end in (bar.lo, bar.hi) if end is not None]
    return ((0.0, "0"), *((e, number(e, signed=signed, decimals=decimals)) for e in ends))


def _ticks(ticks: _Ticks, at: Callable[[float], str], y: int) -> list[Markup]:
    made: list[Markup] = []
    taken: list[float] = []
    for value, label in ticks:
        x = float(at(value))
        if any(abs(x - other) < 44 for other in taken):
            continue
        taken.append(x)
        made.append(Form('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, y, label))
    return made


@dataclass(frozen=True, slots=True)
class Course:
    """A figure over time: its points, oldest first, and what they are."""

    title: str
    series: Sequence[tuple[str, float]]
    """Week (``2026-W46``) or day and value; a week without a value is left out."""
    unit: str = ""
    half: str = ""
    """Label of a last point whose week is not over; drawn hollow and dashed."""
    top: float = 0.0
    """The least that the axis reaches up to, where several drawings share one."""


_Dot = tuple[float, float]


def trend(course: Course) -> Markup:
    """A line over time with zero, the largest value and the first and last moment written."""
    if not course.series:
        return Markup("")
    smallest = min(value for _, value in course.series)
    left, right, top, bottom = 20, 308, 24, 92
    if smallest < 0:
        left = min(140, 16 + 8 * len(number(smallest)))
    zero = bottom - (bottom - top) * _height(0.0, course)
    parts = [
        *_scale_lines(course, (left, right, top, bottom), zero),
        _drawn(course, _dots(course, (left + 4, right - 4, top, bottom))),
        _text(left, bottom + 18, "start", flat(course.series[0][0], 16)),
    ]
    if len(course.series) > 1:
        parts.append(_text(right, bottom + 18, "end", flat(course.series[-1][0], 16)))
    return svg_of("mx-trend", 320, 116, _course_title(course), Markup("").join(parts))


def _scale_lines(course: Course, box: tuple[int, int, int, int], zero: float) -> list[Markup]:
    """The lines of zero, of the largest and of a negative smallest value, each with its words."""
    left, right, top, bottom = box
    rule = Form('<line class="{}" x1="{}" x2="{}" y1="{y:.1f}" y2="{y:.1f}"/>')
    parts = [rule.format("mx-axis", left, right, y=zero), _text(left - 6, zero + 4, "end", "0")]
    smallest, largest = (pick(value for _, value in course.series) for pick in (min, max))
    if largest > 0:
        words = f"{number(largest)} {flat(course.unit, 28)}".strip()
        parts += [rule.format("mx-grid", left, right, y=top), _text(left, top - 8, "start", words)]
    if smallest < 0:
        parts.append(rule.format("mx-grid", left, right, y=bottom))
    if smallest < 0 and bottom - zero >= 14:
        parts.append(_text(left - 6, bottom + 4, "end", number(smallest)))
    return parts


def spark(course: Course, top: float = 0.0) -> Markup:
    """The same line for a table's cell: no words but its title, zero as the base line.

    ``top`` is what the axis reaches up to at least, where several share one.
    """
    course = replace(course, top=top)
    if not course.series:
        return Markup("")
    zero = 26 - 21 * _height(0.0, course)
    base = Form('<line class="mx-axis" x1="4" x2="116" y1="{y}" y2="{y}"/>').format(y=f"{zero:.1f}")
    body = base + _drawn(course, _dots(course, (6, 112, 5, 26)))
    return svg_of("mx-spark", 120, 32, _course_title(course), body)


def _text(x: float, y: float, anchor: str, words: str) -> Markup:
    made = Form('<text x="{}" y="{}" text-anchor="{}">{}</text>')
    return made.format(f"{x:.0f}", f"{y:.0f}", anchor, words)


def _course_title(course: Course) -> str:
    first, last = course.series[0], course.series[-1]
    if len(course.series) == 1:
        return f"{course.title}, {first[0]}: {number(first[1])} {course.unit}"
    return (
        f"{course.title} from {first[0]} to {last[0]}, first {number(first[1])}, "
        f"last {number(last[1])} {course.unit}"
    )


def _height(value: float, course: Course) -> float:
    """Share of the way from the lowest to the highest value; halves cannot overflow."""
    low, high = _reach(course)
    return (value / 2 - low / 2) / (high / 2 - low / 2)


def _reach(course: Course) -> tuple[float, float]:
    """The lowest and the highest value, zero among them, never the same."""
    values = [value for _, value in course.series]
    low, high = min(0.0, *values), max(0.0, course.top, *values)
    return (low, high) if high > low else (low, low + 1.0)


def _dots(course: Course, box: tuple[float, float, float, float]) -> list[_Dot]:
    left, right, top, bottom = box
    moments = [moment for moment, _ in _moments(course.series)]
    span = (moments[-1] - moments[0]) or 1
    return [
        (
            left + (right - left) * (moment - moments[0]) / span,
            bottom - (bottom - top) * _height(value, course),
        )
        for moment, (_, value) in zip(moments, course.series, strict=True)
    ]


def _moments(series: Sequence[tuple[str, float]]) -> list[tuple[int, bool]]:
    """Place of each point on the axis, and whether a week without a value lies before it."""
    found = [_moment(label) for label, _ in series]
    places = [place for place, _ in found if place is not None]
    kinds = {is_week for _, is_week in found}
    if len(places) < len(series) or len(kinds) > 1 or places != sorted(set(places)):
        return [(place, False) for place in range(len(series))]
    before = [places[0], *places]
    is_week = kinds == {True}
    return [(new, is_week and new - old > 1) for old, new in zip(before, places, strict=False)]


def _moment(label: str) -> tuple[int | None, bool]:
    """A week counted in weeks or a day counted in days; None for a text that is neither."""
    try:
        if found := _WEEK.fullmatch(label):
            return date.fromisocalendar(int(found[1]), int(found[2]), 1).toordinal() // 7, True
        return date.fromisoformat(label[:10]).toordinal(), False
    except ValueError:
        return None, False


def _drawn(course: Course, dots: list[_Dot]) -> Markup:
    """The line, broken where weeks have no value, and a mark at its end."""
    last = len(dots) - 1
    is_half = bool(course.half) and course.series[-1][0] == course.half
    parts: list[Markup] = []
    run = [dots[0]]
    for place, (_, has_gap) in enumerate(_moments(course.series)):
        if place == 0:
            continue
        if has_gap or (is_half and place == last):
            parts.append(_run(run))
            if not has_gap:
                parts.append(_poly("mx-line mx-half", [dots[place - 1], dots[place]]))
            run = []
        run.append(dots[place])
    parts.append(_run(run) if not is_half or len(run) > 1 else Markup(""))
    mark = Form('<circle class="mx-mark{}" cx="{:.1f}" cy="{:.1f}" r="3.5"/>')
    parts.append(mark.format(" mx-hollow" if is_half else "", *dots[last]))
    return Markup("").join(parts)


def _run(dots: list[_Dot]) -> Markup:
    """Neighbouring points as a line; one that stands alone as a small dot."""
    if len(dots) == 1:
        return Form('<circle class="mx-mark" cx="{:.1f}" cy="{:.1f}" r="2.5"/>').format(*dots[0])
    return _poly("mx-line", dots)


def _poly(cls: str, dots: list[_Dot]) -> Markup:
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    return Form('<polyline class="{}" points="{}"/>').format(cls, points)
