"""Lineage as a small inline drawing: what an entry is built on, and what is built on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from .charts import svg_of
from .text import flat

_NODE = Markup(
    '<rect class="mx-node{more}" x="{x}" y="{y}" width="{width}" height="30" rx="6"/>'
    '<text x="{tx}" y="{ty}" text-anchor="middle">{label}</text>'
)
_LINK = Markup('<a href="{href}">{node}</a>')
_EDGE = Markup('<path class="mx-edge" d="M{x1} {y1} C {xm} {y1}, {xm} {y2}, {x2} {y2}"/>')


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
    return svg_of("mx-lineage", width, int(height), title, Markup("").join(parts))


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
