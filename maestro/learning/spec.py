"""Specification reader: from a project brief in plain text or Markdown to a draft record.

Rules, no model: each value comes from one sentence of the brief, or from two where it says so.
What the brief does not say stays empty, and where it says two things the field stays empty too,
with both as alternatives. Confidence is one of three words with a fixed meaning:

* ``high``: one value, stated plainly.
* ``medium``: one value, with a hedge ("about"), or inferred from another (a deadline from start
  and duration, a size from roles, no currency named).
* ``low``: nothing is taken, because values compete, a range is given, or a day is ambiguous.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any, Literal

from maestro.errors import PROBLEMS, MaestroError

from .spec_fields import LABELS, Claim, Reader
from .spec_numbers import Span
from .spec_text import MAX_CHARACTERS, Skipped, Statement, read_statements
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
    readings = tuple(found[name] for name in ORDER if name in found)
    return Brief(readings, tuple(_left_out(text, skipped)), words.currency)


def _left_out(text: str, skipped: Iterable[Skipped]) -> list[tuple[int, str, str]]:
    return [(one.line, text[one.start : one.end], one.reason) for one in skipped]


def _texts(text: str, statements: list[Statement]) -> dict[str, Reading]:
    """Title and description: labelled, else the first heading and the first sentence."""
    found = {}
    titles = [one for one in statements if LABELS.get(one.label) == "title"]
    titles = titles or [one for one in statements if one.is_heading]
    if titles and (title := _full(titles[0])) and len(title) <= 300:
        found["title"] = _reading("title", title, titles[:1], text)
    goals = [one for one in statements if LABELS.get(one.label) == "description"]
    prose = [one for one in statements if not one.label and not one.is_heading]
    for one in [*goals, *prose]:
        is_sentence = one in goals or (len(one.text.split()) > 4 and one.text.endswith((".", "!")))
        if is_sentence and 10 <= len(one.text) <= 300:
            found["description"] = _reading("description", one.text, [one], text)
            break
    return found


def _full(statement: Statement) -> str:
    """A heading whole: what stands before its colon is no label."""
    if statement.is_heading and statement.label and LABELS.get(statement.label) != "title":
        return f"{statement.label}: {statement.text}"
    return statement.text


def _reading(field: str, value: Any, where: list[Statement], text: str) -> Reading:
    sentences, lines = _quotes(where, text)
    return Reading(field, value, "high", sentences, lines)


def _quotes(where: Iterable[Statement], text: str) -> tuple[tuple[str, ...], tuple[int, ...]]:
    places = sorted({(one.start, one.end, one.line) for one in where})
    places = places[:_MOST_LISTED]
    return tuple(text[a:b] for a, b, _ in places), tuple(line for *_, line in places)


def _decide(name: str, claims: list[Claim], text: str, currency: str) -> Reading:
    """One reading of all that is claimed about a field."""
    if name in _LISTS:
        return _listed(name, claims, text)
    labelled = [one for one in claims if LABELS.get(one.statement.label) == name]
    if labelled and name in ("problem_class", "domain", "owner"):
        claims = labelled
    competing = _competing(claims)
    sentences, lines = _quotes((one.statement for one in claims), text)
    values = tuple(_shown(name, value, currency) for value in competing)
    if len(competing) == 1 and all(one.value is not None for one in claims):
        # The plainest statement speaks for the rest.
        best = next((one for one in claims if one.is_plain), claims[0])
        confidence: Confidence = "high" if best.is_plain else "medium"
        return Reading(name, values[0], confidence, sentences, lines, best.reason)
    reason = next((one.reason for one in claims if one.value is None), "")
    reason = reason or "the text names more than one"
    return Reading(name, None, "low", sentences, lines, reason, values)


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
    sentences, lines = _quotes((one.statement for one in claims), text)
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
    if roles and roles.value and "team_size" not in found:
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
