"""Records of every kind with a payload in every text field, made from the schema itself.

A field that is added to a record is filled here at once. Fields that a rule keeps to a shape get
the worst that the rule lets through.
"""

from __future__ import annotations

import json
import types
import typing
from collections.abc import Iterator
from datetime import date
from itertools import cycle
from typing import Any

from annotated_types import Ge, Gt, Le, Lt, MinLen
from pydantic import BaseModel, StringConstraints
from pydantic.functional_validators import AfterValidator, BeforeValidator

from maestro.schema import Experiment, ModelCard, Project, Settings
from maestro.schema.artifact import ARTIFACTS
from maestro.schema.findings import DETAILS
from maestro.schema.policy import Channel, Policy, Taxonomy, TeamRecord

LEGAL = {
    "_version": "1.0.0",
    "_reference": "churn-features@1.3.0",
    "_digest": "sha256:" + "ab" * 32,
    "_date": "2025-01-01",
    "_link": "https://a.example/zqz;alert(1)//&lt;b&gt;?x=1&y=(2)#=zqz",
    "_git_url": "https://git.example.org/zqz;b$(c)&d,e",
    "_data_url": "s3://bucket/zqz;alert(1)//&lt;b&gt;?x=$(y)",
    "_git_ref": "zqz-a+b/c_d",
    "_path": "zqz @+=, a/=cmd.csv",
    "_glob": "zqz, =*/**",
}
"""What a text of each shape is here, by the function that checks the shape."""
PLAIN = ("_version", "_reference", "_digest", "_date")
"""Shapes that leave no room for a payload."""
NUMBERS = (1, 0.5, 2, 60)
LEFT_OUT = {
    "Source": ({"url"}, {"git", "path", "ref"}),
    "Repository": ({"path"}, {"url"}),
    "CardMetric": ({"predictions"}, {"value", "interval", "evidence"}),
    "SuccessPart": ({"facts"}, {"facts"}),
}
"""Fields that exclude each other: what the first record of a kind, and the second, goes without."""
ENDS = {"worst": 0, "best": 1, "lo": 0, "hi": 1}
"""Numbers that must not be the same."""


class Filler:
    """Fills models; each text is the next payload that fits."""

    def __init__(self, texts: list[str], *, second: bool) -> None:
        self._texts: Iterator[str] = cycle(texts)
        self._short: Iterator[str] = cycle([text for text in texts if len(text) <= 63])
        self._second = second

    def record(self, model: type[BaseModel]) -> dict[str, Any]:
        """A record of this model, as it stands in a file."""
        without = LEFT_OUT.get(model.__name__, (set(), set()))[self._second]
        return {
            field.alias or name: ENDS[name]
            if name in ENDS
            else self._of(field.annotation, field.metadata)
            for name, field in model.model_fields.items()
            if name not in without
        }

    def _of(self, kind: Any, rules: list[Any]) -> Any:
        origin, inside = typing.get_origin(kind), typing.get_args(kind)
        if origin is typing.Annotated:
            return self._of(inside[0], [*rules, *inside[1:]])
        if origin in (typing.Union, types.UnionType):
            some = [one for one in inside if one is not type(None)]
            return self._of(str if str in some else some[0], rules)
        if origin is typing.Literal:
            return inside[-1 if self._second else 0]
        if origin is list:
            count = max([1, *(rule.min_length for rule in rules if isinstance(rule, MinLen))])
            return [self._of(inside[0], []) for _ in range(count)]
        if origin is tuple:
            return [self._of(one, []) for one in inside if one is not Ellipsis]
        if origin is dict:
            return {self._of(inside[0], []): self._of(inside[1], [])}
        if kind is Any:
            return [next(self._texts), {next(self._texts): next(self._texts)}]
        if isinstance(kind, type) and issubclass(kind, BaseModel):
            return self.record(kind)
        return self._plain(kind, rules)

    def _plain(self, kind: Any, rules: list[Any]) -> Any:
        if kind is date:
            return LEGAL["_date"]
        if kind is bool:
            return True
        if kind in (int, float):
            return next(n for n in NUMBERS if _fits(n, rules) and (kind is float or n != 0.5))
        if shape := shape_of(rules):
            return LEGAL[shape]
        limits = [rule.max_length for rule in rules if isinstance(rule, StringConstraints)]
        most = min((limit for limit in limits if limit), default=20_000)
        return next(self._short) if most < 100 else next(self._texts)[:most]


def _fits(number: float, rules: list[Any]) -> bool:
    tests = {Ge: "__ge__", Gt: "__gt__", Le: "__le__", Lt: "__lt__"}
    bounds = {Ge: "ge", Gt: "gt", Le: "le", Lt: "lt"}
    return all(
        getattr(float(number), tests[type(rule)])(float(getattr(rule, bounds[type(rule)])))
        for rule in rules
        if type(rule) in tests
    )


def shape_of(rules: list[Any]) -> str:
    """The name of the function that keeps a text to a shape; empty for a free text."""
    checks = [rule for rule in rules if isinstance(rule, AfterValidator | BeforeValidator)]
    names = [getattr(rule.func, "__name__", "") for rule in checks]
    return next((name for name in names if name in LEGAL), "")


def files(texts: list[str]) -> dict[str, str]:
    """Two records of each kind, by path."""
    made = {}
    for number in (0, 1):
        fill = Filler(texts[number * 11 :] + texts[: number * 11], second=bool(number))
        name = f"filled-{number}"
        records: dict[str, dict[str, Any]] = {
            f"catalog/{folder}/{name}-{folder.replace('_', '-')}.yaml": fill.record(model)
            for folder, model in ARTIFACTS.items()
        }
        records |= {
            f"catalog/model_cards/{name}-card.yaml": fill.record(ModelCard),
            f"catalog/channels/staging/{name}-card.yaml": fill.record(Channel),
            f"catalog/policies/{name}-policy.yaml": fill.record(Policy),
            f"projects/{name}/project.yaml": fill.record(Project),
            f"projects/{name}/experiments/{name}-test.yaml": fill.record(Experiment),
        }
        made |= {path: json.dumps(record) + "\n" for path, record in records.items()}
    return made


def team(texts: list[str]) -> dict[str, Any]:
    """A team with a payload in every text."""
    return Filler(texts, second=False).record(TeamRecord)


def taxonomy(texts: list[str]) -> dict[str, Any]:
    """A taxonomy in which every word and every text is a payload."""
    return Filler(texts, second=False).record(Taxonomy)


def settings(texts: list[str]) -> dict[str, Any]:
    """Settings with a payload in every text."""
    made = Filler(texts, second=False).record(Settings)
    made["success"]["require_any"] = list(made["success"]["parts"])
    return made


def details(texts: list[str]) -> list[tuple[str, str, dict[str, Any]]]:
    """Kind, subject and detail of a finding of each kind, about a record and about nothing."""
    fill = Filler(texts, second=False)
    return [
        (kind, subject, fill.record(model))
        for kind, model in sorted(DETAILS.items())
        for subject in ("filled-0", texts[-1])
    ]
