"""Example trees in one text file: files after ``=== path`` lines, then ``=== expect``.

A case stands on a small healthy library (:data:`HEALTHY`); a file of the case replaces or adds
one there, and an empty file removes it. Every line below ``=== expect`` is
``path:line:column: CODE`` of one problem; together they are all problems of the tree.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

HERE = Path(__file__).parent
NEGATIVE_FOLDER = HERE / "negative"

HEALTHY = {
    "catalog/settings.yaml": "title: Example library\nformat: 1\nlicense: MIT\n",
    "catalog/owners.yaml": ("teams:\n  growth: {members: [ana, ben]}\n  data: {members: [cleo]}\n"),
    "catalog/taxonomy.yaml": (
        "problem_classes:\n  tabular-classification: {aliases: [churn prediction]}\n"
        "tags:\n  churn:\n  tabular: {aliases: [tables]}\n"
        "domains:\n  telecom:\npersonas:\n  data-scientist:\n"
    ),
    "catalog/datasets/billing-events.yaml": (
        "version: 1.2.0\ndescription: Billing events of all customers, one row per event.\n"
        "owner: data\nsource: {git: 'https://git.example.org/data/billing', path: events}\n"
        "history:\n  - {version: 1.1.0, date: 2025-01-03}\n"
    ),
    "catalog/feature_pipelines/churn-features.yaml": (
        "version: 1.0.0\ndescription: Monthly churn features from billing events.\n"
        "owner: growth\nsource: {git: 'https://git.example.org/growth/churn', path: churn.py}\n"
        "uses: [billing-events@1.2.0]\n"
    ),
    "projects/churn-2025/project.yaml": (
        "description: Find customers who are about to leave.\nowner: growth\n"
        "problem_class: tabular-classification\ncomplexity: 4\nteam: {size: 3}\n"
        "started: 2025-02-01\nstatus: active\nuses:\n  - artifact: churn-features@1.0.0\n"
    ),
}


@dataclass(frozen=True)
class Case:
    """One example tree and the problems it must give."""

    name: str
    files: dict[str, str]
    expected: list[str]

    def write(self, root: Path) -> None:
        """Write the whole tree below ``root``."""
        write_tree(root, {**HEALTHY, **self.files})


def write_tree(root: Path, files: dict[str, str]) -> None:
    """Write text files below ``root``; an empty text leaves the file out."""
    for path, text in files.items():
        if text:
            target = root / path
            target.parent.mkdir(parents=True, exist_ok=True)
            target.write_bytes(text.encode("utf-8"))


def read_case(path: Path) -> Case:
    """The case that a file holds."""
    files: dict[str, str] = {}
    expected: list[str] = []
    current = ""
    for line in path.read_text(encoding="utf-8").splitlines(keepends=True):
        if line.startswith("=== "):
            current = line[4:].strip()
            files.setdefault(current, "")
        elif current == "expect":
            expected += [line.strip()] if line.strip() else []
        elif current:
            files[current] += line
    files.pop("expect", None)
    return Case(path.stem, files, expected)


def all_cases(folder: str) -> list[Case]:
    """Every case of a folder, by name."""
    return [read_case(path) for path in sorted((HERE / folder).glob("*.txt"))]
