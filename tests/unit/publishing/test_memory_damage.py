"""What a build kept of its pages, damaged: nothing of it is used, and the build heals it."""

from __future__ import annotations

import copy
import hashlib
import json
import os
import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.publishing.assembly.generator import walk
from maestro.publishing.assembly.memory import Later, Memory
from maestro.publishing.assembly.traced import Answers
from maestro.publishing.library import Shelf
from maestro.publishing.site import SiteReport, build_site

from .conftest import Built

ODD: tuple[Any, ...] = (None, True, -1, 10**30, 2.5, "", "x", "AAAA", [], [1], [[]], {}, {"x": 1})


def _build(built: Built, folder: Path) -> SiteReport:
    work = folder.parent / "work"
    if not work.exists():
        shutil.copytree(built.work, work, ignore=shutil.ignore_patterns("pages.json"))
    return build_site(built.library, folder, work, places=built.places)


def _make(*_: object) -> None:
    """It is never called."""


def _parts(file: Path) -> list[Any]:
    """The lines of a memory as data, without the digest that ends it."""
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()[:-1]]


def _put(file: Path, parts: list[Any], *, is_sealed: bool = False) -> None:
    text = "".join(json.dumps(part, separators=(",", ":")) + "\n" for part in parts)
    seal = hashlib.sha256(text.encode() if is_sealed else b"").hexdigest()
    file.write_text(f'{text}"{seal}"', encoding="utf-8")


