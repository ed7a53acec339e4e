"""A project brief as statements: cleaned, split, and marked where it speaks of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

MAX_CHARACTERS = 262_144
"""A longer text is not read: the size of a record's file."""
_MOST_STATEMENTS = 5_000
_LONGEST = 2_000

_HIDDEN = re.compile(r"<!--.*?(?:-->|\Z)|<(script|style)\b.*?(?:</\1\s*>|\Z)", re.S | re.I)
_BREAKING_TAG = re.compile(r"</?(?:p|h[1-6]|li|ul|ol|div|tr|table|br)\b[^<>\n]{0,300}>", re.I)
_TAG = re.compile(r"</?[a-z][^<>\n]{0,300}>", re.I)
_LABEL = re.compile(r"\s*([^\W\d_][^:|\n.!?]{1,30}?)\s*:\s+(?=\S)")
_BULLET = re.compile(r"\s{0,8}(?:[-*+•]|\d{1,2}[.)])\s+")
_SEPARATOR = re.compile(r"[\s|:=-]*\Z")
_MONTH = (
    "jan|feb|mar|mär|maer|apr|may|mai|jun|jul|aug|sep|okt|oct|nov|dec|dez|"
    "fév|fev|avr|juin|juil|aoû|aou|déc"
)
_END = re.compile(rf"(?<!\b\d)(?<!\b\d\d)[.!?][\"')]*\s+|[.!?][\"')]*\s+(?!(?:{_MONTH}))", re.I)
_SHORT = re.compile(
    r"\b(?:e\.g|i\.e|z\.\s?b|fr|sfr|ca|mio|mrd|tsd|approx|vs|no|nr|dr|mr|mrs|etc|bzw|env)\.\s*\Z",
    re.I,
)
_CLAUSE = re.compile(
    r";|,?\s(?:but|however|although|rather than|instead of|aber|sondern|mais|plutôt que)\s", re.I
)
_ORDERS = re.compile(
    r"\b(?:ignore|disregard|forget)\s+(?:all|any|the|every|these|previous|above|prior|what)\b"
    r"|\byou\s+(?:are\s+now|must|should\s+now|will\s+now)\b|\b(?:system|assistant|user)\s*:\s"
    r"|\bas an ai\b|\blanguage model\b|\b(?:system )?prompt\b|\bjailbreak\b"
    r"|\b(?:ignoriere|vergiss)\b|\bignore[zr]\b|\boverride\b|\bset (?:the|its) \w+(?: \w+)? to\b",
    re.I,
)
_PAST = re.compile(
    r"\b(?:last|previous|former|earlier|old)\s+(?:project|year|time|attempt|one|team|quarter|round|"
    r"version|budget|plan|spring|summer|autumn|winter|phase)s?\b|\bpreviously\b|\btook\b|\blasted\b"
    r"|\bused to\b|\bago\b|\bback then\b|\bat that time\b|\bwe (?:had|were \d+)\b|\bpredecessor\b"
    r"|\bspent\b"
    r"|\b(?:letzte[nrsm]?|vorige[nrsm]?|frühere[nrsm]?)\s+(?:projekt|jahr|mal|team|versuch)\w*"
    r"|\bdamals\b|\bdauerte\b|\bkostete\b|\b(?:projet|essai) précédent|\bdernier projet\b"
    r"|\bl'an dernier\b|\ba (?:duré|coûté)\b",
    re.I,
)
_OTHERS = re.compile(
    r"\b(?:another|other|their|neighbouring)\s+(?:teams?|compan\w+|project|budget|department)\b"
    r"|\bcompetitors?\b|\bfor (?:example|instance)\b|\be\.g\.|\bsuppose\b|\bimagine\b"
    r"|\bzum beispiel\b|\bpar exemple\b|\bkonkurren\w+|\bun autre\b|\bein anderes team\b",
    re.I,
)
_NOW = re.compile(
    r"\b(?:now|this time|today|ours?|we|new project|will|jetzt|diesmal|wir|cette fois|nous)\b", re.I
)


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row: cleaned text, and where it stands in the brief."""

    text: str
    label: str
    """What stands before its colon, in small letters; empty in prose."""
    start: int
    end: int
    line: int
    is_heading: bool = False
    clauses: tuple[str, ...] = ()
    """Its parts that speak of this project, in order."""


@dataclass(frozen=True, slots=True)
class Skipped:
    """A statement that was not read, and why."""

    line: int
    start: int
    end: int
    reason: str


def clean(text: str) -> str:
    """``text`` of the same length, with what is not prose blanked.

    Code fences, comments, scripts, tags, quoted lines (``>``) and characters that nobody can
    see become spaces; typographic spaces, quotes and dashes become plain ones.
    """
    text = _HIDDEN.sub(_blank, text)
    text = _BREAKING_TAG.sub(lambda found: "\n\n" + " " * (len(found[0]) - 2), text)
    text = _TAG.sub(_blank, text)
    text = "".join(map(_plain, text))
    lines, is_code = [], False
    for line in text.split("\n"):
        is_fence = line.lstrip().startswith(("```", "~~~"))
        hidden = is_code or is_fence or line.lstrip().startswith(">")
        is_code ^= is_fence
        lines.append(" " * len(line) if hidden else line)
    return "\n".join(lines).replace("`", " ").replace("**", "  ").replace("__", "  ")


def _blank(found: re.Match[str]) -> str:
    return "".join("\n" if c == "\n" else " " for c in found[0])


def _plain(character: str) -> str:
    if character in "\u2019\u2018\u02bc\u00b4":
        return "'"
    if character in "\u2010\u2011\u2012\u2013\u2014\u2212":
        return "-"
    return character if character.isprintable() or character == "\n" else " "


def read_statements(text: str) -> tuple[list[Statement], list[Skipped]]:
    """Every statement of a brief in order, and those that were not read.

    Left out are sentences that give orders to a program, and those that speak of the past or of
    others. At most 5,000 statements are read, and of each its first 2,000 characters.
    """
    plain = clean(text)
    statements: list[Statement] = []
    skipped: list[Skipped] = []
    line, counted = 1, 0
    for start, end, is_heading in _sentences(plain):
        if len(statements) + len(skipped) >= _MOST_STATEMENTS:
            break
        line, counted = line + plain.count("\n", counted, start), start
        body = plain[start:end]
        if _ORDERS.search(body):
            skipped.append(Skipped(line, start, end, "gives orders to a program"))
            continue
        label, words = _labelled(body)
        clauses = _own_clauses(words)
        if not clauses:
            skipped.append(Skipped(line, start, end, "speaks of the past or of others"))
            continue
        words = " ".join(words.split())
        statements.append(Statement(words, label, start, end, line, is_heading, clauses))
    return statements, skipped


def _labelled(body: str) -> tuple[str, str]:
    """The label before a colon or in a table's first cell, and the rest."""
    if body.startswith("|"):
        cells = [cell.strip() for cell in body.strip("| ").split("|")]
        if len(cells) == 2:
            return cells[0].casefold(), cells[1]
        return "", " ".join(cells)
    if (found := _LABEL.match(body)) and len(found[1].split()) <= 3:
        return " ".join(found[1].split()).casefold(), body[found.end() :]
    return "", body


