"""What ran, from cache or not, for how long: one file outside the site."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from .cache import write_atomic


@dataclass(slots=True)
class Step:
    """One stage of a run."""

    name: str
    seconds: float = 0.0
    cached: bool = False
    note: str = ""


@dataclass(slots=True)
class Journal:
    """The journal of one run; times are wall-clock seconds."""

    commit: str = ""
    program: str = ""
    steps: list[Step] = field(default_factory=list)
    facts: dict[str, Any] = field(default_factory=dict)

    @contextmanager
    def step(self, name: str) -> Iterator[Step]:
        """Time one stage; the body may set ``cached`` and ``note``."""
        step = Step(name)
        self.steps.append(step)
        start = time.perf_counter()
        try:
            yield step
        finally:
            step.seconds = round(time.perf_counter() - start, 4)

    @property
    def seconds(self) -> float:
        """How long all stages took together."""
        return round(sum(step.seconds for step in self.steps), 3)

    def write(self, path: Path) -> None:
        """Write the journal as JSON, whole or not at all."""
        data = {
            "program": self.program,
            "commit": self.commit,
            "seconds": self.seconds,
            "steps": [asdict(step) for step in self.steps],
            **self.facts,
        }
        write_atomic(path, json.dumps(data, indent=2, sort_keys=True).encode() + b"\n")
