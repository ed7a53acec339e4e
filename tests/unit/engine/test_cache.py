"""The cache: whatever happens to its files, a payload is the right one or none."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from maestro.engine.cache import Cache, digest, remove_unfinished, write_atomic

PLAIN = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53), 2**53) | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=12,
)


@given(payload=PLAIN.filter(lambda value: value is not None))
def test_what_is_stored_comes_back(
    payload: object, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """Any plain data comes back as it was."""
    cache = Cache(tmp_path_factory.mktemp("cache") / "inside")
    cache.put("kind", "key", payload)
    assert cache.get("kind", "key") == payload


@pytest.mark.parametrize("position", range(0, 100, 9))
def test_one_changed_byte_is_noticed(position: int, tmp_path: Path) -> None:
    """A flipped bit anywhere in a file makes it a file that is not there."""
    cache = Cache(tmp_path / "cache")
    cache.put("kind", "key", {"value": list(range(20))})
    path = next((tmp_path / "cache").glob("kind-*.json"))
    data = bytearray(path.read_bytes())
    data[position * len(data) // 100] ^= 1
    path.write_bytes(bytes(data))
    assert cache.get("kind", "key") is None


def test_a_payload_under_another_key_is_not_taken(tmp_path: Path) -> None:
    """Two files that change places are both missing."""
    cache = Cache(tmp_path / "cache")
    cache.put("kind", "one", 1)
    cache.put("kind", "two", 2)
    one, two = sorted((tmp_path / "cache").glob("kind-*.json"))
    first, second = one.read_bytes(), two.read_bytes()
    one.write_bytes(second)
    two.write_bytes(first)
    assert cache.get("kind", "one") is None and cache.get("kind", "two") is None


def test_without_a_folder_nothing_is_kept() -> None:
    """A cache without a folder forgets, and says so by giving nothing."""
    cache = Cache(None)
    cache.put("kind", "key", 1)
    assert cache.get("kind", "key") is None


def test_only_what_is_wanted_stays(tmp_path: Path) -> None:
    """Results of earlier inputs are dropped, those of other kinds are not."""
    cache = Cache(tmp_path / "cache")
    for kind, key in (("a", "1"), ("a", "2"), ("b", "1")):
        cache.put(kind, key, f"{kind}{key}")
    cache.keep_only("a", {"2"})
    assert cache.get("a", "1") is None
    assert (cache.get("a", "2"), cache.get("b", "1")) == ("a2", "b1")


def test_the_work_folder_ignores_itself(tmp_path: Path) -> None:
    """git never sees the cache, whatever the user's own ignore file says."""
    Cache(tmp_path / ".maestro" / "cache").put("kind", "key", 1)
    assert (tmp_path / ".maestro" / ".gitignore").read_text() == "*\n"


def test_a_digest_does_not_depend_on_order_of_keys() -> None:
    """The same data has the same digest, other data another."""
    assert digest({"a": 1, "b": [2]}) == digest({"b": [2], "a": 1})
    assert digest([1, 2]) != digest([2, 1])
    assert digest("1") != digest(1)


def test_writing_leaves_no_other_file(tmp_path: Path) -> None:
    """After a write there is the file and nothing beside it, readable as the umask allows."""
    write_atomic(tmp_path / "folder" / "file", b"one")
    write_atomic(tmp_path / "folder" / "file", b"two")
    assert [path.name for path in (tmp_path / "folder").iterdir()] == ["file"]
    assert (tmp_path / "folder" / "file").read_bytes() == b"two"


def test_what_a_killed_write_left_is_removed(tmp_path: Path) -> None:
    """Files that were never finished go; finished ones, folders and other people's files stay."""
    write_atomic(tmp_path / "findings.json", b"{}")
    for name in (".findings.json.8t71zt9l", ".journal.json.a_b0c1d2"):
        (tmp_path / name).write_bytes(b"half")
    stay = {".journal.json.orig", ".notes.8t71zt9l", ".x.json.8t71zt9l.txt", "a.json.8t71zt9l"}
    for name in stay:
        (tmp_path / name).write_bytes(b"whole")
    (tmp_path / ".site.json.8t71zt9l").mkdir()
    remove_unfinished(tmp_path)
    remove_unfinished(tmp_path / "nowhere")
    left = {path.name for path in tmp_path.iterdir()}
    assert left == {"findings.json", ".site.json.8t71zt9l", *stay}


def test_a_write_that_is_cut_short_is_known_as_such(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The name that a file has while it is written is one that is removed."""

    def killed(handle: int, mode: str) -> None:
        raise SystemExit

    with monkeypatch.context() as patched:
        patched.setattr(Path, "unlink", lambda self, missing_ok=False: None)
        patched.setattr(os, "fdopen", killed)
        with pytest.raises(SystemExit):
            write_atomic(tmp_path / "findings.json", b"{}")
    assert len(list(tmp_path.iterdir())) == 1
    remove_unfinished(tmp_path)
    assert list(tmp_path.iterdir()) == []


def test_results_of_another_program_are_not_taken(tmp_path: Path) -> None:
    """A changed or newly installed program computes again: it may read the same bytes otherwise."""
    Cache(tmp_path / "cache", "old").put("records", "all", {"a": 1})
    assert Cache(tmp_path / "cache", "new").get("records", "all") is None
    assert Cache(tmp_path / "cache", "old").get("records", "all") == {"a": 1}


def test_the_latest_result_is_found_without_its_key(tmp_path: Path) -> None:
    """The one stored last is given whatever its key; damaged, foreign and other kinds are not."""
    folder = tmp_path / "cache"
    cache = Cache(folder, "now")
    assert cache.latest("learn") is None
    for age, (key, payload) in enumerate((("a", "old"), ("b", "new"))):
        cache.put("learn", key, payload)
        os.utime(folder / f"learn-{key}.json", (1_000 + age, 1_000 + age))
    cache.put("past", "c", "another kind")
    Cache(folder, "other").put("learn", "d", "another program")
    assert cache.latest("learn") == "new"
    (folder / "learn-b.json").write_bytes(b"[]\n")
    assert cache.latest("learn") == "old"
