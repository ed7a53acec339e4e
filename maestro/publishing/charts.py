"""The only maker of SVG: interval bars, trends and lineage, as small inline drawings.

Every drawing has a role, a title, ``currentColor`` ink so that it fits both colour schemes, and
its numbers in a table or sentence beside it. All texts are escaped by :mod:`markupsafe`.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .text import flat
from .words import number

_SVG = Markup(
    '<svg class="mx-chart {cls}" viewBox="0 0 {width} {height}" role="img" '
    'xmlns="http://www.w3.org/2000/svg" preserveAspectRatio="xMidYMid meet">'
    "<title>{title}</title>{body}</svg>"
)
_NODE = Markup(
    '<rect class="mx-node{more}" x="{x}" y="{y}" width="{width}" height="30" rx="6"/>'
    '<text x="{tx}" y="{ty}" text-anchor="middle">{label}</text>'
)
_LINK = Markup('<a href="{href}">{node}</a>')
_EDGE = Markup('<path class="mx-edge" d="M{x1} {y1} C {xm} {y1}, {xm} {y2}, {x2} {y2}"/>')


def _svg(cls: str, width: int, height: int, title: str, body: Markup) -> Markup:
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


def cell_bar(bar: Bar, scale: tuple[float, float]) -> Markup:
    """One small interval bar for a table's cell; ``scale`` is shared by the column."""
    return _bar(bar, scale, width=180, height=20, ticks=())


def wide_bar(bar: Bar, decimals: int | None = None) -> Markup:
    """One interval bar with zero and its ends written below it."""
    ends = [end for end in (bar.lo, bar.hi, bar.value) if end is not None]
    return _bar(
        bar,
        axis([*ends, -bar.margin, bar.margin]),
        width=480,
        height=52,
        ticks=_labels(bar, decimals),
    )


def _bar(bar: Bar, scale: tuple[float, float], *, width: int, height: int, ticks: _Ticks) -> Markup:
    low, high = scale

    def at(value: float) -> str:
        return f"{8 + (width - 16) * (value - low) / (high - low):.1f}"

    middle = 14 if ticks else height // 2
    parts = [
        Markup('<line class="mx-axis" x1="8" x2="{}" y1="{}" y2="{}"/>').format(
            width - 8, middle, middle
        ),
        *_band(bar, at, middle),
        Markup('<line class="mx-zero" x1="{x}" x2="{x}" y1="2" y2="{end}"/>').format(
            x=at(0), end=middle + 12 if ticks else height - 2
        ),
    ]
    if bar.lo is not None and bar.hi is not None:
        span = float(at(bar.hi)) - float(at(bar.lo))
        parts.append(
            Markup('<rect class="mx-bar" x="{}" y="{}" width="{:.1f}" height="8" rx="4"/>').format(
                at(bar.lo), middle - 4, max(span, 2.0)
            )
        )
    parts.append(
        Markup('<circle class="mx-mark" cx="{}" cy="{}" r="5"/>').format(at(bar.value), middle)
    )
    if ticks:
        parts.extend(_ticks(ticks, at, middle + 28))
    cls = f"mx-interval mx-{tone(bar.lo, bar.hi, bar.margin)}"
    return _svg(cls, width, height, bar.title, Markup("").join(parts))


def _band(bar: Bar, at: Callable[[float], str], middle: int) -> list[Markup]:
    """The margin around zero, where there is one."""
    if bar.margin <= 0:
        return []
    low, high = at(-bar.margin), at(bar.margin)
    made = Markup('<rect class="mx-margin" x="{}" y="{}" width="{:.1f}" height="16"/>')
    return [made.format(low, middle - 8, float(high) - float(low))]


def _labels(bar: Bar, decimals: int | None) -> tuple[tuple[float, str], ...]:
    ends = [end for end in (bar.lo, bar.hi) if end is not None]
    return ((0.0, "0"), *((e, number(e, signed=True, decimals=decimals)) for e in ends))


