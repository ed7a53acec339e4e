"""Which project of which CI server a record means."""

from __future__ import annotations

from maestro.schema.base import split_url
from maestro.schema.project import Ci

PROVIDERS = {"github_actions": "github"}
"""Words of records to the providers' words in facts, where they differ."""


def provider_of(ci: Ci) -> str:
    """The provider as facts and folders name it: github, gitlab or jenkins."""
    return PROVIDERS.get(ci.provider, ci.provider)


def project_of(ci: Ci, repository_url: str | None) -> str:
    """The project's name on the CI server; empty when neither record nor repository tells.

    For GitHub and GitLab the path of the repository's address is the name; Jenkins has names of
    its own.
    """
    if ci.project:
        return ci.project.strip().strip("/")
    found = split_url(repository_url or "")
    if not found or ci.provider == "jenkins":
        return ""
    path = found[3].partition("?")[0].partition("#")[0].strip("/")
    name = path.removesuffix(".git")
    return name if name.count("/") == 1 or (ci.provider == "gitlab" and "/" in name) else ""


def server_of(ci: Ci, repository_url: str | None) -> str:
    """The server's address: as written, else the repository's own host; empty: the public one."""
    if ci.url:
        return ci.url.rstrip("/")
    found = split_url(repository_url or "")
    if ci.project or not found or ci.provider == "jenkins" or found[0] != "https":
        return ""
    _, host, port, _ = found
    return f"https://{host}" + (f":{port}" if port else "")
