"""The figures that pages know by name: their titles, their sections and what they count.

A new figure needs one line here; without one it is shown under its own name, in the section of
the source that it comes from.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from maestro.publishing import words
from maestro.schema import Finding
from maestro.schema.details import MetricDetail

Key = Literal["velocity", "collaboration", "ci", "delivery", "training", "own"]


@dataclass(frozen=True, slots=True)
class Section:
    """One part of "How the work went": its heading and its figures by name, in their order."""

    key: Key
    title: str
    titles: dict[str, str]
    """Name of a figure to its title on pages."""
    headline: tuple[str, ...]
    """The figures that the sentence above the section speaks of, where they have a number."""


SECTIONS: tuple[Section, ...] = (
    Section(
        "velocity",
        "Velocity and churn",
        {
            "velocity": "Changes that landed per week",
            "velocity_trend": "Trend of landed changes",
            "commits_per_week": "Commits per week",
            "commits_per_week_median": "Commits per week, median",
            "active_weeks": "Weeks with commits",
            "pr_merge_time": "Time to merge, median",
            "pr_merge_time_mean": "Time to merge, mean",
            "pr_merge_time_p90": "Time to merge, nine in ten below",
            "pr_merge_time_by_created": "Time to merge, median by the week of opening",
            "pr_merge_time_git": "Time to merge from git, median",
            "pr_merge_time_git_mean": "Time to merge from git, mean",
            "pr_merge_time_git_p90": "Time to merge from git, nine in ten below",
            "pr_open": "Open pull requests",
            "pr_squashed_share": "Merged as one squashed commit",
            "code_churn_rate": "Share of the text rewritten",
            "churn_lines": "Lines added and removed",
            "landed_churn_lines": "Lines added and removed by what landed",
            "net_lines": "Lines added less removed",
            "text_lines": "Lines of text at the end",
            "first_commit": "First commit",
            "last_commit": "Last commit",
            "releases": "Releases",
            "days_between_releases": "Days between releases, median",
        },
        ("velocity", "velocity_trend", "code_churn_rate"),
    ),
    Section(
        "collaboration",
        "Collaboration",
        {
            "unique_contributors": "Contributors",
            "unique_contributors_with_coauthors": "Contributors with co-authors",
            "all_contributors": "Contributors ever",
            "collaboration_score": "Collaboration score",
            "pr_reviewed_share": "Changes reviewed by somebody else",
            "shared_files": "Files changed by two or more",
            "coauthored_share": "Commits that name a co-author",
            "bus_factor_commits": "People behind half of the commits",
            "bus_factor_churn": "People behind half of the changed lines",
            "area_ownership": "Changed by one person",
        },
        ("unique_contributors", "bus_factor_commits", "pr_reviewed_share", "collaboration_score"),
    ),
    Section(
        "ci",
        "CI",
        {
            "success_rate": "Runs that succeeded",
            "pipeline_duration": "Duration of a run, median",
            "pipeline_duration_p90": "Duration of a run, nine in ten below",
            "queue_time": "Wait before a run, median",
            "flaky_rate": "Runs that failed and then passed unchanged",
            "ci_runs": "Runs per week",
            "cpu_hours": "Processor hours",
            "gpu_hours": "GPU hours",
            "ci_cost": "Cost of the runs",
            "compute_cost": "Cost of computing in the project's whole time",
            "tests": "Tests",
            "test_pass_rate": "Tests that passed",
            "tests_trend": "Trend of the number of tests",
            "test_flaky_share": "Tests that passed and failed unchanged",
        },
        ("success_rate", "pipeline_duration", "flaky_rate", "tests_trend"),
    ),
    Section(
        "delivery",
        "Delivery (DORA)",
        {
            "deployment_frequency": "Days with a deployment",
            "change_lead_time": "Lead time for changes, median",
            "change_failure_rate": "Deployments that failed",
            "recovery_time": "Time to recover, median",
            "deployments": "Deployments per week",
            "time_to_deployment": "Days to the first deployment to production",
            "change_lead_time_coding": "Coding",
            "change_lead_time_pickup": "Waiting for review",
            "change_lead_time_review": "In review",
            "change_lead_time_deploy": "Waiting for deployment",
        },
        ("deployment_frequency", "change_lead_time", "change_failure_rate", "recovery_time"),
    ),
    Section(
        "training",
        "Training runs",
        {
            "training_runs": "Training runs",
            "training_runs_per_week": "Training runs per week",
            "best_performance": "Best performance",
            "training_time": "Time of a training run, mean",
            "training_iterations": "Trials",
            "training_pruned": "Trials stopped early",
            "training_failed": "Training runs that failed",
            "registered_models": "Registered models",
            "dvc_stages": "DVC stages",
            "dvc_metric": "DVC metric",
        },
        ("training_runs", "best_performance"),
    ),
    Section("own", "Own metrics", {"custom_metric": "Own metric"}, ("custom_metric",)),
)
"""The sections of a project's work, in the order of its page."""

