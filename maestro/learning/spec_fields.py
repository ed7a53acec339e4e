"""What each statement of a brief says about each field of a project record."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass, replace

from .spec_labels import SHORT_VALUES, field_of
from .spec_numbers import NUMBER, SPAN, Day, amounts, days, number, span, span_of
from .spec_patterns import (
    BARE,
    BUDGET,
    COMPLEXITY,
    CONSTRAINT,
    DAY_BEFORE,
    DAY_WORD,
    HEDGE,
    HEDGE_AFTER,
    LIMIT,
    LIMIT_AFTER,
    OTHER_CURRENCY,
    OTHER_DAYS,
    OTHER_MONEY_BEFORE,
    OUR_PEOPLE,
    RATE,
    ROWS,
    SPAN_AFTER,
    SPAN_BEFORE,
    SPAN_NOT,
    SPAN_NOT_AFTER,
    TEAMS,
    WORK,
)
from .spec_ranges import Range, ranges
from .spec_text import Statement
from .spec_words import Finder, Words, is_denied, references

_MOST_PEOPLE = 1000
_RANGE = "the text gives a range"


@dataclass(frozen=True, slots=True)
class Claim:
    """One thing that a statement says about a field; ``value`` None when it cannot be taken."""

    field: str
    value: object
    statement: Statement
    is_plain: bool = True
    """False when the text hedges or the value was inferred."""
    reason: str = ""
    """Why it is not plain, or cannot be taken."""
    ends: tuple[object, ...] = ()
    """The values that compete within the statement."""
    is_common: bool = False
    """Read from another word for a term, of one word: it may mean something else."""


@dataclass(frozen=True, slots=True)
class _Clause:
    """A clause whose ranges stand as one number each."""

    statement: Statement
    text: str
    ranges: tuple[Range, ...]

    def range_at(self, place: int, kind: str) -> Range | None:
        """The range at a place when it may count ``kind`` (money, time, people, rows)."""
        found = (one for one in self.ranges if one.start <= place < one.end)
        return next((one for one in found if one.kind in ("", kind)), None)

    def behind(self, words: str) -> _Clause:
        """The same clause with words before it."""
        moved = (
            replace(one, start=one.start + len(words), end=one.end + len(words))
            for one in self.ranges
        )
        return replace(self, text=words + self.text, ranges=tuple(moved))

    def is_labelled(self, name: str) -> bool:
        """Whether its statement is labelled as a field."""
        return field_of(self.statement.label) == name

    def is_value(self, end: int) -> bool:
        """Whether what ends at ``end`` is all of a value: no further word belongs to it."""
        return not re.match(r"\s?[^\W\d]", self.text[end:])


class Reader:
    """Reads one statement after the other; holds the patterns of the library's words."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._finders = {
            "problem_class": Finder(words.problem_classes, is_subject=True),
            "domain": Finder(words.domains, is_subject=True),
            "owner": Finder(words.owners),
        }
        self._personas = Finder(words.personas)

    def claims(self, statement: Statement) -> Iterator[Claim]:
        """All that a statement says, field by field; text fields (title, ...) are not among it."""
        name = field_of(statement.label)
        for words in statement.clauses:
            yield from self._references(statement, words)
            clause = _Clause(statement, *ranges(words))
            if name == "title":
                yield from self._terms(clause, ("problem_class", "domain"))
            elif name in SHORT_VALUES:
                own = list(self._own(name, clause))
                yield from own
                # "Timeline: we start on ..." holds no length of time, but a day.
                if not any(claim.field == name for claim in own):
                    yield from self._prose(clause)
            else:
                if statement.label and not name:
                    clause = _Clause(statement, *ranges(f"{statement.label} {words}"))
                yield from self._prose(clause)
        if name == "constraints":
            is_own = field_of(statement.full.partition(":")[0]) == name
            text = statement.text if is_own else statement.full
            yield Claim("constraints", text, statement)

    def _own(self, name: str, clause: _Clause) -> Iterator[Claim]:
        """What a clause says about the field that its label names."""
        if name in self._finders:
            names = (name, "domain") if name == "problem_class" else (name,)
            yield from self._terms(clause, names)
        elif name == "team_size":
            yield from self._team(clause)
        else:
            yield from _LABELLED[name](clause)

    def _prose(self, clause: _Clause) -> Iterator[Claim]:
        statement, text = clause.statement, clause.text
        yield from self._terms(clause, ("problem_class", "domain"))
        if statement.is_heading:
            return
        yield from self._team(clause)
        yield from _days(clause)
        yield from _durations(clause)
        yield from _budgets(clause)
        yield from _rows(clause)
        yield from _complexity(clause)
        is_labelled = clause.is_labelled("constraints")
        if not is_labelled and CONSTRAINT.search(text) and not days(text) and not amounts(text):
            yield Claim("constraints", statement.text, statement)

    def _terms(self, clause: _Clause, names: tuple[str, ...]) -> Iterator[Claim]:
        for name in names:
            for hit in self._finders[name].find(clause.text):
                before = clause.text[: hit.start]
                yield _claim(name, hit.term, clause.statement, before, is_common=hit.is_common)

    def _references(self, statement: Statement, clause: str) -> Iterator[Claim]:
        for name in references(clause, self._words.datasets):
            yield Claim("datasets", name, statement)
        for name in references(clause, self._words.artifacts):
            yield Claim("uses", name, statement)

    def _team(self, clause: _Clause) -> Iterator[Claim]:
        statement, text = clause.statement, clause.text
        is_labelled = clause.is_labelled("team_size")
        ours = is_labelled or bool(OUR_PEOPLE.search(statement.text))
        is_team = ours or bool(re.search(r"\bfree\b|\bavailable\b", statement.text, re.I))
        roles = list(self._roles(clause))
        roles = roles if is_team or self._is_all_roles(text) else []
        for role, people, start in roles:
            if clause.range_at(start, "people"):
                yield Claim("roles", None, statement, False, _RANGE)
            else:
                yield _claim("roles", (role, people), statement, text[:start])
        hits = [hit for pattern in (TEAMS if ours else TEAMS[:3]) for hit in pattern.finditer(text)]
        bare = BARE.match(text) if is_labelled and not roles else None
        if bare and (not hits or re.match(r"\s(?:out\s)?(?:of|von|sur)\s", text[bare.end() :])):
            hits = [bare]
        seen = {place for *_, place in roles}
        for hit in hits:
            key = next(key for key, value in hit.groupdict().items() if value)
            start, value = hit.start(key), number(hit[key])
            if start in seen or value is None or is_denied(text, start, hit.end()):
                continue
            seen.add(start)
            if found := clause.range_at(start, "people"):
                yield _two("team_size", found, statement)
            elif value == int(value) and 1 <= value <= _MOST_PEOPLE:
                yield _number("team_size", int(value), clause, hit.span(key))
            elif is_labelled or key != "d":
                yield _outside("team_size", value, _MOST_PEOPLE, statement)

    def _is_all_roles(self, text: str) -> bool:
        """Whether a text is a list of counted roles and nothing else ("2 analysts, 1 engineer")."""
        left, place = [], 0
        for hit in self._personas.find(text):
            left.append(text[place : hit.start])
            place = hit.end
        rest = re.sub(rf"{NUMBER}|\b(?:and|und|et|an?)\b", "", " ".join([*left, text[place:]]))
        return not re.search(r"\w", rest)

    def _roles(self, clause: _Clause) -> Iterator[tuple[str, int, int]]:
        for hit in self._personas.find(clause.text):
            before = clause.text[: hit.start]
            counted = re.search(rf"(?P<n>{NUMBER}|\ban?)\s(?:\w+\s)?\Z", before, re.I)
            if counted is None:
                continue
            value = 1.0 if counted["n"].casefold() in ("a", "an") else number(counted["n"])
            if value is not None and value == int(value) and 1 <= value <= _MOST_PEOPLE:
                yield hit.term, int(value), counted.start("n")


