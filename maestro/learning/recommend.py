"""Recommendation: which pieces of the library a project, or a draft of one, may want to use.

Three sorts of advice: ``instead`` of what is deprecated, ``upgrade`` of what is out of date, and
``use``. Pieces to use are ranked by the log odds of their fit, plus 0.1 for every point of
success that they are associated with, where there is evidence for that. Standard library only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from maestro.schema.learned import RecommendedPiece

from .adoption import ALL, Adoption, Chance, Choice, from_log_odds, log_odds
from .fitting import Fit, Fitting, Persona, Piece, Wish

MOST = 10
"""Pieces to use that are named at most, and as many in place of what is in use."""
POINT = 0.1
"""What a point of success is worth in log odds: ten points make a fit count 2.7 times."""
HURTS = "hurts"
"""The verdict on a piece that is never recommended."""
SAME_MAJOR, OTHER_MAJOR = 1.0, 0.5
"""Fit of what takes the place of a piece in use: it is made for that, but may need changes."""
_LADDER = ("stable", "beta", "experimental")
_NUMBERS = re.compile(r"(\d+)\.(\d+)\.(\d+)")


@dataclass(frozen=True, slots=True)
class Proof:
    """What is known of the impact of one version, in points of success."""

    label: str
    value: float | None = None
    lo: float | None = None
    hi: float | None = None
    level: float | None = None
    n: int = 0

    @classmethod
    def of(cls, finding: Mapping[str, Any]) -> Proof:
        """The proof in a finding of kind ``impact``, as plain data."""
        known = {name: finding.get(name) for name in ("value", "lo", "hi", "level")}
        return cls(finding["label"], **known, n=finding.get("n") or 0)

    def words(self) -> str:
        """One line for a reader; empty without a number."""
        if self.value is None:
            return ""
        ends = ""
        if self.lo is not None and self.hi is not None:
            ends = f"{100 * (self.level or 0.9):.0f} %: {self.lo:+.1f} to {self.hi:+.1f}; "
        many = "1 project" if self.n == 1 else f"{self.n} projects"
        return f"associated with {self.value:+.1f} points of success ({ends}{many}): {self.label}"


@dataclass(frozen=True, slots=True)
class Advice:
    """What is recommended, and what else should be said of the pieces in use."""

    pieces: list[RecommendedPiece]
    notes: list[str]
    considered: int
    """Pieces that were looked at."""


@dataclass(frozen=True, slots=True)
class Known:
    """What else is known beside the records."""

    impacts: Mapping[str, Proof]
    """Reference to its impact."""
    personas: Mapping[str, Persona]
    since: Mapping[str, int]
    """Piece to the day from which projects could use it, counted from year 1."""


class Recommender:
    """The pieces of one library and what its projects use."""

    def __init__(self, pieces: Sequence[Piece], choices: Iterable[Choice], known: Known) -> None:
        self.pieces = {piece.name: piece for piece in sorted(pieces, key=lambda one: one.name)}
        self.known = known
        self.next = successors(self.pieces.values())
        self.choices = {choice.project: self._today(choice) for choice in choices}
        self.adoption = Adoption(known.since)
        for choice in self.choices.values():
            self.adoption.add(choice)
        self.adoption.learn()
        self.fitting = Fitting(list(self.pieces.values()))
        self.kinds = {piece.name: piece.kind for piece in self.pieces.values()}

    def _today(self, choice: Choice) -> Choice:
        """With each piece that was replaced under the name of what replaced it."""
        used = frozenset(self.next.get(piece, piece) for piece in choice.pieces)
        return replace(choice, pieces=used)

    def advise(self, wish: Wish, *, persona: str = "", most: int = MOST) -> Advice:
        """What a project may use; with ``persona`` only what that kind of person looks for.

        What the project itself uses never speaks for a piece, whether it is among the choices
        or not.
        """
        if persona:
            wish = replace(wish, personas=frozenset([persona]))
        own = self.choices.get(wish.name)
        if own:
            self.adoption.remove(own)
        try:
            named = self._to_use(wish, persona)
        finally:
            if own:
                self.adoption.add(own)
        instead, notes = self._in_place(wish)
        taken = {piece.reference for piece in instead}
        new = [piece for piece in named if piece.reference not in taken]
        return Advice([*instead[:most], *new[:most]], notes, len(self.pieces))

    def _to_use(self, wish: Wish, persona: str) -> list[RecommendedPiece]:
        """Pieces that the project does not use in any version, best first."""
        choice = self._today(choice_of(wish))
        base = self.adoption.base_shares(self.kinds)
        ranked = []
        for name, fit in self.fitting.fits(wish, self.known.personas).items():
            piece = self.pieces[name]
            proof = self._proof(piece)
            if name in choice.pieces or piece.record.status == "deprecated":
                continue
            if proof.label == HURTS or (persona and not self._is_for(piece, persona)):
                continue
            prior = from_log_odds(log_odds(base[piece.kind]) + fit.odds)
            chance = self.adoption.chance(name, choice, prior)
            if not self._is_sensible(piece, wish, fit, chance):
                continue
            rank = log_odds(chance.value) + POINT * (proof.value or 0.0)
            made = self._named(piece, wish, fit, chance)
            ladder = _LADDER.index(piece.record.status)
            ranked.append(((-round(rank, 9), ladder, name), made))
        return [made for _, made in sorted(ranked, key=lambda one: one[0])]

    def _is_for(self, piece: Piece, persona: str) -> bool:
        named = getattr(piece.record, "personas", ())
        sought = self.known.personas.get(persona, Persona(persona))
        if persona in named or piece.kind in sought.kinds or sought.tags & set(piece.record.tags):
            return True
        return not named and not sought.kinds and not sought.tags

    def _is_sensible(self, piece: Piece, wish: Wish, fit: Fit, chance: Chance) -> bool:
        """Whether anything speaks for it, and it is not made for another kind of problem."""
        task = getattr(piece.record, "task", None)
        if task and wish.problem_class and task != wish.problem_class:
            of_class = chance.seen.get(("class", wish.problem_class))
            return bool(of_class and of_class.users)
        return bool(fit.said or chance.seen[ALL].users)

    def _named(self, piece: Piece, wish: Wish, fit: Fit, chance: Chance) -> RecommendedPiece:
        reasons = [*_uses(wish, chance), *fit.reasons, *self._impact(piece)]
        if piece.record.status == "experimental":
            reasons.append("its record calls it experimental: little tried so far")
        return self._piece(piece, "use", chance.value, reasons)

    def _impact(self, piece: Piece) -> list[str]:
        """What is known of its impact, or of that of an earlier version."""
        proof = self._proof(piece)
        if proof.value is not None:
            return [proof.words()]
        for version in sorted(versions_of(piece), key=_parts, reverse=True):
            words = self.known.impacts.get(f"{piece.name}@{version}", Proof("")).words()
            if words:
                return [f"an earlier version, {version}: {words}"]
        return []

    def _piece(
        self, piece: Piece, advice: Any, fit: float, reasons: list[str], replaces: str = ""
    ) -> RecommendedPiece:
        proof = self._proof(piece)
        return RecommendedPiece(
            reference=piece.reference,
            kind=piece.kind,
            advice=advice,
            replaces=replaces,
            fit=fit,
            reasons=reasons,
            value=proof.value,
            lo=proof.lo,
            hi=proof.hi,
            label=proof.label,
            n=proof.n,
        )

    def _in_place(self, wish: Wish) -> tuple[list[RecommendedPiece], list[str]]:
        """What should take the place of pieces in use, and what to say of pieces in use."""
        found: list[RecommendedPiece] = []
        notes: list[str] = []
        for reference in wish.uses:
            name, _, version = reference.partition("@")
            piece = self.pieces.get(name)
            if piece is None:
                continue
            proof = self.known.impacts.get(reference, Proof(""))
            if proof.label == HURTS:
                notes.append(f"{reference}, in use, is {proof.words()}")
            if piece.record.status == "deprecated":
                other = self._instead(piece, reference, wish)
                found += [other] if other else []
                if other is None:
                    notes.append(f"{reference}, in use, is deprecated{_why(piece)}")
            elif _is_older(version, piece.version):
                found += self._upgrade(piece, reference, version, notes)
        return found, notes

    def _instead(self, piece: Piece, reference: str, wish: Wish) -> RecommendedPiece | None:
        """What replaces a deprecated piece; None where nothing does, or it is in use already."""
        other = self.pieces.get(self.next.get(piece.name, ""))
        if other is None or other.name in wish.chosen or self._is_harmful(other):
            return None
        reasons = [f"{reference} is deprecated{_why(piece)}, replaced by {other.reference}"]
        reasons += self._impact(other)
        return self._piece(other, "instead", OTHER_MAJOR, reasons, reference)

    def _upgrade(
        self, piece: Piece, reference: str, version: str, notes: list[str]
    ) -> list[RecommendedPiece]:
        if self._is_harmful(piece):
            words = self.known.impacts[piece.reference].words()
            notes.append(f"{piece.reference} is newer than {reference}, and not named: {words}")
            return []
        is_same = _parts(version)[0] == _parts(piece.version)[0]
        changed = [
            f"{item.version}: {item.note}"
            for item in reversed(piece.record.history)
            if item.note and _is_older(version, item.version)
        ]
        reason = f"a newer version than {version}, " + (
            "compatible by its number (same major version)"
            if is_same
            else "a new major version: inputs or outputs may have changed"
        )
        reasons = [reason, *([f"since then: {'; '.join(changed)}"] if changed else [])]
        before = self.known.impacts.get(reference, Proof("")).words()
        reasons += [f"{version}: {before}"] if before else []
        reasons += [words] if (words := self._proof(piece).words()) else []
        fit = SAME_MAJOR if is_same else OTHER_MAJOR
        return [self._piece(piece, "upgrade", fit, reasons, reference)]

    def _proof(self, piece: Piece) -> Proof:
        return self.known.impacts.get(piece.reference, Proof(""))

    def _is_harmful(self, piece: Piece) -> bool:
        return self._proof(piece).label == HURTS


def choice_of(wish: Wish) -> Choice:
    """What a project asks with, as one that used what it has chosen."""
    return Choice(wish.name, wish.day, wish.problem_class, wish.domain, wish.team, wish.chosen)


def successors(pieces: Iterable[Piece]) -> dict[str, str]:
    """Deprecated piece to what replaces it in the end; those that run in circles left out."""
    direct = {}
    for piece in pieces:
        other = getattr(piece.record, "replaced_by", None)
        if other and piece.record.status == "deprecated":
            direct[piece.name] = other.partition("@")[0]
    found = {}
    for name in direct:
        path = [name]
        while path[-1] in direct and len(path) <= len(direct):
            path.append(direct[path[-1]])
        if path[-1] not in direct:
            found[name] = path[-1]
    return found


def versions_of(piece: Piece) -> list[str]:
    """The versions that its record lists, the current one last."""
    return [*(item.version for item in getattr(piece.record, "history", ())), piece.version]


def first_days(
    pieces: Iterable[Piece], choices: Iterable[Choice], added: Mapping[str, int]
) -> dict[str, int]:
    """Piece to the day from which it is known that it could be used, counted from year 1.

    The earliest of its first release, of the day on which its record came in (``added``), and of
    the day after its first use: that project alone shows that it was there, which nobody could
    know before. A piece about which none is known is left out.
    """
    days: dict[str, list[int]] = {}
    for piece in pieces:
        dates = [item.date.toordinal() for item in getattr(piece.record, "history", ())]
        days[piece.name] = dates + ([added[piece.name]] if piece.name in added else [])
    for choice in choices:
        for name in choice.pieces:
            if name in days:
                days[name].append(choice.day + 1)
    return {name: min(found) for name, found in days.items() if found}


def _uses(wish: Wish, chance: Chance) -> list[str]:
    """Who used it before, in words, from the records of projects."""
    said = []
    words = {"class": "of class", "domain": "in domain", "team": "of team"}
    for group, seen in chance.seen.items():
        if not seen.users:
            continue
        if group == ALL:
            said.append(f"used by {seen.users} of {seen.of} projects that could")
        elif group[0] == "use":
            said.append(f"used by {seen.users} of {seen.of} that use {group[1]} as well")
        else:
            said.append(f"{seen.users} of {seen.of} {words[group[0]]} {group[1]}")
    return ["; ".join(said)] if said else ["no project has used it yet"]


def _why(piece: Piece) -> str:
    reason = getattr(piece.record, "reason", None)
    return f" ({reason})" if reason else ""


def _parts(version: str) -> tuple[int, int, int]:
    found = _NUMBERS.match(version)
    return (int(found[1]), int(found[2]), int(found[3])) if found else (0, 0, 0)


def _is_older(version: str, other: str) -> bool:
    return bool(version) and _parts(version) < _parts(other)


__all__ = [
    "MOST", "Advice", "Known", "Proof", "Recommender", "choice_of", "first_days", "successors",
]  # fmt: skip
