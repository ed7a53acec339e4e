"""The page of dependencies and pyproject.toml name the same packages."""

from __future__ import annotations

import re
import tomllib

from .pages import ROOT, text_of

PAGE = "site/guides/dependencies.md"


def declared() -> dict[str, set[str]]:
    """Section of the page to the packages that pyproject.toml declares for it."""
    data = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    project = data["project"]
    extras = project["optional-dependencies"]
    tests = [*extras.pop("test"), *extras.pop("lint"), *data["build-system"]["requires"]]
    return {
        "Needed": names(project["dependencies"]),
        "Optional": names([item for items in extras.values() for item in items]),
        "For tests": names(tests),
    }


def names(requirements: list[str]) -> set[str]:
    """The packages of requirements, without this project itself."""
    found = {re.match(r"[\w.-]+", item)[0].lower() for item in requirements}  # type: ignore[index]
    return found - {"maestro-library"}


def listed(section: str) -> list[str]:
    """The packages in the table of a section, in order."""
    text = text_of(PAGE).split(f"\n## {section}\n")[1].split("\n## ")[0]
    rows = [line for line in text.splitlines() if line.startswith("| `")]
    column = 1 if section == "Optional" else 0
    return [re.findall(r"`([^`]+)`", row)[column] for row in rows]


def test_every_dependency_has_a_line() -> None:
    """Every package of pyproject.toml has one line in its section, and no other package has."""
    for section, packages in declared().items():
        assert sorted(listed(section)) == sorted(packages), section


def test_every_line_says_what_for() -> None:
    """No cell of the tables is empty."""
    rows = [line for line in text_of(PAGE).splitlines() if line.startswith("| `")]
    assert rows and all(cell.strip() for row in rows for cell in row.strip("|").split("|"))
