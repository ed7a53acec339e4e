"""Rules about the words of a record: teams, people, and terms that stand in a list of ours."""

from __future__ import annotations

from collections.abc import Iterator

from maestro.errors import Problem, did_you_mean

from .checks import Check, rule, unknown, warning
from .licenses import check_license
from .load import Entry

Keys = tuple[str | int, ...]
TAXONOMY = "catalog/taxonomy.yaml"


@rule("R001", "The problem class is not in the taxonomy. A new one is one line there.")
def unknown_class(check: Check) -> Iterator[Problem]:
    """Problem classes and tasks are words of the taxonomy."""
    for entry in check.catalog.everything():
        for name in ("problem_class", "task"):
            if word := getattr(entry.record, name, None):
                yield from _term(check, entry, (name,), word, "problem_classes", "R001")


@rule("R002", "The owner is not a team. Teams stand in catalog/owners.yaml.")
def unknown_owner(check: Check) -> Iterator[Problem]:
    """Owners are teams."""
    teams = check.catalog.owners.teams
    if check.catalog.lacks("owners"):
        return
    for entry in check.catalog.everything():
        owner = getattr(entry.record, "owner", None)
        if owner and owner not in teams:
            hint = f"{did_you_mean(owner, teams)}  teams stand in catalog/owners.yaml".strip()
            yield check.at(entry, ("owner",), "R002", f'owner "{owner}" is not a team', hint)


@rule("R003", "The tag is not in the taxonomy. A new one is one line there.")
def unknown_tag(check: Check) -> Iterator[Problem]:
    """Tags are words of the taxonomy, also those that a persona looks for."""
    for entry in check.catalog.everything():
        for i, tag in enumerate(getattr(entry.record, "tags", [])):
            yield from _term(check, entry, ("tags", i), tag, "tags", "R003")
    taxonomy = check.catalog.taxonomy
    for persona, term in taxonomy.personas.items():
        for i, tag in enumerate(term.tags if term else []):
            if tag not in taxonomy.tags:
                message, hint = unknown(tag, "tag", taxonomy.tags, TAXONOMY)
                keys = ("personas", persona, "tags", i)
                yield check.in_file(TAXONOMY, keys, "R003", message, hint)


@rule("R004", "The domain is not in the taxonomy. A new one is one line there.")
def unknown_domain(check: Check) -> Iterator[Problem]:
    """Domains are words of the taxonomy."""
    for entry in check.catalog.projects.values():
        if domain := entry.record.domain:
            yield from _term(check, entry, ("domain",), domain, "domains", "R004")


@rule("R005", "The persona or team role is not in the taxonomy. A new one is one line there.")
def unknown_persona(check: Check) -> Iterator[Problem]:
    """Personas and roles are words of the taxonomy."""
    for entry in check.catalog.everything():
        for i, persona in enumerate(getattr(entry.record, "personas", [])):
            yield from _term(check, entry, ("personas", i), persona, "personas", "R005")
        if entry.kind == "projects":
            for i, role in enumerate(entry.record.team.roles):
                keys = ("team", "roles", i, "role")
                yield from _term(check, entry, keys, role.role, "personas", "R005")


def _term(
    check: Check, entry: Entry, keys: Keys, word: str, group: str, code: str
) -> Iterator[Problem]:
    terms = getattr(check.catalog.taxonomy, group)
    if word in terms or check.catalog.lacks("taxonomy"):
        return
    folded = word.casefold().replace("_", "-").replace(" ", "-")
    for name, term in terms.items():
        aliases = [alias.casefold() for alias in (term.aliases if term else [])]
        if folded == name or word.casefold() in aliases:
            message = f'"{word}" is written {name} in this library'
            yield check.at(entry, keys, code, message, f"write {name}  (maestro fix does this)")
            return
    what = group.replace("_", " ").removesuffix("s").removesuffix("e" if "classe" in group else "")
    guess = did_you_mean(word, terms)
    where = f"a new {what} is one line in catalog/taxonomy.yaml"
    hint = f"{guess}  {where}".strip()
    yield check.at(entry, keys, code, f'{what} "{word}" is not known', hint)


@rule("R006", "Licences are SPDX ids or expressions; LicenseRef-... for one of your own.")
def unknown_license(check: Check) -> Iterator[Problem]:
    """Licences are SPDX expressions."""
    for entry in check.catalog.entries.values():
        if text := entry.record.license:
            yield from _license(check, entry.path, text)
    default = check.catalog.settings.license
    if default and not check.catalog.lacks("settings"):
        yield from _license(check, "catalog/settings.yaml", default)


def _license(check: Check, path: str, text: str) -> Iterator[Problem]:
    found = check_license(text)
    if found.ok:
        return
    guess = " or ".join(found.suggestions[:3])
    hint = f"did you mean {guess}?" if guess else "see the list of SPDX ids, or LicenseRef-..."
    if len(found.suggestions) == 1:
        hint = f"write {guess}  (maestro fix does this)"
    yield check.in_file(path, ("license",), "R006", f'license "{text}" is not an SPDX id', hint)


@rule("R007", "The maintainer is in no team. Members stand in catalog/owners.yaml.", "warning")
def unknown_maintainer(check: Check) -> Iterator[Problem]:
    """Maintainers are members of a team."""
    if check.catalog.lacks("owners"):
        return
    people = {
        member: team for team in check.catalog.owners.teams.values() for member in team.members
    }
    for entry in check.catalog.everything():
        for i, person in enumerate(getattr(entry.record, "maintainers", [])):
            if person not in people:
                message, hint = unknown(person, "maintainer", people, "catalog/owners.yaml")
                yield warning(check.at(entry, ("maintainers", i), "R007", message, hint))


@rule("R008", "The channel is not one of settings.yaml's channels.")
def unknown_channel(check: Check) -> Iterator[Problem]:
    """Channel files lie in folders of known channels."""
    known = dict.fromkeys(check.catalog.settings.channels)
    for entry in check.catalog.channels.values():
        channel = entry.name.split("/")[0]
        if channel not in known:
            message, hint = unknown(channel, "channel", known, "catalog/settings.yaml")
            yield check.at(entry, (), "R008", message, hint)


@rule("R009", "The same tag, maintainer or persona stands twice in one list.", "warning")
def word_twice(check: Check) -> Iterator[Problem]:
    """A list names a word once."""
    for entry in check.catalog.everything():
        for name in ("tags", "maintainers", "personas"):
            given: list[str] = getattr(entry.record, name, [])
            for i, word in enumerate(given):
                if word in given[:i]:
                    message = f'"{word}" stands twice in {name}'
                    hint = "keep one of them"
                    yield warning(check.at(entry, (name, i), "R009", message, hint))
