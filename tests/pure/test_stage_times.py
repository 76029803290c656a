"""From the record of an assessment to its stays in each stage."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assessments.stage_times import DECISION, FILLING_IN, REVIEW, Stay, Step, stays
from assessments.workflow import Status

START = datetime(2026, 3, 1, 9, tzinfo=UTC)


def at(day: int, status: str = "", *, decided: bool = False) -> Step:
    return Step(START + timedelta(days=day), status, decided)


def test_the_way_to_a_decision_is_three_stays() -> None:
    found = stays(
        [at(0, "draft"), at(1, "sent"), at(5, "submitted"), at(6, "in_review"), at(8, "approved"),
         at(9, decided=True)]
    )  # fmt: skip
    assert found == (
        Stay(FILLING_IN, at(0).at, at(5).at),
        Stay(REVIEW, at(5).at, at(8).at),
        Stay(DECISION, at(8).at, at(9).at),
    )


def test_what_is_sent_back_is_answered_and_reviewed_a_second_time() -> None:
    found = stays([at(0, "draft"), at(2, "submitted"), at(3, "returned"), at(7, "submitted")])
    assert [(stay.stage, stay.ended_at is None) for stay in found] == [
        (FILLING_IN, False),
        (REVIEW, False),
        (FILLING_IN, False),
        (REVIEW, True),
    ]


def test_a_decision_before_the_review_is_over_does_not_end_it() -> None:
    found = stays([at(0, "draft"), at(1, "submitted"), at(2, decided=True)])
    assert [stay.stage for stay in found] == [FILLING_IN, REVIEW]
    assert found[-1].ended_at is None


def test_what_is_cancelled_or_superseded_says_nothing_of_how_long_its_stage_takes() -> None:
    assert stays([at(0, "draft"), at(4, "closed")]) == ()
    reviewed = [at(0, "draft"), at(1, "submitted"), at(2, "approved")]
    assert [one.stage for one in stays([*reviewed, at(400, "closed")])] == [FILLING_IN, REVIEW]


def test_a_decision_that_was_made_counts_although_the_assessment_is_superseded_later() -> None:
    found = stays([at(0, "approved"), at(2, decided=True), at(400, "closed")])
    assert found == (Stay(DECISION, at(0).at, at(2).at),)


steps = st.lists(st.tuples(st.integers(0, 50), st.sampled_from([*Status, "decided"])), max_size=12)


@given(steps)
def test_stays_follow_each_other_and_only_the_last_one_lasts(
    drawn: list[tuple[int, str]],
) -> None:
    ordered = sorted(drawn, key=lambda one: one[0])
    found = stays(
        at(day, "" if word == "decided" else word, decided=word == "decided")
        for day, word in ordered
    )
    for one, following in pairwise(found):
        assert one.ended_at is not None
        assert one.began_at <= one.ended_at <= following.began_at
