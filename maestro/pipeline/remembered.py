"""What the stages of a run concluded, remembered by the content of all that decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from maestro.engine.cache import Cache, digest, program_digest
from maestro.schema.findings import Finding

from .inputs import Inputs
from .kept import Kept

Findings = list[Finding]
Say = Callable[[str], None]
SLOW = ("learn", "past", "similarity", "advice")
"""Stages that look at everything at once; each run keeps one result of each."""


class Remembered:
    """Stages take their answers from the cache when their inputs are known.

    A draft takes the last result of a slow stage even when its inputs have changed since, and
    then ``is_behind``.
    """

    def __init__(
        self,
        inputs: Inputs,
        cache: Cache,
        say: Say,
        *,
        is_draft: bool = False,
        kept: Kept | None = None,
    ) -> None:
        """``kept``: what earlier runs of this process left; nothing when None."""
        self.inputs = inputs
        self.kept = kept or Kept()
        self.cache = cache
        self.say = say
        self.is_draft = is_draft
        self.is_behind = False
        self.as_of = inputs.moment.iso
        self.program = program_digest()
        self.keys: dict[str, set[str]] = {}

    def cached(
        self, stage: str, parts: Any, make: Callable[[], Findings], moment: int | None = None
    ) -> Findings:
        """The findings of a stage, remembered by the content of ``parts`` and the moment.

        ``moment``: seconds since 1970, for findings that hold at another one than the run's.
        """
        key = self._key(stage, parts, moment)
        known = self._stored(stage, key)
        if known is None:
            known = self.before(stage)
        return self._store(stage, key, make()) if known is None else known

    def before(self, stage: str) -> Findings | None:
        """In a draft, what a slow stage gave last; None otherwise, and when it never ran."""
        if not self.is_draft or stage not in SLOW:
            return None
        found = self.kept.latest(stage)
        if found is None and (rows := self.cache.latest(stage)) is not None:
            found = [Finding.model_validate(row) for row in rows]
            self.kept.note_last(stage, found)
        self.is_behind |= found is not None
        return found

    def _key(self, stage: str, parts: Any, moment: int | None = None) -> str:
        now = self.inputs.moment.seconds if moment is None else moment
        key = digest(self.program, stage, now, parts)
        self.keys.setdefault(stage, set()).add(key)
        return key

    def _stored(self, stage: str, key: str) -> Findings | None:
        known = self.kept.result(stage, key)
        if known is not None:
            self.cache.hits += 1
        elif (rows := self.cache.get(stage, key)) is not None:
            known = [Finding.model_validate(row) for row in rows]
            self.kept.note(stage, key, known)
        return known

    def _store(self, stage: str, key: str, findings: Findings) -> Findings:
        """The findings as the cache will give them back: no digit depends on who made them."""
        rows = [finding.to_json() for finding in findings]
        self.cache.put(stage, key, rows)
        found = [Finding.model_validate(row) for row in rows]
        self.kept.note(stage, key, found)
        return found

    def clean(self) -> None:
        """Drop what earlier runs remembered and this one no longer needs."""
        for stage, keys in sorted(self.keys.items()):
            self.cache.keep_only(stage, keys)
            self.kept.keep_only(stage, keys)
