"""Title and description of a brief: which of its sentences name the project and say its aim."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass

from .spec_labels import field_of, is_part
from .spec_text import Statement

_LONGEST = 300
_AIM = re.compile(
    r"\b(?:we|the project|it|this)\s(?:\w+\s){0,2}(?:want|wish|plan|aim|need|intend|hope|are going"
    r"|is going|is meant|is supposed|would like)\w*\sto\b|\bwe(?:'ll|\swill)\b"
    r"|\b(?:goal|aim|objective|purpose|task|job|idea|point)\b(?:\s\w+){0,4}\s(?:is|are)\b"
    r"|\b(?:wir|das projekt)\s(?:wollen|will|möchten|sollen|soll|planen|werden|wird)\b"
    r"|\b(?:ziel|aufgabe|zweck)\b(?:\s\w+){0,4}\s(?:ist|besteht)\b|\bes geht (?:um|darum)\b"
    r"|\b(?:nous|le projet|on)\s(?:voulons|veut|souhait\w+|visons|vise|allons|devons|doit)\b"
    r"|\b(?:objectif|but)\b(?:\s\w+){0,4}\sest\b|\bil s'agit d",
    re.I,
)
_DOES = re.compile(
    r"\b(?:predict|forecast|detect|find|classif|rank|recommend|estimat|reduc|improv|recogni[sz]|spot"
    r"|group|sort|warn|flag|segment|tell apart|prevent|match|identif|vorher|erkenn|prognosti|senken"
    r"|einteil|sortier|verhinder|finden|prévoir|prédi|détect|repér|class|recommand|rédui|amélior)"
    r"\w*",
    re.I,
)


@dataclass(frozen=True, slots=True)
class Choice:
    """A text, the statement that it came from, and why it is not certain (empty: it is)."""

    text: str
    statement: Statement
    reason: str = ""


def title_of(statements: Iterable[Statement]) -> Choice | None:
    """What is labelled as the title, else the first heading that names no part of the brief."""
    several = list(statements)
    found = [one for one in several if field_of(one.label) == "title"]
    headings = [one for one in several if one.is_heading and not is_part(one.full)]
    headings = [one for one in headings if field_of(one.label) != "constraints"]
    for one in [*found, *headings]:
        title = one.text if field_of(one.label) == "title" else one.full
        if 1 <= len(title) <= _LONGEST:
            return Choice(title, one)
    return None


def description_of(statements: Iterable[Statement]) -> Choice | None:
    """What is labelled as the goal, else the sentence that says most clearly what is to be done.

    A sentence with "we want to", "the goal is" or the like counts as stated plainly; one that
    only names an activity, and the first sentence of all, do not.
    """
    several = list(statements)
    fitting = [one for one in several if 10 <= len(one.text) <= _LONGEST and not one.is_heading]
    for one in fitting:
        if field_of(one.label) == "description":
            return Choice(one.text, one)
    prose = [one for one in fitting if not one.label and one.text.endswith((".", "!"))]
    prose = [one for one in prose if len(one.text.split()) > 4]
    does = [one for one in prose if _DOES.search(one.text)]
    for one in does:
        if _AIM.search(one.text):
            return Choice(one.text, one)
    if does:
        return Choice(does[0].text, does[0], "the first sentence that names an activity")
    if prose:
        return Choice(prose[0].text, prose[0], "the first sentence: none says what is to be done")
    return None
