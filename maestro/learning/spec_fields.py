"""What each statement of a brief says about each field of a project record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .spec_numbers import NUMBER, RANGE, SPAN, Day, amounts, days, number, span
from .spec_text import Statement
from .spec_words import Finder, Words, is_denied, references

_LABELS = {
    "title": "title|project|project name|name|subject|titel|projekt|betreff|titre|projet|objet",
    "description": "goal|aim|objective|description|purpose|ziel|beschreibung|objectif|description",
    "problem_class": "problem class|class|problem|type of problem|problem type|class of problem"
    "|task|problemklasse|klasse|aufgabe|classe de problème|type de problème|tâche",
    "domain": "domain|industry|sector|field|business|branche|domäne|bereich|domaine|secteur",
    "complexity": "complexity|difficulty|komplexität|complexité",
    "team": "team|team size|size of team|people|headcount|teamgrösse|teamgröße|personen"
    "|équipe|taille de l'équipe|personnes",
    "started": "start|start date|starts|started|kick-off|kickoff|begin|begins|beginning|beginn"
    "|projektbeginn|projektstart|début|date de début",
    "deadline": "deadline|due|due date|end|end date|finish|target date|frist|termin|abgabe|ende"
    "|échéance|fin|date de fin|livraison|délai",
    "duration": "duration|timeline|time|length|laufzeit|dauer|durée",
    "budget": "budget|total budget|our budget|project budget|gesamtbudget|enveloppe|funding",
    "data_rows": "rows|number of rows|data|data rows|size of data|records|zeilen|anzahl zeilen"
    "|datensätze|daten|lignes|nombre de lignes|données",
    "owner": "owner|owned by|owning team|verantwortlich|responsable",
}
LABELS = {word: name for name, words in _LABELS.items() for word in words.split("|")}
"""A label in small letters to the field that it names."""


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


_HEDGE = re.compile(
    r"\b(?:about|roughly|approximately|around|circa|ca|perhaps|maybe|probably|possibly|estimated|"
    r"rund|etwa|ungefähr|vielleicht|environ|peut-être|some|almost|nearly|over|at least|more than|"
    r"up to|at most|less than|mindestens|höchstens|max|min)\b\W*(?:\w+\W+){0,2}\Z",
    re.I,
)
_BUDGET = re.compile(
    r"\b(?:budgets?|fund(?:s|ed|ing)?|may cost|must cost|can cost|cost no more|may spend|can spend"
    r"|gesamtbudget|kosten darf|darf\b.{0,40}\bkosten|enveloppe)\b",
    re.I,
)
_OTHER_MONEY_BEFORE = re.compile(
    r"\b(?:sav(?:e|es|ing|ings)|revenue|turnover|profit|worth|los(?:e|s|ses)|fraud costs?|fine of"
    r"|umsatz|spar\w+|chiffre d'affaires)\b[^,;.]{0,40}\Z",
    re.I,
)
_RATE = re.compile(
    r"\s?(?:per|a|an|each|every|pro|par|im|/)\s?(?:year|month|week|day|hour|minute|second|jahr|monat"
    r"|woche|tag|stunde|an|mois|semaine|jour|heure|annum|customer|user|person|unit)\b|\s(?:yearly|"
    r"annually|monthly|daily)\b",
    re.I,
)
_TEAM_WORD = r"(?:team|équipe|equipe)"
_PERSON = (
    r"(?:people|persons?|members?|engineers?|developers?|colleagues|heads|personen|leute|mitarbeiter"
    r"(?:nde)?|personnes?|membres?)"
)
_TEAM = (
    rf"\b{_TEAM_WORD}\s(?:size\s)?(?:(?:of|has|have|is|counts|will be|consists of|with|von|mit|aus"
    rf"|hat|zählt|besteht aus|ist|de|compte|est de)\s)+(?:only\s|just\s|about\s|rund\s|nur\s)?"
    rf"(?P<a>{NUMBER})(?!\s?(?:%|weeks?|months?|days?|years?|rows|eur|€))",
    rf"(?P<b>{NUMBER})[\s-](?:person|people|man|member|köpfige[sn]?)\s{_TEAM_WORD}\b",
    rf"\b(?:we are|wir sind|nous sommes)\s(?:only\s)?(?P<c>{NUMBER})(?=\s{_PERSON}|\s*[.,;]|\s*\Z)",
    rf"(?P<d>{NUMBER})\s{_PERSON}\b",
)
_TEAMS = tuple(re.compile(pattern, re.I) for pattern in _TEAM)
_OUR_PEOPLE = re.compile(
    rf"\b(?:{_TEAM_WORD}|we|our|staffed|work(?:s|ing)? on|wir|unser\w*|nous|notre|arbeiten)\b", re.I
)
_ROWS = re.compile(
    rf"(?P<n>{NUMBER})\s(?:d'|de\s|of\s)?(?:(?:new|labelled|labeled|historic|historical|clean|past|"
    r"scanned|annotated|gelabelte|beschriftete)\s){0,2}(?P<noun>rows?|records?|observations?|"
    r"samples?|examples?|zeilen|datensätze|einträge|lignes?|enregistrements?|images?|pictures?|"
    r"photos?|bilder|transactions?|documents?|dokumente|events?|tickets?|messages?|readings?|"
    r"invoices?|reviews?|measurements?)\b(?P<rest>.{0,20})",
    re.I,
)
_COMPLEXITY = re.compile(
    rf"\b(?:complexity|komplexität|complexité)\s(?:(?:of|is|at|von|ist|est|de|level)\s){{0,2}}"
    rf"(?P<n>{NUMBER})(?:\s?(?:/|of|out of|von|sur)\s?(?P<of>\d+))?",
    re.I,
)
_BARE = re.compile(rf"\W{{0,3}}(?P<n>{NUMBER})\b")
_START = (
    r"start\w*|kick-?off|kicks off|begin\w*|beginn\w*|projektbeginn|commenc\w*|début\w*|from|ab|dès"
)
_END = (
    r"deadline|due|by|until|till|before|finish\w*|done|deliver\w*|ends?|ending|complet\w*|go-?live|"
    r"frist|termin|bis|spätestens|fertig|abgabe|échéance|livr\w+|avant|d'ici|jusqu'au|terminé\w*|to"
)
_DAY_WORD = re.compile(rf"\b(?:(?P<started>{_START})|(?P<deadline>{_END}))\b", re.I)
_OTHER_DAYS = re.compile(
    r"\b(?:data|history|records|rows|daten|zeilen|données|lignes|(?:moved|changed) from)\b",
    re.I,
)
_SPAN_BEFORE = re.compile(
    r"\b(?:have|takes?|lasts?|last|duration|within|runs?|running|plan(?:ned)?|over|in|for|timeline|"
    r"dauer|laufzeit|dauert|läuft|dure|durera|durée|pendant|needs?|is|of)\b\W*(?:\w+\W+){0,3}\Z",
    re.I,
)
_SPAN_NOT = re.compile(
    r"\b(?:every|past|per|next|previous|horizon|history|forecast\w*|predict\w*|window|data|warranty)"
    r"\b[^,;]{0,30}\Z|\b(?:the|these|our|for|over|of|in)\slast\s\Z",
    re.I,
)
_SPAN_NOT_AFTER = re.compile(
    r"\s(?:of (?:data|history|records|logs|experience)|ahead|old|ago|in advance|later|earlier|of)\b"
    r"|\s(?:daten|de données)\b",
    re.I,
)
_WORK = re.compile(
    r"\b(?:we|project|work|pilot|it|takes?|lasts?|duration|wir|projekt|projet|plan|nous|arbeit)\b",
    re.I,
)
_CONSTRAINT = re.compile(
    r"\b(?:must(?: not)?|mustn't|may not|has to stay|have to stay|not allowed|forbidden|"
    r"on[- ]prem\w*|gdpr|dsgvo|rgpd|darf nicht|dürfen nicht|muss"
    r"|ne doit pas|ne doivent pas|doit rester)\b",
    re.I,
)


class Reader:
    """Reads one statement after the other; holds the patterns of the library's words."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._finders = {
            "problem_class": Finder(words.problem_classes),
            "domain": Finder(words.domains),
            "owner": Finder(words.owners),
        }
        self._personas = Finder(words.personas)

    def claims(self, statement: Statement) -> Iterator[Claim]:
        """All that a statement says, field by field; text fields (title, ...) are not among it."""
        name = LABELS.get(statement.label, "")
        for clause in statement.clauses:
            yield from self._references(statement, clause)
            if name in self._finders:
                yield from self._terms(statement, clause, (name,))
            elif name == "team":
                yield from self._team(statement, clause)
            elif name == "data_rows":
                yield from _rows(statement, clause, is_labelled=True)
            elif name in _LABELLED:
                yield from _LABELLED[name](statement, clause)
            elif name not in _LABELS:
                if statement.label:
                    clause = f"{statement.label} {clause}"
                yield from self._prose(statement, clause)

    def _prose(self, statement: Statement, clause: str) -> Iterator[Claim]:
        yield from self._terms(statement, clause, ("problem_class", "domain"))
        if statement.is_heading:
            return
        yield from self._team(statement, clause)
        yield from _days(statement, clause)
        yield from _durations(statement, clause)
        yield from _budgets(statement, clause)
        yield from _rows(statement, clause)
        yield from _complexity(statement, clause)
        if _CONSTRAINT.search(clause) and not days(clause) and not amounts(clause):
            yield Claim("constraints", statement.text, statement)

    def _terms(self, statement: Statement, clause: str, names: tuple[str, ...]) -> Iterator[Claim]:
        for name in names:
            for term, start, _ in self._finders[name].find(clause):
                yield _claim(name, term, statement, clause[:start])

    def _references(self, statement: Statement, clause: str) -> Iterator[Claim]:
        for name in references(clause, self._words.datasets):
            yield Claim("datasets", name, statement)
        for name in references(clause, self._words.artifacts):
            yield Claim("uses", name, statement)

    def _team(self, statement: Statement, clause: str) -> Iterator[Claim]:
        is_labelled = LABELS.get(statement.label) == "team"
        ours = is_labelled or bool(_OUR_PEOPLE.search(statement.text))
        is_team = ours or bool(re.search(r"\bfree\b|\bavailable\b", statement.text, re.I))
        roles = list(self._roles(clause)) if is_team else []
        for role, people, start in roles:
            yield _claim("roles", (role, people), statement, clause[:start])
        ends = _range(clause, rf"\s(?:{_PERSON})\b" if not is_labelled else r"(?:\s|\Z)")
        if ends:
            yield _two("team_size", ends, statement)
            return
        patterns = _TEAMS if ours else _TEAMS[:3]
        hits = [hit for pattern in patterns for hit in pattern.finditer(clause)]
        if is_labelled and not hits and not roles and (bare := _BARE.match(clause)):
            hits = [bare]
        seen = set()
        for hit in hits:
            start = next(hit.start(key) for key, value in hit.groupdict().items() if value)
            value = number(next(value for value in hit.groupdict().values() if value))
            if start in seen or value is None or is_denied(clause, start, hit.end()):
                continue
            seen.add(start)
            if any(start == place for *_, place in roles) or not 1 <= value <= 1000:
                continue
            if value == int(value):
                yield _claim("team_size", int(value), statement, clause[:start])

    def _roles(self, clause: str) -> Iterator[tuple[str, int, int]]:
        for role, start, end in self._personas.find(clause):
            counted = re.search(rf"(?P<n>{NUMBER}|\ban?)\s(?:\w+\s)?\Z", clause[:start], re.I)
            if counted is None or is_denied(clause, start, end):
                continue
            value = 1.0 if counted["n"].casefold() in ("a", "an") else number(counted["n"])
            if value is not None and value == int(value) and 1 <= value <= 1000:
                yield role, int(value), counted.start("n")


