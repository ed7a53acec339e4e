"""Asking a CI server: the only place that speaks HTTP with one.

A client asks one server. Its name is looked up and judged once and the connection goes to that
very address, so nobody can change it in between; a redirect stays on the server or ends the
asking; bodies are bounded while they stream; the token goes there and nowhere else.
"""

from __future__ import annotations

import base64
import json
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urljoin, urlsplit

import httpx

from maestro.errors import MaestroError, shorten
from maestro.repository import Login
from maestro.source.hosts import Hosts, Resolver, look_up

from .base import mask_secrets

CODES = {
    "C001": "A CI server refused to answer: it wants a token, the token may not read this, or "
    "there is nothing of that name. Check project and url under ci: in the record, and what the "
    "token may read.",
    "C002": "A CI server did not answer, or only with failures. The next maestro fetch goes on "
    "where this one stopped.",
    "C003": "A CI server answered with something that is none of its documented answers: a "
    "redirect to another host, too many bytes, or a page of another shape. Check the url under "
    "ci: in the record.",
}
"""Problem code to what it means and what to do."""

MOST_BYTES = 32 << 20
"""The largest body that is read, decoded."""
TRIES = 5
"""How often one question is asked before the server counts as failing."""
MOST_BACKOFF = 30.0
"""The longest wait after a failure, seconds; it starts at one and doubles."""
PATIENCE = 600.0
"""The longest that all waits for rate limits together may take in one fetch, seconds."""
_SECONDARY_WAIT = 60.0
_MOST_SECONDS = 300.0
_MOST_MOVES = 3
_RELS = re.compile(r';\s*rel\s*=\s*"?([^";,]*)', re.IGNORECASE)
_COUNTS = ("x-ratelimit-", "ratelimit-")
_LIMITED = re.compile(rb"rate limit|abuse detection|too many requests", re.IGNORECASE)


class PausedError(Exception):
    """Nothing went wrong, but this fetch may ask no more: ``reason`` says why."""

    def __init__(self, reason: str, *, by_server: bool = False) -> None:
        super().__init__(reason)
        self.reason = reason
        self.by_server = by_server


class AnswerError(MaestroError):
    """The server answered with a status that is no success."""

    def __init__(self, code: str, message: str, hint: str, status: int) -> None:
        super().__init__(code, message, hint)
        self.status = status


@dataclass(frozen=True, slots=True)
class Clock:
    """The time, and the waiting for it."""

    now: Callable[[], float] = time.time
    sleep: Callable[[float], None] = time.sleep


@dataclass(slots=True)
class Budget:
    """How many requests a fetch may send in all, and how many the source at hand."""

    left: int
    """Requests that are left for everybody."""
    share: int = 0
    """Requests that are left for the source at hand."""
    patience: float = PATIENCE
    """Seconds that may still be waited for rate limits."""
    sent: int = 0
    """Requests that were sent."""

    def take(self) -> None:
        """Count one request; raises PausedError when none is left."""
        if self.left <= 0 or self.share <= 0:
            raise PausedError("the requests of this fetch are used up")
        self.left -= 1
        self.share -= 1
        self.sent += 1


