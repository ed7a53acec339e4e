"""Records that pages show are good ones; the mistakes that they show are mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro import pipeline
from maestro.errors import Problem
from tests.acceptance.cases import HEALTHY, write_tree

from .pages import NAMES, Block, blocks

RECORDS = [block for page in NAMES for block in blocks(page) if block.path.endswith(".yaml")]


def check(block: Block, folder: Path) -> list[Problem]:
    """What the check says about a block's record in a small healthy library, with its page's."""
    beside = [other for other in blocks(block.page) if other.path and not other.is_wrong]
    shown = {other.path: other.text for other in [*beside, block]}
    write_tree(folder, {**HEALTHY, **shown})
    return pipeline.check(folder, pipeline.open_cache(folder, use=False)).problems


def place(block: Block) -> str:
    """Where a block stands, for the names of tests."""
    return block.place


def test_pages_show_records() -> None:
    """Every kind that a beginner writes is shown, in whole files with their path."""
    shown = {block.path.split("/")[0:2][-1] for block in RECORDS if not block.is_wrong}
    assert {"feature_pipelines", "datasets", "settings.yaml"} <= shown
    assert any(block.path.startswith("projects/") for block in RECORDS)


@pytest.mark.parametrize("page", NAMES)
def test_yaml_is_never_loose(page: str) -> None:
    """Every YAML block names the file it would be, so that the check can judge it."""
    loose = [b.place for b in blocks(page) if b.language == "yaml" and not b.path]
    assert loose == []


@pytest.mark.parametrize("block", [b for b in RECORDS if not b.is_wrong], ids=place)
def test_shown_records_pass_the_check(block: Block, tmp_path: Path) -> None:
    """A record that a page recommends has no error in a small healthy library."""
    errors = [problem for problem in check(block, tmp_path) if problem.severity == "error"]
    assert [f"{problem.place} {problem.message}" for problem in errors] == []


@pytest.mark.parametrize("block", [b for b in RECORDS if b.is_wrong], ids=place)
def test_shown_mistakes_are_mistakes(block: Block, tmp_path: Path) -> None:
    """A record that a page calls wrong has an error."""
    assert any(p.path == block.path and p.severity == "error" for p in check(block, tmp_path))
