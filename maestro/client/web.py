"""The way to a web server: http and https alone, on one host, until one moment and no longer."""

from __future__ import annotations

import http.client
import io
import socket
import ssl
import time
import urllib.parse
import urllib.request
from functools import partial
from typing import IO, Any

from .failures import Unreachable, shown

WEB = ("http", "https")


class Timed(urllib.request.Request):  # noqa: S310 - the opener knows http and https alone
    """A request whose whole answer, its head and what it is redirected to included, has to be
    there by ``until``, a moment of the monotonic clock."""

    def __init__(self, address: str, until: float) -> None:
        head = {"User-Agent": "maestro-client", "Accept-Encoding": "identity"}
        super().__init__(address, headers=head)
        self.until = until

    def left(self) -> float:
        """Seconds that are left. Raises TimeoutError when there are none."""
        return _left(self.until)


def _left(until: float) -> float:
    left = until - time.monotonic()
    if left <= 0:
        raise TimeoutError
    return left


class _Bytes(io.RawIOBase):
    """The bytes of a socket; each wait for more of them gets what is left of the time alone.

    A socket's own timeout starts again with each byte, so that a server that sends one now and
    then would never be given up.
    """

    def __init__(self, line: socket.socket, until: float) -> None:
        self._line, self._until = line, until
        self._raw = line.makefile("rb", buffering=0)

    def readable(self) -> bool:
        """It is for reading."""
        return True

    def readinto(self, buffer: Any) -> int | None:
        """Read what is there, or wait for it."""
        self._line.settimeout(_left(self._until))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        """Let go of the socket."""
        self._raw.close()
        super().close()


class _Answer(http.client.HTTPResponse):
    def __init__(self, sock: socket.socket, *words: Any, until: float, **named: Any) -> None:
        super().__init__(sock, *words, **named)
        self.fp.close()
        self.fp = io.BufferedReader(_Bytes(sock, until))


def _connection(kind: Any, until: float, host: str, **named: Any) -> Any:
    made = kind(host, **named)
    made.response_class = partial(_Answer, until=until)
    return made


class _Http(urllib.request.HTTPHandler):
    def http_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask, within the time that is left."""
        return _asked(self, req, http.client.HTTPConnection)


class _Https(urllib.request.HTTPSHandler):
    def __init__(self, context: ssl.SSLContext) -> None:
        super().__init__(context=context)
        self._trust = context

    def https_open(self, req: urllib.request.Request) -> http.client.HTTPResponse:
        """Ask, within the time that is left."""
        return _asked(self, req, http.client.HTTPSConnection, context=self._trust)


def _asked(
    handler: urllib.request.AbstractHTTPHandler,
    req: urllib.request.Request,
    kind: Any,
    **named: Any,
) -> http.client.HTTPResponse:
    assert isinstance(req, Timed)
    req.timeout = req.left()
    return handler.do_open(partial(_connection, kind, req.until), req, **named)


class _SafeRedirects(urllib.request.HTTPRedirectHandler):
    """Follows a server on its own host and port, or from http there to https."""

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
        fp.close()  # what stands in it is not read: it may have no end
        # Behind a proxy the other fields of a request speak of the proxy.
        old, new = urllib.parse.urlsplit(req.full_url), urllib.parse.urlsplit(newurl)
        if new.scheme not in WEB or (old.scheme == "https" and new.scheme != "https"):
            raise Unreachable(
                f'the server sends readers to "{shown(new.scheme)}:", which is refused'
            )
        is_near = old.hostname == new.hostname
        if not is_near or (old.scheme == new.scheme and _port(old) != _port(new)):
            raise Unreachable(
                f'the server sends readers to another place, "{shown(new.netloc)}": '
                "give its address if you trust it"
            )
        following = super().redirect_request(req, fp, code, msg, headers, newurl)
        assert isinstance(req, Timed)
        return following and Timed(following.full_url, req.until)


def _port(parts: urllib.parse.SplitResult) -> int:
    return parts.port or {"http": 80, "https": 443}[parts.scheme]


def opener() -> urllib.request.OpenerDirector:
    """An opener that knows http and https, and no other way to an address."""
    made = urllib.request.OpenerDirector()
    for handler in (
        urllib.request.ProxyHandler(),
        _Http(),
        _Https(ssl.create_default_context()),
        urllib.request.HTTPDefaultErrorHandler(),
        urllib.request.HTTPErrorProcessor(),
        _SafeRedirects(),
    ):
        made.add_handler(handler)
    return made
