"""Hand-made figures of how a project's work went: every section, with numbers and without."""

from __future__ import annotations

from typing import Any

from maestro.schema import Finding

from .sample_findings import finding

WEEKS = [f"2026-W{week}" for week in range(36, 48)]
"""Twelve weeks; the last one is not over on 21 November 2026."""
WINDOW = {"start": "2026-08-31", "end": "2026-11-16"}
HALF = "the last week of the series is not over and not in the figure"
AUTOMATA = "12 commits by automata are left out"
PROXY = "proxy: no incidents are known, so reverts and hotfixes are taken for failures"


def figure(project: str, name: str, source: str = "ci", **more: Any) -> Finding:
    """One figure as the engine makes it; ``series`` are the values of the last weeks."""
    detail = {"name": name, "source": source}
    values = more.pop("series", ())
    if values:
        detail["series"] = list(zip(WEEKS[-len(values) :], values, strict=True))
    for key in ("slice", "band", "standard"):
        if key in more:
            detail[key] = more.pop(key)
    if "series" in detail and isinstance(detail["series"], list):
        detail["series"] = [pair for pair in detail["series"] if pair[1] is not None]
    base = {"window": WINDOW, "method": f"{source}.{name}", "level": 0.9 if "lo" in more else None}
    kind = "dora" if source == "dora" else "metric"
    return finding(kind, project, detail, **{**base, **more})


def git(project: str) -> list[Finding]:
    """Velocity, churn and collaboration; two notes are shared, one is not."""
    known = {"quality": [AUTOMATA, HALF]}
    made = [
        figure(
            project, "velocity", "git", value=8.25, unit="changes/week", n=99,
            series=[6.0, 7.0, 9.0, 8.0, 11.0, 7.0, 8.0, 9.0, 10.0, 8.0, 8.0, 3.0], **known,
        ),
        figure(
            project, "velocity_trend", "git", value=0.21, lo=0.04, hi=0.4, n=11,
            unit="changes/week per week", quality=[AUTOMATA],
        ),
        figure(project, "code_churn_rate", "git", value=0.021, unit="share/week", n=99, **known),
        figure(
            project, "net_lines", "git", value=-1250.0, unit="lines", n=99,
            series=[100.0, -400.0, 50.0, -1000.0], **known,
        ),
        figure(
            project, "unique_contributors", "git", value=5.0, unit="people", n=99,
            quality=[AUTOMATA],
        ),
        figure(
            project, "bus_factor_commits", "git", value=2.0, unit="people", n=5,
            quality=["2 of 5 people have one commit"],
        ),
        figure(project, "collaboration_score", "git", unit="0 to 1", label="not enough evidence",
               quality=["one person changed everything"]),
    ]  # fmt: skip
    for area, share, files in (("src", 0.62, 40), ("docs", 1.0, 3)):
        note = f"{files} files, 3 people, 900 lines"
        more = {"label": area, "slice": area, "quality": [note], "window": None}
        made.append(
            figure(project, "area_ownership", "git", value=share, unit="share", n=files, **more)
        )
    return made


def ci(project: str) -> list[Finding]:
    """CI health: a gap of two weeks in a series, a cost that is not known."""
    durations = [12.0, 11.5, None, None, 14.0, 12.5, 12.0, 13.0, 11.0, 12.0, 12.5, 20.0]
    shares = [0.9, 0.92, None, None, 0.8, 0.95, 0.9, 0.91, 0.93, 0.9, 0.88, 1.0]
    return [
        figure(project, "success_rate", value=0.905, lo=0.87, hi=0.93, unit="share", n=240,
               series=shares, quality=[HALF]),
        figure(project, "pipeline_duration", value=12.4, lo=11.8, hi=13.1, unit="minutes", n=240,
               series=durations, quality=[HALF]),
        figure(project, "flaky_rate", value=0.03, lo=0.01, hi=0.06, unit="share", n=180),
        figure(project, "tests_trend", value=0.1, lo=-1.0, hi=1.5, unit="tests per week", n=9),
        figure(project, "ci_runs", value=21.8, unit="runs/week", n=240),
        figure(project, "ci_cost", unit="EUR", label="not enough evidence",
               quality=["no price for the label self-hosted (add runners to settings.yaml)"]),
    ]  # fmt: skip


def delivery(project: str) -> list[Finding]:
    """The four figures of DORA with their bands, and the parts of the lead time."""
    four = {"source": "dora", "standard": "DORA 2023"}
    parts = (("coding", 20.0), ("pickup", 5.5), ("review", 9.0), ("deploy", 1.25))
    return [
        figure(project, "deployment_frequency", value=1.8, lo=1.5, hi=2.2, unit="days/week", n=11,
               band="high", series=[1.0, 2.0, 2.0, 3.0, 1.0, 0.0], **four),
        figure(project, "change_lead_time", value=41.0, lo=30.0, hi=55.0, unit="hours", n=80,
               band="high", quality=["9 changes have no deployment yet"], **four),
        figure(project, "change_failure_rate", value=0.14, lo=0.05, hi=0.3, unit="share", n=21,
               quality=[PROXY], **four),
        figure(project, "recovery_time", unit="hours", label="not enough evidence",
               quality=["no failure was mended in the window"], **four),
        *(
            figure(project, f"change_lead_time_{name}", "dora", value=value, unit="hours", n=80)
            for name, value in parts
        ),
    ]  # fmt: skip


def training(project: str) -> list[Finding]:
    """Training runs and a metric of the team's own, by day."""
    days = [["2026-10-01", 410.0], ["2026-10-20", 395.0], ["2026-11-10", 380.5]]
    own = {"name": "custom_metric", "source": "custom", "slice": "calls per day", "series": days}
    return [
        figure(project, "training_runs", "tracking", value=42.0, unit="runs", n=42),
        figure(project, "training_runs_per_week", "tracking", value=3.8, unit="runs/week", n=42,
               series=[2.0, 5.0, 3.0, 6.0, 1.0]),
        figure(project, "best_performance", "tracking", value=0.861, n=42, label="auc"),
        figure(project, "training_time", "tracking", value=38.0, lo=31.0, hi=46.0, unit="minutes",
               n=40),
        finding("metric", project, own, value=380.5, unit="calls", n=3, method="custom"),
    ]  # fmt: skip


def states(project: str) -> list[Finding]:
    """Four sources of one project, each in another state."""
    return [
        finding("source_health", project, detail, method=f"{detail['source']}.source")
        for detail in (
            {"source": "ci", "state": "stale", "last_good": "2026-11-12T08:00:00Z",
             "reason": "source is 9 days old (target: 2 days)", "hint": "run maestro fetch",
             "counts": {"jobs": 900, "runs": 240, "unknown fields": 3}},
            {"source": "tracking", "state": "fresh", "counts": {"runs": 42}},
            {"source": "evidence", "state": "failed", "reason": "metrics.csv: line 3 has no time",
             "hint": "write an ISO date", "counts": {"refused files": 1}},
        )
    ]  # fmt: skip


def findings(project: str) -> list[Finding]:
    """Everything about the work of one project."""
    parts = (git, ci, delivery, training, states)
    return [found for part in parts for found in part(project)]
