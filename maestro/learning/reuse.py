"""Reuse: who uses an entry, counted as distinct projects and distinct entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from maestro.schema.findings import Evidence, Finding
from maestro.schema.learned import ReuseDetail

METHOD = "distinct users in records"


def reuse_findings(
    users: Mapping[str, Iterable[str]], uses: Mapping[str, Iterable[str]], *, as_of: str
) -> list[Finding]:
    """One finding of kind ``reuse`` per entry, sorted by name; its value counts projects.

    ``users`` maps an entry's name to all that use it (projects, entries and cards); ``uses``
    maps a project's name to its references (``name@version`` or ``name``).
    """
    versions: dict[str, Counter[str]] = {name: Counter() for name in users}
    for references in uses.values():
        for reference in sorted(set(references)):
            name, _, version = reference.partition("@")
            if name in versions:
                versions[name][version] += 1
    found = []
    for name in sorted(users):
        projects = sorted(user for user in users[name] if user in uses)
        entries = sorted(user for user in users[name] if user not in uses)
        found.append(_finding(name, projects, entries, versions[name], as_of))
    return found


def _finding(
    name: str, projects: list[str], entries: list[str], versions: Counter[str], as_of: str
) -> Finding:
    return Finding(
        kind="reuse",
        subject=name,
        value=float(len(projects)),
        unit="projects",
        n=len(projects),
        as_of=as_of,
        method=METHOD,
        evidence=[
            Evidence(kind="record", ref=f"projects/{project}/project.yaml") for project in projects
        ],
        detail=ReuseDetail(
            projects=projects,
            entries=entries,
            versions=dict(sorted(versions.items())),
        ),
    )
