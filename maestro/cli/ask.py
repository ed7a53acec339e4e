"""Fields of a new record: from options, and on a terminal from answers."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

import click

from maestro.catalog.load import Catalog
from maestro.errors import WRONG_USE, MaestroError, did_you_mean
from maestro.schema import ARTIFACTS, RECORDS

_SOURCE = ("path", "git", "ref", "url", "digest")
CREATABLE = (*ARTIFACTS, "model_cards", "projects")
"""Kinds that ``maestro new`` writes."""


def plural_kind(kind: str) -> str:
    """The folder of a kind, however it was written: dataset, datasets, feature-pipeline."""
    plain = kind.lower().replace("-", "_")
    for known in CREATABLE:
        if plain in (known, known.removesuffix("s")):
            return known
    hint = did_you_mean(plain, [known.removesuffix("s") for known in CREATABLE])
    hint = hint or f"known: {', '.join(known.removesuffix('s') for known in CREATABLE)}"
    raise MaestroError("W004", f'no kind "{kind}"', hint, exit_code=WRONG_USE)


def fields_of(
    kind: str, given: Mapping[str, str | None], more: Sequence[str], catalog: Catalog
) -> dict[str, Any]:
    """Plain data of a new record: what was given, what was asked for, and first versions.

    Raises MaestroError when a required field is missing and nobody can be asked.
    """
    fields: dict[str, Any] = {}
    if kind != "projects":
        fields["version"] = "1.0.0"
    fields["description"] = given["description"] or _ask(
        "description", "What does it do, in one sentence"
    )
    fields["owner"] = (
        given["owner"] or _only_team(catalog) or _ask("owner", "Which team answers for it")
    )
    if kind in ARTIFACTS:
        fields["source"] = _source(given)
    fields.update(_more(kind, more))
    for name, question in _questions(kind):
        if name not in fields:
            fields[name] = _value(name, _ask(name, question))
    if kind == "projects":
        fields.setdefault("started", date.today().isoformat())  # noqa: DTZ011 - the user's day
        fields.setdefault("status", "active")
    return fields


def _questions(kind: str) -> tuple[tuple[str, str], ...]:
    if kind == "projects":
        return (
            ("problem_class", "Which problem class of the taxonomy"),
            ("complexity", "How complex, 1 (known recipe) to 10 (research)"),
            ("team", "How many people work on it"),
        )
    if kind == "model_cards":
        return (
            ("task", "Which problem class of the taxonomy"),
            ("trained_on", "Which data set (name@version)"),
            ("intended_use", "What is it for, and who is to use it"),
            ("metrics", "Its quality, as metric=value (accuracy=0.9)"),
        )
    return ()


def _value(name: str, text: str) -> Any:
    """An answer as the field wants it."""
    if name == "complexity":
        return _number(name, text)
    if name == "team":
        return {"size": _number(name, text)}
    if name == "trained_on":
        return [part.strip() for part in text.split(",")]
    return text


def _number(name: str, text: str) -> int:
    if text.strip().isdigit():
        return int(text)
    raise MaestroError(
        "W006", f'{name} "{text}" is not a number', "write digits", exit_code=WRONG_USE
    )


def _source(given: Mapping[str, str | None]) -> dict[str, str]:
    source = {name: value for name in _SOURCE if (value := given.get(name))}
    return source or {"path": _ask("path", "Where does it lie (path in this repository)")}


def _only_team(catalog: Catalog) -> str | None:
    teams = list(catalog.owners.teams)
    return teams[0] if len(teams) == 1 else None


def _more(kind: str, more: Sequence[str]) -> dict[str, Any]:
    """``field=value`` options; lists by commas, numbers and truth as the model wants them."""
    fields: dict[str, Any] = {}
    model = RECORDS[kind]
    for item in more:
        name, equals, text = item.partition("=")
        if not equals or name not in model.model_fields:
            hint = did_you_mean(name, model.model_fields) or "write --set field=value"
            raise MaestroError("W006", f'no field "{name}"', hint, exit_code=WRONG_USE)
        annotation = str(model.model_fields[name].annotation)
        if annotation.startswith("list["):
            fields[name] = [part.strip() for part in text.split(",") if part.strip()]
        elif "int" in annotation and text.lstrip("-").isdigit():
            fields[name] = int(text)
        else:
            fields[name] = _value(name, text)
    _card_metrics(kind, fields)
    return fields


def _card_metrics(kind: str, fields: dict[str, Any]) -> None:
    if kind != "model_cards" or not isinstance(fields.get("metrics"), list):
        return
    dataset = (fields.get("trained_on") or [""])[0]
    rows = []
    for item in fields["metrics"]:
        name, _, value = str(item).partition("=")
        rows.append({"dataset": dataset, "metric": name, "value": _float(name, value)})
    fields["metrics"] = rows


def _float(name: str, text: str) -> float:
    try:
        return float(text)
    except ValueError:
        message = f'{name} "{text}" is not a number'
        raise MaestroError(
            "W006", message, "write metrics=accuracy=0.9", exit_code=WRONG_USE
        ) from None


def _ask(name: str, question: str) -> str:
    if not sys.stdin.isatty():
        option = f"--{name}" if name in ("description", "owner", "path") else f"--set {name}=..."
        raise MaestroError("W006", f"{name} is missing", f"add {option}", exit_code=WRONG_USE)
    return str(click.prompt(question))
