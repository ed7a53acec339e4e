"""Does what a record names still exist, and is it what it was: sources against their digests."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from typing import Literal

from maestro.errors import WRONG_USE, MaestroError, did_you_mean, shorten
from maestro.source.digest import CODES as DIGEST_CODES
from maestro.source.digest import digest_bytes, digest_path
from maestro.source.hosts import CODES as HOST_CODES
from maestro.source.hosts import Hosts
from maestro.source.remote import CODES as REMOTE_CODES
from maestro.source.remote import Access, digest_url, require

from .load import Catalog, Entry

CODES = dict(
    sorted(
        {
            **HOST_CODES,
            **DIGEST_CODES,
            **REMOTE_CODES,
            "S009": "There is no entry of that name. Correct the name, or list the entries.",
        }.items()
    )
)
"""Problem code to what it means and what to do."""

State = Literal["ok", "mismatch", "missing", "unverified", "failed", "skipped"]

GitBlob = Callable[[str, str, str], bytes | None]
"""Repository, ref and path to the file's bytes, or None when there is no such file.

Raises MaestroError when the repository is not at hand.
"""


@dataclass(frozen=True, slots=True)
class Verification:
    """What became of one entry's source.

    ``ok``: the digest is the recorded one. ``mismatch``: it is another. ``missing``: nothing is
    there. ``unverified``: it is there, but the record has no digest to compare with.
    ``failed``: it could not be read. ``skipped``: it was not asked for, or there is nothing to
    read. ``expected`` and ``found`` are digests, empty where there is none.
    """

    entry: Entry
    state: State
    expected: str = ""
    found: str = ""
    message: str = ""
    hint: str = ""

    @property
    def is_fault(self) -> bool:
        """True when the record does not hold what it says."""
        return self.state in ("mismatch", "missing", "failed")


@dataclass(frozen=True, slots=True)
class _Place:
    """Where one entry's content lies."""

    path: str = ""
    url: str = ""
    git: str = ""
    ref: str = ""
    digest: str = ""


def verify(
    catalog: Catalog,
    names: Iterable[str] | None = None,
    *,
    remote: bool = False,
    git_blob: GitBlob | None = None,
    access: Access | None = None,
) -> list[Verification]:
    """Compare the sources of all entries, or of those named, with their digests; by name.

    Nothing leaves this machine unless ``remote`` is true; hosts that the settings list may be
    asked besides public ones. ``git_blob`` reads sources in other git repositories. Raises
    MaestroError S009 for a name that is no entry, and S007 when a package is missing that one
    of the addresses needs.
    """
    entries = _chosen(catalog, names)
    places = {entry.name: _place(entry) for entry in entries}
    access = access or Access()
    listed = (*access.hosts.listed, *catalog.settings.hosts)
    checker = _Checker(
        catalog, remote, git_blob, replace(access, hosts=Hosts(tuple(dict.fromkeys(listed))))
    )
    if remote:
        for place in places.values():
            if place and place.url:
                require(place.url)
    return [checker.check(entry, places[entry.name]) for entry in entries]


def _chosen(catalog: Catalog, names: Iterable[str] | None) -> list[Entry]:
    """The entries to look at; without names, cards that name no model file are left out."""
    if names is None:
        return [entry for entry in catalog.entries.values() if _place(entry)]
    wanted = sorted({name.partition("@")[0] for name in names})
    for name in wanted:
        if name not in catalog.entries:
            hint = did_you_mean(name, catalog.entries) or "maestro list shows the entries"
            message = f'no entry "{shorten(name)}"'
            raise MaestroError("S009", message, hint, exit_code=WRONG_USE)
    return [catalog.entries[name] for name in wanted]


def _place(entry: Entry) -> _Place | None:
    record = entry.record
    found = record.model_file if entry.kind == "model_cards" else record.source
    if found is None:
        return None
    git = getattr(found, "git", None) or ""
    ref = getattr(found, "ref", None) or ""
    return _Place(found.path or "", found.url or "", git, ref, found.digest or "")


class _Checker:
    """Looks at one place after the other."""

    def __init__(
        self, catalog: Catalog, remote: bool, git_blob: GitBlob | None, access: Access
    ) -> None:
        self.catalog = catalog
        self.remote = remote
        self.git_blob = git_blob
        self.access = access

    def check(self, entry: Entry, place: _Place | None) -> Verification:
        """Compare one place with its digest, or say why it cannot be."""
        if place is None:
            return Verification(
                entry, "skipped", message="names no model file", hint="add model_file:"
            )
        try:
            return self._compare(entry, place)
        except MaestroError as error:
            if error.code == "S007":
                raise
            state: State = "missing" if error.code == "S003" else "failed"
            return Verification(entry, state, place.digest, "", error.message, error.hint)

    def _compare(self, entry: Entry, place: _Place) -> Verification:
        if why := self._why_not(place):
            return Verification(entry, "skipped", place.digest, "", *why)
        found = self._digest(place)
        if found is None:
            message = f'"{place.path}" does not exist at {place.ref}'
            hint = "correct path: or ref: of the source"
            return Verification(entry, "missing", place.digest, "", message, hint)
        if not place.digest:
            hint = f"record it: digest: {found}"
            return Verification(entry, "unverified", "", found, "has no digest", hint)
        if found == place.digest:
            return Verification(entry, "ok", place.digest, found)
        hint = "restore the content, or publish a new version with the new digest"
        message = "content is not what the digest says"
        return Verification(entry, "mismatch", place.digest, found, message, hint)

    def _why_not(self, place: _Place) -> tuple[str, str] | None:
        """Why a place is not looked at and what to do about it, or None."""
        if place.url and not self.remote:
            return "lies behind an address, and no network was asked for", "add --remote"
        if place.git and not place.path:
            return "is a whole repository", "name a file in it with path:"
        if place.git and not place.ref:
            return "names no ref, so its content may change", "add ref: with a tag or commit id"
        if place.git and self.git_blob is None:
            return "lies in another repository", "run maestro fetch, then verify again"
        return None

    def _digest(self, place: _Place) -> str | None:
        if place.git:
            assert self.git_blob is not None
            data = self.git_blob(place.git, place.ref, place.path)
            return None if data is None else digest_bytes(data)
        if place.url:
            return digest_url(place.url, self.access).digest
        return digest_path(self.catalog.root, place.path, self.access.max_bytes).digest
