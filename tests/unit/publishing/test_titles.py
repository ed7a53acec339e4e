"""Titles instead of ids, and long lists of a team that begin with what is used."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from maestro.publishing import captions
from maestro.publishing.library import Shelf
from maestro.publishing.overviews import teams
from maestro.publishing.projects.work import work_of
from maestro.schema.policy import TermRecord

from . import sample, sample_work
from .conftest import Built
from .test_overviews import page, plain

TERMS = {"a-b": TermRecord(title='A & "b"'), "c": None, "d": TermRecord(description="No title.")}


def test_a_term_is_called_by_its_title() -> None:
    """A word of the taxonomy has its title where it has one; any other stands as it is."""
    called = {name: captions.term_title(TERMS, name) for name in ("a-b", "c", "d", "unknown")}
    assert called == {"a-b": 'A & "b"', "c": "c", "d": "d", "unknown": "unknown"}
    assert json.loads(captions.term_titles(TERMS)) == {"a-b": 'A & "b"'}
    assert captions.term_titles({"c": None}) == ""


def test_a_team_shows_what_is_used_first_and_folds_the_rest(
    built: Built, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Entries stand by how many projects use them; those beyond the first few are in a fold."""
    monkeypatch.setattr(teams, "FEW_OWNED", 2)
    shelf = Shelf(built.library)
    owned = next(team for team in teams.all_teams(shelf) if team.name == "growth").owned
    used = [row.used_by for row in owned]
    assert len(owned) > 2 and used[0] > 0 and used == sorted(used, reverse=True)
    html = str(page(shelf, "teams/growth/index.html").parts["owns"])
    open_rows, fold, folded = html.partition("<details")
    titles = [row.entry.title for row in owned]
    assert fold and re.findall(r"<td><a [^>]+>(.*?)</a>", open_rows) == titles[:2]
    assert re.findall(r"<td><a [^>]+>(.*?)</a>", folded) == titles[2:]
    rest = len(owned) - 2
    assert f"{rest} more {'entry' if rest == 1 else 'entries'} " in plain(fold + folded)


@pytest.mark.parametrize(
    ("source", "said"),
    [("git", "1 change landed per week"), ("pull_requests", "1 pull request was merged per week")],
)
def test_one_is_singular(tmp_path: Path, source: str, said: str) -> None:
    """Of one change per week the sentence speaks as of one."""
    found = sample_work.figure(
        "churn-2025", "velocity", source, value=1.0, unit="changes/week", n=10
    )
    shelf = Shelf(sample.library(tmp_path, findings=(found,)))
    assert said in work_of(shelf, shelf.catalog.projects["churn-2025"])[0].says
