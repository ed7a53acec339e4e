"""What charts of the work say, in sentences: values with their intervals, trends and bands.

A direction is claimed only where the whole interval lies on one side of zero.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence

from maestro.schema import Finding
from maestro.schema.details import HealthDetail
from maestro.schema.policy import TermRecord

from . import words
from .draw.charts import tone
from .measures import Section, counted, detail_of, is_from_pulls, stands_for

_SAID = {
    "velocity": "{n} {changes} landed per week",
    "code_churn_rate": "{n}\u00a0% of the text was rewritten per week",
    "unique_contributors": "{all} contributed",
    "bus_factor_commits": "{all} made half of the commits",
    "pr_reviewed_share": "{all} of the changes were reviewed by somebody else",
    "collaboration_score": "collaboration scores {all}",
    "success_rate": "{all} of the runs succeeded",
    "pipeline_duration": "half of the runs took up to {all}",
    "flaky_rate": "{all} of the runs failed and then passed unchanged",
    "deployment_frequency": "there was a deployment on {all}",
    "change_lead_time": "half of the changes were in production within {all}",
    "change_failure_rate": "{all} of the deployments failed",
    "recovery_time": "half of the failures were mended within {all}",
    "training_runs": "{all} were recorded",
}
TRENDS = {
    "velocity_trend": "the number of changes that land",
    "tests_trend": "the number of tests",
}
"""Figures that are slopes, and what it is that rises or falls."""
BANDS = ("elite", "high", "medium", "low")
_MOST_OWN = 3
SOURCES = {"git": "git", "ci": "CI", "tracking": "training runs", "evidence": "own metrics"}
"""First word of a source's name to what people call it."""
SHORT = {"git": "git", "ci": "CI", "tracking": "training", "evidence": "own"}
"""The same for a narrow cell."""


def term_title(terms: Mapping[str, TermRecord | None], name: str) -> str:
    """What people call a word of the taxonomy: its title, or the word itself without one."""
    return (term.title if (term := terms.get(name)) else None) or name


def term_titles(terms: Mapping[str, TermRecord | None]) -> str:
    """All words that have a title, with it, as JSON for a script; empty without any."""
    found = {name: term.title for name, term in terms.items() if term and term.title}
    return json.dumps(found, ensure_ascii=False, sort_keys=True) if found else ""


def headline(section: Section, findings: Sequence[Finding]) -> str:
    """What to see in a section: its main figures with interval and number, empty without any."""
    named: dict[str, list[Finding]] = {}
    for finding in findings:
        if finding.value is not None:
            named.setdefault(detail_of(finding).name, []).append(finding)
    most = _MOST_OWN if section.key == "own" else 1
    chosen = [f for name in section.headline for f in named.get(name, [])[:most]]
    said = [text for text in map(_said, chosen) if text]
    if not said:
        return ""
    return f"{_opening(chosen)}{'; '.join(said)}."


def _opening(findings: Iterable[Finding]) -> str:
    """``In the 12 weeks to 16 November 2026: ``, when the figures share one window."""
    windows = {(f.window.start, f.window.end) for f in findings if f.window}
    if len(windows) != 1:
        return ""
    start, end = windows.pop()
    both = words.parse_time(start), words.parse_time(end)
    if both[0] is None or both[1] is None:
        return ""
    weeks = round((both[1] - both[0]).days / 7)
    return f"In the {words.plural(weeks, 'week')} to {words.day(end)}: "


def _said(finding: Finding) -> str:
    detail = detail_of(finding)
    if detail.name in TRENDS:
        return direction(finding)
    number = f"{words.amount(finding)} {words.unit(finding)}".strip()
    if detail.name == "best_performance":
        said = f"the best {finding.label or detail.slice or 'value'} is {number}"
    elif detail.name == "velocity" and is_from_pulls(finding):
        is_one = words.amount(finding) == "1"
        merged = "pull request was" if is_one else "pull requests were"
        said = f"{words.amount(finding)} {merged} merged per week"
    elif detail.name == "custom_metric":
        said = f"{detail.slice or 'own metric'} is {number}"
    else:
        many = "change" if words.amount(finding) == "1" else "changes"
        said = _SAID[detail.name].format(n=words.amount(finding), all=number, changes=many)
    inside = [stands_for(finding), _ends(finding), band(finding), _behind(finding)]
    return f"{said} ({'; '.join(filter(None, inside))})" if any(inside) else said


def _ends(finding: Finding) -> str:
    return words.interval(finding).strip("()") if finding.lo is not None else ""


def _behind(finding: Finding) -> str:
    """``98 changes``, unless the number itself is that count."""
    if finding.n is None or finding.n == finding.value:
        return ""
    return words.plural(finding.n, counted(finding))


def direction(finding: Finding) -> str:
    """A slope in words: rising or falling only when its whole interval lies beyond zero."""
    if finding.value is None or finding.lo is None:
        return ""
    what = TRENDS.get(detail_of(finding).name, "it")
    what = "the number of merged pull requests" if is_from_pulls(finding) else what
    if words.is_flat(finding):
        return f"no change can be seen in {what} ({words.FLAT})"
    ends = words.interval(finding, signed=True)
    way = tone(finding.lo, finding.hi)
    if way == "open":
        return f"no clear trend in {what} {ends}"
    size = words.number(abs(finding.value), decimals=words.decimals_of(finding))
    verb = "rises" if way == "up" else "falls"
    return f"{what} {verb} by {size} {words.unit(finding)} {ends}"


def way(finding: Finding | None) -> str:
    """The direction alone: ``rising``, ``falling``, ``no clear trend``, or why it is none."""
    if finding is None:
        return "not measured"
    if finding.value is None:
        return words.brief(finding)
    if words.is_flat(finding):
        return "no change seen"
    found = tone(finding.lo, finding.hi)
    return {"up": "rising", "down": "falling"}.get(found, "no clear trend")


def band(finding: Finding) -> str:
    """``high (DORA 2023)``; empty when the figure lies in no band."""
    detail = detail_of(finding)
    if not detail.band:
        return ""
    return f"{detail.band} in {detail.standard}" if detail.standard else detail.band


def source_of(finding: Finding) -> str:
    """Which sort of source a state is about: git, ci, tracking, evidence, or its own name."""
    detail = finding.detail
    name = detail.source if isinstance(detail, HealthDetail) else ""
    for text in (name, finding.method):
        first = text.replace(":", " ").replace(".", " ").replace("/", " ").split(" ")[0]
        if first in SOURCES:
            return first
    return name or finding.method


def no_figures(wanted: str, field: str, states: Iterable[Finding]) -> str:
    """Why there is no figure: its source's own reason, or that the record names none.

    ``field`` is empty when the record names the source.
    """
    for state in states:
        detail = state.detail
        if isinstance(detail, HealthDetail) and detail.reason:
            hint = f" ({detail.hint})" if detail.hint else ""
            return f"{detail.reason}{hint}"
    if field:
        return f"no {wanted} in the record (add {field} to project.yaml)"
    return f"this build has no figure from its {wanted}"
