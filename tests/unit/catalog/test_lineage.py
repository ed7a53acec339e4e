"""Lineage: who stands on what, and circles."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from maestro.catalog.lineage import Lineage
from maestro.catalog.load import Catalog, Entry
from maestro.schema import Owners, Settings, Taxonomy
from maestro.schema.artifact import Pipeline

from .trees import artifact, card, load_tree, project


def graph(uses: dict[str, list[str]]) -> Catalog:
    """A catalog of pipelines at version 1.0.0 with the given references."""
    entries = {}
    for name, references in sorted(uses.items()):
        record = Pipeline.model_validate(
            {
                "version": "1.0.0",
                "description": "Some piece of work to build upon.",
                "owner": "growth",
                "source": {"path": "x"},
                "uses": references,
            }
        )
        entries[name] = Entry("pipelines", name, f"catalog/pipelines/{name}.yaml", record, "")
    empty = Owners.model_construct(teams={})
    head = Settings(title="Test", format=1)
    return Catalog(Path(), head, empty, Taxonomy(), entries=entries)


@pytest.fixture
def library(tmp_path: Path) -> Lineage:
    """A card on data and a pipeline, a project, its experiment and a channel."""
    files = {
        "catalog/datasets/base-data.yaml": artifact(),
        "catalog/schemas/base-schema.yaml": artifact(),
        "catalog/feature_pipelines/churn-features.yaml": artifact(
            "1.2.0", "uses: [base-data@1.0.0]\noutputs: [{name: a, schema: base-schema@1.0.0}]\n"
        ),
        "catalog/model_cards/base-model.yaml": card("trained_on: [base-data@1.0.0]\n"),
        "catalog/model_cards/churn-gbm.yaml": card(
            "trained_on: [base-data]\nuses: [churn-features@1.0.0]\n"
            "base_model: base-model@1.0.0\nproject: churn-2025\n"
        ),
        "projects/churn-2025/project.yaml": project(
            "uses: [{artifact: churn-features@1.2.0}]\ndatasets: [base-data@1.0.0]\n"
        ),
        "projects/churn-2025/experiments/calls.yaml": (
            "project: churn-2025\nhypothesis: Calling people keeps them with us.\nunit: user\n"
            "arms: [{name: a, share: 0.5}, {name: b, share: 0.5}]\n"
            "metrics: [{name: stayed, type: binary, direction: increase}]\ndata: data.csv\n"
        ),
        "catalog/channels/production/churn-gbm.yaml": "version: 1.0.0\nreason: It is good.\n",
    }
    catalog = load_tree(tmp_path, files)
    assert not catalog.problems
    return Lineage(catalog)


def test_uses_lists_references_as_written(library: Lineage) -> None:
    """A record's references are listed as written, sorted, from every field that makes one."""
    assert library.uses("churn-gbm") == [
        "base-data",
        "base-model@1.0.0",
        "churn-2025",
        "churn-features@1.0.0",
    ]
    assert library.uses("churn-features") == ["base-data@1.0.0", "base-schema@1.0.0"]
    assert library.uses("churn-2025") == ["base-data@1.0.0", "churn-features@1.2.0"]
    assert library.uses("production/churn-gbm") == ["churn-gbm@1.0.0"]
    assert library.uses("churn-2025/calls") == ["churn-2025"]


def test_used_by_lists_what_can_be_built_upon(library: Lineage) -> None:
    """Entries, cards and projects are listed; experiments and channels only when asked for."""
    assert library.used_by("churn-features") == ["churn-2025", "churn-gbm"]
    assert library.used_by("churn-2025") == ["churn-gbm"]
    assert library.used_by("churn-2025", tips=True) == ["churn-2025/calls", "churn-gbm"]
    assert library.used_by("churn-gbm") == []
    assert library.used_by("churn-gbm", tips=True) == ["production/churn-gbm"]


def test_reach_is_transitive_and_sorted(library: Lineage) -> None:
    """What a change touches, and what a piece rests on, is found over any number of steps."""
    assert library.downstream("base-schema") == ["churn-2025", "churn-features", "churn-gbm"]
    assert library.upstream("production/churn-gbm") == [
        "base-data",
        "base-model",
        "base-schema",
        "churn-2025",
        "churn-features",
        "churn-gbm",
    ]
    assert "production/churn-gbm" in library.downstream("base-data", tips=True)


