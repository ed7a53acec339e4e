"""What machines logged of two outcomes of a project: its way to production, and its bill.

Both look at the project's own time, from its first day to its last. A part of what happened
must not pass for the whole: where records are missing there is no number, and the reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from maestro.schema.facts import columns
from maestro.schema.findings import Evidence, Finding, round_numbers

from .activity import DAY, Period
from .base import Row
from .ci.attempts import EMPTY, Attempt, Counted, counted
from .ci.hours import spent
from .delivery import Deployment, History, deployed
from .figure import About, Figure, finding_of, iso
from .recorded import Recorded
from .tracking.reading import Tracked
from .words import count

DEPLOYMENT, COST = "time_to_deployment", "compute_cost"
SLACK_DAYS = 7
"""How many days after the first commit CI may begin, and how many before a project's end files of
it may stop: what it takes to set it up, and a quiet last week. Our own choice."""
METHOD_VERSION = "1"
_DVC_ALONE = "X006"
"""The code of a DVC file that cannot be read: it holds no training runs that were logged."""
_ONLY_CI = "no training run was logged: what ran outside CI is not in it"
_JOB = [columns("job").index(name) for name in ("provider", "project", "run_id", "attempt")]
_AT = {name: place for place, name in enumerate(columns("training_run"))}


@dataclass(frozen=True, slots=True)
class Ended:
    """One project that is over, and what was logged of it."""

    project: str
    started: int
    """First moment of its first day, seconds since 1970, UTC."""
    until: int
    """First moment after its last day."""
    recorded: Recorded | None = None
    tracked: Tracked | None = None
    currency: str = "EUR"
    shared: str = ""
    """Why the CI records are not this project's alone; empty when they are."""

    def holds(self, time: float | None) -> bool:
        """True for a time in the project's own."""
        return time is not None and self.started <= time < self.until


@dataclass(slots=True)
class _Bill:
    """What one source of costs says: an amount with its words, or why there is none."""

    amount: float | None = None
    n: int = 0
    words: str = ""
    missing: str = ""
    evidence: list[Evidence] = field(default_factory=list)


def outcome_findings(
    one: Ended, period: Period, history: Callable[[], History] = History
) -> list[Finding]:
    """Days to the first deployment to production, and the cost of computing.

    Findings of kind ``metric``; none for a project without CI and without logged training. A
    label names what a value was read from.
    """
    found = []
    recorded, logged = one.recorded, _logged(one)
    if recorded is not None:
        commits = history()
        gap = _gap(one, recorded, commits)
        figure, evidence = _to_production(one, recorded, commits, gap)
        found.append(finding_of(figure, _about(one, period, evidence)))
    else:
        gap = ""
    if recorded is not None or logged:
        bills = [_ci_bill(one, recorded, gap)] if recorded is not None else []
        bills += [_training_bill(one, logged)] if logged or _is_unread(one.tracked) else []
        about = _about(one, period, [ref for bill in bills for ref in bill.evidence])
        found.append(finding_of(_total(one, bills), about))
    return found


def _about(one: Ended, period: Period, evidence: Sequence[Evidence]) -> About:
    return About(one.project, period, evidence, (), METHOD_VERSION)


def _day(time: float) -> str:
    return iso(time)[:10]


def _gap(one: Ended, recorded: Recorded, history: History) -> str:
    """Why the records do not tell the project's time from its beginning; empty when they do."""
    gathered = recorded.gathered
    if one.shared:
        return one.shared
    if not gathered.tables:
        return gathered.reason or "no CI records were found"
    # A fetch that failed after the project's end left what was fetched before.
    if gathered.reason and not (gathered.code and _end_of(recorded.gathered.fetched) >= one.until):
        return gathered.reason
    if refused := sum(refusal.code != "no-facts" for refusal in gathered.refused):
        return f"{count(refused, 'CI record')} {'was' if refused == 1 else 'were'} refused"
    times = _times(recorded)
    if not times:
        return "no CI record has a time"
    commits = [c.committed for c in history.commits() if c.committed is not None]
    begun = max(one.started, min(commits, default=0))
    if min(times) > begun + SLACK_DAYS * DAY:
        what = "project" if begun == one.started else "repository"
        return f"CI records begin on {_day(min(times))}, the {what} on {_day(begun)}"
    return ""


