"""Values that people type for a field, as plain data of the shape that the field wants."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, get_args, get_origin

from maestro.errors import WRONG_USE, MaestroError, shorten
from maestro.schema.base import Model
from maestro.schema.validate import fields_of
from maestro.source import Unreadable, parse


def plain_value(model: type[Model], name: str, text: str) -> Any:
    """The value of ``text`` for one field of ``model``.

    Maps and lists are read as YAML; a list may also be typed with commas between its items,
    where an item that must be a map is the one field that such a map needs. Numbers and truth
    are read as YAML too, everything else is text as it stands. Raises MaestroError W006.
    """
    annotation = model.model_fields[name].annotation
    shapes = list(_shapes(annotation))
    if any(get_origin(shape) is list for shape in shapes):
        return _list(name, text, _inner_model(annotation))
    if any(get_origin(shape) is dict or _is_model(shape) for shape in shapes):
        if not text.lstrip().startswith("{"):
            raise bad_value(name, text, _map_hint(name, _inner_model(annotation)))
        return _yaml(name, text, _map_hint(name, _inner_model(annotation)))
    if str not in shapes and {int, float, bool} & set(shapes):
        hint = "write true or false" if bool in shapes else "write digits"
        found = _yaml(name, text, hint)
        if isinstance(found, str) or found is None:
            raise bad_value(name, text, hint)
        return found
    return text


def bad_value(name: str, text: str, hint: str) -> MaestroError:
    """The error for a value that cannot be read."""
    message = f'{name} "{shorten(text, 40)}" cannot be used'
    return MaestroError("W006", message, hint, exit_code=WRONG_USE)


def _list(name: str, text: str, item: type[Model] | None) -> Any:
    if text.lstrip().startswith("["):
        return _yaml(name, text, _list_hint(name, item))
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if item is None:
        return parts
    needed = [one.name for one in fields_of(item) if one.is_required]
    if len(needed) != 1 or "{" in text:
        raise bad_value(name, text, _list_hint(name, item))
    return [{needed[0]: part} for part in parts]


def _yaml(name: str, text: str, hint: str) -> Any:
    try:
        data, faults = parse(f"value: {text}\n".encode())
    except Unreadable as unreadable:
        data, faults = {}, unreadable.faults
    if faults or list(data) != ["value"]:
        more = f": {faults[0].message}" if faults else ""
        message = f'{name} "{shorten(text, 40)}" cannot be read{more}'
        raise MaestroError("W006", message, hint, exit_code=WRONG_USE)
    return data["value"]


def _map_hint(name: str, model: type[Model] | None) -> str:
    return f"write --set {name}='{_example(model)}'"


def _list_hint(name: str, model: type[Model] | None) -> str:
    return f"write --set {name}='[{_example(model) if model else 'one, two'}]'"


def _example(model: type[Model] | None) -> str:
    fields = fields_of(model) if model else []
    names = [one.name for one in fields if one.is_required] or [one.name for one in fields[:1]]
    return "{" + ", ".join(f"{one}: ..." for one in names or ["field"]) + "}"


def _shapes(annotation: Any) -> Iterator[Any]:
    """The types that a field may hold, without what only narrows them."""
    arguments = get_args(annotation)
    if hasattr(annotation, "__metadata__"):
        yield from _shapes(arguments[0])
    elif get_origin(annotation) in (list, dict):
        yield annotation
    elif arguments and type(None) in arguments:
        for argument in arguments:
            yield from _shapes(argument)
    else:
        yield annotation


def _is_model(shape: Any) -> bool:
    return isinstance(shape, type) and issubclass(shape, Model)


def _inner_model(annotation: Any) -> type[Model] | None:
    for shape in _shapes(annotation):
        if _is_model(shape):
            model: type[Model] = shape
            return model
        if get_origin(shape) is list:
            return _inner_model(get_args(shape)[0])
    return None
