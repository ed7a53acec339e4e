"""The maturity ladder and its next step."""

from __future__ import annotations

from typing import Any

from maestro.catalog import ladder
from maestro.catalog.load import Entry
from maestro.schema import RECORDS

ARTIFACT = {
    "version": "1.0.0",
    "description": "Monthly churn features from billing events.",
    "owner": "growth",
    "source": {"path": "churn.py"},
}
CARD = {
    "version": "1.0.0",
    "description": "Tells who is about to leave.",
    "owner": "growth",
    "task": "tabular-classification",
    "trained_on": ["customers@1.0.0"],
    "intended_use": "Weekly lists.",
    "metrics": [{"dataset": "customers@1.0.0", "metric": "auc", "value": 0.8, "slice": "new"}],
}


def entry(kind: str, base: dict[str, Any], **more: Any) -> Entry:
    """An entry of one record."""
    record = RECORDS[kind].model_validate({**base, **more})
    return Entry(kind, "one", f"catalog/{kind}/one.yaml", record, "")


def test_the_next_step_is_the_lowest_missing_rung() -> None:
    """An entry with ports and usage but no test is told to add the test."""
    ports = [{"name": "events"}]
    found = entry("feature_pipelines", ARTIFACT, inputs=ports, outputs=ports, usage="churn()")
    assert ladder.earned(found) == "beta"
    assert ladder.next_step(found) == (
        "Next best step: add tests: with the command or CI job; stable asks for it."
    )


def test_a_data_set_is_asked_for_fields_not_for_inputs() -> None:
    """What goes in is not asked of data; its fields, handling and licence are."""
    fields = [{"name": "id", "type": "int"}]
    found = entry("datasets", ARTIFACT, fields=fields)
    asked = {rung.field: rung.met for rung in ladder.rungs(found)}
    assert asked["fields"] and not asked["sensitivity"] and not asked["license"]
    assert "inputs" not in asked


def test_a_card_is_asked_for_what_a_card_needs() -> None:
    """A card with limitations and a slice lacks its scope, an interval and its overseer."""
    found = entry("model_cards", CARD, limitations="Fails on new customers.")
    asked = {rung.field: rung.met for rung in ladder.rungs(found)}
    assert asked["limitations"] and asked["slice"]
    assert not asked["out_of_scope"] and not asked["interval"] and not asked["oversight"]
    assert ladder.earned(found) == "experimental"


def test_a_status_asks_for_its_step_and_the_ones_below() -> None:
    """Nothing is asked of an experimental entry, and of a stable one what beta asks too."""
    found = entry("feature_pipelines", ARTIFACT)
    assert ladder.missing(found, "experimental") == []
    assert [rung.field for rung in ladder.missing(found, "beta")] == ["inputs", "outputs"]
    assert len(ladder.missing(found, "stable")) == 5