def _places(value: Any, place: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to values in data; of long lists and tables the first few."""
    found = [place]
    rows = list(value.items())[:5] if isinstance(value, dict) else []
    rows = list(enumerate(value))[:5] if isinstance(value, list) else rows
    for key, inner in rows:
        found += _places(inner, (*place, key))
    return found


@pytest.mark.parametrize(
    "bad",
    [
        lambda parts: [*parts[:3], [], parts[4]],
        lambda parts: [*parts[:4], None],
        lambda parts: [*parts[:4], {}],
        lambda parts: [parts[0], None, None, None, None],
        lambda parts: parts[:1],
        lambda parts: [*parts[:3], {name: [] for name in parts[3]}, parts[4]],
    ],
)
def test_a_build_heals_a_damaged_memory(built: Built, tmp_path: Path, bad: Any) -> None:
    """With rows, ties or lists of another shape all pages are made anew, and kept thereafter."""
    first = _build(built, tmp_path / "site")
    memory = tmp_path / "work" / "pages.json"
    good = memory.read_bytes()
    assert _build(built, tmp_path / "site").made == 0
    _put(memory, bad(_parts(memory)))
    again = _build(built, tmp_path / "site")
    assert (again.made, again.written, again.links) == (first.made, 0, first.links)
    assert len(memory.read_bytes()) == len(good)
    assert _build(built, tmp_path / "site").made == 0


def _folder(place: Path) -> None:
    place.unlink(missing_ok=True)
    (place / "inner").mkdir(parents=True)


def _pipe(place: Path) -> None:
    place.unlink(missing_ok=True)
    os.mkfifo(place)


def _link(place: Path) -> None:
    precious = place.with_name("precious")
    precious.write_text("precious", encoding="utf-8")
    place.unlink(missing_ok=True)
    place.symlink_to(precious)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("put", [_folder, _pipe, _link])
@pytest.mark.parametrize("name", ["pages.json", "pages.new"])
def test_a_memory_that_is_no_file_counts_as_missing(
    built: Built, tmp_path: Path, name: str, put: Callable[[Path], None]
) -> None:
    """A folder, a pipe or a link in its place: the build is done, leads nowhere, and heals it."""
    first = _build(built, tmp_path / "site")
    put(tmp_path / "work" / name)
    again = _build(built, tmp_path / "site")
    assert (again.made, again.written) == (first.made if name == "pages.json" else 0, 0)
    assert _build(built, tmp_path / "site").made == 0
    precious = tmp_path / "work" / "precious"
    assert not precious.exists() or precious.read_text(encoding="utf-8") == "precious"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_work_folder_in_disorder_is_put_in_order(built: Built, tmp_path: Path) -> None:
    """Folders where files belong, files where folders belong, and pipes, are cleared away."""
    first = _build(built, tmp_path / "site")
    work = tmp_path / "work"
    docs = work / "docs"
    _folder(docs / "index.md")
    shutil.rmtree(docs / "library")
    (docs / "library").write_text("no folder", encoding="utf-8")
    (kept,) = (work / "shells").iterdir()
    _pipe(kept / "whole.json")
    (work / "shells" / "more").write_text("no folder", encoding="utf-8")
    places = replace(built.places, docs=docs)
    again = build_site(built.library, tmp_path / "site", work, places=places)
    assert (again.shells_reused, again.written) == (False, 0)
    assert [path.name for path in (work / "shells").iterdir()] == [kept.name]
    assert again.files == first.files
    shutil.rmtree(work / "shells")
    (work / "shells").write_text("no folder", encoding="utf-8")
    assert not build_site(built.library, tmp_path / "site", work, places=places).shells_reused


def test_no_page_is_kept_that_was_not_audited(built: Built, tmp_path: Path) -> None:
    """A page of which the audit knows nothing is made anew, and its links are counted."""
    first = _build(built, tmp_path / "site")
    memory = tmp_path / "work" / "pages.json"
    parts = _parts(memory)
    gone = sorted(parts[4]["pages"])[0]
    del parts[4]["pages"][gone]
    _put(memory, parts, is_sealed=True)
    again = _build(built, tmp_path / "site")
    assert (again.made, again.written, again.links) == (1, 0, first.links)
    _put(memory, [*parts[:4], {}], is_sealed=True)
    again = _build(built, tmp_path / "site")
    pages = sum(path.endswith(".html") for path in parts[3])
    assert (again.made, again.written, again.links) == (pages, 0, first.links)


@pytest.fixture(scope="module")
def memory(built: Built, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a build of the sample library alone kept."""
    folder = tmp_path_factory.mktemp("memory")
    _build(built, folder / "site")
    return folder / "work" / "pages.json"


@settings(max_examples=80, deadline=None)
@given(data=st.data())
def test_whatever_is_damaged_counts_as_missing(
    built: Built, memory: Path, data: st.DataObject
) -> None:
    """Any value replaced, any byte changed, any end cut off: nothing is taken from it."""
    good = memory.read_bytes()
    key = json.loads(good.splitlines()[0])
    bad = memory.with_name("damaged.json")
    way = data.draw(st.sampled_from(["value", "byte", "cut", "deep", "bytes"]))
    if way == "value":
        parts = _parts(memory)
        *way_in, last = data.draw(st.sampled_from(_places(parts)[1:]))
        place: Any = parts
        for step in way_in:
            place = place[step]
        old, new = place[last], copy.deepcopy(data.draw(st.sampled_from(ODD)))
        place[last] = [old] if json.dumps(new) == json.dumps(old) else new
        _put(bad, parts)
    elif way == "byte":
        at = data.draw(st.integers(0, len(good) - 1))
        bad.write_bytes(good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :])
    elif way == "cut":
        bad.write_bytes(good[: data.draw(st.integers(0, len(good) - 1))])
    elif way == "deep":
        bad.write_bytes(json.dumps(key).encode() + b"\n" + b"[" * 100_000)
    else:
        bad.write_bytes(data.draw(st.binary(max_size=50)))
    kept = Memory(key, Answers(Shelf(built.library)), bad)
    assert kept.ties == {}
    pages = [Later(path, "", _make) for path in walk(built.site)]
    assert all(kept.recall(page) is None for page in pages)


def test_what_is_whole_is_used(built: Built, memory: Path) -> None:
    """The memory that the build left, untouched, knows its pages."""
    key = json.loads(memory.read_bytes().splitlines()[0])
    kept = Memory(key, Answers(Shelf(built.library)), memory)
    assert kept.ties
    entry = built.library.catalog.entries["churn-features"]
    assert kept.recall(Later("library/churn-features.html", entry, _make)) is not None
