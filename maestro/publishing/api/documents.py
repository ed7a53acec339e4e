"""The shapes of the published JSON documents; their JSON Schemas are published beside them."""

from __future__ import annotations

from typing import Any

from maestro.schema import DETAILS, FORMAT, RECORDS, Finding, Model
from maestro.schema.formula import Formula

API_VERSION = "1"
ROOT = f"api/v{API_VERSION}"
DIALECT = "https://json-schema.org/draft/2020-12/schema"

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
    subjects: dict[str, str]
    """What findings are about without being a record that is published: to its document."""


class CatalogDocument(Document):
    """Every artifact and model card, one column per field, all columns equally long."""

    size: int
    """Number of entries."""
    columns: dict[str, list[Any]]
    """Column name to one value per entry, sorted by name. ``impact``, ``impact_lo`` and
    ``impact_hi`` are points of success, null where there is no number; ``grade`` is the evidence
    they rest on, null where nothing was measured. They are of the current version;
    ``impact_version`` is the newest version with enough evidence, which the Library ranks by, and
    ``impact_version_value``, ``_lo``, ``_hi``, ``_grade`` and ``_label`` are its effect, all null
    where no version has enough. ``classes`` are the problem classes of projects
    that use the entry and those its record names; ``used_by`` and ``changed`` are null where
    nobody counted and where no change is known."""


class ListDocument(CatalogDocument):
    """Every record of one kind, one column per field, all columns equally long."""

    kind: str
    """The kind."""


class SearchDocument(CatalogDocument):
    """What search knows of every record: kind, name, title, text, tags, page, in columns."""

    spoken: dict[str, dict[str, list[str]]]
    """Column of the catalog to its values to what else people call them: names of teams, titles
    and aliases of the taxonomy, kinds in words. Under the empty value of ``license`` stands the
    library's own licence. A search for such a word finds every entry with the value."""


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


class SubjectDocument(Document):
    """Findings about what is no published record: the library, a model of outcomes, a record
    that was removed. Every finding stands here or in the document of its record."""

    subject: str
    """What they are about."""
    findings: list[FindingJson]
    """Sorted by kind."""


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
    projects: dict[str, list[Any]]
    """Finished projects with what they were like and came to, one column per field, all columns
    equally long; ``inputs`` and ``tags`` say whether a record lists any. Empty without formulas."""
    pieces: dict[str, list[Any]]
    """Pieces of the library that any of them reused, in columns: their versions, the present one
    first, and the impact of that one; ``impact_earlier``, where that has no number: the newest
    version that has one, with value, lo, hi and label."""


class ChangesDocument(Document):
    """Changes of records, newest first: all, or as many as fit with the name of the next."""

    total: int
    """How many changes there are, in all documents together."""
    next: str = ""
    """The document with older ones, relative to ``api/v1/``; empty on the last one."""
    changes: list[FindingJson]
    """Findings of kind change."""


DOCUMENTS: dict[str, type[Document]] = {
    "document-index": IndexDocument,
    "document-catalog": CatalogDocument,
    "document-list": ListDocument,
    "document-search": SearchDocument,
    "document-record": RecordDocument,
    "document-subject": SubjectDocument,
    "document-findings": FindingsDocument,
    "document-planner": PlannerDocument,
    "document-changes": ChangesDocument,
}
"""Schema name to the document it describes."""


SCHEMAS: tuple[str, ...] = tuple(sorted((*RECORDS, "finding", *DOCUMENTS)))
"""Name of every published JSON Schema: records, the finding, the documents."""


def schema(name: str) -> dict[str, Any]:
    """One published JSON Schema."""
    if name == "finding":
        return _finding_schema()
    return _schema(RECORDS[name] if name in RECORDS else DOCUMENTS[name])


def _schema(model: type[Model]) -> dict[str, Any]:
    made = model.model_json_schema(by_alias=True)
    if issubclass(model, Document):
        for name in _OF_FINDINGS & made["properties"].keys():
            made["properties"][name]["items"] = {"$ref": "finding.json"}
    return {"$schema": DIALECT, **made}


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