def _claim(name: str, value: object, statement: Statement, before: str) -> Claim:
    hedge = _HEDGE.search(before)
    reason = f'the text says "{hedge[0].split()[0]}"' if hedge else ""
    return Claim(name, value, statement, not hedge, reason)


def _two(name: str, ends: tuple[object, ...], statement: Statement) -> Claim:
    return Claim(name, None, statement, False, "the text gives a range", ends)


def _range(clause: str, unit_after: str) -> tuple[object, ...]:
    """The two ends of a range that is followed by a unit; empty when there is none."""
    for hit in RANGE.finditer(clause):
        if re.match(unit_after, clause[hit.end() :] or " ", re.I):
            ends = (number(hit["a"] or hit["c"]), number(hit["b"] or hit["d"]))
            if None not in ends and ends[0] < ends[1]:  # type: ignore[operator]
                return tuple(
                    int(end) if end == int(end) else end for end in ends if end is not None
                )
    return ()


def _budgets(statement: Statement, clause: str, *, is_labelled: bool = False) -> Iterator[Claim]:
    if not is_labelled and not _BUDGET.search(statement.text):
        return
    found = amounts(clause)
    if (hit := RANGE.search(clause)) and len(found) in (1, 2):
        ends = [number(hit["a"] or hit["c"]), number(hit["b"] or hit["d"])]
        yield _two("budget", tuple((end, found[0].currency) for end in ends), statement)
        return
    for money in found:
        before, after = clause[: money.start], clause[money.end : money.end + 20]
        if _OTHER_MONEY_BEFORE.search(before) or _RATE.match(after):
            continue
        if not is_denied(clause, money.start, money.end) or "more than" in before[-12:]:
            yield Claim("budget", (money.amount, money.currency), statement)
    bare = _BARE.match(clause) if is_labelled and not found else None
    if bare and (value := number(bare["n"])) is not None:
        reason = "no currency is named: the library's is meant"
        yield Claim("budget", (value, ""), statement, False, reason)


