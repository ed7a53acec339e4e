"""Specification reader: from a project brief in plain text or Markdown to a draft record.

Rules, no model: each value comes from one sentence of the brief, or from two where it says so.
What the brief does not say stays empty, and where it says two things the field stays empty too,
with both as alternatives. Confidence is one of three words with a fixed meaning:

* ``high``: one value, stated plainly.
* ``medium``: one value, with a hedge ("about"), or inferred from another (a deadline from start
  and duration, a size from roles, no currency named), or stated on a line of its own while the
  text says something else too.
* ``low``: nothing is taken, because values compete, a range is given, a day is ambiguous, or
  what stands there is no value of the field.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Literal

from maestro.errors import PROBLEMS, MaestroError

from .spec_fields import Claim, Reader
from .spec_labels import SHORT_VALUES, field_of, names_field
from .spec_numbers import Span
from .spec_text import MAX_CHARACTERS, Skipped, Statement, read_statements
from .spec_titles import description_of, title_of
from .spec_words import Words

Confidence = Literal["high", "medium", "low"]
ORDER = (
    "title",
    "description",
    "owner",
    "problem_class",
    "domain",
    "complexity",
    "team_size",
    "roles",
    "started",
    "deadline",
    "duration",
    "budget",
    "data_rows",
    "datasets",
    "uses",
    "constraints",
)
"""Fields in the order in which they are shown."""
_LISTS = ("roles", "datasets", "uses", "constraints")
_TERMS = ("problem_class", "domain", "owner")
_MOST_LISTED = 20


@dataclass(frozen=True, slots=True)
class Reading:
    """One field: its value, the words it came from, and how sure the rules are of it.

    ``value`` is None when nothing could be taken (confidence ``low``). ``sentences`` are exact
    pieces of the brief, ``lines`` count from 1. Values are plain data: days as YYYY-MM-DD, a
    budget as ``{"amount": ..., "currency": ...}``, roles as a list of maps.
    """

    field: str
    value: Any
    confidence: Confidence
    sentences: tuple[str, ...]
    lines: tuple[int, ...]
    reason: str = ""
    alternatives: tuple[Any, ...] = ()


@dataclass(frozen=True, slots=True)
class Brief:
    """All that was read of a brief, in :data:`ORDER`, and what was left out."""

    readings: tuple[Reading, ...]
    skipped: tuple[tuple[int, str, str], ...]
    """Line, exact text and reason of each statement that was not read."""
    currency: str

    def get(self, field: str) -> Reading | None:
        """The reading of one field."""
        return next((one for one in self.readings if one.field == field), None)

    def record(self) -> dict[str, Any]:
        """The draft as fields of a project record; only what the brief says.

        A budget in another currency than the library's is left out: nothing is converted.
        """
        values = {one.field: one.value for one in self.readings if one.value is not None}
        draft: dict[str, Any] = {}
        for name in ("title", "description", "owner", "problem_class", "domain", "complexity"):
            if name in values:
                draft[name] = values[name]
        if "team_size" in values:
            draft["team"] = {"size": values["team_size"]}
            if "roles" in values:
                draft["team"]["roles"] = values["roles"]
        for name in ("started", "deadline", "data_rows", "datasets"):
            if name in values:
                draft[name] = values[name]
        if (budget := values.get("budget")) and budget["currency"] == self.currency:
            draft["budget"] = budget["amount"]
        if "uses" in values:
            draft["uses"] = [{"artifact": name} for name in values["uses"]]
        if "constraints" in values:
            draft["extra"] = {"constraints": values["constraints"]}
        return draft


def read_brief(text: str, words: Words) -> Brief:
    """Read a brief of at most 262,144 characters with the library's words.

    Text is data: nothing in it is followed, run or looked up. Raises MaestroError Y003 for a
    longer text.
    """
    if len(text) > MAX_CHARACTERS:
        message = f"the brief has {len(text):,} characters, more than {MAX_CHARACTERS:,}"
        raise MaestroError("Y003", message, "keep what describes the project", exit_code=PROBLEMS)
    statements, skipped = read_statements(text)
    reader = Reader(words)
    claims: dict[str, list[Claim]] = {}
    for statement in statements:
        for claim in reader.claims(statement):
            claims.setdefault(claim.field, []).append(claim)
    found = _texts(text, statements)
    found |= {name: _decide(name, mine, text, words.currency) for name, mine in claims.items()}
    _infer(found)
    for reading in _unread(text, statements):
        found.setdefault(reading.field, reading)
    readings = tuple(found[name] for name in ORDER if name in found)
    return Brief(readings, tuple(_left_out(text, skipped)), words.currency)


def _left_out(text: str, skipped: Iterable[Skipped]) -> list[tuple[int, str, str]]:
    return [(one.line, text[one.start : one.end], one.reason) for one in skipped]


def _texts(text: str, statements: list[Statement]) -> dict[str, Reading]:
    """Title and description."""
    found = {}
    chosen = {"title": title_of(statements), "description": description_of(statements)}
    for name, choice in chosen.items():
        if choice:
            quotes = _quotes([choice.statement], text)
            confidence: Confidence = "medium" if choice.reason else "high"
            found[name] = Reading(name, choice.text, confidence, *quotes, choice.reason)
    return found


def _unread(text: str, statements: list[Statement]) -> Iterator[Reading]:
    """Lines that are labelled as a field and hold no value of it."""
    for one in statements:
        name = field_of(one.label)
        is_number = name != "data_rows" or any(c.isdigit() for c in one.text)
        if name in SHORT_VALUES and is_number and not one.is_heading:
            shown = " ".join(one.text.split())[:60]
            reason = f'"{shown}" is not understood: left empty'
            yield Reading(name, None, "low", *_quotes([one], text), reason)


def _quotes(where: Iterable[Statement], text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    places = sorted({(one.start, one.end, one.line) for one in where})
    places = places[:_MOST_LISTED]
    return tuple(text[a:b] for a, b, _ in places), tuple(line for *_, line in places)


def _decide(name: str, claims: list[Claim], text: str, currency: str) -> Reading:
    """One reading of all that is claimed about a field."""
    if name in _LISTS:
        return _listed(name, claims, text)
    claims, others = _weighed(name, claims)
    competing = _competing(claims)
    sentences, lines = _quotes((one.statement for one in claims), text)
    values = tuple(_shown(name, value, currency) for value in competing)
    if len(competing) == 1 and all(one.value is not None for one in claims):
        # The plainest statement speaks for the rest.
        best = next((one for one in claims if one.is_plain), claims[0])
        reasons = [best.reason] if best.reason else []
        if further := [value for value in _competing(others) if value not in competing]:
            also = _words(_shown(name, further[0], currency))
            reasons.append(f"the text also says {also}, in other words")
        if name == "budget" and values[0]["currency"] != currency:
            reasons.append(
                f"the library counts in {currency}, nothing is converted: not in the draft"
            )
        confidence: Confidence = "high" if best.is_plain and not further else "medium"
        return Reading(name, values[0], confidence, sentences, lines, "; ".join(reasons))
    reason = next((one.reason for one in claims if one.value is None), "")
    reason = reason or "the text names more than one"
    return Reading(name, None, "low", sentences, lines, reason, values)


def _weighed(name: str, claims: list[Claim]) -> tuple[list[Claim], list[Claim]]:
    """The claims that count, and those that they outweigh.

    A labelled line outweighs prose, unless the prose names the field too ("our budget is ..."):
    then the two compete. The name of a term outweighs a common word for another one.
    """
    counts = [field_of(one.statement.label) == name for one in claims]
    if any(counts) and name not in _TERMS:
        both = zip(claims, counts, strict=True)
        counts = [counted or names_field(one.statement.text, name) for one, counted in both]
    elif not any(counts) and name in _TERMS:
        counts = [not one.is_common for one in claims]
    if not any(counts):
        return claims, []
    kept = [one for one, counted in zip(claims, counts, strict=True) if counted]
    return kept, [one for one, counted in zip(claims, counts, strict=True) if not counted]


def _words(value: Any) -> str:
    return f"{value['currency']} {value['amount']:,}" if isinstance(value, dict) else str(value)


def _competing(claims: list[Claim]) -> list[Any]:
    found: list[Any] = []
    for claim in claims:
        for value in claim.ends or (claim.value,):
            if value is not None and value not in found:
                found.append(value)
        if len(found) > _MOST_LISTED:
            break
    return found


def _shown(name: str, value: Any, currency: str) -> Any:
    if name == "budget":
        amount, code = value
        return {
            "amount": int(amount) if amount == int(amount) else amount,
            "currency": code or currency,
        }
    if isinstance(value, date):
        return value.isoformat()
    return str(value) if isinstance(value, Span) else value


def _listed(name: str, claims: list[Claim], text: str) -> Reading:
    """Several values side by side: roles, data sets, pieces of the library, constraints."""
    kept: dict[str, Any] = {}
    clash: list[Any] = []
    sentences, lines = _quotes((one.statement for one in claims), text)
    if unclear := [one for one in claims if one.value is None]:
        return Reading(name, None, "low", sentences, lines, unclear[0].reason)
    for claim in claims:
        if name == "roles":
            assert isinstance(claim.value, tuple)
            role, people = claim.value
            if kept.setdefault(role, people) != people:
                clash.append({"role": role, "people": people})
        else:
            key = str(claim.value).partition("@")[0] if name != "constraints" else str(claim.value)
            # A name with its version says more than the name alone.
            if key not in kept or "@" not in str(kept[key]):
                kept[key] = claim.value
            elif "@" in str(claim.value) and claim.value != kept[key]:
                clash.append(claim.value)
    values: list[Any] = list(kept.values())[:_MOST_LISTED]
    if name == "roles":
        values = [{"role": role, "people": people} for role, people in sorted(kept.items())]
        values = values[:_MOST_LISTED]
    if name == "constraints":
        values = [value for value in values if len(value) <= 300]
    if clash:
        several = (*values, *clash)
        reason = "the text names more than one"
        return Reading(name, None, "low", sentences, lines, reason, several)
    confidence: Confidence = "high" if all(one.is_plain for one in claims) else "medium"
    return Reading(name, values or None, confidence, sentences, lines)


def _infer(found: dict[str, Reading]) -> None:
    """What follows from two statements: a size from roles, a deadline from start and duration."""
    roles = found.get("roles")
    if roles and roles.value is None and "team_size" not in found:
        found["team_size"] = replace(roles, field="team_size", alternatives=())
    elif roles and roles.value and "team_size" not in found:
        size = sum(one["people"] for one in roles.value)
        reason = "the sum of the roles"
        found["team_size"] = Reading(
            "team_size", size, "medium", roles.sentences, roles.lines, reason
        )
    start, length = found.get("started"), found.get("duration")
    if start and start.value and length and length.value and "deadline" not in found:
        count, unit = length.value.split(" ")
        end = Span(int(count), unit.rstrip("s")).after(date.fromisoformat(start.value))
        if end:
            both = dict.fromkeys(
                zip(
                    (*start.lines, *length.lines),
                    (*start.sentences, *length.sentences),
                    strict=True,
                )
            )
            lines, sentences = zip(*both, strict=True)
            reason = f"{length.value} from the start"
            value = end.isoformat()
            found["deadline"] = Reading("deadline", value, "medium", sentences, lines, reason)
