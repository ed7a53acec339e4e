"""What was learned across projects: impact, reuse, models of outcomes, likeness, advice."""

from __future__ import annotations

from typing import Literal

from pydantic import Field

from .details import NOT_ENOUGH, Detail, Published
from .formula import Formula


class ClassImpact(Published):
    """The effect of a piece among the projects of one problem class, in points of success."""

    problem_class: str
    value: float | None
    """None where its projects of that class are too few to say anything."""
    lo: float | None
    hi: float | None
    n: int
    """Finished projects of that class that used it."""
    label: str
    """Its verdict, or that there is not enough evidence."""
    reason: str = ""
    """Why it has no number; empty where it has one."""


class PastImpact(Published):
    """What an earlier run said of a piece."""

    at: str
    """The moment that run holds for, UTC."""
    commit: str
    value: float | None
    lo: float | None
    hi: float | None
    n: int | None
    label: str
    reason: str = ""
    """Why the verdict differs from the one before; empty where it does not."""


class ImpactDetail(Detail):
    """What stands behind an impact score."""

    users: list[str]
    """Finished projects that used it."""
    teams: int
    naive_mean: float | None
    """Mean success of its users, not adjusted."""
    others_mean: float | None
    """Mean success of all others, not adjusted."""
    grade: Literal["strong", "moderate", "weak", "insufficient"] = "insufficient"
    verdict: str = NOT_ENOUGH
    p_helps: float | None = None
    """Probability that the effect is more than the margin above zero."""
    p_hurts: float | None = None
    """Probability that it is more than the margin below zero."""
    clean: float | None = None
    """How many fair comparisons of with and without the evidence is worth."""
    separable: float | None = None
    """0 (cannot be told from other columns) to 1 (not confounded)."""
    together: list[str] = Field(default_factory=list)
    """References it cannot be told from, itself among them: nearly the same projects used them,
    or they are used together and what each adds cannot be separated."""
    joint: float | None = None
    """Effect of using all of these together."""
    joint_lo: float | None = None
    joint_hi: float | None = None
    projects: int | None = None
    """Finished projects with a score that were compared; None where nothing could be."""
    margin: float | None = None
    """Points of success up to which an effect was negligible."""
    success_version: int | None = None
    """Version of the success block that the scores go by."""
    classes: list[ClassImpact] = Field(default_factory=list)
    """The same by problem class, those with the most users first."""
    history: list[PastImpact] = Field(default_factory=list)
    """How it moved from run to run, oldest first, the present one last: the first, those whose
    verdict was another one, and the latest."""


class UseStep(Published):
    """One step from the start to a project's score, in points of success."""

    name: str
    kind: Literal["start", "covariates", "class", "team", "quarter", "artifact", "unexplained"]
    points: float
    lo: float | None = None
    hi: float | None = None


class UseImpactDetail(Detail):
    """What a project's score is made of in the model; the steps add up to it."""

    steps: list[UseStep]


class ReuseDetail(Detail):
    """Who uses an entry."""

    projects: list[str]
    """Projects that use it, any version."""
    entries: list[str]
    """Entries and cards that use it."""
    versions: dict[str, int]
    """Version to the number of projects on it; "" when not known."""
    since: str = ""
    """The day from which projects could use it; empty when not known."""
    could: int | None = None
    """Projects of its problem classes that started on that day or later."""
    rate: float | None = None
    """Share of those that use it, 0 to 1; None when there is none, or no such day."""


class BlockSpread(Published):
    """How much the effects of one kind of thing differ, from one to another: standard deviation."""

    name: str
    """team, class, quarter, artifact, version, or noise: what is left unexplained."""
    points: float
    """Points of success."""
    lo: float | None = None
    """Ends of its 90 % interval."""
    hi: float | None = None


class Difference(Published):
    """By how much finished projects differ by one kind of thing, of all that they were and used."""

    name: str
    """covariates, class, team, quarter, artifact (all its pieces with their versions), or noise:
    what is left unexplained."""
    points: float
    """Standard deviation over the projects of the points that it gave each, its expected ones."""


