"""Findings of what was learned across projects, made by hand for the sample library."""

from __future__ import annotations

from typing import Any

from maestro.schema import Finding

from .sample_findings import AT, COMMIT, finding

FEATURES = "catalog/feature_pipelines/churn-features.yaml"
GBM = "catalog/model_templates/churn-gbm.yaml"
YOUNG = "projects/offers-2026/project.yaml"


def prediction(project: str, target: str, **more: Any) -> Finding:
    """One prediction from 12 finished projects; details go by name, values in ``values``."""
    values = {"n": 12, "level": 0.9, "label": "some evidence", **more.pop("values", {})}
    detail = {"target": target, "model_version": "2", "made_at": AT, **more}
    if "lo" not in values:
        values["level"] = None
    return finding("prediction", project, detail, **values)


def past() -> list[Finding]:
    """Four predictions of one finished project: kept and made afterwards, true and not."""
    kept = {"basis": "kept", "made_at": "2025-02-03T00:00:00Z"}
    after = {"basis": "past only"}
    weeks = {"unit": "days", "value": 80.0, "lo": 40.0, "hi": 160.0}
    score = {"unit": "points", "value": 60.0, "lo": 40.0, "hi": 80.0}
    cost = {"unit": "EUR", "value": 20000.0, "lo": 9000.0, "hi": 45000.0}
    chance = {"unit": "%", "value": 62.4}
    return [
        prediction("churn-2025", "duration", actual=119.0, inside=True, values=weeks, **kept),
        prediction("churn-2025", "success", actual=86.7, inside=False, values=score, **after),
        prediction("churn-2025", "cost", actual=12000.0, inside=True, values=cost, **after),
        prediction("churn-2025", "chance", actual=1.0, values=chance, **after),
    ]


def running() -> list[Finding]:
    """What is foreseen of the running project, what moves it, and by size of team."""
    drivers = [
        {"name": "team_size", "effect": -14.0},
        {"name": "churn-features@1.3.0", "effect": 6.0},
    ]
    team = [
        {"team": 2, "value": 70.0, "lo": 40.0, "hi": 120.0, "n": 6, "seen": 66.0},
        {"team": 3, "value": 60.0, "lo": 35.0, "hi": 100.0, "n": 4, "seen": None},
    ]
    return [
        prediction(
            "offers-2026",
            "duration",
            typical=78.0,
            drivers=drivers,
            team=team,
            team_note="teams of 5 and more were not seen for such projects",
            values={"unit": "days", "value": 70.0, "lo": 35.0, "hi": 140.0},
        ),
        prediction(
            "offers-2026",
            "cost",
            team_note="no comparable finished project has a cost",
            values={"unit": "EUR", "label": "not enough evidence", "quality": ["2 costs of 5"]},
        ),
    ]


def models() -> list[Finding]:
    """The model of success with its tests, and that of durations with its past."""
    spreads = [{"name": "team", "points": 6.5, "lo": 1.5, "hi": 11.0}]
    differences = [
        {"name": "noise", "points": 12.0},
        {"name": "artifact", "points": 7.5},
        {"name": "team", "points": 6.0},
    ]
    success = {
        "target": "success",
        "projects": 12,
        "needed": 5,
        "skill": 0.21,
        "coverage": 0.92,
        "inside": 11,
        "p": 0.04,
        "as_good": 3,
        "trials": 99,
        "spreads": spreads,
        "differences": differences,
        "placebo_verdicts": 1 / 3,
        "placebo_runs": 20,
        "usage_known": 0.75,
        "scored": [{"basis": "past only", "n": 1, "inside": 0, "skill": None, "error": 21.0}],
    }
    run = {"at": "2026-10-01T00:00:00Z", "commit": COMMIT, "n": 9, "p": 0.2}
    rows = [
        {**run, "skill": -0.05, "coverage": 0.8, "label": "not enough evidence"},
        {**run, "at": AT, "n": 12, "skill": 0.12, "coverage": 0.9, "label": "some evidence"},
    ]
    drift = [
        {
            "field": "team_size",
            "finished": "median 3",
            "running": "median 6",
            "distance": 0.7,
            "p": 0.01,
            "label": "differs",
        }
    ]
    duration = {
        "target": "duration",
        "projects": 12,
        "needed": 5,
        "skill": 0.12,
        "coverage": 0.9,
        "earlier": rows,
        "drift": drift,
        "scored": [{"basis": "kept", "n": 1, "inside": 1, "skill": 0.3, "error": 1.5}],
    }
    return [
        finding("outcome_model", "success", success, value=58.0, unit="points", label="evidence"),
        finding("outcome_model", "duration", duration, value=78.0, unit="days", label="evidence"),
    ]