TITLES: dict[str, str] = {
    name: title for section in SECTIONS for name, title in section.titles.items()
}
"""Every figure that is known by name, with its title."""

LEAD_TIME_PARTS = tuple(name for name in TITLES if name.startswith("change_lead_time_"))
"""The parts of a change's way to production, in the order a change goes through them."""

_SECTION_OF = {name: section.key for section in SECTIONS for name in section.titles}
_SOURCES: dict[str, Key] = {
    "ci": "ci",
    "dora": "delivery",
    "tracking": "training",
    "dvc": "training",
    "custom": "own",
}
_PULLS = {
    "velocity": "Pull requests merged per week",
    "velocity_trend": "Trend of merged pull requests",
}
"""Titles of figures that git has, too, when they are counted from pull requests."""
_COUNTED = {
    "velocity": "change",
    "velocity_trend": "week",
    "pr_merge_time": "pull request",
    "pr_merge_time_mean": "pull request",
    "pr_merge_time_p90": "pull request",
    "pr_merge_time_by_created": "pull request",
    "pr_reviewed_share": "pull request",
    "success_rate": "run",
    "pipeline_duration": "run",
    "pipeline_duration_p90": "run",
    "queue_time": "run",
    "ci_runs": "run",
    "tests": "report",
    "tests_trend": "week",
    "deployment_frequency": "week",
    "deployments": "deployment",
    "change_failure_rate": "deployment",
    "change_lead_time": "change",
    **dict.fromkeys(LEAD_TIME_PARTS, "change"),
    "training_runs": "run",
    "training_time": "run",
    "custom_metric": "value",
}
_MARKS = (("proxy", "proxy"), ("an estimate from", "estimate"))
"""First words of a note, and the mark of the figures that have it."""
_ORDER = {name: place for place, name in enumerate(TITLES)}


def detail_of(finding: Finding) -> MetricDetail:
    """The detail of a figure; an empty one for a finding that has none."""
    found = finding.detail
    return found if isinstance(found, MetricDetail) else MetricDetail(name=finding.method)


def section_of(finding: Finding) -> Key:
    """The section a figure belongs to: by its name, else by its source."""
    detail = detail_of(finding)
    return _SECTION_OF.get(detail.name) or _SOURCES.get(detail.source, "velocity")


_FIRST = "deployments: first to production "
"""How a label begins that says what the title has said."""


def title_of(finding: Finding) -> str:
    """What a figure is called on a page; its label and slice say which one of several it is."""
    detail = detail_of(finding)
    title = TITLES.get(detail.name, detail.name.replace("_", " ").capitalize())
    if is_from_pulls(finding):
        title = _PULLS.get(detail.name, title)
    if detail.name == "custom_metric" and detail.slice:
        return detail.slice
    more = detail.slice or (finding.label if finding.value is not None else "")
    more = words.dated(more.removeprefix(_FIRST))
    return f"{title}: {more}" if more and finding.unit != "days ago" else title


def is_from_pulls(finding: Finding) -> bool:
    """Whether a figure was counted from pull requests, which say more than git's history."""
    return detail_of(finding).source == "pull_requests"


def stands_for(finding: Finding) -> str:
    """``proxy`` or ``estimate`` for a number told from something nearby; empty for any other.

    The first words of its notes say so.
    """
    if finding.value is None:
        return ""
    found = [mark for start, mark in _MARKS for note in finding.quality if note.startswith(start)]
    return found[0] if found else ""


def order_of(finding: Finding) -> tuple[int, bool, str]:
    """The place of a figure in its section; pull requests come before git."""
    place = _ORDER.get(detail_of(finding).name, len(_ORDER))
    return place, not is_from_pulls(finding), title_of(finding)


def counted(finding: Finding) -> str:
    """What the ``n`` of a figure counts, for one of it."""
    return _COUNTED.get(detail_of(finding).name, "observation")
