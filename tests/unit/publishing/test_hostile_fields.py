"""The hostile library leaves no text field of any record and of any finding without a payload."""

from __future__ import annotations

import typing
from collections.abc import Iterator
from typing import Any

import pytest
from pydantic import BaseModel

from maestro.publishing.library import page_of
from maestro.schema import Experiment, ModelCard, Owners, Project, Settings, Taxonomy
from maestro.schema.artifact import ARTIFACTS
from maestro.schema.findings import DETAILS, Finding
from maestro.schema.policy import Channel, Policy

from . import payloads_fields
from .conftest import Built
from .payloads import MARK

RECORDS = (
    *ARTIFACTS.values(), ModelCard, Project, Experiment, Policy, Channel, Owners, Taxonomy, Settings
)  # fmt: skip
Place = tuple[str, str]
ELSEWHERE: dict[Place, str] = {
    ("Owners", "teams, its names"): "refused: see test_no_team_leads_out_of_the_site",
    ("Site", "url"): "absolute addresses: see test_feed and test_site",
    ("Site", "logo"): "a path of a file that has to be there: see test_docs",
    ("Finding", "as_of"): "a time that the program writes",
    ("Finding", "method_version"): "a number that the program writes",
}
"""Text fields without a payload, each with the reason."""


def _texts(model: type[BaseModel], seen: set[type]) -> Iterator[Place]:
    """Every field of a model, and of the models in it, that holds a text of no set words."""
    if model in seen:
        return
    seen.add(model)
    for name, field in model.model_fields.items():
        yield from _inside(model, name, field.annotation, field.metadata, seen)


def _inside(
    model: type[BaseModel], name: str, kind: Any, rules: Any, seen: set[type]
) -> Iterator[Place]:
    origin, inside = typing.get_origin(kind), typing.get_args(kind)
    if origin is typing.Annotated:
        yield from _inside(model, name, inside[0], [*rules, *inside[1:]], seen)
    elif origin is dict:
        yield from _inside(model, f"{name}, its names", inside[0], [], seen)
        yield from _inside(model, name, inside[1], [], seen)
    elif origin is not None and origin is not typing.Literal:
        for one in inside:
            yield from _inside(model, name, one, rules, seen)
    elif isinstance(kind, type) and issubclass(kind, BaseModel):
        yield from _texts(kind, seen)
    elif kind in (Any, str) and payloads_fields.shape_of([*rules]) not in payloads_fields.PLAIN:
        yield model.__name__, name


def _held(value: Any, place: Place) -> Iterator[Place]:
    """Fields of what was built that do hold a payload."""
    if isinstance(value, str):
        if MARK in value:
            yield place
    elif isinstance(value, BaseModel):
        for name in type(value).model_fields:
            yield from _held(getattr(value, name), (type(value).__name__, name))
    elif isinstance(value, dict):
        for key, one in value.items():
            yield from _held(key, (place[0], f"{place[1]}, its names"))
            yield from _held(one, place)
    elif isinstance(value, list | tuple):
        for one in value:
            yield from _held(one, place)


@pytest.fixture(scope="module")
def held(hostile: Built) -> set[Place]:
    """Every field with a payload in the records and findings of the hostile site."""
    catalog = hostile.library.catalog
    single = [catalog.settings, catalog.owners, catalog.taxonomy]
    records = [*(entry.record for entry in catalog.everything()), *single]
    return {
        place for one in (*records, *hostile.library.findings) for place in _held(one, ("", ""))
    }


def test_the_filled_records_are_whole(hostile: Built) -> None:
    """Two records of each kind are filled to the last field, and all of them reach the pages."""
    faulty = {problem.path for problem in hostile.library.catalog.problems}
    assert faulty == {"catalog/notebooks/broken-one.yaml", "catalog/schemas/broken-hostile.yaml"}
    found = [entry for entry in hostile.library.catalog.everything() if "/filled-" in entry.path]
    assert len(found) == 2 * (len(ARTIFACTS) + 5)
    for entry in found:
        if address := page_of(entry.kind, entry.name):
            assert MARK in hostile.page(address), entry.path


@pytest.mark.parametrize("model", RECORDS, ids=lambda model: model.__name__)
def test_every_text_of_a_record_holds_a_payload(model: type[BaseModel], held: set[Place]) -> None:
    """A text field of this kind of record that no payload stands in is one nobody tried."""
    wanted = set(_texts(model, set()))
    assert wanted
    assert sorted(wanted - held - ELSEWHERE.keys()) == []


def test_every_text_of_a_finding_holds_a_payload(held: set[Place]) -> None:
    """The same for findings and for what each kind of them says in particular."""
    seen: set[type] = set()
    wanted = {place for one in (Finding, *DETAILS.values()) for place in _texts(one, seen)}
    assert sorted(wanted - held - ELSEWHERE.keys()) == []
