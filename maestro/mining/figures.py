"""Counts to figures: what each is called, its value, what it rests on, and its limits."""

from __future__ import annotations

import statistics
from collections import Counter
from dataclasses import dataclass, replace

from .activity import DAY, Activity, Part, Period, count, week_name, week_start
from .commits import COMMITTED, SUBJECT
from .figure import LEVEL, Figure, Series, iso
from .known import Known
from .landing import Landing
from .merges import is_squashed
from .releases import days_between
from .sharing import areas, bus_factor, collaboration, shared_files
from .trend import percentile, theil_sen

_WHY = {
    "collaboration_score": "no line that people write changed in the window",
    "shared_files": "no line that people write changed in the window",
    "area_ownership": "no line that people write changed in the window",
    "bus_factor_churn": "no line that people write changed in the window",
    "bus_factor_commits": "no commit by a person in the window",
    "coauthored_share": "no commit by a person in the window",
    "code_churn_rate": "no text lines to compare with",
    "velocity_trend": "a slope needs three full weeks",
    "pr_squashed_share": "nothing was merged in the window",
    "days_between_releases": "no release in the window follows another one",
}
"""Figure to the reason why there is no number, where nothing else says it."""
NO_BRANCH = "the repository could not be asked what landed in the window"


@dataclass(frozen=True, slots=True)
class Counted:
    """One scope's counts and where they come from."""

    activity: Activity
    part: Part | None
    known: Known | None
    prefix: str = ""
    since: int | None = None
    """The first moment of the project's first day; None when not known."""

    def begun(self, period: Period) -> tuple[Period, tuple[str, ...]]:
        """The weeks of ``period`` since there was work, and what to say where it is fewer.

        Work begins with the project or with its first commit, whichever came later.
        """
        known = [time for time in (self.since, self.activity.first) if time is not None]
        begin = max(known, default=None)
        weeks = period.since(begin)
        if weeks is period:
            return period, ()
        what = "project" if begin == self.since else "first commit"
        said = f"after the {what}'s first day, {iso(begin)[:10]}"
        if what == "first commit":
            said = f"after the first commit, on {iso(begin)[:10]}"
        return weeks, (
            f"from the first full week {said}" if weeks.weeks else f"no full week {said}",
        )


def counted(known: Known, part: Part, prefix: str, since: int | None = None) -> Counted:
    """The counts of one scope; ``since`` is the first moment of the project's first day."""
    return Counted(count(part), part, known, prefix, since)


def figures(one: Counted, period: Period) -> list[Figure]:
    """All figures of one scope, without values where there is nothing to count."""
    found = [*_rhythm(one, period), *_sharing(one, period)]
    activity = one.activity
    if activity.first is None or activity.first >= period.closing:
        found = [replace(figure, value=None) for figure in found]
    found += _whole_history(activity, period)
    others = [*_landed(one, period), *_merged(one, period), *_released(one, period)]
    if not one.part:
        return [*found, *others]
    found = [_left_out(_reasoned(figure, period), activity, period) for figure in found]
    return [*found, *(_reasoned(figure, period) for figure in others)]


def _left_out(figure: Figure, activity: Activity, period: Period) -> Figure:
    """``figure`` with how many commits of its own days it leaves out."""
    bots = activity.bots
    if figure.recent:
        bots = activity.bots_in_window if figure.whole else activity.bots_in_weeks
    notes = list(figure.notes)
    if bots:
        notes.append(f"{counted_words(bots, 'commit')} by automata left out")
    if activity.later:
        late = counted_words(activity.later, "commit")
        notes.append(f"{late} dated after {iso(period.as_of)} left out")
    return replace(figure, notes=tuple(notes))


def _reasoned(figure: Figure, period: Period) -> Figure:
    reason = _WHY.get(figure.name)
    if figure.value is not None or figure.notes or not reason:
        return figure
    if not period.weeks and not figure.whole:
        return figure
    return replace(figure, notes=(reason,))


def _rhythm(one: Counted, period: Period) -> list[Figure]:
    activity = one.activity
    weeks, begun = one.begun(period)
    commits = activity.in_weeks(activity.weekly_commits, weeks)
    added = activity.in_window(activity.weekly_added, period)
    deleted = activity.in_window(activity.weekly_deleted, period)
    n, full, week = (
        activity.in_window(activity.weekly_commits, period),
        sum(commits),
        "commits/week",
    )
    has_weeks = activity.first is not None
    median = statistics.median(commits) if commits else None
    rhythm = _series(has_weeks, weeks, activity.weekly_commits)
    churn = _series(has_weeks, period, activity.weekly_added, activity.weekly_deleted)
    less = Counter({start: -number for start, number in activity.weekly_deleted.items()})
    net = _series(has_weeks, period, activity.weekly_added, less)
    averages = [
        Figure("commits_per_week", week, _weekly(full, weeks), full, rhythm),
        Figure("commits_per_week_median", week, median, full),
        Figure("active_weeks", "weeks", sum(number > 0 for number in commits), weeks.weeks),
    ]
    averages = [replace(figure, notes=begun, period=weeks) for figure in averages]
    if activity.first is not None and activity.first >= period.end:
        averages = [replace(figure, value=None) for figure in averages]
    totals = [
        Figure("unique_contributors", "people", len(activity.by_person), n),
        Figure("unique_contributors_with_coauthors", "people", len(activity.credited), n),
        Figure("churn_lines", "lines", added + deleted, n, churn),
        Figure("net_lines", "lines", added - deleted, n, net),
    ]
    return [*averages, *_whole(totals)]


