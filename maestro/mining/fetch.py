"""``maestro fetch`` for git: clones of remote repositories, and what each fetch came to.

Everything lies below ``<state>/clones``: one bare clone per address, and ``state.json`` with
the time of each address's last good fetch and, when the last try failed, its reason.
"""

from __future__ import annotations

import hashlib
import json
import os
from collections.abc import Callable, Iterable
from dataclasses import asdict, dataclass
from pathlib import Path

from maestro.errors import MaestroError
from maestro.repository import Access, clone_bare, update_bare

from .base import Report

_FORMAT = 1


@dataclass(frozen=True, slots=True)
class Fetched:
    """What is known of the fetches of one address."""

    url: str
    """The address."""
    head: str = ""
    """Commit that HEAD named at the last good fetch; empty when there was none."""
    fetched: int | None = None
    """Time of the last good fetch, seconds since 1970; None when there was none."""
    code: str = ""
    """Code of the last try's failure; empty when it went well."""
    reason: str = ""
    """Why the last try failed."""
    hint: str = ""
    """What to do about it."""


def clone_key(url: str) -> str:
    """The name of the clone's folder: letters and digits, the same for the same address."""
    return hashlib.sha256(url.rstrip("/").encode()).hexdigest()[:24]


def clone_folder(state: Path, url: str) -> Path:
    """Where the clone of ``url`` lies below the state folder ``.maestro``."""
    return state / "clones" / clone_key(url)


def fetch(
    urls: Iterable[str],
    state: Path,
    access: Access,
    *,
    now: Callable[[], int],
    report: Report | None = None,
) -> list[Fetched]:
    """Clone or update each address, in sorted order; one failure does not stop the others.

    ``state`` is the folder ``.maestro``, ``now`` gives seconds since 1970. What came of it is
    saved after each address. Returns one entry per address.
    """
    known = read_state(state)
    results = []
    for url in sorted(set(urls)):
        if report:
            report(f"fetching {url}")
        found = _fetch_one(url, state, access, known.get(url))
        if not found.code:
            found = Fetched(url, found.head, now())
        known[url] = found
        _save(state, known)
        results.append(found)
    return results


def read_state(state: Path) -> dict[str, Fetched]:
    """Address to what its fetches came to; empty when nothing was fetched or it is unreadable."""
    try:
        data = json.loads((state / "clones" / "state.json").read_text("utf-8"))
        if data["format"] != _FORMAT:
            return {}
        found = {url: Fetched(url=url, **entry) for url, entry in data["sources"].items()}
    except (OSError, ValueError, TypeError, LookupError, AttributeError):
        return {}
    return {url: entry for url, entry in found.items() if _is_sound(entry)}


def _is_sound(entry: Fetched) -> bool:
    texts = (entry.head, entry.code, entry.reason, entry.hint)
    return all(isinstance(text, str) for text in texts) and isinstance(entry.fetched, int | None)


def _fetch_one(url: str, state: Path, access: Access, before: Fetched | None) -> Fetched:
    folder = clone_folder(state, url)
    try:
        if folder.is_dir():
            repository = update_bare(folder, url, access)
        else:
            repository = clone_bare(url, folder, access)
        return Fetched(url, repository.head() or "")
    except MaestroError as error:
        failed = (error.code, error.message, error.hint)
    except OSError as error:
        failed = ("G013", f"the clone cannot be written: {error.strerror}", "free some disk space")
    last = before or Fetched(url)
    return Fetched(url, last.head, last.fetched, *failed)


def _save(state: Path, known: dict[str, Fetched]) -> None:
    sources = {}
    for url, entry in sorted(known.items()):
        sources[url] = {key: value for key, value in asdict(entry).items() if key != "url"}
    path = state / "clones" / "state.json"
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f"state.json.{os.getpid()}.part")
    text = json.dumps({"format": _FORMAT, "sources": sources}, indent=1, sort_keys=True)
    try:
        part.write_text(text + "\n", "utf-8")
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
