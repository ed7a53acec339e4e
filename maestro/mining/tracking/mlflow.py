"""Asking MLflow: its client runs in a process of its own, with an environment of its own.

See :mod:`maestro.mining.tracking.client` for why. What comes back is bounded there and judged by
:mod:`maestro.mining.tracking.rows`.
"""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from maestro.errors import MaestroError, did_you_mean, shorten
from maestro.source.hosts import Hosts, look_up

from .rows import Told, told

MOST_RUNS = 50_000
"""The most runs read of one project."""
SECONDS = 900
"""The most time for one source."""
EXTRA = "maestro-library[mlflow]"
_STATUS = re.compile(r"error code ([0-9]{3})")
_CLIENT = Path(__file__).with_name("client.py")
_CLOSED = {
    "DO_NOT_TRACK": "true",
    "LC_ALL": "C.UTF-8",
    "MLFLOW_ALLOW_FILE_STORE": "true",
    "MLFLOW_ALLOW_HTTP_REDIRECTS": "false",
    "MLFLOW_DISABLE_TELEMETRY": "true",
    "MLFLOW_ENABLE_ASYNC_LOGGING": "false",
    "MLFLOW_HTTP_REQUEST_MAX_RETRIES": "3",
    "MLFLOW_HTTP_REQUEST_TIMEOUT": "60",
    "NO_PROXY": "*",
    "OPENBLAS_NUM_THREADS": "1",
}


@dataclass(frozen=True, slots=True)
class Credentials:
    """A login for one tracking server, in the words of MLflow's own variables."""

    server: str = ""
    """Address of the server that the login is for; it is sent to no other."""
    token: str = field(default="", repr=False)
    """Bearer token."""
    username: str = ""
    """Name for basic authentication."""
    password: str = field(default="", repr=False)
    """Password for it."""

    def variables(self, uri: str) -> dict[str, str]:
        """What the client finds in its environment; nothing for another server."""
        if not self.server or _origin(self.server) != _origin(uri):
            return {}
        given = {
            "MLFLOW_TRACKING_TOKEN": self.token,
            "MLFLOW_TRACKING_USERNAME": self.username,
            "MLFLOW_TRACKING_PASSWORD": self.password,
        }
        return {name: value for name, value in given.items() if value}


NOBODY = Credentials()
"""No login."""


def ask_server(
    uri: str, experiment: str, hosts: Hosts, login: Credentials = NOBODY, most: int = MOST_RUNS
) -> Told:
    """The runs of one experiment of a server, by its address.

    Raises MaestroError: S001 or S002 for an address that may not be asked, X001 without the
    client, X003 without such an experiment, X004 when the server does not answer as it should.
    """
    host, _ = hosts.check_url(uri)
    found: list[str] = []

    def resolve(name: str, at: int) -> list[str]:
        """Look a host up and remember its addresses for the client."""
        found.extend(look_up(name, at))
        return found

    hosts.check(uri, resolve)
    request = {"uri": uri, "experiments": [experiment], "most": most}
    pinned = {"host": host.lower().strip("[]"), "addresses": sorted(set(found))}
    with tempfile.TemporaryDirectory(prefix="maestro-") as home:
        try:
            answers = _run({**request, **pinned}, Path(home), login.variables(uri))
        except MaestroError as error:
            if error.code != "X002":
                raise
            raise _silent(host, error.message) from None
    return told(answers)


def _silent(host: str, words: str) -> MaestroError:
    """A server's failure in our words: its own may hold a token, or change with every try."""
    if status := _STATUS.search(words):
        hint = "check the address: it is the one that MLflow's own pages have"
        if status[1] in ("401", "403"):
            hint = "give a login in MLFLOW_TRACKING_TOKEN, and the server's address in "
            hint += "MLFLOW_TRACKING_URI: it is sent to no other"
        return MaestroError("X004", f"{host} answered with status {status[1]}", hint)
    if "Max retries exceeded" in words or "minutes" in words:
        hint = "check the address and the network, and try again later"
        return MaestroError("X004", f"{host} could not be reached, or broke off", hint)
    hint = "check the address: it is the one that MLflow's own pages have"
    return MaestroError("X004", f"{host} does not answer like a tracking server", hint)


def ask_local(uri: str, experiment: str, home: Path, most: int = MOST_RUNS) -> Told:
    """The runs of a copied folder or database; of all its experiments when none is named.

    Raises MaestroError: X001, X002, X003.
    """
    names = [experiment] if experiment else []
    return told(_run({"uri": uri, "experiments": names, "most": most}, home, {}))


def _run(request: Mapping[str, Any], home: Path, secret: Mapping[str, str]) -> list[dict[str, Any]]:
    environment = {**_CLOSED, "HOME": str(home), "TMPDIR": str(home), **secret}
    packages = [one for one in sys.path if Path(one).is_absolute() and Path(one) != Path.cwd()]
    try:
        done = subprocess.run(  # noqa: S603 - constants and a file of ours
            [sys.executable, "-I", str(_CLIENT)],
            input=json.dumps({**request, "path": packages}).encode(),
            capture_output=True,
            env=environment,
            cwd=home,
            timeout=SECONDS,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise _unreadable(f"gave no answer in {SECONDS // 60} minutes") from None
    answers = [json.loads(line) for line in done.stdout.splitlines()]
    if done.returncode:
        raise _unreadable("the client stopped")
    for answer in answers:
        if "error" in answer:
            raise _failure(answer, home)
    return answers


def _failure(answer: Mapping[str, Any], home: Path) -> MaestroError:
    # The copy lies elsewhere each time; published words must not.
    words = shorten(str(answer["words"]).replace(f"{home}/", "").replace(str(home), ""), 300)
    if answer["error"] == "missing":
        hint = f"install {EXTRA}, or leave mlflow out of tracking"
        return MaestroError("X001", f"the package {words} is not installed", hint)
    if answer["error"] == "experiment":
        known = [shorten(str(name)) for name in answer["known"]]
        listed = f"there are: {', '.join(sorted(known)[:5])}" if known else "it has none"
        hint = did_you_mean(words, known) or listed
        return MaestroError("X003", f'there is no experiment "{words}"', hint)
    if "database schema" in str(answer["words"]):
        # MLflow's own hint names an address on this machine, and would change the user's file.
        words = "it was written by a newer version of MLflow than the one installed here"
        hint = "update the package mlflow-skinny"
        return MaestroError("X002", words, hint)
    return _unreadable(words)


def _unreadable(words: str) -> MaestroError:
    return MaestroError("X002", words, "see that MLflow itself can read it")


def _origin(uri: str) -> tuple[str, str, int | None]:
    try:
        parts = urlsplit(uri)
        default = {"https": 443, "http": 80}.get(parts.scheme)
        return parts.scheme, (parts.hostname or "").lower(), parts.port or default
    except ValueError:
        return "", "", None


def as_arguments(path: Path, kind: str) -> str:
    """The address of a copied folder or database in MLflow's words."""
    return f"sqlite:///{path}" if kind == "database" else path.as_uri()


__all__: Sequence[str] = ("NOBODY", "Credentials", "as_arguments", "ask_local", "ask_server")
