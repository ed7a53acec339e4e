"""Lineage as a small inline drawing: what an entry is built on, and what is built on it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from maestro.publishing.text import escaped, flat

MOST_NODES = 8
"""Boxes on each side of a lineage drawing; the lists below it have them all."""
_WIDTH, _BOX_WIDTH, _HEIGHT, _STEP = 760, 216, 38, 46  # the style sheet knows a box's size, too
_LETTERS = 28
"""Characters of a label that fit into a box."""


@dataclass(frozen=True, slots=True)
class Node:
    """One box of a lineage drawing; ``href`` is an address of ours, or empty."""

    label: str
    href: str = ""
    note: str = ""
    """A second, smaller line: what kind of thing it is."""


@dataclass(frozen=True, slots=True)
class Side:
    """All neighbours on one side, and how many more stand behind them."""

    nodes: Sequence[Node]
    further: int = 0
    """Records further away than one step."""
    href: str = ""
    """Where the page lists them all."""
    further_href: str = ""
    """Where it lists those further away."""


def lineage(centre: Node, built_on: Side, carries: Side) -> Markup:
    """What an entry is built on (left) and what is built on it (right), one hop each way.

    Boxes are links; what does not fit is counted in a last box that leads to the whole list, as
    does the count of what is further away. The drawing is a group, not an image: its links can be
    reached with the keyboard.
    """
    left, right = _column(built_on, "further up"), _column(carries, "further down")
    height = max(len(left), len(right), 1) * _STEP + 8
    middle = height // 2
    edges: list[str] = []
    boxes: list[str] = []
    for nodes, is_left in ((left, True), (right, False)):
        top = middle - _STEP * len(nodes) // 2
        for index, node in enumerate(nodes):
            y = top + _STEP * index + (_STEP - _HEIGHT) // 2
            boxes.append(_box(node, 4 if is_left else _WIDTH - _BOX_WIDTH - 4, y))
            if not node.note.startswith("further"):
                edges.append(_edge(is_left, y + _HEIGHT // 2, middle))
    boxes.append(_box(centre, (_WIDTH - _BOX_WIDTH) // 2, middle - _HEIGHT // 2, " mx-here"))
    title = escaped(
        f"{flat(centre.label, 80)}: built on {len(built_on.nodes)}, used by {len(carries.nodes)}"
    )
    drawn = (
        f'<svg class="mx-chart mx-lineage{_part(left, right)} {height}" role="group" '
        f'aria-label="{title}"><title>{title}</title><path class="mx-edge" d="{"".join(edges)}"/>'
        f"{''.join(boxes)}</svg>"
    )
    return Markup(drawn)  # noqa: S704 - every text in it went through escaped()


def _part(left: Sequence[Node], right: Sequence[Node]) -> str:
    """The rest of the class and the box in view: a side without neighbours takes no room."""
    beside = (_WIDTH - _BOX_WIDTH) // 2 - 4
    start, end = 0 if left else beside, _WIDTH if right else _WIDTH - beside
    one = "" if left and right else " mx-oneside"
    return f'{one}" viewBox="{start} 0 {end - start}'


def _column(side: Side, away: str) -> list[Node]:
    nodes = list(side.nodes)
    if len(nodes) > MOST_NODES:
        rest = len(nodes) - MOST_NODES + 1
        nodes = [*nodes[: MOST_NODES - 1], Node(f"and {rest:,} more", side.href)]
    if side.further:
        nodes.append(Node(f"{side.further:,} more", side.further_href, away))
    return nodes


def _edge(is_left: bool, y: int, middle: int) -> str:
    near, far = (_WIDTH - _BOX_WIDTH) // 2, _BOX_WIDTH + 4
    x1, x2 = (far, near) if is_left else (_WIDTH - near, _WIDTH - far)
    y1, y2 = (y, middle) if is_left else (middle, y)
    half = (x1 + x2) // 2
    return f"M{x1} {y1}C{half} {y1} {half} {y2} {x2} {y2}"


def _box(node: Node, x: int, y: int, cls: str = "") -> str:
    centre = x + _BOX_WIDTH // 2
    if not cls and node.note.startswith("further"):
        cls = " mx-far"
    label = escaped(flat(node.label, _LETTERS))
    box = (
        f'<rect class="mx-node{cls}" x="{x}" y="{y}"/>'
        f'<text x="{centre}" y="{y + (17 if node.note else 24)}">{label}</text>'
    )
    if node.note:
        note = escaped(flat(node.note, 36))
        box += f'<text class="mx-under" x="{centre}" y="{y + 31}">{note}</text>'
    if not node.href:
        return box
    is_cut = len(node.label) > _LETTERS
    name = f' aria-label="{escaped(flat(node.label, 120))}"' if is_cut else ""
    return f'<a href="{escaped(node.href)}"{name}>{box}</a>'


__all__ = ["MOST_NODES", "Node", "Side", "lineage"]
