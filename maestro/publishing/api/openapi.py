"""The OpenAPI description of the static API: which documents there are and what describes them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Any, get_args

from maestro.schema.findings import Kind

from .documents import API_VERSION, DIALECT
from .lists import LISTED

_NAME = {"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"}
_PARAMETERS: dict[str, dict[str, Any]] = {
    "name": {"description": "A record's name", "schema": _NAME},
    "project": {"description": "A project's name", "schema": _NAME},
    "kind": {"description": "A kind of record", "schema": {"enum": list(LISTED)}},
    "finding": {
        "description": "A kind of finding",
        "schema": {"enum": sorted(get_args(Kind))},
    },
    "page": {
        "description": "Number of the page, from 2; `next` of the page before names it",
        "schema": {"type": "integer", "minimum": 2},
    },
    "subject": {
        "description": "What the findings are about; `subjects` of index.json names them all",
        "schema": {"type": "string"},
    },
    "schema": {
        "description": "A kind of record, `finding`, or `document-` and its name",
        "schema": {"type": "string", "pattern": "^[a-z_]+(-[a-z]+)*$"},
    },
}
"""What stands in braces in a path."""


@dataclass(frozen=True, slots=True)
class _Path:
    """One path: what it holds and the schema of that; without one, it says which media type."""

    path: str
    summary: str
    schema: str = ""
    media: str = "application/json"


PATHS = (
    _Path("index.json", "Where everything is", "document-index"),
    _Path("catalog.json", "Every artifact and model card in columns", "document-catalog"),
    _Path("lists/{kind}.json", "Every record of one kind in columns", "document-list"),
    _Path("search.json", "What search knows of every record", "document-search"),
    _Path("artifacts/{name}.json", "One artifact and its findings", "document-record"),
    _Path("models/{name}.json", "One model card and its findings", "document-record"),
    _Path("projects/{name}.json", "One project and its findings", "document-record"),
    _Path("experiments/{project}/{name}.json", "One experiment", "document-record"),
    _Path("subjects/{subject}.json", "Findings about no single record", "document-subject"),
    _Path("findings/{finding}.json", "Findings of one kind", "document-findings"),
    _Path("findings/{finding}-{page}.json", "More findings of one kind", "document-findings"),
    _Path("planner.json", "Formulas that forecast planned projects", "document-planner"),
    _Path("changes.json", "Changes of records, newest first", "document-changes"),
    _Path("changes-{page}.json", "Older changes of records", "document-changes"),
    _Path("changes.xml", "The newest changes as an Atom feed", media="application/atom+xml"),
    _Path("schemas/{schema}.json", "A JSON Schema", media="application/schema+json"),
    _Path("openapi.json", "This description"),
)
"""Every path of the API, relative to its root."""


def openapi(title: str, version: str) -> dict[str, Any]:
    """The OpenAPI 3.1 description of the API: static files, read with GET."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"{title}: the library as data",
            "version": API_VERSION,
            "summary": f"Static files made by Maestro {version}.",
            "description": "Fields are only ever added within one version of the API: read what "
            "you know and pass over the rest.",
        },
        "jsonSchemaDialect": DIALECT,
        "servers": [{"url": "."}],
        "paths": {f"/{one.path}": _operation(one) for one in PATHS},
    }


def _operation(one: _Path) -> dict[str, Any]:
    names = re.findall(r"\{(\w+)\}", one.path)
    shape = {"$ref": f"schemas/{one.schema}.json"} if one.schema else {}
    if one.media.endswith("json"):
        shape = shape or {"type": "object"}
    content = {one.media: {"schema": shape}}
    answers: dict[str, Any] = {"200": {"description": "The document", "content": content}}
    if names:
        answers["404"] = {"description": "There is none of that name"}
    words = re.sub(r"[^a-z]+", "_", one.path).strip("_")
    return {
        "get": {
            "operationId": f"get_{words}",
            "summary": one.summary,
            "parameters": [
                {"name": name, "in": "path", "required": True, **_PARAMETERS[name]}
                for name in names
            ],
            "responses": answers,
        }
    }
