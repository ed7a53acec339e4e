"""Advice as findings: what stands in them, what they rest on, and what is missing."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from maestro.learning.advice import Adviser, Sources, advice_findings, sources_of
from maestro.learning.alike import finished_alike, similarity_findings
from maestro.learning.recommend import Proof
from maestro.schema import Owners, Taxonomy
from maestro.schema.learned import Alike, RecommendationDetail, SimilarityDetail

from .likeness import piece, work
from .rows import AS_OF

USES = [{"artifact": "aa@1.0.0"}]
PLANNED = work("next", status="planned", ended=None, complexity=6)
DONE = [
    work("old", uses=USES, team={"size": 4}, complexity=5),
    work("far", uses=USES, complexity=9),
    work("other", problem_class="ranking", team={"size": 2}),
]


def sources(entries: Any = (), projects: Any = (), **fields: Any) -> Sources:
    """Sources with nothing else known."""
    empty: dict[str, Any] = {"contacts": {}, "personas": {}, "impacts": {}, "success": {}}
    return Sources(list(entries), list(projects), **{**empty, "added": {}, **fields})


def near(entry: Any, projects: Any) -> list[Alike]:
    """The finished projects most like one."""
    return finished_alike(entry, projects)


def test_a_finding_per_planned_and_active_project() -> None:
    """Pieces, peers and whom to ask, sizes of near teams; n is how many were looked at."""
    active = work("now", status="active", ended=None)
    every = [PLANNED, active, *DONE]
    known = sources(
        [piece("aa")],
        every,
        contacts={"growth": "growth@example.org"},
        success={"old": 61.0},
        impacts={"aa@1.0.0": Proof("helps", 3.0, 1.0, 5.0, 0.9, 7)},
    )
    found = advice_findings(known, {PLANNED.path: near(PLANNED, every)}, as_of=AS_OF)
    assert [one.subject for one in found[:2]] == ["next", "now"]
    assert [one.kind for one in found[2:]] == ["recommender"] * 4
    first = found[0]
    assert isinstance(first.detail, RecommendationDetail)
    assert (first.value, first.n, first.label, first.quality) == (None, 1, "", [])
    assert [one.reference for one in first.detail.pieces] == ["aa@1.0.0"]
    peers = {one.project: one for one in first.detail.peers}
    assert (peers["old"].owner, peers["old"].contact) == ("growth", "growth@example.org")
    assert (peers["old"].success, peers["far"].success, peers["old"].team) == (61.0, None, 4)
    # far is too complex, other of another class.
    assert first.detail.teams == {"4": 1}
    refs = [one.ref for one in first.evidence]
    assert refs[:2] == ["projects/next/project.yaml", "catalog/feature_pipelines/aa.yaml"]
    assert "projects/old/project.yaml" in refs and refs[-1] == "impact/aa@1.0.0"


def test_with_nothing_to_go_by_it_says_so() -> None:
    """An empty library, and one in which nothing fits and nobody was there before."""
    (empty, *_) = advice_findings(sources([], [PLANNED]), {}, as_of=AS_OF)
    assert empty.label == "not enough evidence"
    assert empty.quality == ["the library has no entries", "no finished project is like it"]
    alone = sources([piece("aa")], [PLANNED])
    (nothing, *_) = advice_findings(alone, {}, as_of=AS_OF)
    assert nothing.label == "not enough evidence" and nothing.n == 1
    fits = sources([piece("aa")], [PLANNED, DONE[2]])
    peers = {PLANNED.path: near(PLANNED, fits.projects)}
    assert peers[PLANNED.path]
    (few, *_) = advice_findings(fits, peers, as_of=AS_OF)
    assert few.label == "nothing to recommend"


def test_a_draft_gets_the_peers_of_its_record() -> None:
    """Asked about outside the library, a project has the neighbours that the build found."""
    every = [PLANNED, *DONE]
    stored = {
        one.detail.path: one.detail.alike
        for one in similarity_findings(every, [], as_of=AS_OF)
        if isinstance(one.detail, SimilarityDetail)
    }
    assert stored[PLANNED.path]
    assert near(PLANNED, every) == stored[PLANNED.path]
    assert near(PLANNED, DONE) == stored[PLANNED.path]


def test_sources_are_read_from_records_and_findings() -> None:
    """Scores, impacts, contacts, what personas look for, and the first day of an entry's record."""
    entry = piece("aa")
    catalog = SimpleNamespace(
        entries={"aa": entry},
        projects={"old": DONE[0]},
        owners=Owners.model_validate(
            {"teams": {"growth": {"contact": "g@example.org"}, "data": {}}}
        ),
        taxonomy=Taxonomy.model_validate(
            {"personas": {"analyst": {"kinds": ["notebooks"], "tags": []}, "bare": None}}
        ),
    )
    change = {"action": "added", "path": entry.path, "at": "2025-01-02T10:00:00Z"}
    findings = [
        {"kind": "impact", "subject": "aa@1.0.0", "label": "helps", "value": 2.0, "n": 9},
        {"kind": "success", "subject": "old", "value": 55.0},
        {"kind": "success", "subject": "new", "value": None},
        {"kind": "change", "subject": "aa", "detail": change},
        {"kind": "change", "subject": "aa", "detail": {**change, "at": "2024-12-31T00:00:00Z"}},
        {"kind": "change", "subject": "aa", "detail": {**change, "action": "removed"}},
        {"kind": "lineage", "subject": "aa"},
    ]
    found = sources_of(catalog, findings)
    assert found.contacts == {"growth": "g@example.org", "data": ""}
    assert found.impacts["aa@1.0.0"].value == 2.0
    assert found.success == {"old": 55.0}
    assert found.added == {"aa": 739_251}
    assert list(found.personas) == ["analyst"]
    # A piece could be used from the day its record came in, or a project used it.
    assert Adviser(found).known.since == {"aa": 739_251}
