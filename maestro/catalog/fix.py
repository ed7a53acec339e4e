"""The safe remedies for faulty records, planned.

:func:`maestro.catalog.write.unified_diff` shows what :func:`fixed_texts` would change, and
:func:`maestro.catalog.write.replace_files` does it.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from maestro.errors import Problem
from maestro.source import MAX_FAULTS

from .files import RecordFile, classify
from .load import Catalog
from .remedies import Remedy, find_remedies
from .validation import build_record, read_record

_BOM = "\ufeff"
# More than any readable file can have: a file that cannot be read at all is the worst case.
_UNREADABLE = 10 * MAX_FAULTS + 1


@dataclass(frozen=True, slots=True, order=True)
class Fix:
    """One safe remedy: put ``new_text`` in place of characters ``start`` to ``end`` of a file.

    ``line`` counts from 1; ``description`` says what was meant, for people.
    """

    path: str
    line: int
    description: str
    new_text: str
    start: int
    end: int


def plan_fixes(catalog: Catalog, problems: Iterable[Problem]) -> list[Fix]:
    """Safe remedies for the files that ``problems`` name, sorted by path and place.

    Versions of two parts, near-miss licences, other spellings and aliases of the taxonomy's
    words, words that need quotes in text fields, a byte order mark. A file is left alone when
    its remedies would not leave it with fewer problems.
    """
    fixes: list[Fix] = []
    for path in sorted({problem.path for problem in problems}):
        found = classify(path)
        data = catalog.texts.get(path)
        if found is None or data is None:
            continue
        planned = _plan_file(catalog, found, data)
        if planned and _is_better(catalog, found, data, _edited(data, planned)):
            fixes += planned
    return fixes


def fixed_texts(catalog: Catalog, fixes: Iterable[Fix]) -> dict[str, tuple[bytes, bytes]]:
    """Old and new bytes by path; bytes that no fix names stay as they are."""
    by_path: dict[str, list[Fix]] = {}
    for fix in fixes:
        by_path.setdefault(fix.path, []).append(fix)
    return {
        path: (catalog.texts[path], _edited(catalog.texts[path], group))
        for path, group in sorted(by_path.items())
    }


def _plan_file(catalog: Catalog, found: RecordFile, data: bytes) -> list[Fix]:
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        return []
    shift = 1 if text.startswith(_BOM) else 0
    mark = [Remedy(0, 1, "", "byte order mark removed")] if shift else []
    remedies = find_remedies(found.kind, text[shift:], catalog.taxonomy)
    moved = [Remedy(r.start + shift, r.end + shift, r.new, r.what) for r in remedies]
    return [
        Fix(found.path, text.count("\n", 0, r.start) + 1, r.what, r.new, r.start, r.end)
        for r in [*mark, *moved]
    ]


def _edited(data: bytes, fixes: Iterable[Fix]) -> bytes:
    text = data.decode("utf-8")
    for fix in sorted(fixes, key=lambda fix: fix.start, reverse=True):
        text = text[: fix.start] + fix.new_text + text[fix.end :]
    return text.encode("utf-8")


def _is_better(catalog: Catalog, found: RecordFile, old: bytes, new: bytes) -> bool:
    return _faults(catalog, found, new) < _faults(catalog, found, old)


def _faults(catalog: Catalog, found: RecordFile, data: bytes) -> int:
    """Faults of the file itself, and words that the taxonomy or SPDX spell otherwise."""
    plain, problems = read_record(found.kind, found.path, data)
    if plain is None:
        return _UNREADABLE
    _, more, _ = build_record(found.kind, found.path, plain, data, problems)
    rest = find_remedies(found.kind, data.decode("utf-8"), catalog.taxonomy)
    return len(problems) + len(more) + len(rest)
