"""What a decision is worth: bands, days and blocks, tried out for all of them."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from scoring.verdicts import (
    APPROVALS,
    Basis,
    Clearance,
    Listed,
    State,
    Verdict,
    Why,
    clearance,
    state_of,
)

TODAY = date(2026, 3, 1)
BANDS = ["low", "moderate", "elevated", "high", "critical"]
bases = st.builds(
    Basis,
    st.sampled_from([*BANDS, "not_rated", ""]),
    st.sampled_from(["final", "provisional", "not_rated", ""]),
    st.booleans(),
    st.booleans(),
    st.sampled_from(Listed),
)
verdicts = st.sampled_from([None, *Verdict])
days = st.one_of(st.none(), st.integers(-400, 400).map(lambda by: TODAY + timedelta(by)))


#: On a busy machine the first draws are slow.
def worth(
    verdict: Verdict | None = Verdict.APPROVED,
    *,
    until: date | None = TODAY,
    then: Basis | None = None,
    now: Basis | None = None,
    ended: bool = False,
) -> State:
    rated = Basis("moderate", "final")
    return state_of(
        verdict,
        expires_on=until,
        ended=ended,
        then=then or rated,
        now=now or rated,
        today=TODAY,
    )


def test_an_approval_holds_on_its_last_day_and_not_on_the_next() -> None:
    assert worth(until=TODAY) is State.APPROVED
    assert worth(until=TODAY - timedelta(1)) is State.EXPIRED


def test_an_approval_is_overtaken_by_a_worse_band_a_block_or_a_lost_rating() -> None:
    assert worth(now=Basis("elevated", "final")) is State.OVERTAKEN
    assert worth(now=Basis("moderate", "final", blocked=True)) is State.OVERTAKEN
    assert worth(now=Basis("not_rated", "not_rated")) is State.OVERTAKEN
    assert worth(now=Basis("low", "final")) is State.APPROVED


def test_a_refusal_is_overtaken_by_a_better_band_and_still_refuses() -> None:
    state = worth(Verdict.REJECTED, until=None, now=Basis("low", "final"))
    assert state is State.OVERTAKEN
    assert clearance(Verdict.REJECTED, state, Basis("low", "final")) == (
        Clearance.BLOCKED,
        Why.REJECTED,
    )
    assert worth(Verdict.ON_HOLD, until=None, now=Basis("high", "final")) is State.ON_HOLD


def test_an_approval_without_any_assessment_allows() -> None:
    nothing = Basis()
    state = worth(then=nothing, now=nothing)
    assert clearance(Verdict.APPROVED, state, nothing) == (Clearance.ALLOWED, Why.APPROVED)


@given(verdicts, days, bases, bases, st.booleans())
def test_only_an_approval_in_force_on_a_final_score_allows(
    verdict: Verdict | None, until: date | None, then: Basis, now: Basis, ended: bool
) -> None:
    state = state_of(verdict, expires_on=until, ended=ended, then=then, now=now, today=TODAY)
    cleared, _why = clearance(verdict, state, now)
    if cleared is Clearance.ALLOWED:
        assert verdict is Verdict.APPROVED
        assert until is None or until >= TODAY
        assert not ended
        assert not now.blocked
        assert not now.behind
        assert now.listed is Listed.NO
        assert now.status in {"final", ""}
    if cleared is not Clearance.BLOCKED:
        assert verdict in APPROVALS
        assert until is None or until >= TODAY
        assert not now.blocked
        assert now.listed is not Listed.YES


@given(verdicts, days, bases, st.booleans())
def test_a_score_that_has_not_moved_overtakes_nothing(
    verdict: Verdict | None, until: date | None, basis: Basis, ended: bool
) -> None:
    state = state_of(verdict, expires_on=until, ended=ended, then=basis, now=basis, today=TODAY)
    assert state is not State.OVERTAKEN
