"""The static API keeps its word: every document is described, fits what describes it, and no name
that was ever published goes away.

``python -m tests.contracts.test_api`` writes the names anew; it refuses to drop one.
"""

from __future__ import annotations

import json
import re
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from xml.dom import minidom

import pytest
from jsonschema import Draft202012Validator
from openapi_spec_validator import OpenAPIV31SpecValidator
from referencing import Registry, Resource
from referencing.jsonschema import DRAFT202012

from maestro.cli.main import guarded
from maestro.pipeline.building import SITE
from maestro.publishing.api.publish import documents
from maestro.publishing.library import Shelf
from tests.unit.publishing import payloads, sample

NAMES = Path(__file__).parent / "api_names.json"
LIBRARIES = ("sample", "hostile", "demo")
Files = dict[str, bytes]


def _published(root: Path, which: str) -> Files:
    """Every document of one library, by its path below the root of the API."""
    if which == "demo":
        assert guarded(["demo", str(root), "--projects", "24", "--no-histories"]) == 0
        assert guarded(["build", "-C", str(root)]) == 0
        folder = root / SITE / "api" / "v1"
        found = sorted(path for path in folder.rglob("*") if path.is_file())
        return {path.relative_to(folder).as_posix(): path.read_bytes() for path in found}
    made = {"sample": sample.library, "hostile": payloads.library}[which](root)
    return {path.removeprefix("api/v1/"): data for path, data in documents(Shelf(made))}