def _sharing(one: Counted, period: Period) -> list[Figure]:
    activity = one.activity
    n, lines_of = activity.in_window(activity.weekly_commits, period), activity.lines_of
    files = len(lines_of)
    people: Counter[str] = Counter()
    for lines in lines_of.values():
        for person, number in lines.items():
            people[person] += number
    absent = bus_factor(activity.by_person.values())
    found = [
        Figure("collaboration_score", "0 to 1", collaboration(lines_of), files),
        Figure("shared_files", "share", shared_files(lines_of), files),
        Figure("coauthored_share", "share", activity.coauthored / n if n else None, n),
        Figure("bus_factor_commits", "people", absent, n),
        Figure("bus_factor_churn", "people", bus_factor(people.values()), n),
    ]
    if not lines_of:
        return _whole([*found, Figure("area_ownership", "share", None, 0)])
    for area in areas(lines_of, one.prefix):
        notes = (
            f"{counted_words(area.files, 'file')}, "
            f"{counted_words(area.people, 'person', 'people')}, "
            f"{counted_words(area.lines, 'line')}",
        )
        more = {"label": area.name, "slice": area.name, "notes": notes}
        found.append(Figure("area_ownership", "share", area.top_share, area.files, **more))  # type: ignore[arg-type]
    return _whole(found)


def _landed(one: Counted, period: Period) -> list[Figure]:
    landing = one.known.landing if one.known else None
    names = (("landed_churn_lines", "lines"), ("code_churn_rate", "share/week"))
    more = (("text_lines", "lines"), ("velocity", "changes/week"))
    if landing is None or one.part is None or one.known is None:
        notes = _why_nothing_landed(one, period)
        empty = [Figure(name, unit, None, 0, notes=notes) for name, unit in (*names, *more)]
        return [*empty, Figure("velocity_trend", "changes/week per week", None, 0, notes=notes)]
    known, part = one.known, one.part
    files = [file for path, file in known.landed.items() if part.has(path)]
    weekly: Counter[int] = Counter()
    for file in files:
        for week, number in file.weekly.items():
            weekly[week] += number
    weeks, begun = one.begun(period)
    churn, full = sum(weekly.values()), sum(weekly[start] for start in weeks.full_weeks())
    touched: set[int] = set().union(*(file.commits for file in files))
    n = len(touched)
    before, after = (_lines(lines, part) for lines in (known.before, known.after))
    series = _series(True, period, weekly, half=False)
    size = before or after
    each = _weekly(full, weeks)
    rate = each / size if size and each is not None else None
    notes = () if before or not size else ("lines at the window's end: it started without any",)
    off = known.unexplained
    if off:
        notes = (*notes, f"{off} text lines are not explained by what landed")
    rows = known.index.commits.rows
    if late := sum((rows[at][COMMITTED] or 0) > period.as_of for at in touched):
        dated = f"{counted_words(late, 'commit')} dated after {iso(period.as_of)}"
        notes = (*notes, f"{dated} landed with the commit before")
    n_files = sum(map(part.has, landing.after))
    return [
        Figure("landed_churn_lines", "lines", churn, n, series, notes=notes, whole=True),
        Figure("code_churn_rate", "share/week", rate, n, notes=(*notes, *begun), period=weeks),
        Figure("text_lines", "lines", after, n_files, notes=notes, whole=True),
        *_velocity(one, landing, touched, period),
    ]


def _why_nothing_landed(one: Counted, period: Period) -> tuple[str, ...]:
    first = one.activity.first
    if one.known is None or not one.activity.commits:
        return ()
    if not one.known.is_branch_read:
        return (NO_BRANCH,)
    edge = "the window" if period.window else "the last full week"
    if first is not None and first >= period.closing:
        return (f"the history starts after {edge}",)
    return (f"nothing had landed on the branch by the end of {edge}",)


def _lines(lines: dict[str, int], part: Part) -> int:
    return sum(number for path, number in lines.items() if part.has(path))


