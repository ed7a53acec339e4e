"""From the event stream of one YAML text to plain data, within the bounds of the reader."""

from __future__ import annotations

import re
import unicodedata
from typing import Any, NoReturn

import yaml
from yaml.cyaml import CParser  # type: ignore[attr-defined]
from yaml.events import (
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from .text import (
    BAD,
    MAX_DEPTH,
    MAX_FAULTS,
    MAX_NODES,
    MAX_SCALAR,
    Data,
    Fault,
    Unreadable,
    bad_character,
    line_column,
    whole_file,
)

_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)\Z")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+)([eE][-+][0-9]+)?\Z")
_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}\Z")
# What YAML 1.1 or 1.2 would turn into something else than text, and not both into the same.
_NUMBERISH = re.compile(
    r"""[-+]?(
        0[0-7_]+ | 0b[01_]+ | 0o[0-7]+ | 0x[0-9a-fA-F_]+      # octal, binary, hexadecimal
      | [0-9][0-9_]*(\.[0-9_]*)? | \.[0-9][0-9_]*             # underscores, leading zeros
      | ([0-9][0-9_]*\.?[0-9_]*|\.[0-9]+)[eE][-+]?[0-9]+      # 1e3
      | [0-9][0-9_]*(:[0-5]?[0-9])+(\.[0-9_]*)?               # base 60: 12:30
      | \.(inf|Inf|INF) | \.(nan|NaN|NAN)
    )\Z
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt]|[ \t]+)[0-9]{1,2}:[0-9]{2}:[0-9]{2}.*\Z
    | [0-9]{4}-[0-9]{1,2}-[0-9]{1,2}\Z
    """,
    re.VERBOSE,
)
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7})( |$)", re.MULTILINE)
_CONSTANTS = {"": None, "~": None, "null": None, "true": True, "false": False}
_WORDS = frozenset(["y", "n", "yes", "no", "on", "off", "true", "false", "null", "=", "<<"])
_STARTS = frozenset("0123456789+-.")
_MISSING = object()


