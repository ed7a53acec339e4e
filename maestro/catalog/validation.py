"""One record: from bytes to a typed record, with every fault at its line.

The models say what is wrong; this file says it in words, finds the place and names the remedy.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from typing import Any

from maestro.errors import Problem, did_you_mean, shorten
from maestro.schema import Model
from maestro.schema.base import name_fault
from maestro.schema.validate import Misfit, Place, fields_at, validate
from maestro.source import MAX_FAULTS, Fault, Unreadable, parse
from maestro.source.position import locate

CODES = {
    "V001": "The field is not known. Fix its name, or put data for other tools under extra:.",
    "V002": "A required field is missing.",
    "V003": "Versions have three parts (SemVer), since YAML reads 1.10 as the number 1.1.",
    "V004": "The value has the wrong type. Text that looks like a number needs quotes.",
    "V005": "Names are a-z, 0-9 and single dashes, 3 to 63 characters, of a team 1 to 63, and no "
    "word that the site or an operating system keeps for itself, like index or con.",
    "V006": "The text or list is too short, too long, or has a line break where none may be.",
    "V007": "Dates are days between 2000 and 2100, written YYYY-MM-DD.",
    "V008": "Addresses are full and plain: https, no user names, no escapes, no odd characters.",
    "V009": "A git ref is a branch, a tag or a full commit id, without special characters.",
    "V010": "Paths lie inside the repository and use / and plain characters.",
    "V011": "References are name@1.2.0, or name alone when the version is not known.",
    "V012": "The value is not one of the allowed words.",
    "V013": "The number is out of range.",
    "V014": "The fields do not fit together.",
    "V015": "Digests are sha256: and 64 hexadecimal digits.",
    "V017": "The record format is not the one this program reads. Run maestro migrate.",
    "V018": "The file has more faults than are shown. Fix these first.",
    "V019": "The value is not allowed.",
}
"""Problem code to what it means and what to do."""

_SECRET = re.compile(
    rb"AKIA[0-9A-Z]{16}|gh[pousr]_[A-Za-z0-9]{36}|github_pat_[A-Za-z0-9_]{40}|glpat-[\w-]{20}"
    rb"|xox[baprs]-[A-Za-z0-9-]{20}|-----BEGIN [A-Z ]*PRIVATE KEY-----|sk-[A-Za-z0-9_-]{32}"
    rb"|AIza[0-9A-Za-z_-]{35}|hf_[A-Za-z0-9]{30}|://[^/\s:@\"']{1,80}:[^/\s:@\"']{1,200}@"
)


def read_record(kind: str, path: str, data: bytes) -> tuple[dict[str, Any] | None, list[Problem]]:
    """Plain data of one record file, or None when nothing can be read, and the YAML's faults."""
    problems = secrets_in(path, data)
    try:
        plain, faults = parse(data)
    except Unreadable as unreadable:
        return None, problems + [_problem(path, fault) for fault in unreadable.faults]
    return plain, problems + [_problem(path, fault) for fault in faults]


def secrets_in(path: str, data: bytes) -> list[Problem]:
    """The first thing in a file that looks like a password, key or token."""
    return [_secret(path, data, found)] if (found := _SECRET.search(data)) else []


def build_record(
    kind: str, path: str, plain: dict[str, Any], data: bytes, known: list[Problem]
) -> tuple[Model | None, list[Problem], set[str]]:
    """The typed record, or None with its faults and the top-level fields that have them.

    Places that are already ``known`` to have faults stay silent.
    """
    empty = set() if kind == "taxonomy" else set(_empty_places(plain))
    record, misfits = validate(kind, plain)
    odd = _odd_teams(plain) if kind == "owners" else []
    if not misfits and not empty and not odd:
        return record, [], set()
    text = data.decode("utf-8")
    faulty = {str(place[0]) for place in [*empty, *(misfit.place for misfit in misfits)] if place}
    found = [_explain(kind, path, m, text) for m in misfits if m.place not in empty]
    found += [_empty(path, text, place) for place in empty]
    found += [_odd_team(path, text, name) for name in odd]
    taken = {problem.line for problem in known}
    fresh = sorted({problem for problem in found if problem.line not in taken})
    if len(fresh) > MAX_FAULTS:
        more = f"{len(fresh) - MAX_FAULTS} more faults in this file"
        last = fresh[MAX_FAULTS]
        fresh = fresh[:MAX_FAULTS]
        fresh.append(Problem(path, last.line, 1, "V018", more, "fix the ones above first"))
    return None, fresh, faulty