def test_names_that_do_not_exist() -> None:
    """A dangling reference is kept where it is written, found from its target, never reached."""
    lineage = Lineage(graph({"one": ["gone@1.0.0"], "two": ["one"]}))
    assert lineage.uses("one") == ["gone@1.0.0"]
    assert lineage.used_by("gone") == ["one"]
    assert lineage.upstream("two") == ["one"]
    assert lineage.uses("nothing") == lineage.upstream("nothing") == []


def test_project_with_the_name_of_an_entry(tmp_path: Path) -> None:
    """A project and an entry of one name stay two things."""
    files = {
        "catalog/datasets/churn.yaml": artifact(),
        "projects/churn/project.yaml": project("uses: [{artifact: churn@1.0.0}]\n"),
        "catalog/model_cards/churn-gbm.yaml": card("trained_on: [churn]\nproject: churn\n"),
    }
    lineage = Lineage(load_tree(tmp_path, files))
    assert lineage.used_by("churn") == ["churn-gbm", "projects/churn"]
    assert lineage.used_by("projects/churn") == ["churn-gbm"]
    assert lineage.cycles() == []


@pytest.mark.parametrize(
    ("uses", "cycles"),
    [
        ({"aaa": ["aaa"]}, [["aaa"]]),
        ({"bbb": ["aaa"], "aaa": ["bbb@1.0.0"]}, [["aaa", "bbb"]]),
        ({"ccc": ["aaa"], "aaa": ["bbb"], "bbb": ["ccc"]}, [["aaa", "bbb", "ccc"]]),
        (
            {"aaa": ["bbb"], "bbb": ["aaa"], "ccc": ["ddd"], "ddd": ["ccc"], "eee": ["aaa"]},
            [["aaa", "bbb"], ["ccc", "ddd"]],
        ),
        ({"aaa": ["bbb", "ccc"], "bbb": ["aaa"], "ccc": ["aaa"]}, [["aaa", "bbb"], ["aaa", "ccc"]]),
        ({"aaa": ["bbb"], "bbb": []}, []),
        ({"aaa": ["bbb@1.0.0"], "bbb": ["aaa@0.9.0"]}, []),
        ({"aaa": ["aaa@0.9.0"]}, []),
    ],
)
def test_circles(uses: dict[str, list[str]], cycles: list[list[str]]) -> None:
    """Circles are named once, from the smallest name; earlier versions are no circle."""
    assert Lineage(graph(uses)).cycles() == cycles


def test_long_chains_need_no_recursion() -> None:
    """A circle of 3,000 entries is found whole, and a chain of them is walked to its end."""
    names = [f"n-{i:05d}" for i in range(3000)]
    circle = {name: [names[i - 1]] for i, name in enumerate(names)}
    assert [len(cycle) for cycle in Lineage(graph(circle)).cycles()] == [3000]
    chain = {**circle, names[0]: []}
    lineage = Lineage(graph(chain))
    assert lineage.cycles() == []
    assert len(lineage.upstream(names[-1])) == len(lineage.downstream(names[0])) == 2999


def test_a_knot_of_everything_is_bounded() -> None:
    """Entries that all use each other give 20 circles, not as many as there are."""
    names = [f"n-{i:02d}" for i in range(30)]
    cycles = Lineage(graph(dict.fromkeys(names, names))).cycles()
    assert len(cycles) == 20


NAMES = ["aaa", "bbb", "ccc", "ddd", "eee", "fff"]


@given(st.dictionaries(st.sampled_from(NAMES), st.lists(st.sampled_from(NAMES), max_size=3)))
@settings(max_examples=60, deadline=None)
def test_circles_are_circles(uses: dict[str, list[str]]) -> None:
    """Every circle follows references, starts at its smallest name, and none is missed."""
    uses = {name: sorted(set(uses.get(name, []))) for name in NAMES}
    lineage = Lineage(graph(uses))
    cycles = lineage.cycles()
    for cycle in cycles:
        assert cycle[0] == min(cycle) and len(set(cycle)) == len(cycle)
        assert all(b in uses[a] for a, b in zip(cycle, [*cycle[1:], cycle[0]], strict=True))
    assert len({tuple(cycle) for cycle in cycles}) == len(cycles)
    on_circle = any(
        name in lineage.upstream(used) or name == used for name in NAMES for used in uses[name]
    )
    assert bool(cycles) == on_circle
