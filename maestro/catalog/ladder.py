"""The maturity ladder: what each step asks of a record, what is there, what comes next."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maestro.schema import Dataset, ModelCard
from maestro.schema.artifact import Notebook, Schema

from .load import Entry

STEPS = ("experimental", "beta", "stable")


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing the ladder asks for: at which step, in which field, and whether it is there."""

    step: str
    field: str
    what: str
    met: bool
    remedy: str


_Asked = tuple[str, str, str, object, str]


def rungs(entry: Entry) -> list[Rung]:
    """Everything the ladder asks of an artifact or a model card, lowest step first."""
    record = entry.record
    asked = _card(record) if isinstance(record, ModelCard) else _artifact(record)
    if record.status == "deprecated":
        why = record.replaced_by or record.reason
        words = "what to use instead, or why"
        asked.append(
            ("deprecated", "replaced_by or reason", words, why, "add replaced_by: or reason:")
        )
    order = {step: place for place, step in enumerate((*STEPS, "deprecated"))}
    asked.sort(key=lambda row: order[row[0]])
    return [Rung(step, field, what, bool(met), do) for step, field, what, met, do in asked]


def _artifact(record: Any) -> list[_Asked]:
    head = "version, description, owner and source"
    first: _Asked = ("experimental", "the four fields", head, True, "")
    two = len(record.maintainers) >= 2
    people = "two maintainers"
    last: list[_Asked] = [
        ("stable", "usage", "how to use it", record.usage, "add usage: with 3 to 10 lines"),
        ("stable", "tests", "a test", record.tests, "add tests: with the command or CI job"),
        ("stable", people, people, two, "add maintainers: with two people"),
    ]
    return [first, *_contract(record), *last]


def _contract(record: Any) -> list[_Asked]:
    """What goes in and comes out, as the kind has it."""
    typed = "with name and type"
    if isinstance(record, Dataset):
        # A data set is where data starts: nothing goes in, its fields are what comes out.
        handled, allowed = record.sensitivity, record.license
        return [
            ("beta", "fields", "its fields", record.fields, f"add fields: {typed}"),
            ("beta", "sensitivity", "how it must be handled", handled, "add sensitivity:"),
            ("stable", "license", "a licence of its own", allowed, "add license:"),
        ]
    if isinstance(record, Schema):
        shape = record.fields or record.format
        remedy = "add fields:, or format: of the source"
        return [("beta", "fields or format", "its shape", shape, remedy)]
    into: _Asked = ("beta", "inputs", "what goes in", record.inputs, f"add inputs: {typed}")
    if isinstance(record, Notebook):
        return [into]  # a notebook is read by people: nothing has to come out
    return [
        into,
        ("beta", "outputs", "what comes out", record.outputs, f"add outputs: {typed}"),
    ]


def _card(record: ModelCard) -> list[_Asked]:
    sliced = any(metric.slice for metric in record.metrics)
    ranged = any(metric.interval or metric.predictions for metric in record.metrics)
    scope, interval = "what it must not be used for", "add interval: or predictions: to a metric"
    head = "task, data, intended use and metrics"
    return [
        ("experimental", "the seven fields", head, True, ""),
        ("beta", "out_of_scope", scope, record.out_of_scope, "add out_of_scope:"),
        ("beta", "limitations", "where it fails", record.limitations, "add limitations:"),
        ("beta", "interval", "a metric with its interval", ranged, interval),
        ("stable", "slice", "a metric for one slice", sliced, "add slice: to a metric"),
        ("stable", "risks", "risks and what is done about them", record.risks, "add risks:"),
        ("stable", "oversight", "who watches over it", record.oversight, "add oversight:"),
    ]


def missing(entry: Entry, status: str) -> list[Rung]:
    """What a record of this status still lacks; nothing is asked of experimental ones."""
    steps = STEPS[: STEPS.index(status) + 1] if status in STEPS else ()
    return [rung for rung in rungs(entry) if rung.step in steps and not rung.met]


def next_step(entry: Entry) -> str:
    """The next thing that brings the record a step up, or that nothing is missing."""
    first = next((rung for rung in rungs(entry) if not rung.met), None)
    if first is None:
        return "Everything the ladder asks for is there."
    return f"Next best step: {first.remedy}; {first.step} asks for it."


def earned(entry: Entry) -> str:
    """The highest step of which everything is there: experimental, beta or stable."""
    return [step for step in STEPS if not missing(entry, step)][-1]
