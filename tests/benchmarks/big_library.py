"""A library of any size with something in every section, made of valid records and findings."""

from __future__ import annotations

import hashlib
import json
import random
from dataclasses import replace
from pathlib import Path
from typing import Any

from maestro.catalog.load import Catalog, Entry
from maestro.publishing.library import Library
from maestro.schema import FORMAT, RECORDS, Finding, Owners, Settings, Taxonomy

AT = "2026-06-30T12:00:00Z"
KINDS = ("feature_pipelines", "model_templates", "schemas", "datasets", "notebooks", "pipelines")
TEAMS = tuple(f"team-{n}" for n in range(12))
PROJECTS = 60
_FINDING = {"as_of": AT, "method": "made up for a benchmark", "n": 7}


def library(count: int) -> Library:
    """``count`` entries, sixty projects that use some of them, and five findings an entry."""
    draw = random.Random(11)
    names = [f"{_words(draw, 2, '-')}-{n:05d}" for n in range(count)]
    texts: dict[str, bytes] = {}
    entries: dict[str, Entry] = {}
    findings: list[Finding] = []
    for n, name in enumerate(sorted(names)):
        kind = KINDS[n % len(KINDS)]
        uses = [f"{other}@1.1.0" for other in draw.sample(sorted(entries)[-50:], min(2, n))]
        entry = _entry(kind, f"catalog/{kind}/{name}.yaml", name, record(draw, kind, uses), texts)
        entries[name] = entry
        findings += about(draw, entry, names)
    projects = {f"project-{n:02d}": _project(draw, n, names, texts) for n in range(PROJECTS)}
    for name, project in projects.items():
        evidence = [{"kind": "record", "ref": project.path}]
        row = {**_FINDING, "kind": "success", "subject": name, "value": 50.0, "label": "middling"}
        findings.append(Finding.model_validate({**row, "evidence": evidence}))
    settings = Settings.model_validate({"title": "A big library", "format": FORMAT})
    teams = {team: {"contact": f"{team}@example.org"} for team in TEAMS}
    catalog = Catalog(
        Path("/nowhere"),
        settings,
        Owners.model_validate({"teams": teams}),
        Taxonomy.model_validate({}),
        entries=entries,
        projects=projects,
        texts=texts,
    )
    ordered = sorted(findings, key=lambda finding: (finding.kind, finding.subject))
    return Library(catalog, tuple(ordered), "c" * 40, AT, "0.0.0")


def with_change(made: Library, name: str) -> Library:
    """The same library where the sentence of one entry says something else."""
    old = made.catalog.entries[name]
    record_now = old.record.model_copy(update={"description": "Says something else than before."})
    text = bytes(made.catalog.texts[old.path]) + b"# changed\n"
    entry = replace(old, record=record_now, digest=hashlib.sha256(text).hexdigest())
    entries = {**made.catalog.entries, name: entry}
    texts = {**made.catalog.texts, old.path: text}
    return replace(made, catalog=replace(made.catalog, entries=entries, texts=texts))


def _words(draw: random.Random, count: int, between: str = " ") -> str:
    return between.join(f"w{int(draw.random() ** 3 * 4000):x}" for _ in range(count))


def _entry(kind: str, path: str, name: str, data: dict[str, Any], texts: dict[str, bytes]) -> Entry:
    text = json.dumps(data, indent=1).encode()
    texts[path] = text
    made = RECORDS[kind].model_validate(data, strict=False)
    return Entry(kind, name, path, made, hashlib.sha256(text).hexdigest())


