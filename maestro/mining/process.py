"""Facts of a git history to findings: how the work on a project went, and how its source is.

Definitions: weeks are ISO weeks in UTC; the window is the given number of full weeks before
the week of ``as_of``; activity goes by author date, what landed by commit date; merges and
automata do not count as commits.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Literal

from maestro.schema.details import HealthDetail, MetricDetail
from maestro.schema.findings import Evidence, Finding
from maestro.schema.settings import People

from .activity import DAY, Activity, Period, part_of
from .base import Facts
from .collect import Harvest, Scope
from .delivery import History
from .figure import About, finding_of, iso
from .figures import Counted, counted, counted_words, figures
from .globs import PathFilter
from .known import Known, know, know_all
from .others import Others, other_findings
from .people import Identities
from .recorded import told_better

METHOD_VERSION = "4"


@dataclass(frozen=True, slots=True)
class Rules:
    """What the settings and the catalog's commit decide for all projects."""

    as_of: int
    """The moment that counts as now, seconds since 1970."""
    window_weeks: int = 13
    """Full weeks that activity figures look back."""
    people: People = field(default_factory=People)
    """Aliases and automata."""
    git_days: float = 7
    """Age in days from which a fetched source is stale."""
    window: tuple[int, int] | None = None
    """First moment of a named window and the first after it, instead of the last weeks."""


def process_findings(
    harvests: Iterable[Harvest], rules: Rules, others: Iterable[Others] = ()
) -> list[Finding]:
    """Metrics and the sources' health of every project, sorted by kind, project and name.

    ``others`` are the projects' sources besides their repositories. The rows of a repository
    are arranged once for all its projects, and then forgotten.
    """
    identities = Identities.of(rules.people)
    besides = {one.project: one for one in others}
    groups: dict[int, dict[Period, list[Harvest]]] = {}
    for harvest in harvests:
        periods = groups.setdefault(id(harvest.facts), {})
        periods.setdefault(_period(harvest.scope, rules), []).append(harvest)
    found = []
    for periods in groups.values():
        first = next(iter(periods.values()))[0]
        facts, several = first.facts, sorted(periods, key=lambda period: period.as_of)
        every = know_all(facts, first.repository, several, identities) if facts else None
        history = cache(partial(_history, facts))
        for period in several:
            known = next(every) if every else None
            for harvest in periods[period]:
                own = [health(harvest, rules, known)]
                own += metrics(harvest, rules, identities, known)
                if other := besides.pop(harvest.scope.project, None):
                    own += other_findings(other, period, history)
                found += told_better(own)
        if facts:
            facts.release()
    for other in besides.values():
        found += told_better(other_findings(other, _until(other.until, rules)))
    return sorted(found, key=_place)


def _history(facts: Facts | None) -> History:
    return History(facts.tables["commit"], facts.cursor) if facts else History()


def _period(scope: Scope, rules: Rules) -> Period:
    return _until(scope.until, rules)


def _until(until: int | None, rules: Rules) -> Period:
    """The weeks that figures look back on: up to now, or up to the end of a finished project."""
    end = rules.as_of if until is None else min(rules.as_of, until)
    if rules.window:
        return Period.between(*rules.window, end)
    return Period(end, rules.window_weeks)


def _place(finding: Finding) -> tuple[str, str, str, str]:
    detail = finding.detail
    if isinstance(detail, MetricDetail):
        return finding.kind, finding.subject, detail.name, detail.slice
    return finding.kind, finding.subject, "", ""


def metrics(
    harvest: Harvest, rules: Rules, identities: Identities, known: Known | None = None
) -> list[Finding]:
    """The figures of one project; each without a value when there is nothing to count."""
    period = _period(harvest.scope, rules)
    if harvest.facts is None:
        return _nothing(harvest, period, harvest.reason or "the repository could not be read")
    known = known or know(harvest.facts, harvest.repository, period, identities)
    scope = harvest.scope
    part = part_of(known.index, PathFilter(scope.include, scope.exclude, harvest.prefix))
    if not part.paths.takes_all and not any(map(part.has, known.paths())):
        by = "matches include and exclude" if scope.include or scope.exclude else "lies there"
        return _nothing(harvest, period, f"no file matches: none of the history {by}")
    one = counted(known, part, harvest.prefix, scope.since)
    quality = [*_quality(one.activity, period), *known.notes]
    if _is_stale(harvest, rules):
        quality.append(f"the last fetch was on {iso(_last_good(harvest))[:10]}")
    if scope.until is not None and scope.until <= rules.as_of:
        quality.append(f"up to the end of the project, {iso(period.as_of - 1)[:10]}")
    about = About(scope.project, period, _evidence(harvest), quality, METHOD_VERSION)
    return [finding_of(figure, about) for figure in figures(one, period)]