@pytest.fixture(scope="module", params=LIBRARIES)
def files(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Files:
    """The API of the sample library, of the hostile one, and of a built simulated one."""
    return _published(tmp_path_factory.mktemp("api") / "library", request.param)


def _described(files: Files) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(files["openapi.json"])
    return found


def _paths(files: Files) -> Iterator[tuple[str, str, dict[str, Any]]]:
    """Each published path, the described path that it fits, and what stands there of it."""
    described = _described(files)["paths"]
    for path in files:
        fitting = [one for one in described if re.fullmatch(_pattern(described[one], one), path)]
        assert fitting, f"{path} is not described"
        # Of a fixed path and one with braces the fixed one counts, as the standard says.
        best = min(fitting, key=lambda one: one.count("{"))
        yield path, best, described[best]["get"]


def _pattern(item: dict[str, Any], path: str) -> str:
    """The described path as a pattern, each name in braces as its schema allows it."""
    pattern = re.escape(path.removeprefix("/")).replace(r"\{", "{").replace(r"\}", "}")
    for one in item["get"]["parameters"]:
        schema = one["schema"]
        allowed = schema.get("pattern", "^[^/]+$")[1:-1]
        if "enum" in schema:
            allowed = "|".join(map(re.escape, schema["enum"]))
        elif schema["type"] == "integer":
            allowed = "[0-9]+"
        pattern = pattern.replace(f"{{{one['name']}}}", f"(?:{allowed})")
    return pattern


def _registry(files: Files) -> Registry[Any]:
    schemas = {
        path: json.loads(data) for path, data in files.items() if path.startswith("schemas/")
    }
    return Registry().with_resources(
        (f"https://library.invalid/{path}", Resource(schema, DRAFT202012))
        for path, schema in schemas.items()
    )


def test_the_description_is_openapi(files: Files) -> None:
    """Independent validators find no fault in the description, nor in any schema it refers to."""
    described = _described(files)
    assert described["openapi"].startswith("3.1")
    inside = json.loads(json.dumps(described))
    for item in inside["paths"].values():
        for content in item["get"]["responses"]["200"]["content"].values():
            reference = content["schema"].pop("$ref", None)
            if reference:
                Draft202012Validator.check_schema(json.loads(files[reference]))
    OpenAPIV31SpecValidator(inside).validate()
    operations = [item["get"]["operationId"] for item in described["paths"].values()]
    assert len(set(operations)) == len(operations)


def test_every_published_document_is_described_and_fits(files: Files) -> None:
    """Each file stands at a described path, has its media type and fits the schema named there."""
    registry = _registry(files)
    validators: dict[str, Draft202012Validator] = {}
    checked = 0
    for path, described, operation in _paths(files):
        ((media, content),) = operation["responses"]["200"]["content"].items()
        if media.endswith("xml"):
            assert minidom.parseString(files[path]).documentElement.tagName == "feed"
            continue
        data = json.loads(files[path])
        reference = content["schema"].get("$ref")
        if reference is None:
            assert described in ("/openapi.json", "/schemas/{schema}.json")
            continue
        if reference not in validators:
            schema = {"$ref": f"https://library.invalid/{reference}"}
            validators[reference] = Draft202012Validator(schema, registry=registry)
        validators[reference].validate(data)
        checked += 1
    assert checked > 40


def test_every_finding_has_an_address_that_never_moves(files: Files) -> None:
    """Each finding of the lists stands in the document of its record or of its subject."""
    data = {path: json.loads(text) for path, text in files.items() if path.endswith(".json")}
    index = data["index.json"]
    records = ("artifacts/", "models/", "projects/", "experiments/", "subjects/")
    homes = [one for path, one in data.items() if path.startswith(records)]
    at_home = {json.dumps(found, sort_keys=True) for one in homes for found in one["findings"]}
    listed = [one for path, one in data.items() if path.startswith("findings/")]
    rows = [found for one in listed for found in one["findings"]]
    assert len(rows) > 20
    for found in rows:
        assert json.dumps(found, sort_keys=True) in at_home, found["subject"]
    for subject, path in index["subjects"].items():
        assert data[path]["subject"] == subject
    assert {path for path in data if path.startswith("subjects/")} == {*index["subjects"].values()}


def _names(files: Files) -> dict[str, list[str]]:
    """Every name that a reader may rely on: paths, fields, kinds of findings, columns."""
    found: dict[str, set[str]] = {"paths": {*_described(files)["paths"]}}
    finding = json.loads(files["schemas/finding.json"])
    found["kinds of findings"] = {*finding["properties"]["kind"]["enum"]}
    for path, text in files.items():
        data = json.loads(text) if path.endswith(".json") else {}
        if path.startswith("schemas/"):
            found[path] = {*data.get("properties", {})}
            for name, inner in data.get("$defs", {}).items():
                found[f"{path} {name}"] = {*inner.get("properties", {})}
        elif "columns" in data:
            found[path] = {*data["columns"]}
    return {path: sorted(names) for path, names in sorted(found.items()) if names}


def test_no_published_name_ever_goes_away(files: Files) -> None:
    """Paths, fields, columns and kinds of findings of version 1 are published still."""
    now = _names(files)
    for where, names in json.loads(NAMES.read_text(encoding="utf-8")).items():
        lost = {*names} - {*now.get(where, [])}
        assert not lost, f"{where} has lost {sorted(lost)}: names are only ever added"


def test_every_published_name_is_written_down(files: Files) -> None:
    """A new name is kept from now on: python -m tests.contracts.test_api writes it down."""
    known = json.loads(NAMES.read_text(encoding="utf-8"))
    for where, names in _names(files).items():
        assert not {*names} - {*known.get(where, [])}, where


def _write() -> None:
    """Write down the names of every library that the tests ask, and those that were there."""
    known = json.loads(NAMES.read_text(encoding="utf-8")) if NAMES.exists() else {}
    with tempfile.TemporaryDirectory() as place:
        for which in LIBRARIES:
            for where, names in _names(_published(Path(place) / which, which)).items():
                known[where] = sorted({*names, *known.get(where, [])})
    text = json.dumps(dict(sorted(known.items())), indent=1, ensure_ascii=False)
    NAMES.write_text(text + "\n", encoding="utf-8")


if __name__ == "__main__":
    _write()
