"""Reuse: who uses an entry, counted as distinct projects and distinct entries."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping

from maestro.schema.findings import Evidence, Finding, ReuseDetail

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
    return [
        _finding(name, sorted(users[name]), uses, versions[name], as_of) for name in sorted(users)
    ]


def _finding(
    name: str,
    users: list[str],
    uses: Mapping[str, Iterable[str]],
    versions: Counter[str],
    as_of: str,
) -> Finding:
    projects = [user for user in users if user in uses]
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
