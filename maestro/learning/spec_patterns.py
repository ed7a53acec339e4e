"""Patterns of what briefs say in English, German and French about a project."""

from __future__ import annotations

import re

from .spec_numbers import NUMBER, PERSON, ROW

HEDGE = re.compile(
    r"\b(?:about|roughly|approximately|around|circa|ca|perhaps|maybe|probably|possibly|estimated|"
    r"rund|etwa|ungefähr|vielleicht|environ|peut-être|some|almost|nearly|over|at least|more than|"
    r"up to|at most|less than|mindestens|höchstens|maximal|maximum|max|min|approx|knapp|gut|"
    r"presque|über|unter|fast|mehr als|weniger als|plus de|moins de|"
    r"au plus|au moins|près de|jusqu'à)\b\W*(?:\w+\W+){0,2}\Z|[~≈±<>≥≤]\s?\Z",
    re.I,
)
LIMIT = re.compile(
    r"\b(?:up to|at most|less than|no more than|max|maximal|maximum|höchstens|au plus|jusqu'à)\b",
    re.I,
)
"""An upper limit: a hedge of a size, but what a budget is anyway."""
HEDGE_AFTER = re.compile(
    r"\s?(?:[^\W\d]+\s)?(?P<what>\+(?!\s?/)|or (?:more|less|fewer|so)\b|and up\b"
    r"|at (?:least|most)\b|(?:maximum|minimum|max|min)\b|oder (?:mehr|weniger)\b|höchstens\b"
    r"|mindestens\b|maximal\b"
    r"|ou (?:plus|moins)\b|au (?:plus|moins)\b|environ\b|\?)",
    re.I,
)
"""A hedge behind a number and its noun."""
LIMIT_AFTER = re.compile(
    r"or less|at most|max|oder weniger|höchstens|maximal|ou moins|au plus", re.I
)
_ABOUT = (
    r"(?:(?:about|roughly|approximately|around|circa|approx\.?|ca\.?|only|just|at least|at most|"
    r"up to|max\.?|maximal|min\.?|probably|perhaps|maybe|rund|etwa|ungefähr|nur|mindestens|"
    r"höchstens|knapp|gut|vielleicht|environ|presque|au plus|au moins|peut-être|über|unter|fast|"
    r"mehr als|weniger als|over|under|more than|less than|plus de|moins de|"
    r"jusqu'à|[~≈<>≥≤])\s?){0,2}"
)
BUDGET = re.compile(
    r"\b(?:budgets?|fund(?:s|ed|ing)?|may cost|must cost|can cost|cost no more|may spend|can spend"
    r"|gesamtbudget|kosten darf|darf\b.{0,40}\bkosten|enveloppe)\b",
    re.I,
)
OTHER_MONEY_BEFORE = re.compile(
    r"\b(?:sav(?:e|es|ing|ings)|revenue|turnover|profit|worth|los(?:e|s|ses)|fraud costs?|fine of"
    r"|umsatz|spar\w+|chiffre d'affaires)\b[^,;.]{0,40}\Z",
    re.I,
)
RATE = re.compile(
    r"\s?(?:per|a|an|each|every|pro|par|im|/)\s?(?:year|month|week|day|hour|minute|second|jahr|monat"
    r"|woche|tag|stunde|an|mois|semaine|jour|heure|annum|customer|user|person|unit)\b|\s(?:yearly|"
    r"annually|monthly|daily)\b",
    re.I,
)
TEAM_WORD = r"(?:team|équipe|equipe)"
TEAM = (
    rf"\b{TEAM_WORD}\s(?:size\s)?(?:(?:of|has|have|is|counts|will be|consists of|with|von|mit|aus"
    rf"|hat|zählt|besteht aus|ist|de|compte|est de)\s)+{_ABOUT}"
    rf"(?P<a>{NUMBER})(?!\s?(?:%|weeks?|months?|days?|years?|rows|eur|€))",
    rf"(?P<b>{NUMBER})[\s-](?:person|people|man|member|köpfige[sn]?)\s{TEAM_WORD}\b",
    rf"\b(?:we are|we're|wir sind|sind wir|nous sommes)\s(?:only\s)?"
    rf"(?P<c>{NUMBER})(?=\s{PERSON}|\s*[.,;]|\s*\Z)",
    rf"(?P<d>{NUMBER})\s{PERSON}\b",
)
TEAMS = tuple(re.compile(pattern, re.I) for pattern in TEAM)
OUR_PEOPLE = re.compile(
    rf"\b(?:{TEAM_WORD}|we|our|staffed|work(?:s|ing)? on|wir|unser\w*|nous|notre|arbeiten)\b", re.I
)
ROWS = re.compile(
    rf"(?P<n>{NUMBER})\s(?:d'|de\s|of\s)?(?:(?:new|labelled|labeled|historic|historical|clean|past|"
    rf"scanned|annotated|gelabelte|beschriftete)\s){{0,2}}(?P<noun>{ROW})\b(?P<rest>.{{0,20}})",
    re.I,
)
COMPLEXITY = re.compile(
    rf"\b(?:complexity|komplexität|complexité)\s(?:(?:of|is|at|von|ist|est|de|level|rated|i'd say"
    rf"|we'd say)\s){{0,2}}"
    rf"[(=]?{_ABOUT}(?P<n>{NUMBER})(?:\s?(?:/|of|out of|von|sur)\s?(?P<of>\d+))?",
    re.I,
)
BARE = re.compile(rf"\W{{0,3}}{_ABOUT}(?P<n>{NUMBER})(?!\w|\s?[/^*\u00d7])", re.I)
"""A number at the start of what stands behind a label."""
OTHER_CURRENCY = re.compile(r"\s?(?:[.,]-{1,2}\s?)?(?:[A-Z]{3}|kr|zł|Kč)(?!\w)")
"""What looks like a currency behind a number, of those that are not known."""
DAY_BEFORE = re.compile(
    r"(?<![\w./-])\d{1,2}\.?(?:st|nd|rd|th|er)?\s?(?:-|/|\bto\b|\bor\b|\band\b|\bbis\b|\boder\b"
    r"|\bund\b|à|\bou\b|\bet\b)\s?(?:the\s)?\Z",
    re.I,
)
"""Another day of the same month."""
START = (
    r"start\w*|kick-?off|kicks off|begin\w*|beginn\w*|projektbeginn|commenc\w*|début\w*|from|ab|dès"
)
END = (
    r"deadline|due|by|until|till|before|finish\w*|done|deliver\w*|ends?|ending|complet\w*|go-?live|"
    r"frist|termin|bis|spätestens|fertig|abgabe|échéance|livr\w+|avant|d'ici|jusqu'au|terminé\w*|to"
)
DAY_WORD = re.compile(rf"\b(?:(?P<started>{START})|(?P<deadline>{END}))\b", re.I)
OTHER_DAYS = re.compile(
    r"\b(?:data|history|records|rows|daten|zeilen|données|lignes|(?:moved|changed) from)\b",
    re.I,
)
SPAN_BEFORE = re.compile(
    r"\b(?:have|takes?|lasts?|last|duration|within|runs?|running|plan(?:ned)?|over|in|for|timeline|"
    r"dauer|laufzeit|dauert|läuft|dure|durera|durée|pendant|needs?|is|of)\b\W*(?:\w+\W+){0,3}\Z",
    re.I,
)
SPAN_AFTER = re.compile(r"[\s-](?:timeline|project|pilot|plan|projekt|pilotprojekt)\b", re.I)
SPAN_NOT = re.compile(
    r"\b(?:every|past|per|next|nächste[nrsm]?|kommende[nrsm]?|prochaine?s?|previous|horizon|history|forecast\w*|predict\w*|window|data|warranty)"
    r"\b[^,;]{0,30}\Z|\b(?:the|these|our|for|over|of|in)\slast\s\Z",
    re.I,
)
SPAN_NOT_AFTER = re.compile(
    r"\s(?:of (?:data|history|records|logs|experience)|ahead|old|ago|in advance|later|earlier|of)\b"
    r"|\s(?:daten|de données)\b",
    re.I,
)
WORK = re.compile(
    r"\b(?:we|project|work|pilot|it|takes?|lasts?|duration|wir|projekt|projet|plan|nous|arbeit)\b",
    re.I,
)
CONSTRAINT = re.compile(
    r"\b(?:must(?: not)?|mustn't|may not|has to stay|have to stay|not allowed|forbidden|"
    r"on[- ]prem\w*|gdpr|dsgvo|rgpd|darf nicht|dürfen nicht|muss"
    r"|ne doit pas|ne doivent pas|doit rester)\b",
    re.I,
)
