"""What Home and Governance name: both sides, causes of errors, who may not be enough, changes."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from maestro.errors import Problem
from maestro.publishing.insights.health import health
from maestro.publishing.library import Shelf
from maestro.publishing.overviews import attention, governance, home
from maestro.schema.policy import ApprovalRule

from . import sample
from .conftest import Built
from .sample_findings import finding
from .test_overviews import POLICY, changed, page, plain


def test_a_rule_says_when_too_few_people_hold_its_roles(tmp_path: Path) -> None:
    """Two must agree: with one holder it says so, with two it is silent; an owner is no role."""
    path = "catalog/policies/live-models.yaml"
    held = {"": "nobody holds any", "ann": "only 1 person holds it", "ann, bob": ""}
    for people, said in held.items():
        roles = f"members: [ann, bob]\n    roles: {{releaser: [{people}]}}" if people else ""
        owners = sample.OWNERS.replace("members: [ann, bob]", roles or "members: [ann, bob]")
        files: dict[str, str | bytes] = {path: POLICY, "catalog/owners.yaml": owners}
        shelf = Shelf(sample.library(tmp_path / str(len(people)), files))
        text = plain(page(shelf, "governance/index.html").parts["policies"])
        found = re.findall("nobody holds any|only 1 person holds it", text)
        assert found == ([said] if said else [])
    rule = ApprovalRule(roles=["owner"], min=2)
    assert governance.lacks(shelf, rule) == ""


def test_commits_are_linked_where_the_repository_is_known(built: Built) -> None:
    """A change's commit leads to the host, as on the pages of entries; older ones are not here."""
    settings = built.library.catalog.settings.model_copy(
        update={"repository_url": "https://github.com/example/library"}
    )
    catalog = replace(built.library.catalog, settings=settings)
    many = tuple(changed(f"2026-{1 + n // 28:02d}-{1 + n % 28:02d}", "added") for n in range(201))
    shelf = Shelf(replace(built.library, catalog=catalog, findings=many))
    audit = str(page(shelf, "governance/index.html").parts["audit"])
    assert audit.count('href="https://github.com/example/library/commit/c0ffee"') == 200
    assert "The newest 200 stand here, and the filter looks at these alone" in plain(audit)


def test_what_is_new_says_what_kind_of_file_it_is(built: Built) -> None:
    """A channel's file and the taxonomy have no page: they are named and lead to Governance."""
    day = "2026-11-20T12:00:00Z"
    common: dict[str, Any] = {"action": "added", "commit": "c0ffee", "at": day}
    path = "catalog/channels/production/churn-model.yaml"
    live = {**common, "path": path, "record_kind": "channels"}
    terms = {**common, "path": "catalog/taxonomy.yaml", "record_kind": "taxonomy"}
    found = (
        finding("change", "production/churn-model", live, label="added"),
        finding("change", "taxonomy", terms, label="added"),
    )
    new = str(page(Shelf(replace(built.library, findings=found)), "index.html").parts["new"])
    assert 'channel <a href="governance/index.html#live">production/churn-model</a> added' in new
    assert '2026: <a href="governance/index.html#audit">taxonomy</a> added' in new


def fault(path: str, message: str, cause: str = "") -> Problem:
    """An error in a file."""
    return Problem(path, 1, 1, "L001", message, cause=cause)


def test_errors_stand_under_their_cause(built: Built) -> None:
    """Of 17 records that name one broken file only that file is listed; a cause that has no error
    itself is not believed, and what a message says is no cause."""
    cause = "catalog/schemas/billing-events.yaml"
    knock_on = [fault(f"catalog/notebooks/n{n:02d}.yaml", "any words", cause) for n in range(17)]
    odd = fault("catalog/notebooks/z.yaml", f"x is not available: {cause} has faults", "nowhere")
    problems = (fault(cause, "owner is missing"), *knock_on, knock_on[0], odd)
    shelf = Shelf(replace(built.library, problems=problems))
    first, second = attention.faulty(shelf)
    assert (first.path, first.count, first.namers) == (cause, 1, 17)
    assert first.says == "1 error, and 17 other records name what is in it"
    assert (second.path, second.says) == ("catalog/notebooks/z.yaml", "1 error")


def test_a_list_that_is_cut_says_so(built: Built) -> None:
    """Of twelve files with errors ten stand on Home, and it says that two more have some."""
    problems = tuple(fault(f"catalog/notebooks/n{n:02d}.yaml", "wrong") for n in range(12))
    shelf = Shelf(replace(built.library, problems=problems))
    text = plain(page(shelf, "index.html").parts["attention"])
    assert "n09.yaml : 1 error And 2 more files with errors" in text
    assert "n10.yaml" not in text


def test_an_exception_that_ended_is_told_in_a_sentence(tmp_path: Path) -> None:
    """Home names what was let off, the policy and when it ended."""
    library = sample.library(tmp_path, {"catalog/policies/live-models.yaml": POLICY})
    text = plain(page(Shelf(library), "index.html").parts["attention"])
    assert "Exception for churn-model (policy Models that go live) ended 1 day ago." in text