class EarlierModel(Published):
    """How good the model was in an earlier run."""

    at: str
    """The moment that run holds for, UTC."""
    commit: str
    n: int | None
    skill: float | None
    coverage: float | None
    p: float | None
    label: str


class InputDrift(Published):
    """How one input of running projects differs from what the model has learned from."""

    field: str
    finished: str
    """What finished projects have, in words: ``median 4``, ``churn 40 %``."""
    running: str
    distance: float
    """Kolmogorov-Smirnov distance of a number, total variation distance of a word, 0 to 1."""
    p: float | None
    """Share of random splits of all projects that are as far apart; None below 5 on a side."""
    label: str
    """differs, no clear difference, or not enough evidence."""


class Scored(Published):
    """How predictions made before projects ended fared, of one way of making them."""

    basis: Literal["kept", "past only"]
    n: int
    inside: int | None
    """How many ended inside their interval; None where none has one, as with chances."""
    ranges: int | None = None
    """How many had an interval; None where that was not counted."""
    skill: float | None
    """1 - error / error of the median of what was finished then; None below 5."""
    error: float | None
    """Typical error, as in ``error`` of the model."""


class ModelDetail(Detail):
    """How a model of outcomes was fitted and how well it does."""

    target: str
    projects: int
    needed: int
    skill: float | None = None
    """1 - error / error of the median, each project held out once; of chances, Brier scores."""
    coverage: float | None = None
    """Share of actual values inside the interval, each project held out once."""
    parameters: dict[str, float] = Field(default_factory=dict)
    p: float | None = None
    """Share of shuffled outcomes that are predicted as well: at most 0.05 is some evidence."""
    error: float | None = None
    """Typical error, held out: a factor for durations and costs (1.5: half as much again or two
    thirds), points for success."""
    base_rate: float | None = None
    """Share of successes among finished projects, (successes + 1) / (projects + 2)."""
    brier: float | None = None
    """Mean squared error of the chance, held out."""
    brier_base: float | None = None
    """The same of the base rate."""
    inside: int | None = None
    """How many actual values lay inside the interval, each project held out once."""
    as_good: int | None = None
    """Of the trials with shuffled outcomes, how many were predicted as well."""
    trials: int | None = None
    differences: list[Difference] = Field(default_factory=list)
    """Of the success score: what its finished projects differ by, largest first."""
    spreads: list[BlockSpread] = Field(default_factory=list)
    """Of the success score: from one team, class, piece to another, largest first."""
    placebo_verdicts: float | None = None
    """Verdicts on pieces in one run with uses shuffled among like projects, on average."""
    placebo_runs: int | None = None
    usage_known: float | None = None
    """Share of finished projects whose record lists what they reuse, 0 to 1."""
    earlier: list[EarlierModel] = Field(default_factory=list)
    """Earlier runs in which it was another one, oldest first, the present one last."""
    drift: list[InputDrift] = Field(default_factory=list)
    """Inputs of running projects against those of finished ones, most different first."""
    scored: list[Scored] = Field(default_factory=list)
    """Predictions made without knowing the end, against the end."""
    formula: Formula | None = None
    """What it says of any project that is planned; None below the needed projects."""


class Driver(Published):
    """One thing that moves a prediction away from the typical project."""

    name: str
    """What it is: a field of the record, or a reused piece."""
    effect: float
    """By how much, in the unit of the outcome; differences between projects, not causes."""


class TeamPoint(Published):
    """What projects like this one come to with a team of one size."""

    team: int
    """People."""
    value: float
    lo: float
    hi: float
    n: int
    """Comparable finished projects with a team of that size."""
    seen: float | None = None
    """Mean outcome of all finished projects with a team of that size, nothing else being equal; of
    days and costs the geometric mean."""