def _nothing(harvest: Harvest, period: Period, reason: str) -> list[Finding]:
    empty = figures(Counted(Activity(), None, None), period)
    about = About(harvest.scope.project, period, _evidence(harvest), [reason], METHOD_VERSION)
    return [finding_of(figure, about) for figure in empty]


def health(harvest: Harvest, rules: Rules, known: Known | None = None) -> Finding:
    """How the project's repository is: fresh, stale, failed or missing, with the reason."""
    state: Literal["fresh", "stale", "failed", "missing"] = "fresh"
    if harvest.state != "mined":
        state = "missing" if harvest.state == "missing" else "failed"
    elif _is_stale(harvest, rules):
        state = "stale"
    last = harvest.fetched
    reason, hint = harvest.reason, harvest.hint
    if harvest.state == "mined" and last and last.code:
        state, reason, hint = "stale", f"the last fetch failed: {last.reason}", last.hint
    elif state == "stale":
        reason, hint = f"not fetched for more than {rules.git_days:g} days", "run maestro fetch"
    detail = HealthDetail(
        source=f"git {harvest.scope.source}",
        state=state,
        reason=reason,
        hint=hint,
        commit=harvest.facts.cursor if harvest.facts else "",
        last_good=iso(_last_good(harvest)),
        counts=_counts(harvest, known),
    )
    return Finding(
        kind="source_health",
        subject=harvest.scope.project,
        n=detail.counts.get("commits"),
        as_of=iso(_period(harvest.scope, rules).as_of),
        method="git.source",
        method_version=METHOD_VERSION,
        label=state,
        evidence=_evidence(harvest),
        quality=[reason] if reason else [],
        detail=detail,
    )


def _quality(activity: Activity, period: Period) -> list[str]:
    notes = []
    if not activity.commits:
        notes.append("no commit by a person in this part of the history")
    elif activity.first is None:
        notes.append("no commit has a usable date")
    elif activity.first >= period.closing:
        edge = "the window" if period.window else "the last full week"
        notes.append(f"the history starts after {edge}")
    elif activity.first > period.opening:
        notes.append(f"the history starts inside the window, on {iso(activity.first)[:10]}")
    if activity.undated:
        notes.append(
            f"{counted_words(activity.undated, 'commit')} without a usable date, in no week"
        )
    return notes


def _is_stale(harvest: Harvest, rules: Rules) -> bool:
    # A path is read in place: what is there is what there is.
    if not harvest.scope.url:
        return False
    last, now = _last_good(harvest), _period(harvest.scope, rules).as_of
    return last is None or now - last > rules.git_days * DAY


def _last_good(harvest: Harvest) -> int | None:
    if harvest.scope.url:
        return harvest.fetched.fetched if harvest.fetched else None
    return harvest.head_time


def _counts(harvest: Harvest, known: Known | None) -> dict[str, int]:
    if harvest.facts is None:
        return {}
    tables = harvest.facts.tables
    commits = len(tables["commit"])
    plain = (
        len(known.index.commits.plain)
        if known
        else sum(len(row[1]) < 2 for row in tables["commit"])
    )
    found = {
        "commits": commits,
        "file_changes": len(tables["file_change"]),
        "merges": commits - plain,
    }
    if known and known.unexplained is not None:
        found["unexplained_lines"] = known.unexplained
    return found


def _evidence(harvest: Harvest) -> list[Evidence]:
    if harvest.facts is None:
        return []
    return [Evidence(kind="commit", ref=harvest.facts.cursor, note=harvest.scope.source)]
