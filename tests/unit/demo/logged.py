"""A simulated organisation's CI records, read back through the store."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from maestro.demo.ci_events import Past
from maestro.demo.ci_store import ci_files
from maestro.demo.practice import Practice, practice_of
from maestro.demo.repositories import project_history
from maestro.demo.simulator import World
from maestro.mining.base import Tables
from maestro.mining.ci.store import load
from maestro.schema.facts import columns


@dataclass(frozen=True)
class Logs:
    """What one project's CI logged, and what is true of it."""

    index: int
    practice: Practice
    tables: Tables

    def records(self, kind: str) -> list[dict[str, Any]]:
        """The rows of one kind by column."""
        names = columns(kind)
        return [dict(zip(names, row, strict=True)) for row in self.tables.get(kind, [])]


def put(folder: Path, files: Mapping[str, bytes]) -> None:
    """Write files below a folder."""
    for path, content in files.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_bytes(content)


def past_of(world: World, index: int) -> Past:
    """The history of one project, as its CI knows it."""
    return Past.of(project_history(world, index))


def logs_of(world: World, data: Path) -> list[Logs]:
    """Every project with a CI, its records written below ``data`` and read by the store."""
    found = []
    for index in range(len(world.projects)):
        practice = practice_of(world, index)
        if practice is None:
            continue
        put(data, ci_files(world, index, past_of(world, index)))
        folder = f"{practice.provider}/{practice.project.replace('/', '__')}"
        reading = load(data, folder)
        assert not reading.refused and not reading.unknown, folder
        found.append(Logs(index, practice, reading.tables))
    return found


def agrees(seen: float, expected: float, spread: float) -> bool:
    """Within four standard deviations: wrong once in 16,000 tries of a right simulator."""
    return math.isclose(seen, expected, rel_tol=0, abs_tol=4 * spread)