def _odd_teams(plain: dict[str, Any]) -> list[str]:
    """Teams that are called what no folder may be: each team's page has a folder of its own."""
    teams = plain.get("teams")
    names = teams if isinstance(teams, dict) else ()
    return [name for name in names if isinstance(name, str) and name_fault(name, least=1)]


def _odd_team(path: str, text: str, name: str) -> Problem:
    line, column = locate(text, ("teams", name), key=True)
    wrong, hint = name_fault(name, least=1) or ("", "")
    message = shorten(wrong.replace("name", "team", 1), 120)
    return Problem(path, line, column, "V005", message, f"{hint}; title: may be any words")


_FREE = frozenset(
    ["extra", "params", "hyperparameters", "prior", "automl", "explain", "monitors", "default"]
)


def _empty_places(data: Any, above: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Where a field has a name but no value, outside the free maps."""
    items = data.items() if isinstance(data, dict) else enumerate(data)
    for key, value in items:
        if value is None:
            if key not in _FREE:
                yield (*above, key)
        elif (value.__class__ is dict or value.__class__ is list) and key not in _FREE:
            yield from _empty_places(value, (*above, key))


def _empty(path: str, text: str, place: tuple[Any, ...]) -> Problem:
    line, column = locate(text, place)
    hint = "write a value, or drop the line"
    return Problem(path, line, column, "V002", f"{_name(place)} has no value", hint)


def _problem(path: str, fault: Fault) -> Problem:
    return Problem(path, fault.line, fault.column, fault.code, fault.message, fault.hint)


def _secret(path: str, data: bytes, found: re.Match[bytes]) -> Problem:
    line = data.count(b"\n", 0, found.start()) + 1
    column = found.start() - data.rfind(b"\n", 0, found.start())
    message = "looks like a password, key or token"
    return Problem(path, line, column, "K001", message, "remove it here and revoke it")


def _explain(kind: str, path: str, misfit: Misfit, text: str) -> Problem:
    """One misfit in our words, at its line."""
    place = tuple(part for part in misfit.place if part != "[key]")
    at_key = misfit.type == "extra_forbidden" or "[key]" in misfit.place
    code, message, hint = _words(kind, place, misfit)
    where = place[:-1] if misfit.type == "missing" else place
    line, column = locate(text, where, key=at_key) if where else (1, 1)
    if code == "V003" and isinstance(misfit.value, (int, float)):
        message, hint = _version_words(text.split("\n")[line - 1][column - 1 :], misfit.value)
    return Problem(path, line, column, code, message, hint)


def _version_words(rest: str, value: float) -> tuple[str, str]:
    """Message and hint for a version that YAML reads as a number; ``rest`` starts with it."""
    written = re.match(r"[^\s,}\]#]*", rest)
    typed = written.group() if written else str(value)
    missing = ".0" * (2 - typed.count("."))
    hint = f"write three parts: version: {typed}{missing}  (maestro fix does this)"
    return f"version {typed} would be read as the number {value}", hint


def _words(kind: str, place: Place, misfit: Misfit) -> tuple[str, str, str]:
    field = str(place[-1]) if place else "the record"
    if re.fullmatch(r"V\d{3}", misfit.type):
        words = str(misfit.context.get("text", ""))
        named = words if words.startswith(field) else f"{_name(place)} {words}"
        return misfit.type, named.strip(), str(misfit.context.get("hint", ""))
    if misfit.type == "extra_forbidden":
        known = [item.name for item in fields_at(kind, place[:-1])]
        hint = did_you_mean(field, known) or "put it under extra: if another tool needs it"
        return "V001", f'unknown field "{shorten(field)}"', hint
    if misfit.type == "missing":
        hint = _doc_at(kind, place)
        return "V002", f'field "{field}" is missing', f"add {field}: {hint}".rstrip(": ")
    maker = _WORDS.get(misfit.type)
    if maker is None:
        return "V019", f"{_name(place)} is not allowed", shorten(misfit.message, 160)
    return maker(_name(place), misfit)


def _name(loc: tuple[Any, ...]) -> str:
    words = [f"[{part}]" if isinstance(part, int) else f".{part}" for part in loc]
    return "".join(words).lstrip(".")[:120]


def _shown(value: Any) -> str:
    if value is None:
        return "nothing"
    if isinstance(value, dict):
        return "a map"
    if isinstance(value, (list, tuple)):
        return "a list"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, (int, float)):
        return f"the number {value}"
    return f'"{shorten(str(value), 40)}"'


_Words = Callable[[str, Misfit], tuple[str, str, str]]


def _wrong_type(wanted: str, remedy: str) -> _Words:
    def words(name: str, misfit: Misfit) -> tuple[str, str, str]:
        """Code, message and hint for one misfit."""
        value = misfit.value
        hint = remedy
        if wanted == "text" and isinstance(value, (int, float, bool)):
            hint = "put it in quotes"
        return "V004", f"{name} must be {wanted}, not {_shown(value)}", hint

    return words


def _length(what: str, bound: str, noun: str) -> _Words:
    """Words for a text or list of the wrong length."""

    def words(name: str, misfit: Misfit) -> tuple[str, str, str]:
        """Code, message and hint for one misfit."""
        limit = _limit(misfit)
        counted = f"{limit} {noun}" if str(limit) == "1" else f"{limit} {noun}s"
        length = misfit.context.get("actual_length")
        length = len(misfit.value) if length is None else length
        message = f"{name} {what}: {bound} {counted}, not {length}"
        return "V006", message, f"write {bound} {counted}"

    return words


def _range(bound: str, remedy: str) -> _Words:
    """Words for a number out of its range."""

    def words(name: str, misfit: Misfit) -> tuple[str, str, str]:
        """Code, message and hint for one misfit."""
        limit = _limit(misfit)
        message = f"{name} must be {bound} {limit}, not {shorten(str(misfit.value), 40)}"
        return "V013", message, f"write a number {remedy} {limit}"

    return words


def _limit(misfit: Misfit) -> int | float | str:
    limits = {k: v for k, v in misfit.context.items() if isinstance(v, (int, float))}
    return next((limits[k] for k in sorted(limits) if k != "actual_length"), "")


def _choice(name: str, misfit: Misfit) -> tuple[str, str, str]:
    allowed = re.findall(r"'([^']*)'", str(misfit.context.get("expected", "")))
    value = shorten(str(misfit.value), 40)
    hint = did_you_mean(value, allowed) or f"write one of {', '.join(allowed[:12])}"
    return "V012", f'{name} "{value}" is not known', hint


def _line_break(name: str, misfit: Misfit) -> tuple[str, str, str]:
    return "V006", f"{name} holds a line break", "write it on one line"


_WORDS: dict[str, _Words] = {
    "string_pattern_mismatch": _line_break,
    "string_type": _wrong_type("text", "write text"),
    "int_type": _wrong_type("a whole number", "write digits without quotes"),
    "float_type": _wrong_type("a number", "write digits without quotes"),
    "bool_type": _wrong_type("true or false", "write true or false without quotes"),
    "date_type": _wrong_type("a date", "write YYYY-MM-DD"),
    "list_type": _wrong_type("a list", "write one item to a line, each after a dash"),
    "dict_type": _wrong_type("a map", "write fields below it, indented"),
    "model_type": _wrong_type("a map", "write fields below it, indented"),
    "string_too_short": _length("is too short", "at least", "character"),
    "string_too_long": _length("is too long", "at most", "character"),
    "too_short": _length("has too few items", "at least", "item"),
    "too_long": _length("has too many items", "at most", "item"),
    "greater_than": _range("more than", "above"),
    "greater_than_equal": _range("at least", "of at least"),
    "less_than": _range("less than", "below"),
    "less_than_equal": _range("at most", "of at most"),
    "literal_error": _choice,
}


def _doc_at(kind: str, place: Place) -> str:
    docs = {item.name: item.description for item in fields_at(kind, place[:-1])}
    first = docs.get(str(place[-1]), "").split("\n")[0].rstrip(".")
    return first[:1].lower() + first[1:] if not first[:2].isupper() else first
