"""Rules about what a record says of itself: dates, states, shares, and the maturity ladder."""

from __future__ import annotations

from collections.abc import Iterator

from maestro.errors import Problem
from maestro.schema import Experiment, Project
from maestro.schema.known_metrics import metric_faults
from maestro.schema.settings import DEFAULT_SUCCESS

from .checks import Check, mixes_scripts, rule, unknown, warning
from .ladder import missing


@rule("D001", "The end lies before the start.")
def ends_before_start(check: Check) -> Iterator[Problem]:
    """Things end after they start."""
    for entry in [*check.catalog.projects.values(), *check.catalog.experiments.values()]:
        record = entry.record
        if record.started and record.ended and record.ended < record.started:
            message = f"ended {record.ended} lies before started {record.started}"
            yield check.at(entry, ("ended",), "D001", message, "swap them, or fix one")
        deadline = getattr(record, "deadline", None)
        if deadline and deadline < record.started:
            message = f"deadline {deadline} lies before started {record.started}"
            yield check.at(entry, ("deadline",), "D001", message, "fix one of them")


@rule("D002", "A finished project says how it ended: outcomes: with parts, success or a note.")
def done_without_outcomes(check: Check) -> Iterator[Problem]:
    """Done projects have outcomes."""
    for entry in check.catalog.projects.values():
        outcomes = entry.record.outcomes
        silent = outcomes is None or not (outcomes.parts or outcomes.success or outcomes.note)
        if entry.record.status == "done" and silent:
            hint = "add outcomes: with what was measured; failures count as much as hits"
            yield check.at(entry, ("status",), "D002", "project is done without outcomes", hint)


@rule("D003", "Finished projects have a last day, running ones have none.")
def end_fits_status(check: Check) -> Iterator[Problem]:
    """The last day and the status agree."""
    for entry in check.catalog.projects.values():
        record = entry.record
        finished = record.status in ("done", "abandoned")
        if finished and record.ended is None:
            message = f"project is {record.status} but has no last day"
            yield check.at(entry, ("status",), "D003", message, "add ended: YYYY-MM-DD")
        if not finished and record.ended is not None:
            message = f"project is {record.status} but has a last day"
            hint = "write status: done or abandoned, or drop ended"
            yield check.at(entry, ("ended",), "D003", message, hint)


@rule("D004", "Outcomes are written down after the end, not before.")
def outcomes_after_end(check: Check) -> Iterator[Problem]:
    """Outcomes are recorded at the end or later."""
    for entry in check.catalog.projects.values():
        outcomes, ended = entry.record.outcomes, entry.record.ended
        if outcomes and outcomes.recorded and ended and outcomes.recorded < ended:
            message = f"recorded {outcomes.recorded} lies before ended {ended}"
            yield check.at(entry, ("outcomes", "recorded"), "D004", message, "fix one of them")


@rule("D005", "A deprecated entry says what replaces it, or why it is retired.")
def deprecated_without_reason(check: Check) -> Iterator[Problem]:
    """Deprecated needs replaced_by or reason."""
    for entry in check.catalog.entries.values():
        record = entry.record
        if record.status == "deprecated" and not (record.replaced_by or record.reason):
            hint = "add replaced_by: name@version, or reason:"
            yield check.at(entry, ("status",), "D005", "deprecated without a successor", hint)
        if record.replaced_by and record.replaced_by.partition("@")[0] == entry.name:
            message = f"{entry.name} is replaced by itself"
            yield check.at(entry, ("replaced_by",), "D005", message, "name another entry")


@rule("D006", "Earlier versions are listed newest first, each once, without the current one.")
def history_in_order(check: Check) -> Iterator[Problem]:
    """History lists earlier versions in order."""
    for entry in check.catalog.entries.values():
        above = _key(entry.version)
        for i, item in enumerate(entry.record.history):
            if _key(item.version) >= above:
                message = f"version {item.version} is not older than the one above it"
                hint = "list earlier versions newest first, without the current one"
                yield check.at(entry, ("history", i, "version"), "D006", message, hint)
            above = _key(item.version)


def _key(version: str) -> tuple[int, int, int, bool, str]:
    """Sort key of a version: a pre-release comes before its release (SemVer 2.0.0, 11)."""
    core, _, pre = version.partition("-")
    major, minor, patch = (int(part) for part in core.split("."))
    return major, minor, patch, not pre, pre


@rule("D007", "The shares of an experiment's arms add up to 1.")
def shares_add_up(check: Check) -> Iterator[Problem]:
    """Shares add up to one, arms have different names."""
    for entry in check.catalog.experiments.values():
        record: Experiment = entry.record
        total = sum(arm.share for arm in record.arms)
        if abs(total - 1) > 1e-6:
            message = f"shares add up to {total:.4g}, not 1"
            yield check.at(entry, ("arms",), "D007", message, "change the shares")
        if len({arm.name for arm in record.arms}) < len(record.arms):
            yield check.at(entry, ("arms",), "D007", "two arms have one name", "rename one")


@rule("D008", "The roles of a team hold more people than the team.")
def roles_fit_team(check: Check) -> Iterator[Problem]:
    """Roles hold no more people than the team."""
    for entry in check.catalog.projects.values():
        team = entry.record.team
        people = sum(role.people for role in team.roles)
        if people > team.size:
            message = f"roles hold {people} people, the team {team.size}"
            yield check.at(entry, ("team", "size"), "D008", message, "fix size or roles")


