"""The incidents indicator: severity, open or closed, fading from closure, fourth parties damped."""

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from scoring.indicators.incidents import HALF_LIVES, WEIGHTS, IncidentFact, incidents
from scoring.indicators.value import Value

TODAY = date(2026, 3, 17)
DAYS = st.dates(date(2018, 1, 1), date(2026, 12, 31))
SEVERITIES = st.sampled_from(sorted(WEIGHTS))
COUNTING = ("reported", "investigating", "confirmed", "remedying", "closed")


def fact(status: str = "confirmed", **values: Any) -> IncidentFact:
    found: dict[str, Any] = {
        "id": "1",
        "title": "Copied housings",
        "severity": "serious",
        "status": status,
        "found_on": date(2026, 1, 5),
        **values,
    }
    return IncidentFact(**found)


def of(*facts: IncidentFact, on: date = TODAY) -> Value:
    return incidents(facts, on)


@st.composite
def facts(draw: st.DrawFn, status: str | None = None) -> IncidentFact:
    chosen = status or draw(st.sampled_from([*COUNTING, "unfounded"]))
    return IncidentFact(
        id=str(draw(st.integers(1, 10**9))),
        title="Copies",
        severity=draw(SEVERITIES),
        status=chosen,
        found_on=draw(DAYS),
        closed_on=draw(DAYS) if chosen == "closed" else None,
        proved=draw(st.booleans()),
        disputed=draw(st.booleans()),
        depth=draw(st.integers(0, 4)),
        fourth_party="Below Ltd",
    )


def test_that_nothing_was_found_says_more_where_somebody_looks() -> None:
    nobody, somebody = incidents([], TODAY), incidents([fact("unfounded")], TODAY, watched=True)
    assert (nobody.lo, nobody.pt, nobody.hi) == (somebody.lo, somebody.pt, somebody.hi) == (0, 0, 0)
    assert nobody.evidence < somebody.evidence
    assert [nobody.said[0].code, somebody.said[0].code] == ["none_recorded", "none_found"]


@pytest.mark.parametrize(
    ("severity", "risk"),
    [("minor", 1000), ("serious", 3000), ("severe", 6000), ("critical", 10000)],
)
def test_a_confirmed_incident_counts_by_its_severity(severity: str, risk: int) -> None:
    value = of(fact(severity=severity))
    assert (value.lo, value.pt, value.hi) == (risk, risk, risk)


def test_an_incident_that_is_not_confirmed_yet_may_turn_out_to_be_nothing_or_all() -> None:
    value = of(fact("reported", severity="severe"))
    assert (value.lo, value.pt, value.hi) == (0, 3000, 6000)


def test_a_closed_incident_counts_half_and_then_half_of_that_each_half_life() -> None:
    closed = fact("closed", severity="minor", closed_on=date(2026, 3, 2))
    assert of(closed).pt == 500
    assert of(closed, on=date(2027, 3, 1)).pt == 250
    assert of(closed, on=date(2028, 3, 31)).pt == 125


def test_after_five_half_lives_it_counts_nothing_and_nothing_changes_any_more() -> None:
    value = of(fact("closed", severity="minor", closed_on=date(2020, 1, 10)))
    assert (value.pt, value.next_change) == (0, None)


def test_a_value_holds_until_the_first_of_the_next_month() -> None:
    closed = fact("closed", closed_on=date(2025, 11, 28))
    assert of(closed, on=date(2025, 12, 1)).next_change == date(2026, 1, 1)
    assert of(closed, on=date(2025, 12, 1)) == of(closed, on=date(2025, 12, 31))
    assert of(closed, on=date(2026, 1, 1)).pt < of(closed, on=date(2025, 12, 31)).pt
    assert of(fact()).next_change is None


def test_several_incidents_add_up_to_the_highest_risk_at_most() -> None:
    assert of(fact(id="1"), fact(id="2")).pt == 6000
    assert of(*(fact(id=str(number)) for number in range(9))).pt == 10_000


def test_each_step_down_the_chain_halves_and_the_fourth_party_is_named() -> None:
    value = of(fact(depth=2, fourth_party="Anvil Tooling"))
    assert value.pt == 750
    assert value.said[0].code == "none_of_its_own"
    assert value.said[1].code == "open_below"
    assert value.said[1].values["fourth_party"] == "Anvil Tooling"


@given(st.lists(facts(), max_size=6), st.booleans())
def test_the_evidence_does_not_depend_on_the_incidents(
    several: list[IncidentFact], watched: bool
) -> None:
    found = incidents(several, TODAY, watched=watched)
    assert found.evidence == incidents([], TODAY, watched=watched).evidence


def test_the_explanation_names_the_weightiest_first_and_counts_the_rest() -> None:
    several = [fact(id=str(number), title=f"No {number}") for number in range(7)]
    worst = fact(id="8", title="Worst", severity="critical", disputed=True)
    said = of(*several, worst).said
    assert said[0].values == {"open": 8, "closed": 0}
    assert said[1].values["title"] == "Worst"
    assert [one.code for one in said[-2:]] == ["more", "disputed"]


@given(st.lists(facts(), max_size=6), facts(), DAYS)
def test_adding_an_incident_never_lowers_the_risk(
    several: list[IncidentFact], one: IncidentFact, on: date
) -> None:
    before, after = incidents(several, on), incidents([*several, one], on)
    assert (before.lo, before.pt, before.hi) <= (after.lo, after.pt, after.hi)
    assert before.pt <= after.pt
    assert before.hi <= after.hi


@given(st.lists(facts(), max_size=6), facts(status="confirmed"), DAYS)
def test_closing_an_incident_never_raises_the_risk(
    several: list[IncidentFact], one: IncidentFact, on: date
) -> None:
    closed = replace(one, status="closed", closed_on=on)
    before, after = of(*several, one, on=on), of(*several, closed, on=on)
    assert (after.lo, after.pt, after.hi) <= (before.lo, before.pt, before.hi)
    assert after.pt <= before.pt
    assert after.hi <= before.hi


@given(st.lists(facts(), min_size=1, max_size=6), DAYS, st.integers(0, 4000))
def test_waiting_never_raises_the_risk(several: list[IncidentFact], on: date, later: int) -> None:
    before, after = incidents(several, on), incidents(several, on + timedelta(days=later))
    assert after.lo <= before.lo
    assert after.pt <= before.pt
    assert after.hi <= before.hi


@given(st.lists(facts(), min_size=1, max_size=6), DAYS, st.integers(1, 400))
def test_nothing_changes_before_the_day_that_is_named(
    several: list[IncidentFact], on: date, later: int
) -> None:
    value = incidents(several, on)
    day = on + timedelta(days=later)
    if value.next_change is None or day < value.next_change:
        # Closed after the day one looks from: it has not begun to fade.
        assume(all(one.closed_on is None or one.closed_on <= on for one in several))
        then = incidents(several, day)
        assert (then.lo, then.pt, then.hi) == (value.lo, value.pt, value.hi)


@given(st.lists(facts(), min_size=1, max_size=6), DAYS, st.randoms())
def test_the_order_in_which_incidents_are_read_makes_no_difference(
    several: list[IncidentFact], on: date, random: object
) -> None:
    several = list({one.id: one for one in several}.values())
    shuffled = sorted(several, key=lambda one: hash((one.id, str(random))))
    assert incidents(several, on) == incidents(shuffled, on)


def test_more_severe_ones_fade_more_slowly() -> None:
    assert sorted(HALF_LIVES, key=lambda key: HALF_LIVES[key]) == [
        "minor", "serious", "severe", "critical",
    ]  # fmt: skip
