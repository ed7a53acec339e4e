"""Records at the edges of the entry page: many columns, many users, many versions, many slices."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maestro.publishing.library import Library, Shelf
from maestro.schema import Finding

from . import sample
from .sample_findings import AT, finding, impact

DIGEST = "sha256:" + "cd" * 32

WIDE = f"""\
version: 3.1.0
description: Forty features of customers in one go.
owner: growth
maintainers: [ann, bob]
source: {{git: 'https://git.example.org/growth/many', path: a.py, ref: v3.1.0, digest: {DIGEST}}}
inputs:
- {{name: events, schema: popular-schema@1.0.0}}
- {{name: extra, type: table, optional: true}}
outputs:
{{outputs}}
uses: [popular-schema@1.0.0, gone-piece@1.0.0, broken-one@1.0.0]
usage: |
  Read **this** first:

  ```python
  from a import b
  ```
""".replace(
    "{outputs}",
    "\n".join(
        f"- {{name: feature_{n}, type: float, pii: {'true' if n in (3, 7, 8) else 'false'}"
        + (f", description: Feature {n}}}" if n % 2 else "}")
        for n in range(40)
    ),
)
POPULAR = """\
version: 1.2.0
description: The shape that everybody uses.
owner: growth
source: {path: README.md}
fields:
- {name: at, type: date}
"""
NOTES = "\n".join(
    f"- {{version: 1.{11 - n}.0, date: 2025-{12 - n:02}-03, note: Note {n}}}" for n in range(12)
)
VERSIONS = f"""\
version: 1.11.0
description: A notebook that has come a long way.
owner: growth
source: {{path: README.md, digest: {DIGEST}}}
history:
{NOTES}
"""
OLD = """\
version: 1.0.0
description: An old template that a better one replaced.
owner: growth
source: {url: 's3://bucket/old.tar.gz', digest: DIGEST}
status: deprecated
replaced_by: churn-gbm@1.4.0
reason: the new one is faster
""".replace("DIGEST", DIGEST)
PLAIN = """\
version: 1.0.0
description: Data about which next to nothing is written.
owner: risk
source: {path: README.md}
sensitivity: public
fields:
- {name: mail, type: text, pii: true}
"""
SLICED = f"""\
version: 2.0.0
description: A model with many slices on its card.
owner: growth
task: tabular-classification
trained_on: [customers@2.0.0, bare-data@1.0.0]
base_model: churn-model@1.0.0
intended_use: To call people before they leave.
metrics:
- {{dataset: customers@2.0.0, metric: accuracy, value: 0.9, slice: business customers}}
- {{dataset: customers@2.0.0, metric: accuracy, predictions: evidence/all.csv}}
- {{dataset: customers@2.0.0, metric: accuracy, predictions: evidence/few.csv, slice: over 80}}
- dataset: customers@2.0.0
  metric: accuracy
  value: 0.71
  slice: new customers
  interval: {{lo: 0.66, hi: 0.76}}
  evidence: reports/new.md
- {{dataset: bare-data@1.0.0, metric: auc, value: 0.83}}
co2: 1250
model_file: {{url: 'https://files.example.org/m.bin', digest: {DIGEST}, size_bytes: 1234567}}
"""
STAGING = """\
version: 2.0.0
reason: A last look before customers see it.
share: 0.1
evidence: ['https://reports.example.org/run/12']
expires: 2026-03-01
"""
USERS = tuple(f"user-{n:02}" for n in range(40))
FILES: dict[str, str | bytes] = {
    "catalog/settings.yaml": sample.SETTINGS + "repository_kind: gitlab\n",
    "catalog/feature_pipelines/wide-features.yaml": WIDE,
    "catalog/schemas/popular-schema.yaml": POPULAR,
    "catalog/notebooks/long-history.yaml": VERSIONS,
    "catalog/model_templates/old-gbm.yaml": OLD,
    "catalog/datasets/bare-data.yaml": PLAIN,
    "catalog/model_cards/sliced-model.yaml": SLICED,
    "catalog/channels/staging/sliced-model.yaml": STAGING,
    **{
        f"projects/{name}/project.yaml": sample.YOUNG.replace(
            "status: active",
            f"status: active\nuses:\n- {{artifact: popular-schema@1.{number % 3}.0}}",
        )
        for number, name in enumerate(USERS)
    },
}


def _change(name: str, path: str, day: str, action: str = "changed") -> Finding:
    commit = day.replace("-", "") * 5
    detail = {"action": action, "record_kind": "x", "path": path, "commit": commit, "at": day}
    return finding("change", name, detail)


def _alike(name: str, kind: str, score: float) -> dict[str, Any]:
    shared = {"parts": {"tags": 1.0}, "shared": ["1 of 4 tags"]}
    return {"name": name, "kind": kind, "version": "", "score": score, **shared}


def findings() -> list[Finding]:
    """What the engine would find about these records."""
    metric: dict[str, Any] = {"name": "accuracy", "dataset": "customers@2.0.0"}
    few = {"value": 0.5, "lo": 0.29, "hi": 0.71, "level": 0.9, "n": 12}
    schema = "catalog/schemas/popular-schema.yaml"
    return [
        finding(
            "reuse",
            "popular-schema",
            {"projects": list(USERS), "entries": ["wide-features"], "versions": {}},
            value=40.0,
            unit="projects",
        ),
        finding(
            "lineage",
            "popular-schema",
            {
                "uses": [],
                "used_by": [*USERS, "wide-features"],
                "upstream": [],
                "downstream": [*USERS, "far-model", "wide-features"],
            },
        ),
        *(finding("success", name, None, value=float(n)) for n, name in enumerate(USERS[:3])),
        _change("popular-schema", schema, "2026-10-02"),
        _change("popular-schema", schema, "2026-09-01", "added"),
        _change("long-history", "catalog/notebooks/long-history.yaml", "2025-12-03"),
        finding(
            "similarity",
            "wide-features",
            {
                "path": "catalog/feature_pipelines/wide-features.yaml",
                "compared": 9,
                "alike": [
                    _alike("old-gbm", "model_templates", 0.5),
                    _alike("churn-features", "feature_pipelines", 0.4),
                ],
            },
            value=0.5,
        ),
        _change("popular-schema", "projects/popular-schema/project.yaml", "2026-11-01"),
        finding(
            "metric", "sliced-model", metric, value=0.82, lo=0.803, hi=0.836, level=0.9, n=1500
        ),
        finding("metric", "sliced-model", {**metric, "slice": "over 80"}, **few),
        impact("wide-features@3.1.0", None, None),
    ]


def library(root: Path) -> Library:
    """The sample library with these records and findings."""
    found = sorted((*sample.all_findings(), *findings()), key=lambda f: (f.kind, f.subject))
    return sample.library(root, FILES, findings=tuple(found), generated_at=AT)


def shelf(root: Path) -> Shelf:
    """Its shelf."""
    return Shelf(library(root))
