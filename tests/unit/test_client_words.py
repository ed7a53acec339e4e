"""What else values of facets are called: the client, and libraries that do not tell."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.client import Library, NotALibrary

from .test_client import written


def test_search_knows_other_words_where_the_library_tells_them(tmp_path: Path) -> None:
    """Aliases, and the library's licence where a record states none; a library published before
    they were told is searched by the values themselves."""
    columns = {
        "name": ["a-b", "c-d"],
        "description": ["One.", "Résumé of two."],
        "kind": ["datasets", "notebooks"],
        "license": [None, "MIT"],
        "classes": [["ranking"], []],
        "tags": [[], ["old_words"]],
    }
    said = {
        "classes": {"ranking": ["What comes first", "top-list"]},
        "license": {"": ["CC-BY-4.0"]},
    }

    def names(root: Path, words: str) -> list[str]:
        """Names that the words find."""
        return [row["name"] for row in Library(root).search(words)]

    catalog = {"catalog.json": {"columns": columns}}
    now = written(tmp_path / "now", {**catalog, "search.json": {"columns": {}, "spoken": said}})
    for words in ("comes", "list", "top-list one", "cc-by", "rank"):
        assert names(now, words) == ["a-b"], words
    assert names(now, "ikin") == names(now, "omes") == []
    for root in (
        written(tmp_path / "earlier", {**catalog, "search.json": {"columns": {}}}),
        written(tmp_path / "first", catalog),
    ):
        assert names(root, "comes") == []
        assert names(root, "rank") == ["a-b"]
        assert names(root, "RESUME words") == ["c-d"]
    for odd in (5, {"tags": 5}, {"tags": {"x": "y"}}, {"tags": {"x": [5]}}):
        root = written(tmp_path / "odd", {**catalog, "search.json": {"spoken": odd}})
        with pytest.raises(NotALibrary, match="damaged"):
            names(root, "comes")
