"""Values at days as dots: one drawing, one dot per project, on a scale from 0 to 100."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from maestro.publishing.text import Form, flat

from .charts import diamond, svg_of
from .plots import marked

_WIDTH, _HEIGHT = 680, 300
_LEFT, _RIGHT, _TOP, _BOTTOM = 44, 668, 40, 252
_MOST_LABELS = 9
_LINE = Form('<line class="{}" x1="{:.1f}" x2="{:.1f}" y1="{:.1f}" y2="{:.1f}"/>')
_TEXT = Form('<text x="{:.0f}" y="{:.0f}" text-anchor="{}">{}</text>')
SHAPES = {"reached": "round", "partly": "ring", "missed": "diamond", "": "ring"}
"""Verdict to the shape of its dot, so that colour is never the only carrier."""
_WORDS = {"reached": "reached", "partly": "partly reached", "missed": "missed", "": "no verdict"}


@dataclass(frozen=True, slots=True)
class Moment:
    """One value at a day, what it was called, and the table's row that it stands for."""

    day: date
    value: float
    label: str
    key: str
    title: str


def over_time(title: str, says: str, moments: Sequence[Moment]) -> Markup:
    """Each value as a dot at its day, 0 to 100 upwards, with the shapes explained on top."""
    if not moments:
        return Markup("")
    days = [one.day.toordinal() for one in moments]
    first, last = _quarter_start(min(days)), _quarter_start(max(days), after=1)
    span = last - first

    def at(day: int) -> float:
        """Where a day lies."""
        return _LEFT + (_RIGHT - _LEFT) * (day - first) / span

    body = [
        Form("<desc>{}</desc>").format(flat(says, 400)),
        *_legend([one.label for one in moments]),
        *_scale(),
        *(part for day, name in _quarters(first, last) for part in _quarter(at(day), name)),
        *(
            marked(_dot(SHAPES.get(one.label, "ring"), at(day), _up(one.value)), one.key, one.title)
            for day, one in zip(days, moments, strict=True)
        ),
    ]
    return svg_of("mx-moments", _WIDTH, _HEIGHT, title, Markup("").join(body))


def _up(value: float) -> float:
    return _BOTTOM - (_BOTTOM - _TOP) * min(max(value, 0.0), 100.0) / 100


def _scale() -> list[Markup]:
    parts = []
    for value in range(0, 101, 20):
        y = _up(value)
        parts.append(_LINE.format("mx-axis" if value == 0 else "mx-grid", _LEFT, _RIGHT, y, y))
        parts.append(_TEXT.format(_LEFT - 8, y + 4, "end", str(value)))
    return parts


def _legend(labels: Sequence[str]) -> list[Markup]:
    parts: list[Markup] = []
    x = float(_LEFT)
    for label, words in _WORDS.items():
        if label in labels:
            parts += [_dot(SHAPES[label], x + 5, 16), _TEXT.format(x + 16, 20, "start", words)]
            x += 34 + 7.4 * len(words)
    return parts


def _dot(shape: str, x: float, y: float) -> Markup:
    if shape == "diamond":
        return diamond(x, y, 5.5)
    name = "mx-mark" if shape == "round" else "mx-mark mx-hollow"
    return Form('<circle class="{}" cx="{:.1f}" cy="{:.1f}" r="4.5"/>').format(name, x, y)


def _quarter(x: float, name: str) -> list[Markup]:
    """A line where a quarter begins, with its name below where there is room for it."""
    parts = [_LINE.format("mx-grid", x, x, _TOP, _BOTTOM)]
    if name:
        parts += [_LINE.format("mx-axis", x, x, _BOTTOM, _BOTTOM + 5)]
        parts.append(_TEXT.format(min(x, _RIGHT - 30), _BOTTOM + 22, "start", name))
    return parts


def _quarters(first: int, last: int) -> list[tuple[int, str]]:
    """Starts of quarters with their names: every one, every second, or the years alone."""
    starts = [first]
    while (following := _quarter_start(starts[-1], after=1)) < last:
        starts.append(following)
    days = [date.fromordinal(start) for start in starts]
    step = 1 if len(starts) <= _MOST_LABELS else 2 if len(starts) <= 2 * _MOST_LABELS else 4
    years = sorted({day.year for day in days})
    every = 1 + len(years) // _MOST_LABELS
    found = []
    for start, day in zip(starts, days, strict=True):
        quarter = (day.month + 2) // 3
        is_named = (quarter - 1) % step == 0 and (step < 4 or years.index(day.year) % every == 0)
        name = str(day.year) if step == 4 else f"Q{quarter} {day.year}"
        if is_named or (step < 4 or quarter == 1):
            found.append((start, name if is_named else ""))
    return found


def _quarter_start(day: int, after: int = 0) -> int:
    """First day of the quarter that holds ``day``, or of the one ``after`` it."""
    found = date.fromordinal(day)
    number = found.year * 4 + (found.month - 1) // 3 + after
    return date(number // 4, number % 4 * 3 + 1, 1).toordinal()


__all__ = ["Moment", "over_time"]