def _times(recorded: Recorded) -> list[float]:
    found = []
    for kind in ("run", "deployment"):
        names = columns(kind)
        places = [names.index(name) for name in ("created", "started", "finished")]
        for row in recorded.gathered.tables.get(kind, ()):
            found += [row[place] for place in places if row[place] is not None]
    return found


def _to_production(
    one: Ended, recorded: Recorded, history: History, gap: str
) -> tuple[Figure, list[Evidence]]:
    name, unit = DEPLOYMENT, "days"

    def none(reason: str) -> tuple[Figure, list[Evidence]]:
        """No number, and why."""
        return Figure(name, unit, None, 0, recent=False, notes=(reason,), source="ci"), []

    if gap:
        return none(gap)
    live = [
        (made.finished, made)
        for made in deployed(recorded.gathered.tables, history, recorded.rules)
        if made.is_production and made.succeeded and made.finished is not None
    ]
    live.sort(key=lambda pair: pair[0])
    if live and live[0][0] < one.started:
        return none(
            f"production was deployed to before the project started (on {_day(live[0][0])}): "
            "which deployment was its first is not known"
        )
    own = [(time, made) for time, made in live if one.holds(time)]
    if not own:
        return none("no successful deployment to production is known up to the project's end")
    time, first = own[0]
    days = (int(time) - int(time) % DAY - one.started) // DAY
    label = f"deployments: first to production {_day(time)}, {_named(first)}"
    notes = () if first.recorded else (_proxy(recorded),)
    figure = Figure(
        name, unit, float(days), len(own), recent=False, label=label, notes=notes, source="ci"
    )
    note = f"first to production, {_day(time)}"
    return figure, [Evidence(kind="run", ref=f"ci {_named(first)}", note=note)]


def _named(made: Deployment) -> str:
    what = "deployment" if made.recorded else "run"
    id_ = made.id if made.recorded else made.run_id or made.id
    # The number of a Jenkins build has its job before it.
    where = made.project if not id_.startswith(f"{made.project}#") else ""
    return " ".join(word for word in (made.provider, where, what, id_) if word)


def _proxy(recorded: Recorded) -> str:
    rules = recorded.rules
    return (
        f"proxy: known as a deployment to production by its names ({rules.deployment_pattern}, "
        f"{rules.production_pattern}), no git host recorded it"
    )


def _ci_bill(one: Ended, recorded: Recorded, gap: str) -> _Bill:
    if gap:
        return _Bill(missing=gap)
    if early := _stops(one, recorded):
        return _Bill(missing=early)
    tables = recorded.gathered.tables
    found = counted(tables, recorded.rules.profile)
    if unknown := _unknown_jobs(one, found, tables.get("job", [])):
        return _Bill(missing=unknown)
    bill = spent(found, recorded.runners, one.started, one.until)
    if bill.unpriced:
        return _Bill(missing=f"no price in settings.yaml for: {bill.unpriced}")
    if not bill.jobs:
        return _Bill(missing="no CI job ran in the project's time")
    words = count(bill.jobs, "job")
    ref = Evidence(kind="run", ref=f"ci {recorded.source}", note=f"cost of {words}")
    return _Bill(bill.cost, bill.jobs, f"CI cost, {words}", "", [ref])


def _stops(one: Ended, recorded: Recorded) -> str:
    """Why the records do not reach the project's end; empty when they do."""
    if recorded.gathered.fetched:
        if _end_of(recorded.gathered.fetched) >= one.until:
            return ""
        return f"CI records were last fetched on {recorded.gathered.fetched}, before the end"
    last = max(_times(recorded))
    if last >= one.until - SLACK_DAYS * DAY:
        return ""
    return f"files of CI records stop on {_day(last)}, before the project's end"


def _unknown_jobs(one: Ended, found: Counted, jobs: Sequence[Row]) -> str:
    """How many attempts of the project's time have no known jobs, or no end."""
    known = {tuple(row[place] for place in _JOB) for row in jobs}
    inside = [made for made in found.attempts if one.holds(made.begun)]
    hidden = sum(
        made.result not in EMPTY and (*made.run, made.number) not in known for made in inside
    )
    hidden += _unlisted(inside)
    if hidden:
        return f"the jobs of {count(hidden, 'attempt')} of CI runs are not known"
    if running := sum(not made.ended for made in inside):
        return f"{count(running, 'attempt')} of CI runs have no known end"
    return ""


