"""The Governance page: what is live, which rules are declared, who may do what, what changed.

It shows what records and their history say. Nothing is judged here: whether a rule is kept is the
business of the check of a pull request.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date

from maestro.catalog.load import Entry
from maestro.publishing import words
from maestro.publishing.api.feed import announced
from maestro.publishing.library import KINDS, Shelf
from maestro.publishing.pages import Page, Site, fill
from maestro.schema import Finding
from maestro.schema.details import ChangeDetail
from maestro.schema.policy import ApprovalRule, Channel, Policy, PolicyException

MOST_CHANGES = 200
"""Changes on the page; the API has them all."""
_HERE = "governance/index.html"
_FILES = {
    "channels": ("channel", f"{_HERE}#live"),
    "policies": ("policy", f"{_HERE}#policies"),
    "owners": ("teams and roles", "teams/index.html"),
    "taxonomy": ("taxonomy", f"{_HERE}#audit"),
    "settings": ("settings", f"{_HERE}#audit"),
}
"""Kind of record without a page of its own: its word, and the page that shows most of it."""
SOON_DAYS = 30
"""So many days ahead something that ends is called soon."""


@dataclass(frozen=True, slots=True)
class Due:
    """A day on which something ends, as seen from the library's commit."""

    day: date
    days: int | None
    """Days from the commit to that day, negative when it has passed; None without a commit."""

    @property
    def is_over(self) -> bool:
        """Whether the day has passed."""
        return self.days is not None and self.days < 0

    @property
    def is_near(self) -> bool:
        """Whether it has passed or comes within a month."""
        return self.days is not None and self.days <= SOON_DAYS

    @property
    def says(self) -> str:
        """How far it is, in words."""
        if self.days is None:
            return ""
        if self.days == 0:
            return "today"
        if self.days < 0:
            return f"passed {words.plural(-self.days, 'day')} ago"
        return f"in {words.plural(self.days, 'day')}"

    @property
    def ends(self) -> str:
        """The same as what it does: ``ended 2 days ago``, ``ends today``."""
        if self.is_over:
            return self.says.replace("passed", "ended", 1)
        return f"ends {self.says}".rstrip()


@dataclass(frozen=True, slots=True)
class Live:
    """One channel file: what is live where."""

    entry: Entry
    channel: str
    name: str
    since: str
    """When its file last changed; empty when no history tells."""
    due: Due | None

    @property
    def record(self) -> Channel:
        """The channel file itself."""
        record: Channel = self.entry.record
        return record


@dataclass(frozen=True, slots=True)
class Exempt:
    """One exception of a policy."""

    policy: str
    """Title of the policy."""
    record: PolicyException
    due: Due


@dataclass(frozen=True, slots=True)
class Change:
    """One change of a record, in the words of pages."""

    at: str
    kind: str
    """Kind of record in words."""
    name: str
    """Name of the record; empty for a file that its kind names already."""
    page: str
    """Its page, or the page that shows most of it; empty where there is none."""
    action: str
    version: str
    commit: str


@dataclass(frozen=True, slots=True)
class Holder:
    """Who holds one role in one team."""

    role: str
    team: str
    people: tuple[str, ...]


def pages(site: Site) -> Iterator[Page]:
    """The one page of governance."""
    shelf = site.shelf
    context = site.context("governance/index.html")
    changes = shelf.changes
    values = {
        "live_list": live_list(shelf),
        "channel_names": _channel_names(shelf),
        "policy_list": list(shelf.catalog.policies.values()),
        "exempt": exceptions(shelf),
        "holders": holders(shelf),
        "changes": [change_of(shelf, one) for one in changes[:MOST_CHANGES]],
        "change_count": len(changes),
        "change_notes": changes[0].quality if changes else [],
        "lacks": lambda rule: lacks(shelf, rule),
        "by_kind": _by_kind(changes),
        "results": shelf.of_kind("policy_result"),
        "events": shelf.of_kind("audit_event"),
    }
    yield Page(
        "governance",
        context.path,
        "Governance",
        "What is live where, which rules hold, who may do what and what changed.",
        fill("governance", context, shelf, values) | announced(context),
    )


