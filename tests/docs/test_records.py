"""Records that pages show are good ones; the mistakes that they show are mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro import pipeline
from maestro.catalog.ladder import missing
from maestro.catalog.load import load_catalog
from maestro.errors import Problem
from tests.acceptance.cases import HEALTHY, write_tree

from .pages import NAMES, Block, blocks, text_of

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


@pytest.mark.parametrize("status", ["beta", "stable"])
def test_the_ladder_is_that_of_the_check(status: str, tmp_path: Path) -> None:
    """What the check asks of a bare entry at each step stands in the guide's table."""
    card = (
        "version: 1.0.0\ndescription: Tells who is about to leave.\nowner: growth\n"
        "task: tabular-classification\ntrained_on: [billing-events@1.2.0]\n"
        "intended_use: Weekly lists.\n"
        "metrics: [{dataset: billing-events@1.2.0, metric: auc, value: 0.8}]\n"
    )
    bare = {
        "feature_pipelines/churn-features": HEALTHY[
            "catalog/feature_pipelines/churn-features.yaml"
        ],
        "datasets/billing-events": HEALTHY["catalog/datasets/billing-events.yaml"],
        "model_cards/churn-model": card,
    }
    shown = {f"catalog/{name}.yaml": f"{text}status: {status}\n" for name, text in bare.items()}
    write_tree(tmp_path, {**HEALTHY, **shown})
    entries = load_catalog(tmp_path).entries
    asked = {
        entry.kind: [rung.field for rung in missing(entry, status)] for entry in entries.values()
    }
    page = text_of("site/guides/add-an-entry.md").splitlines()
    rows = [row.strip("| ").split(" | ") for row in page if row.startswith("| ")]
    cells = {row[0]: row[1:] for row in rows}
    steps = [cells["beta"]] + ([cells["stable"]] if status == "stable" else [])
    artifact, dataset, model = (", ".join(step[i] for step in steps) for i in range(3))
    assert all(word in artifact for word in asked["feature_pipelines"])
    assert all(word in f"{artifact}, {dataset}" for word in asked["datasets"])
    assert all(word in model for word in asked["model_cards"])
    assert len(asked["model_cards"]) == model.count(",") + 1