def _unlisted(inside: Sequence[Attempt]) -> int:
    """Earlier attempts that a later one tells of, and that are not there themselves."""
    numbers: dict[tuple[str, str, str], set[int]] = {}
    for made in inside:
        numbers.setdefault(made.run, set()).add(made.number)
    return sum(max(several) - len(several) for several in numbers.values() if min(several) > 0)


def _logged(one: Ended) -> list[Row]:
    """Training runs of the project's time that a tracking server or folder logged."""
    rows = one.tracked.rows if one.tracked else ()
    return [row for row in rows if row[0] != "dvc" and one.holds(_moment(row))]


def _moment(row: Row) -> float | None:
    times = (row[_AT[name]] for name in ("started", "created", "finished"))
    return next((time for time in times if time is not None), None)


def _training_bill(one: Ended, rows: Sequence[Row]) -> _Bill:
    """What training runs cost, by the metric ``cost_eur`` or ``compute_cost_eur`` of each."""
    tracked = one.tracked
    assert tracked is not None
    if _is_unread(tracked) and _end_of(tracked.fetched) < one.until:
        return _Bill(missing=f"training runs are not known: {tracked.reason}")
    if not rows:
        return _Bill(missing="")
    money = one.currency.strip().casefold()
    costs = {str(row[_AT["id"]]): _cost(row, money) for row in rows}
    parents = {str(row[_AT["id"]]): str(row[_AT["parent"]]) for row in rows}
    if all(cost is None for cost in costs.values()):
        return _Bill(missing=f"{count(len(rows), 'training run')} log no metric cost_{money}")
    # What a search cost holds what its trials cost.
    own = {id_: costs[id_] for id_ in costs if costs.get(parents[id_]) is None}
    blank = [id_ for id_ in own if own[id_] is None and not _in_trials(id_, parents, costs)]
    if blank:
        words = f"{len(blank)} of {count(len(own), 'training run')}"
        return _Bill(missing=f"{words} log no metric cost_{money}")
    if tracked.left:
        return _Bill(missing=f"not all training runs are known: {tracked.left}")
    if tracked.fetched and _end_of(tracked.fetched) < one.until:
        return _Bill(missing=f"training runs were last fetched on {tracked.fetched}")
    amounts = [cost for cost in own.values() if cost is not None]
    words = count(len(amounts), "training run")
    refs = [ref for ref in tracked.evidence if ref.kind == "run"]
    return _Bill(sum(amounts), len(amounts), f"cost of {words}", "", refs)


def _is_unread(tracked: Tracked | None) -> bool:
    """True when runs that a tracking source logged could not be had, or not as they are now."""
    return tracked is not None and tracked.code not in ("", _DVC_ALONE)


def _end_of(day: str) -> float:
    """The first moment after a day; 0 for an empty text."""
    return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() + DAY if day else 0.0


def _in_trials(id_: str, parents: dict[str, str], costs: dict[str, float | None]) -> bool:
    """True for a search that logs no cost itself while its trials do."""
    return any(parent == id_ and costs[trial] is not None for trial, parent in parents.items())


def _cost(row: Row, money: str) -> float | None:
    names = (f"cost_{money}", f"compute_cost_{money}")
    metrics = {str(name).casefold(): value for name, value in row[_AT["metrics"]].items()}
    found = [metrics[name] for name in names if name in metrics]
    return float(found[0]) if found and found[0] >= 0 else None


def _total(one: Ended, bills: Sequence[_Bill]) -> Figure:
    missing = [bill.missing for bill in bills if bill.missing]
    if all(bill.amount is None for bill in bills):
        missing = missing or ["no training run was logged in the project's time"]
    if missing:
        return Figure(COST, one.currency, None, 0, recent=False, notes=tuple(missing), source="ci")
    value: float = round_numbers(sum(bill.amount or 0.0 for bill in bills))
    label = " and ".join(bill.words for bill in bills if bill.words)
    n = sum(bill.n for bill in bills)
    notes = () if len(bills) > 1 or one.recorded is None else (_ONLY_CI,)
    return Figure(COST, one.currency, value, n, recent=False, label=label, notes=notes, source="ci")


__all__ = ["COST", "DEPLOYMENT", "SLACK_DAYS", "Ended", "outcome_findings"]
