"""The own catalog says what is so: records against the code and data they point at."""

from __future__ import annotations

import csv
import importlib
import inspect
import json
import re
import shlex
from fnmatch import fnmatch
from hashlib import sha256
from pathlib import Path

import jsonschema
import pytest

from components.datasets import load
from components.plans import FEATURES, PLANS, TEMPLATES
from components.run_projects import PERFECT
from maestro.lab.evaluation import METRICS
from maestro.schema import ARTIFACTS, RECORDS
from maestro.source import parse

ROOT = Path(__file__).resolve().parents[2]


def records(kind: str) -> dict[str, object]:
    """Every record of one kind, by name."""
    found = {}
    for path in sorted((ROOT / "catalog" / kind).glob("*.yaml")):
        data, faults = parse(path.read_bytes())
        assert not faults, path
        found[path.stem] = RECORDS[kind].model_validate(data)
    return found


def project(name: str) -> object:
    """One project's record."""
    data, faults = parse((ROOT / "projects" / name / "project.yaml").read_bytes())
    assert not faults
    return RECORDS["projects"].model_validate(data)


ALL = {name: record for kind in ARTIFACTS for name, record in records(kind).items()}


@pytest.mark.parametrize("kind", ["settings", "owners", "taxonomy"])
def test_single_records_are_valid(kind: str) -> None:
    """Settings, owners and taxonomy are valid records."""
    data, faults = parse((ROOT / "catalog" / f"{kind}.yaml").read_bytes())
    assert not faults
    RECORDS[kind].model_validate(data)


@pytest.mark.parametrize("name", sorted(ALL))
def test_sources_and_tests_exist(name: str) -> None:
    """Every source is there with the digest that is noted, and so is the test file of tests:."""
    record = ALL[name]
    source = ROOT / record.source.path
    assert source.is_file()
    if record.source.digest:
        assert record.source.digest == f"sha256:{sha256(source.read_bytes()).hexdigest()}"
    command = shlex.split(record.tests)
    assert command[:3] == ["python", "-m", "pytest"]
    assert all((ROOT / path).is_file() for path in command[3:])


@pytest.mark.parametrize("name", sorted(name for name in ALL if ALL[name].usage))
def test_usage_runs(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """The lines to copy run as they stand, from the root of the repository."""
    monkeypatch.chdir(ROOT)
    blocks = re.findall(r"```python\n(.*?)```", ALL[name].usage, flags=re.DOTALL)
    assert blocks or name in records("notebooks")
    for block in blocks:
        exec(compile(block, name, "exec"), {})


@pytest.mark.parametrize("name", sorted(records("datasets")))
def test_data_sets_are_described_truly(name: str) -> None:
    """Rows and fields of a data set's record are those that are loaded, the target last."""
    record, table = ALL[name], load(name)
    assert record.rows == len(table.frame)
    fields = [field.name for field in record.fields]
    columns = [*table.frame.columns, table.target.name]
    assert fields[: len(columns)] == columns
    # The two other targets of one data set are described and not loaded.
    assert fields[len(columns) :] == (["Waist", "Pulse"] if name == "linnerud-exercise" else [])
    assert record.license == "LicenseRef-not-stated"
    assert "licence" in record.limits


@pytest.mark.parametrize("name", sorted(TEMPLATES))
def test_parameters_are_the_arguments(name: str) -> None:
    """A template's parameters and defaults are those of its build()."""
    declared = {parameter.name: parameter.default for parameter in ALL[name].params}
    signature = inspect.signature(TEMPLATES[name])
    assert declared == {p.name: p.default for p in signature.parameters.values()}


@pytest.mark.parametrize("name", sorted({**FEATURES, **TEMPLATES}))
def test_names_lead_to_their_modules(name: str) -> None:
    """A piece's source is the module that the plans take it from."""
    build = {**FEATURES, **TEMPLATES}[name]
    path = Path(importlib.import_module(build.__module__).__file__)
    assert path == ROOT / ALL[name].source.path


def test_block_means_gives_the_declared_columns() -> None:
    """The columns of block-means are its record's outputs, in order."""
    out = FEATURES["block-means"]().fit_transform(load("handwritten-digits").frame.head(3))
    assert list(out.columns) == [port.name for port in ALL["block-means"].outputs]


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_projects_use_what_they_say(plan) -> None:
    """A project's record names the data, pieces, versions and metric that its plan runs with."""
    record = project(plan.name)
    assert record.datasets == [f"{plan.dataset}@{ALL[plan.dataset].version}"]
    pieces = (plan.features, plan.template, "out-of-fold-evaluation")
    wanted = [f"{name}@{ALL[name].version}" for name in pieces]
    assert [use.artifact for use in record.uses] == wanted
    part = record.outcomes.parts["model_performance"]
    assert part.metric == plan.metric
    assert plan.metric in METRICS and plan.metric in PERFECT
    assert record.data_rows == len(load(plan.dataset).frame)


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_project_histories_are_their_own(plan) -> None:
    """The paths whose history counts are the project's folder and the files that it runs."""
    record = project(plan.name)
    assert record.repository.path == "."
    for pattern in record.repository.include:
        assert any(ROOT.glob(pattern)), pattern
    sources = [ALL[name].source.path for name in (plan.features, plan.template, plan.dataset)]
    for path in [*sources, f"projects/{plan.name}/project.yaml"]:
        assert any(fnmatch(path, pattern) for pattern in record.repository.include), path


@pytest.mark.parametrize("plan", PLANS, ids=lambda plan: plan.name)
def test_status_follows_the_rule(plan) -> None:
    """A project is abandoned exactly when its model is no better than the baseline."""
    record = project(plan.name)
    part = record.outcomes.parts["model_performance"]
    better = (part.value - part.baseline) / (part.target - part.baseline) > 0
    assert record.status == ("done" if better else "abandoned")


@pytest.mark.parametrize("path", sorted((ROOT / "projects").glob("*/evidence/*.csv")), ids=str)
def test_evidence_fits_the_schema(path: Path) -> None:
    """Every row of every evidence file is what the schema prediction-file describes."""
    schema = json.loads((ROOT / ALL["prediction-file"].source.path).read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    validator = jsonschema.Draft202012Validator(schema)
    with path.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert rows
    # The validator compiles its rules anew for every call: a sample is enough for a long file.
    for row in rows[:200]:
        validator.validate({**row, "row": int(row["row"])})
    assert [field.name for field in ALL["prediction-file"].fields] == list(rows[0])


@pytest.mark.parametrize("name", sorted(records("model_cards")))
def test_cards_carry_no_typed_numbers(name: str) -> None:
    """Every metric of a card is computed from a committed prediction file of its project."""
    card = records("model_cards")[name]
    for metric in card.metrics:
        assert metric.value is None
        assert metric.metric in METRICS
        assert metric.predictions.startswith(f"projects/{card.project}/evidence/")
        assert (ROOT / metric.predictions).is_file()
    plan = next(plan for plan in PLANS if plan.name == card.project)
    assert {plan.features, plan.template} <= {use.partition("@")[0] for use in card.uses}


@pytest.mark.parametrize("name", sorted(records("model_cards")))
def test_cards_have_their_prose(name: str) -> None:
    """Beside every card lies its prose with the fixed headings, in their order."""
    text = (ROOT / "catalog" / "model_cards" / f"{name}.md").read_text(encoding="utf-8")
    headings = re.findall(r"(?m)^## (.+)$", text)
    assert headings == [
        "Intended use", "Data", "How it is made", "Metrics", "Limitations", "Risks",
    ]  # fmt: skip
