"""Reuse: who uses an entry, and what share of those that could have used it."""

from __future__ import annotations

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from maestro.learning.reuse import Begun, Chances, Offer, reuse_findings
from maestro.schema.findings import Finding
from maestro.schema.learned import ReuseDetail

from .rows import AS_OF

SINCE = date(2025, 3, 1)
BEGUN = {
    "old": Begun(date(2025, 2, 28), "churn"),
    "user": Begun(date(2025, 3, 1), "churn"),
    "passer": Begun(date(2025, 6, 1), "churn"),
    "other": Begun(date(2025, 6, 1), "churn"),
    "stranger": Begun(date(2025, 6, 1), "ranking"),
}


def reuse(users: list[str], offer: Offer, begun: dict[str, Begun] | None = None) -> Finding:
    """The finding of ``piece``, which ``users`` use; all of ``begun`` are projects."""
    projects = BEGUN if begun is None else begun
    uses = {name: ("piece@1.0.0",) if name in users else () for name in projects}
    [found] = reuse_findings(
        {"piece": users}, uses, as_of=AS_OF, chances=Chances({"piece": offer}, projects)
    )
    return found


def detail(found: Finding) -> ReuseDetail:
    """The typed detail."""
    assert isinstance(found.detail, ReuseDetail)
    return found.detail


def test_the_rate_is_users_over_those_that_could() -> None:
    """Of user, passer and other, which began since 1 March, one uses it: 1 of 3."""
    found = reuse(["user"], Offer(SINCE, ("churn",)))
    assert (detail(found).since, detail(found).could, detail(found).rate) == (
        "2025-03-01",
        3,
        1 / 3,
    )
    assert found.value == 1


def test_who_began_before_and_who_is_of_another_class_is_counted_but_not_in_the_rate() -> None:
    """Four projects use it, two of the three that could do; the other two are said."""
    found = reuse(["old", "user", "passer", "stranger"], Offer(SINCE, ("churn",)))
    assert (found.value, detail(found).could, detail(found).rate) == (4, 3, 2 / 3)
    assert "1 project that uses it had begun before, not in the rate" in found.quality
    assert "1 project that uses it is of another class, not in the rate" in found.quality


def test_without_declared_classes_those_of_the_users_count() -> None:
    """A user in ranking makes ranking one of its classes: four could, two do."""
    found = reuse(["user", "stranger"], Offer(SINCE))
    assert (detail(found).could, detail(found).rate) == (4, 0.5)
    assert "its problem classes: churn, ranking (those of its users)" in found.quality


def test_there_is_no_rate_without_a_day_a_class_or_a_chance() -> None:
    """No day: nothing. No class and no user: no rate. Nobody began since: no rate, not 0."""
    no_day = reuse(["user"], Offer(None, ("churn",)))
    assert (detail(no_day).since, detail(no_day).could, detail(no_day).rate) == ("", None, None)
    assert no_day.quality == ["no reuse rate: the day of its first version is not known"]
    no_class = reuse([], Offer(SINCE))
    assert (detail(no_class).could, detail(no_class).rate) == (None, None)
    nobody = reuse(["user"], Offer(date(2026, 1, 1), ("churn",)))
    assert (detail(nobody).could, detail(nobody).rate) == (0, None)


def test_a_piece_that_none_of_those_that_could_uses_has_a_rate_of_zero() -> None:
    """Zero is a number here: three could have used it."""
    assert detail(reuse([], Offer(SINCE, ("churn",)))).rate == 0


@given(
    st.dictionaries(
        st.text("abcdef", min_size=3, max_size=6),
        st.tuples(st.dates(date(2020, 1, 1), date(2026, 1, 1)), st.sampled_from("xyz")),
        max_size=12,
    ),
    st.data(),
)
def test_a_rate_is_never_more_than_one(
    projects: dict[str, tuple[date, str]], data: st.DataObject
) -> None:
    """Whoever uses it, whenever they began: users that could are some of those that could."""
    begun = {name: Begun(*one) for name, one in projects.items()}
    users = data.draw(
        st.lists(st.sampled_from(sorted(begun)), unique=True) if begun else st.just([])
    )
    offer = data.draw(st.builds(Offer, st.dates(date(2019, 1, 1), date(2027, 1, 1)),
                                st.sampled_from([(), ("x",), ("x", "y")])))  # fmt: skip
    rate = detail(reuse(users, offer, begun)).rate
    assert rate is None or 0 <= rate <= 1
