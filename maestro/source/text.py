"""Bytes of a record file to text, within bounds, and everything that can be wrong with it."""

from __future__ import annotations

import os
import re
import stat
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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
BAD = re.compile(
    "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u00ad\u061c\u180e\u200b\u200e\u200f\u2028-\u202e"
    "\u2060-\u206f\ufeff\ufff9-\uffff\ud800-\udfff\U000e0000-\U000e0fff]|\r(?!\n)"
)


def read_bytes(path: Path) -> bytes:
    """The bytes of a regular file of at most 256 KiB; raises ``Unreadable`` otherwise.

    Links, pipes and devices are refused before they are opened, so that a named pipe cannot
    block and a link cannot lead out of the tree.
    """
    try:
        found = os.lstat(path)
        if not stat.S_ISREG(found.st_mode):
            raise Unreadable([whole_file("F002", *_odd_file(found.st_mode))])
        if found.st_size > MAX_BYTES:
            raise Unreadable([_too_big(found.st_size)])
        with open(path, "rb", buffering=0) as stream:
            return stream.read(MAX_BYTES + 1)
    except OSError as error:
        reason = (error.strerror or "unreadable").lower()
        raise Unreadable(
            [whole_file("F001", f"cannot be read: {reason}", "check the file's permissions")]
        ) from None


def whole_file(code: str, message: str, hint: str) -> Fault:
    """A fault of the file as a whole."""
    return Fault(1, 1, code, message, hint)


def _odd_file(mode: int) -> tuple[str, str]:
    if stat.S_ISLNK(mode):
        return "is a symbolic link", "put the record itself here: links are never followed"
    if stat.S_ISDIR(mode):
        return "is a folder with a record's name", "rename the folder"
    return "is a pipe, socket or device", "put a regular file here"


def _too_big(size: int) -> Fault:
    return whole_file(
        "Y003",
        f"is {size:,} bytes long, more than {MAX_BYTES:,}",
        "move long prose to a file of its own and large data behind a source",
    )


def decode(data: bytes) -> str:
    """The text of UTF-8 bytes without invisible characters; raises ``Unreadable``."""
    if len(data) > MAX_BYTES:
        raise Unreadable([_too_big(len(data))])
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise Unreadable([whole_file("Y001", "is UTF-16, not UTF-8", "save it as UTF-8")])
    if data.startswith(b"\xef\xbb\xbf"):
        raise Unreadable(
            [whole_file("Y002", "starts with a byte order mark", "save it as UTF-8 without BOM")]
        )
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise Unreadable([_not_utf8(data, error)]) from None
    if (text.isascii() and text.isprintable()) or not (bad := BAD.search(text)):
        return text
    line, column = line_column(text, bad.start())
    raise Unreadable([bad_character(line, column, bad.group())])


def _not_utf8(data: bytes, error: UnicodeDecodeError) -> Fault:
    before = data[: error.start]
    line = before.count(b"\n") + 1
    column = len(before[before.rfind(b"\n") + 1 :].decode("utf-8")) + 1
    byte = data[error.start]
    return Fault(line, column, "Y001", f"byte 0x{byte:02x} is not UTF-8", "save it as UTF-8")


def bad_character(line: int, column: int, character: str) -> Fault:
    """The fault of a character that no record may hold."""
    name = unicodedata.name(character, "control character")
    what = f"character U+{ord(character):04X} ({name.lower()}) is not allowed"
    return Fault(line, column, "Y004", what, "remove it: a reader cannot see what it does")


def line_column(text: str, offset: int) -> tuple[int, int]:
    """Line and column of an offset, both from 1."""
    start = text.rfind("\n", 0, offset) + 1
    return text.count("\n", 0, offset) + 1, offset - start + 1
