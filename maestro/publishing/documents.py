"""The shapes of the published JSON documents; their JSON Schemas are published beside them."""

from __future__ import annotations

from typing import Any

from maestro.schema import DETAILS, FORMAT, RECORDS, Finding, Model
from maestro.schema.formula import Formula

API_VERSION = "1"
ROOT = f"api/v{API_VERSION}"
_DIALECT = "https://json-schema.org/draft/2020-12/schema"

_OF_FINDINGS = frozenset({"findings", "changes", "models"})
"""Fields of documents that are lists of findings."""
FindingJson = dict[str, Any]
"""A finding as :meth:`maestro.schema.Finding.to_json` writes it."""


class Document(Model):
    """What every document says about itself."""

    api: str = API_VERSION
    """Version of the API: names are only ever added within one."""
    format: int = FORMAT
    """Version of the record format."""
    commit: str
    """Commit of the catalog repository; empty when it is not in git."""
    generated_at: str
    """Time of that commit, UTC."""


class IndexDocument(Document):
    """Where everything is."""

    title: str
    """The library's name."""
    description: str
    """What it is, in one line; may be empty."""
    program: str
    """Version of Maestro that made it."""
    simulated: bool
    """True for a made-up library."""
    counts: dict[str, int]
    """Kind of record to how many there are."""
    documents: list[str]
    """Every document, relative to this one, sorted."""


class CatalogDocument(Document):
    """Every artifact and model card, one column per field, all columns equally long."""

    size: int
    """Number of entries."""
    columns: dict[str, list[Any]]
    """Column name to one value per entry, sorted by name."""


class RecordDocument(Document):
    """One record with everything that was found about it."""

    kind: str
    """Kind of record."""
    name: str
    """Its name."""
    title: str
    """Its name for people."""
    path: str
    """Its file in the catalog repository."""
    page: str
    """Its page, relative to the site's root."""
    digest: str
    """SHA-256 of its file."""
    record: dict[str, Any]
    """What the file says; ``schemas/<kind>.json`` describes it."""
    prose: str = ""
    """The Markdown text beside it: not rendered, not cleaned."""
    findings: list[FindingJson]
    """Findings about it and its versions."""


class FindingsDocument(Document):
    """Findings of one kind: all of them, or as many as fit with the name of the next document."""

    kind: str
    """The kind."""
    total: int
    """How many findings of the kind there are, in all documents together."""
    next: str = ""
    """The document that goes on, relative to ``api/v1/``; empty on the last one."""
    findings: list[FindingJson]
    """Sorted by subject."""


class PlannerDocument(Document):
    """What the planner may evaluate, or why it cannot.

    A planned project becomes one row of columns for each formula: a constant, its numbers, the
    levels of its words, the members of its pieces. Columns times weights, times ``sd``, plus
    ``mean`` is the centre; where ``is_log`` says so, in natural logarithms. The variance of a
    node is ``noise`` + c' P^-1 c + the spread of each word or piece without a column, with P =
    A'A / noise + diag(1 / spreads) and A the rows of the design. The guide on how outcomes are
    predicted has the steps one by one; whoever follows them gets the numbers of
    ``findings/prediction.json``.
    """

    available: bool
    """True when there is a model to evaluate."""
    reason: str
    """Why there is none; empty when there is one."""
    models: list[FindingJson]
    """The models of outcomes, fitted or not; their evidence stands in
    ``findings/outcome_model.json``."""
    formulas: list[Formula]
    """One for each outcome that at least five finished projects have, by name."""


class ChangesDocument(Document):
    """Changes of records, newest first."""

    changes: list[FindingJson]
    """Findings of kind change."""


DOCUMENTS: dict[str, type[Document]] = {
    "document-index": IndexDocument,
    "document-catalog": CatalogDocument,
    "document-record": RecordDocument,
    "document-findings": FindingsDocument,
    "document-planner": PlannerDocument,
    "document-changes": ChangesDocument,
}
"""Schema name to the document it describes."""


def schemas() -> dict[str, dict[str, Any]]:
    """Every published JSON Schema by name: records, the finding, the documents."""
    found = {kind: _schema(model) for kind, model in RECORDS.items()}
    found["finding"] = _finding_schema()
    found |= {name: _schema(model) for name, model in DOCUMENTS.items()}
    return dict(sorted(found.items()))


def _schema(model: type[Model]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True)
    if issubclass(model, Document):
        for name in _OF_FINDINGS & made["properties"].keys():
            made["properties"][name]["items"] = {"$ref": "finding.json"}
    return {"$schema": _DIALECT, **made}


def _finding_schema() -> dict[str, Any]:
    """The schema of a finding whose detail is one of the typed details, or null."""
    made = _schema(Finding)
    definitions = made.setdefault("$defs", {})
    definitions.pop("Detail", None)
    for model in DETAILS.values():
        detail = model.model_json_schema(mode="serialization")
        definitions |= detail.pop("$defs", {})
        definitions[model.__name__] = detail
    names = sorted({model.__name__ for model in DETAILS.values()})
    made["properties"]["detail"] = {
        "anyOf": [*({"$ref": f"#/$defs/{name}"} for name in names), {"type": "null"}],
        "description": "What only this kind has.",
    }
    return made


def openapi(title: str, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the API: static files, read with GET."""
    paths = {
        "index.json": ("Where everything is", "document-index", None),
        "catalog.json": ("Every artifact and model card in columns", "document-catalog", None),
        "artifacts/{name}.json": ("One artifact", "document-record", "name"),
        "models/{name}.json": ("One model card", "document-record", "name"),
        "projects/{name}.json": ("One project", "document-record", "name"),
        "experiments/{project}/{name}.json": ("One experiment", "document-record", "name"),
        "findings/{kind}.json": (
            "Findings of one kind, in pages",
            "document-findings",
            "kind",
        ),
        "planner.json": ("Formulas that forecast planned projects", "document-planner", None),
        "changes.json": ("Changes of records, newest first", "document-changes", None),
        "schemas/{kind}.json": ("The JSON Schema of records, findings or documents", None, "kind"),
        "openapi.json": ("This description", None, None),
    }
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: the library as data",
            "version": API_VERSION,
            "summary": f"Static JSON made by Maestro {version}.",
        },
        "jsonSchemaDialect": _DIALECT,
        "servers": [{"url": "."}],
        "paths": {f"/{path}": _operation(path, *what) for path, what in paths.items()},
    }


def _operation(path: str, summary: str, schema: str | None, last: str | None) -> dict[str, Any]:
    names = [name for name in ("project", last) if name and f"{{{name}}}" in path]
    shape = {"$ref": f"schemas/{schema}.json"} if schema else {"type": "object"}
    answers: dict[str, Any] = {
        "200": {"description": "The document", "content": {"application/json": {"schema": shape}}}
    }
    if names:
        answers["404"] = {"description": "There is none of that name"}
    return {
        "get": {
            "operationId": "get_"
            + "".join(c if c.isalnum() else "_" for c in path[:-5]).strip("_"),
            "summary": summary,
            "parameters": [
                {"name": name, "in": "path", "required": True, "schema": {"type": "string"}}
                for name in names
            ],
            "responses": answers,
        }
    }
