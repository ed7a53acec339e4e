"""Getting the documents of a library: over http or https, or from a folder; each within limits."""

from __future__ import annotations

import http.client
import os
import re
import stat
import time
import urllib.error
import urllib.parse
from collections.abc import Callable
from pathlib import Path

from .failures import LibraryError, NotALibrary, NotFound, Unreachable, shown
from .web import WEB, Timed, opener

MOST_BYTES = 64 * 1024 * 1024
"""Size of the largest document that is read."""
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_CHUNK = 1024 * 1024


def reader(
    location: str | os.PathLike[str], timeout: float, most_bytes: int
) -> Callable[[str], bytes]:
    """A function from a path below the library's root to the bytes that are there.

    It raises NotFound for what is not there and Unreachable for whatever else went wrong. Raises
    LibraryError when ``location`` is neither a web address nor a folder.
    """
    if not isinstance(location, str | os.PathLike):
        raise LibraryError("a library is named by its address or its folder")
    folder = _folder(location)
    if folder is None and isinstance(location, str) and _SCHEME.match(location):
        return _web(location, timeout, most_bytes)
    if folder is None:
        raise NotALibrary(f'there is no folder "{shown(location)}"; build one with: maestro build')

    def read(path: str) -> bytes:
        """The bytes of one file below the folder."""
        try:
            with open(folder / path, "rb", opener=_without_waiting) as file:
                if not stat.S_ISREG(os.fstat(file.fileno()).st_mode):
                    raise Unreachable(f'"{path}" cannot be read: it is a pipe or a device')
                data = file.read(most_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f'there is no "{path}" in "{shown(folder)}"') from None
        except OSError as error:
            raise Unreachable(f'"{path}" cannot be read: {error.strerror}') from None
        return _bounded(data, path, most_bytes)

    return read


def _folder(location: str | os.PathLike[str]) -> Path | None:
    """The folder at a place, or the one that holds the file there; None where neither is."""
    place = Path(location)
    try:
        if place.is_dir():
            return place
        return place.parent if place.is_file() else None
    except (OSError, ValueError):  # a name that the system does not take
        return None


def _without_waiting(path: str, flags: int) -> int:
    """Open a file; a pipe that nobody writes to is opened at once, too."""
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _bounded(data: bytes, path: str, most_bytes: int) -> bytes:
    if len(data) > most_bytes:
        raise Unreachable(
            f'"{path}" is larger than {most_bytes:,} bytes; give a larger most_bytes to read it'
        )
    return data


def _web(location: str, timeout: float, most_bytes: int) -> Callable[[str], bytes]:
    try:
        parts = urllib.parse.urlsplit(location)
        host, has_secret = parts.hostname, bool(parts.username or parts.password)
    except ValueError:
        raise LibraryError("that is no address: give https://… or a folder") from None
    if parts.scheme.lower() not in WEB or not host:
        raise LibraryError(
            f'"{shown(parts.scheme)}:" is no address of a library: give https://… or a folder'
        )
    if has_secret:
        raise LibraryError("the address holds a name or password: leave it out")
    root = re.sub(r"(?:/index\.html|/api/v\d+(?:/.*)?)?/*\Z", "/", parts.path)
    base = urllib.parse.urlunsplit((parts.scheme, parts.netloc, root, "", ""))
    asking = opener()

    def read(path: str) -> bytes:
        """The bytes behind one address of the site."""
        request = Timed(base + path, time.monotonic() + timeout)
        try:
            with asking.open(request, timeout=timeout) as answer:
                return _bounded(_body(answer, most_bytes), path, most_bytes)
        except urllib.error.HTTPError as error:
            error.close()
            if error.code in (404, 410):
                raise NotFound(f'there is no "{path}" at {host}') from None
            raise Unreachable(f'{host} answered {_said(error.code)} for "{path}"') from None
        except TimeoutError:
            raise Unreachable(f'{host} did not send "{path}" within {timeout:g} s') from None
        except urllib.error.URLError as error:
            late = isinstance(error.reason, TimeoutError)
            why = f"within {timeout:g} s" if late else f"({shown(error.reason)})"
            raise Unreachable(f"{host} could not be reached {why}") from None
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise Unreachable(f"{host} broke off: {type(error).__name__}") from None

    return read


def _said(code: int) -> str:
    if code in (401, 403, 407):
        return f"{code} (it asks who you are)"
    if 300 <= code < 400:
        return f"{code} (it sends its readers round, or where they may not follow)"
    return str(code)


def _body(answer: http.client.HTTPResponse, most_bytes: int) -> bytes:
    """The whole answer, as long as its head said."""
    wanted = answer.length
    found = bytearray()
    while part := answer.read1(_CHUNK):
        found += part
        if len(found) > most_bytes:
            return bytes(found)
    if wanted is not None and len(found) < wanted:
        raise http.client.IncompleteRead(bytes(found), wanted - len(found))
    return bytes(found)
