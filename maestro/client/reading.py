"""Getting the documents of a library: over http or https, or from a folder; each within limits."""

from __future__ import annotations

import http.client
import os
import re
import time
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Callable
from pathlib import Path
from typing import IO

MOST_BYTES = 64 * 1024 * 1024
"""Size of the largest document that is read."""
_WEB = ("http", "https")
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+:")
_CHUNK = 1024 * 1024


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


def reader(
    location: str | os.PathLike[str], timeout: float, most_bytes: int
) -> Callable[[str], bytes]:
    """A function from a path below the library's root to the bytes that are there.

    It raises NotFound for what is not there and Unreachable for whatever else went wrong. Raises
    LibraryError when ``location`` is neither a web address nor a folder.
    """
    if isinstance(location, str) and _SCHEME.match(location) and not Path(location).is_dir():
        return _web(location, timeout, most_bytes)
    folder = Path(location)
    folder = folder.parent if folder.is_file() else folder
    if not folder.is_dir():
        raise NotALibrary(f'there is no folder "{shown(location)}"; build one with: maestro build')

    def read(path: str) -> bytes:
        place = folder / path
        try:
            with place.open("rb") as file:
                data = file.read(most_bytes + 1)
        except (FileNotFoundError, NotADirectoryError):
            raise NotFound(f'there is no "{path}" in "{shown(folder)}"') from None
        except OSError as error:
            raise Unreachable(f'"{path}" cannot be read: {error.strerror}') from None
        return _bounded(data, path, most_bytes)

    return read


def _bounded(data: bytes, path: str, most_bytes: int) -> bytes:
    if len(data) > most_bytes:
        raise Unreachable(
            f'"{path}" is larger than {most_bytes:,} bytes; give a larger most_bytes to read it'
        )
    return data


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a server to http and https only, and from https to https only."""

    max_redirections = 5

    def redirect_request(
        self,
        req: urllib.request.Request,
        fp: IO[bytes],
        code: int,
        msg: str,
        headers: http.client.HTTPMessage,
        newurl: str,
    ) -> urllib.request.Request | None:
        """The next request, or a refusal."""
        scheme = urllib.parse.urlsplit(newurl).scheme
        if scheme not in _WEB or (req.type == "https" and scheme != "https"):
            fp.close()
            raise Unreachable(f'the server sends readers to "{shown(scheme)}:", which is refused')
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener() -> urllib.request.OpenerDirector:
    """An opener that knows http and https, and no other way to an address."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        urllib.request.HTTPHandler(),
        urllib.request.HTTPSHandler(),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SafeRedirects(),
    ):
        made.add_handler(handler)
    return made


def _web(location: str, timeout: float, most_bytes: int) -> Callable[[str], bytes]:
    try:
        parts = urllib.parse.urlsplit(location)
        host, has_secret = parts.hostname, bool(parts.username or parts.password)
    except ValueError:
        raise LibraryError("that is no address: give https://… or a folder") from None
    if parts.scheme.lower() not in _WEB or not host:
        raise LibraryError(
            f'"{shown(parts.scheme)}:" is no address of a library: give https://… or a folder'
        )
    if has_secret:
        raise LibraryError("the address holds a name or password: leave it out")
    root = re.sub(r"(?:/index\.html|/api/v\d+(?:/.*)?)?/*\Z", "/", parts.path)
    base = urllib.parse.urlunsplit((parts.scheme, parts.netloc, root, "", ""))
    opener = _opener()

    def read(path: str) -> bytes:
        request = urllib.request.Request(  # noqa: S310 - http or https, checked above
            base + path,
            headers={"User-Agent": "maestro-client", "Accept-Encoding": "identity"},
        )
        try:
            with opener.open(request, timeout=timeout) as answer:
                return _bounded(_body(answer, timeout, most_bytes), path, most_bytes)
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


def _body(answer: IO[bytes], timeout: float, most_bytes: int) -> bytes:
    """The whole answer, within its time and size; a server that trickles is not waited for."""
    until = time.monotonic() + timeout
    found = bytearray()
    while part := answer.read1(_CHUNK):  # type: ignore[attr-defined]
        found += part
        if len(found) > most_bytes:
            break
        if time.monotonic() > until:
            raise TimeoutError
    return bytes(found)
