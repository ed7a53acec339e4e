"""A made-up library of any size: entries of every kind with effects, use and changes."""

from __future__ import annotations

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from maestro.catalog.load import Entry
from maestro.publishing.library import Library
from maestro.schema import ARTIFACTS, Finding
from maestro.schema.policy import TermRecord

from . import sample
from .sample_findings import AT, finding

LETTERS = ("b", "ch", "d", "f", "g", "l", "m", "n", "p", "r", "s", "st", "t", "tr", "v")
STATUS = ("experimental", "beta", "stable", "deprecated")
GRADES = ("weak", "moderate", "strong")
LICENSES = (None, "MIT", "Apache-2.0")
PERSONAS = ("analyst", "data-scientist")


def vocabulary(chance: random.Random, size: int) -> list[str]:
    """Words nobody has heard, as varied as those of a real catalog, sorted."""

    def one() -> str:
        """Two to four syllables."""
        pairs = range(chance.randint(2, 4))
        return "".join(chance.choice(LETTERS) + chance.choice("aeiou") for _ in pairs)

    return sorted({one() for _ in range(size)})


def library(root: Path, size: int) -> tuple[Library, list[str]]:
    """A library of ``size`` entries below ``root``, always the same, and the words it uses."""
    chance = random.Random(7)
    words = vocabulary(chance, 4_000)
    base = sample.library(root)
    entries: dict[str, Entry] = {}
    found: list[Finding] = []
    for number in range(size):
        kind = chance.choice(list(ARTIFACTS))
        name = f"{chance.choice(words)}-{chance.choice(words)}-{number}"
        record = ARTIFACTS[kind].model_validate(_record(chance, words))
        entries[name] = Entry(kind, name, f"catalog/{kind}/{name}.yaml", record, "0" * 64)
        found += _findings(chance, entries[name])
    classes = {tag: TermRecord(title=tag.capitalize(), aliases=["outage"]) for tag in words[:1]}
    taxonomy = base.catalog.taxonomy.model_copy(update={"problem_classes": classes})
    catalog = dataclasses.replace(
        base.catalog,
        entries=dict(sorted(entries.items())),
        projects={},
        experiments={},
        channels={},
        taxonomy=taxonomy,
    )
    found.sort(key=lambda one: (one.kind, one.subject))
    return Library(catalog, tuple(found), "0" * 40, AT, "0"), words


def _record(chance: random.Random, words: list[str]) -> dict[str, Any]:
    return {
        "version": f"{chance.randint(0, 3)}.{chance.randint(0, 9)}.0",
        "description": " ".join(chance.choices(words, k=12)).capitalize() + ".",
        "owner": chance.choice(words[60:100]),
        "source": {"path": "README.md"},
        "license": chance.choice(LICENSES),
        "tags": chance.sample(words[:60], chance.randint(0, 4)),
        "status": chance.choice(STATUS),
        "personas": chance.sample(PERSONAS, chance.randint(0, 2)),
    }


def _findings(chance: random.Random, entry: Entry) -> Iterator[Finding]:
    users = [f"project-{n}" for n in range(int(chance.paretovariate(1.0)) % 40)]
    detail: dict[str, Any] = {"projects": users, "entries": [], "versions": {}}
    yield finding("reuse", entry.name, detail, value=float(len(users)))
    is_known = len(users) >= 5
    value = round(chance.gauss(0, 4), 4)
    known = {"value": value, "lo": value - 5, "hi": value + 5, "level": 0.9}
    nothing = {"quality": [f"{len(users)} finished projects used it, at least 5 are needed"]}
    grade = chance.choice(GRADES) if is_known else "insufficient"
    yield finding(
        "impact",
        entry.reference,
        {"users": users, "teams": 3, "naive_mean": None, "others_mean": None, "grade": grade},
        label="no clear effect" if is_known else "not enough evidence",
        method="adjusted plus-minus",
        n=len(users),
        **(known if is_known else nothing),
    )
    if chance.random() < 0.9:
        day = f"20{chance.randint(20, 25)}-{chance.randint(1, 12):02d}-{chance.randint(1, 28):02d}"
        change = {"action": "changed", "record_kind": entry.kind, "path": entry.path}
        yield finding("change", entry.name, change | {"commit": "0" * 40, "at": f"{day}T08:00:00Z"})
