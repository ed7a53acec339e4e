"""Fields of a new record: from options, and on a terminal from answers."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from functools import partial
from typing import Any

import click

from maestro.catalog.load import Catalog
from maestro.errors import WRONG_USE, MaestroError, did_you_mean, shorten
from maestro.schema import ARTIFACTS, RECORDS
from maestro.schema.base import Model

from .values import bad_value, plain_value

_SOURCE = ("path", "git", "ref", "url", "digest")
CREATABLE = (*ARTIFACTS, "model_cards", "projects", "experiments", "policies", "channels")
"""Kinds that ``maestro new`` writes."""

_QUESTIONS = {
    "model_cards": {
        "task": "Which problem class of the taxonomy",
        "trained_on": "Which data set (name@version)",
        "intended_use": "What is it for, and who is to use it",
        "metrics": "Its quality, as metric=value (accuracy=0.9)",
    },
    "projects": {
        "problem_class": "Which problem class of the taxonomy",
        "complexity": "How complex, 1 (known recipe) to 10 (research)",
        "team": "How many people work on it",
    },
    "experiments": {
        "hypothesis": "What is expected, in one sentence",
        "arms": "Its variants ([{name: control, share: 0.5}, {name: letter, share: 0.5}])",
        "unit": "What is assigned to a variant (user, session, shop)",
        "metrics": "What is measured ([{name: stayed, type: binary, direction: increase}])",
        "data": "The file with one row per unit (path in this repository)",
    },
    "policies": {"applies_to": "What it is about ({kinds: [model_cards]})"},
    "channels": {"version": "Which version is live", "reason": "Why"},
}
"""Kind to the fields that it needs besides description, owner and source, with a question."""


def singular(kind: str) -> str:
    """One record of a kind, as people say it: dataset, policy."""
    return f"{kind[:-3]}y" if kind.endswith("ies") else kind.removesuffix("s")


def plural_kind(kind: str) -> str:
    """The folder of a kind, however it was written: dataset, datasets, feature-pipeline."""
    plain = kind.lower().replace("-", "_")
    for known in CREATABLE:
        if plain in (known, singular(known)):
            return known
    names = [singular(known) for known in CREATABLE]
    hint = did_you_mean(plain, names) or f"known: {', '.join(names)}"
    raise MaestroError("W004", f'no kind "{shorten(kind)}"', hint, exit_code=WRONG_USE)


@dataclass(slots=True)
class _Form:
    """The fields that are filled in, and those that nobody could be asked for."""

    model: type[Model]
    fields: dict[str, Any] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    """Name of a missing field to the option that gives it."""

    def need(self, name: str, question: str, option: str, read: Callable[[str], Any]) -> None:
        """Fill in a field by asking, unless it is there already."""
        if name in self.fields:
            return
        if sys.stdin.isatty():
            self.fields[name] = read(str(click.prompt(question)))
        else:
            self.missing[name] = option


def fields_of(
    kind: str, name: str, given: Mapping[str, str | None], more: Sequence[str], catalog: Catalog
) -> dict[str, Any]:
    """Plain data of a new record: what was given, what was asked for, and first versions.

    Raises MaestroError with the names of all required fields that are missing when nobody can
    be asked.
    """
    form = _Form(RECORDS[kind])
    _refuse_foreign(kind, given)
    for option in ("description", "owner"):
        if text := given.get(option):
            form.fields[option] = text
    if kind in ARTIFACTS and (source := {key: given[key] for key in _SOURCE if given.get(key)}):
        form.fields["source"] = source
    form.fields.update(_more(kind, more))
    _usual(kind, name, form.fields, catalog)
    _ask_head(kind, form)
    for field_, question in _QUESTIONS.get(kind, {}).items():
        form.need(field_, question, f"--set {field_}=...", partial(_value, kind, field_))
    if form.missing:
        raise _incomplete(form.missing)
    _card_metrics(kind, form.fields)
    return form.fields


def _refuse_foreign(kind: str, given: Mapping[str, str | None]) -> None:
    """Options that say something this kind of record has no place for."""
    known = RECORDS[kind].model_fields
    for option, text in given.items():
        if text and (option not in known if option not in _SOURCE else kind not in ARTIFACTS):
            hint = f"maestro new takes --{option} for other kinds; drop it"
            if kind == "projects":
                hint = "write --set repository='{path: ...}' or '{url: ...}'"
            message = f"--{option} says nothing about a new {singular(kind).replace('_', ' ')}"
            raise MaestroError("W006", message, hint, exit_code=WRONG_USE)


def _usual(kind: str, name: str, fields: dict[str, Any], catalog: Catalog) -> None:
    """Values that go without saying."""
    if "owner" in RECORDS[kind].model_fields and len(catalog.owners.teams) == 1:
        fields.setdefault("owner", next(iter(catalog.owners.teams)))
    if kind in ARTIFACTS or kind == "model_cards":
        fields.setdefault("version", "1.0.0")
    if kind == "projects":
        fields.setdefault("started", date.today().isoformat())  # noqa: DTZ011 - the user's day
        fields.setdefault("status", "active")
    if kind == "experiments":
        fields.setdefault("project", name.split("/")[0])
    if kind == "channels" and (entry := catalog.entries.get(name.rsplit("/", 1)[-1])):
        fields.setdefault("version", entry.version)


def _ask_head(kind: str, form: _Form) -> None:
    required = [key for key, item in form.model.model_fields.items() if item.is_required()]
    for name, question in (
        ("description", "What does it do, in one sentence"),
        ("owner", "Which team answers for it"),
    ):
        if name in required:
            form.need(name, question, f"--{name} ...", str)
    if "source" in required:
        question = "Where does it lie (path in this repository)"
        form.need("source", question, "--path ...", lambda text: {"path": text})


def _incomplete(missing: Mapping[str, str]) -> MaestroError:
    names = ["path" if name == "source" else name for name in missing]
    listed = f"{', '.join(names[:-1])} and {names[-1]}" if len(names) > 1 else names[0]
    message = f"{listed} {'are' if len(names) > 1 else 'is'} missing"
    return MaestroError("W006", message, f"add {' '.join(missing.values())}", exit_code=WRONG_USE)


def _more(kind: str, more: Sequence[str]) -> dict[str, Any]:
    """``field=value`` options, as the record wants them."""
    fields: dict[str, Any] = {}
    model = RECORDS[kind]
    for item in more:
        name, equals, text = item.partition("=")
        if not equals or name not in model.model_fields:
            hint = did_you_mean(name, model.model_fields) or "write --set field=value"
            raise MaestroError("W006", f'no field "{shorten(name)}"', hint, exit_code=WRONG_USE)
        fields[name] = _value(kind, name, text)
    return fields


def _value(kind: str, name: str, text: str) -> Any:
    """A given value as the field wants it; short forms for a team and a card's metrics."""
    if name == "team" and text.strip().isdigit():
        return {"size": int(text)}
    if (kind, name) == ("model_cards", "metrics") and not text.lstrip().startswith("["):
        return [_metric(part) for part in text.split(",")]
    return plain_value(RECORDS[kind], name, text)


def _metric(text: str) -> dict[str, Any]:
    name, _, value = text.partition("=")
    try:
        return {"metric": name.strip(), "value": float(value)}
    except ValueError:
        raise bad_value("metrics", text, "write metrics=accuracy=0.9") from None


def _card_metrics(kind: str, fields: dict[str, Any]) -> None:
    """Metrics in the short form were measured on the first data set of the card."""
    if kind != "model_cards" or not isinstance(fields["metrics"], list):
        return
    dataset = next(iter(fields["trained_on"]), "")
    fields["metrics"] = [
        {"dataset": dataset, **row} if isinstance(row, dict) else row for row in fields["metrics"]
    ]
