"""Tokens for the servers that a fetch asks, each with the one host that it is for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from maestro.errors import WRONG_USE, MaestroError
from maestro.mining.http import Key
from maestro.repository import Login, check_token
from maestro.schema import Settings
from maestro.schema.base import split_url


@dataclass(frozen=True, slots=True)
class Token:
    """A token as the environment gives it; without a token the rest says nothing."""

    name: str
    """What its variables begin with: FORGE, GITLAB or JENKINS."""
    token: str = field(default="", repr=False)
    host: str = ""
    """``host`` or ``host:port``."""
    user: str = field(default="", repr=False)
    """Whose password it is; empty when the server knows by the token."""


def login_of(token: Token, home: str, say: Callable[[str], None]) -> Login | None:
    """The login that a token gives, for its own host or else for ``home``; None without one.

    A token without any host is sent nowhere, and a warning says so. Raises MaestroError G020 for
    what cannot be a token or a host.
    """
    if not token.token:
        return None
    try:
        check_token(token.token)
        if token.host or home:
            return Login.read(token.token, token.host or home)
    except MaestroError as error:
        texts = (text.replace("FORGE_", f"{token.name}_") for text in (error.message, error.hint))
        raise MaestroError(error.code, *texts, exit_code=WRONG_USE) from None
    more = " or by repository_url in catalog/settings.yaml" if token.name == "FORGE" else ""
    say(
        f"warning: {token.name}_TOKEN is sent nowhere: say which host it is for, by "
        f"{token.name}_HOST{more}"
    )
    return None


def keys_of(tokens: tuple[Token, ...], home: str, say: Callable[[str], None]) -> list[Key]:
    """A key for each token that has a host; only the first may be for the library's own."""
    found = []
    for number, token in enumerate(tokens):
        login = login_of(token, home if number == 0 else "", say)
        if login:
            found.append(Key(login, token.user))
    return found


def home_of(settings: Settings) -> str:
    """Host and port of the library's own address; empty when it has none."""
    found = split_url(settings.repository_url or "")
    if not found:
        return ""
    scheme, host, port, _ = found
    return f"{host}:{port or (443 if scheme == 'https' else 80)}"
