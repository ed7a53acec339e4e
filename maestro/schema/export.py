"""JSON Schemas of every kind of record, made from the models."""

from __future__ import annotations

import json
from typing import Any

from . import RECORDS

DIALECT = "https://json-schema.org/draft/2020-12/schema"


def json_schemas() -> dict[str, dict[str, Any]]:
    """Kind of record to its JSON Schema (draft 2020-12), sorted by kind."""
    schemas = {}
    for kind, model in sorted(RECORDS.items()):
        body = model.model_json_schema(by_alias=True)
        schemas[kind] = {"$schema": DIALECT, "$id": f"{kind}.schema.json", **body}
    return schemas


def schema_files() -> dict[str, str]:
    """File name to text of every JSON Schema, as it is committed and as editors read it."""
    return {
        f"{kind}.schema.json": json.dumps(schema, indent=2, sort_keys=True) + "\n"
        for kind, schema in json_schemas().items()
    }
