"""What the stages of a run concluded, remembered by the content of all that decides it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from maestro.engine.cache import Cache, digest, program_digest
from maestro.schema.findings import Finding

from .inputs import Inputs

Findings = list[Finding]
Say = Callable[[str], None]
SLOW = ("learn", "past", "similarity", "advice")
"""Stages that look at everything at once; each run keeps one result of each."""


class Remembered:
    """Stages take their answers from the cache when their inputs are known.

    A draft takes the last result of a slow stage even when its inputs have changed since, and
    then ``is_behind``.
    """

    def __init__(self, inputs: Inputs, cache: Cache, say: Say, *, is_draft: bool = False) -> None:
        self.inputs = inputs
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
        if known is None and self.is_draft and stage in SLOW:
            known = self._before(stage)
        return self._store(stage, key, make()) if known is None else known

    def _before(self, stage: str) -> Findings | None:
        """What a slow stage gave last; None when it never ran."""
        rows = self.cache.latest(stage)
        self.is_behind |= rows is not None
        return None if rows is None else [Finding.model_validate(row) for row in rows]

    def _key(self, stage: str, parts: Any, moment: int | None = None) -> str:
        now = self.inputs.moment.seconds if moment is None else moment
        key = digest(self.program, stage, now, parts)
        self.keys.setdefault(stage, set()).add(key)
        return key

    def _stored(self, stage: str, key: str) -> Findings | None:
        rows = self.cache.get(stage, key)
        return None if rows is None else [Finding.model_validate(row) for row in rows]

    def _store(self, stage: str, key: str, findings: Findings) -> Findings:
        """The findings as the cache will give them back: no digit depends on who made them."""
        rows = [finding.to_json() for finding in findings]
        self.cache.put(stage, key, rows)
        return [Finding.model_validate(row) for row in rows]

    def clean(self) -> None:
        """Drop what earlier runs remembered and this one no longer needs."""
        for stage, keys in sorted(self.keys.items()):
            self.cache.keep_only(stage, keys)
