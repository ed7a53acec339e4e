"""Findings about the sample library: at least one of each kind that the pages show."""

from __future__ import annotations

from typing import Any

from maestro.schema import Finding

AT = "2026-11-21T08:00:00Z"
COMMIT = "0123456789abcdef0123456789abcdef01234567"


def finding(kind: str, subject: str, detail: dict[str, Any] | None = None, **more: Any) -> Finding:
    """One finding as the engine would make it."""
    base = {"as_of": AT, "method": "counted", "kind": kind, "subject": subject}
    return Finding.model_validate({**base, **more, "detail": detail})


def impact(
    subject: str, value: float | None, ends: tuple[float, float] | None, **more: Any
) -> Finding:
    """One impact finding with three users of two teams, or none at all."""
    has_value = value is not None
    detail = {
        "users": ["churn-2025", "offers-2026", "third-2024"] if has_value else [],
        "teams": 2 if has_value else 0,
        "naive_mean": 71.0 if has_value else None,
        "others_mean": 58.0 if has_value else None,
        "grade": "moderate" if has_value else "insufficient",
        "verdict": more.get("label", "not enough evidence"),
    }
    lo, hi = ends or (None, None)
    return finding(
        "impact",
        subject,
        detail,
        value=value,
        lo=lo,
        hi=hi,
        level=0.9 if ends else None,
        unit="points",
        **{"method": "adjusted plus-minus", **more},
    )


_COMMIT = {"kind": "commit", "ref": COMMIT, "note": "Add the call script"}
_PROJECT = {"kind": "record", "ref": "projects/churn-2025/project.yaml"}


def _smaller() -> list[Finding]:
    """Figures with a date, with one person, and without a number."""
    quality = ["the history starts after the last full week"]
    gaps = {"label": "not enough evidence", "quality": quality}
    return [
        finding("metric", "churn-2025", {"name": name, "source": "git"}, **more)
        for name, more in (
            ("all_contributors", {"value": 1.0, "unit": "people"}),
            ("first_commit", {"value": 0.0397, "unit": "days ago", "label": "2025-02-03"}),
            ("text_lines", {"unit": "lines", **gaps}),
            ("releases", {"unit": "releases", **gaps}),
        )
    ]


def _activity() -> list[Finding]:
    return [
        finding(
            "metric",
            "churn-2025",
            {
                "name": "commits_per_week",
                "source": "git",
                "series": [["2025-02-03", 3.0], ["2025-02-10", 7.0], ["2025-02-17", 4.0]],
            },
            value=4.6667,
            unit="commits",
            n=3,
            window={"start": "2025-02-03", "end": "2025-02-24"},
            evidence=[_COMMIT],
        ),
        *_smaller(),
        finding(
            "metric",
            "churn-model",
            {"name": "auc", "dataset": "customers@2.0.0"},
            value=0.8312345,
            lo=0.79,
            hi=0.868,
            level=0.9,
            n=1200,
            method="rank statistic with bootstrap interval",
        ),
    ]


def _outcomes() -> list[Finding]:
    return [
        finding(
            "success",
            "churn-2025",
            {
                "version": 1,
                "parts": [
                    {
                        "name": "model_performance",
                        "value": 0.83,
                        "score": 86.7,
                        "weight": 0.4,
                        "contribution": 86.7,
                        "source": "record",
                        "baseline": 0.7,
                        "target": 0.85,
                    },
                    {
                        "name": "compute_cost",
                        "value": None,
                        "score": None,
                        "weight": 0.1,
                        "contribution": 0.0,
                        "source": "missing: the record gives no value",
                    },
                ],
                "completeness": 0.4,
                "status": "done",
            },
            value=86.7,
            unit="points",
            label="success",
            evidence=[_PROJECT],
        ),
        finding(
            "success",
            "offers-2026",
            {"version": 1, "parts": [], "completeness": 0.0, "status": "active"},
            label="not enough evidence",
            quality=["the project is not finished"],
        ),
    ]


