"""The vocabulary of the simulated organisation: plainly made up, the same every time."""

from __future__ import annotations

from dataclasses import dataclass

from .history import Person

KINDS = (
    "datasets",
    "schemas",
    "feature_pipelines",
    "model_templates",
    "notebooks",
    "pipelines",
)
"""Kinds of artifacts, in the order in which they can be built on each other."""
SHARES = {
    "datasets": 0.18,
    "schemas": 0.10,
    "feature_pipelines": 0.28,
    "model_templates": 0.22,
    "notebooks": 0.10,
    "pipelines": 0.12,
}
"""Which part of the library each kind makes up."""

_NOUNS = {
    "datasets": ("events", "history", "ledger"),
    "schemas": ("schema", "contract"),
    "feature_pipelines": ("features", "signals", "aggregates"),
    "model_templates": ("boosting", "linear", "network"),
    "notebooks": ("explorer", "diagnosis"),
    "pipelines": ("training", "batch"),
}
_SUBJECTS = (
    "basket", "beacon", "bridge", "canal", "castle", "cellar", "copper", "cotton", "crane",
    "delta", "ember", "falcon", "ferry", "garden", "glacier", "granite", "harbour", "hazel",
    "island", "ivory", "jasmine", "juniper", "kettle", "lantern", "linen", "maple", "marble",
    "meadow", "nectar", "orchard", "oyster", "pebble", "quartz", "ribbon", "saddle", "timber",
    "tunnel", "velvet", "walnut", "willow",
)  # fmt: skip
_TEAMS = (
    "atlas", "birch", "comet", "drift", "elm", "flint", "grove", "haven", "inlet", "jade",
    "kite", "lagoon",
)  # fmt: skip
_FIRST = (
    "ada", "bela", "cleo", "dora", "egon", "fee", "gus", "hana", "ida", "jon", "kim", "leo",
    "mia", "nils", "olga", "pia", "quin", "rosa", "sven", "tess", "udo", "vera", "wim", "yara",
)  # fmt: skip

CLASSES: dict[str, dict[str, object]] = {
    "tabular-classification": {"title": "Tabular classification", "aliases": ["churn"]},
    "regression": {"title": "Regression", "aliases": ["value prediction"]},
    "forecasting": {"title": "Forecasting", "aliases": ["time series", "demand"]},
    "text-classification": {"title": "Text classification", "aliases": ["nlp"]},
    "ranking": {"title": "Ranking", "aliases": ["recommendation"]},
    "anomaly-detection": {"title": "Anomaly detection", "aliases": ["fraud", "outliers"]},
}
DOMAINS = ("sim-retail", "sim-energy", "sim-logistics", "sim-health", "sim-banking", "sim-travel")
TAGS = ("daily", "weekly", "customer", "sensor", "text", "images", "baseline", "fast", "audited")
PERSONAS: dict[str, dict[str, object]] = {
    "data-scientist": {
        "title": "Data scientist",
        "description": "Builds and judges models.",
        "needs": ["features", "templates", "notebooks"],
        "kinds": ["feature_pipelines", "model_templates", "notebooks"],
    },
    "ml-engineer": {
        "title": "ML engineer",
        "description": "Brings models into use and keeps them there.",
        "needs": ["pipelines", "schemas", "templates"],
        "kinds": ["pipelines", "schemas", "model_templates"],
    },
    "analyst": {
        "title": "Analyst",
        "description": "Answers questions with data.",
        "needs": ["data sets", "notebooks"],
        "kinds": ["datasets", "notebooks"],
    },
    "domain-expert": {
        "title": "Domain expert",
        "description": "Knows the field that the data come from.",
        "needs": ["data sets", "limits of models"],
        "kinds": ["datasets", "model_cards"],
    },
}

LIBRARIAN = Person("Simulated Librarian", "librarian@example.org")
BOT = Person("Simulated Update Bot", "update-bot@example.org")


@dataclass(frozen=True, slots=True)
class Member:
    """One simulated person: the handle in owners.yaml and the one or two names in git."""

    handle: str
    people: tuple[Person, ...]


def team_name(index: int) -> str:
    """The name of team ``index``: distinct for every index."""
    lap, place = divmod(index, len(_TEAMS))
    return f"sim-{_TEAMS[place]}" + (f"-{lap + 1}" if lap else "")


def members(team: int) -> tuple[Member, ...]:
    """The four to seven members of a team; every fourth one also commits from a laptop."""
    found = []
    for place in range(4 + team % 4):
        first = _FIRST[(5 * team + place) % len(_FIRST)]
        name = f"Simulated {first.capitalize()} {team + 1}"
        people = [Person(name, f"{first}.{team + 1}@example.org")]
        if place == 1:
            people.append(Person(first, f"{first}{team + 1}@laptop.example.org"))
        found.append(Member(f"sim-{first}-{team + 1}", tuple(people)))
    return tuple(found)


def artifact_name(kind: str, index: int) -> str:
    """The name of the ``index``-th artifact of a kind: distinct across kinds and indices."""
    nouns = _NOUNS[kind]
    lap, place = divmod(index, len(_SUBJECTS))
    # Steps of 7 through 40 subjects, from another start per kind: kinds share few subjects.
    subject = _SUBJECTS[(place * 7 + 5 * KINDS.index(kind)) % len(_SUBJECTS)]
    again, noun = divmod(lap, len(nouns))
    return f"sim-{subject}-{nouns[noun]}" + (f"-{again + 1}" if again else "")


def project_name(index: int, year: int) -> str:
    """The name of project ``index``, which starts in ``year``: distinct for every index."""
    lap, place = divmod(index, len(_SUBJECTS))
    return f"sim-{_SUBJECTS[(place * 11) % len(_SUBJECTS)]}-{year}" + (f"-{lap + 1}" if lap else "")


def title(name: str) -> str:
    """A name for people that says what it is: ``sim-basket-2024`` is ``Simulated basket 2024``."""
    return "Simulated " + name.removeprefix("sim-").replace("-", " ")
