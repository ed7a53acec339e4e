"""The maturity ladder: what a record has, what the next step asks for."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from maestro.catalog.load import Entry
from maestro.schema import Dataset, ModelCard

STEPS = ("experimental", "beta", "stable")


@dataclass(frozen=True, slots=True)
class Rung:
    """One thing the ladder asks for, at which step, whether it is there, and how to add it."""

    step: str
    what: str
    met: bool
    remedy: str


def rungs(entry: Entry) -> list[Rung]:
    """Everything the ladder asks of an artifact or a model card, lowest step first."""
    record = entry.record
    asked = _card(record) if isinstance(record, ModelCard) else _artifact(record)
    if record.status == "deprecated":
        says_why = bool(record.replaced_by or record.reason)
        asked.append(
            Rung(
                "deprecated", "what to use instead, or why", says_why, "add replaced_by: or reason:"
            )
        )
    return asked


def _artifact(record: Any) -> list[Rung]:
    found = [
        Rung("experimental", "version, description, owner and source", True, ""),
        Rung("beta", "what goes in", bool(record.inputs), "add inputs: with name and type"),
        Rung("beta", "what comes out", bool(record.outputs), "add outputs: with name and type"),
        Rung("stable", "how to use it", bool(record.usage), "add usage: with 3 to 10 lines"),
        Rung("stable", "a test", bool(record.tests), "add tests: with the command or CI job"),
        Rung(
            "stable",
            "two maintainers",
            len(record.maintainers) >= 2,
            "add maintainers: with two people",
        ),
    ]
    if isinstance(record, Dataset):
        # A data set is where data starts: what goes in is not asked of it, its fields are.
        found[1:3] = [
            Rung("beta", "its fields", bool(record.fields), "add fields: with name and type")
        ]
        found += [
            Rung("stable", "a licence of its own", bool(record.license), "add license:"),
            Rung("stable", "how it must be handled", bool(record.sensitivity), "add sensitivity:"),
        ]
    return found


def _card(record: ModelCard) -> list[Rung]:
    whole = any(metric.slice for metric in record.metrics)
    ranged = any(metric.interval or metric.predictions for metric in record.metrics)
    asked = (
        ("beta", "what it must not be used for", record.out_of_scope, "add out_of_scope:"),
        ("beta", "where it fails", record.limitations, "add limitations:"),
        ("beta", "a metric with its interval", ranged, "add interval: or predictions: to a metric"),
        ("stable", "a metric for one slice of the data", whole, "add slice: to a metric"),
        ("stable", "risks and what is done about them", record.risks, "add risks:"),
        ("stable", "who watches over it", record.oversight, "add oversight:"),
        ("stable", "where it is watched", record.monitoring, "add monitoring: with an address"),
        ("stable", "who must approve", record.approvals_needed, "add approvals_needed:"),
    )
    first = Rung("experimental", "task, data, intended use and metrics", True, "")
    return [first, *(Rung(step, what, bool(has), do) for step, what, has, do in asked)]


def next_step(entry: Entry) -> str:
    """The next thing that brings the record a step up, or that nothing is missing."""
    missing = [rung for rung in rungs(entry) if not rung.met]
    if not missing:
        return "Everything the ladder asks for is there."
    first = missing[0]
    return f"Next best step: {first.remedy}; {first.step} asks for it."


def earned(entry: Entry) -> str:
    """The highest step of which everything is there: experimental, beta or stable."""
    best = STEPS[0]
    for step in STEPS:
        if any(rung.step == step and not rung.met for rung in rungs(entry)):
            break
        best = step
    return best
