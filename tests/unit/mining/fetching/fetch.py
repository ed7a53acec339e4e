"""Fetching from a fake server with a clock that nobody waits for."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from maestro.mining.ci.fetching import Fetched, Reach, Source, fetch_ci
from maestro.mining.ci.state import State, read_state
from maestro.mining.ci.store import load
from maestro.mining.http import Clock, Key
from maestro.schema.facts import columns
from maestro.source.hosts import Hosts

from .fake_github import REPO, START
from .serving import Server

NOW = START + 398 * 86400


@dataclass
class Watch:
    """A clock that jumps when somebody sleeps."""

    at: float = NOW
    slept: list[float] = field(default_factory=list)

    def now(self) -> float:
        """The time."""
        return self.at

    def sleep(self, seconds: float) -> None:
        """No waiting: the time is simply later."""
        self.slept.append(seconds)
        self.at += seconds


def fetch(
    data: Path,
    server: Server,
    *,
    provider: str = "github",
    project: str = REPO,
    most: int = 100_000,
    since: float = START,
    keys: tuple[Key, ...] = (),
    watch: Watch | None = None,
) -> Fetched:
    """What one fetch of one source comes to."""
    watch = watch or Watch()
    reach = Reach(
        Hosts((f"http://127.0.0.1:{server.port}",)),
        keys,
        most,
        since,
        Clock(watch.now, watch.sleep),
    )
    (done,) = fetch_ci([Source(provider, project, server.url, ("incident",))], data, reach)
    return done


def facts(data: Path, kind: str) -> list[dict[str, Any]]:
    """The stored facts of one kind."""
    found = load(data)
    assert found.refused == []
    return [dict(zip(columns(kind), row, strict=True)) for row in found.tables.get(kind, [])]


def ids(data: Path, kind: str) -> list[str]:
    """The ids of the stored facts of one kind."""
    return [fact["id"] for fact in facts(data, kind)]


def state(data: Path, provider: str = "github", folder: str = "octo__app") -> State:
    """What is kept about the source."""
    return read_state(data / "ci" / provider / folder)


def digests(data: Path) -> dict[str, str]:
    """Path to hash of every file."""
    return {
        path.relative_to(data).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(data.rglob("*"))
        if path.is_file()
    }
