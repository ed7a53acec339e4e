"""A token for one git host: what it may look like, where it may go, and how git is told it.

It reaches git as a setting in the environment of that one process. A command line shows in the
process list, and an address ends up in messages and files.
"""

from __future__ import annotations

import base64
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from maestro.errors import WRONG_USE, MaestroError

# Visible ASCII only: a line break would start a header of its own.
_TOKEN = re.compile(r"[!-~]{1,4096}\Z")
_HOST = re.compile(
    r"(?P<host>[a-z0-9]([a-z0-9.-]*[a-z0-9])?|\[[0-9a-f:.]+\])(:(?P<port>[0-9]{1,5}))?\Z"
)
_USER = "x-access-token"


@dataclass(frozen=True, slots=True)
class Login:
    """A token and the one host that it is for. Made by :meth:`read`."""

    host: str
    """Name of the host, lower case."""
    port: int
    """Its port."""
    token: str = field(repr=False)
    """The token itself; it leaves this object only through :meth:`settings`."""

    @classmethod
    def read(cls, token: str, place: str) -> Login:
        """A login from a token and ``host`` or ``host:port``; without a port it is 443.

        Raises MaestroError G020, which repeats neither of the two.
        """
        check_token(token)
        found = _HOST.match(place.lower()) if len(place) <= 300 else None
        port = int(found["port"] or 443) if found else 0
        if not found or not 0 < port < 65536:
            hint = "write host or host:port in FORGE_HOST, like git.example.org"
            raise MaestroError(
                "G020", "the host that FORGE_TOKEN is for is none", hint, exit_code=WRONG_USE
            )
        return cls(found["host"], port, token)

    def covers(self, host: str, port: int) -> bool:
        """True for the very host and port that the token is for."""
        return (self.host, self.port) == (host, port)

    def settings(self, url: str) -> Mapping[str, str]:
        """Git's settings that send the token with requests below ``url`` and no others."""
        return {f"http.{url}.extraHeader": f"Authorization: Basic {self._basic}"}

    def hide(self, text: str) -> str:
        """``text`` with the token taken out, plain or encoded: a server may repeat it."""
        return text.replace(self._basic, "(hidden)").replace(self.token, "(hidden)")

    @property
    def _basic(self) -> str:
        return base64.b64encode(f"{_USER}:{self.token}".encode()).decode()


@dataclass(frozen=True, slots=True)
class Access:
    """What a fetch may reach besides public hosts by https."""

    hosts: Sequence[str] = ()
    """``host`` or ``host:port`` (https, also when not public), ``http://host:port`` (plain too)."""
    login: Login | None = None
    """The token and its host; None to log in nowhere."""


PUBLIC = Access()
"""Public hosts by https, without logging in."""


def check_token(token: str) -> None:
    """Raises MaestroError G020 for a token that no host gives out, without repeating it."""
    if not _TOKEN.match(token):
        hint = "set FORGE_TOKEN to the token alone: no line break, space or quote around it"
        raise MaestroError("G020", "FORGE_TOKEN holds more than a token", hint, exit_code=WRONG_USE)
