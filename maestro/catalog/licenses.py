"""Licences: is a text an SPDX expression, how is it spelled, and what was probably meant."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import NamedTuple

from packaging.licenses import InvalidLicenseExpression, canonicalize_license_expression

from maestro.errors import close_matches

_NOISE = re.compile(r"\b(the|licen[cs]ed?|version|software)\b|[\s,_()\"'-]+")
_NUMBER = re.compile(r"(?<![0-9.])v?\.?([0-9]+)(\.[0-9]+)*")
_JOINTS = re.compile(r"\s+(OR|AND)\s+", re.IGNORECASE)
_LONGEST = 300


class LicenseCheck(NamedTuple):
    """What is known about one licence text.

    ``ok`` is true when the text is an SPDX expression in its canonical spelling; ``canonical``
    is that spelling, empty when the text is no expression; ``suggestions`` are what was
    probably meant, best first. Exactly one suggestion for a text that is not ``ok`` is a safe
    replacement; several are a choice that only the author can make.
    """

    ok: bool
    canonical: str
    suggestions: tuple[str, ...]


@lru_cache(maxsize=1)
def known_licenses() -> tuple[str, ...]:
    """Current SPDX ids, sorted; empty when the installed ``packaging`` keeps them elsewhere."""
    return tuple(sorted(name for name, current in _listed().items() if current))


@lru_cache(maxsize=1)
def _listed() -> dict[str, bool]:
    """SPDX id to whether it is current."""
    try:
        # There is no public list; without this one only the suggestions are lost.
        from packaging.licenses._spdx import LICENSES
    except ImportError:  # pragma: no cover - depends on the installed version
        return {}
    return {str(item["id"]): not item["deprecated"] for item in LICENSES.values()}


@lru_cache(maxsize=4096)
def check_license(text: str) -> LicenseCheck:
    """Check one licence text; ``LicenseRef-...`` names of one's own are allowed."""
    if len(text) > _LONGEST:
        return LicenseCheck(False, "", ())
    canonical = _canonical(text)
    if canonical:
        return LicenseCheck(canonical == text, canonical, _after(text, canonical))
    if meant := _meant(text):
        return LicenseCheck(False, "", meant)
    return LicenseCheck(False, "", tuple(_looks_like(text)))


def _canonical(text: str) -> str:
    try:
        return str(canonicalize_license_expression(text))
    except InvalidLicenseExpression:
        return ""


def _after(text: str, canonical: str) -> tuple[str, ...]:
    if canonical != text:
        return (canonical,)
    if _listed().get(canonical, True):
        return ()
    # GPL-3.0 and its kin are retired: they do not say whether later versions are allowed.
    pair = (f"{canonical}-only", f"{canonical}-or-later")
    return tuple(name for name in pair if name in _listed())


def _meant(text: str) -> tuple[str, ...]:
    """Ids whose letters and digits are those of the text, joined where the text joins several."""
    parts = _JOINTS.split(text.strip())
    if len(parts) == 1:
        return _by_letters().get(_letters(text), ())
    if len(parts) > 9 or any(c in text for c in "()"):
        return ()
    words = [part.upper() if i % 2 else _only(part) for i, part in enumerate(parts)]
    whole = _canonical(" ".join(words)) if all(words) else ""
    return (whole,) if whole else ()


def _only(text: str) -> str:
    if canonical := _canonical(text):
        return canonical
    found = _by_letters().get(_letters(text), ())
    return found[0] if len(found) == 1 else ""


@lru_cache(maxsize=1)
def _by_letters() -> dict[str, tuple[str, ...]]:
    found: dict[str, list[str]] = {}
    for name in known_licenses():
        keys = {_letters(name)}
        # "GPLv3" and "GPL-3.0" say neither "only" nor "or later": both are offered.
        for ending in ("-only", "-or-later"):
            if name.endswith(ending):
                keys.add(_letters(name.removesuffix(ending)))
        for key in keys:
            found.setdefault(key, []).append(name)
    return {key: tuple(names) for key, names in found.items()}


def _letters(text: str) -> str:
    """The text without case, filler words, signs and ``.0``: "Apache License, v2.0": apache2."""
    folded = _NUMBER.sub(_short_number, text.casefold())
    return _NOISE.sub("", folded)


def _short_number(found: re.Match[str]) -> str:
    number = found.group().lstrip("v.")
    while number.endswith(".0"):
        number = number.removesuffix(".0")
    return number


def _looks_like(text: str) -> list[str]:
    near = close_matches(text, known_licenses())
    # One near spelling is a guess, not a certainty: two suggestions at least, or a question.
    return near if len(near) != 1 else [near[0], f"LicenseRef-{_own_name(text)}"]


def _own_name(text: str) -> str:
    return re.sub(r"[^A-Za-z0-9.]+", "-", text).strip("-") or "Proprietary"
