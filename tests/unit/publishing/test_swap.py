"""A new tree takes the old one's place at once, whatever a kill leaves behind."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.publishing.assembly import swap as swapping


def _tree(folder: Path, word: str) -> Path:
    folder.mkdir(parents=True)
    (folder / "index.html").write_text(word, encoding="utf-8")
    return folder


def _word(folder: Path) -> str:
    return (folder / "index.html").read_text(encoding="utf-8")


@pytest.mark.parametrize("can_exchange", [True, False])
def test_the_new_tree_takes_the_place(
    tmp_path: Path, can_exchange: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With and without the system call, the new tree stands there and nothing lies beside it."""
    if not can_exchange:
        monkeypatch.setattr(swapping, "exchange", lambda one, other: False)
    out = _tree(tmp_path / "site", "old")
    _tree(swapping.building(out), "new")
    swapping.swap(out)
    assert _word(out) == "new"
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_the_first_tree_needs_no_old_one(tmp_path: Path) -> None:
    """Where nothing was published yet, the new tree is simply put there."""
    out = tmp_path / "site"
    _tree(swapping.building(out), "new")
    swapping.swap(out)
    assert _word(out) == "new"


@pytest.mark.parametrize(
    ("left", "word"),
    [
        ({"site": "old", ".site.building": "half"}, "old"),
        ({"site": "old", ".site.new": "new"}, "old"),
        ({"site": "new", ".site.new": "old"}, "new"),
        ({".site.old": "old", ".site.new": "new"}, "new"),
        ({".site.old": "old"}, "old"),
        ({"site": "new", ".site.old": "old"}, "new"),
        ({".site.new": "new"}, "new"),
    ],
)
def test_every_half_done_swap_is_put_right(tmp_path: Path, left: dict[str, str], word: str) -> None:
    """From each state that a kill can leave, one whole tree comes back and the rest goes."""
    for name, text in left.items():
        _tree(tmp_path / name, text)
    out = tmp_path / "site"
    swapping.recover(out)
    assert _word(out) == word
    assert [path.name for path in tmp_path.iterdir()] == ["site"]


def test_recovery_before_the_first_build_does_nothing(tmp_path: Path) -> None:
    """An empty folder stays empty."""
    swapping.recover(tmp_path / "site")
    assert list(tmp_path.iterdir()) == []


def test_exchange_changes_places(tmp_path: Path) -> None:
    """Where the system can exchange two folders, both are whole afterwards."""
    one, other = _tree(tmp_path / "one", "1"), _tree(tmp_path / "other", "2")
    if not swapping.exchange(one, other):
        pytest.skip("this system cannot exchange two folders in one step")
    assert (_word(one), _word(other)) == ("2", "1")
