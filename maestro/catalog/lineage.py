"""Lineage: what is built from what, who depends on it, and whether it runs in circles."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from operator import attrgetter

from .load import Catalog, Entry

_Step = Callable[[str], Iterable[str]]
_Graph = dict[str, list[str]]

MAX_CYCLES = 20
"""The most circles reported for one knot of entries that all reach each other."""


@dataclass(frozen=True, slots=True)
class Edge:
    """One step of lineage: ``user`` is built from, or stands on, ``used``.

    ``version`` is empty where the reference names none; ``role`` says in words what ``used``
    is to ``user``.
    """

    user: str
    used: str
    version: str
    role: str

    @property
    def reference(self) -> str:
        """``name@version``, or the name alone."""
        return f"{self.used}@{self.version}" if self.version else self.used


_ORDER = attrgetter("user", "used", "version", "role")
"""The order of edges as plain tuples, which sort several times as fast."""


class Lineage:
    """The graph of one catalog, by names.

    A node's name is the record's name: of an entry, card or project, ``project/id`` of an
    experiment, ``channel/name`` of a channel file. Entries and projects have name spaces of
    their own; a project called like an entry stands here as ``projects/<name>``.
    """

    def __init__(self, catalog: Catalog) -> None:
        self._nodes: dict[str, Entry] = {}
        self._project_names: dict[str, str] = {}
        for group, space in (
            (catalog.entries, ""),
            (catalog.projects, "projects/"),
            (catalog.experiments, "experiments/"),
            (catalog.channels, "channels/"),
        ):
            for name, entry in group.items():
                node = name if name not in self._nodes else space + name
                self._nodes[node] = entry
                if space == "projects/":
                    self._project_names[name] = node
        found = {edge for node, entry in self._nodes.items() for edge in self._of(node, entry)}
        self._down: dict[str, list[Edge]] = {node: [] for node in self._nodes}
        self._up: dict[str, list[Edge]] = {}
        for edge in sorted(found, key=_ORDER):
            self._down[edge.user].append(edge)
            self._up.setdefault(edge.used, []).append(edge)

    def _of(self, node: str, entry: Entry) -> Iterator[Edge]:
        record = entry.record
        for role, references in _references(entry):
            for reference in references:
                used, _, version = reference.partition("@")
                yield Edge(node, used, version, role)
        project = getattr(record, "project", None)
        if project:
            role = "tests" if entry.kind == "experiments" else "made by"
            yield Edge(node, self._project_names.get(project, project), "", role)

    def entry(self, name: str) -> Entry | None:
        """The record behind a node's name, or None."""
        return self._nodes.get(name)

    def edges(self) -> list[Edge]:
        """Every edge, sorted; also those to names that do not exist."""
        return [edge for node in sorted(self._down) for edge in self._down[node]]

    def uses(self, name: str) -> list[str]:
        """References that ``name`` makes, sorted; ``name@version`` as written."""
        return sorted({edge.reference for edge in self._down.get(name, ())})

    def used_by(self, name: str, *, tips: bool = False) -> list[str]:
        """Entries, cards and projects that refer to ``name``, sorted; also to a missing one.

        ``tips`` adds experiments and channel files, on which nothing can stand.
        """
        users = {edge.user for edge in self._up.get(name, ())}
        return sorted(user for user in users if tips or not self._is_tip(user))

    def upstream(self, name: str) -> list[str]:
        """Everything that ``name`` stands on, near or far, sorted; only what exists."""
        return self._reach(name, lambda node: (e.used for e in self._down.get(node, ())))

    def downstream(self, name: str, *, tips: bool = False) -> list[str]:
        """Everything that stands on ``name``, near or far, sorted; ``tips`` as in used_by."""
        found = self._reach(name, lambda node: (e.user for e in self._up.get(node, ())))
        return [node for node in found if tips or not self._is_tip(node)]

    def _is_tip(self, node: str) -> bool:
        return self._nodes[node].kind in ("experiments", "channels")

    def _reach(self, name: str, step: _Step) -> list[str]:
        seen = {name}
        waiting = deque([name])
        while waiting:
            for node in step(waiting.popleft()):
                if node not in seen and node in self._nodes:
                    seen.add(node)
                    waiting.append(node)
        return sorted(seen - {name})

    def cycles(self) -> list[list[str]]:
        """Circles of lineage, each once, as names in order from its smallest; sorted.

        Every circle has at least one step that no other reported circle has, and without those
        steps nothing runs in circles; at most 20 for one knot. A reference to another version
        than the current one is no part of a circle (a model may be made from its own earlier
        version), nor is the project that a card was made by.
        """
        graph = {node: self._current(node) for node in sorted(self._nodes)}
        found = {tuple(cycle) for knot in _knots(graph) for cycle in _knot_cycles(graph, set(knot))}
        return [list(cycle) for cycle in sorted(found)]

    def _current(self, node: str) -> list[str]:
        targets = set()
        for edge in self._down[node]:
            target = self._nodes.get(edge.used)
            is_current = target and edge.version in ("", target.version)
            if is_current and edge.role != "made by":
                targets.add(edge.used)
        return sorted(targets)


