"""The page of the design names the rooms that there are."""

from __future__ import annotations

import re

from .pages import ROOT, text_of


def test_the_rooms_are_those_of_the_program() -> None:
    """The table of rooms holds every file and folder below ``maestro/``, and nothing else."""
    parts = {
        path.stem
        for path in (ROOT / "maestro").iterdir()
        if path.suffix == ".py" or (path / "__init__.py").is_file()
    }
    table = text_of("site/guides/design.md").split("\n## The rooms\n")[1].split("\n## ")[0]
    rooms = re.findall(r"^\| `([a-z_]+)` \| \S", table, re.MULTILINE)
    assert sorted(rooms) == sorted(parts - {"__init__", "__main__"})


def test_planned_rooms_are_not_there_yet() -> None:
    """What the page calls planned does not exist."""
    planned = re.search(r"`(\w+)` is a planned room", text_of("site/guides/design.md"))
    assert planned
    assert not [*(ROOT / "maestro").glob(f"{planned[1]}*")]
