"""Compute the outcomes of this repository's projects: ``python -m components.run_projects``.

Writes ``projects/<name>/evidence/*.csv`` and, in ``project.yaml``, the numbers of
``outcomes`` and nothing else, so that comments stay. With ``--check`` it writes nothing and
ends with 1 when a file says something else than a new computation. One thread, fixed folds and
seeds: on one machine the files come out byte by byte the same.
"""

from __future__ import annotations

import argparse
import csv
import io
import re
import sys
from dataclasses import dataclass
from pathlib import Path

import pandas as pd
from threadpoolctl import threadpool_limits

from components.datasets import Task, load
from components.pipelines import out_of_fold
from components.plans import FEATURES, PLANS, TEMPLATES, Plan
from maestro.lab.evaluation import evaluate_predictions

ROOT = Path(__file__).resolve().parent.parent
DECIMALS = 4
"""Of a predicted number; the targets are whole numbers."""
TOLERANCE = 1e-6
"""Relative: what may differ between processors."""
PERFECT = {"accuracy": 1.0, "balanced_accuracy": 1.0, "f1_macro": 1.0, "mae": 0.0, "rmse": 0.0}
"""The value of a metric when every prediction is right."""
_NUMBER = r"[-+]?[0-9]+(?:\.[0-9]+)?(?:[eE][-+][0-9]+)?"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a project reached, in the unit of its metric."""

    value: float
    baseline: float
    target: float

    @property
    def way(self) -> float:
        """How much of the way from baseline to target was made: 1 is the target itself."""
        return (self.value - self.baseline) / (self.target - self.baseline)

    @property
    def verdict(self) -> str:
        """``reached`` from the target on, ``partly`` from half-way, ``missed`` below."""
        return "reached" if self.way >= 1 else "partly" if self.way >= 0.5 else "missed"


@dataclass(frozen=True, slots=True)
class Result:
    """One project computed: its outcome and its evidence files, name to text."""

    task: Task
    outcome: Outcome
    files: dict[str, str]


def set_target(baseline: float, perfect: float) -> float:
    """Half the error of the baseline: the same rule for every project."""
    return perfect + (baseline - perfect) / 2


def compute(plan: Plan) -> Result:
    """Cross-validate one plan and measure it; takes seconds, reads and writes no file."""
    table = load(plan.dataset)
    with threadpool_limits(limits=1):
        found = out_of_fold.run(
            table, FEATURES[plan.features](), TEMPLATES[plan.template](), plan.order
        )
    files = {
        "predictions.csv": _to_csv(found.actual, found.predicted),
        "baseline.csv": _to_csv(found.actual, found.naive),
    }
    for name, label in sorted(plan.slices.items()):
        part = found.actual == label
        files[f"predictions-{name}.csv"] = _to_csv(found.actual[part], found.predicted[part])
    value = _measure(files["predictions.csv"], plan.metric)
    baseline = _measure(files["baseline.csv"], plan.metric)
    target = set_target(baseline, PERFECT[plan.metric])
    return Result(table.task, Outcome(value, baseline, target), files)


def _to_csv(actual: pd.Series, predicted: pd.Series) -> str:
    """``row,actual,predicted`` with the table's row numbers, numbers with few decimals."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["row", "actual", "predicted"])
    for row, truth, guess in zip(actual.index, actual, predicted, strict=True):
        writer.writerow([row, _cell(truth), _cell(guess)])
    return out.getvalue()


def _cell(value: object) -> str:
    return f"{round(value, DECIMALS):.10g}" if isinstance(value, float) else str(value)


def _measure(text: str, metric: str) -> float:
    """The metric as the build computes it from the very same file."""
    return evaluate_predictions(text.encode("utf-8"), metric).value


def write(root: Path, plan: Plan, result: Result) -> None:
    """Write the evidence files and the numbers of one project below ``root``."""
    folder = root / "projects" / plan.name
    (folder / "evidence").mkdir(parents=True, exist_ok=True)
    for name, text in result.files.items():
        (folder / "evidence" / name).write_bytes(text.encode("utf-8"))
    record = folder / "project.yaml"
    record.write_bytes(put_numbers(record.read_bytes().decode(), result.outcome).encode())


