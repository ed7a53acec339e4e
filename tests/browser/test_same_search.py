"""The page of the Library, the command and the client find the same."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from selenium import webdriver

from maestro.cli.main import guarded
from maestro.client import Library

FIND = """
const { index, select } = self.maestroFacets;
const found = index(self.maestroCatalog);
return Object.fromEntries(arguments[0].map((words) => {
  const { rows } = select(found, { words, chosen: {}, sort: "name" });
  return [words, rows.map((row) => found.columns.name[row])];
}));
"""
WORDS = (
    *("churn", "fraud", "time series", "nlp", "value prediction", "tabular classification"),
    *("sim-elm", "stable", "data set", "MODELS", "MIT", "customer", "features demand"),
    *("atch", "data-scientist", "Päckage", "nothing-is-called-this"),
)
"""Aliases of classes, teams, statuses, kinds, the library's licence, tags, parts of words, and
words that are nowhere."""


@pytest.fixture(scope="module")
def shown(driver: webdriver.Chrome, tour: Path) -> dict[str, list[str]]:
    """What the page of a simulated library finds for each of the words."""
    driver.get(f"{(tour / 'build/site').as_uri()}/library/index.html")
    found: dict[str, list[str]] = driver.execute_script(FIND, list(WORDS))
    return found


def test_the_words_tell_something(shown: dict[str, list[str]]) -> None:
    """Most of the words find something, and not everything."""
    sizes = [len(names) for names in shown.values()]
    assert sum(0 < size < max(sizes) for size in sizes) >= 10
    assert len(shown["churn"]) > 5, "an alias of a class, of which no record says the word"


def test_the_client_finds_what_the_page_finds(tour: Path, shown: dict[str, list[str]]) -> None:
    """Each of the words brings the same names from Python."""
    library = Library(tour / "build/site")
    for words, names in shown.items():
        assert sorted(row["name"] for row in library.search(words)) == names, words


def test_the_command_finds_what_the_page_finds(
    tour: Path, shown: dict[str, list[str]], capsys: pytest.CaptureFixture[str]
) -> None:
    """Each of the words brings the same entries on the command line, and projects besides."""
    for words, names in shown.items():
        assert guarded(["search", "-C", str(tour), "--format", "json", *words.split()]) == 0
        found = [row for row in json.loads(capsys.readouterr().out) if row["kind"] != "projects"]
        assert sorted(row["name"] for row in found) == names, words
