"""A cheap look at every source: the commit it stands at, without reading any history."""

from __future__ import annotations

from collections.abc import Iterable

from maestro.errors import MaestroError

from .collect import Places, Scope, _local, _remote, _Run
from .fetch import read_state


def heads(scopes: Iterable[Scope], places: Places) -> dict[str, str]:
    """Project to the commit that mining would read up to, or to why it could not.

    Two runs that see the same text here mine the same facts.
    """
    run = _Run(places, None, read_state(places.state))
    known: dict[tuple[str, str, str], str] = {}
    found = {}
    for scope in sorted(scopes, key=lambda scope: scope.project):
        asked = (scope.url, scope.path, scope.ref)
        if asked not in known:
            known[asked] = _head(scope, run)
        found[scope.project] = known[asked]
    return found


def _head(scope: Scope, run: _Run) -> str:
    fetched = run.fetched.get(scope.url) if scope.url else None
    mark = f" {fetched}" if fetched else ""
    try:
        repository = _remote(scope, run) if scope.url else _local(scope, run)
        commit = repository.resolve(scope.ref) if scope.ref else repository.head() or "empty"
    except MaestroError as error:
        return f"{error.code} {error.message}{mark}"
    except OSError as error:
        return f"G006 {error.strerror}{mark}"
    shape = f"{repository.is_shallow} {repository.is_partial} {repository.prefix}"
    return f"{commit} {shape}{mark}"
