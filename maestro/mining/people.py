"""Who is who in a history: one key for each person, and which names are automata."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from maestro.schema.settings import People

_NOREPLY = re.compile(r"(?:[0-9]+\+)?([a-z0-9-]+(?:\[bot\])?)@users\.noreply\.github\.com\Z")
_TRAILER = re.compile(r"(?P<name>[^<>]*)<(?P<email>[^<>\s]+)>\s*\Z")


@dataclass(frozen=True, slots=True)
class Identities:
    """The settings of :class:`~maestro.schema.settings.People`, ready to be asked."""

    handles: dict[str, str] = field(default_factory=dict)
    """Address to the handle of the person it belongs to."""
    bots: frozenset[str] = frozenset()
    """Names and addresses of automata, in lower case."""

    mapped: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)
    """Raw name and address to those that the repository's ``.mailmap`` gives the person."""

    @classmethod
    def of(cls, people: People) -> Identities:
        """From the block ``people`` of settings.yaml."""
        handles = {
            _address(email): handle.lower()
            for handle, person in sorted(people.aliases.items())
            for email in person.emails
        }
        return cls(handles, frozenset(bot.lower() for bot in people.bots))

    def person(self, name: str, email: str) -> str:
        """One text for one person: a handle of settings, a GitHub login, an address, a name.

        Empty when the commit names nobody.
        """
        name, email = self.mapped.get((name, email), (name, email))
        address = _address(email)
        return self.handles.get(address) or address or name.strip().lower()

    def is_bot(self, name: str, email: str) -> bool:
        """True for ``...[bot]`` names and addresses and for those that settings list."""
        name, email = name.strip().lower(), email.strip().lower()
        if name.endswith("[bot]") or "[bot]@" in email:
            return True
        return name in self.bots or email in self.bots or _address(email) in self.bots


def _address(email: str) -> str:
    email = email.strip().lower()
    noreply = _NOREPLY.match(email)
    return f"github:{noreply[1]}" if noreply else email


def split_trailer(trailer: str) -> tuple[str, str] | None:
    """Name and address of a co-author trailer; None when it names no address."""
    found = _TRAILER.match(trailer)
    return (found["name"].strip(), found["email"]) if found else None
