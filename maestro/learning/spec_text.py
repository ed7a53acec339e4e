"""A project brief as statements: cleaned, split, and marked where it speaks of something else."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from .spec_labels import LABELS, ONE_LINE, SHORT_VALUES, field_of

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
    r"\b(?:e\.g|i\.e|z\.\s?b|fr|sfr|ca|mio|mrd|tsd|approx|vs|no|nr|dr|mr|mrs|etc|bzw|env"
    r"|evtl|inkl|exkl|incl|excl)\.\s*\Z",
    re.I,
)
_SHORT_BEFORE_NUMBER = re.compile(
    r"\b(?:max|min|mind|maxim|minim)\.\s+(?=[\d€$£]|[A-Z]{3}\s?\d)", re.I
)
_LONGEST_VALUE = 8
"""Words of what may stand below a heading that names a field with a short value."""
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
    """What stands before its colon, in small letters; empty in prose. Below a heading or behind
    an opening line such as ``Constraints:`` it is theirs."""
    start: int
    end: int
    line: int
    is_heading: bool = False
    clauses: tuple[str, ...] = ()
    """Its parts that speak of this project, in order."""
    full: str = ""
    """The text with what stands before its colon, in the letters of the brief."""


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
    sections = _Sections()
    for block, start, end in _sentences(plain):
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
        words, full = " ".join(words.split()), " ".join(body.split())
        label = sections.label_of(label, full, block)
        is_heading = block.kind in ("heading", "opening")
        statements.append(Statement(words, label, start, end, line, is_heading, clauses, full))
    return statements, skipped


class _Sections:
    """Which label holds for a statement that has none: that of its block or of its heading."""

    def __init__(self) -> None:
        self._above, self._left, self._is_opened = "", 0, False
        self._block, self._block_label = -1, ""

    def label_of(self, own: str, full: str, block: _Block) -> str:
        """The label of the next statement."""
        is_first = block.start != self._block
        if is_first:
            self._block, self._block_label = block.start, own
        if block.kind in ("heading", "opening"):
            self._above = full.strip(" :").casefold() if field_of(full) else ""
            self._left = 1 if field_of(full) in SHORT_VALUES else _MOST_STATEMENTS
            self._is_opened = block.kind == "opening"
            return own
        name = field_of(self._above)
        if own:
            is_listed = name == "constraints" and own not in LABELS and block.kind == "item"
            return self._above if is_listed else own
        if not is_first and field_of(self._block_label) == "constraints":
            return self._block_label
        if self._is_opened and is_first and block.kind != "item" and self._left < _MOST_STATEMENTS:
            self._above = name = ""
        self._left -= 1
        is_short = name in SHORT_VALUES and len(full.split()) <= _LONGEST_VALUE
        return self._above if self._left >= 0 and (is_short or name == "constraints") else own


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


@dataclass(frozen=True, slots=True)
class _Block:
    """A paragraph, heading, item, table row or opening line, and where it stands."""

    kind: str
    start: int
    end: int


def _sentences(plain: str) -> Iterator[tuple[_Block, int, int]]:
    """Block, start and end of each sentence, without the space around it."""
    for block in _blocks(plain):
        place = block.start
        for found in _END.finditer(plain, block.start, block.end):
            before = plain[max(place, found.end() - 12) : found.end()]
            near = plain[max(place, found.end() - 12) : found.end() + 8]
            if not _SHORT.search(before) and not _SHORT_BEFORE_NUMBER.search(near):
                yield from _trimmed(plain, block, place, found.end())
                place = found.end()
        yield from _trimmed(plain, block, place, block.end)


def _trimmed(plain: str, block: _Block, start: int, end: int) -> Iterator[tuple[_Block, int, int]]:
    part = plain[start:end]
    inner = part.strip()
    if inner and any(c.isalnum() for c in inner):
        first = start + len(part) - len(part.lstrip())
        yield block, first, first + min(len(inner), _LONGEST)


def _blocks(plain: str) -> Iterator[_Block]:
    """Paragraphs, list items, table rows, headings and labelled lines, in order."""
    place, kind, open_at = 0, "", -1
    lines = plain.split("\n")
    for line, following in zip(lines, [*lines[1:], ""], strict=True):
        end = place + len(line)
        own = _kind(line)
        if open_at >= 0 and (own or not line.strip()):
            yield _Block(kind, open_at, place)
            open_at = -1
        if own == "heading":
            yield _Block(own, place + len(line) - len(line.lstrip("# ")), end)
        elif own == "row":
            is_head = "-" in following and _SEPARATOR.match(following) and line.count("|") <= 3
            if not is_head and not _SEPARATOR.match(line):
                yield _Block(own, place, end)
        elif own in ("opening", "line"):
            bullet = _BULLET.match(line)
            yield _Block(
                "item" if bullet and own == "line" else own,
                place + (bullet.end() if bullet else 0),
                end,
            )
        elif line.strip() and open_at < 0:
            bullet, kind = _BULLET.match(line), own
            open_at = place + (bullet.end() if bullet else 0)
        place = end + 1
    if open_at >= 0:
        yield _Block(kind, open_at, len(plain))


def _kind(line: str) -> str:
    """What a line begins; empty when it may go on with the line before."""
    if line.lstrip().startswith("#"):
        return "heading"
    if line.lstrip().startswith("|"):
        return "row"
    bullet = _BULLET.match(line)
    label = _LABEL.match(line, bullet.end() if bullet else 0)
    if line.rstrip().endswith(":") and field_of(line):
        return "opening"
    if label and field_of(label[1]) in ONE_LINE:
        return "line"
    if bullet:
        return "item"
    return "labelled" if label else ""