def test_home_does_not_call_calm_what_has_no_day(tmp_path: Path) -> None:
    """Live versions without a day are counted, those with one are told apart from them."""
    path = "catalog/channels/{}/churn-model.yaml"
    open_ended = "version: 1.0.0\nreason: Better than the rules.\n"
    dated = f"{open_ended}expires: 2027-06-01\n"
    places = [path.format(name) for name in ("production", "staging")]
    said = {}
    for name, texts in (
        ("both", (dated, dated)),
        ("one", (dated, open_ended)),
        ("none", (open_ended, open_ended)),
    ):
        library = sample.library(tmp_path / name, dict(zip(places, texts, strict=True)))
        shelf = Shelf(replace(library, problems=(), findings=()))
        said[name] = attention.calm(shelf), attention.undated(shelf)
        text = plain(page(shelf, "index.html").parts["attention"])
        assert all(one in text for one in said[name])
    assert said["both"] == ("nothing that is live must be looked at within a month", "")
    assert said["one"][0] == (
        "the one live version that has a day for it is not due within a month"
    )
    assert said["one"][1].startswith("1 live version has no day on which to be looked at again")
    assert said["none"][0] == ""
    assert said["none"][1].startswith("2 live versions have no day on which to be looked at again")
    timeless = Shelf(replace(library, generated_at=""))
    assert (attention.calm(timeless), attention.undated(timeless)[:12]) == ("", "What is live")


def test_home_leads_to_library_health_with_its_counts(built: Built) -> None:
    """What health counts stands on Home, most first, but for what Home lists by name itself."""
    shelf = Shelf(built.library)
    found = {g.check.key: g for g in health(shelf).groups if g.count}
    kept = [found[key].count for key in found if key not in ("left-out", "stale")]
    assert [int(n) for n in re.findall(r"\d+", attention.to_mend(shelf))] == sorted(kept)[::-1]
    text = str(page(shelf, "index.html").parts["attention"])
    assert f'<a href="insights/health.html">Library health</a>: {attention.to_mend(shelf)}.' in text


def test_home_names_both_sides(built: Built) -> None:
    """What helps and what hurts stand by name, with the time that the projects are from."""
    detail = {"users": ["churn-2025"], "teams": 1, "naive_mean": 50.0, "others_mean": 58.0}
    more: dict[str, Any] = {"level": 0.9, "unit": "points", "label": "hurts"}
    bad = finding("impact", "churn-gbm@1.4.0", detail, value=-8.2, lo=-12.0, hi=-4.0, **more)
    scored = finding("success", "churn-2025", None, value=71.0)
    shelf = Shelf(replace(built.library, findings=(bad, scored)))
    best = page(shelf, "index.html").parts["best"]
    assert "Whose users did clearly worse: churn-gbm@1.4.0 : Hurts" in plain(best)
    assert 'href="insights/impact.html"' in str(best)
    told = "Told from 1 project with a score, ended from 1 June 2025 to 1 June 2025, none of them"
    assert told in plain(best)


def test_home_without_evidence_lists_what_projects_name(built: Built) -> None:
    """Versions stand by how many projects name them; one that nobody names is left out."""
    names = ("billing-events@1.0.0", "churn-features@1.3.0", "churn-gbm@1.4.0")
    detail = {"users": [], "teams": 0, "naive_mean": None, "others_mean": None}
    found = tuple(finding("impact", name, detail) for name in names)
    shelf = Shelf(replace(built.library, findings=found))
    assert [(f.subject, count) for f, count in home.nearest(shelf)] == [("churn-features@1.3.0", 1)]


@pytest.mark.parametrize(
    ("deadline", "ended", "said"),
    [
        ("2025-05-01", "2025-06-01", "1 May 2025; it ended 31 days after it"),
        ("2025-06-02", "2025-06-01", "2 June 2025; it ended 1 day before it"),
        ("2025-06-01", "2025-06-01", "1 June 2025, the day it ended"),
        ("2026-12-01", "", "1 December 2026 (in 10 days)"),
        ("2026-11-01", "", "1 November 2026 (passed 20 days ago)"),
    ],
)
def test_a_project_says_how_it_lies_to_its_deadline(
    tmp_path: Path, deadline: str, ended: str, said: str
) -> None:
    """Days between two dates, or from the library's commit, with budget and domain beside it."""
    path = "projects/offers-2026/project.yaml"
    text = sample.YOUNG + f"deadline: {deadline}\nbudget: 12000\ndomain: retail\n"
    if ended:
        text = text.replace("status: active", f"status: done\nended: {ended}")
        text = text.replace("started: 2026-01-01", "started: 2025-01-01")
    shelf = Shelf(sample.library(tmp_path, {path: text}))
    lead = plain(page(shelf, "projects/offers-2026.html").parts["lead"])
    assert f"Deadline: {said}. Budget: 12,000 EUR. Domain: retail." in lead


def test_only_a_safe_address_of_a_repository_is_a_link(tmp_path: Path) -> None:
    """An address by https is a link on the project's page; a folder is said to be one."""
    path = "projects/offers-2026/project.yaml"
    for repository, shown in (
        (
            "{url: 'https://git.example.org/a.git', ref: main}",
            'href="https://git.example.org/a.git',
        ),
        ("{path: repositories/a}", "<code>repositories/a</code>, a folder on the machine"),
    ):
        text = f"{sample.YOUNG}repository: {repository}\n"
        shelf = Shelf(sample.library(tmp_path / str(len(repository)), {path: text}))
        assert shown in str(page(shelf, "projects/offers-2026.html").parts["sources"])


def test_operations_tell_the_rule_for_projects_that_ended(built: Built) -> None:
    """Why a source that was last read years ago may be called fresh stands beside the rule."""
    said = "Of a project that has ended, what was read up to its end stays fresh"
    parts = page(Shelf(built.library), "operations/index.html").parts
    assert said in plain(parts["sources"])
