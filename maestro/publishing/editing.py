"""Where a change of a record can be suggested, and where its commits can be read."""

from __future__ import annotations

from urllib.parse import quote, urlsplit

from maestro.schema import Settings

_EDIT = {
    "github": "edit/{branch}/{path}",
    "gitlab": "-/edit/{branch}/{path}",
    "gitea": "_edit/{branch}/{path}",
    "bitbucket": "src/{branch}/{path}?mode=edit",
}
"""Kind of host to its editing form, after the repository's address."""
_COMMIT = {
    "github": "commit/{}",
    "gitlab": "-/commit/{}",
    "gitea": "commit/{}",
    "bitbucket": "commits/{}",
}
_FILE = {
    "github": "blob/{commit}/{path}",
    "gitlab": "-/blob/{commit}/{path}",
    "gitea": "src/commit/{commit}/{path}",
    "bitbucket": "src/{commit}/{path}",
}
"""Kind of host to a file, or a folder, as it stood at a commit."""
_WORDS = {
    "github": "github",
    "gitlab": "gitlab",
    "gitea": "gitea",
    "forgejo": "gitea",
    "codeberg": "gitea",
}
"""Words in the name of a host that tell its kind."""


def kind_of(settings: Settings) -> str:
    """The kind of host that holds the catalog's repository; empty when it cannot be told.

    What the settings say goes before what the host's name says. Bitbucket's own servers have
    other addresses than its service, so only the service is told by its name.
    """
    if settings.repository_kind:
        return settings.repository_kind
    host = (urlsplit(_base(settings)).hostname or "").lower()
    if host == "bitbucket.org":
        return "bitbucket"
    return next((kind for word, kind in _WORDS.items() if word in host), "")


def edit_address(settings: Settings, path: str) -> str:
    """Address of the form that changes ``path``; empty when it cannot be told."""
    form = _EDIT.get(kind_of(settings)) if _base(settings) else None
    if not form:
        return ""
    branch = quote(settings.branch, safe="/")
    return f"{_base(settings)}/{form.format(branch=branch, path=quote(path))}"


def commit_address(settings: Settings, commit: str) -> str:
    """Address of a commit of the catalog's repository; empty when it cannot be told."""
    form = _COMMIT.get(kind_of(settings)) if _base(settings) else None
    return f"{_base(settings)}/{form.format(quote(commit, safe=''))}" if form else ""


def file_address(settings: Settings, commit: str, path: str) -> str:
    """Address of ``path`` as it stood at a commit; empty when it cannot be told."""
    form = _FILE.get(kind_of(settings)) if _base(settings) and commit else None
    if not form:
        return ""
    return f"{_base(settings)}/{form.format(commit=quote(commit, safe=''), path=quote(path))}"


def clone_address(settings: Settings) -> str:
    """What ``git clone`` takes to get the catalog's repository; empty when it is not known."""
    return (settings.repository_url or "").rstrip("/") if _base(settings) else ""


def _base(settings: Settings) -> str:
    """The repository's address without its ending; empty for anything but a web address."""
    base = settings.repository_url or ""
    if not base.startswith(("https://", "http://")):
        return ""
    return base.rstrip("/").removesuffix(".git")


__all__ = ["clone_address", "commit_address", "edit_address", "file_address", "kind_of"]
