"""What ``.gitattributes`` says about files that programs write or that come from others.

Only ``linguist-generated`` and ``linguist-vendored`` are read. Git itself can answer from a
commit only since 2.40, so the patterns are read here: as gitignore's, without the classes in
square brackets and without backslashes, which are left out.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from .globs import Glob, is_made

MAX_RULES = 500
"""Patterns read of one repository."""
_MAX_PATTERN = 300
_NAMES = ("linguist-generated", "linguist-vendored")


@dataclass(frozen=True, slots=True)
class _Rule:
    folder: str
    glob: Glob
    name: str
    says: bool | None

    def fits(self, path: str) -> bool:
        """True for a path that the rule is about."""
        return path.startswith(self.folder) and self.glob.matches(path[len(self.folder) :])


def judge_of(files: Mapping[str, bytes]) -> Callable[[str], bool]:
    """Path to whether it is made: as the files say, else as :func:`~.globs.is_made` does.

    ``files`` are the attribute files by their path. Deeper files go before shallower ones,
    later lines before earlier ones.
    """
    ordered = sorted(files, key=lambda path: (path.count("/"), path))
    rules = [rule for path in ordered for rule in _rules(path, files[path])][:MAX_RULES]
    if not rules:
        return is_made

    def judge(path: str) -> bool:
        """True for a path that the last fitting rule, or its name, calls made by programs."""
        said: dict[str, bool | None] = {}
        for rule in rules:
            if rule.fits(path):
                said[rule.name] = rule.says
        answers = [one for one in said.values() if one is not None]
        return any(answers) if answers else is_made(path)

    return judge


def _rules(path: str, content: bytes) -> list[_Rule]:
    folder = path.removesuffix(".gitattributes")
    found = []
    for line in content.decode("utf-8", "replace").splitlines():
        pattern, *words = line.split() or [""]
        plain = not set(pattern) & set('"[]\\') and pattern[:1] not in ("#", "!")
        if not words or not plain or pattern.endswith("/") or len(pattern) > _MAX_PATTERN:
            continue
        anchored = pattern.removeprefix("/") if "/" in pattern else f"**/{pattern}"
        for word in words:
            name, says = _said(word)
            if name in _NAMES:
                found.append(_Rule(folder, Glob(anchored), name, says))
    return found


def _said(word: str) -> tuple[str, bool | None]:
    name, equals, value = word.lstrip("-!").partition("=")
    if word.startswith("!"):
        return name, None
    if word.startswith("-"):
        return name, False
    return name, not equals or value.lower() in ("true", "1", "yes", "set")
