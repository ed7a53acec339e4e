"""Who takes from whom, drawn: bands from the teams on the left to the teams on the right."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing.text import Form, flat

from .charts import svg_of
from .plots import marked

_LEFT, _RIGHT, _TOP = 190, 490, 34
_ROOM = 280
"""Height that all bands of a side share, in units of the drawing."""
_GAP = 12
_LEAST = 14
"""Height that a team takes at least, so that its name has room."""
_BOX = 7
_TEXT = Form('<text x="{:.0f}" y="{:.0f}" text-anchor="{}">{}</text>')
_BAND = Form(
    '<path class="{}" d="M{x1} {a:.1f}C{m} {a:.1f} {m} {b:.1f} {x2} {b:.1f}'
    'V{d:.1f}C{m} {d:.1f} {m} {c:.1f} {x1} {c:.1f}z"/>'
)


@dataclass(frozen=True, slots=True)
class Flow:
    """How much goes from one to another."""

    source: str
    target: str
    count: int


@dataclass(frozen=True, slots=True)
class _Side:
    """One column of the drawing: where each team begins and how tall it is."""

    tops: Mapping[str, float]
    heights: Mapping[str, float]
    end: float


def flows(
    title: str, says: str, heads: tuple[str, str], found: Sequence[Flow], keys: Mapping[str, str]
) -> Markup:
    """Bands as tall as their counts; those to the same team are pale.

    ``keys``: team to the table's row that its bands on the left stand for.
    """
    total = sum(flow.count for flow in found)
    if not total:
        return Markup("")
    unit = _ROOM / total
    sources = _side([(flow.source, flow.count) for flow in found], unit)
    targets = _side([(flow.target, flow.count) for flow in found], unit)
    body = [
        Form("<desc>{}</desc>").format(flat(says, 400)),
        _TEXT.format(_LEFT, 16, "end", heads[0]),
        _TEXT.format(_RIGHT, 16, "start", heads[1]),
        *_bands(found, (sources, targets), unit, keys),
        *_names(sources, _LEFT - 8, "end", found, is_source=True),
        *_names(targets, _RIGHT + 8, "start", found, is_source=False),
    ]
    height = int(max(sources.end, targets.end)) + 8
    return svg_of("mx-flows", 680, height, title, Markup("").join(body))


def _side(counts: Sequence[tuple[str, int]], unit: float) -> _Side:
    sums: dict[str, int] = {}
    for name, count in counts:
        sums[name] = sums.get(name, 0) + count
    tops: dict[str, float] = {}
    at = float(_TOP)
    for name in sorted(sums, key=lambda name: (-sums[name], name)):
        tops[name] = at
        at += max(sums[name] * unit, _LEAST) + _GAP
    return _Side(tops, {name: count * unit for name, count in sums.items()}, at)


def _bands(
    found: Sequence[Flow], sides: tuple[_Side, _Side], unit: float, keys: Mapping[str, str]
) -> list[Markup]:
    """Every band, from and to its place beside the others of its team."""
    left, right = sides
    starts, ends = dict(left.tops), dict(right.tops)
    parts = []
    middle = (_LEFT + _RIGHT) // 2
    order = sorted(found, key=lambda f: (left.tops[f.source], right.tops[f.target]))
    places: dict[tuple[str, str], tuple[float, float]] = {}
    for flow in order:
        a, thick = starts[flow.source], flow.count * unit
        starts[flow.source] += thick
        places[flow.source, flow.target] = a, thick
    for flow in sorted(found, key=lambda f: (right.tops[f.target], left.tops[f.source])):
        a, thick = places[flow.source, flow.target]
        b = ends[flow.target]
        ends[flow.target] += thick
        cls = "mx-flow mx-own" if flow.source == flow.target else "mx-flow"
        band = _BAND.format(
            cls, x1=_LEFT + _BOX, x2=_RIGHT - _BOX, m=middle, a=a, b=b, c=a + thick, d=b + thick
        )
        said = f"{flow.source} to {flow.target}: {flow.count:,}"
        parts.append(marked(band, keys.get(flow.source, ""), said))
    return parts


def _names(
    side: _Side, x: int, anchor: str, found: Sequence[Flow], *, is_source: bool
) -> list[Markup]:
    """A bar and a name with its count for each team of one side."""
    parts = []
    box = Form('<rect class="mx-end" x="{}" y="{:.1f}" width="{}" height="{:.1f}"/>')
    for name, top in side.tops.items():
        tall = side.heights[name]
        own = (flow for flow in found if (flow.source if is_source else flow.target) == name)
        count = sum(flow.count for flow in own)
        left = _LEFT if is_source else _RIGHT - _BOX
        parts.append(box.format(left, top, _BOX, max(tall, 1.0)))
        middle = top + max(tall, _LEAST) / 2 + 4
        parts.append(_TEXT.format(x, middle, anchor, f"{flat(name, 22)} {count:,}"))
    return parts


__all__ = ["Flow", "flows"]
