"""Safe fixes: what they touch, and what they leave alone."""

from __future__ import annotations

from pathlib import Path

import pytest

from maestro.catalog.checks import check_catalog
from maestro.catalog.fix import fixed_texts, plan_fixes
from maestro.catalog.load import load_catalog
from maestro.catalog.write import replace_files
from maestro.errors import Problem

from .trees import artifact, project, write_tree

PATH = "catalog/datasets/churn-data.yaml"
ANY = [Problem(PATH, 1, 1, "X001", "something")]


def fixed(root: Path, text: str | bytes, path: str = PATH) -> str:
    """The text after all safe fixes, or the same text when there are none."""
    catalog = load_catalog(write_tree(root, {path: text}))
    fixes = plan_fixes(catalog, [Problem(path, 1, 1, "X001", "something")])
    changes = fixed_texts(catalog, fixes)
    data = changes[path][1] if changes else catalog.texts[path]
    return data.decode("utf-8")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("version: 1.10", "version: 1.10.0"),
        ("version: 1.10   # note", "version: 1.10.0   # note"),
        ("version: 2", "version: 2.0.0"),
        ('version: "1.10"', 'version: "1.10.0"'),
        ("version: '1.2'", "version: '1.2.0'"),
        ("version: v1.2.3", "version: 1.2.3"),
    ],
)
def test_versions_get_three_parts(tmp_path: Path, old: str, new: str) -> None:
    """The raw text counts: 1.10 becomes 1.10.0, though YAML has read the number 1.1."""
    text = artifact("1.0.0")
    assert fixed(tmp_path, text.replace("version: 1.0.0", old)) == text.replace(
        "version: 1.0.0", new
    )


@pytest.mark.parametrize("version", ["1.02", "1.2.3.4", "one", "1.x", "-1", "1e3", "1_0", "null"])
def test_doubtful_versions_stay(tmp_path: Path, version: str) -> None:
    """A version that can mean several things is the author's to correct."""
    text = artifact(version)
    assert fixed(tmp_path, text) == text


def test_earlier_versions_in_brackets(tmp_path: Path) -> None:
    """Versions deep in a record, in brackets or not, are found at their place."""
    more = "history:\n- {version: 0.9, date: 2024-01-01}\n- version: 0.8\n  date: 2023-01-01\n"
    text = fixed(tmp_path, artifact(more=more))
    assert "{version: 0.9.0, date" in text and "- version: 0.8.0\n" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Apache 2.0", "Apache-2.0"),
        ('"Apache License, Version 2.0"', '"Apache-2.0"'),
        ("mit", "MIT"),
        ("MIT License", "MIT"),
        ("BSD 3-Clause", "BSD-3-Clause"),
        ("mit or Apache 2.0", "MIT OR Apache-2.0"),
        ("GPLv3", "GPLv3"),
        ("apache", "apache"),
        ("proprietary", "proprietary"),
        ("LicenseRef-Own", "LicenseRef-Own"),
    ],
)
def test_licences_that_can_only_mean_one(tmp_path: Path, old: str, new: str) -> None:
    """A near miss with one meaning is corrected; one with two meanings is not."""
    assert fixed(tmp_path, artifact(more=f"license: {old}\n")) == artifact(more=f"license: {new}\n")


def test_words_of_the_taxonomy(tmp_path: Path) -> None:
    """Case, underscores and aliases become the taxonomy's own word, in the author's quotes."""
    old = "tags: [Churn, time_series, 'tabular ', unknown]\npersonas:\n- ds\n"
    new = "tags: [churn, time-series, 'tabular', unknown]\npersonas:\n- data-scientist\n"
    assert fixed(tmp_path, artifact(more=old)) == artifact(more=new)


def test_no_word_twice(tmp_path: Path) -> None:
    """Where the right word is there already, the other spelling is the author's to remove."""
    text = artifact(more="tags: [churn, Churn]\n")
    assert fixed(tmp_path, text) == text
    both = fixed(tmp_path, artifact(more="tags: [Churn, attrition]\n"))
    assert both == artifact(more="tags: [churn, attrition]\n")


