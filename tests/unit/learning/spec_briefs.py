"""The labelled briefs: texts with what each field must be, and how a reader did on them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from maestro.learning.spec import Brief, read_brief
from maestro.learning.spec_words import Words

FOLDER = Path(__file__).parent / "briefs"
WORDS = Words(
    problem_classes={
        "tabular-classification": (
            "classification tabulaire",
            "binary classification",
            "multiclass classification",
            "Klassifikation",
        ),
        "tabular-regression": ("regression", "régression"),
        "image-classification": ("picture classification", "Bildklassifikation"),
        "text-classification": ("sentiment analysis", "classification de textes"),
        "time-series-forecasting": (
            "forecasting",
            "forecast",
            "time series",
            "demand forecasting",
            "Zeitreihen-Prognose",
            "séries temporelles",
        ),
        "ranking": ("recommendation", "recommender", "learning to rank"),
        "anomaly-detection": (
            "outlier detection",
            "fraud detection",
            "Betrugserkennung",
            "détection d'anomalies",
        ),
        "clustering": ("unsupervised", "Segmentierung"),
    },
    domains={
        "retail": ("shops", "commerce", "Handel"),
        "telecom": ("telecommunications",),
        "banking": ("bank", "banque", "finance"),
        "manufacturing": ("factory", "Fertigung", "industrie"),
        "medicine": ("health care", "healthcare", "hospital"),
        "logistics": ("Logistik", "logistique"),
    },
    personas={
        "data-scientist": (),
        "ml-engineer": ("machine learning engineer",),
        "analyst": ("data analyst",),
        "domain-expert": (),
    },
    owners={"growth": (), "data": ()},
    datasets=frozenset({"billing-events", "web-clicks"}),
    artifacts=frozenset({"churn-features", "churn-gbm"}),
)
JUDGED = (
    "problem_class",
    "domain",
    "complexity",
    "team_size",
    "roles",
    "started",
    "deadline",
    "duration",
    "budget",
    "data_rows",
    "datasets",
    "uses",
)


@dataclass
class Counts:
    """How often a field was read, read right, and stood in the labels."""

    read: int = 0
    right: int = 0
    labelled: int = 0
    faults: list[str] = field(default_factory=list)


def briefs(prefix: str) -> Iterator[tuple[str, str, dict[str, str]]]:
    """Name, text and labels of each brief whose name starts with ``prefix``."""
    for path in sorted(FOLDER.glob(f"{prefix}*.txt")):
        text, _, labels = path.read_text("utf-8").partition("=== expect\n")
        pairs = (line.split(": ", 1) for line in labels.splitlines() if line)
        yield path.stem, text, {one[0]: one[1] for one in pairs}


def shown(brief: Brief, name: str) -> str | None:
    """A reading as the labels are written; None when nothing was taken."""
    reading = brief.get(name)
    if reading is None or reading.value is None:
        return None
    value = reading.value
    if name == "budget":
        return f"{value['currency']} {value['amount']}"
    if name == "roles":
        return ", ".join(f"{one['role']}={one['people']}" for one in value)
    return ", ".join(value) if isinstance(value, list) else str(value)


def open_or_text(prefix: str) -> Iterator[tuple[str, str, str]]:
    """Place, wanted and found for labels such as ``budget?`` (alternatives) and ``title``."""
    for stem, text, labels in briefs(prefix):
        brief = read_brief(text, WORDS)
        for label, wanted in labels.items():
            reading = brief.get(label.rstrip("?"))
            found = "nothing"
            if label.endswith("?") and reading:
                found = " | ".join(map(_short, reading.alternatives))
                found = found if reading.value is None else f"taken: {reading.value}"
            elif label in ("title", "description", "constraints") and reading:
                value = reading.value
                found = " + ".join(value) if isinstance(value, list) else str(value)
            elif label in JUDGED:
                continue
            yield f"{stem}: {label}", wanted, found


def _short(value: object) -> str:
    return f"{value['currency']} {value['amount']}" if isinstance(value, dict) else str(value)


def judge(prefix: str) -> dict[str, Counts]:
    """Counts per field over the briefs of ``prefix``."""
    counts = {name: Counts() for name in JUDGED}
    for stem, text, labels in briefs(prefix):
        brief = read_brief(text, WORDS)
        for name, count in counts.items():
            found, wanted = shown(brief, name), labels.get(name)
            count.read += found is not None
            count.labelled += wanted is not None
            count.right += found is not None and found == wanted
            if found != wanted:
                count.faults.append(f"{stem}: {name} is {found}, not {wanted}")
    return counts