def due(shelf: Shelf, day: date) -> Due:
    """How far a day is from the library's commit."""
    now = words.parse_time(shelf.library.generated_at)
    return Due(day, (day - now.date()).days if now else None)


def live_list(shelf: Shelf) -> list[Live]:
    """Every channel file, in the order of the channels in settings.yaml."""
    order = {name: place for place, name in enumerate(shelf.settings.channels)}
    since = _last_changes(shelf)
    found = []
    for entry in shelf.catalog.channels.values():
        channel, _, name = entry.name.partition("/")
        expires = entry.record.expires
        ends = due(shelf, expires) if expires else None
        found.append(Live(entry, channel, name, since.get(entry.path, ""), ends))
    return sorted(
        found, key=lambda one: (order.get(one.channel, len(order)), one.channel, one.name)
    )


def _channel_names(shelf: Shelf) -> list[str]:
    """Channels that settings.yaml names, then others that files name."""
    named = [entry.name.partition("/")[0] for entry in shelf.catalog.channels.values()]
    return list(dict.fromkeys([*shelf.settings.channels, *sorted(named)]))


def _last_changes(shelf: Shelf) -> dict[str, str]:
    """Path of a record to when it was last added or changed."""
    found: dict[str, str] = {}
    for finding in shelf.of_kind("change"):
        detail = finding.detail
        if isinstance(detail, ChangeDetail) and detail.action != "removed":
            found[detail.path] = max(found.get(detail.path, ""), detail.at)
    return found


def exceptions(shelf: Shelf) -> list[Exempt]:
    """Who is let off which policy, the first to end first."""
    found = []
    for entry in shelf.catalog.policies.values():
        policy: Policy = entry.record
        for one in policy.exceptions:
            found.append(Exempt(policy.title or entry.title, one, due(shelf, one.expires)))
    return sorted(found, key=lambda one: (one.record.expires, one.policy, one.record.subject))


def holders(shelf: Shelf) -> list[Holder]:
    """Roles that owners.yaml declares, by role and team."""
    found = [
        Holder(role, team, tuple(people))
        for team, record in shelf.catalog.owners.teams.items()
        for role, people in record.roles.items()
    ]
    return sorted(found, key=lambda one: (one.role, one.team))


def lacks(shelf: Shelf, rule: ApprovalRule) -> str:
    """Why a rule of approval can never be met: too few people hold its roles; empty if it can."""
    teams = shelf.catalog.owners.teams.values()
    declared = {role for team in teams for role in team.roles}
    people = {
        person for team in teams for role in rule.roles for person in team.roles.get(role, ())
    }
    # Who owns an entry is told by the entry, not by a declared role.
    if len(people) >= rule.min or "owner" in set(rule.roles) - declared:
        return ""
    if not people:
        return f"nobody holds {'it' if len(rule.roles) == 1 else 'any of them'}"
    return f"only {words.plural(len(people), 'person holds', 'people hold')} it"


def change_of(shelf: Shelf, finding: Finding) -> Change:
    """A change of a record in words: what it is, where it is shown, what was done."""
    detail = finding.detail
    assert isinstance(detail, ChangeDetail)
    of = detail.record_kind
    kind, page = _FILES.get(of, (KINDS[of][1] if of in KINDS else of, ""))
    name = "" if finding.subject == of else finding.subject
    page = shelf.page_of_path(detail.path) or page
    return Change(detail.at, kind, name, page, detail.action, detail.version, detail.commit)


def _by_kind(changes: Iterable[Finding]) -> list[tuple[str, int]]:
    """What was done and how often, most often first."""
    counts = Counter(f.detail.action for f in changes if isinstance(f.detail, ChangeDetail))
    return sorted(counts.items(), key=lambda pair: (-pair[1], pair[0]))
