"""The JSON Schemas in the repository are those of the models."""

from __future__ import annotations

from maestro.schema.export import schema_files

from .pages import ROOT


def test_committed_schemas_are_up_to_date() -> None:
    """``maestro schemas`` would change nothing: same files, same texts, none left over."""
    found = {path.name: path.read_text("utf-8") for path in (ROOT / "schemas").glob("*.json")}
    wanted = schema_files()
    assert sorted(found) == sorted(wanted)
    assert [name for name in wanted if found[name] != wanted[name]] == []
