"""Places and their range under intervals, for any scores."""

from random import Random

from hypothesis import given
from hypothesis import strategies as st

from scoring.ranking import Span, overlap, overlapping, ranks

SPANS = st.lists(st.integers(0, 100_000), min_size=3, max_size=3).map(
    lambda three: Span(*sorted(three))
)


@given(st.lists(SPANS, min_size=1, max_size=6), st.data())
def test_the_place_lies_within_its_range_and_any_truth_within_it_too(
    spans: list[Span], data: st.DataObject
) -> None:
    found = ranks(spans)
    truth = [data.draw(st.integers(span.lo, span.hi)) for span in spans]
    for at, rank in enumerate(found):
        assert 1 <= rank.best <= rank.place <= rank.worst <= len(spans)
        assert rank.best <= 1 + sum(other < truth[at] for other in truth) <= rank.worst


@given(SPANS, SPANS)
def test_overlapping_is_symmetric_and_means_that_either_may_be_better(a: Span, b: Span) -> None:
    assert overlap(a, b) == overlap(b, a)
    assert overlap(a, b) == (max(a.lo, b.lo) <= min(a.hi, b.hi))
    assert (overlapping([a, b]) == [(0, 1)]) == overlap(a, b)


@given(st.lists(SPANS, min_size=2, max_size=6), st.randoms())
def test_the_order_in_which_they_are_given_changes_no_place(
    spans: list[Span], random: Random
) -> None:
    shuffled = list(spans)
    random.shuffle(shuffled)
    known = dict(zip(spans, ranks(spans), strict=True))
    assert ranks(shuffled) == [known[span] for span in shuffled]
