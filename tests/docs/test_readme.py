"""The README's first screen: two commands, the ones that the starter and CI know."""

from __future__ import annotations

import os
import runpy
from typing import Any

import pytest

from .pages import ROOT, blocks, commands, text_of


@pytest.fixture(scope="module")
def starter() -> dict[str, Any]:
    """The names of start.py; nothing of it is run."""
    return runpy.run_path(str(ROOT / "start.py"), run_name="starter")


def two_commands() -> list[list[str]]:
    """The commands of the README's first block."""
    return [words for line in blocks("README.md")[0].text.splitlines() for words in commands(line)]


def test_the_first_screen_has_exactly_two_commands() -> None:
    """The first block holds the two commands, each below a line that explains it."""
    lines = [line for line in blocks("README.md")[0].text.splitlines() if line]
    assert [line[:2] == "# " for line in lines] == [True, False, True, False]
    build, test = ["python3", "start.py", "build"], ["python3", "start.py", "test"]
    assert two_commands() == [build, test]
    assert text_of("README.md")[: text_of("README.md").index("```")].count("\n") <= 15


def test_the_starter_offers_them(starter: dict[str, Any]) -> None:
    """start.py names both, builds with maestro and tests with pytest."""
    for words in two_commands():
        assert " ".join(words) in starter["__doc__"]
    build, _ = starter["command"](["build"])
    test, folder = starter["command"](["test"])
    assert build[1:4] == ["-m", "maestro", "build"]
    assert test[1:3] == ["-m", "pytest"]
    assert folder == os.fspath(ROOT)


def test_ci_runs_the_second_one() -> None:
    """.ci/run ends with the README's test command."""
    last = (ROOT / ".ci" / "run").read_text(encoding="utf-8").strip().splitlines()[-1]
    assert last == 'exec "${PYTHON:-python3}" start.py test "$@"'


def test_python_versions_are_the_declared_ones() -> None:
    """README, guides and pyproject.toml name the same versions of Python."""
    declared = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    for version in ("3.11", "3.12", "3.13"):
        assert f'"Programming Language :: Python :: {version}"' in declared
    assert "Python :: 3.14" not in declared
    for page in ("README.md", "site/guides/start.md", "site/guides/dependencies.md"):
        assert "Python 3.11, 3.12 or 3.13" in text_of(page)
