"""Pages of teams: who is in each, what it owns, what came of it, who reuses whose work.

Teams are not ranked, and nobody in them is measured: what is counted here is work that records
name.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass

from maestro.catalog.load import Entry
from maestro.errors import MaestroError, shorten
from maestro.publishing import words
from maestro.publishing.assembly.memory import Later
from maestro.publishing.columns import row_of
from maestro.publishing.library import Shelf, page_of
from maestro.publishing.pages import Page, Site, fill
from maestro.schema import Finding
from maestro.schema.base import name_fault
from maestro.schema.learned import ReuseDetail
from maestro.schema.policy import TeamRecord

from .team_tasks import Care, cares_of

RUNNING = ("planned", "active")
MOST_OWNED = 200
"""Entries and projects in the tables of one team; the Library and Projects have them all."""


FEW_OWNED = 25
"""Entries that stand open on the page of a team; the others are folded below them."""


@dataclass(frozen=True, slots=True)
class Owned:
    """One entry that a team owns."""

    entry: Entry
    impact: Finding | None
    """The effect that speaks for it, as in the Library; of its current version where none does."""
    reuse: Finding | None
    instead: str = ""
    """The version that the effect is of, where it is not the current one."""

    @property
    def used_by(self) -> int:
        """How many projects use it, as far as they were counted."""
        detail = self.reuse.detail if self.reuse else None
        return len(detail.projects) if isinstance(detail, ReuseDetail) else 0


@dataclass(frozen=True, slots=True)
class Exchange:
    """What passes between a team and another one: whose pieces, in which projects."""

    team: str
    pieces: tuple[str, ...]
    """Names of the entries, sorted."""
    projects: tuple[str, ...]
    """Names of the projects that use them, sorted."""


@dataclass(frozen=True, slots=True)
class Team:
    """One team as its page shows it."""

    name: str
    title: str
    record: TeamRecord
    owned: tuple[Owned, ...]
    projects: tuple[tuple[Entry, Finding | None], ...]
    """Each with its success, the youngest first."""
    takes: tuple[Exchange, ...]
    """Whose work its projects reuse, its own left out."""
    gives: tuple[Exchange, ...]
    """Who reuses its work, itself left out."""
    cares: tuple[Care, ...]

    @property
    def running(self) -> list[Entry]:
        """Its planned and active projects."""
        return [entry for entry, _ in self.projects if entry.record.status in RUNNING]

    @property
    def people(self) -> list[tuple[str, tuple[str, ...]]]:
        """Each member with the roles that owners.yaml declares."""
        roles = self.record.roles.items()
        return [
            (person, tuple(sorted(role for role, holders in roles if person in holders)))
            for person in self.record.members
        ]

    @property
    def care_count(self) -> int:
        """How many records there are to look at, each once for each sort of trouble."""
        return sum(len(care.items) for care in self.cares)

    @property
    def quotas(self) -> list[tuple[str, int, int]]:
        """What is limited, how much it has and how much it may have."""
        quota = self.record.quota
        if quota is None:
            return []
        active = sum(entry.record.status == "active" for entry, _ in self.projects)
        both = (
            ("entries", len(self.owned), quota.entries),
            ("active projects", active, quota.projects),
        )
        return [(what, has, most) for what, has, most in both if most is not None]

    @property
    def says(self) -> str:
        """What it owns and what became of it, in one sentence."""
        owned = words.plural(len(self.owned), "entry", "entries")
        said = f"Owns {owned} of the library and {words.plural(len(self.projects), 'project')}"
        if self.projects:
            said += f", {len(self.running) or 'none'} of them planned or active"
        givers = count_of(self.gives)
        if givers:
            return f"{said}. {words.plural(givers, 'project')} of other teams reused its work."
        return f"{said}."


def count_of(exchanges: Iterable[Exchange]) -> int:
    """How many projects take part in some exchanges; each project has one team."""
    return len({name for one in exchanges for name in one.projects})


def pages(site: Site) -> Iterator[Page | Later]:
    """The list of teams, and one page per team."""
    shelf = site.shelf
    found = all_teams(shelf)
    context = site.context("teams/index.html")
    values = {"strays": _unowned(shelf), "count_of": count_of}
    yield Page(
        "teams",
        context.path,
        "Teams",
        "Who answers for what, how to reach them and whose work is reused.",
        fill("teams", context, found, values),
    )
    for team in found:
        # Its page has a folder of its name, which must not lead elsewhere.
        if fault := name_fault(team.name, least=1):
            raise MaestroError("T004", f'cannot publish: team "{shorten(team.name)}"', fault[1])
        yield Later(shelf.team_page(team.name), team, _team)


def _team(site: Site, team: Team) -> Page:
    context = site.context(site.shelf.team_page(team.name))
    return Page(
        "team",
        context.path,
        team.title,
        team.says,
        fill("team", context, team, {"count_of": count_of, "most": MOST_OWNED, "few": FEW_OWNED}),
        tags=("team",),
    )


def all_teams(shelf: Shelf) -> list[Team]:
    """Every team of owners.yaml, by title."""
    takes, gives = _exchanges(shelf)
    rows: dict[str, list[Owned]] = defaultdict(list)
    for entry in shelf.catalog.entries.values():
        rows[entry.record.owner].append(_owned(shelf, entry))
    projects: dict[str, list[Entry]] = defaultdict(list)
    for entry in shelf.catalog.projects.values():
        projects[entry.record.owner].append(entry)
    made = [
        Team(
            name,
            record.title or name,
            record,
            tuple(sorted(rows[name], key=_by_use)),
            _with_success(shelf, projects[name]),
            takes.get(name, ()),
            gives.get(name, ()),
            cares_of(shelf, name, [row.entry for row in rows[name]], projects[name]),
        )
        for name, record in shelf.catalog.owners.teams.items()
    ]
    return sorted(made, key=lambda team: (team.title.casefold(), team.name))


def _owned(shelf: Shelf, entry: Entry) -> Owned:
    row = row_of(shelf, entry)
    told = row.told or row.impact
    version = told.subject.partition("@")[2] if told else entry.version
    return Owned(entry, told, row.reuse, "" if version == entry.version else version)


def _by_use(row: Owned) -> tuple[int, str, str]:
    """What most projects use comes first; then by kind and name."""
    return -row.used_by, row.entry.kind, row.entry.name


def _with_success(
    shelf: Shelf, projects: Iterable[Entry]
) -> tuple[tuple[Entry, Finding | None], ...]:
    ordered = sorted(projects, key=lambda e: (e.record.started, e.name), reverse=True)
    return tuple((entry, shelf.one("success", entry.name)) for entry in ordered)


_Taken = Mapping[str, tuple[Exchange, ...]]


def _exchanges(shelf: Shelf) -> tuple[_Taken, _Taken]:
    """Team to whose work its projects reuse, and team to who reuses its work."""
    takes: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    gives: dict[str, dict[str, set[tuple[str, str]]]] = defaultdict(lambda: defaultdict(set))
    for finding in shelf.of_kind("reuse"):
        entry = shelf.target(finding.subject)
        if entry is None or not isinstance(finding.detail, ReuseDetail):
            continue
        for name in finding.detail.projects:
            project = shelf.catalog.projects.get(name)
            if project is None or project.record.owner == entry.record.owner:
                continue
            pair = (entry.name, name)
            takes[project.record.owner][entry.record.owner].add(pair)
            gives[entry.record.owner][project.record.owner].add(pair)
    return _laid_out(takes), _laid_out(gives)


def _laid_out(found: Mapping[str, Mapping[str, set[tuple[str, str]]]]) -> _Taken:
    return {
        team: tuple(
            Exchange(
                other,
                tuple(sorted({piece for piece, _ in pairs})),
                tuple(sorted({project for _, project in pairs})),
            )
            for other, pairs in sorted(others.items())
        )
        for team, others in found.items()
    }


def _unowned(shelf: Shelf) -> list[tuple[str, str, str]]:
    """Records whose owner is no team: title, page and the owner they name."""
    known = shelf.catalog.owners.teams
    every = (*shelf.catalog.entries.values(), *shelf.catalog.projects.values())
    return [
        (entry.title, page_of(entry.kind, entry.name), entry.record.owner)
        for entry in every
        if entry.record.owner not in known
    ]
