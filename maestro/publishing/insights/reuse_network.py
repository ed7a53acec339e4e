"""Who reuses whose work: what projects list under ``uses``, by the team that owns the piece and
the team that the project belongs to.

One use is one project that lists one entry of the library, in whatever version and however often.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache

from markupsafe import Markup

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.draw.flows import Flow, flows
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Page, Site

from .cards import Card, board_page, counted, entry_keys

MOST_TEAMS = 24
"""Teams with a row and a column of their own; the others are put together."""
MOST_DRAWN = 12
"""Teams up to which the bands are drawn: beyond that they are a tangle."""
MOST_PIECES = 500
OTHERS = "all others"


@dataclass(frozen=True, slots=True)
class Use:
    """One project that lists one entry of the library."""

    project: Entry
    piece: Entry

    @property
    def lender(self) -> str:
        """The team that owns the piece."""
        return str(self.piece.record.owner)

    @property
    def borrower(self) -> str:
        """The team that the project belongs to."""
        return str(self.project.record.owner)

    @property
    def is_across(self) -> bool:
        """Whether a team uses another team's work."""
        return self.lender != self.borrower


@dataclass(frozen=True, slots=True)
class TeamRow:
    """One team, as the one whose work is used."""

    team: str
    title: str
    key: str
    cells: tuple[int, ...]
    """Uses of its pieces by each team of the columns."""
    owns: int
    """Entries that it owns."""
    used: int
    """Of these, how many any project uses."""
    own: int
    """Uses of its pieces by its own projects."""
    lent: int
    """Uses of its pieces by projects of other teams."""
    borrowed: int
    """Uses of other teams' pieces by its projects."""


@dataclass(frozen=True, slots=True)
class PieceRow:
    """One entry with the projects and teams that use it."""

    entry: Entry
    key: str
    kind: str
    owner: str
    projects: int
    across: int
    """Of these, projects of other teams than its owner."""
    teams: int
    """Teams whose projects use it, its owner among them."""


@dataclass(frozen=True, slots=True)
class Network:
    """The sentence, the drawing, the teams and the pieces."""

    says: str
    uses: int
    across: int
    columns: tuple[tuple[str, str], ...]
    """Teams of the columns: handle and title."""
    rows: tuple[TeamRow, ...]
    """Teams with most uses, in the order of the columns."""
    most: int
    """The largest count of any cell of one team and another."""
    drawing: Markup
    teams: tuple[TeamRow, ...]
    """Every team that owns a piece or a project, those that lend most first."""
    pieces: tuple[PieceRow, ...]
    left_out: int
    """Pieces in use that are not in the table."""
    lost: int
    """Uses of names that are not in the library."""
    unlisted: int
    """Projects that list nothing under ``uses``."""


def pages(site: Site) -> Iterator[Page]:
    """The dashboard of reuse."""
    yield board_page(site, "reuse", {"net": network(site.shelf)})


def card(shelf: Shelf) -> Card:
    """What the overview says of reuse."""
    found = network(shelf)
    if not found.uses:
        return Card("reuse", found.says)
    verb = "is" if found.uses == 1 else "are"
    of = f"of {words.plural(found.uses, 'use')} {verb} of another team's work"
    rows = counted(
        (("another team's", found.across), ("the team's own", found.uses - found.across))
    )
    return Card("reuse", found.says, f"{found.across:,}", of, rows)


def uses_of(shelf: Shelf) -> tuple[list[Use], int]:
    """Every use once, by project and piece, and how many name nothing in the library."""
    found, lost = [], 0
    for project in shelf.catalog.projects.values():
        names = sorted({use.artifact.partition("@")[0] for use in project.record.uses})
        pieces = [shelf.catalog.entries.get(name) for name in names]
        found += [Use(project, piece) for piece in pieces if piece is not None]
        lost += pieces.count(None)
    return found, lost


@lru_cache(maxsize=1)
def network(shelf: Shelf) -> Network:
    """All uses, counted by team and by piece; kept for the last shelf."""
    uses, lost = uses_of(shelf)
    shown, more = _teams(shelf, uses)
    columns = tuple((team, shelf.owner_title(team)) for team in shown)
    if more:
        columns += (("", OTHERS),)
    every = _rows(shelf, uses, [frozenset({team}) for team in (*shown, *sorted(more))])
    groups = [frozenset({team}) for team in shown] + ([more] if more else [])
    rows = _rows(shelf, uses, groups)
    pieces = _pieces(shelf, uses)
    across = sum(use.is_across for use in uses)
    unlisted = sum(not entry.record.uses for entry in shelf.catalog.projects.values())
    says = _says(uses, across, pieces)
    return Network(
        says,
        len(uses),
        across,
        columns,
        rows,
        max((count for row in rows for count in row.cells[:MOST_TEAMS] if row.team), default=0),
        _drawing(uses, rows, says)
        if across and not more and len(rows) <= MOST_DRAWN
        else Markup(""),
        tuple(sorted(every, key=lambda row: (-row.lent, row.title))),
        tuple(pieces[:MOST_PIECES]),
        max(0, len(pieces) - MOST_PIECES),
        lost,
        unlisted,
    )