def _rows(statement: Statement, clause: str, *, is_labelled: bool = False) -> Iterator[Claim]:
    if ends := _range(clause, r"\s(?:rows|records|zeilen|lignes)\b"):
        yield _two("data_rows", ends, statement)
        return
    hits = list(_ROWS.finditer(clause))
    for hit in hits:
        value = number(hit["n"])
        if value is None or value != int(value) or _RATE.match(hit["rest"]):
            continue
        if not is_denied(clause, hit.start(), hit.start("noun")):
            yield _claim("data_rows", int(value), statement, clause[: hit.start()])
    if is_labelled and not hits and (bare := re.match(rf"\W{{0,3}}(?P<n>{NUMBER})\s*\Z", clause)):
        value = number(bare["n"])
        if value is not None and value == int(value):
            yield Claim("data_rows", int(value), statement)


def _complexity(statement: Statement, clause: str) -> Iterator[Claim]:
    text = f"complexity {clause}" if LABELS.get(statement.label) == "complexity" else clause
    for hit in _COMPLEXITY.finditer(text):
        value = number(hit["n"])
        if hit["of"] not in (None, "10"):
            reason = f"is on a scale of {hit['of']}, not of 10"
            yield Claim("complexity", None, statement, False, reason)
        elif value not in range(1, 11) or is_denied(text, hit.start("n"), hit.end()):
            continue
        else:
            yield _claim("complexity", int(value or 0), statement, text[: hit.start("n")])


