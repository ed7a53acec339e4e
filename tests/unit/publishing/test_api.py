"""The static API: every document fits its schema, by a validator that is not ours."""

from __future__ import annotations

import json
from typing import Any

import pytest
from jsonschema import Draft202012Validator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from maestro.publishing.api import publish
from maestro.publishing.api.documents import DOCUMENTS
from maestro.publishing.library import Shelf
from maestro.schema import FORMAT, RECORDS

from . import sample
from .conftest import Built


def _load(built: Built, path: str) -> Any:
    return json.loads(built.page(f"api/v1/{path}"))


def _registry(built: Built) -> Registry[Any]:
    folder = built.site / "api" / "v1" / "schemas"
    pairs = [
        (
            f"https://library.invalid/schemas/{path.name}",
            Resource(json.loads(path.read_text(encoding="utf-8")), DRAFT202012),
        )
        for path in sorted(folder.glob("*.json"))
    ]
    return Registry().with_resources(pairs)


def _validator(built: Built, name: str) -> Draft202012Validator:
    schema = {"$ref": f"https://library.invalid/schemas/{name}.json"}
    return Draft202012Validator(schema, registry=_registry(built))


def _documents(built: Built) -> list[str]:
    root = built.site / "api" / "v1"
    return sorted(path.relative_to(root).as_posix() for path in root.rglob("*.json"))


def test_every_schema_is_a_schema(built: Built) -> None:
    """Records, the finding and all documents have a schema that is valid itself."""
    found = {path.removeprefix("schemas/")[:-5] for path in _documents(built) if "schemas/" in path}
    assert found == {*RECORDS, "finding", *DOCUMENTS}
    for name in found:
        Draft202012Validator.check_schema(_load(built, f"schemas/{name}.json"))


def test_records_and_findings_fit_their_own_schemas(built: Built) -> None:
    """What a file says fits the schema of its kind, and every detail one of the typed details."""
    for path in _documents(built):
        data = _load(built, path)
        if "record" in data:
            _validator(built, data["kind"]).validate(data["record"])
        for found in data.get("findings", []):
            _validator(built, "finding").validate(found)


def test_the_schema_is_strict(built: Built) -> None:
    """A document with a field too many or a finding with a foreign detail is refused."""
    data = _load(built, "findings/reuse.json")
    assert not _validator(built, "document-findings").is_valid(data | {"more": 1})
    data["findings"][0]["detail"] = {"what": 1}
    assert not _validator(built, "document-findings").is_valid(data)


def test_every_document_says_what_it_is_from(built: Built) -> None:
    """API version, record format, commit and its time stand in each document."""
    for path in _documents(built):
        data = _load(built, path)
        head = data.get("x-maestro", data)
        assert head["api"] == "1", path
        assert head["format"] == FORMAT, path
        assert head["commit"] == sample.COMMIT, path
        assert head["generated_at"] == sample.AT, path


def _canonical(data: Any) -> str:
    return json.dumps(data, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def test_bytes_are_canonical(built: Built) -> None:
    """Where a document is from stands first; then keys are sorted, the end is a line break, and no
    number is more exact than six digits."""
    firsts = ("api", "commit", "format", "generated_at")
    for path in _documents(built):
        text = built.page(f"api/v1/{path}")
        data = json.loads(text, parse_constant=pytest.fail)
        lead = {name: data.pop(name) for name in ("x-maestro", *firsts) if name in data}
        assert tuple(lead) in (firsts, ("x-maestro",)), path
        assert text == _canonical(lead)[:-1] + "," + _canonical(data)[1:] + "\n", path
    auc = next(
        f for f in _load(built, "findings/metric.json")["findings"] if f["detail"]["name"] == "auc"
    )
    assert auc["value"] == 0.831234


def test_findings_come_in_bounded_documents(built: Built, monkeypatch: pytest.MonkeyPatch) -> None:
    """Many findings of a kind are split; following ``next`` gives each of them once, in order."""
    monkeypatch.setattr(publish, "MOST_FINDINGS", 10)
    shelf = Shelf(built.library)
    made = {
        path.removeprefix("api/v1/"): json.loads(data)
        for path, data in publish.documents(shelf)
        if path.endswith(".json")
    }
    name, found = "findings/metric.json", []
    while name:
        page = made[name]
        assert len(page["findings"]) <= 10
        assert page["total"] == len(shelf.of_kind("metric"))
        found += page["findings"]
        name = page["next"]
    assert found == [finding.to_json() for finding in shelf.of_kind("metric")]
    assert made["findings/drift.json"]["findings"] == []


def test_the_work_of_a_project_is_in_the_data(built: Built) -> None:
    """Figures of DORA stand under their kind and in their project's document, band and all."""
    mine = [f for f in _load(built, "projects/churn-2025.json")["findings"] if f["kind"] == "dora"]
    assert mine == _load(built, "findings/dora.json")["findings"]
    assert {f["detail"]["band"] for f in mine} == {"", "high"}
    assert {f["detail"]["standard"] for f in mine if f["detail"]["band"]} == {"DORA 2023"}


def test_the_index_names_every_document(built: Built) -> None:
    """A reader who starts at the index finds everything else."""
    index = _load(built, "index.json")
    found = {*_documents(built), "changes.xml"} - {"index.json"}
    assert index["documents"] == sorted(found)
    assert index["counts"]["projects"] == 2
    assert index["counts"]["datasets"] == 1


def test_the_catalog_is_columnar(built: Built) -> None:
    """All columns are as long as the catalog, in the order of names."""
    data = _load(built, "catalog.json")
    assert {len(column) for column in data["columns"].values()} == {data["size"]} == {5}
    place = data["columns"]["name"].index("churn-features")
    row = {name: column[place] for name, column in data["columns"].items()}
    assert (row["impact"], row["impact_lo"], row["impact_hi"]) == (4.1, 1.2, 7.0)
    assert row["used_by"] == 1
    assert row["page"] == "library/churn-features.html"


def test_the_planner_abstains_with_a_reason(built: Built) -> None:
    """Without a fitted model the planner's document says that there is not enough evidence."""
    data = _load(built, "planner.json")
    assert data["available"] is False
    assert data["reason"] == "not enough evidence: 1 finished project, at least 8 are needed"