@dataclass(frozen=True, slots=True)
class Key:
    """A token, the server that it is for, and the user whose password it is (Jenkins)."""

    login: Login
    user: str = field(default="", repr=False)

    def header(self) -> str:
        """The value of the Authorization header."""
        if self.user:
            pair = f"{self.user}:{self.login.token}".encode()
            return f"Basic {base64.b64encode(pair).decode()}"
        return f"Bearer {self.login.token}"

    def hide(self, text: str) -> str:
        """``text`` without the token in it: a server may repeat it."""
        return self.login.hide(text).replace(self.header().partition(" ")[2], "(hidden)")


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back: a JSON document, or nothing new (304)."""

    data: Any
    etag: str = ""
    same: bool = False
    more: bool | None = None
    """Whether a list has a page after this one; None when the headers do not say."""
    total: int | None = None
    """Records of the whole list; None when the headers do not say."""


@dataclass(frozen=True, slots=True)
class _Raw:
    status: int
    headers: Mapping[str, str]
    body: bytes


def _answer(raw: _Raw) -> Answer:
    """The document with what its headers say. Raises ValueError when it is no JSON.

    Only that there is a next page is read from the headers, never its address.
    """
    link, following = raw.headers.get("link", ""), raw.headers.get("x-next-page")
    rels = set(" ".join(_RELS.findall(link)).lower().split())
    more = None
    if following is not None or rels & {"next", "prev", "first", "last"}:
        more = "next" in rels or bool(following and following.strip())
    total = raw.headers.get("x-total", "").strip()
    return Answer(
        json.loads(raw.body),
        raw.headers.get("etag", "")[:200],
        more=more,
        total=int(total) if re.fullmatch(r"[0-9]{1,12}", total) else None,
    )


class Client:
    """Asks the server at ``base``, an address without a query; one client a server.

    Raises MaestroError S001 or S002 when the server may not be asked or is not known.
    """

    def __init__(
        self,
        base: str,
        hosts: Hosts,
        budget: Budget,
        *,
        key: Key | None = None,
        clock: Clock | None = None,
        resolve: Resolver = look_up,
        accept: str = "application/json",
    ) -> None:
        self.base = base.rstrip("/")
        self.budget = budget
        self.clock = clock or Clock()
        self._key = key
        self._host, self._port = hosts.check_url(base)
        try:
            self._addresses = list(resolve(self._host, self._port))
        except (OSError, UnicodeError):
            hint = "check the url under ci:, and the network"
            raise MaestroError("S002", f'host "{shorten(self._host)}" is not known', hint) from None
        hosts.check_addresses(self._host, self._port, self._addresses)
        self._not_before = 0.0
        parts = urlsplit(base)
        self._headers = {"Host": parts.netloc, "Accept": accept, "User-Agent": "maestro"}
        self._headers["Accept-Encoding"] = "gzip"
        if key:
            self._headers["Authorization"] = key.header()
        limits = httpx.Timeout(30.0, connect=20.0, read=60.0)
        self._http = httpx.Client(timeout=limits, trust_env=False, follow_redirects=False)

    def close(self) -> None:
        """End the connections."""
        self._http.close()

    def get(
        self, path: str, query: Iterable[tuple[str, str | int]] = (), *, etag: str = ""
    ) -> Answer:
        """The JSON document below ``base`` at ``path``.

        Waits and asks again as the server wishes. Raises PausedError when this fetch may ask no
        more, AnswerError (C001, C002) for a refusal, MaestroError C002 or C003 when no sound
        answer came.
        """
        url = str(httpx.URL(self.base + path, params=[(k, str(v)) for k, v in query] or None))
        reason, moves = "", 0
        for attempt in range(TRIES):
            if attempt and reason:
                self.clock.sleep(min(2.0 ** (attempt - 1), MOST_BACKOFF))
            raw, reason = self._asked(url, etag)
            while raw and raw.status in (301, 302, 307, 308):
                moves += 1
                url = self._moved(url, raw, moves)
                raw, reason = self._asked(url, etag)
            if raw is None:
                continue
            if raw.status == 304 and etag:
                return Answer(None, etag, same=True)
            if 200 <= raw.status < 300:
                try:
                    return _answer(raw)
                except (ValueError, RecursionError):
                    reason = "sent a page that is no JSON"
                    continue
            reason = f"answered with status {raw.status}"
            if raw.status not in (408, 500, 502, 503, 504):
                raise self._refusal(url, raw)
        hint = "the next maestro fetch goes on here; see whether the server is well"
        raise MaestroError("C002", f"{self._shown(url)} {reason}, {TRIES} times", hint)

    def _asked(self, url: str, etag: str) -> tuple[_Raw | None, str]:
        """One answer that is not about rate limits, or None and why there is none."""
        while True:
            self._hold(self._not_before - self.clock.now())
            self.budget.take()
            try:
                raw = self._send(url, etag)
            except httpx.ConnectError:
                # Another address of the same name may be reached.
                self._addresses = self._addresses[1:] + self._addresses[:1]
                return None, "could not be reached"
            except httpx.TimeoutException:
                return None, "took too long"
            except (httpx.HTTPError, httpx.StreamError):
                return None, "broke off its answer"
            wait = self._limited(raw)
            if wait is None:
                self._heed(raw.headers)
                return raw, ""
            self._not_before = self.clock.now() + wait

    def _send(self, url: str, etag: str) -> _Raw:
        address = self._addresses[0]
        netloc = f"[{address}]" if ":" in address else address
        parts = urlsplit(url)
        pinned = parts._replace(netloc=f"{netloc}:{self._port}").geturl()
        headers = self._headers | ({"If-None-Match": etag} if etag else {})
        # The certificate is checked against the name, whatever address is asked.
        names = {"sni_hostname": self._host}
        ends = self.clock.now() + _MOST_SECONDS
        with self._http.stream("GET", pinned, headers=headers, extensions=names) as response:
            body = bytearray()
            for block in response.iter_bytes():
                body += block
                if len(body) > MOST_BYTES:
                    hint = "check the url under ci: in the record"
                    message = f"{self._shown(url)} sent more than {MOST_BYTES >> 20} MB"
                    raise MaestroError("C003", message, hint)
                if self.clock.now() > ends:
                    raise httpx.ReadTimeout("too slow")
            heads = {name.lower(): value for name, value in response.headers.items()}
            return _Raw(response.status_code, heads, bytes(body))

    def _limited(self, raw: _Raw) -> float | None:
        """Seconds to wait when the answer is a rate limit; None when it is none."""
        if raw.status not in (403, 429, 503):
            return None
        asked = self._seconds(raw.headers.get("retry-after", ""))
        if asked is not None:
            return asked
        if raw.status == 503:
            return None
        reset = self._reset(raw.headers)
        if reset is not None:
            return max(reset, 1.0)
        # Who limits says how much is left; a 403 without that refuses, whatever its words.
        is_counted = any(name.startswith(_COUNTS) for name in raw.headers)
        if raw.status == 429 or (is_counted and _LIMITED.search(raw.body[:4096])):
            return _SECONDARY_WAIT
        return None

    def _heed(self, headers: Mapping[str, str]) -> None:
        """Ask no more before the server counts anew when this was its last answer."""
        reset = self._reset(headers)
        if reset is not None:
            self._not_before = self.clock.now() + reset

    def _reset(self, headers: Mapping[str, str]) -> float | None:
        """Seconds until the server counts anew, when nothing is left; None when something is."""
        for prefix in _COUNTS:
            if headers.get(prefix + "remaining", "").strip() == "0":
                reset = headers.get(prefix + "reset", "").strip()
                if re.fullmatch(r"[0-9]{1,12}", reset):
                    return max(int(reset) - self.clock.now(), 0.0) + 1.0
        return None

    def _seconds(self, value: str) -> float | None:
        """Seconds of a Retry-After header: a number, or a date."""
        value = value.strip()
        if re.fullmatch(r"[0-9]{1,9}", value):
            return float(value)
        try:
            return max(parsedate_to_datetime(value).timestamp() - self.clock.now(), 0.0)
        except (ValueError, TypeError, OverflowError):
            return None

    def _hold(self, seconds: float) -> None:
        """Wait for a rate limit, or end this fetch when that takes too long."""
        if seconds <= 0:
            return
        if seconds > self.budget.patience:
            at = time.strftime("%Y-%m-%d %H:%M UTC", time.gmtime(self._not_before))
            raise PausedError(f"the server's rate limit is used up until {at}", by_server=True)
        self.budget.patience -= seconds
        self.clock.sleep(seconds)

    def _moved(self, url: str, raw: _Raw, moves: int) -> str:
        """Where a redirect leads, which is the same server."""
        try:
            target = urljoin(url, raw.headers.get("location", ""))
            there, here = urlsplit(target), urlsplit(self.base)
            same = (there.scheme, there.netloc) == (here.scheme, here.netloc)
        except ValueError:
            same, target = False, ""
        if not same or moves > _MOST_MOVES:
            why = "leads on to another host" if not same else "leads on and on"
            hint = "write the address under ci: that the server really has"
            raise MaestroError("C003", f"{self._shown(url)} {why}", hint)
        return target

    def _refusal(self, url: str, raw: _Raw) -> AnswerError:
        message = ""
        try:
            found = json.loads(raw.body)
            message = found.get("message", "") if isinstance(found, dict) else ""
        except (ValueError, RecursionError):
            pass
        said = ""
        if isinstance(message, str) and message:
            hidden = self._key.hide(message) if self._key else message
            said = f": {shorten(mask_secrets(hidden), 100)}"
        code = "C002" if raw.status >= 500 else "C001"
        why = {401: "wants a token, or another one", 403: "may not be read"}
        why |= {404: "is not there, or the token may not see it", 410: "is gone"}
        text = why.get(raw.status, f"answered with status {raw.status}")
        hint = "check project and url under ci: in the record, and what the token may read"
        return AnswerError(code, f"{self._shown(url)} {text}{said}", hint, raw.status)

    def _shown(self, url: str) -> str:
        """The address without its query: that may be long, and say too much."""
        return f'"{shorten(url.partition("?")[0], 120)}"'