def _ticks(ticks: _Ticks, at: Callable[[float], str], y: int) -> list[Markup]:
    made: list[Markup] = []
    taken: list[float] = []
    for value, label in ticks:
        x = float(at(value))
        if any(abs(x - other) < 44 for other in taken):
            continue
        taken.append(x)
        made.append(
            Markup('<text x="{}" y="{}" text-anchor="middle">{}</text>').format(x, y, label)
        )
    return made


def trend(series: Sequence[tuple[str, float]], title: str, *, height: int = 56) -> Markup:
    """A small line of a figure over time, zero at the bottom; one dot when there is one point."""
    if not series:
        return Markup("")
    width = 320
    low = min(0.0, *(value for _, value in series))
    high = max(0.0, *(value for _, value in series))
    span = (high - low) or 1.0
    step = (width - 16) / max(1, len(series) - 1)
    dots = [
        (8 + step * index, 6 + (height - 12) * (1 - (value - low) / span))
        for index, (_, value) in enumerate(series)
    ]
    zero = 6 + (height - 12) * (1 - (0 - low) / span)
    line = " ".join(f"{x:.1f},{y:.1f}" for x, y in dots)
    area = f"{dots[0][0]:.1f},{zero:.1f} {line} {dots[-1][0]:.1f},{zero:.1f}"
    body = Markup(
        '<line class="mx-axis" x1="8" x2="{w}" y1="{z}" y2="{z}"/>'
        '<polygon class="mx-area" points="{area}"/><polyline class="mx-line" points="{line}"/>'
        '<circle class="mx-mark" cx="{x}" cy="{y}" r="3.5"/>'
    ).format(
        w=width - 8,
        z=f"{zero:.1f}",
        area=area,
        line=line,
        x=f"{dots[-1][0]:.1f}",
        y=f"{dots[-1][1]:.1f}",
    )
    return _svg("mx-trend", width, height, title, body)


@dataclass(frozen=True, slots=True)
class Node:
    """One box of a lineage drawing; ``href`` is a relative address of ours, or empty."""

    label: str
    href: str = ""


MOST_NODES = 8
"""Boxes on each side of a lineage drawing; the table below it lists them all."""


def lineage(centre: str, uses: Sequence[Node], used_by: Sequence[Node]) -> Markup:
    """What an entry is built on (left) and what is built on it (right), one hop each way."""
    left, right = _capped(uses), _capped(used_by)
    rows = max(len(left), len(right), 1)
    width, box, gap = 760, 210, 42
    height = rows * gap + 12
    middle = height / 2
    parts: list[Markup] = []
    for nodes, x in ((left, 4), (right, width - box - 4)):
        top = middle - gap * len(nodes) / 2
        for index, node in enumerate(nodes):
            y = top + gap * index + (gap - 30) / 2
            parts.append(_edge(x, y + 15, middle, width, box))
            parts.append(_node(node, x, y, box))
    parts.append(_node(Node(centre), (width - box) // 2, middle - 15, box, here=True))
    title = f"{flat(centre, 80)}: built on {len(uses)}, used by {len(used_by)}"
    return _svg("mx-lineage", width, int(height), title, Markup("").join(parts))


def _capped(nodes: Sequence[Node]) -> list[Node]:
    if len(nodes) <= MOST_NODES:
        return list(nodes)
    return [*nodes[: MOST_NODES - 1], Node(f"and {len(nodes) - MOST_NODES + 1} more")]


def _edge(x: int, y: float, middle: float, width: int, box: int) -> Markup:
    centre_left, centre_right = (width - box) / 2, (width + box) / 2
    is_left = x < centre_left
    x1, x2 = (x + box, centre_left) if is_left else (centre_right, x)
    y1, y2 = (y, middle) if is_left else (middle, y)
    xm = (x1 + x2) / 2
    return _EDGE.format(x1=x1, y1=f"{y1:.1f}", xm=xm, y2=f"{y2:.1f}", x2=x2)


def _node(node: Node, x: int, y: float, box: int, *, here: bool = False) -> Markup:
    drawn = _NODE.format(
        more=" mx-here" if here else "",
        x=x,
        y=f"{y:.1f}",
        width=box,
        tx=x + box / 2,
        ty=f"{y + 20:.1f}",
        label=flat(node.label, 26),
    )
    return _LINK.format(href=node.href, node=drawn) if node.href else drawn
