"""What a file is, by its content: bytes in, facts and a report out."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from . import documents, markup, table
from .jenkins import build_id
from .jenkins_xml import Build, Tests, place_of
from .junit import SUITES, JUnit
from .packed import gunzipped, members
from .reading import Reading, RefusedError
from .records import read_document

_ZIP = (b"PK\x03\x04", b"PK\x05\x06")
_GZIP = b"\x1f\x8b"
_PACKED = {
    **dict.fromkeys(_ZIP, "a zip archive"),
    _GZIP: "a gzip file",
    b"BZh": "a bzip2 file",
    b"\xfd7zXZ": "an xz file",
    b"\x28\xb5\x2f\xfd": "a zstd file",
}
_OTHER_FILES = frozenset({"no-facts", "binary", "empty", "packed", "html", "encoding"})
"""Codes of files that are something else, not broken."""
_OTHER_XML = {
    "testng-results": "TestNG results",
    "test-run": "NUnit results",
    "test-results": "NUnit results",
    "assemblies": "xUnit.net results",
    "TestRun": "Visual Studio test results",
    "coverage": "a coverage report",
    "failsafe-summary": "a summary of Maven Failsafe",
}


@dataclass(frozen=True, slots=True)
class Options:
    """What people say about files whose content leaves something open."""

    kind: str = ""
    """What the rows of a table are; empty: their headings decide."""
    columns: Mapping[str, str] = field(default_factory=dict)
    """Column of a fact to its heading in a table."""


def read_bytes(data: bytes, path: str = "", options: Options | None = None) -> Reading:
    """Everything understood of one file; whatever was not is in ``refused`` with a reason.

    Never raises for what stands in a file. ``path`` is told in refusals, names Jenkins builds,
    and gives our own records the provider and project of their folder; it never decides how a
    file is read. Of a zip archive every file is read, as if it lay in a folder of its name.
    """
    reading = Reading(path)
    try:
        _read(data, reading, options or Options())
    except RefusedError as refused:
        reading.refuse("", refused.code, refused.reason)
    if not (reading.recognised or reading.refused):
        reading.refuse("", "no-facts", "nothing in it is a CI record")
    return reading


def _read(data: bytes, reading: Reading, options: Options) -> None:
    if len(data) > documents.MOST_BYTES:
        raise RefusedError("too-large", f"over {documents.MOST_BYTES >> 20} MB")
    if data.startswith(_ZIP):
        _read_zip(data, reading, options)
        return
    if data.startswith(_GZIP):
        data = gunzipped(data)
        _refuse_packed(data, " in a gzip file")
    _read_plain(data, reading, options)


def _refuse_packed(data: bytes, inside: str = "") -> None:
    for mark, name in _PACKED.items():
        if data.startswith(mark):
            raise RefusedError("packed", f"{name}{inside}: unpack it first")
    if data[257:262] == b"ustar":
        raise RefusedError("packed", f"a tar archive{inside}: unpack it first")


def _read_zip(data: bytes, reading: Reading, options: Options) -> None:
    try:
        count = _read_members(data, reading, options)
    except RefusedError:
        _forget(reading)
        raise
    if not reading.recognised and all(one.code in _OTHER_FILES for one in reading.refused):
        # An archive of other things, a model or a document: one line for all its files.
        reading.refused.clear()
        reading.refuse("", "no-facts", f"a zip archive without CI records (files: {count})")


def _read_members(data: bytes, reading: Reading, options: Options) -> int:
    count = 0
    for name, content in members(data):
        count += 1
        one = Reading(f"{reading.path}/{name}" if reading.path else name)
        try:
            if isinstance(content, RefusedError):
                raise content
            _refuse_packed(content, " in a zip archive")
            _read_plain(content, one, options)
        except RefusedError as refused:
            one.refuse("", refused.code, refused.reason)
        if not (one.recognised or one.refused):
            one.refuse("", "no-facts", "nothing in it is a CI record")
        reading.take(one)
    return count


def _read_plain(data: bytes, reading: Reading, options: Options) -> None:
    _refuse_packed(data)
    opening = data[:1024].removeprefix(b"\xef\xbb\xbf").lstrip()
    if opening.startswith(b"<") or (data[:2] in (b"\xff\xfe", b"\xfe\xff") and b"<" in data[:8]):
        _read_markup(data, opening, reading)
        return
    text = documents.decoded(data)
    if "\0" in text[:4096]:
        raise RefusedError("binary", "no text")
    if not text.strip():
        raise RefusedError("empty", "nothing in it")
    # A log line may open with a bracket: only what goes on like JSON is read as JSON.
    if text.lstrip()[:1] in ("{", "["):
        for where, document in documents.documents(text, reading):
            read_document(document, where, reading)
        return
    _read_table(text, reading, options)


def _read_table(text: str, reading: Reading, options: Options) -> None:
    _, kind = table.headings(text, options.columns)
    if kind == table.RAW:
        for where, cell in table.raw_cells(text):
            for inner, document in documents.documents(cell, reading, where):
                read_document(document, inner, reading)
    elif kind or options.kind:
        reading.recognised = True
        table.read_table(text, reading, options.columns, options.kind)
    else:
        raise RefusedError("no-facts", "text that is no CI record; logs are not kept")


def _read_markup(data: bytes, opening: bytes, reading: Reading) -> None:
    start = opening[:200].lower()
    if start.startswith((b"<!doctype html", b"<html")):
        raise RefusedError("html", "a page for browsers, often a login, and no record")
    try:
        markup.listen(data, _Root(reading))
    except RefusedError as refused:
        if refused.code != "not-xml" or (reading.tables and "invalid token" not in refused.reason):
            _forget(reading)
            raise
        _forget(reading)
        clean = markup.cleaned(data)
        if clean == data:
            raise
        # Tools write control characters of terminals into reports, which XML forbids.
        try:
            markup.listen(clean, _Root(reading))
        except RefusedError:
            _forget(reading)
            raise
        reading.count_unknown("xml", ["control characters"])


def _forget(reading: Reading) -> None:
    # Half a report counts too few tests: none of it is kept.
    reading.tables.clear()
    reading.unknown.clear()
    reading.refused.clear()


class _Root:
    """Hands a document to the listener that its root element asks for."""

    def __init__(self, reading: Reading) -> None:
        self._reading = reading
        self._listener: markup.Listener | None = None

    def _chosen(self, root: str) -> markup.Listener:
        project, number = place_of(self._reading.path)
        run = {}
        if number and project:
            id_ = build_id(project, number)
            run = {"provider": "jenkins", "project": project, "run_id": id_}
        if root in SUITES:
            return JUnit(self._reading, run)
        if root == "result":
            return Tests(self._reading, run)
        if root in _OTHER_XML:
            reason = f"{_OTHER_XML[root]}, not JUnit XML: let the tool write JUnit XML"
            raise RefusedError("no-facts", reason)
        return Build(self._reading)

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """An element opens; the first one decides."""
        if self._listener is None:
            self._listener = self._chosen(path[0])
        self._listener.start(path, attributes)

    def end(self, path: list[str]) -> None:
        """An element closes."""
        assert self._listener is not None
        self._listener.end(path)

    def words(self, path: list[str], text: str) -> None:
        """Text of an element."""
        assert self._listener is not None
        self._listener.words(path, text)
