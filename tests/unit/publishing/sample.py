"""A small library with something in every section, made of real records and hand-made findings."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from maestro.catalog.load import Catalog, load_catalog
from maestro.errors import Problem
from maestro.publishing.library import Library
from maestro.schema import Finding

from . import sample_learned, sample_work
from .sample_findings import AT, COMMIT, findings

DIGEST = "sha256:" + "ab" * 32

SETTINGS = """\
title: Sample library
format: 1
description: Pieces that a small team shares.
repository_url: https://git.example.org/team/library
license: MIT
channels: [staging, production]
"""
OWNERS = """\
teams:
  growth:
    title: Growth team
    members: [ann, bob]
    contact: growth@example.org
  risk: {}
"""
TAXONOMY = """\
problem_classes:
  tabular-classification:
tags:
  churn:
  tabular:
personas:
  data-scientist:
domains:
  retail:
"""
FEATURES = f"""\
# Reviewed every quarter.
version: 1.3.0
description: Monthly churn features from billing and support events.
owner: growth
source:
  git: https://git.example.org/growth/churn
  path: pipelines/churn.py
  ref: v1.3.0
  digest: {DIGEST}
title: Churn features
license: Apache-2.0
tags: [churn, tabular]
status: beta
inputs:
- {{name: events, schema: billing-events@1.0.0, description: One row per event}}
outputs:
- {{name: tenure_days, type: int, description: Days since the first payment}}
- {{name: email, type: text, pii: true}}
uses: [billing-events@1.0.0]
usage: |
  ## Use it

  ```python
  from pipelines.churn import build
  ```

  Then read [the notes](https://docs.example.org/churn).
entity: a customer
history:
- {{version: 1.2.0, date: 2025-01-10, note: First shared version}}
links: [https://docs.example.org/churn]
"""
EVENTS = """\
version: 1.0.0
description: The agreed shape of billing events as they arrive.
owner: risk
source: {path: README.md}
format: json_schema
fields:
- {name: customer, type: text, description: Who pays, pii: true}
- {name: amount, type: float}
"""
MODEL = """\
version: 1.4.0
description: Boosted trees for churn with sensible defaults.
owner: growth
source: {path: README.md}
task: tabular-classification
framework: scikit-learn
params:
- {name: depth, type: int, default: 4, low: 2, high: 8, description: Depth of a tree}
uses: [churn-features@1.3.0, gone-piece@1.0.0]
status: deprecated
reason: churn is now predicted elsewhere
"""
DATA = """\
version: 2.0.0
description: Customers of three years with whether they left.
owner: growth
source: {path: README.md}
license: CC-BY-4.0
fields:
- {name: tenure, type: int, description: Days}
- {name: name, type: text, pii: true}
rows: 1200
sensitivity: personal
limits: Business customers are missing.
"""
CARD = """\
version: 1.0.0
description: Tells who is about to leave us within a month.
owner: growth
task: tabular-classification
trained_on: [customers@2.0.0]
intended_use: To call people **before** they leave.
metrics:
- {dataset: customers@2.0.0, metric: auc, predictions: evidence/scores.csv}
- {dataset: customers@2.0.0, metric: recall, value: 0.71, slice: new customers}
limitations: Weak for new customers.
risks:
- {risk: People feel watched, mitigation: Calls are opt-in}
project: churn-2025
uses: [churn-features@1.3.0]
hyperparameters: {depth: 4}
"""
PROJECT = """\
description: Keep customers from leaving without a reason known to us.
owner: growth
problem_class: tabular-classification
complexity: 6
team: {size: 4, roles: [{role: data-scientist, people: 2}]}
started: 2025-02-01
ended: 2025-06-01
status: done
uses:
- {artifact: churn-features@1.3.0, role: features, since: 2025-02-10}
- {artifact: lost-piece@1.0.0}
repository: {path: code/churn}
ci: {provider: github_actions, project: growth/churn}
tracking: {mlflow: mlruns, experiment: churn}
datasets: [customers@2.0.0]
outcomes:
  parts:
    model_performance: {value: 0.83, metric: auc, baseline: 0.7, target: 0.85}
  success: reached
  note: measured on the last quarter
"""
YOUNG = """\
description: Find out whether offers can be written for one person.
owner: risk
problem_class: tabular-classification
complexity: 3
team: {size: 2}
started: 2026-01-01
status: active
"""
EXPERIMENT = """\
project: churn-2025
hypothesis: A call within a week keeps more customers than a letter.
arms:
- {name: letter, share: 0.5}
- {name: call, share: 0.5, description: A person calls}
unit: customer
metrics:
- {name: stayed, type: binary, direction: increase}
data: projects/churn-2025/evidence/ab.csv
"""
CHANNEL = "version: 1.0.0\nreason: Better than the rules it replaces.\nexpires: 2027-01-01\n"
BROKEN = "version: 1.10\ndescription: Too short\nowner: growth\nsource: {path: README.md}\n"

GUIDE = "# Read the numbers\n\nBack to [the library](../library/index.md).\n"

FILES: dict[str, str | bytes] = {
    "catalog/settings.yaml": SETTINGS,
    "catalog/owners.yaml": OWNERS,
    "catalog/taxonomy.yaml": TAXONOMY,
    "catalog/feature_pipelines/churn-features.yaml": FEATURES,
    "catalog/schemas/billing-events.yaml": EVENTS,
    "catalog/model_templates/churn-gbm.yaml": MODEL,
    "catalog/datasets/customers.yaml": DATA,
    "catalog/notebooks/broken-one.yaml": BROKEN,
    "catalog/model_cards/churn-model.yaml": CARD,
    "catalog/model_cards/churn-model.md": "# How it was made\n\nWith *care*.\n",
    "catalog/channels/production/churn-model.yaml": CHANNEL,
    "projects/churn-2025/project.yaml": PROJECT,
    "projects/offers-2026/project.yaml": YOUNG,
    "projects/churn-2025/experiments/call-or-letter.yaml": EXPERIMENT,
}


def guides(folder: Path) -> Path:
    """A folder with one guide, so that no test depends on the guides of the project."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "read-the-numbers.md").write_text(GUIDE, encoding="utf-8")
    return folder


def write(root: Path, files: dict[str, str | bytes] | None = None) -> Catalog:
    """The sample catalog with ``files`` over it, written to ``root`` and loaded."""
    for path, text in {**FILES, **(files or {})}.items():
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text if isinstance(text, bytes) else text.encode())
    return load_catalog(root)


def all_findings() -> tuple[Finding, ...]:
    """Findings of every kind, with those of one project's work."""
    own = (*findings(), *sample_work.findings("churn-2025"))
    replaced = {(f.kind, f.subject) for f in sample_learned.findings()}
    kept = [f for f in own if (f.kind, f.subject) not in replaced]
    found = (*kept, *sample_learned.findings())
    return tuple(sorted(found, key=lambda f: (f.kind, f.subject)))


def library(root: Path, files: dict[str, str | bytes] | None = None, **more: Any) -> Library:
    """The sample library over a catalog written to ``root``."""
    catalog = write(root, files)
    faults = (
        *catalog.problems,
        Problem(
            "projects/churn-2025/project.yaml",
            14,
            13,
            "L001",
            'there is no "lost-piece"',
            "is it a new entry that is not added yet?",
        ),
    )
    base: dict[str, Any] = {
        "findings": all_findings(),
        "commit": COMMIT,
        "generated_at": AT,
        "program": "0.1.0",
        "problems": tuple(sorted(faults)),
        "runs": (
            {
                "at": "2026-11-20T08:00:00Z",
                "commit": COMMIT,
                "seconds": 12.5,
                "problems": 2,
                "findings": 17,
                "failed": [],
            },
        ),
    }
    return Library(catalog=catalog, **{**base, **more})
