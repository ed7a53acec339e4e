"""Since when an entry could be used, and by which projects."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from maestro.catalog.load import load_catalog
from maestro.governance.changes import Touched, change_findings
from maestro.learning.reuse import Begun
from maestro.pipeline.chances import chances_of
from tests.acceptance.cases import HEALTHY, write_tree

FEATURES = "catalog/feature_pipelines/churn-features.yaml"
PROJECT = HEALTHY["projects/churn-2025/project.yaml"]
TEMPLATE = (
    "version: 1.0.0\ndescription: A model ready to be trained on churn.\nowner: growth\n"
    "source: {git: 'https://git.example.org/growth/churn', path: gbm.py}\n"
    "task: tabular-classification\n"
)


def added(path: str, at: str, status: str = "A") -> Touched:
    """A commit that touched a record."""
    return Touched("c" * 40, at, status, "feature_pipelines", "churn-features", path)


def test_the_first_day_is_of_history_else_of_the_record(tmp_path: Path) -> None:
    """``history:`` says it, else the first commit that added the file, else nobody does."""
    write_tree(tmp_path, {**HEALTHY, "catalog/model_templates/churn-gbm.yaml": TEMPLATE})
    touched = [
        added(FEATURES, "2025-05-01T08:00:00Z"),
        added(FEATURES, "2025-02-09T23:00:00Z"),
        added(FEATURES, "2025-01-01T08:00:00Z", "M"),
        added("catalog/datasets/billing-events.yaml", "2024-01-01T08:00:00Z"),
    ]
    changes = change_findings(touched, as_of="2026-01-01T00:00:00Z")
    offers = chances_of(load_catalog(tmp_path), changes, date(2026, 1, 1)).offers
    assert offers["billing-events"].since == date(2025, 1, 3)
    assert offers["churn-features"].since == date(2025, 2, 9)
    assert offers["churn-gbm"].since is None
    assert offers["churn-gbm"].classes == ("tabular-classification",)
    assert offers["churn-features"].classes == ()


def test_planned_and_coming_projects_had_no_chance(tmp_path: Path) -> None:
    """Only what has begun by the day of the build could have used anything."""
    write_tree(tmp_path, {
        **HEALTHY,
        "projects/later/project.yaml": PROJECT.replace("2025-02-01", "2026-02-01"),
        "projects/planned/project.yaml": PROJECT.replace("status: active", "status: planned"),
    })  # fmt: skip
    begun = chances_of(load_catalog(tmp_path), (), date(2026, 1, 1)).begun
    assert begun == {"churn-2025": Begun(date(2025, 2, 1), "tabular-classification")}
