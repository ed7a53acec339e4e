"""Adoption: how likely a project is to use a piece, from what projects before it used.

Shares of projects, shrunk: a share of few projects counts little. The prior comes from what the
records say (see ``fitting``), and the class, the domain, the team and what is chosen already
each move it by the log of the odds, as in a naive Bayes classifier. How strongly each may is
learned from the projects themselves (empirical Bayes).
"""

from __future__ import annotations

import math
from bisect import bisect_left, insort
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

# Our own choice: what the records say weighs as much as five projects.
PSEUDO = 5.0
"""Projects that a prior is worth."""
UNKNOWN_SHARE = 0.1
"""Share of projects that use a piece as long as nothing is known of any."""
KIND_PSEUDO = 20.0
"""Pairs of project and piece that the share of all kinds is worth against that of one kind."""
FEWEST_TOGETHER = 2
"""Projects that must have used two pieces together before one speaks for the other."""
LEARNED = ("class", "domain", "team", "use")
"""Sorts of groups whose pull is learned: by class, domain and team, and beside a piece in use."""
FEWEST_LEARNED = 10
"""Projects from which that is learned."""
STRENGTHS = (2.0, 4.0, 8.0, 16.0, 32.0, 64.0)
PARTS = (0.003, 0.01, 0.03, 0.1, 0.3, 1.0)
_MOST_LEARNED = 150
_MOST_ODDS = 50.0

Group = tuple[str, str]
ALL: Group = ("all", "")


@dataclass(frozen=True, slots=True)
class Pull:
    """How far groups of one sort go their own ways in what they use.

    A ``part`` of all pairs of group and piece has a share of its own, beta-distributed around
    the share of all projects and known as well as from ``strength`` projects; the rest have that
    share itself. A part of 0: groups of this sort have no say.
    """

    strength: float = 32.0
    part: float = 1.0

    def share(self, seen: Seen, share: float) -> float:
        """The share of a group's projects that use a piece, from its count and all projects'."""
        if not self.part or not seen.counted[1]:
            return share
        ratio = math.exp(min(_MOST_ODDS, _log_ratio(seen, share, self.strength)))
        own = self.part * ratio / (1 - self.part + self.part * ratio)
        return own * seen.share(share, self.strength) + (1 - own) * share


@dataclass(frozen=True, slots=True)
class Choice:
    """One project and the pieces it used, by name; ``day`` is its first, counted from year 1."""

    project: str
    day: int
    problem_class: str
    domain: str
    team: str
    pieces: frozenset[str]

    def groups(self) -> list[Group]:
        """What it is counted under: all, its class, domain and team, each piece it used."""
        named = [("class", self.problem_class), ("domain", self.domain), ("team", self.team)]
        uses = [("use", piece) for piece in sorted(self.pieces)]
        return [ALL, *(one for one in named if one[1]), *uses]


@dataclass(frozen=True, slots=True)
class Seen:
    """How many of the projects of one group that could use a piece did."""

    users: int
    of: int
    early: int = 0
    """Those of them that used it before it was known to be there."""

    @property
    def counted(self) -> tuple[int, int]:
        """Users and projects from which a share is taken: without early ones.

        A piece is there because they used it: with them each new one would look popular.
        """
        return self.users - self.early, self.of - self.early

    def share(self, prior: float, strength: float = PSEUDO) -> float:
        """The share of users, drawn towards ``prior`` as by so many more projects."""
        users, of = self.counted
        return (users + strength * prior) / (of + strength)


@dataclass(frozen=True, slots=True)
class Chance:
    """How likely a project is to use a piece, 0 to 1, and what that was counted from."""

    value: float
    seen: Mapping[Group, Seen]
    """Group to its count: all, those that may have a say, the piece that speaks most for it."""


