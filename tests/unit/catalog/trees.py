"""Small catalog repositories for the tests of this folder."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from maestro.catalog.load import Catalog, load_catalog

BASE = {
    "catalog/settings.yaml": "title: Test library\nformat: 1\n",
    "catalog/owners.yaml": "teams:\n  growth:\n    members: [ann, bob]\n  risk: {}\n",
    "catalog/taxonomy.yaml": (
        "problem_classes:\n"
        "  tabular-classification:\n    aliases: [classification]\n"
        "  forecasting:\n"
        "tags:\n"
        "  churn:\n    aliases: [Customer Attrition, attrition]\n"
        "  time-series:\n"
        "  tabular:\n"
        "personas:\n  data-scientist:\n    aliases: [DS]\n"
        "domains:\n  retail:\n"
    ),
}


def write_tree(root: Path, files: Mapping[str, str | bytes]) -> Path:
    """A catalog repository at ``root``: the base files, and ``files`` over them."""
    for path, text in {**BASE, **files}.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return root


def load_tree(root: Path, files: Mapping[str, str | bytes]) -> Catalog:
    """The same, loaded; faulty records are the test's business."""
    return load_catalog(write_tree(root, files))


def artifact(version: str = "1.0.0", more: str = "", description: str = "") -> str:
    """A valid artifact record with ``more`` lines at its end."""
    description = description or "Some piece of work that can be used again."
    head = f"version: {version}\ndescription: {description}\nowner: growth\n"
    return f"{head}source: {{path: README.md}}\n{more}"


def card(more: str = "") -> str:
    """A valid model card without trained_on, which ``more`` must give."""
    return (
        "version: 1.0.0\ndescription: Tells who is about to leave us.\nowner: growth\n"
        "task: tabular-classification\nintended_use: To call people before they leave.\n"
        "metrics:\n- {dataset: base-data@1.0.0, metric: auc, value: 0.8}\n" + more
    )


def project(more: str = "") -> str:
    """A valid project record."""
    return (
        "description: Keeps people from leaving us too soon.\nowner: risk\n"
        "problem_class: tabular-classification\ncomplexity: 3\nteam: {size: 2}\n"
        "started: 2024-01-01\nstatus: active\n" + more
    )