class PredictionDetail(Detail):
    """One predicted outcome of one project."""

    target: str
    model_version: str
    made_at: str
    actual: float | None = None
    similar: list[str] = Field(default_factory=list)
    typical: float | None = None
    """What the drivers start from; None where they are not shown."""
    drivers: list[Driver] = Field(default_factory=list)
    """Largest first; empty without enough evidence."""
    basis: Literal["now", "kept", "past only"] = "now"
    """now: from all that is finished today. kept: as made when the project was first seen.
    past only: made afterwards, from what had finished before the project began."""
    inside: bool | None = None
    """Whether what happened lies in the interval; None while nobody knows."""
    team: list[TeamPoint] = Field(default_factory=list)
    """By size of team, smallest first; empty where there are no comparable projects."""
    team_note: str = ""
    """How to read them, or why there are none."""
    inputs: dict[str, float | str] = Field(default_factory=dict)
    """What was known of the project when it was made: field to value."""
    success_version: int | None = None
    """Version of the success block that its outcome goes by; None where it goes by none."""


class Alike(Published):
    """One record that is like another, and in what."""

    name: str
    kind: str
    """What it is: projects, datasets, feature_pipelines, ..."""
    version: str
    """Its version; empty for a project."""
    score: float
    """0 (nothing shared) to 1 (the same content)."""
    parts: dict[str, float]
    """Part that both have (class, outputs, text, ...) to how alike they are in it, 0 to 1."""
    shared: list[str]
    """What they share, in words, what weighs most first: ``4 of 6 outputs (a, b, c, d)``."""


class SimilarityDetail(Detail):
    """The finished projects, or the entries, that are most like a record."""

    path: str
    """The record it is about."""
    compared: int
    """How many records it was compared with."""
    alike: list[Alike]
    """Up to five, most alike first."""


class DuplicateDetail(Detail):
    """An older entry of the same kind that is nearly the same."""

    path: str
    """The record of the other one."""
    other: Alike
    """The other one, and what they share."""
    reason: str = ""
    """Why both stand there, as one of the two records says."""


class RecommendedPiece(Published):
    """One entry of the library that a project may want to use."""

    reference: str
    """``name@version``."""
    kind: str
    """The folder it stands in: datasets, feature_pipelines, ..."""
    advice: Literal["use", "upgrade", "instead"]
    """upgrade: a newer version of one in use. instead: what replaces a deprecated one."""
    replaces: str = ""
    """The reference in use that it would take the place of."""
    fit: float
    """How well it fits, 0 to 1; what it is made of stands in ``reasons``."""
    reasons: list[str]
    """Why it is named, each with what it was read from."""
    value: float | None = None
    """Its impact in points of success; None without enough evidence."""
    lo: float | None = None
    hi: float | None = None
    label: str = ""
    """The verdict on it."""
    n: int = 0
    """Finished projects that used it."""


class RecommendedPeer(Published):
    """A finished project like this one, and whom to ask about it."""

    project: str
    owner: str
    contact: str = ""
    score: float
    """How alike they are, 0 to 1."""
    success: float | None = None
    """Its success score in points."""
    team: int
    """How many worked on it."""
    shared: list[str]
    """What the two share, in words."""


class RecommendationDetail(Detail):
    """What a project may reuse, whom to ask, and what was seen in projects like it."""

    path: str
    """The project's record."""
    pieces: list[RecommendedPiece]
    """Best first."""
    peers: list[RecommendedPeer]
    """Most alike first."""
    teams: dict[str, int]
    """Size of team to the number of projects like it that had it."""
    considered: int
    """Entries that were looked at."""


class HitRate(Published):
    """How often one way of recommending named what a project went on to use."""

    method: Literal["maestro", "most popular", "random"]
    hits: int
    """Uses that were among the entries named."""
    uses: int
    """Uses that could have been named."""
    rate: float
    lo: float
    hi: float


class RecommenderDetail(Detail):
    """Recommendations for past projects, from what was known before each began."""

    named: int
    """How many entries each project is recommended."""
    asked: Literal["at the start", "beside the others"] = "at the start"
    """At the start: all its uses at once, with nothing chosen. Beside the others: each of its
    uses, when all the others are chosen."""
    projects: int
    """Projects that it was tried on."""
    rates: list[HitRate]
