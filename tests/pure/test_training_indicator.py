"""The training indicator: the share of named people whose training is in date."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring.indicators.training import Course, Person, in_date, training
from scoring.indicators.value import Value

TODAY = date(2026, 3, 17)
DAYS = st.dates(date(2024, 1, 1), date(2027, 12, 31))
GOOD = {"nda": Course(date(2026, 12, 31))}


def of(*people: Person, on: date = TODAY) -> Value:
    value = training(people, on)
    assert value is not None
    return value


courses = st.builds(Course, st.none() | DAYS, st.booleans())
topics = st.sampled_from(["nda", "marking", "export"])
people = st.builds(
    Person,
    id=st.uuids().map(str),
    side=st.sampled_from(["ours", "vendor"]),
    needed=st.frozensets(topics, max_size=2),
    courses=st.dictionaries(topics, courses, max_size=3),
)


def test_nobody_named_says_nothing() -> None:
    assert training([], TODAY) is None


def test_the_risk_is_the_share_of_those_not_in_date() -> None:
    good = Person(id="1", side="ours", courses=GOOD)
    bad = Person(id="2", side="vendor")
    value = of(good, bad, bad, bad)
    assert value.pt == 7500
    assert value.said[0].values == {"in_date": 1, "all": 4}


@pytest.mark.parametrize(
    ("person", "good"),
    [
        (Person(id="1", side="ours", courses=GOOD), True),
        (Person(id="1", side="ours"), False),
        (Person(id="1", side="ours", needed=frozenset({"nda"}), courses=GOOD), True),
        (Person(id="1", side="ours", needed=frozenset({"marking"}), courses=GOOD), False),
        (Person(id="1", side="ours", courses={**GOOD, "x": Course(date(2026, 3, 16))}), False),
        (Person(id="1", side="ours", courses={**GOOD, "x": Course(TODAY)}), True),
        (Person(id="1", side="ours", courses={"x": Course(None)}), True),
    ],
)
def test_a_person_is_in_date_when_all_of_it_is(person: Person, good: bool) -> None:
    assert in_date(person, TODAY) is good


def test_the_value_changes_on_the_day_after_the_first_certificate_runs_out() -> None:
    value = of(
        Person(id="1", side="ours", courses=GOOD),
        Person(id="2", side="ours", courses={"nda": Course(date(2026, 5, 1))}),
    )
    assert value.next_change == date(2026, 5, 2)
    assert of(Person(id="1", side="ours", courses={"nda": Course(None)})).next_change is None


def test_only_certificates_count_as_documents() -> None:
    certified = Person(id="1", side="ours", courses={"nda": Course(None, certified=True)})
    assert of(certified).evidence > of(Person(id="1", side="ours", courses=GOOD)).evidence


@given(st.lists(people, min_size=1, max_size=6), DAYS, st.integers(0, 500))
def test_waiting_never_lowers_the_risk(group: list[Person], on: date, days: int) -> None:
    assert of(*group, on=on + timedelta(days=days)).pt >= of(*group, on=on).pt


@given(st.lists(people, min_size=1, max_size=6), DAYS, st.integers(1, 500))
def test_nothing_changes_before_the_day_that_is_named(
    group: list[Person], on: date, days: int
) -> None:
    value = of(*group, on=on)
    day = on + timedelta(days=days)
    if value.next_change is None or day < value.next_change:
        assert of(*group, on=day) == value
