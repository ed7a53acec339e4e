"""Short ways to write records for tests of likeness, and the distance once more, by hand."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from maestro.learning.similarity import Item, describe
from maestro.schema import ARTIFACTS

from .rows import project


@dataclass(frozen=True)
class Entry:
    """What similarity needs of an entry of the catalog."""

    name: str
    kind: str
    path: str
    record: Any
    prose: str = ""


def piece(name: str, kind: str = "feature_pipelines", prose: str = "", **fields: Any) -> Entry:
    """An artifact; its description is without a word of any other unless one is given."""
    plain = name.replace("-", "")
    record = {
        "version": "1.0.0",
        "description": f"{plain}one {plain}two {plain}three",
        "owner": "growth",
        "source": {"path": "a.py"},
        **fields,
    }
    made = ARTIFACTS[kind].model_validate(record)
    return Entry(name, kind, f"catalog/{kind}/{name}.yaml", made, prose)


def work(name: str, prose: str = "", **fields: Any) -> Entry:
    """A finished project."""
    return Entry(name, "projects", f"projects/{name}/project.yaml", project(**fields), prose)


def ports(*names: str, of: str | None = None) -> list[dict[str, str]]:
    """Columns of these names, all of one type or of none."""
    return [{"name": name, **({"type": of} if of else {})} for name in names]


def items(*entries: Entry) -> list[Item]:
    """What is compared of each."""
    return [describe(entry) for entry in entries]


def by_subject(findings: Any, kind: str = "similarity") -> Mapping[str, Any]:
    """Subject to finding, of one kind."""
    return {finding.subject: finding for finding in findings if finding.kind == kind}
