"""Advice for planned and active projects: pieces, whom to ask, and the teams that were seen."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from maestro.schema.details import NOT_ENOUGH
from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import Alike, RecommendationDetail, RecommendedPeer

from .adoption import Choice
from .fitting import Persona, Piece, Wish
from .hindsight import recommender_findings
from .recommend import MOST, Known, Proof, Recommender, choice_of, first_days
from .success import ENDED

METHOD = "fit by records and past uses, ranked with impact"
NEAR_COMPLEXITY = 2
"""Finished projects of the same class and at most this far in complexity are like one another."""
NOTHING = "nothing to recommend"


@dataclass(frozen=True, slots=True)
class Sources:
    """What advice is made from."""

    entries: Sequence[Any]
    """Artifacts and model cards, records with their identity."""
    projects: Sequence[Any]
    """All projects."""
    contacts: Mapping[str, str]
    """Team to how it is reached."""
    personas: Mapping[str, Persona]
    impacts: Mapping[str, Proof]
    """Reference to its impact."""
    success: Mapping[str, float]
    """Finished project to its score, of those that have one."""
    added: Mapping[str, int]
    """Entry to the day on which its record came in, counted from year 1."""


READ = ("impact", "success", "change")
"""Kinds of findings that are read."""


def sources_of(catalog: Any, findings: Iterable[Mapping[str, Any]]) -> Sources:
    """What a library and its findings, as plain data, give to make advice from."""
    impacts: dict[str, Proof] = {}
    success: dict[str, float] = {}
    added: dict[str, int] = {}
    for finding in findings:
        subject, detail = finding["subject"], finding.get("detail") or {}
        if finding["kind"] == "impact":
            impacts[subject] = Proof.of(finding)
        elif finding["kind"] == "success" and finding["value"] is not None:
            success[subject] = finding["value"]
        elif finding["kind"] == "change" and detail["action"] == "added":
            entry = catalog.entries.get(subject)
            if entry is not None and entry.path == detail["path"]:
                day = date.fromisoformat(detail["at"][:10]).toordinal()
                added[subject] = min(day, added.get(subject, day))
    terms = catalog.taxonomy.personas.items()
    return Sources(
        entries=list(catalog.entries.values()),
        projects=list(catalog.projects.values()),
        contacts={name: team.contact or "" for name, team in catalog.owners.teams.items()},
        personas={n: Persona(n, frozenset(t.kinds), frozenset(t.tags)) for n, t in terms if t},
        impacts=impacts,
        success=success,
        added=added,
    )


class Adviser:
    """Gives advice on the projects of one library, and on drafts of such."""

    def __init__(self, sources: Sources) -> None:
        self.sources = sources
        self.projects = {entry.name: entry for entry in sources.projects}
        self.wishes = [Wish.of(entry) for entry in sources.projects]
        self.choices: list[Choice] = [choice_of(wish) for wish in self.wishes]
        pieces = [Piece.of(entry) for entry in sources.entries]
        since = first_days(pieces, self.choices, sources.added)
        self.known = Known(sources.impacts, sources.personas, since)
        self.recommender = Recommender(pieces, self.choices, self.known)

    def advise(
        self, entry: Any, alike: Iterable[Alike], *, persona: str = "", most: int = MOST
    ) -> tuple[RecommendationDetail, list[str]]:
        """What to tell a project or a draft of one, and what to know of the pieces it uses.

        ``alike`` are the finished projects most like it. Fields that a draft lacks are None.
        """
        advice = self.recommender.advise(Wish.of(entry), persona=persona, most=most)
        peers = [self._peer(one) for one in alike if one.name in self.projects]
        detail = RecommendationDetail(
            path=entry.path,
            pieces=advice.pieces,
            peers=peers,
            teams=self._teams(entry),
            considered=advice.considered,
        )
        return detail, advice.notes

    def _peer(self, one: Alike) -> RecommendedPeer:
        record = self.projects[one.name].record
        return RecommendedPeer(
            project=one.name,
            owner=record.owner,
            contact=self.sources.contacts.get(record.owner, ""),
            score=one.score,
            success=self.sources.success.get(one.name),
            team=record.team.size,
            shared=one.shared,
        )

    def _teams(self, entry: Any) -> dict[str, int]:
        """Size of team to the number of finished projects of its class, about as complex."""
        record = entry.record
        sizes = Counter(
            other.record.team.size
            for other in self.projects.values()
            if other.record.status in ENDED
            and other.path != entry.path
            and other.record.problem_class == record.problem_class
            and (
                record.complexity is None
                or abs(other.record.complexity - record.complexity) <= NEAR_COMPLEXITY
            )
        )
        return {str(size): sizes[size] for size in sorted(sizes)}

    def reasons(self, detail: RecommendationDetail) -> list[str]:
        """Why something is missing in advice; empty when nothing is."""
        return _label(detail)[1]

    def finding(self, entry: Any, alike: Iterable[Alike], *, as_of: str) -> Finding:
        """The finding of kind ``recommendation`` about one project; it has no number.

        ``n`` is how many entries were looked at.
        """
        detail, notes = self.advise(entry, alike)
        label, reasons = _label(detail)
        paths = {one.name: one.path for one in (*self.sources.entries, *self.sources.projects)}
        names = [piece.reference.partition("@")[0] for piece in detail.pieces]
        names += [peer.project for peer in detail.peers]
        evidence = [Evidence(kind="record", ref=entry.path)]
        evidence += [Evidence(kind="record", ref=paths[name]) for name in names]
        evidence += [
            Evidence(kind="finding", ref=f"impact/{piece.reference}")
            for piece in detail.pieces
            if piece.value is not None
        ]
        return Finding(
            kind="recommendation",
            subject=entry.name,
            n=detail.considered,
            as_of=as_of,
            method=METHOD,
            label=label,
            evidence=evidence,
            quality=[*reasons, *notes],
            detail=detail,
        )

    def hindsight(self, *, as_of: str) -> list[Finding]:
        """What the same would have been worth to the finished projects (kind ``recommender``)."""
        pieces = list(self.recommender.pieces.values())
        finished = [w for w in self.wishes if self.projects[w.name].record.status in ENDED]
        return recommender_findings(pieces, self.choices, finished, self.known, as_of=as_of)


def _label(detail: RecommendationDetail) -> tuple[str, list[str]]:
    """What to call advice in which something is missing, with the reasons."""
    reasons = []
    if not detail.considered:
        reasons.append("the library has no entries")
    elif not detail.pieces:
        reasons.append("no entry fits what the record says, and none was used by other projects")
    if not detail.peers:
        reasons.append("no finished project is like it")
    if not detail.pieces:
        return NOTHING if detail.considered and detail.peers else NOT_ENOUGH, reasons
    return "", reasons


def advice_findings(
    sources: Sources, alike: Mapping[str, Iterable[Alike]], *, as_of: str
) -> list[Finding]:
    """Recommendations for every planned and active project, and how such fared in hindsight.

    ``alike``: path of a project to the finished ones most like it. Sorted by kind and subject.
    """
    adviser = Adviser(sources)
    running = [entry for entry in sources.projects if entry.record.status not in ENDED]
    found = [
        adviser.finding(entry, alike.get(entry.path, ()), as_of=as_of)
        for entry in sorted(running, key=lambda one: one.name)
    ]
    return found + adviser.hindsight(as_of=as_of)


__all__ = [
    "METHOD",
    "NEAR_COMPLEXITY",
    "NOTHING",
    "READ",
    "Adviser",
    "Sources",
    "advice_findings",
    "sources_of",
]
