"""Which of several units' ratings counts on each day."""

from datetime import date, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from scoring.selectors.histories import Spell, Stretch, spells

FIRST = date(2026, 1, 1)


def day(number: int) -> date:
    return FIRST + timedelta(days=number)


@st.composite
def units(draw: st.DrawFn) -> list[Stretch]:
    """The stretches of up to three units; those of one unit never overlap."""
    found: list[Stretch] = []
    for _ in range(draw(st.integers(0, 3))):
        cuts = sorted(draw(st.sets(st.integers(0, 30), max_size=6)))
        for at, start in enumerate(cuts):
            end = day(cuts[at + 1]) if at + 1 < len(cuts) else None
            if end is None and draw(st.booleans()):
                end = day(start + 1)
            worse = draw(st.integers(-1, 3))
            found.append(Stretch(len(found), day(start), end, worse, "final"))
    return found


def worst(stretches: list[Stretch], on: date) -> int | None:
    holding = [
        one for one in stretches if one.since <= on and (one.until is None or on < one.until)
    ]
    return max(holding, key=lambda one: (one.worse, one.pk)).pk if holding else None


def at(found: list[Spell], on: date) -> int | None:
    [*pks] = [one.pk for one in found if one.since <= on and (one.until is None or on < one.until)]
    assert len(pks) <= 1
    return pks[0] if pks else None


@given(units())
def test_on_every_day_the_worst_rating_that_holds_counts(stretches: list[Stretch]) -> None:
    found = spells(stretches)
    for number in range(40):
        assert at(found, day(number)) == worst(stretches, day(number))


@given(units())
def test_spells_come_the_latest_first_and_two_that_meet_are_of_different_ratings(
    stretches: list[Stretch],
) -> None:
    found = spells(stretches)
    for later, earlier in pairwise(found):
        assert earlier.until is not None
        assert earlier.until <= later.since
        assert earlier.until < later.since or earlier.pk != later.pk
