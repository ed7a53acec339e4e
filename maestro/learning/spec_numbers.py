"""Numbers, money, days and spans of time as people write them in briefs.

Understood are the thousands of English (1,200), German (1.200), French (1 200) and Swiss
(1'200) texts: a point or comma before exactly three digits separates thousands, unless a word
such as million follows; otherwise it is the decimal sign.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta

_WORDS = {
    **dict.fromkeys(("one", "ein", "eine", "einem", "einer", "un", "une"), 1),
    **dict.fromkeys(("two", "zwei", "deux"), 2),
    **dict.fromkeys(("three", "drei", "trois"), 3),
    **dict.fromkeys(("four", "vier", "quatre"), 4),
    **dict.fromkeys(("five", "fünf", "cinq"), 5),
    **dict.fromkeys(("six", "sechs"), 6),
    **dict.fromkeys(("seven", "sieben", "sept"), 7),
    **dict.fromkeys(("eight", "acht", "huit"), 8),
    **dict.fromkeys(("nine", "neun", "neuf"), 9),
    **dict.fromkeys(("ten", "zehn", "dix"), 10),
    **dict.fromkeys(("eleven", "elf", "onze"), 11),
    **dict.fromkeys(("twelve", "zwölf", "douze", "a dozen"), 12),
    **dict.fromkeys(("fifteen", "fünfzehn", "quinze"), 15),
    **dict.fromkeys(("eighteen", "achtzehn", "dix-huit"), 18),
    **dict.fromkeys(("twenty", "zwanzig", "vingt"), 20),
    "half a": 0.5,
    "eine halbe": 0.5,
    "un demi": 0.5,
}
_SCALES = {
    **dict.fromkeys(("k", "thousand", "tsd", "tsd.", "tausend", "mille"), 10**3),
    **dict.fromkeys(("m", "mn", "mio", "mio.", "million", "millions", "millionen"), 10**6),
    **dict.fromkeys(("bn", "mrd", "mrd.", "billion", "milliarden", "milliards"), 10**9),
}


def _either(words: Iterable[str]) -> str:
    return "|".join(re.escape(w) for w in sorted(words, key=lambda w: (-len(w), w)))


_DIGITS = (
    r"\d{1,3}(?:[ ']\d{3})+(?:[.,]\d{1,2})?(?!\d)|\d{1,3}(?:,\d{3})+(?:\.\d+)?(?![\d])"
    r"|\d{1,3}(?:\.\d{3})+(?:,\d+)?(?!\d)|\d{1,13}(?:[.,]\d{1,6})?"
)
NUMBER = (
    rf"(?<![\w.,'@-])(?:(?:{_DIGITS})(?:\s?(?:{_either(_SCALES)})(?!\w))?"
    rf"|(?:{_either(_WORDS)})\b(?:\s(?:{_either(_SCALES)})(?!\w))?)"
)
"""A number with its scale, for use inside other patterns (no groups)."""
_PARTS = re.compile(rf"(?P<digits>{_DIGITS})?(?P<rest>.*)\Z", re.S)


def number(text: str) -> float | None:
    """The value of what :data:`NUMBER` matched; None when it is none."""
    found = _PARTS.match(text.strip().casefold())
    assert found is not None
    rest = found["rest"].strip()
    if found["digits"] is None:
        word = next((w for w in sorted(_WORDS, key=len, reverse=True) if _starts(rest, w)), None)
        if word is None:
            return None
        scale = rest.removeprefix(word).strip()
        return _WORDS[word] * _SCALES.get(scale, 1)
    return _digits(found["digits"], bool(rest)) * _SCALES.get(rest, 1)


def _starts(text: str, word: str) -> bool:
    return text == word or text.startswith(word + " ")


def _digits(text: str, is_scaled: bool) -> float:
    plain = text.replace(" ", "").replace("'", "")
    last = max(plain.rfind("."), plain.rfind(","))
    if last < 0:
        return float(plain)
    kinds = {c for c in plain if c in ".,"}
    if len(kinds) == 1:
        only = kinds.pop()
        groups = plain.split(only)
        is_group = all(len(g) == 3 for g in groups[1:]) and groups[0] != "0"
        if is_group and not (is_scaled and len(groups) == 2) and plain == text:
            return float("".join(groups))
    whole, decimals = plain[:last], plain[last + 1 :]
    return float(whole.replace(",", "").replace(".", "") + "." + decimals)


SCALE = rf"(?:{_either(_SCALES)})(?!\w)"
"""A word that multiplies a number, for use inside other patterns (no groups)."""
PERSON = (
    r"(?:people|persons?|members?|engineers?|developers?|colleagues|heads|personen|leute|mitarbeiter"
    r"(?:nde)?|personnes?|membres?)"
)
"""A word for people who work, for use inside other patterns (no groups)."""
ROW = (
    r"(?:rows?|records?|observations?|samples?|examples?|zeilen|datensätze|einträge|lignes?|"
    r"enregistrements?|images?|pictures?|photos?|bilder|transactions?|documents?|dokumente|events?|"
    r"tickets?|messages?|readings?|invoices?|reviews?|measurements?)"
)
"""A word for rows of data, for use inside other patterns (no groups)."""

_CURRENCY = {
    **dict.fromkeys(("eur", "€", "euro", "euros"), "EUR"),
    **dict.fromkeys(("usd", "$", "us$", "dollar", "dollars"), "USD"),
    **dict.fromkeys(("gbp", "£", "pounds", "pound"), "GBP"),
    **dict.fromkeys(("chf", "fr.", "sfr.", "sfr", "franken", "francs"), "CHF"),
}
SIGN = rf"(?:{_either(_CURRENCY)})"
"""A sign or name of a currency, for use inside other patterns (no groups)."""
MONEY = re.compile(
    rf"(?<!\w)(?P<before>{SIGN})\s?(?P<x>{NUMBER})"
    rf"|(?P<y>{NUMBER})(?:[.,]-{{1,2}})?\s?(?:d'|de\s)?(?P<after>{SIGN})(?!\w)",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount, its currency's code, and where it stands in its text."""

    amount: float
    currency: str
    start: int
    end: int


