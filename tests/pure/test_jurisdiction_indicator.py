"""The jurisdiction indicator: treaties by kind of IP, lists, indices, counsel's rating."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from itertools import pairwise
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.indicators.jurisdiction import Work, of_place, value
from scoring.indicators.value import Value
from vendors.intake import IpKind
from vendors.jurisdictions import (
    ENFORCEMENT,
    PROTECTS,
    SPECIAL_301,
    TREATIES,
    CountryLaw,
    Fact,
    IndexValue,
    Listing,
    Rating,
    Status,
)

DAY = date(2026, 3, 1)
SOFTWARE = ("source_code",)


def fact(subject: str, status: str = "in_force", **values: Any) -> Fact:
    given_values: dict[str, Any] = {"since": date(2000, 1, 1), "as_of": "2025-10", **values}
    return Fact(subject=subject, status=status, **given_values)


def index(value_: int = 80, *, edition: int = 2025, since: date = date(2025, 10, 1)) -> IndexValue:
    return IndexValue(
        name="Rule of law",
        edition=edition,
        since=since,
        value=Decimal(value_),
        best=Decimal(100),
        worst=Decimal(0),
    )


def law(*facts: Fact, code: str = "XA", **values: Any) -> CountryLaw:
    return CountryLaw(code=code, facts=facts, **values)


def work(*places: CountryLaw, kinds: tuple[str, ...] | None = SOFTWARE) -> Work:
    return Work(kinds=kinds, places=places)


def codes(found: Value) -> list[str]:
    return [said.code for said in found.said]


ALL = tuple(fact(subject) for subject in (*TREATIES, *ENFORCEMENT))


def test_formula_is_the_weighted_mean_of_what_is_known() -> None:
    place = law(
        fact("trips"),
        fact("berne"),
        fact("wct", Status.NONE),
        fact(SPECIAL_301, Listing.WATCH),
        fact("new_york"),
        fact("hague_evidence", Status.SIGNED),
        indices=(index(60),),
    )
    found = of_place(work(place), place, DAY)
    treaties, listed, rule, enforced = 1 / 3, 0.5, 0.4, 1 - 1.5 / 2
    expected = 0.35 * treaties + 0.20 * listed + 0.25 * rule + 0.20 * enforced
    assert found.pt == pytest.approx(expected)
    # Four of six means of enforcement are not known.
    assert found.hi - found.lo == pytest.approx(0.20 * 4 / 6)


def test_unlisted_drops_out_of_the_point_value_and_widens_the_range() -> None:
    place = law(*ALL, indices=(index(60),))
    found = of_place(work(place), place, DAY)
    assert found.pt == pytest.approx(0.25 * 0.4 / 0.8)
    assert found.hi - found.lo == pytest.approx(0.20)
    assert "unlisted" in codes(value(work(place), DAY))


def test_without_a_rule_of_law_index_there_is_a_range_and_no_point_value() -> None:
    found = value(work(law(*ALL, fact(SPECIAL_301, Listing.WATCH))), DAY)
    assert not found.enough
    assert found.pt == found.hi == 3500
    assert found.lo == 1000
    assert "insufficient" in codes(found)


def test_rating_by_counsel_wins_while_it_holds() -> None:
    rating = Rating(risk=37, since=date(2026, 1, 1), until=date(2026, 12, 31))
    place = law(*ALL, indices=(index(60),), ratings=(rating,))
    found = value(work(place), DAY)
    assert (found.lo, found.pt, found.hi) == (3700, 3700, 3700)
    assert found.next_change == date(2027, 1, 1)
    after = value(work(place), date(2027, 1, 1))
    assert after.pt != 3700
    assert codes(found)[:2] == ["only_place", "rated"]


def test_of_two_ratings_the_one_recorded_last_wins() -> None:
    ratings = (
        Rating(risk=10, since=date(2026, 1, 1), until=date(2027, 12, 31), number=0),
        Rating(risk=60, since=date(2026, 1, 1), until=date(2026, 6, 30), number=1),
    )
    place = law(*ALL, ratings=ratings)
    assert value(work(place), DAY).pt == 6000
    assert value(work(place), date(2026, 7, 1)).pt == 1000


def test_signed_is_not_in_force() -> None:
    before = law(fact("trips"), fact("berne"), fact("wct"), indices=(index(),))
    signed = law(fact("trips"), fact("berne"), fact("wct", Status.SIGNED), indices=(index(),))
    found = of_place(work(signed), signed, DAY)
    assert found.parts["T"].pt == pytest.approx(0.5 / 3)
    assert of_place(work(before), before, DAY).parts["T"].pt == 0


def test_treaty_that_comes_into_force_later_changes_the_value_on_that_day() -> None:
    coming = date(2026, 9, 1)
    place = law(fact("trips"), fact("berne"), fact("wct", since=coming), indices=(index(),))
    now, then = value(work(place), DAY), value(work(place), coming)
    assert now.next_change == coming
    assert then.pt < now.pt


def test_counsel_may_record_that_a_decree_suspends_protection() -> None:
    decree = fact("berne", Status.SUSPENDED, since=date(2026, 2, 1), by_counsel=True)
    place = law(fact("trips"), fact("berne"), fact("wct"), decree, indices=(index(),))
    found = value(work(place), DAY)
    assert "treaties_suspended" in codes(found)
    assert found.pt > value(work(place), date(2026, 1, 31)).pt


def test_unconfirmed_fact_counts_in_the_point_value_and_widens_the_range() -> None:
    sure = law(fact("trips"), fact("berne"), fact("wct"), indices=(index(),))
    unsure = law(fact("trips"), fact("berne"), fact("wct", confirmed=False), indices=(index(),))
    first, second = of_place(work(sure), sure, DAY), of_place(work(unsure), unsure, DAY)
    assert first.pt == second.pt
    assert second.hi > first.hi
    assert "unconfirmed" in codes(value(work(unsure), DAY))


def test_worst_place_drives() -> None:
    good = law(*ALL, indices=(index(90),), code="XA")
    bad = law(
        fact("trips", Status.NONE), fact("berne", Status.NONE), indices=(index(20),), code="XB"
    )
    found = value(work(good, bad), DAY)
    assert found.said[0].code == "worst_of"
    assert found.said[0].values["code"] == "XB"
    assert found.pt == value(work(bad), DAY).pt


def test_place_without_a_point_matters_only_while_it_may_be_the_worst() -> None:
    open_place = law(*ALL, fact(SPECIAL_301, Listing.WATCH), code="XA")
    rated = Rating(risk=90, since=DAY, until=date(2027, 1, 1))
    worse = law(code="XB", ratings=(rated,))
    better = law(code="XB", ratings=(replace(rated, risk=20),))
    assert value(work(open_place, worse), DAY).enough
    assert value(work(open_place, worse), DAY).pt == 9000
    assert not value(work(open_place, better), DAY).enough


def test_routes_and_classifications_have_no_weight() -> None:
    weighted = {treaty for weights in PROTECTS.values() for treaty in weights}
    assert not weighted & {"madrid_protocol", "pct", "nice", "plt"}


def test_personal_data_has_no_treaty_and_says_so() -> None:
    place = law(*ALL, indices=(index(60),))
    found = value(work(place, kinds=("personal_data",)), DAY)
    assert "personal_data_only" in codes(found)
    assert "T" not in found.inputs["places"][0]["parts"]
    both = value(work(place, kinds=("personal_data", "brands")), DAY)
    assert "personal_data" in codes(both)


def test_what_is_entrusted_may_be_unknown_or_nothing() -> None:
    place = law(*ALL, indices=(index(60),))
    assert "kinds_unknown" in codes(value(work(place, kinds=None), DAY))
    assert "nothing_entrusted" in codes(value(work(place, kinds=()), DAY))
    unknown, nothing = of_place(work(place, kinds=None), place, DAY), None
    assert unknown.hi - unknown.lo > 0.35
    assert nothing is None


def test_inputs_name_every_fact_with_its_date_and_source() -> None:
    place = law(fact("trips", source="Circular 38a"), indices=(index(60),))
    facts = value(work(place), DAY).inputs["places"][0]["facts"]
    assert facts["trips"] == {
        "status": "in_force",
        "since": "2000-01-01",
        "until": None,
        "as_of": "2025-10",
        "source": "Circular 38a",
        "confirmed": True,
        "by_counsel": False,
    }
    assert facts["wct"] == {"status": "unknown"}


def test_an_engagement_without_any_place_has_no_value() -> None:
    with pytest.raises(ValueError, match="no place"):
        value(work(), DAY)


# --- properties -----------------------------------------------------------------------------------
days = st.dates(date(2020, 1, 1), date(2030, 1, 1))
kinds = st.none() | st.lists(st.sampled_from(sorted(IpKind)), unique=True).map(tuple)


@st.composite
def facts(draw: st.DrawFn) -> Fact:
    subject = draw(st.sampled_from((*TREATIES, *ENFORCEMENT, SPECIAL_301)))
    status = draw(st.sampled_from(tuple(Listing) if subject == SPECIAL_301 else tuple(Status)))
    since = draw(st.none() | days)
    length = draw(st.none() | st.integers(0, 2000))
    until = None
    if length is not None:
        until = (since or date(2025, 1, 1)) + timedelta(days=length)
    return Fact(
        subject=subject,
        status=status,
        since=since,
        until=until,
        as_of=draw(st.sampled_from(["2018-12", "2025", "2025-10-31"])),
        confirmed=draw(st.booleans()),
        by_counsel=draw(st.booleans()),
        number=draw(st.integers(0, 100)),
    )


@st.composite
def laws(draw: st.DrawFn) -> CountryLaw:
    rated = st.builds(
        lambda risk, since, length: Rating(
            risk=risk, since=since, until=since + timedelta(days=length)
        ),
        st.integers(0, 100),
        days,
        st.integers(0, 2000),
    )
    figures = st.builds(lambda value_, since: index(value_, since=since), st.integers(0, 100), days)
    return CountryLaw(
        code=draw(st.sampled_from(["XA", "XB", "XC"])),
        facts=tuple(draw(st.lists(facts(), max_size=12))),
        ratings=tuple(draw(st.lists(rated, max_size=2))),
        indices=tuple(draw(st.lists(figures, max_size=2))),
    )


works = st.builds(
    lambda places, chosen: Work(kinds=chosen, places=tuple(places)),
    st.lists(laws(), min_size=1, max_size=3),
    kinds,
)


@given(works, days)
def test_value_stays_in_bounds_and_order(one: Work, day: date) -> None:
    found = value(one, day)
    assert 0 <= found.lo <= found.pt <= found.hi <= 10_000
    if not found.enough:
        assert found.pt == found.hi


@given(works, days)
def test_the_same_facts_give_the_same_value_in_any_order_of_places(one: Work, day: date) -> None:
    again = value(replace(one, places=tuple(reversed(one.places))), day)
    found = value(one, day)
    assert (found.lo, found.pt, found.hi, found.enough) == (
        again.lo,
        again.pt,
        again.hi,
        again.enough,
    )


@given(works, laws(), days)
def test_one_more_place_never_lowers_anything(one: Work, more: CountryLaw, day: date) -> None:
    found = value(one, day)
    with_more = value(replace(one, places=(*one.places, more)), day)
    assert with_more.lo >= found.lo
    assert with_more.hi >= found.hi


@given(works, days, st.sampled_from(sorted(IpKind)))
def test_entrusting_more_never_lowers_the_treaty_part(one: Work, day: date, more: str) -> None:
    if one.kinds is None or not any(PROTECTS[IpKind(kind)] for kind in one.kinds):
        return
    wider = replace(one, kinds=tuple(dict.fromkeys((*one.kinds, more))))
    for place in one.places:
        before = of_place(one, place, day).parts["T"]
        after = of_place(wider, place, day).parts["T"]
        assert after.lo >= before.lo
        assert after.hi >= before.hi
        assert before.pt is None or (after.pt is not None and after.pt >= before.pt)


def better_and_worse(place: CountryLaw, subject: str, day: date) -> Iterable[tuple[Fact, Fact]]:
    order = [Status.IN_FORCE, Status.SIGNED, Status.NONE]
    for good, bad in pairwise(order):
        made = {"since": day, "by_counsel": True, "number": 1_000}
        yield fact(subject, good, **made), fact(subject, bad, **made)


@given(works, days, st.sampled_from((*TREATIES, *ENFORCEMENT)))
def test_a_worse_standing_never_lowers_the_risk(one: Work, day: date, subject: str) -> None:
    place, *rest = one.places
    for good, bad in better_and_worse(place, subject, day):
        with_good = replace(one, places=(replace(place, facts=(*place.facts, good)), *rest))
        with_bad = replace(one, places=(replace(place, facts=(*place.facts, bad)), *rest))
        first, second = value(with_good, day), value(with_bad, day)
        assert (second.lo, second.hi) >= (first.lo, first.hi)
        assert second.lo >= first.lo
        assert second.hi >= first.hi


@given(works, days)
def test_nothing_changes_before_the_next_change(one: Work, day: date) -> None:
    found = value(one, day)
    turn = found.next_change
    assert turn is None or turn > day
    probes = {turn - timedelta(days=1)} if turn else {date(2029, 5, 5), date(2040, 1, 1)}
    for probe in probes:
        if probe > day:
            then = value(one, probe)
            assert (then.lo, then.pt, then.hi, then.enough) == (
                found.lo,
                found.pt,
                found.hi,
                found.enough,
            )


@given(laws(), days, kinds)
def test_whatever_the_unknown_turns_out_to_be_it_stays_in_the_range(
    place: CountryLaw, day: date, chosen: tuple[str, ...] | None
) -> None:
    if chosen is None:
        return
    one = Work(kinds=chosen, places=(place,))
    before = value(one, day)
    told = {"since": day, "by_counsel": True, "number": 1_000}
    more = [
        fact(subject, status, **told)
        for at, subject in enumerate((*TREATIES, *ENFORCEMENT))
        if not place.on(subject, day).known
        for status in [(Status.IN_FORCE, Status.NONE)[at % 2]]
    ]
    after = value(replace(one, places=(replace(place, facts=(*place.facts, *more)),)), day)
    assert before.lo <= after.lo <= after.hi <= before.hi
