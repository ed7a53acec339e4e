"""How work is shared: between how many people, and how evenly on each file.

Nobody is named in what leaves this file: only shares and numbers of people do.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass

AREAS = 10
"""The most folders that ownership is told for, those with the most changed lines."""


@dataclass(frozen=True, slots=True)
class Area:
    """One folder at the top of a project."""

    name: str
    """``src/``; ``./`` for files that lie in no folder."""
    top_share: float
    """Share of its changed lines that its most active person wrote, 0 to 1."""
    people: int
    """Persons who changed lines in it."""
    files: int
    """Files with changed lines."""
    lines: int
    """Lines added and deleted."""


def bus_factor(contributions: Iterable[float], share: float = 0.5) -> int | None:
    """The fewest people who together make at least ``share`` of all contributions.

    CHAOSS's Contributor Absence Factor (working group Risk); its example 1000, 202, 90, 33,
    332, 343, 42, 433 gives 2. None when there are no contributions.
    """
    ordered = sorted(contributions, reverse=True)
    total, reached = sum(ordered), 0.0
    if total <= 0:
        return None
    for number, one in enumerate(ordered, 1):
        reached += one
        if reached >= share * total:
            return number
    return len(ordered)


def collaboration(lines_of: Mapping[str, Mapping[str, int]]) -> float | None:
    """1 minus the mean share of each file's top author, weighted by the file's changed lines.

    0 when every file has one author, near 1 when many share each. The share of one file is
    what PyDriller's process metrics call contributors' experience. None without changed lines.
    """
    total = sum(sum(people.values()) for people in lines_of.values())
    top = sum(max(people.values()) for people in lines_of.values())
    return 1 - top / total if total else None


def shared_files(lines_of: Mapping[str, Mapping[str, int]]) -> float | None:
    """Share of the changed files with at least two authors; None without changed files."""
    if not lines_of:
        return None
    return sum(len(people) > 1 for people in lines_of.values()) / len(lines_of)


def areas(lines_of: Mapping[str, Mapping[str, int]], prefix: str = "") -> list[Area]:
    """The folders right below ``prefix`` with the most changed lines, most first."""
    start = f"{prefix}/" if prefix else ""
    people: dict[str, Counter[str]] = {}
    files: Counter[str] = Counter()
    for path, lines in lines_of.items():
        folder, slash, _ = path.removeprefix(start).partition("/")
        name = f"{folder}/" if slash else "./"
        area = people.setdefault(name, Counter())
        for person, number in lines.items():
            area[person] += number
        files[name] += 1
    ordered = sorted(people.items(), key=lambda pair: (-pair[1].total(), pair[0]))
    return [
        Area(name, max(lines.values()) / lines.total(), len(lines), files[name], lines.total())
        for name, lines in ordered[:AREAS]
    ]