def _references(entry: Entry) -> Iterator[tuple[str, list[str]]]:
    """Role and references of one record, as its kind has them."""
    record = entry.record
    if entry.kind == "projects":
        yield "uses", [use.artifact for use in record.uses]
        yield "learns from", record.datasets
    elif entry.kind == "channels":
        yield "live", [f"{entry.name.rsplit('/', 1)[-1]}@{record.version}"]
    elif entry.kind == "model_cards":
        yield "trained on", record.trained_on
        yield "uses", record.uses
        yield "made from", [record.base_model] if record.base_model else []
    elif entry.kind not in ("experiments", "policies"):
        yield "uses", record.uses
        ports = [*record.inputs, *record.outputs]
        yield "schema", [port.schema_ for port in ports if port.schema_]


def _knots(graph: _Graph) -> list[list[str]]:
    """Groups of nodes that all reach each other (Kosaraju's two passes), those with a circle.

    Nothing here recurses: a chain of 10,000 entries is as deep as it is long.
    """
    back: _Graph = {node: [] for node in graph}
    for node, targets in graph.items():
        for target in targets:
            back[target].append(node)
    seen: set[str] = set()
    finished = [node for start in graph for node in _finish(graph, start, seen)]
    seen = set()
    groups = [_finish(back, start, seen) for start in reversed(finished)]
    return [group for group in groups if len(group) > 1 or (group and group[0] in graph[group[0]])]


def _finish(graph: _Graph, start: str, seen: set[str]) -> list[str]:
    """Nodes reached from ``start`` and not seen before, in the order they are done with."""
    done: list[str] = []
    if start in seen:
        return done
    seen.add(start)
    work = [(start, iter(graph[start]))]
    while work:
        node, targets = work[-1]
        fresh = next((target for target in targets if target not in seen), None)
        if fresh is None:
            work.pop()
            done.append(node)
        else:
            seen.add(fresh)
            work.append((fresh, iter(graph[fresh])))
    return done


def _knot_cycles(graph: _Graph, knot: set[str]) -> list[tuple[str, ...]]:
    """The circles that a depth-first walk of one knot closes, each from its smallest name."""
    start = min(knot)
    place = {start: 0}
    path = [start]
    seen = {start}
    work = [iter(graph[start])]
    found: list[tuple[str, ...]] = []
    while work and len(found) < MAX_CYCLES:
        target = next((t for t in work[-1] if t in knot and (t in place or t not in seen)), None)
        if target is None:
            work.pop()
            del place[path.pop()]
        elif target in place:
            found.append(_from_smallest(path[place[target] :]))
        else:
            place[target] = len(path)
            path.append(target)
            seen.add(target)
            work.append(iter(graph[target]))
    return found


def _from_smallest(cycle: list[str]) -> tuple[str, ...]:
    cut = cycle.index(min(cycle))
    return tuple(cycle[cut:] + cycle[:cut])