@dataclass(slots=True)
class Adoption:
    """What projects used; projects come and go, in any order."""

    since: Mapping[str, int]
    """Piece to the day from which it could be used; one without a day always could."""
    starts: dict[Group, list[int]] = field(default_factory=dict)
    users: Counter[tuple[Group, str]] = field(default_factory=Counter)
    pulls: dict[str, Pull] = field(default_factory=lambda: dict.fromkeys(LEARNED, Pull()))
    """Sort of group to its pull."""
    early: Counter[tuple[Group, str]] = field(default_factory=Counter)
    """Users that began before the day from which a piece is known: they could use it as well."""

    def add(self, choice: Choice) -> None:
        """Count one project."""
        for group in choice.groups():
            insort(self.starts.setdefault(group, []), choice.day)
            self.users.update((group, piece) for piece in choice.pieces)
            self.early.update((group, piece) for piece in self._early(choice))

    def remove(self, choice: Choice) -> None:
        """Take a project out that was counted."""
        for group in choice.groups():
            days = self.starts[group]
            del days[bisect_left(days, choice.day)]
            self.users.subtract((group, piece) for piece in choice.pieces)
            self.early.subtract((group, piece) for piece in self._early(choice))

    def _early(self, choice: Choice) -> list[str]:
        """What a project used before the day from which that is known."""
        return [piece for piece in choice.pieces if choice.day < self.since.get(piece, 0)]

    def seen(self, group: Group, piece: str) -> Seen:
        """Users of the piece among the projects of a group that could use it.

        Those that started since it was there, and those that used it before that was known.
        """
        days = self.starts.get(group, [])
        since = len(days) - bisect_left(days, self.since.get(piece, 0))
        early = self.early[group, piece]
        return Seen(self.users[group, piece], since + early, early)

    def base_shares(self, kinds: Mapping[str, str]) -> dict[str, float]:
        """Kind to the share of projects that use a piece of it; ``kinds``: piece to kind.

        The share of one kind is drawn towards that of all kinds.
        """
        counts: dict[str, list[int]] = {kind: [0, 0] for kind in kinds.values()}
        for piece, kind in kinds.items():
            found = self.seen(ALL, piece)
            users, of = found.counted
            counts[kind][0] += users
            counts[kind][1] += of
        users, pairs = (sum(count[at] for count in counts.values()) for at in (0, 1))
        every = (users + KIND_PSEUDO * UNKNOWN_SHARE) / (pairs + KIND_PSEUDO)
        return {
            kind: (used + KIND_PSEUDO * every) / (of + KIND_PSEUDO)
            for kind, (used, of) in counts.items()
        }

    def chance(self, piece: str, choice: Choice, prior: float) -> Chance:
        """How likely ``choice`` is to use ``piece`` beside what it has.

        ``prior`` is what the records alone say, above 0 and below 1. Of the pieces it has, only
        the one that speaks most for this one counts: several often tell of the same habit.
        """
        found = {ALL: self.seen(ALL, piece)}
        share = found[ALL].share(prior)
        odds = start = log_odds(share)
        best, best_group = 0.0, ALL
        for group in choice.groups()[1:]:
            pull = self.pulls[group[0]]
            if group == ("use", piece) or not pull.part:
                continue
            if group[0] == "use" and self.users.get((group, piece), 0) < FEWEST_TOGETHER:
                continue
            seen = self.seen(group, piece)
            gain = log_odds(pull.share(seen, share)) - start
            if group[0] != "use":
                found[group] = seen
                odds += gain
            elif gain > best:
                best, best_group = gain, group
        if best:
            found[best_group] = self.seen(best_group, piece)
        return Chance(from_log_odds(odds + best), found)

    def learn(self) -> None:
        """Learn how far classes, domains, teams and users of a piece go their own ways.

        For each sort of group the pull under which its counts are likeliest. Only the 150 pieces
        used most are looked at, and nothing is learned from fewer than ten projects.
        """
        if len(self.starts.get(ALL, ())) < FEWEST_LEARNED:
            return
        names = sorted({name for group, name in self.users if group == ALL})
        names = most_popular(self, names)[:_MOST_LEARNED]
        alls = {name: self.seen(ALL, name) for name in names}
        users, pairs = (sum(one.counted[at] for one in alls.values()) for at in (0, 1))
        mean = (users + 1) / (pairs + 2)
        shares = {name: seen.share(mean) for name, seen in alls.items()}
        for sort in LEARNED:
            groups = [one for one in self.starts if one[0] == sort]
            if sort == "use":
                groups = [one for one in groups if one[1] in shares]
            counts = Counter(
                (self.seen(group, name), shares[name])
                for group in groups
                for name in names
                if group != ("use", name)
            )
            self.pulls[sort] = likeliest(counts)


def likeliest(counts: Mapping[tuple[Seen, float], int]) -> Pull:
    """The pull that makes counts of users likeliest; a part of 0 when plain chance does.

    ``counts``: a group's count of a piece with the share of all projects, to how often it was
    found. Every pair is a draw from a mixture of a beta-binomial and a binomial distribution.
    """
    best, most = Pull(part=0.0), 0.0
    for strength in STRENGTHS:
        ratios = Counter[float]()
        for (seen, share), times in counts.items():
            if seen.counted[1]:
                ratios[round(_log_ratio(seen, share, strength), 9)] += times
        odds = [(math.exp(min(_MOST_ODDS, one)), times) for one, times in sorted(ratios.items())]
        for part in PARTS:
            total = sum(times * math.log(1 - part + part * one) for one, times in odds)
            if total > most:
                best, most = Pull(strength, part), total
    return best


def _log_ratio(seen: Seen, share: float, strength: float) -> float:
    """How much likelier a count is with a share of its own than with that of all, as a log."""
    users, of = seen.counted
    others = of - users
    yes, no = strength * share, strength * (1 - share)
    own = math.lgamma(users + yes) - math.lgamma(yes) + math.lgamma(others + no) - math.lgamma(no)
    own -= math.lgamma(of + strength) - math.lgamma(strength)
    return own - users * math.log(share) - others * math.log(1 - share)


def most_popular(adoption: Adoption, pieces: Sequence[str], group: Group = ALL) -> list[str]:
    """The pieces by how many projects of a group used them, then of all, ties by name."""
    return sorted(
        pieces, key=lambda one: (-adoption.users[group, one], -adoption.users[ALL, one], one)
    )


def log_odds(share: float) -> float:
    """ln(p / (1 - p)); ``share`` must lie above 0 and below 1."""
    return math.log(share / (1 - share))


def from_log_odds(odds: float) -> float:
    """The share whose log odds these are."""
    return 1 / (1 + math.exp(-odds))


__all__ = [
    "ALL", "PSEUDO", "Adoption", "Chance", "Choice", "Group", "Pull", "Seen", "from_log_odds",
    "likeliest", "log_odds", "most_popular",
]  # fmt: skip
