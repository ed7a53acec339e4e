"""A fault that only follows from the faults of another file names that file."""

from __future__ import annotations

from pathlib import Path

from maestro.catalog.checks import check_catalog
from maestro.catalog.load import load_catalog
from maestro.pipeline.checking import check, open_cache

from .trees import artifact, card, project, write_tree

BROKEN = "catalog/datasets/base-data.yaml"
PROJECT = "projects/offers/project.yaml"
FEATURES = "catalog/feature_pipelines/offer-features.yaml"
CARD = "catalog/model_cards/offer-model.yaml"
FILES = {
    BROKEN: "version: 1.10\n",
    FEATURES: artifact(more="uses: [base-data@1.0.0, nowhere@1.0.0]\n"),
    PROJECT: project("uses: [{artifact: base-data@1.0.0}]\n").replace(
        "complexity: 3", "complex: 3"
    ),
    CARD: card("trained_on: [base-data@1.0.0]\nproject: offers\n"),
}
WANTED = {
    (FEATURES, "L001", "base-data@1.0.0"): BROKEN,
    (FEATURES, "L001", "nowhere@1.0.0"): "",
    (PROJECT, "L001", "base-data@1.0.0"): BROKEN,
    (CARD, "L001", "base-data@1.0.0"): BROKEN,
    (CARD, "L008", "project"): PROJECT,
}


def test_a_fault_names_the_file_it_follows_from(tmp_path: Path) -> None:
    """References to a broken entry and to a broken project do; one to nothing has no cause."""
    found = check_catalog(load_catalog(write_tree(tmp_path, FILES)))
    causes = {
        (one.path, one.code, one.message.split(" ")[0]): one.cause
        for one in found
        if one.code in ("L001", "L008")
    }
    assert causes == WANTED


def test_the_cache_keeps_causes(tmp_path: Path) -> None:
    """The answer that a second check gives from the cache has the same causes."""
    cache = open_cache(write_tree(tmp_path, FILES))
    first, second = check(tmp_path, cache), check(tmp_path, cache)
    assert (first.cached, second.cached) == (0, second.files)
    assert {one.cause for one in first.problems} == {"", BROKEN, PROJECT}
    assert second.problems == first.problems
