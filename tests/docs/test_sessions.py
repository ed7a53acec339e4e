"""What pages show on a terminal is what the program says."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.acceptance.cases import HEALTHY, write_tree

from .sessions import fits, plain, play

STARTS = {
    "README.md": HEALTHY,
    "site/guides/start.md": {},
    "site/guides/add-an-entry.md": HEALTHY,
}
"""Page to the tree that its reader has before the first line."""


@pytest.mark.parametrize("page", STARTS)
def test_commands_answer_as_the_page_says(
    page: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Played from top to bottom, every command of the page gives the answer that is shown."""
    write_tree(tmp_path, STARTS[page])
    done = play(page, monkeypatch, tmp_path)
    assert done, f"{page} shows no commands"
    for said in done:
        claimed, found = plain(said.claimed), plain(said.found)
        assert fits(claimed, found), f"{said.place}: {said.command}\n" + "\n".join(found)


@pytest.mark.parametrize(
    ("claimed", "found", "expected"),
    [
        (["a", "b"], ["a", "b"], True),
        (["a", "b"], ["a"], False),
        (["a", "...", "z"], ["a", "b", "c", "z"], True),
        (["a", "...", "z"], ["a", "z"], True),
        (["a", "...", "z"], ["a", "b"], False),
        (["a", "...", "z"], ["b", "z"], False),
        (["..."], [], True),
    ],
)
def test_dots_stand_for_lines(claimed: list[str], found: list[str], expected: bool) -> None:
    """Three dots leave lines out and let nothing else through."""
    assert fits(claimed, found) is expected
