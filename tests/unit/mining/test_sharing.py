"""How work is shared, against published examples and arithmetic by hand."""

from __future__ import annotations

from collections import Counter

import pytest

from maestro.mining.sharing import AREAS, areas, bus_factor, collaboration, shared_files


def test_the_bus_factor_is_the_one_of_chaoss() -> None:
    """The worked example of CHAOSS's Contributor Absence Factor gives 2."""
    assert bus_factor([1000, 202, 90, 33, 332, 343, 42, 433]) == 2


@pytest.mark.parametrize(
    ("given", "expected"),
    [([], None), ([0, 0], None), ([7], 1), ([1, 1], 1), ([1, 1, 1], 2), ([5, 1, 1, 1, 1, 1], 1)],
)
def test_bus_factors_of_small_teams(given: list[int], expected: int | None) -> None:
    """One of two equals is half; nobody has no factor, which is not 0."""
    assert bus_factor(given) == expected


LINES = {
    "lib/src/a.py": Counter(ada=30, bo=10),
    "lib/src/b.py": Counter(ada=20),
    "lib/docs/deep/c.md": Counter(cy=20, bo=15, ada=5),
    "lib/setup.py": Counter(bo=1),
}


def test_collaboration_weighs_files_by_their_lines() -> None:
    """1 minus (30 + 20 + 20 + 1) of 101 lines; half of the files have two authors."""
    assert collaboration(LINES) == pytest.approx(1 - 71 / 101)
    assert shared_files(LINES) == 0.5
    assert collaboration({"a": Counter(ada=5), "b": Counter(bo=9)}) == 0
    assert collaboration({}) is None and shared_files({}) is None


def test_areas_are_the_top_folders_of_the_project() -> None:
    """Each folder has its top share, people, files and lines; files in none are ./"""
    found = areas(LINES, "lib")
    assert [(one.name, one.top_share, one.people, one.files, one.lines) for one in found] == [
        ("src/", 50 / 60, 2, 2, 60),
        ("docs/", 20 / 40, 3, 1, 40),
        ("./", 1.0, 1, 1, 1),
    ]
    many = {f"d{number:02}/x": Counter(ada=1) for number in range(30)}
    assert [one.name for one in areas(many)] == [f"d{number:02}/" for number in range(AREAS)]
