"""The guide of CI figures names what the program counts."""

from __future__ import annotations

import re

from maestro.mining.activity import Period
from maestro.mining.ci.attempts import FAILED
from maestro.mining.ci.documents import MOST_BYTES
from maestro.mining.ci.health import ci_figures
from maestro.mining.ci.markup import MOST_BYTES as MOST_XML
from maestro.schema.settings import Freshness

from .pages import ROOT

GUIDE = " ".join((ROOT / "site/guides/how-ci-is-measured.md").read_text().split())


def test_every_figure_is_defined() -> None:
    """Each figure has a row in the guide, and each row there is a figure."""
    names = [figure.name for figure in ci_figures({}, Period(1_700_000_000, 13), {}, "EUR")]
    rows = re.findall(r"\| ([a-z_0-9]+) \| (?=[a-z])", GUIDE.partition("## The figures")[2])
    assert rows[: len(names) + 1] == ["figure", *names]


def test_words_and_limits_are_those_of_the_program() -> None:
    """What counts as failed, the largest files, and how old records may be, are as said."""
    words = {"UNSTABLE" if word == "unstable" else word for word in FAILED}
    assert all(f"`{word}`" in GUIDE for word in words)
    assert f"files over {MOST_BYTES >> 20} MB ({MOST_XML >> 20} MB of XML)" in GUIDE
    assert f"stale after {Freshness().ci_days:g} days" in GUIDE
