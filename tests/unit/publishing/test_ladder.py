"""The maturity ladder and its next step."""

from __future__ import annotations

from maestro.publishing import ladder

from .conftest import Built


def test_the_next_step_is_the_lowest_missing_rung(built: Built) -> None:
    """An entry with ports and usage but no test is told to add the test."""
    entry = built.library.catalog.entries["churn-features"]
    assert ladder.earned(entry) == "beta"
    assert ladder.next_step(entry) == (
        "Next best step: add tests: with the command or CI job; stable asks for it."
    )


def test_a_data_set_is_asked_for_fields_not_for_inputs(built: Built) -> None:
    """What goes in is not asked of data, its fields and its licence are."""
    asked = {
        rung.what: rung.met for rung in ladder.rungs(built.library.catalog.entries["customers"])
    }
    assert asked["its fields"]
    assert asked["a licence of its own"]
    assert "what goes in" not in asked


def test_a_card_is_asked_for_what_a_card_needs(built: Built) -> None:
    """A card with limitations and a slice lacks its scope and its overseer."""
    entry = built.library.catalog.entries["churn-model"]
    asked = {rung.what: rung.met for rung in ladder.rungs(entry)}
    assert asked["where it fails"]
    assert asked["a metric for one slice of the data"]
    assert not asked["what it must not be used for"]
    assert ladder.earned(entry) == "experimental"