@rule("D009", "Outcomes name a part that settings.yaml does not measure.")
def unknown_part(check: Check) -> Iterator[Problem]:
    """Measured parts are parts of the success score."""
    block = check.catalog.settings.success or DEFAULT_SUCCESS
    for entry in check.catalog.projects.values():
        for name in entry.record.outcomes.parts if entry.record.outcomes else ():
            if name not in block.parts:
                message, hint = unknown(name, "part", block.parts, "settings.yaml, success:")
                yield check.at(entry, ("outcomes", "parts", name), "D009", message, hint)


@rule("D010", "The maturity ladder asks for more before an entry may call itself so.", "warning")
def maturity(check: Check) -> Iterator[Problem]:
    """Beta and stable entries have what the ladder asks for."""
    for entry in check.catalog.entries.values():
        status = entry.record.status
        lacking = missing(entry, status)
        if lacking:
            names = ", ".join(rung.field for rung in lacking)
            hint = f"{lacking[0].remedy}, or lower the status"
            message = f"status is {status}, which asks for {names} too"
            yield warning(check.at(entry, ("status",), "D010", message, hint))


@rule("D011", "A word mixes letters of two scripts that look alike.", "warning")
def look_alike_letters(check: Check) -> Iterator[Problem]:
    """Titles and descriptions do not mix look-alike letters inside a word."""
    for entry in check.catalog.everything():
        for name in ("title", "description"):
            text = getattr(entry.record, name, None)
            if text and (word := mixes_scripts(text)):
                message = f'"{word}" mixes letters of two scripts'
                yield warning(check.at(entry, (name,), "D011", message, "type the word again"))


@rule(
    "D012",
    "The project has no measured baseline or target, so its score is soft.",
    "error",
    "warning",
)
def skill_needs_anchors(check: Check) -> Iterator[Problem]:
    """Parts of kind skill have the project's own baseline and target."""
    block = check.catalog.settings.success or DEFAULT_SUCCESS
    for entry in check.catalog.projects.values():
        record: Project = entry.record
        for name, part in (record.outcomes.parts if record.outcomes else {}).items():
            wanted = block.parts.get(name)
            if wanted is None or wanted.kind != "skill":
                continue
            keys = ("outcomes", "parts", name)
            if part.baseline is not None and part.baseline == part.target:
                message = "baseline and target are equal"
                yield check.at(entry, keys, "D012", message, "write what was to be gained")
            elif part.baseline is None or part.target is None:
                message = "has no baseline or no target of its own"
                hint = "add baseline: and target:, as they were set at the start"
                yield warning(check.at(entry, keys, "D012", message, hint))


@rule(
    "D013", "The description is very short. One whole sentence tells people what it does.", "info"
)
def short_description(check: Check) -> Iterator[Problem]:
    """Descriptions are sentences."""
    for entry in check.catalog.everything():
        text = getattr(entry.record, "description", None)
        if text and len(text) < 20:
            message = f"description has only {len(text)} characters"
            hint = "say in one sentence what it does, on what, for whom"
            yield warning(check.at(entry, ("description",), "D013", message, hint), "info")


@rule("D014", "Two inputs, outputs, fields or params of one list have the same name.")
def names_differ(check: Check) -> Iterator[Problem]:
    """Within one list of inputs, outputs, fields or params every name stands once."""
    for entry in check.catalog.artifacts():
        for name in ("inputs", "outputs", "fields", "params"):
            seen: set[str] = set()
            for i, item in enumerate(getattr(entry.record, name, [])):
                if item.name in seen:
                    message = f'two {name} are called "{item.name}"'
                    hint = "rename one, or drop it"
                    yield check.at(entry, (name, i, "name"), "D014", message, hint)
                seen.add(item.name)


@rule(
    "D015", "Only a deprecated entry is replaced. Set its status, or drop replaced_by.", "warning"
)
def replaced_but_not_deprecated(check: Check) -> Iterator[Problem]:
    """What is replaced is deprecated."""
    for entry in check.catalog.entries.values():
        record = entry.record
        if "status" in check.silent.get(entry.path, ()):
            continue
        if record.replaced_by and record.status != "deprecated":
            message = f"replaced by {record.replaced_by}, but its status is {record.status}"
            hint = "write status: deprecated, or drop replaced_by"
            yield warning(check.at(entry, ("replaced_by",), "D015", message, hint))


@rule("D016", "A project cannot have used something before it started.")
def used_before_start(check: Check) -> Iterator[Problem]:
    """Uses begin on the first day of a project or later."""
    for entry in check.catalog.projects.values():
        started = entry.record.started
        for i, use in enumerate(entry.record.uses):
            if use.since and use.since < started:
                message = f"since {use.since} lies before started {started}"
                yield check.at(entry, ("uses", i, "since"), "D016", message, "fix one of them")


@rule(
    "D017",
    "A number lies outside the range of its metric, so the part has no score: AUC goes from 0 to "
    "1, an error is never negative.",
)
def number_fits_metric(check: Check) -> Iterator[Problem]:
    """Values, baselines and targets of known metrics are possible ones."""
    yield from _metric_problems(check, "D017", "range")


@rule(
    "D018",
    "The target is worse than the baseline, so the part has no score. For AUC more is better, for "
    "errors less.",
)
def target_beyond_baseline(check: Check) -> Iterator[Problem]:
    """Targets of known metrics lie on the better side of the baseline."""
    yield from _metric_problems(check, "D018", "direction")


def _metric_problems(check: Check, code: str, sort: str) -> Iterator[Problem]:
    block = check.catalog.settings.success or DEFAULT_SUCCESS
    for entry in check.catalog.projects.values():
        for name, part in (entry.record.outcomes.parts if entry.record.outcomes else {}).items():
            for fault in metric_faults(block.parts[name], part) if name in block.parts else ():
                if fault.sort == sort:
                    keys = ("outcomes", "parts", name, fault.field)
                    yield check.at(entry, keys, code, fault.message, fault.hint)