def _claim(
    name: str, value: object, statement: Statement, before: str, *, is_common: bool = False
) -> Claim:
    hedge = HEDGE.search(before)
    if hedge and name == "budget" and LIMIT.match(hedge[0]):
        hedge = None
    reason = f'the text says "{hedge[0].split()[0]}"' if hedge else ""
    return Claim(name, value, statement, not hedge, reason, is_common=is_common)


def _number(name: str, value: object, clause: _Clause, place: tuple[int, int]) -> Claim:
    """A claim of a number at a place, with the hedge before or behind it ("3 or more")."""
    claim = _claim(name, value, clause.statement, clause.text[: place[0]])
    hedge = HEDGE_AFTER.match(clause.text, place[1])
    if not hedge or not claim.is_plain or (name == "budget" and LIMIT_AFTER.match(hedge["what"])):
        return claim
    return replace(claim, is_plain=False, reason=f'the text says "{hedge["what"]}"')


def _whole(value: float) -> float:
    return int(value) if value == int(value) else value


def _two(name: str, found: Range, statement: Statement) -> Claim:
    ends = (_whole(found.low), _whole(found.high))
    return Claim(name, None, statement, False, _RANGE, ends)


def _outside(name: str, value: float, most: int, statement: Statement) -> Claim:
    reason = f"{_whole(value):,} is no whole number from 1 to {most:,}: left empty"
    return Claim(name, None, statement, False, reason)