def _teams(shelf: Shelf, uses: Sequence[Use]) -> tuple[list[str], frozenset[str]]:
    """Teams that own a piece or a project: those with most uses, and the rest."""
    counts: Counter[str] = Counter()
    for use in uses:
        counts.update({use.lender, use.borrower})
    entries = (*shelf.catalog.entries.values(), *shelf.catalog.projects.values())
    known = {str(entry.record.owner) for entry in entries}
    ordered = sorted(known, key=lambda team: (-counts[team], team))
    return ordered[:MOST_TEAMS], frozenset(ordered[MOST_TEAMS:])


def _rows(
    shelf: Shelf, uses: Sequence[Use], groups: Sequence[frozenset[str]]
) -> tuple[TeamRow, ...]:
    """One row per group of teams; a group of several teams is all the others."""
    tally = _Tally(
        Counter((use.lender, use.borrower) for use in uses),
        frozenset(use.piece.name for use in uses),
        tuple(groups),
    )
    return tuple(_team(shelf, at, group, tally) for at, group in enumerate(groups))


@dataclass(frozen=True, slots=True)
class _Tally:
    """All uses by lender and borrower, the names of pieces in use, and the columns."""

    pairs: Counter[tuple[str, str]]
    used: frozenset[str]
    columns: tuple[frozenset[str], ...]


def _team(shelf: Shelf, at: int, members: frozenset[str], tally: _Tally) -> TeamRow:
    is_one = len(members) == 1
    team = min(members) if is_one else ""
    owned = [e for e in shelf.catalog.entries.values() if e.record.owner in members]
    across = {pair: n for pair, n in tally.pairs.items() if pair[0] != pair[1]}
    return TeamRow(
        team,
        shelf.owner_title(team) if is_one else OTHERS,
        f"t{at}" if is_one else "others",
        tuple(
            sum(tally.pairs[lender, taker] for lender in members for taker in column)
            for column in tally.columns
        ),
        len(owned),
        sum(entry.name in tally.used for entry in owned),
        sum(tally.pairs[one, one] for one in members),
        sum(n for (lender, _), n in across.items() if lender in members),
        sum(n for (_, taker), n in across.items() if taker in members),
    )


def _pieces(shelf: Shelf, uses: Sequence[Use]) -> list[PieceRow]:
    """Every entry that a project uses: those that reach most teams first."""
    keys = entry_keys(shelf)
    by_piece: dict[str, list[Use]] = {}
    for use in uses:
        by_piece.setdefault(use.piece.name, []).append(use)
    found = [
        PieceRow(
            own[0].piece,
            keys[name],
            KINDS[own[0].piece.kind][1],
            shelf.owner_title(own[0].lender),
            len(own),
            sum(use.is_across for use in own),
            len({use.borrower for use in own}),
        )
        for name, own in by_piece.items()
    ]
    return sorted(found, key=lambda row: (-row.teams, -row.projects, row.entry.name))


def _drawing(uses: Sequence[Use], rows: Sequence[TeamRow], says: str) -> Markup:
    pairs = Counter((use.lender, use.borrower) for use in uses)
    # Two teams may have the same title: they are told apart by their handles then.
    titles = Counter(row.title for row in rows)
    names = {r.team: r.title if titles[r.title] == 1 else f"{r.title} ({r.team})" for r in rows}
    found = [Flow(names[a], names[b], count) for (a, b), count in sorted(pairs.items())]
    keys = {names[row.team]: row.key for row in rows}
    title = f"Uses of pieces by the projects of {words.plural(len(rows), 'team')}"
    return flows(title, says, ("Whose work it is", "Whose projects use it"), found, keys)


def _says(uses: Sequence[Use], across: int, pieces: Sequence[PieceRow]) -> str:
    """How many uses cross from team to team, and which piece reaches most teams."""
    if not uses:
        return "No project lists an entry of the library under uses: yet."
    said = f"{words.plural(len(pieces), 'piece')} {'is' if len(pieces) == 1 else 'are'} used "
    said += f"{words.plural(len(uses), 'time')} by projects: {across:,} times across teams and "
    said += f"{len(uses) - across:,} inside the team that owns the piece."
    first = pieces[0]
    if first.teams > 1:
        said += f" {first.entry.title} reaches most teams: {first.teams:,}."
    return said


__all__ = ["Network", "card", "network", "pages", "uses_of"]