def _velocity(one: Counted, landing: Landing, touched: set[int], period: Period) -> list[Figure]:
    # First-parent commits that touch the scope; those by automata only when they are merges.
    assert one.known and one.part
    known, part = one.known, one.part
    everything = part.paths.takes_all
    weekly: Counter[int] = Counter()
    weeks, begun = one.begun(period)
    bots = 0
    for at, time in landing.commits:
        if everything or at in touched:
            if at not in known.index.bots:
                weekly[week_start(time)] += 1
            else:
                bots += weeks.start <= time < weeks.end
    values = [weekly[start] for start in weeks.full_weeks()]
    n = sum(values)
    notes = ["counted from the branch's own commits: no pull requests are known", *begun]
    if bots:
        notes.append(f"{counted_words(bots, 'commit')} by automata left out")
    series = _series(True, weeks, weekly, half=False)
    slope = theil_sen(values, LEVEL)
    each = Figure("velocity", "changes/week", _weekly(n, weeks), n, series, notes=tuple(notes))
    each = replace(each, period=weeks)
    if slope is None:
        notes.insert(0, _WHY["velocity_trend"])
    flat = Figure("velocity_trend", "changes/week per week", None, 0, notes=tuple(notes))
    flat = replace(flat, period=weeks)
    if slope is not None:
        ends = (slope.lo, slope.hi)
        flat = replace(flat, value=slope.value, n=weeks.weeks, interval=ends)
    return [each, flat]


def _merged(one: Counted, period: Period) -> list[Figure]:
    names = ("pr_merge_time_git", "pr_merge_time_git_mean", "pr_merge_time_git_p90")
    known, part = one.known, one.part
    if known is None or part is None:
        nothing = [Figure(name, "hours", None, 0) for name in names]
        return _whole([*nothing, Figure("pr_squashed_share", "share", None, 0)])
    everything = part.paths.takes_all
    merges = [m for m in known.merges if everything or not m.commits.isdisjoint(part.commits)]
    hours = [merge.hours for merge in merges if merge.hours is not None]
    landed = known.landing.commits if known.landing else ()
    squashed = sum(
        is_squashed(known.index.commits.rows[at][SUBJECT]) for at, _ in landed if at in part.commits
    )
    n = len(merges) + squashed
    notes = ["an estimate from the commits of merged branches, not from pull requests"]
    if not hours:
        notes = ["no branch with usable dates was merged in the window"]
    if squashed:
        notes.append(f"{squashed} of {n} merged changes were squashed: their time is not known")
    values = (
        (statistics.median(hours), statistics.fmean(hours), percentile(hours, 0.9))
        if hours
        else (None, None, None)
    )
    times = [
        Figure(name, "hours", value, len(hours), notes=tuple(notes))
        for name, value in zip(names, values, strict=True)
    ]
    return _whole([*times, Figure("pr_squashed_share", "share", squashed / n if n else None, n)])


def _released(one: Counted, period: Period) -> list[Figure]:
    known = one.known
    names = (("releases", "releases"), ("days_between_releases", "days"))
    if known is None or known.releases is None:
        return _whole([Figure(name, unit, None, 0) for name, unit in names])
    notes = []
    if one.part and not one.part.paths.takes_all:
        notes.append("releases of the whole repository")
    if others := sum(period.holds(release.time) for release in known.elsewhere):
        notes.append(f"{counted_words(others, 'release')} of other branches left out")
    if not known.releases:
        where = " of the branch" if known.elsewhere else ""
        said = (f"no tag{where} names a version", *notes[-1:] * bool(others))
        return _whole([Figure(name, unit, None, 0, notes=said) for name, unit in names])
    recent = sum(period.holds(release.time) for release in known.releases)
    days = days_between(known.releases, period)
    between, n = statistics.median(days) if days else None, len(days)
    if not days:
        notes.insert(0, _WHY["days_between_releases"])
    found = [Figure("releases", "releases", recent, recent, notes=tuple(notes[not days :]))]
    return _whole([*found, Figure("days_between_releases", "days", between, n, notes=tuple(notes))])


def _whole_history(activity: Activity, period: Period) -> list[Figure]:
    n = activity.commits
    found = [Figure("all_contributors", "people", activity.people if n else None, n)]
    for name, time in (("first_commit", activity.first), ("last_commit", activity.last)):
        age = None if time is None else (period.as_of - time) / DAY
        found.append(Figure(name, "days ago", age, n, label=iso(time)[:10]))
    return [replace(figure, recent=False) for figure in found]


def _weekly(number: float, period: Period) -> float | None:
    return number / period.weeks if period.weeks else None


def _whole(totals: list[Figure]) -> list[Figure]:
    return [replace(figure, whole=True) for figure in totals]


def _series(has_weeks: bool, period: Period, *weekly: Counter[int], half: bool = True) -> Series:
    # Weeks without commits are 0, but a history without any dated commit has no weeks.
    weeks = period.all_weeks() if has_weeks else []
    if not half:
        weeks = [week for week in weeks if week < period.closing]
    return tuple((week_name(week), float(sum(one[week] for one in weekly))) for week in weeks)


def counted_words(number: int, one: str, several: str = "") -> str:
    """``1 commit``, ``2 commits``, ``1,204 people``."""
    return f"{number:,} {one if number == 1 else several or f'{one}s'}"
