"""XML by expat with handlers: no document type, no entities, bounded depth and size, no tree."""

from __future__ import annotations

import re
from typing import Any, Protocol
from xml.parsers import expat

from .reading import RefusedError

MOST_BYTES = 20 << 20
"""The largest XML file that is read, in bytes."""
MOST_DEPTH = 64
"""How deep elements may be nested."""

_VERSION = re.compile(rb"(<\?xml\s+version\s*=\s*[\"'])1\.1([\"'])")
_CONTROL_REFERENCE = re.compile(
    rb"&#(?:x0*(?:[0-8bcefBCEF]|1[0-9a-fA-F])|0*(?:[0-8]|1[124-9]|2\d|3[01]));"
)
_CONTROL = bytes(c if c >= 32 or c in b"\t\n\r" else 32 for c in range(256))


class Listener(Protocol):
    """Told what stands in an XML document, in its order."""

    def start(self, path: list[str], attributes: dict[str, str]) -> None:
        """An element opens; ``path`` holds the names from the root to it."""

    def end(self, path: list[str]) -> None:
        """An element closes."""

    def words(self, path: list[str], text: str) -> None:
        """Text in the element at ``path``; long texts come in pieces."""


def listen(data: bytes, listener: Listener) -> None:
    """Tell ``listener`` what stands in ``data``.

    XML 1.1, which Jenkins writes, is read as 1.0. Raises RefusedError with the code
    ``too-large``, ``doctype``, ``too-deep``, ``encoding``, ``truncated`` or ``not-xml``.
    """
    if len(data) > MOST_BYTES:
        raise RefusedError("too-large", f"over {MOST_BYTES >> 20} MB of XML")
    if _VERSION.match(data[:100]):
        data = _VERSION.sub(rb"\g<1>1.0\g<2>", data, count=1)
        data = _CONTROL_REFERENCE.sub(b" ", data)
    try:
        _parser(listener).Parse(data, True)
    except expat.ExpatError as error:
        raise RefusedError(*_reason(error)) from None
    except (ValueError, LookupError):
        raise RefusedError("encoding", "an encoding that is not known") from None


def cleaned(data: bytes) -> bytes:
    """``data`` with a space for each control character, which XML forbids and tools let through."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        return data
    return _CONTROL_REFERENCE.sub(b" ", data.translate(_CONTROL))


def _reason(error: expat.ExpatError) -> tuple[str, str]:
    words = expat.ErrorString(error.code) or "not well-formed"
    place = f"{words} (line {error.lineno})"
    if error.code in _CUT:
        return "truncated", place
    return ("encoding" if error.code in _ENCODING else "not-xml"), place


_CUT = {
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_TOKEN],
    expat.errors.codes[expat.errors.XML_ERROR_NO_ELEMENTS],
    expat.errors.codes[expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION],
    expat.errors.codes[expat.errors.XML_ERROR_PARTIAL_CHAR],
}
_ENCODING = {
    expat.errors.codes[expat.errors.XML_ERROR_UNKNOWN_ENCODING],
    expat.errors.codes[expat.errors.XML_ERROR_INCORRECT_ENCODING],
}


def _parser(listener: Listener) -> Any:
    parser = expat.ParserCreate()
    parser.buffer_text = True
    path: list[str] = []

    def start(name: str, attributes: dict[str, str]) -> None:
        """Go one element deeper, within bounds."""
        if len(path) >= MOST_DEPTH:
            raise RefusedError("too-deep", f"elements nested more than {MOST_DEPTH} deep")
        path.append(name.rpartition(":")[2])
        listener.start(path, attributes)

    def end(_: str) -> None:
        """Leave an element."""
        listener.end(path)
        path.pop()

    def words(text: str) -> None:
        """Hand on the text of an element."""
        listener.words(path, text)

    def doctype(*_: Any) -> None:
        """Refuse the document."""
        raise RefusedError("doctype", "a document type or entities, which no CI record needs")

    parser.StartElementHandler = start
    parser.EndElementHandler = end
    parser.CharacterDataHandler = words
    parser.StartDoctypeDeclHandler = doctype
    parser.EntityDeclHandler = doctype
    return parser