def _own_clauses(words: str) -> tuple[str, ...]:
    """The clauses about this project now; a clause on the past colours those behind it."""
    kept, is_foreign = [], False
    for clause in _CLAUSE.split(words):
        if _PAST.search(clause) or _OTHERS.search(clause):
            is_foreign = True
        elif _NOW.search(clause):
            is_foreign = False
        if not is_foreign and clause.strip():
            kept.append(" ".join(clause.split()))
    return tuple(kept)


def _sentences(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and "is a heading" of each sentence, without the space around it."""
    for start, end, is_heading in _blocks(plain):
        place = start
        for found in _END.finditer(plain, start, end):
            if not _SHORT.search(plain[max(place, found.end() - 12) : found.end()]):
                yield from _trimmed(plain, place, found.end(), is_heading)
                place = found.end()
        yield from _trimmed(plain, place, end, is_heading)


def _trimmed(plain: str, start: int, end: int, is_heading: bool) -> Iterator[tuple[int, int, bool]]:
    part = plain[start:end]
    inner = part.strip()
    if inner and any(c.isalnum() for c in inner):
        first = start + len(part) - len(part.lstrip())
        yield first, first + min(len(inner), _LONGEST), is_heading


def _blocks(plain: str) -> Iterator[tuple[int, int, bool]]:
    """Start, end and "is a heading" of paragraphs, list items, table rows and labelled lines."""
    place, open_at = 0, -1
    for line in plain.split("\n"):
        end = place + len(line)
        bullet = _BULLET.match(line)
        is_row, is_heading = line.lstrip().startswith("|"), line.lstrip().startswith("#")
        begins = bool(bullet or is_row or is_heading or _LABEL.match(line))
        if open_at >= 0 and (begins or not line.strip()):
            yield open_at, place, False
            open_at = -1
        if is_heading:
            yield place + len(line) - len(line.lstrip("# ")), end, True
        elif is_row:
            if not _SEPARATOR.match(line):
                yield place, end, False
        elif line.strip() and open_at < 0:
            open_at = place + (bullet.end() if bullet else 0)
        place = end + 1
    if open_at >= 0:
        yield open_at, len(plain), False
