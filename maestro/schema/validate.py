"""Trying plain data against a model: the record, or what does not fit and where."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from pydantic import BaseModel, ValidationError

from . import RECORDS
from .base import Model

Place = tuple[str | int, ...]
"""Field names and list positions from the root of a record."""


@dataclass(frozen=True, slots=True)
class Misfit:
    """One thing that does not fit: where, pydantic's name for it, the value, and its context."""

    place: Place
    type: str
    message: str
    value: Any
    context: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class FieldDoc:
    """What is known of one field."""

    name: str
    is_required: bool
    description: str


def validate(kind: str, plain: dict[str, Any]) -> tuple[Model | None, list[Misfit]]:
    """The typed record of ``kind``, or None with everything that does not fit."""
    return fit(RECORDS[kind], plain)


def fit(model: type[Model], plain: dict[str, Any]) -> tuple[Model | None, list[Misfit]]:
    """The same for any model."""
    try:
        return model.model_validate(plain), []
    except ValidationError as error:
        return None, [
            Misfit(
                detail["loc"],
                detail["type"],
                detail["msg"],
                detail["input"],
                dict(detail.get("ctx", {})),
            )
            for detail in error.errors(include_url=False)
        ]


def assign(record: Model, key: str, value: Any) -> bool:
    """Set one field as its model wants it, whatever the others are; False when it does not fit."""
    try:
        record.__pydantic_validator__.validate_assignment(record, key, value)
    except ValidationError:
        return False
    return True


def fields_at(kind: str, place: Place) -> list[FieldDoc]:
    """The fields of the map at ``place`` of a record; empty where any name may stand."""
    model = _model_at(kind, place)
    return fields_of(model) if model else []


def fields_of(model: type[BaseModel]) -> list[FieldDoc]:
    """The fields of a model, in order, under the names that records use."""
    return [
        FieldDoc(item.alias or name, item.is_required(), item.description or "")
        for name, item in model.model_fields.items()
    ]


def models_in(model: type[BaseModel]) -> list[type[BaseModel]]:
    """The models that the fields of a model lead to, in order."""
    found: list[type[BaseModel]] = []
    for item in model.model_fields.values():
        found += _inner(item.annotation)
    return found


def _inner(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for argument in getattr(annotation, "__args__", ()):
        yield from _inner(argument)


def _model_at(kind: str, place: Place) -> type[BaseModel] | None:
    model: type[BaseModel] = RECORDS[kind]
    for part in place:
        items = {item.alias or name: item for name, item in model.model_fields.items()}
        if isinstance(part, int) or part not in items:
            continue  # a list position, or a free key: the value's model is at hand already
        inner = next(_inner(items[part].annotation), None)
        if inner is None:
            return None
        model = inner
    return model
