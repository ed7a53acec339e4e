"""What records of projects and pieces say that goes together."""

from __future__ import annotations

from typing import Any

import pytest

from maestro.learning.fitting import WORTH, Fit, Fitting, Persona, Piece, Wish
from maestro.schema import RECORDS

from .likeness import Entry, piece, ports, work

DATA = piece("bills", "datasets", fields=ports("tenure", "calls", of="int"))


def fit(found: Any, wanted: Any, *others: Any, personas: dict[str, Persona] | None = None) -> Fit:
    """How one piece fits what is wanted, in a library with others."""
    library = Fitting([Piece.of(one) for one in (found, *others)])
    return library.fits(Wish.of(wanted), personas or {})[found.name]


def test_columns_that_are_there_count_by_their_share() -> None:
    """One of two inputs comes from the chosen data; other types and options do not count."""
    inputs = [{"name": "Tenure", "type": "INT"}, {"name": "calls", "type": "text"}]
    found = fit(
        piece("features", inputs=[*inputs, {"name": "bill", "optional": True}]),
        work("new", datasets=["bills@1.0.0"]),
        DATA,
    )
    assert found.odds == pytest.approx(WORTH["inputs"] / 2)
    assert found.reasons == ["1 of its 2 inputs come from bills@1.0.0 (tenure)"]


def test_columns_that_are_still_needed_count() -> None:
    """A chosen piece needs two columns that nothing chosen gives; this one gives one of them."""
    model = piece("model", "model_templates", inputs=ports("tenure", "score", "rank"))
    found = fit(
        piece("scores", outputs=ports("score")),
        work("new", datasets=["bills"], uses=[{"artifact": "model@1.0.0"}]),
        DATA,
        model,
    )
    assert found.odds == pytest.approx(WORTH["outputs"] / 2)
    assert found.reasons == ["gives score, which model@1.0.0 takes"]


def test_task_and_tags() -> None:
    """The same task counts for it, another against it; tags by their share of the project's."""
    asked = work("new", domain="telecom", tags=["churn"])
    same = fit(piece("one", "model_templates", task="forecasting", tags=["churn"]), asked)
    assert same.odds == pytest.approx(WORTH["task"] + WORTH["terms"] / 3)
    assert same.reasons == ["made for forecasting", "tagged churn"]
    other = fit(piece("two", "model_templates", task="ranking"), asked)
    assert (other.odds, other.reasons) == (WORTH["other task"], [])


def test_personas_count_by_record_and_by_taxonomy() -> None:
    """A record that names a role, a kind that the role looks for, and one that names others."""
    asked = work("new", team={"size": 2, "roles": [{"role": "analyst", "people": 2}]})
    known = {"analyst": Persona("analyst", frozenset(["notebooks"]), frozenset(["plain"]))}
    named = fit(piece("one", personas=["analyst"]), asked, personas=known)
    assert (named.odds, named.reasons) == (0.5, ["its record says it is for analyst"])
    kind = fit(piece("two", "notebooks"), asked, personas=known)
    assert kind.reasons == ["analyst looks for notebooks (taxonomy)"]
    tagged = fit(piece("three", tags=["plain"]), asked, personas=known)
    assert tagged.reasons == ["analyst looks for what is tagged plain (taxonomy)"]
    others = fit(piece("four", personas=["engineer"]), asked, personas=known)
    assert (others.odds, others.reasons) == (-0.5, [])


def test_texts_by_their_rare_words() -> None:
    """The cosine by hand for two texts of two words that share one, which is named."""
    one = piece("aaaa", description="parking parking tickets")
    asked = work("new", description="parking meters", title=None)
    found = Fitting([Piece.of(one), Piece.of(piece("bbbb", description="parking lots here"))])
    value, shared = found.words(Wish.of(asked))["aaaa"]
    # Of two texts: a word of both has weight 1, of one ln(3/2) + 1, of none ln(3) + 1.
    both, single, none = 1.0, 1.4054651, 2.0986123
    here = both / (both**2 + none**2) ** 0.5
    # aaaa: its name, parking, tickets.
    there = both / (both**2 + 2 * single**2) ** 0.5
    assert value == pytest.approx(here * there)
    assert shared == ["parking"]
    assert found.fits(Wish.of(asked), {})["aaaa"].reasons == ["texts share parking"]


def test_common_words_are_never_named() -> None:
    """Neither words of a small list, nor those in more than half of eight texts or more."""
    texts = [
        "parking tickets from cars",
        *["parking lots from cars"] * 3,
        *["cars tell little"] * 4,
    ]
    pieces = [piece(f"p{at}{at}", description=text) for at, text in enumerate(texts)]
    wish = Wish.of(work("new", description="tell parking from cars", title=None))
    found = Fitting([Piece.of(one) for one in pieces]).fits(wish, {})
    # Of eight texts four hold parking, all hold cars, and from and tell are on the list.
    assert found["p00"].reasons == ["texts share parking"]
    assert found["p77"].reasons == []


def test_what_is_chosen_is_not_looked_at() -> None:
    """A piece in use, in any version, is no candidate; a draft without fields has none in use."""
    library = Fitting([Piece.of(DATA)])
    assert library.fits(Wish.of(work("new", datasets=["bills@0.1.0"])), {}) == {}
    draft = RECORDS["projects"].model_construct()
    for name in ("description", "owner", "problem_class", "complexity", "team", "started"):
        draft.__dict__[name] = None
    wish = Wish.of(Entry("", "projects", "draft.yaml", draft))
    assert list(library.fits(wish, {})) == ["bills"]