def put_numbers(text: str, outcome: Outcome) -> str:
    """The text of a ``project.yaml`` with the outcome's numbers and verdict put in.

    Raises ``ValueError`` unless each of the four lines stands there exactly once, with a
    number or a verdict in it.
    """
    for name in ("value", "baseline", "target"):
        number = f"{getattr(outcome, name):.7g}"
        text = _put(text, rf"( +{name}: +){_NUMBER}( *(?:#.*)?)", name, number)
    return _put(text, r"( +success: +)(?:reached|partly|missed)( *)", "success", outcome.verdict)


def _put(text: str, pattern: str, name: str, new: str) -> str:
    text, times = re.subn(f"(?m)^{pattern}$", rf"\g<1>{new}\g<2>", text)
    if times != 1:
        raise ValueError(f"{times} lines for {name}:, not one")
    return text


def differences(root: Path, plan: Plan, result: Result) -> list[str]:
    """What the files of one project say differently, a line for each; empty when nothing.

    Labels must be the same; numbers may differ by a millionth and by the rounding of the file.
    """
    folder = root / "projects" / plan.name
    found = []
    for name, text in sorted(result.files.items()):
        path = folder / "evidence" / name
        if not path.is_file():
            found.append(f"{plan.name}: evidence/{name} is missing")
            continue
        rounding = 1.01 * 10**-DECIMALS if result.task == "regression" else None
        if row := _first_difference(path.read_bytes().decode(), text, rounding):
            found.append(f"{plan.name}: evidence/{name}: {row}")
    return found + _other_numbers(plan, (folder / "project.yaml").read_bytes().decode(), result)


def _first_difference(old: str, new: str, rounding: float | None) -> str:
    """The first line where two prediction files differ; numbers compared when rounding is set."""
    before, after = old.splitlines(), new.splitlines()
    if len(before) != len(after):
        return f"{len(before)} lines, computed {len(after)}"
    for number, (was, now) in enumerate(zip(before, after, strict=True), 1):
        if was != now and not (rounding and number > 1 and _close_rows(was, now, rounding)):
            return f"line {number}: {was!r}, computed {now!r}"
    return ""


def _close_rows(was: str, now: str, rounding: float) -> bool:
    """Whether two rows agree in all but the last digits of the prediction."""
    (*old, before), (*new, after) = was.split(","), now.split(",")
    number = re.fullmatch(_NUMBER, before)
    return old == new and number is not None and close(float(before), float(after), rounding)


def close(old: float, new: float, rounding: float) -> bool:
    """Whether two numbers agree up to a millionth of them and the rounding of the file."""
    return abs(old - new) <= TOLERANCE * max(abs(old), abs(new)) + rounding


def _other_numbers(plan: Plan, text: str, result: Result) -> list[str]:
    """The numbers of ``project.yaml`` that differ from the computed ones."""
    outcome, found = result.outcome, []
    for name in ("value", "baseline", "target"):
        written = re.findall(rf"(?m)^ +{name}: +({_NUMBER}) *(?:#.*)?$", text)
        new = getattr(outcome, name)
        # Seven significant digits are written: half a unit of the last is below this.
        if len(written) != 1 or not close(float(written[0]), new, 5e-7 * abs(new)):
            found.append(f"{plan.name}: {name} is {written}, computed {new:.7g}")
    if f"\n  success: {outcome.verdict}\n" not in text:
        found.append(f"{plan.name}: success is not {outcome.verdict}, which was computed")
    return found


def main(arguments: list[str], root: Path = ROOT) -> int:
    """Run all projects below ``root``, or those named; the exit code."""
    parser = argparse.ArgumentParser(prog="components.run_projects", description=__doc__)
    parser.add_argument("project", nargs="*", help="names of projects; all when none is given")
    parser.add_argument("--check", action="store_true", help="write nothing, compare only")
    options = parser.parse_args(arguments)
    if unknown := sorted(set(options.project) - {plan.name for plan in PLANS}):
        parser.error(f"no such project: {', '.join(unknown)}")
    changed = []
    for plan in PLANS:
        if options.project and plan.name not in options.project:
            continue
        result = compute(plan)
        if options.check:
            changed += differences(root, plan, result)
        else:
            write(root, plan, result)
        sys.stdout.write(_summary(plan, result.outcome))
    for line in changed:
        sys.stderr.write(f"{line}\n")
    return 1 if changed else 0


def _summary(plan: Plan, outcome: Outcome) -> str:
    return (
        f"{plan.name:24} {plan.metric:18} {outcome.value:<9.5g} baseline {outcome.baseline:<9.5g} "
        f"target {outcome.target:<9.5g} {outcome.verdict}\n"
    )


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
