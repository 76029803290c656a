"""What documents prove, for any documents and any word of a reviewer."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from assessments.proving import NOTHING, Proof, after_a_change, by_documents, with_one_more
from assessments.sheet import EvidenceLevel

days = st.none() | st.dates(date(2020, 1, 1), date(2040, 1, 1))
ends = st.lists(days, max_size=5)
proofs = st.builds(Proof, st.sampled_from(EvidenceLevel), days)


@given(ends)
def test_documents_alone_never_prove_more_than_a_document(found: list[date | None]) -> None:
    assert by_documents(found).level <= EvidenceLevel.DOCUMENT
    assert (by_documents(found) == NOTHING) == (not found)


@given(proofs, ends)
def test_one_more_document_never_lowers_the_level(there: Proof, found: list[date | None]) -> None:
    assert with_one_more(there, [*found, None]).level >= there.level


@given(proofs, ends, st.booleans())
def test_a_change_never_raises_a_reviewers_word_nor_lets_it_outlive_the_documents(
    there: Proof, found: list[date | None], judged: bool
) -> None:
    now = after_a_change(there, found, judged=judged)
    if not found:
        assert now == NOTHING
    if there.level > EvidenceLevel.DOCUMENT:
        assert now.level <= there.level
    last = by_documents(found).until
    if last is not None and now.level > EvidenceLevel.SELF_DECLARED:
        assert now.until is not None
        assert now.until <= last


@given(proofs, ends, st.booleans())
def test_a_change_that_is_followed_twice_is_followed_once(
    there: Proof, found: list[date | None], judged: bool
) -> None:
    once = after_a_change(there, found, judged=judged)
    assert after_a_change(once, found, judged=judged) == once
