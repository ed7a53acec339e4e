"""Payloads in every text of what was learned: names, reasons, words of likeness, of advice."""

from __future__ import annotations

from typing import Any

from .sample_findings import AT, COMMIT

_Row = tuple[str, str, dict[str, Any], dict[str, Any]]
_NUMBERS: dict[str, Any] = {"value": 2.0, "lo": 1.0, "hi": 3.0}


def rows(n: int, text: str) -> list[_Row]:
    """Kind, subject, detail and values of findings about the hostile records of one payload."""
    name = f"hostile-{n}"
    return [
        _impact(name, text),
        *_foreseen(name, text),
        *_alike(name, text),
        _advice(name, text),
        *_across(text),
    ]


def _impact(name: str, text: str) -> _Row:
    run = {"at": text, "commit": COMMIT, "n": 1, "label": text, "reason": text, **_NUMBERS}
    detail = {
        "users": [text],
        "teams": 2,
        "naive_mean": 1.0,
        "others_mean": 2.0,
        "grade": "weak",
        "verdict": text,
        "together": [f"{name}@1.0.0", text],
        "joint": 1.0,
        "joint_lo": 0.0,
        "joint_hi": 2.0,
        "classes": [{"problem_class": text, "n": 1, "label": text, **_NUMBERS}],
        "history": [run, run],
    }
    return "impact", f"{name}@1.0.0", detail, {**_NUMBERS, "level": 0.9, "unit": text}


def _foreseen(name: str, text: str) -> list[_Row]:
    base = {"target": "duration", "model_version": text, "made_at": text}
    point = {"team": 2, "n": 1, "seen": 2.0, **_NUMBERS}
    more = {"drivers": [{"name": text, "effect": 1.0}], "team": [point], "team_note": text}
    values = {**_NUMBERS, "level": 0.9, "unit": text, "n": 3}
    kept = {**base, "basis": "kept", "actual": 2.5, "inside": True}
    now = {**base, **more, "typical": 1.0}
    return [("prediction", name, kept, values), ("prediction", name, now, values)]


def _alike(name: str, text: str) -> list[_Row]:
    project = f"projects/{name}/project.yaml"
    entry = f"catalog/feature_pipelines/{name}.yaml"
    one = {"name": text, "kind": text, "version": text, "score": 0.9, "parts": {text: 1.0}}
    alike = {**one, "shared": [text]}
    pair = {"path": entry, "other": alike, "reason": text}
    found: list[_Row] = [
        ("similarity", name, {"path": path, "compared": 1, "alike": [alike]}, {"value": 0.9})
        for path in (project, entry)
    ]
    return [*found, ("duplicate", text, pair, {"value": 0.9})]


def _advice(name: str, text: str) -> _Row:
    piece = {
        "reference": text,
        "kind": text,
        "advice": "instead",
        "replaces": text,
        "fit": 0.5,
        "reasons": [text],
        "label": text,
        **_NUMBERS,
    }
    peer = {"project": text, "owner": text, "contact": text, "score": 0.5, "team": 2}
    detail = {
        "path": text,
        "pieces": [piece],
        "peers": [{**peer, "shared": [text]}],
        "teams": {text: 1},
        "considered": 2,
    }
    return "recommendation", name, detail, {"value": 0.5}


def _across(text: str) -> list[_Row]:
    """About the whole library; a page shows the first one of each."""
    drift = {"field": text, "finished": text, "running": text, "distance": 0.5, "p": 0.5}
    run = {"at": text, "commit": text, "n": 1, "skill": 0.1, "coverage": 0.9, "p": 0.1}
    model = {
        "target": "success",
        "projects": 9,
        "needed": 5,
        "skill": 0.1,
        "spreads": [{"name": text, "points": 1.0}],
        "differences": [{"name": text, "points": 1.0}],
        "drift": [{**drift, "label": text}],
        "earlier": [{**run, "label": text}, {**run, "at": AT, "label": text}],
    }
    effect = {"name": text, "truth": 1.0, "label": text, "inside": True, **_NUMBERS}
    truth = {"effects": [effect], "inside": 1, "verdicts": 0, "right": 0, "known": 1}
    return [
        ("outcome_model", "success", model, {}),
        ("simulated_truth", "library", truth, {"value": 1.0, "unit": "share"}),
    ]
