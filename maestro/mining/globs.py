"""Path patterns: ``*`` and ``?`` within a folder, ``**`` across folders.

All states of a pattern advance together as bits of one number, so the time is the length of
the path times a small constant: no pattern can make it explode, as backtracking can.
"""

from __future__ import annotations

from collections.abc import Iterable


class Glob:
    """One pattern. ``**/x`` matches ``x`` as well; ``a/**`` matches everything below ``a``."""

    def __init__(self, pattern: str) -> None:
        self.pattern = pattern
        # Most patterns need no states: plain text up to the first star, then anything.
        self._prefix = pattern[: _first_star(pattern)]
        self._is_folder = pattern == f"{self._prefix}**"
        self._tail = pattern[_after_last_star(pattern) :].removeprefix("/")
        self._is_ending = pattern == f"**/*{self._tail}" and "/" not in self._tail
        self._chars: dict[str, int] = {}
        self._any_but_slash = self._any = self._stay = self._stay_any = 0
        self._skip = self._segment = 0
        self._end = 1 << self._compile(pattern)

    def matches(self, path: str) -> bool:
        """True when the whole ``path`` fits the pattern."""
        if not path.startswith(self._prefix) or not path.endswith(self._tail):
            return False
        if self._is_ending:
            return True
        if self._is_folder:
            return len(path) > len(self._prefix)
        states = self._closed(1)
        for char in path:
            states = self._closed(self._step(states, char))
            if not states:
                return False
        return bool(states & self._end)

    def _compile(self, pattern: str) -> int:
        at = state = 0
        while at < len(pattern):
            bit = 1 << state
            if pattern.startswith("**/", at) and (at == 0 or pattern[at - 1] == "/"):
                # Two states: before a segment, which may be left at once, and inside it.
                self._skip |= bit
                self._any_but_slash |= bit
                self._segment |= bit << 1
                self._stay |= bit << 1
                at, state = at + 3, state + 2
                continue
            if pattern.startswith("**", at):
                self._stay_any |= bit
                at += 1
            elif pattern[at] == "*":
                self._stay |= bit
            elif pattern[at] == "?":
                self._any_but_slash |= bit
            else:
                self._chars[pattern[at]] = self._chars.get(pattern[at], 0) | bit
            at, state = at + 1, state + 1
        return state

    def _step(self, states: int, char: str) -> int:
        new = (states & self._chars.get(char, 0)) << 1 | states & self._stay_any
        if char == "/":
            return new | (states & self._segment) >> 1
        return new | (states & self._any_but_slash) << 1 | states & self._stay

    def _closed(self, states: int) -> int:
        # A star may match nothing. The inside of a segment must end with its slash.
        stars = (self._stay & ~self._segment) | self._stay_any
        while True:
            more = states | (states & stars) << 1 | (states & self._skip) << 2
            if more == states:
                return states
            states = more


def _first_star(pattern: str) -> int:
    found = [at for at in (pattern.find("*"), pattern.find("?")) if at >= 0]
    return min(found, default=len(pattern))


def _after_last_star(pattern: str) -> int:
    return max(pattern.rfind("*"), pattern.rfind("?")) + 1


class PathFilter:
    """Which paths count: below ``prefix``, matching an include (if any), matching no exclude.

    Patterns are relative to ``prefix``; a name without a star is that file, or that folder with
    everything below it.
    """

    def __init__(
        self, include: Iterable[str] = (), exclude: Iterable[str] = (), prefix: str = ""
    ) -> None:
        self._include = _globs(include)
        self._exclude = _globs(exclude)
        self._prefix = f"{prefix.rstrip('/')}/" if prefix else ""

    @property
    def takes_all(self) -> bool:
        """True when no path is left out."""
        return not (self._include or self._exclude or self._prefix)

    def accepts(self, path: str) -> bool:
        """True when ``path`` counts."""
        if not path.startswith(self._prefix):
            return False
        path = path[len(self._prefix) :]
        if self._include and not any(glob.matches(path) for glob in self._include):
            return False
        return not any(glob.matches(path) for glob in self._exclude)


def _globs(patterns: Iterable[str]) -> list[Glob]:
    found = []
    for pattern in patterns:
        found.append(Glob(pattern))
        if _first_star(pattern) == len(pattern):
            found.append(Glob(f"{pattern.rstrip('/')}/**"))
    return found


_MADE_NAMES = frozenset(
    (
        "package-lock.json",
        "npm-shrinkwrap.json",
        "yarn.lock",
        "pnpm-lock.yaml",
        "bun.lock",
        "poetry.lock",
        "uv.lock",
        "pdm.lock",
        "pixi.lock",
        "Pipfile.lock",
        "conda-lock.yml",
        "Cargo.lock",
        "Gemfile.lock",
        "composer.lock",
        "go.sum",
        "flake.lock",
        "renv.lock",
    )
)
_MADE_ENDS = (
    ".min.js",
    ".min.css",
    ".js.map",
    ".css.map",
    "_pb2.py",
    "_pb2_grpc.py",
    ".pb.go",
    ".snap",
)
_MADE_FOLDERS = ("/node_modules/", "/vendor/", "/third_party/", "/__snapshots__/", "/.yarn/")


def is_made(path: str) -> bool:
    """True for files that programs write or that come from others: locks, vendored, generated."""
    name = path.rpartition("/")[2]
    if name in _MADE_NAMES or name.endswith(_MADE_ENDS):
        return True
    return any(folder in f"/{path}" for folder in _MADE_FOLDERS)