def _alike(name: str, kind: str, score: float, *shared: str, version: str = "") -> dict[str, Any]:
    return {
        "name": name,
        "kind": kind,
        "version": version,
        "score": score,
        "parts": {"class": 1.0},
        "shared": list(shared),
    }


def likeness() -> list[Finding]:
    """A project like another, an entry like another, and a pair that is nearly the same."""
    churn = _alike("churn-2025", "projects", 0.71, "class tabular-classification", "team of 3")
    gbm = _alike("churn-gbm", "model_templates", 0.33, "1 of 4 tags (churn)", version="1.0.0")
    old = _alike("churn-features", "feature_pipelines", 0.91, "4 of 4 outputs", version="1.3.0")
    return [
        finding(
            "similarity",
            "offers-2026",
            {"path": YOUNG, "compared": 1, "alike": [churn]},
            value=0.71,
        ),
        finding(
            "similarity",
            "churn-features",
            {"path": FEATURES, "compared": 4, "alike": [gbm]},
            value=0.33,
        ),
        finding(
            "duplicate",
            "churn-gbm",
            {"path": FEATURES, "other": old, "reason": "one is for training only"},
            value=0.91,
            evidence=[{"kind": "record", "ref": GBM}, {"kind": "record", "ref": FEATURES}],
        ),
    ]


def advice() -> list[Finding]:
    """Recommendations for the running project, and how often such advice hit."""
    piece = {
        "reference": "churn-features@1.3.0",
        "kind": "feature_pipelines",
        "advice": "upgrade",
        "replaces": "churn-features@1.2.0",
        "fit": 0.8,
        "reasons": ["2 of 3 projects like it used it", "same data set"],
        "value": 4.1,
        "lo": 1.2,
        "hi": 7.0,
        "label": "helps",
        "n": 11,
    }
    peer = {
        "project": "churn-2025",
        "owner": "growth",
        "contact": "growth@example.org",
        "score": 0.71,
        "success": 86.7,
        "team": 3,
        "shared": ["class tabular-classification"],
    }
    detail = {"path": YOUNG, "pieces": [piece], "peers": [peer], "teams": {"3": 2}, "considered": 5}
    rates = [
        {"method": "maestro", "hits": 30, "uses": 60, "rate": 0.5, "lo": 0.4, "hi": 0.6},
        {"method": "most popular", "hits": 24, "uses": 60, "rate": 0.4, "lo": 0.3, "hi": 0.5},
        {"method": "random", "hits": 6, "uses": 60, "rate": 0.1, "lo": 0.05, "hi": 0.2},
    ]
    tried = {"named": 5, "projects": 20, "rates": rates}
    return [
        finding("recommendation", "offers-2026", detail, value=0.8),
        finding("recommender", "library", tried, value=0.5, lo=0.4, hi=0.6, level=0.9, n=60),
    ]


def truth() -> Finding:
    """Two estimates of a simulated library: one range holds the truth, one does not."""
    effects = [
        {"name": "churn-features@1.3.0", "truth": 5.0, "value": 4.1, "lo": 1.2, "hi": 7.0},
        {"name": "churn-features@1.2.0", "truth": -6.5, "value": 1.0, "lo": -3.0, "hi": 5.0},
    ]
    labels = ("helps", "no clear effect")
    rows = [
        {**one, "label": label, "inside": label == "helps"}
        for one, label in zip(effects, labels, strict=True)
    ]
    detail = {"effects": rows, "inside": 1, "verdicts": 1, "right": 1, "known": 3}
    return finding("simulated_truth", "library", detail, value=0.5, unit="share", n=2)


def findings() -> tuple[Finding, ...]:
    """What stands on the sample's pages: all but the models, and the truth of a simulation."""
    groups = (past(), running(), likeness(), advice())
    return tuple(found for group in groups for found in group)
