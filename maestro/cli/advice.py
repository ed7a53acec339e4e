"""How advice is printed: pieces, people and expectations, each with what it rests on."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from maestro.schema.details import NOT_ENOUGH

from .forecasts import told
from .output import plural, safe, say

Row = dict[str, Any]
COLUMNS = (
    *("project", "advice", "name", "kind", "replaces", "fit", "value", "lo", "hi", "unit"),
    *("label", "n", "owner", "contact", "team", "reasons", "page"),
)
"""Columns of the CSV answer: one line per piece, project to ask, size of team and forecast."""
_ORDERED = "best first by fit and effect: 0.1 in log odds for each point of success, where known"
_VERBS = {"use": "", "upgrade": "in place of {}: ", "instead": "instead of {}: "}


def rows_of(answer: Row) -> Iterator[Row]:
    """The lines of the CSV answer."""
    empty = {**dict.fromkeys(COLUMNS, ""), "project": answer["project"]}
    for piece in answer["pieces"]:
        known = {name: piece[name] for name in COLUMNS if name in piece}
        unit = "points" if piece["value"] is not None else ""
        yield {**empty, **known, "name": piece["reference"], "unit": unit}
    for peer in answer["peers"]:
        known = {name: peer[name] for name in COLUMNS if name in peer}
        scored = {"fit": peer["score"], "value": peer["success"], "reasons": peer["shared"]}
        about = {"advice": "ask", "name": peer["project"], "kind": "projects"}
        unit = "points" if peer["success"] is not None else ""
        yield {**empty, **known, **about, **scored, "unit": unit, "project": answer["project"]}
    for size, count in answer["teams"].items():
        yield {**empty, "advice": "team seen", "team": int(size), "n": count}
    for row in answer["predictions"]:
        known = {name: row[name] for name in COLUMNS if name in row}
        about = {"advice": "expect", "name": row["target"], "reasons": row["quality"], "team": ""}
        yield {**empty, **known, **about}


def print_advice(answer: Row) -> None:
    """The answer as text: a section each for pieces, people, teams and expectations."""
    many = "1 entry" if answer["considered"] == 1 else f"{answer['considered']:,} entries"
    whom = f" for {answer['persona']}" if answer["persona"] else ""
    say(safe(f"{answer['project'] or answer['file']}: {many} looked at{whom}"))
    for note in answer["quality"]:
        say(safe(f"  note: {note}"))
    say(f"\nPieces to reuse, {_ORDERED}" if answer["pieces"] else "\nPieces to reuse: none")
    for piece in answer["pieces"]:
        _print_piece(piece)
    say("\nWhom to ask" if answer["peers"] else "\nWhom to ask: no finished project is like it")
    for peer in answer["peers"]:
        _print_peer(peer)
    if answer["teams"]:
        sizes = [f"{size} ({plural(count, 'project')})" for size, count in answer["teams"].items()]
        say("\nTeams seen in finished projects of its class, about as complex")
        say(safe(f"  people: {', '.join(sizes)}"))
    if answer["predictions"]:
        say("\nWhat to expect")
    for row in answer["predictions"]:
        for line in told(row):
            say(safe(f"  {line}"))
    pages = {row["page"] for row in answer["predictions"]}
    for page in sorted(filter(None, {*pages, answer["guide"]})):
        say(safe(f"  read on: {page}"))


def _print_piece(piece: Row) -> None:
    verb = _VERBS[piece["advice"]].format(piece["replaces"])
    kind = piece["kind"].removesuffix("s").replace("_", " ")
    say(safe(f"  {verb}{piece['reference']} ({kind}), fit {piece['fit']:.2f}"))
    for reason in piece["reasons"]:
        say(safe(f"      {reason}"))
    if piece["value"] is None:
        say(safe(f"      no number for its impact: {piece['label'] or NOT_ENOUGH}"))
    if piece["page"]:
        say(safe(f"      {piece['page']}"))


def _print_peer(peer: Row) -> None:
    score = "no success score" if peer["success"] is None else f"success {peer['success']:.0f}"
    reach = f", {peer['contact']}" if peer["contact"] else ""
    head = f"{peer['owner']}{reach}: {peer['project']}, {peer['score']:.2f} alike, {score}"
    say(safe(f"  {head}, team of {peer['team']}"))
    say(safe(f"      {'; '.join(peer['shared'])}"))
    if peer["page"]:
        say(safe(f"      {peer['page']}"))


__all__ = ["COLUMNS", "print_advice", "rows_of"]