def record(draw: random.Random, kind: str, uses: list[str]) -> dict[str, Any]:
    """One record of some 2 KB."""
    columns = [f"c{_words(draw, 1)}_{n}" for n in range(8)]
    data: dict[str, Any] = {
        "version": "1.1.0",
        "description": f"{_words(draw, 12).capitalize()}.",
        "owner": draw.choice(TEAMS),
        "source": {"path": "README.md", "digest": f"sha256:{draw.randbytes(32).hex()}"},
        "title": _words(draw, 4).capitalize(),
        "license": "MIT",
        "status": draw.choice(["experimental", "beta", "stable"]),
        "tags": sorted({f"tag-{draw.randrange(60)}" for _ in range(3)}),
        "usage": f"Use it so:\n\n```python\nload({_words(draw, 1)!r})\n```\n\n{_words(draw, 60)}",
        "tests": "pytest tests",
        "uses": uses,
        "history": [{"version": "1.0.0", "date": "2025-01-09", "note": _words(draw, 8)}],
    }
    if kind in ("feature_pipelines", "model_templates", "pipelines"):
        data["inputs"] = [
            {"name": c, "type": "int", "description": _words(draw, 6)} for c in columns
        ]
        data["outputs"] = [{"name": f"{c}_out", "type": "float"} for c in columns[:5]]
    if kind in ("schemas", "datasets"):
        data["fields"] = [
            {"name": c, "type": "int", "description": _words(draw, 6)} for c in columns
        ]
    more = {
        "feature_pipelines": {"entity": "a customer"},
        "model_templates": {"task": "regression", "framework": "scikit-learn"},
        "schemas": {"format": "json_schema"},
        "datasets": {"rows": 1200, "sensitivity": "internal", "limits": _words(draw, 20)},
        "notebooks": {},
        "pipelines": {},
    }
    return data | more[kind]


def _columns(draw: random.Random, names: list[str]) -> list[dict[str, Any]]:
    return [{"name": name, "type": "int", "description": _words(draw, 6)} for name in names]


def _project(draw: random.Random, number: int, names: list[str], texts: dict[str, bytes]) -> Entry:
    data = {
        "description": f"{_words(draw, 12).capitalize()}.",
        "owner": draw.choice(TEAMS),
        "problem_class": "regression",
        "complexity": 5,
        "team": {"size": 4},
        "started": "2025-02-01",
        "ended": "2025-06-01",
        "status": "done",
        "uses": [{"artifact": f"{name}@1.1.0"} for name in draw.sample(names, min(20, len(names)))],
        "repository": {"path": "code"},
    }
    name = f"project-{number:02d}"
    return _entry("projects", f"projects/{name}/project.yaml", name, data, texts)


def _alike(draw: random.Random, names: list[str]) -> list[dict[str, Any]]:
    return [
        {
            "kind": KINDS[0],
            "name": other,
            "version": "1.1.0",
            "score": 0.5,
            "parts": {"text": 0.4, "tags": 0.6},
            "shared": [f"40 % of the words ({_words(draw, 4, ', ')})", "2 of 3 tags"],
        }
        for other in draw.sample(names, min(5, len(names)))
    ]


def about(draw: random.Random, entry: Entry, names: list[str]) -> list[Finding]:
    """Impact, reuse, lineage, likeness and one change of an entry."""
    users = sorted({f"project-{draw.randrange(PROJECTS):02d}" for _ in range(6)})
    evidence = [{"kind": "record", "ref": f"projects/{name}/project.yaml"} for name in users]
    shared = {**_FINDING, "evidence": evidence}
    alike = _alike(draw, names)
    value = round(draw.gauss(0, 3), 3)
    impact = {"users": users, "teams": 4, "naive_mean": 60.0, "others_mean": 55.0}
    impact |= {"grade": "moderate", "verdict": "no clear effect", "projects": 55, "margin": 1.0}
    uses = list(entry.record.uses)
    rows: list[dict[str, Any]] = [
        {
            "kind": "impact",
            "subject": entry.reference,
            "value": value,
            "lo": value - 4,
            "hi": value + 4,
            "level": 0.9,
            "unit": "points",
            "label": "no clear effect",
            "detail": impact,
        },
        {
            "kind": "reuse",
            "subject": entry.name,
            "value": float(len(users)),
            "unit": "projects",
            "detail": {
                "projects": users,
                "entries": [],
                "versions": {"1.1.0": len(users)},
                "could": 30,
                "rate": 0.2,
            },
        },
        {
            "kind": "lineage",
            "subject": entry.name,
            "detail": {"uses": uses, "used_by": [], "upstream": [], "downstream": []},
        },
        {
            "kind": "similarity",
            "subject": entry.name,
            "detail": {"alike": alike, "compared": len(names) // 6, "path": entry.path},
        },
        {
            "kind": "change",
            "subject": entry.name,
            "label": "added",
            "detail": {
                "action": "added",
                "at": AT,
                "commit": "c" * 40,
                "path": entry.path,
                "record_kind": entry.kind,
                "version": "1.1.0",
            },
        },
    ]
    return [Finding.model_validate({**shared, **row}) for row in rows]
