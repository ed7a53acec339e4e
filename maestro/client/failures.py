"""What can go wrong for a reader of a library; each says what to do about it."""

from __future__ import annotations


class LibraryError(Exception):
    """Why something could not be read, and what to do about it."""

    __module__ = "maestro.client"


class NotFound(LibraryError, LookupError):
    """The library has nothing of that name or version; close names are in the message."""

    __module__ = "maestro.client"


class NotALibrary(LibraryError):
    """There is no published library at that place, or what is there is damaged."""

    __module__ = "maestro.client"


class NewerVersion(LibraryError):
    """The library speaks a newer version of the API than this client."""

    __module__ = "maestro.client"


class Unreachable(LibraryError):
    """The place did not answer, not in time, or not with what was asked for."""

    __module__ = "maestro.client"


def shown(text: object) -> str:
    """A text for a message: what a terminal would act on is taken out, and it is not long."""
    return "".join(mark if mark.isprintable() else "?" for mark in str(text)[:80])
