"""The tree under construction: it shares files with the published one and never writes into it."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from maestro.errors import MaestroError
from maestro.publishing.assembly.docs import docs_tree
from maestro.publishing.assembly.generator import walk
from maestro.publishing.assembly.tree import Mark, Tree
from maestro.publishing.site import build_site

from .conftest import Built


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    """A tree whose predecessor holds one file."""
    for name in ("new", "old"):
        (tmp_path / name).mkdir()
    (tmp_path / "old" / "a.js").write_bytes(b"live")
    return Tree(tmp_path / "new", tmp_path / "old")


def _mark(tree: Tree) -> Mark:
    found = (tree.before / "a.js").stat()
    return Mark(found.st_size, found.st_mtime_ns)


@pytest.mark.parametrize(
    "first",
    [
        lambda tree: tree.put("a.js", b"live"),
        lambda tree: tree.put("a.js", b"first"),
        lambda tree: tree.keep("a.js", _mark(tree)),
        lambda tree: (tree.folder / "a.js").hardlink_to(tree.before / "a.js"),
    ],
)
@pytest.mark.parametrize("second", [b"other", b"live"])
def test_a_path_is_put_once(tree: Tree, first: Callable[[Tree], object], second: bytes) -> None:
    """A second file of one name is refused, and the published one stays as it was."""
    first(tree)
    there = (tree.folder / "a.js").read_bytes()
    with pytest.raises(MaestroError, match=r'called "a\.js"') as caught:
        tree.put("a.js", second)
    assert caught.value.code == "T005"
    assert (tree.before / "a.js").read_bytes() == b"live"
    assert (tree.folder / "a.js").read_bytes() == there


def test_what_is_no_plain_file_is_neither_read_nor_waited_for(tree: Tree) -> None:
    """Where somebody put a pipe or a link, the file is written anew."""
    (tree.before / "link.js").symlink_to("a.js")
    os.mkfifo(tree.before / "pipe.js")
    for name in ("pipe.js", "link.js"):
        assert tree.read(name, _mark(tree)) is None
        tree.put(name, b"live")
        assert (tree.folder / name).read_bytes() == b"live"
        assert not (tree.folder / name).is_symlink()
    assert tree.written == 2


def test_a_file_that_was_touched_is_not_taken_over(tree: Tree) -> None:
    """Only a file that is as the build left it is read for the next."""
    mark = _mark(tree)
    assert tree.read("a.js", mark) == b"live"
    assert tree.read("a.js", Mark(mark.size, mark.time + 1)) is None
    assert tree.read("gone.js", mark) is None


def test_no_hand_written_file_takes_the_place_of_a_generated_one(
    built: Built, tmp_path: Path
) -> None:
    """Whatever the build itself puts into the tree, a file in site/ of that name is left out."""
    shells = next((built.work / "shells").glob("*/site"))
    made = set(walk(built.site)) - set(walk(shells))
    assert "planner/data.js" in made
    names = {path.replace(".html", ".md") for path in made} | {"index.md", "planner/index.md"}
    names |= {"Library/x.js", "teams/growth/x.json", "operations/x.md", "models/none.md"}
    for name in names:
        file = tmp_path / "site" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text("# Mine\n", encoding="utf-8")
    (tmp_path / "site" / "about.md").write_text("# About us\n", encoding="utf-8")
    settings = built.library.catalog.settings
    tree = docs_tree(tmp_path, settings, {}, built.places.guides)
    assert set(tree.ignored) == names
    assert "about.md" in tree.files


def test_a_build_that_stops_leaves_the_published_files_as_they_were(
    built: Built, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Even when a hand-written file takes a generated place, what is published is not touched."""
    site, name = tmp_path / "out", "planner/data.js"
    build_site(built.library, site, tmp_path / "work", places=built.places)
    before = (site / name).read_bytes()
    mine = built.library.catalog.root / "site" / name
    mine.parent.mkdir(parents=True)
    try:
        mine.write_bytes(before)
        report = build_site(built.library, site, tmp_path / "work", places=built.places)
        assert report.ignored == (name,)
        monkeypatch.setattr("maestro.publishing.assembly.docs._RESERVED", ("api/",))
        monkeypatch.setattr("maestro.publishing.overviews.planner.script", lambda _: b"other\n")
        with pytest.raises(MaestroError, match="two files"):
            build_site(built.library, site, tmp_path / "work", places=built.places)
    finally:
        mine.unlink()
        mine.parent.rmdir()
        mine.parent.parent.rmdir()
    assert (site / name).read_bytes() == before