def amounts(text: str) -> list[Money]:
    """Every amount of money with a currency."""
    found = []
    for hit in MONEY.finditer(text):
        value = number(hit["x"] or hit["y"])
        if value is not None:
            sign = (hit["before"] or hit["after"]).casefold()
            found.append(Money(value, _CURRENCY[sign], hit.start(), hit.end()))
    return found


_MONTHS = {
    name: place
    for place, names in enumerate(
        (
            "january januar janvier jan",
            "february februar février fevrier feb fév",
            "march märz maerz mars mar",
            "april avril apr avr",
            "may mai",
            "june juni juin jun",
            "july juli juillet jul",
            "august août aout aug",
            "september septembre sept sep",
            "october oktober octobre oct okt",
            "november novembre nov",
            "december dezember décembre decembre dec dez",
        ),
        1,
    )
    for name in names.split()
}
MONTH_NAME = _either(_MONTHS)
"""The names of months, for use inside other patterns (no groups)."""
DAY = re.compile(
    r"(?<![\d/.-])(?:(?P<iso>(\d{4})-(\d{2})-(\d{2}))"
    rf"|(?P<dmy>(\d{{1,2}})(?:st|nd|rd|th|er|\.)?\s(?:of\s)?({MONTH_NAME})\.?,?\s(\d{{4}}))"
    r"|(?P<dots>(\d{1,2})\.\s?(\d{1,2})\.\s?(\d{4}))|(?P<slash>(\d{1,2})/(\d{1,2})/(\d{4})))"
    rf"(?![\d/-])|\b(?P<mdy>({MONTH_NAME})\.?\s(\d{{1,2}})(?:st|nd|rd|th)?,?\s(\d{{4}}))\b"
    r"|\b(?P<end>(?:end of|ende|fin)\s(?P<em>Q[1-4]|" + MONTH_NAME + r")\s(?P<ey>\d{4}))\b"
    rf"|\b(?P<month>(?P<mm>Q[1-4]|{MONTH_NAME})\s(?P<my>\d{{4}}))\b",
    re.I,
)
"""A day as people write it."""