def test_words_of_a_project(tmp_path: Path) -> None:
    """Problem class, domain and roles are corrected like tags."""
    path = "projects/win-back/project.yaml"
    old = project("domain: Retail\n").replace("tabular-classification", "Tabular_Classification")
    old = old.replace("{size: 2}", "{size: 2, roles: [{role: DS, people: 1}]}")
    text = fixed(tmp_path, old, path)
    assert "problem_class: tabular-classification\n" in text and "domain: retail\n" in text
    assert "{role: data-scientist, people: 1}" in text


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: no", 'title: "no"'),
        ("title: 12:30  # when", 'title: "12:30"  # when'),
        ("title: 2024", 'title: "2024"'),
        ("title: 1.10", 'title: "1.10"'),
        ("tests: 017", 'tests: "017"'),
        ("inputs: [{name: on}]", 'inputs: [{name: "on"}]'),
        ("inputs:\n- name: x\n- name: y", 'inputs:\n- name: x\n- name: "y"'),
        ("usage: yes", 'usage: "yes"'),
        ("inputs: [{name: x, optional: yes}]", "inputs: [{name: x, optional: yes}]"),
        ("extra: {a: no}", "extra: {a: no}"),
        ("extra: {no: a}", "extra: {no: a}"),
        ("rows: 1_000", "rows: 1_000"),
        ("title: null", "title: null"),
        ("title: true", "title: true"),
        ("status: on", "status: on"),
        ("source: 12", "source: 12"),
    ],
)
def test_quotes_where_the_field_is_text(tmp_path: Path, old: str, new: str) -> None:
    """A plain word in a text field is quoted exactly as typed; nowhere else."""
    assert fixed(tmp_path, artifact(more=f"{old}\n")) == artifact(more=f"{new}\n")


def test_a_digest_stays_wrong(tmp_path: Path) -> None:
    """Quotes that would leave the value wrong are not set."""
    text = artifact().replace("README.md", "README.md, digest: 12")
    assert fixed(tmp_path, text) == text


def test_byte_order_mark(tmp_path: Path) -> None:
    """The invisible mark goes, and what else is safe is fixed with it."""
    text = b"\xef\xbb\xbf" + artifact("1.10").encode()
    assert fixed(tmp_path, text) == artifact("1.10.0")


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_other_bytes_stay(tmp_path: Path, end: str) -> None:
    """Comments, odd spacing, line ends and a missing last line end are untouched."""
    old = f"# é{end}{end}" + artifact("1.10").replace("\n", end) + "tags:   [ Churn ]  # x"
    new = old.replace("1.10", "1.10.0").replace("Churn", "churn")
    assert fixed(tmp_path, old) == new


@pytest.mark.parametrize("text", ["a: [", "a: &x 1\nversion: 1.10\n", "- a\n", "", "\x00", b"\xff"])
def test_unreadable_files_are_left_alone(tmp_path: Path, text: str | bytes) -> None:
    """A file that no safe remedy makes better keeps its bytes."""
    data = text if isinstance(text, bytes) else text.encode()
    catalog = load_catalog(write_tree(tmp_path, {PATH: data}))
    assert all(
        new.count(b"&x") == data.count(b"&x")
        for _, new in fixed_texts(catalog, plan_fixes(catalog, ANY)).values()
    )


def test_plan_names_place_and_reason(tmp_path: Path) -> None:
    """Each fix names its file, line and reason; files without problems are not looked at."""
    files = {PATH: artifact("1.10"), "catalog/datasets/other.yaml": artifact("1.10")}
    catalog = load_catalog(write_tree(tmp_path, files))
    plan = plan_fixes(catalog, ANY)
    assert [(fix.path, fix.line) for fix in plan] == [(PATH, 1)]
    assert plan[0].description == "version 1.10 is 1.10.0 in three parts"
    assert plan_fixes(catalog, []) == []


def test_fixed_files_pass_the_check(tmp_path: Path) -> None:
    """After the fixes are written the whole check is silent, and a second plan is empty."""
    text = artifact("1.10", "license: mit\ntags: [Churn, time_series]\ntitle: 2024\n")
    write_tree(tmp_path, {PATH: text, "README.md": "x"})
    catalog = load_catalog(tmp_path)
    changes = fixed_texts(catalog, plan_fixes(catalog, catalog.problems))
    assert replace_files(tmp_path, changes) == [PATH]
    again = load_catalog(tmp_path)
    assert not again.problems
    assert not [p for p in check_catalog(again) if p.severity == "error"]
    assert plan_fixes(again, ANY) == []
