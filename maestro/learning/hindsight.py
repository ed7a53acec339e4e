"""Hindsight: would the recommender have named what finished projects went on to use?

For each finished project only what was known on its first day counts: pieces that could be used
then, and the uses of projects that had started before. Two questions are asked: all its uses at
once, with nothing chosen, and each single use beside all the others. What records say of
themselves (tags, ports, texts of pieces) is taken as it is today, and impact has no part: what was
known of it then is not kept. Of a project's own words only its title and description count, and
of these no word of a piece's name: pages of finished projects tell what they used.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import HitRate, RecommenderDetail

from .adoption import Adoption, Choice, from_log_odds, log_odds, most_popular
from .fitting import Fitting, Persona, Piece, Wish
from .recommend import Known, choice_of
from .word_counts import count_words

METHOD = "leave future out, hits among those named"
NAMED = (5, 10)
"""How many pieces are named to each project."""
BEFORE = 5
"""Projects that must have started before one for it to be tried."""
NEEDED = 10
"""Projects that must be tried for a rate to be told; our own choice."""
MOST_TRIED, FEWEST_TRIED, MOST_LOOKS = 200, 30, 40_000
"""The latest 200 finished projects are tried; fewer, down to 30, when projects times pieces
would be more than 40,000."""
AGAIN = 1.1
"""What projects have in common is learned again when there are so many times as many."""
_Z = 1.6448536269514722
_LEVEL = 0.9
Asked = Literal["at the start", "beside the others"]
Case = tuple[Wish, frozenset[str]]
"""What is known of a finished project, without its uses, and the pieces it used."""


@dataclass(frozen=True, slots=True)
class Try:
    """One project: how many of its hidden uses each way of recommending named."""

    project: str
    uses: int
    hits: Mapping[str, float]
    """Way to hits; of the random one what is expected."""


def recommender_findings(
    pieces: Sequence[Piece],
    choices: Sequence[Choice],
    finished: Iterable[Wish],
    known: Known,
    *,
    as_of: str,
) -> list[Finding]:
    """Four findings of kind ``recommender`` about the library: 5 and 10 named, both questions.

    ``choices`` are all projects, ``finished`` those to be tried. The value is the share of uses
    that were named, with its 90 % interval (Wilson's, for uses that come in projects).
    """
    asked: tuple[Asked, ...] = ("at the start", "beside the others")
    tries = {(one, named): list[Try]() for one in asked for named in NAMED}
    for one, named, made in _tries(pieces, choices, finished, known):
        tries[one, named].append(made)
    return [_finding(one, named, tries[one, named], as_of) for one in asked for named in NAMED]


def _tries(
    pieces: Sequence[Piece],
    choices: Sequence[Choice],
    finished: Iterable[Wish],
    known: Known,
) -> Iterable[tuple[Asked, int, Try]]:
    """Every project that can be tried, oldest first."""
    waiting = sorted(choices, key=lambda one: (one.day, one.project), reverse=True)
    tried = sorted(finished, key=lambda one: (one.day, one.name))
    tried = tried[-max(FEWEST_TRIED, min(MOST_TRIED, MOST_LOOKS // max(1, len(pieces)))) :]
    adoption = Adoption(known.since)
    fitting = Fitting(pieces)
    kinds = {piece.name: piece.kind for piece in pieces}
    names = _words_of_names(pieces)
    before = learned = 0
    for wish in tried:
        while waiting and waiting[-1].day < wish.day:
            adoption.add(waiting.pop())
            before += 1
        if before >= learned * AGAIN:
            adoption.learn()
            learned = before
        there = {name: k for name, k in kinds.items() if known.since.get(name, 0) <= wish.day}
        used = wish.chosen & there.keys()
        if before < BEFORE or not used:
            continue
        words = {word: count for word, count in wish.described.items() if word not in names}
        asking = replace(wish, words=words)
        ranking = _Ranking(adoption, fitting, there, known.personas)
        yield from _at_start(ranking, asking, used)
        if len(used) > 1:
            yield from _beside(ranking, asking, used)


def _words_of_names(pieces: Iterable[Piece]) -> frozenset[str]:
    """Every word of a name or title of a piece."""
    said = (f"{one.name} {one.record.title or ''}" for one in pieces)
    return frozenset(word for text in said for word in count_words(text))


@dataclass(frozen=True, slots=True)
class _Ranking:
    """Ways of recommending, as of one day."""

    adoption: Adoption
    fitting: Fitting
    kinds: Mapping[str, str]
    """Piece that could be used to its kind."""
    personas: Mapping[str, Persona]

    def ways(self, wish: Wish) -> dict[str, list[str]]:
        """Way to the pieces it names, best first, of those that are not chosen."""
        choice = choice_of(wish)
        base = self.adoption.base_shares(self.kinds)
        left = sorted(self.kinds.keys() - wish.chosen)
        odds = {}
        for name, fit in self.fitting.fits(wish, self.personas).items():
            if name in self.kinds:
                prior = from_log_odds(log_odds(base[self.kinds[name]]) + fit.odds)
                odds[name] = round(self.adoption.chance(name, choice, prior).value, 9)
        return {
            "maestro": sorted(left, key=lambda one: (-odds[one], one)),
            "of all": most_popular(self.adoption, left),
            "of class": most_popular(self.adoption, left, ("class", wish.problem_class)),
        }


def _hits(ways: Mapping[str, list[str]], hidden: frozenset[str], named: int) -> dict[str, float]:
    found: dict[str, float] = {way: len(hidden & set(names[:named])) for way, names in ways.items()}
    left = len(ways["maestro"])
    # Each piece is as likely as any other to be among those named.
    found["random"] = len(hidden) * min(1.0, named / left)
    return found


def _at_start(
    ranking: _Ranking, wish: Wish, used: frozenset[str]
) -> Iterable[tuple[Asked, int, Try]]:
    ways = ranking.ways(replace(wish, uses=()))
    for named in NAMED:
        yield "at the start", named, Try(wish.name, len(used), _hits(ways, used, named))


def _beside(
    ranking: _Ranking, wish: Wish, used: frozenset[str]
) -> Iterable[tuple[Asked, int, Try]]:
    totals = {
        named: dict.fromkeys(("maestro", "of all", "of class", "random"), 0.0) for named in NAMED
    }
    for hidden in sorted(used):
        others = tuple(use for use in wish.uses if use.partition("@")[0] != hidden)
        ways = ranking.ways(replace(wish, uses=others))
        for named in NAMED:
            for way, hits in _hits(ways, frozenset([hidden]), named).items():
                totals[named][way] += hits
    for named in NAMED:
        yield "beside the others", named, Try(wish.name, len(used), totals[named])


def _finding(asked: Asked, named: int, tries: list[Try], as_of: str) -> Finding:
    evidence = [
        Evidence(kind="record", ref=f"projects/{one.project}/project.yaml") for one in tries
    ]
    if len(tries) < NEEDED:
        many = "1 finished project" if len(tries) == 1 else f"{len(tries)} finished projects"
        reason = f"{many} can be tried, at least {NEEDED} are needed"
        detail = RecommenderDetail(named=named, asked=asked, projects=len(tries), rates=[])
        return Finding(
            kind="recommender",
            subject="library",
            n=len(tries),
            as_of=as_of,
            method=METHOD,
            label=NOT_ENOUGH,
            evidence=evidence,
            quality=[reason, *_LIMITS],
            detail=detail,
        )
    popular = max(("of class", "of all"), key=lambda way: sum(one.hits[way] for one in tries))
    rates = [
        _rate("maestro", tries, "maestro"),
        _rate("most popular", tries, popular),
        _rate("random", tries, "random"),
    ]
    label, gain = _against([(one.hits["maestro"] - one.hits[popular], one.uses) for one in tries])
    among = "of its class" if popular == "of class" else "of all projects"
    return Finding(
        kind="recommender",
        subject="library",
        value=rates[0].rate,
        unit="share of uses",
        lo=rates[0].lo,
        hi=rates[0].hi,
        level=_LEVEL,
        n=rates[0].uses,
        as_of=as_of,
        method=METHOD,
        label=label,
        evidence=evidence,
        quality=[gain, f"most popular: {among}, the better of the two", *_LIMITS],
        detail=RecommenderDetail(named=named, asked=asked, projects=len(tries), rates=rates),
    )


_LIMITS = (
    "records of pieces are taken as they are today; impact has no part in it",
    "left out, since projects tell in the end what they used: the text of a project's page, "
    "and words of pieces' names in its title and description",
    "projects use what they find, and also what they are shown: a hit is no proof of use",
)


def _rate(
    method: Literal["maestro", "most popular", "random"], tries: list[Try], way: str
) -> HitRate:
    hits, uses = sum(one.hits[way] for one in tries), sum(one.uses for one in tries)
    rate = hits / uses
    lo, hi = rate, rate
    if way != "random":
        lo, hi = interval([(one.hits[way], one.uses) for one in tries])
    return HitRate(method=method, hits=round(hits), uses=uses, rate=rate, lo=lo, hi=hi)


def interval(found: Sequence[tuple[float, int]]) -> tuple[float, float]:
    """The 90 % interval of a share of uses, from hits and uses of each project.

    Wilson's (1927), with the number of uses divided by the design effect, since the uses of
    one project are alike (Rao and Scott 1992); that effect is at least 1.
    """
    uses = sum(count for _, count in found)
    rate = sum(hits for hits, _ in found) / uses
    plain = rate * (1 - rate) / uses
    effect = max(1.0, _variance(found) / plain) if plain > 0 else 1.0
    n = uses / effect
    middle = rate + _Z * _Z / (2 * n)
    half = _Z * math.sqrt(rate * (1 - rate) / n + _Z * _Z / (4 * n * n))
    below = 1 + _Z * _Z / n
    return max(0.0, min(rate, (middle - half) / below)), min(
        1.0, max(rate, (middle + half) / below)
    )


def _variance(found: Sequence[tuple[float, int]]) -> float:
    """Variance of a ratio of totals over clusters (Cochran 1977, section 2.11)."""
    uses, many = sum(count for _, count in found), len(found)
    rate = sum(hits for hits, _ in found) / uses
    return many / (many - 1) * sum((hits - rate * count) ** 2 for hits, count in found) / uses**2


def _against(found: Sequence[tuple[float, int]]) -> tuple[str, str]:
    """How the difference in hits, project by project, is to be called, and in words."""
    uses = sum(count for _, count in found)
    gain = sum(hits for hits, _ in found) / uses
    half = _Z * math.sqrt(_variance(found))
    words = f"{gain:+.3f} against most popular (90 %: {gain - half:+.3f} to {gain + half:+.3f})"
    if gain - half > 0:
        return "better than most popular", words
    return "worse than most popular" if gain + half < 0 else "no clear difference", words


__all__ = ["BEFORE", "METHOD", "NAMED", "NEEDED", "interval", "recommender_findings"]