def _grown(found: Finding) -> Finding:
    """The impact with its classes, its history, and a piece that it cannot be told from."""
    numbers = {"value": 5.0, "lo": 1.5, "hi": 8.5, "label": "helps"}
    nothing = {"value": None, "lo": None, "hi": None, "label": "not enough evidence"}
    few = "1 finished project used it, at least 5 are needed"
    run = {"at": "2026-10-01T00:00:00Z", "commit": COMMIT}
    now = {"at": AT, "commit": COMMIT, "value": 4.1, "lo": 1.2, "hi": 7.0, "n": 3, "label": "helps"}
    more = {
        "classes": [
            {"problem_class": "tabular-classification", "n": 6, **numbers},
            {"problem_class": "ranking", "n": 5, **numbers},
            {"problem_class": "forecasting", "n": 1, **nothing, "reason": few},
        ],
        "history": [{**run, **nothing, "n": 2}, {**now, "reason": "1 more project finished"}],
        "together": [found.subject, "churn-gbm@1.0.0"],
        "joint": 5.2,
        "joint_lo": 1.1,
        "joint_hi": 9.3,
    }
    detail = found.detail.model_dump() if found.detail else {}
    return finding(
        "impact",
        found.subject,
        {**detail, **more},
        **found.model_dump(exclude={"detail", "kind", "subject"}),
    )


def _effects() -> list[Finding]:
    return [
        _grown(impact("churn-features@1.3.0", 4.1, (1.2, 7.0), label="helps", evidence=[_PROJECT])),
        impact("churn-features@1.2.0", 1.0, (-3.0, 5.0), label="no clear effect"),
        impact(
            "customers@2.0.0",
            None,
            None,
            label="not enough evidence",
            quality=["0 finished projects used it, at least 5 are needed"],
        ),
    ]


def _links() -> list[Finding]:
    return [
        finding(
            "reuse",
            "churn-features",
            {
                "projects": ["churn-2025"],
                "entries": ["churn-gbm", "churn-model"],
                "versions": {"1.3.0": 1},
                "since": "2025-01-10",
                "could": 4,
                "rate": 0.25,
            },
            value=1.0,
            unit="projects",
        ),
        finding(
            "reuse",
            "billing-events",
            {"projects": [], "entries": ["churn-features"], "versions": {}},
            value=0.0,
            unit="projects",
        ),
        finding(
            "reuse",
            "churn-gbm",
            {"projects": [], "entries": [], "versions": {}},
            value=0.0,
            unit="projects",
        ),
        finding(
            "lineage",
            "churn-features",
            {
                "uses": ["billing-events@1.0.0"],
                "used_by": ["churn-2025", "churn-gbm", "churn-model"],
                "upstream": ["billing-events"],
                "downstream": ["churn-2025", "churn-gbm", "churn-model"],
            },
        ),
    ]


def _models() -> list[Finding]:
    return [
        finding(
            "outcome_model",
            "duration",
            {"target": "duration", "projects": 1, "needed": 8},
            label="not enough evidence",
            quality=["1 finished project, at least 8 are needed"],
        ),
        finding(
            "prediction",
            "churn-2025",
            {
                "target": "duration",
                "model_version": "1",
                "made_at": "2025-02-01T00:00:00Z",
                "actual": 17.0,
            },
            label="not enough evidence",
            quality=["no model of durations yet"],
            unit="weeks",
        ),
    ]


def _moments() -> list[Finding]:
    return [
        finding(
            "change",
            "churn-features",
            {
                "action": "changed",
                "record_kind": "feature_pipelines",
                "path": "catalog/feature_pipelines/churn-features.yaml",
                "commit": COMMIT,
                "at": "2026-11-20T10:00:00Z",
                "version": "1.3.0",
            },
        ),
        finding(
            "change",
            "customers",
            {
                "action": "added",
                "record_kind": "datasets",
                "path": "catalog/datasets/customers.yaml",
                "commit": COMMIT,
                "at": "2026-11-19T10:00:00Z",
                "version": "2.0.0",
            },
        ),
        finding(
            "source_health",
            "churn-2025",
            {
                "source": "git",
                "state": "stale",
                "reason": "source is 9 days old (target: 7 days)",
                "hint": "run maestro fetch",
                "last_good": "2026-11-12T08:00:00Z",
                "counts": {"commits": 120},
            },
        ),
        finding(
            "source_health",
            "offers-2026",
            {
                "source": "git",
                "state": "missing",
                "reason": "the record names no repository",
                "hint": "add repository: to project.yaml",
            },
        ),
    ]


def findings() -> tuple[Finding, ...]:
    """At least one finding of every kind that this version's pages show."""
    parts = (_activity(), _outcomes(), _effects(), _links(), _models(), _moments())
    made = [found for part in parts for found in part]
    return tuple(sorted(made, key=lambda f: (f.kind, f.subject)))
