"""Words that stand before a colon, in a table's first cell or as a heading, and what they name."""

from __future__ import annotations

import re

_LABELS = {
    "title": "title|project|project name|name|subject|brief|project brief|titel|projekt|betreff"
    "|titre|projet|objet",
    "description": "goal|aim|objective|description|purpose|ziel|beschreibung|objectif|but",
    "problem_class": "problem class|class|problem|type of problem|problem type|class of problem"
    "|task|problemklasse|klasse|aufgabe|classe de problème|type de problème|tâche",
    "domain": "domain|industry|sector|field|business|branche|domäne|bereich|domaine|secteur",
    "complexity": "complexity|difficulty|komplexität|complexité",
    "team_size": "team|team size|size of team|people|headcount|teamgrösse|teamgröße|personen"
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
    "constraints": "constraints|constraint|restrictions|limits|requirements|must have|must-haves"
    "|einschränkungen|einschränkung|randbedingungen|rahmenbedingungen|bedingungen|vorgaben"
    "|anforderungen|contraintes|contrainte|exigences",
}
LABELS = {word: name for name, words in _LABELS.items() for word in words.split("|")}
"""A label in small letters to the field that it names."""
_PARTS = (
    "overview|background|summary|scope|introduction|context|details|notes|risks|plan|resources"
    "|stakeholders|einleitung|hintergrund|überblick|zusammenfassung|kontext|umfang|risiken"
    "|contexte|résumé|périmètre|risques"
)
SHORT_VALUES = frozenset(_LABELS) - {"title", "description", "constraints"}
"""Fields whose value is a number, a day or a word."""
ONE_LINE = SHORT_VALUES | {"title"}
"""Fields that end with their line: what follows in the next line is something else."""


def field_of(label: str) -> str:
    """The field that a label in any letters names; empty for other words."""
    return LABELS.get(" ".join(label.split()).strip(" :").casefold(), "")


_NAMES = {
    name: re.compile(rf"\b(?:{words.replace(' ', chr(92) + 's')})\b", re.I)
    for name, words in _LABELS.items()
}


def names_field(text: str, name: str) -> bool:
    """Whether a text names a field in one of its words ("our budget is ...")."""
    return bool(_NAMES[name].search(text))


def is_part(heading: str) -> bool:
    """Whether a heading names a part of a brief (``Constraints``) and not the project."""
    return bool(field_of(heading)) or " ".join(heading.split()).strip(
        " :"
    ).casefold() in _PARTS.split("|")