@dataclass(frozen=True, slots=True)
class Day:
    """A day as written; ``fault`` says why it is not taken, ``is_derived`` that it was inferred."""

    value: date | None
    text: str
    start: int
    end: int
    fault: str = ""
    is_derived: bool = False


def days(text: str) -> list[Day]:
    """Every day in ``text`` (2000 to 2100), with those that cannot be taken and why."""
    return [_day(hit) for hit in DAY.finditer(text)]


def _day(hit: re.Match[str]) -> Day:
    kind = hit.lastgroup or ""
    kind = next(
        name for name in ("iso", "dmy", "dots", "slash", "mdy", "end", "month") if hit[name]
    )
    parts = [part for part in re.split(r"[\s./,-]+", hit[kind].casefold()) if part != "of"]
    where = (hit[0], hit.start(), hit.end())
    if kind == "month":
        return Day(None, *where, "names no day")
    if kind == "end":
        return _made(int(hit["ey"]), _last_month(hit["em"].casefold()), 0, where, True)
    if kind == "iso":
        return _made(int(parts[0]), int(parts[1]), int(parts[2]), where)
    if kind == "mdy":
        return _made(int(parts[2]), _MONTHS[parts[0]], _count(parts[1]), where)
    if kind == "dmy":
        return _made(int(parts[2]), _MONTHS[parts[1]], _count(parts[0]), where)
    first, second, year = map(int, parts)
    if kind == "slash" and first <= 12 and second <= 12 and first != second:
        return Day(None, *where, "may be day/month or month/day: write it as YYYY-MM-DD")
    if kind == "slash" and second > 12:
        first, second = second, first
    return _made(year, second, first, where)


def _count(text: str) -> int:
    return int(re.sub(r"\D", "", text))


def _last_month(name: str) -> int:
    return int(name[1]) * 3 if name[0] == "q" and name[1:].isdigit() else _MONTHS[name]


def _made(
    year: int, month: int, day: int, where: tuple[str, int, int], is_derived: bool = False
) -> Day:
    if not (2000 <= year <= 2100 and 1 <= month <= 12):
        return Day(None, *where, "is no day of this century")
    length = calendar.monthrange(year, month)[1]
    if day > length:
        return Day(None, *where, "is no day of the calendar")
    return Day(date(year, month, day or length), *where, is_derived=is_derived)


UNITS = {
    "day": r"days?|tage?n?|jours?",
    "week": r"weeks?|wochen?|semaines?",
    "month": r"months?|monate?n?|mois",
    "year": r"years?|jahre?n?|ans?|années?",
}
"""A unit of time to its words."""
SPAN = re.compile(
    rf"(?P<n>{NUMBER})[\s-](?:" + "|".join(rf"(?P<{u}>{w})" for u, w in UNITS.items()) + r")\b",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time: whole ``count`` of ``unit`` (day, week, month, year)."""

    count: int
    unit: str

    def __str__(self) -> str:
        return f"{self.count} {self.unit}{'' if self.count == 1 else 's'}"

    def after(self, start: date) -> date | None:
        """The day this long after ``start``, at most the month's last; None after 2100."""
        if self.unit in ("day", "week"):
            step = self.count * (7 if self.unit == "week" else 1)
            return start + timedelta(days=step) if step <= 10_000 else None
        months = start.month - 1 + self.count * (12 if self.unit == "year" else 1)
        year, month = start.year + months // 12, months % 12 + 1
        if year > 2100:
            return None
        return date(year, month, min(start.day, calendar.monthrange(year, month)[1]))


def span(hit: re.Match[str]) -> Span | None:
    """What :data:`SPAN` matched, when it is a whole number of 1 to 1,000."""
    value = number(hit["n"])
    return None if value is None else span_of(value, next(hit[name] for name in UNITS if hit[name]))


def span_of(count: float, unit: str) -> Span | None:
    """``count`` of a unit as written; None when it is no whole number of 1 to 1,000."""
    if count != int(count) or not 1 <= count <= 1000:
        return None
    words = UNITS.items()
    return next((Span(int(count), n) for n, word in words if re.fullmatch(word, unit, re.I)), None)
