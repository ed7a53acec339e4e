"""Building blocks of every record: names, versions, references, dates, addresses, texts.

Each custom error carries the problem code as its type and the remedy as ``hint`` in its
context; :mod:`maestro.catalog.load` turns them into located problems.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError


class Model(BaseModel):
    """A frozen record part: unknown fields refused, nothing converted silently."""

    model_config = ConfigDict(
        frozen=True,
        extra="forbid",
        strict=True,
        use_attribute_docstrings=True,
        hide_input_in_errors=True,
        ser_json_inf_nan="null",
    )


NAME = r"[a-z0-9]+(-[a-z0-9]+)*"
SEMVER = (
    r"(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})\.(0|[1-9][0-9]{0,8})"
    r"(-[0-9A-Za-z-]+(\.[0-9A-Za-z-]+)*)?"
)
_NAME = re.compile(NAME + r"\Z")
_SEMVER = re.compile(SEMVER + r"\Z")
_HOST = re.compile(
    r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]*[a-z0-9])?(\.[a-z0-9]([a-z0-9-]*[a-z0-9])?)*\Z"
)
_URL = re.compile(
    r"(?P<scheme>[a-z][a-z0-9+.-]*)://(?P<host>[^/?#:@\\]+|\[[0-9a-fA-F:.]+\])(:(?P<port>[0-9]{1,5}))?"
    r"(?P<rest>[/?#][\x21-\x7e]*)?\Z"
)
_UNSAFE_IN_URL = re.compile(r"[\"'<>\\^`{|}\x00-\x20]")
_REF = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._/+-]*\Z")
_PATH_PART = re.compile(r"[A-Za-z0-9_.@+=-][A-Za-z0-9_.@+=, -]*\Z")
_DEVICES = {f"{name}{number}" for name in ("com", "lpt") for number in range(1, 10)}
RESERVED = frozenset(
    {"index", "search", "404", "sitemap", "all", "constructor", "prototype"}
    | {"con", "prn", "aux", "nul"}
    | _DEVICES
)
"""Names that the site, JavaScript or an operating system keeps for itself."""


def _bad(code: str, message: str, hint: str) -> PydanticCustomError:
    # Braces would be taken for placeholders of the message template.
    return PydanticCustomError(code, "{text}", {"text": message, "hint": hint})


def name_fault(name: str, least: int = 3) -> tuple[str, str] | None:
    """What is wrong with a name and the remedy, or None when it is a good one.

    ``least`` is how many characters it must have: a team's may have one.
    """
    if not least <= len(name) <= 63:
        length = "1 character" if len(name) == 1 else f"{len(name)} characters"
        return f'name "{name[:70]}" has {length}', f"use {least} to 63"
    if not _NAME.match(name):
        return f'name "{name}" is not allowed', "use a-z, 0-9 and single dashes between them"
    if name in RESERVED:
        return f'name "{name}" is reserved', "choose another name"
    return None


def _name(value: str) -> str:
    if fault := name_fault(value):
        raise _bad("V005", *fault)
    return value


def _version(value: Any) -> Any:
    if isinstance(value, (int, float)) and not isinstance(value, bool):
        raise _bad(
            "V003",
            f"version {value} is a number: 1.10 would be read as 1.1",
            "write three parts: version: 1.10.0",
        )
    if isinstance(value, str) and not _SEMVER.match(value):
        raise _bad("V003", f'version "{value[:40]}" is not three numbers', _version_hint(value))
    return value


def _version_hint(value: str) -> str:
    parts = value.removeprefix("v").split(".")
    if 1 <= len(parts) <= 3 and all(part.isdigit() for part in parts):
        whole = ".".join([str(int(part)) for part in parts] + ["0"] * (3 - len(parts)))
        return f"write three parts: version: {whole}"
    return "write major.minor.patch, for example 1.0.0"


def _reference(value: str) -> str:
    name, at, version = value.partition("@")
    if not _NAME.match(name) or (at and not _SEMVER.match(version)):
        hint = "write name@1.2.0, or name alone when the version is not known"
        raise _bad("V011", f'"{value[:80]}" is not a reference', hint)
    return value


def _date(value: Any) -> Any:
    if not isinstance(value, str):
        return value
    try:
        found = date.fromisoformat(value) if len(value) == 10 else None
    except ValueError:
        found = None
    if found is None or not 2000 <= found.year <= 2100:
        hint = "write a day between 2000 and 2100 as YYYY-MM-DD"
        raise _bad("V007", f'"{value[:40]}" is not a date', hint)
    return found


def split_url(url: str) -> tuple[str, str, int | None, str] | None:
    """Scheme, host, port and rest of an address of plain shape; None for any other text.

    No user information, no escapes or spaces, ASCII host names only.
    """
    found = _URL.match(url)
    if not found or _UNSAFE_IN_URL.search(url):
        return None
    host, port = found["host"], found["port"]
    if not host.startswith("[") and not _HOST.match(host):
        return None
    if port and not 0 < int(port) < 65536:
        return None
    return found["scheme"], host, int(port) if port else None, found["rest"] or ""


def _address(value: str, schemes: tuple[str, ...]) -> str:
    parts = split_url(value)
    if parts is None or parts[0] not in schemes:
        hint = "write a full address: " + " or ".join(f"{s}://host/path" for s in schemes)
        raise _bad("V008", f'"{value[:80]}" is not an allowed address', hint)
    return value


def _link(value: str) -> str:
    if value.startswith("mailto:"):
        if re.fullmatch(r"mailto:[A-Za-z0-9._%+-]+@[A-Za-z0-9.-]+", value):
            return value
        raise _bad("V008", f'"{value[:80]}" is not an address', "write mailto:name@host")
    return _address(value, ("https", "http"))


def _git_url(value: str) -> str:
    value = _address(value, ("https", "http"))
    if "?" in value or "#" in value or ".." in value:
        raise _bad("V008", f'"{value[:80]}" is not a repository', "write https://host/path")
    return value


def _data_url(value: str) -> str:
    return _address(value, ("https", "http", "s3", "gs"))


def _git_ref(value: str) -> str:
    wrong = ".." in value or "//" in value or value.endswith((".", "/", ".lock"))
    zero = len(value) in (40, 64) and not value.strip("0")
    if wrong or zero or len(value) > 200 or not _REF.match(value) or "/." in value:
        hint = "write a branch, a tag or a full commit id"
        raise _bad("V009", f'"{value[:80]}" is not a git ref', hint)
    return value


def path_fault(value: str) -> str | None:
    """What is wrong with a path inside a repository, or None when it is a safe one."""
    if value == ".":
        return None
    parts = value.split("/")
    if len(value) > 400 or any(not _PATH_PART.match(p) or p.endswith((" ", ".")) for p in parts):
        return f'"{value[:80]}" is not a path inside the repository'
    if any(part.casefold() in (".git", ".gitmodules") for part in parts):
        return f'"{value[:80]}" leads into git\'s own files'
    return None


def _path(value: str) -> str:
    if fault := path_fault(value):
        raise _bad("V010", fault, "write folder/file with / and letters, digits, . _ - @ + =")
    return value


def _glob(value: str) -> str:
    plain = re.sub(r"[*?]+", "x", value)
    if path_fault(plain) or value.count("*") > 8 or "***" in value:
        hint = "write a path with * (one folder) or ** (any depth), at most 8 stars"
        raise _bad("V010", f'"{value[:80]}" is not a path pattern', hint)
    return value


def _digest(value: str) -> str:
    if not re.fullmatch(r"sha256:[0-9a-f]{64}", value):
        raise _bad("V015", f'"{value[:80]}" is not a digest', "write sha256: and 64 hex digits")
    return value


def _finite(value: float) -> float:
    if not abs(value) <= 1e15:
        raise _bad("V013", "number is out of range", "write a number between -1e15 and 1e15")
    return value


def _number(value: Any) -> Any:
    return float(value) if type(value) is int else value


def slug_schema(pattern: str, **more: Any) -> WithJsonSchema:
    """The JSON Schema of a text that must match ``pattern``."""
    return WithJsonSchema({"type": "string", "pattern": f"^{pattern}$", **more})


Name = Annotated[str, AfterValidator(_name), slug_schema(NAME, minLength=3, maxLength=63)]
"""A name: a-z, 0-9 and single dashes, 3 to 63 characters."""
Term = Annotated[
    str, StringConstraints(min_length=1, max_length=63), slug_schema(NAME, maxLength=63)
]
"""A word of the taxonomy, a team or a person: known or not is checked across records."""
Version = Annotated[str, BeforeValidator(_version), slug_schema(SEMVER)]
"""A version of three parts (SemVer)."""
Reference = Annotated[str, AfterValidator(_reference), slug_schema(f"{NAME}(@{SEMVER})?")]
"""``name@1.2.0``, or ``name`` alone when the version is not known."""
ONE_LINE = r"^[^\n]*$"
"""A pattern, checked natively: a Python validator here would cost more than all the others."""
Line = Annotated[str, StringConstraints(min_length=1, max_length=300, pattern=ONE_LINE)]
"""One line of plain text, up to 300 characters: Markdown in it is shown as typed."""
Sentence = Annotated[str, StringConstraints(min_length=10, max_length=300, pattern=ONE_LINE)]
"""One sentence of 10 to 300 characters of plain text: Markdown in it is shown as typed."""
Prose = Annotated[str, StringConstraints(min_length=1, max_length=20_000)]
"""Free text in plain Markdown: raw HTML is shown as typed."""
Date = Annotated[date, BeforeValidator(_date), WithJsonSchema({"type": "string", "format": "date"})]
"""A day, YYYY-MM-DD, between 2000 and 2100."""
_URI = WithJsonSchema({"type": "string", "format": "uri"})
Link = Annotated[str, StringConstraints(max_length=500), AfterValidator(_link), _URI]
"""An address to show: http, https or mailto."""
GitUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_git_url), _URI]
"""A git repository by https."""
DataUrl = Annotated[str, StringConstraints(max_length=500), AfterValidator(_data_url), _URI]
"""A file by https, s3 or gs."""
GitRef = Annotated[str, AfterValidator(_git_ref)]
"""A branch, a tag or a full commit id."""
RepoPath = Annotated[str, AfterValidator(_path)]
"""A path inside the repository, with forward slashes."""
Glob = Annotated[str, AfterValidator(_glob)]
"""A path pattern: ``*`` within a folder, ``**`` across folders."""
Digest = Annotated[
    str,
    AfterValidator(_digest),
    WithJsonSchema({"type": "string", "pattern": "^sha256:[0-9a-f]{64}$"}),
]
"""``sha256:`` and 64 hexadecimal digits."""
Number = Annotated[float, BeforeValidator(_number), AfterValidator(_finite)]
"""A finite number."""
Positive = Annotated[float, BeforeValidator(_number), AfterValidator(_finite), Field(ge=0)]
"""A finite number, zero or more."""
Count = Annotated[int, Field(ge=0, le=10**12)]
"""A whole number, zero or more."""
Extra = dict[str, Any]
"""A free map for other tools: kept, never checked, never used in a score."""
Status = Literal["experimental", "beta", "stable", "deprecated"]
"""How far an entry has come on the maturity ladder."""
