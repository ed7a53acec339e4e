"""Drafts: a change is on its page at once, what was learned follows with the whole run."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from maestro.cli.reference import reference_pages
from maestro.pipeline.building import Built, Options, build

from .test_build import ENTRY, digests, library

__all__ = ["library"]


def _built(root: Path, *, is_draft: bool) -> Built:
    return build(root, Options(is_draft=is_draft, pages=reference_pages))


def _change(root: Path) -> None:
    text = (root / ENTRY).read_text(encoding="utf-8")
    (root / ENTRY).write_text(text.replace("Monthly", "Weekly"), encoding="utf-8")


def test_a_draft_shows_a_change_and_counts_as_no_run(library: Path) -> None:
    """The page says what the record says; findings and journal are those of the run before."""
    assert not _built(library, is_draft=False).is_behind
    names = ("findings.json", "journal.json")
    kept = {name: (library / "build" / name).read_bytes() for name in names}
    _change(library)
    done = _built(library, is_draft=True)
    assert done.is_behind and done.fresh
    page = (library / "build/site/library/churn-features.html").read_text("utf-8")
    assert "Weekly churn features" in page
    assert {name: (library / "build" / name).read_bytes() for name in kept} == kept


def test_the_run_after_a_draft_is_as_if_there_had_been_none(library: Path, tmp_path: Path) -> None:
    """The whole run does its work, and its site has the bytes of a site made from nothing."""
    _built(library, is_draft=False)
    _change(library)
    _built(library, is_draft=True)
    assert _built(library, is_draft=False).fresh
    there = digests(library / "build/site")
    for folder in ("build", ".maestro"):
        shutil.rmtree(library / folder)
    _built(library, is_draft=False)
    assert digests(library / "build/site") == there


def test_a_draft_with_nothing_to_go_by_is_a_whole_run(library: Path) -> None:
    """Without an earlier result the slow stages run, and the next build has nothing to do."""
    assert not _built(library, is_draft=True).is_behind
    assert not _built(library, is_draft=False).fresh


class Enough(Exception):
    """A newer change came."""


@pytest.mark.parametrize("stage", ["learn", "publish"])
def test_a_run_that_is_given_up_between_stages_leaves_all_as_it_was(
    library: Path, stage: str
) -> None:
    """Site, findings and journal stay; the next run does the whole work."""
    _built(library, is_draft=False)
    there = digests(library / "build")
    _change(library)

    def say(name: str) -> None:
        """Stop before one stage."""
        if name == stage:
            raise Enough

    with pytest.raises(Enough):
        build(library, Options(pages=reference_pages), say)
    assert digests(library / "build") == there
    done = _built(library, is_draft=False)
    assert done.fresh and not done.is_behind