def _budgets(clause: _Clause, *, is_labelled: bool = False) -> Iterator[Claim]:
    statement, text = clause.statement, clause.text
    if not is_labelled and not BUDGET.search(statement.text):
        return
    found = amounts(text)
    for money in found:
        before, after = text[: money.start], text[money.end : money.end + 20]
        if OTHER_MONEY_BEFORE.search(before) or RATE.match(after):
            continue
        if is_denied(text, money.start, money.end) and "more than" not in before[-12:]:
            continue
        if several := clause.range_at(money.start, "money"):
            ends = tuple((end, money.currency) for end in (several.low, several.high))
            yield Claim("budget", None, statement, False, _RANGE, ends)
        else:
            yield _number(
                "budget", (money.amount, money.currency), clause, (money.start, money.end)
            )
    bare = BARE.match(text) if is_labelled and not found else None
    if bare and (value := number(bare["n"])) is not None:
        signs = [c for c in text if unicodedata.category(c) == "Sc"]
        if signs or OTHER_CURRENCY.match(text, bare.end()):
            reason = "the currency is not one that is understood: left empty"
            yield Claim("budget", None, statement, False, reason)
        elif several := clause.range_at(bare.start("n"), "money"):
            reason = f"{_RANGE}, and no currency is named"
            ends = ((several.low, ""), (several.high, ""))
            yield Claim("budget", None, statement, False, reason, ends)
        elif clause.range_at(bare.start("n"), "people") is None:
            reason = "no currency is named: the library's is meant"
            yield Claim("budget", (value, ""), statement, False, reason)


def _rows(clause: _Clause) -> Iterator[Claim]:
    statement, text = clause.statement, clause.text
    hits = list(ROWS.finditer(text))
    if not hits and clause.is_labelled("data_rows"):
        bare = BARE.match(text)
        hits = [bare] if bare and clause.is_value(bare.end()) else []
    for hit in hits:
        value, groups = number(hit["n"]), hit.groupdict()
        if value is None or RATE.match(groups.get("rest") or ""):
            continue
        if is_denied(text, hit.start("n"), hit.end("n")):
            continue
        if found := clause.range_at(hit.start("n"), "rows"):
            yield _two("data_rows", found, statement)
        elif value == int(value):
            yield _number("data_rows", int(value), clause, hit.span("n"))


def _complexity(clause: _Clause) -> Iterator[Claim]:
    statement = clause.statement
    if clause.is_labelled("complexity"):
        clause = clause.behind("complexity ")
    text = clause.text
    for hit in COMPLEXITY.finditer(text):
        value = number(hit["n"])
        if value is None or is_denied(text, hit.start("n"), hit.end()):
            continue
        if hit["of"] not in (None, "10"):
            reason = f"is on a scale of {hit['of']}, not of 10"
            yield Claim("complexity", None, statement, False, reason)
        elif found := clause.range_at(hit.start("n"), ""):
            yield _two("complexity", found, statement)
        elif value in range(1, 11):
            yield _number("complexity", int(value), clause, hit.span("n"))
        else:
            yield _outside("complexity", value, 10, statement)


def _days(clause: _Clause) -> Iterator[Claim]:
    text, place = clause.text, 0
    if OTHER_DAYS.search(text):
        return
    for day in days(text):
        words = list(DAY_WORD.finditer(text, max(place, day.start - 70), day.start))
        place = day.end
        if words and not is_denied(text, day.start, day.end):
            yield _day(words[-1].lastgroup or "", day, clause)


def _day(name: str, day: Day, clause: _Clause) -> Claim:
    statement = clause.statement
    if day.value is None:
        return Claim(name, None, statement, False, f'"{day.text}" {day.fault}')
    if other := DAY_BEFORE.search(clause.text[: day.start]):
        text = f"{other[0]}{day.text}"
        return Claim(name, None, statement, False, f'"{text}" names two days')
    reason = f'the last day of "{day.text}"' if day.is_derived else ""
    return Claim(name, day.value, statement, not day.is_derived, reason)


def _durations(clause: _Clause) -> Iterator[Claim]:
    statement, text = clause.statement, clause.text
    is_labelled = clause.is_labelled("duration")
    for hit in SPAN.finditer(text):
        before = text[: hit.start()]
        is_work = SPAN_BEFORE.search(before) and WORK.search(statement.text)
        is_work = is_work or SPAN_AFTER.match(text, hit.end())
        is_other = SPAN_NOT.search(before) or SPAN_NOT_AFTER.match(text[hit.end() :])
        if is_denied(text, hit.start(), hit.end()) or RATE.match(text, hit.end()):
            continue
        if not is_labelled and (is_other or not is_work):
            continue
        if found := clause.range_at(hit.start(), "time"):
            ends = zip((found.low, found.high), found.units, strict=True)
            spans = tuple(filter(None, (span_of(count, unit) for count, unit in ends)))
            yield Claim("duration", None, statement, False, _RANGE, spans)
        elif length := span(hit):
            yield _number("duration", length, clause, hit.span())
        elif is_labelled:
            reason = f'"{hit[0]}" is no whole number of 1 to 1,000: left empty'
            yield Claim("duration", None, statement, False, reason)


def _labelled_day(clause: _Clause) -> Iterator[Claim]:
    for day in days(clause.text):
        if not is_denied(clause.text, day.start, day.end):
            yield _day(field_of(clause.statement.label), day, clause)


def _labelled_budget(clause: _Clause) -> Iterator[Claim]:
    yield from _budgets(clause, is_labelled=True)


_LABELLED = {
    "started": _labelled_day,
    "deadline": _labelled_day,
    "duration": _durations,
    "budget": _labelled_budget,
    "complexity": _complexity,
    "data_rows": _rows,
}
