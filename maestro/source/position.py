"""Where a value stands in a YAML text: line and column of any place, found when it is needed."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from typing import Any

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)


def locate(text: str, keys: Sequence[str | int], *, key: bool = False) -> tuple[int, int]:
    """Line and column of the value at ``keys`` (or of its key), or of the nearest parent.

    ``keys`` holds field names and list positions from the root, as pydantic gives them. Only
    for texts that :func:`maestro.source.parse` has accepted or partly accepted.
    """
    parser = CParser(text)
    best = (1, 1)
    try:
        position = _Walk(parser.get_event)
        best = position.find(tuple(keys), want_key=key)
    except (yaml.YAMLError, StopIteration):
        pass
    finally:
        parser.dispose()
    return best


class _Walk:
    """Finds one place in the event stream without building anything."""

    def __init__(self, get: Any) -> None:
        self.get = get
        self.best = (1, 1)

    def find(self, keys: tuple[str | int, ...], *, want_key: bool) -> tuple[int, int]:
        """Line and column of what stands under ``keys``, from 1."""
        event = self.get()
        while event.__class__ in (StreamStartEvent, DocumentStartEvent):
            event = self.get()
        while keys and event.__class__ in (MappingStartEvent, SequenceStartEvent):
            wanted, keys = keys[0], keys[1:]
            if event.__class__ is MappingStartEvent:
                event, found_key = self._entry(wanted)
                if event is None:
                    return self.best
                self.best = _mark(found_key if want_key or _is_empty(event) else event)
                if want_key and not keys:
                    return _mark(found_key)
            else:
                event = self._item(wanted)
                if event is None:
                    return self.best
                self.best = _mark(event)
        return self.best

    def _entry(self, wanted: str | int) -> tuple[Any, Any]:
        while True:
            key = self.get()
            if key.__class__ in (MappingEndEvent, DocumentEndEvent):
                return None, None
            if key.__class__ is not ScalarEvent:
                self._skip(key)
            value = self.get()
            if key.__class__ is ScalarEvent and _same(key.value, wanted):
                return value, key
            self._skip(value)

    def _item(self, wanted: str | int) -> Any:
        index = 0
        while True:
            event = self.get()
            if event.__class__ in (SequenceEndEvent, DocumentEndEvent):
                return None
            if index == wanted:
                return event
            self._skip(event)
            index += 1

    def _skip(self, event: Any) -> None:
        depth = 1 if event.__class__ in (MappingStartEvent, SequenceStartEvent) else 0
        while depth:
            event = self.get()
            if event.__class__ in (MappingStartEvent, SequenceStartEvent):
                depth += 1
            elif event.__class__ in (MappingEndEvent, SequenceEndEvent):
                depth -= 1
            elif event.__class__ is StreamEndEvent:
                raise StopIteration


def _same(found: str, wanted: str | int) -> bool:
    return found == wanted or unicodedata.normalize("NFKC", found) == wanted


def _is_empty(event: Any) -> bool:
    return event.__class__ is ScalarEvent and not event.value and not event.style


def _mark(event: Any) -> tuple[int, int]:
    return event.start_mark.line + 1, event.start_mark.column + 1
