"""What one process keeps between runs gives what a process without it would compute."""

from __future__ import annotations

import os
from pathlib import Path
from types import SimpleNamespace
from typing import Any, cast

from maestro.engine.cache import Cache
from maestro.pipeline.kept import Kept
from maestro.pipeline.remembered import Remembered
from maestro.schema.findings import Finding


def _finding(subject: str) -> Finding:
    return Finding(kind="reuse", subject=subject, as_of="2026-11-21T08:00:00Z", method="test")


def _stages(cache: Cache, kept: Kept, *, is_draft: bool = False) -> Remembered:
    moment = SimpleNamespace(iso="2026-11-21T08:00:00Z", seconds=1_795_248_000, commit="")
    inputs = cast("Any", SimpleNamespace(moment=moment))
    return Remembered(inputs, cache, lambda text: None, is_draft=is_draft, kept=kept)


def test_a_result_is_known_by_its_key_until_it_is_forgotten() -> None:
    """Another key or stage knows nothing, what is handed out is a list of its own, keys go."""
    kept, found = Kept(), [_finding("a")]
    kept.note("learn", "one", found)
    for known in (kept.result("learn", "one"), kept.latest("learn")):
        assert known == [_finding("a")]
        known.clear()
    assert kept.result("learn", "one") == [_finding("a")]
    assert kept.result("learn", "two") is None and kept.result("past", "one") is None
    kept.keep_only("learn", {"two"})
    assert kept.result("learn", "one") is None


def test_a_file_is_read_again_when_it_was_touched(tmp_path: Path) -> None:
    """The same size and time do not hide another content; a missing file says so."""
    file, kept = tmp_path / "runs.jsonl", Kept()
    file.write_bytes(b"one")
    about = file.stat()
    # sha256sum of the three letters.
    one = "7692c3ad3540bb803c020b3aee66cd8887123234ea0c6e7143c0add73ff431ed"
    assert kept.content(file) == kept.content(file) == one
    fresh = tmp_path / "fresh"
    fresh.write_bytes(b"two")
    os.utime(fresh, ns=(about.st_atime_ns, about.st_mtime_ns))
    fresh.replace(file)
    two = "3fc4ccfe745870e2c0d99f71f30ff0656c8dedd41cc1d7d3d376b0dbe685e2f3"
    assert kept.content(file) == two
    file.unlink()
    assert kept.content(file) == "No such file or directory"


def test_a_file_rewritten_in_place_is_read_again(tmp_path: Path) -> None:
    """Neither the same file nor its size nor a time that was set back hides another content."""
    file, kept = tmp_path / "runs.jsonl", Kept()
    file.write_bytes(b"one")
    about = file.stat()
    one = kept.content(file)
    file.write_bytes(b"two")
    os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    while (now := file.stat()).st_ctime_ns == about.st_ctime_ns:  # The system's clock is coarse.
        os.utime(file, ns=(about.st_atime_ns, about.st_mtime_ns))
    assert (now.st_ino, now.st_size, now.st_mtime_ns) == (
        about.st_ino,
        about.st_size,
        about.st_mtime_ns,
    )
    assert kept.content(file) != one


def test_something_is_made_once_for_the_same_parts() -> None:
    """Other parts make it again, and the same ones do not, under each name of its own."""
    made: list[str] = []
    kept = Kept()
    for name, parts in (("a", [1]), ("a", [1]), ("a", [2]), ("b", [2]), ("a", [2])):
        kept.once(name, parts, lambda name=name, parts=parts: made.append(f"{name}{parts}"))
    assert made == ["a[1]", "a[2]", "b[2]"]


def test_what_is_kept_is_not_read_again(tmp_path: Path) -> None:
    """A second run takes a result from memory though its file is gone; one without memory not."""
    cache, kept = Cache(tmp_path / "cache"), Kept()
    first = _stages(cache, kept).cached("learn", [1], lambda: [_finding("a")])
    for path in (tmp_path / "cache").glob("*.json"):
        path.unlink()
    again = _stages(cache, kept).cached("learn", [1], lambda: [_finding("wrong")])
    assert again == first == [_finding("a")]
    assert cache.hits == 1
    made = _stages(cache, Kept()).cached("learn", [1], lambda: [_finding("b")])
    assert made == [_finding("b")]


def test_a_draft_is_behind_with_what_is_kept_too(tmp_path: Path) -> None:
    """For parts that are new, a draft takes what was found last and says so; a run computes."""
    cache, kept = Cache(tmp_path / "cache"), Kept()
    _stages(cache, kept).cached("learn", [1], lambda: [_finding("a")])
    draft = _stages(cache, kept, is_draft=True)
    assert draft.cached("learn", [2], lambda: [_finding("b")]) == [_finding("a")]
    assert draft.is_behind
    whole = _stages(cache, kept)
    assert whole.cached("learn", [2], lambda: [_finding("b")]) == [_finding("b")]
    assert not whole.is_behind