class Builder:
    """Builds plain data from the event stream of one text, within the bounds."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self.escapes = "\\" in text

    def run(self) -> Data:
        """The root mapping; raises ``Unreadable`` where nothing can be built."""
        parser = CParser(self.text)
        try:
            return self._document(parser)
        except yaml.MarkedYAMLError as error:
            self._stop(_syntax_fault(error, self.text))
        except yaml.YAMLError as error:
            self._stop(Fault(1, 1, "Y005", f"is not YAML: {error}"[:200], "fix the syntax"))
        finally:
            parser.dispose()

    def _document(self, parser: Any) -> Data:
        get = parser.get_event
        get()
        start = get()
        if start.__class__ is StreamEndEvent:
            self._stop(_not_a_mapping("is empty"))
        if start.version or start.tags:
            self._stop(_at(start, "Y006", "starts with a % directive", "remove it: none is needed"))
        first = get()
        if first.__class__ is not MappingStartEvent:
            self._not_a_mapping(first)
        root = self._fill(get, first)
        get()
        event = get()
        if event.__class__ is not StreamEndEvent:
            self._stop(
                _at(event, "Y007", "holds more than one document", "keep one record per file")
            )
        return root

    def _fill(self, get: Any, first: Any) -> Data:
        """Fill the root mapping; one flat loop, since a call per node would double the cost."""
        root: Data = {}
        container: Any = root
        is_map = True
        key: Any = _MISSING
        stack: list[tuple[Any, bool, Any]] = []
        nodes = 0
        self._no_extras(first)
        while True:
            event = get()
            kind = event.__class__
            if kind is ScalarEvent:
                value = self._scalar(event)
            elif kind is MappingStartEvent or kind is SequenceStartEvent:
                if event.anchor or event.tag:
                    self._no_extras(event)
                value = {} if kind is MappingStartEvent else []
            elif kind is MappingEndEvent or kind is SequenceEndEvent:
                if not stack:
                    return root
                container, is_map, key = stack.pop()
                continue
            else:  # libyaml emits nothing but aliases besides, inside a document
                self._add(_at(event, "Y008", "uses an alias (*)", "write the value out"))
                value = None
            nodes += 1
            if nodes > MAX_NODES:
                self._stop(_at(event, "Y009", f"holds more than {MAX_NODES:,} values", "split it"))
            if not is_map:
                container.append(value)
            elif key is _MISSING:
                key = self._key(event, value, container)
                if kind is MappingStartEvent or kind is SequenceStartEvent:
                    stack.append((container, True, _MISSING if key is _MISSING else key))
                    container, is_map, key = value, kind is MappingStartEvent, _MISSING
                continue
            else:
                if key is not None:
                    container[key] = value
                key = _MISSING
            if kind is MappingStartEvent or kind is SequenceStartEvent:
                stack.append((container, is_map, key))
                if len(stack) >= MAX_DEPTH:
                    self._stop(_too_deep(event))
                container, is_map, key = value, kind is MappingStartEvent, _MISSING

    def _scalar(self, event: Any) -> Any:
        value = event.value
        if event.anchor or event.tag:
            self._no_extras(event)
        elif not event.style:
            if value in _CONSTANTS:
                return _CONSTANTS[value]
            if value[0] in _STARTS:
                return self._number(event, value)
            if len(value) < 6 and value.lower() in _WORDS:
                self._ambiguous(event, value)
        elif self.escapes and event.style == '"' and (bad := BAD.search(value)):
            mark = event.start_mark
            self._add(bad_character(mark.line + 1, mark.column + 1, bad.group()))
        if len(value) > MAX_SCALAR:
            self._stop(_too_long(event))
        return value

    def _key(self, event: Any, value: Any, container: Data) -> Any:
        """The key to store under, or None when the entry is to be dropped."""
        if value.__class__ is not str:
            self._add(_at(event, "Y010", "a key must be plain text", 'put the key in "quotes"'))
            return None
        if not value.isascii():
            value = unicodedata.normalize("NFKC", value)
        if value in container:
            self._add(_at(event, "Y011", f'key "{value[:60]}" stands twice', "keep one of them"))
            return None
        return value

    def _number(self, event: Any, value: str) -> Any:
        if _INT.match(value):
            if len(value) > 16:
                self._add(_at(event, "Y012", "number has too many digits", "put it in quotes"))
                return None
            return int(value)
        if _FLOAT.match(value) and not (value[0] == "0" and value[1:2].isdigit()):
            number = float(value)
            if number in (float("inf"), float("-inf")):
                self._add(_at(event, "Y012", "number is too large", "write a smaller number"))
                return None
            return number
        if _DATE.match(value):
            return value
        if _NUMBERISH.match(value):
            self._ambiguous(event, value)
        return value

    def _ambiguous(self, event: Any, value: str) -> None:
        hint = f'put it in quotes: "{value}"'
        if value.lower() in ("true", "false", "yes", "no", "on", "off"):
            truth = "true" if value.lower() in ("true", "yes", "on") else "false"
            hint += f", or write {truth} for a truth value"
        self._add(
            _at(event, "Y013", f'plain "{value[:60]}" is read differently by YAML readers', hint)
        )

    def _no_extras(self, event: Any) -> None:
        if event.anchor:
            self._add(_at(event, "Y008", "defines an anchor (&)", "write the value out"))
        if event.tag:
            self._add(_at(event, "Y014", "carries a tag (!)", "remove the tag"))

    def _not_a_mapping(self, event: Any) -> None:
        self._no_extras(event)
        if self.faults:
            raise Unreadable(self.faults)
        empty = event.__class__ is ScalarEvent and not event.value
        self._stop(_not_a_mapping("is empty" if empty else "is not a list of fields"))

    def _add(self, fault: Fault) -> None:
        self.faults.append(fault)
        if len(self.faults) >= MAX_FAULTS:
            raise Unreadable(self.faults)

    def _stop(self, fault: Fault) -> NoReturn:
        self.faults.append(fault)
        raise Unreadable(self.faults)


def _at(event: Any, code: str, message: str, hint: str) -> Fault:
    mark = event.start_mark
    return Fault(mark.line + 1, mark.column + 1, code, message, hint)


def _too_long(event: Any) -> Fault:
    return _at(event, "Y009", f"text is longer than {MAX_SCALAR:,} characters", "shorten it")


def _too_deep(event: Any) -> Fault:
    return _at(event, "Y015", f"is nested deeper than {MAX_DEPTH} levels", "flatten it")


def _not_a_mapping(what: str) -> Fault:
    return whole_file("Y016", what, "write fields as name: value, one to a line")


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = error.problem or "syntax error"
    source = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return Fault(line, 1, "Y017", "is indented with a tab", "use spaces")
    if conflict := _CONFLICT.search(text):
        place = line_column(text, conflict.start())
        return Fault(*place, "Y005", "holds a merge conflict", "resolve it")
    hint = "put the text in quotes" if "mapping values" in what else "fix the syntax here"
    return Fault(line, column, "Y005", f"is not YAML: {what}", hint)
