"""The indicator of fourth parties: do our terms reach everyone who takes part?"""

from hypothesis import given
from hypothesis import strategies as st

from scoring.indicators.fourth_parties import Passed, value

links = st.builds(
    Passed,
    key=st.uuids().map(str),
    name=st.sampled_from(["Ant", "Bee", "Cat", "Dog"]),
    depth=st.integers(1, 4),
    ip_kinds=st.just(("designs",)),
    flowed_down=st.sampled_from([True, False, None]),
    approved=st.booleans(),
)


def link(flowed_down: bool | None, *, approved: bool = True, depth: int = 1) -> Passed:
    return Passed(
        key="-",
        name="Ant",
        depth=depth,
        ip_kinds=(),
        flowed_down=flowed_down,
        approved=approved,
    )


def test_without_a_subcontract_nothing_is_said() -> None:
    assert value([]) is None


def test_terms_passed_on_and_approved_everywhere_is_best() -> None:
    found = value([link(True), link(True)])
    assert found is not None
    assert (found.lo, found.pt, found.hi) == (0, 0, 0)


def test_one_that_we_did_not_approve_fails_whatever_its_terms() -> None:
    found = value([link(True), link(None, approved=False)])
    assert found is not None
    assert (found.lo, found.pt, found.hi) == (5_000, 5_000, 5_000)


def test_what_is_not_known_widens_the_range_and_leaves_the_point_to_the_rest() -> None:
    found = value([link(True), link(False), link(None), link(None)])
    assert found is not None
    assert (found.lo, found.pt, found.hi, found.enough) == (2_500, 5_000, 7_500, True)


def test_nothing_known_gives_a_range_and_no_point() -> None:
    found = value([link(None)])
    assert found is not None
    assert (found.lo, found.hi, found.enough) == (0, 10_000, False)


def test_every_sentence_is_about_something() -> None:
    found = value([link(True), link(False), link(None), link(True, approved=False, depth=2)])
    assert found is not None
    assert [one.code for one in found.said] == [
        "share",
        "not_approved",
        "without_terms",
        "unknown",
        "deeper",
    ]


@given(st.lists(links, min_size=1, max_size=12))
def test_learning_what_was_unknown_stays_within_the_range(found: list[Passed]) -> None:
    before = value(found)
    assert before is not None
    for answer in (True, False):
        known = [
            link(answer if one.flowed_down is None else one.flowed_down, approved=one.approved)
            for one in found
        ]
        after = value(known)
        assert after is not None
        assert before.lo <= after.pt <= before.hi


@given(st.lists(links, min_size=1, max_size=12))
def test_passing_our_terms_on_never_makes_it_worse(found: list[Passed]) -> None:
    before = value(found)
    after = value([link(True, approved=one.approved) for one in found])
    assert before is not None
    assert after is not None
    assert after.hi <= before.hi
    assert after.lo <= before.lo