def _days(statement: Statement, clause: str) -> Iterator[Claim]:
    place = 0
    if _OTHER_DAYS.search(clause):
        return
    for day in days(clause):
        words = list(_DAY_WORD.finditer(clause, max(place, day.start - 70), day.start))
        place = day.end
        if words and not is_denied(clause, day.start, day.end):
            yield _day(words[-1].lastgroup or "", day, statement)


def _day(name: str, day: Day, statement: Statement) -> Claim:
    if day.value is None:
        return Claim(name, None, statement, False, f'"{day.text}" {day.fault}')
    reason = f'the last day of "{day.text}"' if day.is_derived else ""
    return Claim(name, day.value, statement, not day.is_derived, reason)


def _durations(statement: Statement, clause: str) -> Iterator[Claim]:
    is_labelled = LABELS.get(statement.label) == "duration"
    if ends := _range(clause, r"\s(?:weeks|months|wochen|monate|semaines|mois|years|days)\b"):
        yield _two("duration", ends, statement)
        return
    for hit in SPAN.finditer(clause):
        before, found = clause[: hit.start()], span(hit)
        if found is None or is_denied(clause, hit.start(), hit.end()):
            continue
        is_work = _SPAN_BEFORE.search(before) and _WORK.search(statement.text)
        is_other = _SPAN_NOT.search(before) or _SPAN_NOT_AFTER.match(clause[hit.end() :])
        if is_labelled or (is_work and not is_other):
            yield _claim("duration", found, statement, before)


def _labelled_day(statement: Statement, clause: str) -> Iterator[Claim]:
    for day in days(clause):
        if not is_denied(clause, day.start, day.end):
            yield _day(LABELS[statement.label], day, statement)


def _labelled_budget(statement: Statement, clause: str) -> Iterator[Claim]:
    yield from _budgets(statement, clause, is_labelled=True)


_LABELLED = {
    "started": _labelled_day,
    "deadline": _labelled_day,
    "duration": _durations,
    "budget": _labelled_budget,
    "complexity": _complexity,
}
