"""YAML text to plain data that knows its lines: the only YAML reader in Maestro.

The reader consumes the event stream of libyaml and bounds size, depth, number of nodes and
scalar length *while* it reads, before anything is built: the loader's own tree builder
crashes on 100,000 brackets and expands a 400-byte alias bomb without end. It builds plain
dictionaries, lists, text, numbers, booleans and None. Positions are not kept:
:mod:`maestro.position` reads the text a second time when a fault has to be placed.
"""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
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

MAX_BYTES = 256 * 1024
MAX_DEPTH = 16
MAX_NODES = 20_000
MAX_SCALAR = 64 * 1024
MAX_FAULTS = 20

Data = dict[str, Any]

CODES = {
    "Y001": "Records are UTF-8. Save the file as UTF-8.",
    "Y002": "The file starts with a byte order mark. Save it as UTF-8 without BOM.",
    "Y003": "Records are at most 256 KiB. Move prose to a file of its own, data behind a source.",
    "Y004": "The text holds a character that nobody can see, that reorders text or that drives "
    "a terminal. Remove it.",
    "Y005": "The file is not YAML. The message says where the reader lost the thread.",
    "Y006": "Directives (%YAML, %TAG) are not needed and not read. Remove the line.",
    "Y007": "A file holds one record. Move the second document to a file of its own.",
    "Y008": "Anchors and aliases are refused: they let small files grow without end and hide "
    "what a value is. Write the value out.",
    "Y009": "The file holds more values, or a longer text, than a record needs.",
    "Y010": "Keys are plain text. Numbers, lists and templates cannot be keys.",
    "Y011": "A key stands twice in one map; readers silently keep one of them. Keep one.",
    "Y012": "The number has too many digits. Put it in quotes if it is a name.",
    "Y013": "YAML 1.1 and 1.2 read this plain word differently (no, on, 1e3, 017, 12:30). "
    "Put it in quotes, or write true or false.",
    "Y014": "Tags (!!str, !include) are refused: they ask the reader to do something.",
    "Y015": "The file is nested deeper than a record needs.",
    "Y016": "A record is a map: one field to a line, name: value.",
    "Y017": "Tabs may not indent YAML. Use spaces.",
}
"""Problem code to what it means and what to do."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One fault in a YAML text: where, the rule that speaks, what, and the remedy."""

    line: int
    column: int
    code: str
    message: str
    hint: str


class Unreadable(Exception):
    """The text has a fault after which nothing can be built; carries every fault so far."""

    def __init__(self, faults: list[Fault]) -> None:
        super().__init__(faults[-1].message)
        self.faults = faults


# Characters that a reviewer cannot see, that reorder what is seen, or that drive a terminal.
# Joiners (U+200C, U+200D) stay legal: Persian, Indic scripts and emoji need them.
_BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]|\r(?!\n)"
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


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file of at most 256 KiB; raises ``Unreadable`` otherwise.

    Links, pipes and devices are refused before they are opened, so that a named pipe cannot
    block and a link cannot lead out of the tree.
    """
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable([_whole_file("F002", *_odd_file(found.st_mode))])
        if found.st_size > MAX_BYTES:
            raise Unreadable([_too_big(found.st_size)])
        with open(path, "rb", buffering=0) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise Unreadable(
            [_whole_file("F001", f"cannot be read: {reason}", "check the file's permissions")]
        ) from None


def _whole_file(code: str, message: str, hint: str) -> Fault:
    return Fault(1, 1, code, message, hint)


def _odd_file(mode: int) -> tuple[str, str]:
    if stat.S_ISLNK(mode):
        return "is a symbolic link", "put the record itself here: links are never followed"
    if stat.S_ISDIR(mode):
        return "is a folder with a record's name", "rename the folder"
    return "is a pipe, socket or device", "put a regular file here"


def _too_big(size: int) -> Fault:
    return _whole_file(
        "Y003",
        f"is {size:,} bytes long, more than {MAX_BYTES:,}",
        "move long prose to a file of its own and large data behind a source",
    )


def parse(data: bytes) -> tuple[Data, list[Fault]]:
    """Plain data of one YAML document whose root is a mapping, and the faults it holds.

    Where a fault does not stop the reading, reading goes on, so that one run shows them all
    (at most 20). Raises ``Unreadable`` when nothing can be built.
    """
    text = decode(data)
    builder = _Builder(text)
    return builder.run(), builder.faults


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes without invisible characters; raises ``Unreadable``."""
    if len(data) > MAX_BYTES:
        raise Unreadable([_too_big(len(data))])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable([_whole_file("Y001", "is UTF-16, not UTF-8", "save it as UTF-8")])
    if data.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(
            [_whole_file("Y002", "starts with a byte order mark", "save it as UTF-8 without BOM")]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable([_not_utf8(data, error)]) from None
    if (text.isascii() and text.isprintable()) or not (bad := _BAD.search(text)):
        return text
    line, column = _line_column(text, bad.start())
    raise Unreadable([_bad_character(line, column, bad.group())])


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
    byte = data[error.start]
    return Fault(line, column, "Y001", f"byte 0x{byte:02x} is not UTF-8", "save it as UTF-8")


def _bad_character(line: int, column: int, character: str) -> Fault:
    name = unicodedata.name(character, "control character")
    what = f"character U+{ord(character):04X} ({name.lower()}) is not allowed"
    return Fault(line, column, "Y004", what, "remove it: a reader cannot see what it does")


def _line_column(text: str, offset: int) -> tuple[int, int]:
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1


class _Builder:
    """Builds plain data from the event stream of one text, within the bounds."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.faults: list[Fault] = []
        self.escapes = "\\" in text

    def run(self) -> Data:
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
        elif self.escapes and event.style == '"' and (bad := _BAD.search(value)):
            mark = event.start_mark
            self._add(_bad_character(mark.line + 1, mark.column + 1, bad.group()))
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
    return _whole_file("Y016", what, "write fields as name: value, one to a line")


def _syntax_fault(error: yaml.MarkedYAMLError, text: str) -> Fault:
    mark = error.problem_mark or error.context_mark
    line, column = (mark.line + 1, mark.column + 1) if mark else (1, 1)
    what = error.problem or "syntax error"
    source = text.split("\n")[line - 1] if line <= text.count("\n") + 1 else ""
    if "\t" in source[: len(source) - len(source.lstrip())]:
        return Fault(line, 1, "Y017", "is indented with a tab", "use spaces")
    if conflict := _CONFLICT.search(text):
        place = _line_column(text, conflict.start())
        return Fault(*place, "Y005", "holds a merge conflict", "resolve it")
    hint = "put the text in quotes" if "mapping values" in what else "fix the syntax here"
    return Fault(line, column, "Y005", f"is not YAML: {what}", hint)
