"""What listed owners hold adds up along chains, and half of a company blocks it."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors.ownership import Holding, blocked, listed_shares


def holds(*rows: tuple[str, str, int]) -> list[Holding[str]]:
    return [Holding(owner, owned, Fraction(percent, 100)) for owner, owned, percent in rows]


@pytest.mark.parametrize(
    ("rows", "share"),
    [
        ([("X", "V", 50)], "1/2"),
        ([("X", "V", 49)], "49/100"),
        ([("X", "V", 25), ("Y", "V", 25)], "1/2"),
        # A is blocked by X, so all that A holds counts (frequently asked question 401).
        ([("X", "A", 50), ("A", "V", 50)], "1/2"),
        ([("X", "A", 50), ("X", "V", 10), ("A", "V", 40)], "1/2"),
        # A is not blocked: what X holds through it is a share of a share.
        ([("X", "A", 25), ("A", "V", 100)], "1/4"),
        ([("X", "A", 40), ("A", "V", 50), ("X", "B", 40), ("B", "V", 50)], "2/5"),
        ([("Z", "V", 100)], "0"),
    ],
)
def test_the_listed_share_is_taken_along_chains(
    rows: list[tuple[str, str, int]], share: str
) -> None:
    found = listed_shares(holds(*rows), {"X", "Y"})["V"]
    assert found == Fraction(share)
    assert blocked(found) == (Fraction(share) >= Fraction(1, 2))


def test_a_circle_of_owners_comes_to_an_end() -> None:
    found = listed_shares(holds(("A", "B", 60), ("B", "A", 60), ("X", "A", 10)), {"X"})
    assert abs(found["A"] - Fraction(10, 64)) < Fraction(1, 10**6)
    assert not blocked(found["A"])


def test_a_company_that_owns_itself_stays_what_it_is() -> None:
    assert listed_shares(holds(("V", "V", 100)), {"X"})["V"] == 0


names = st.sampled_from("ABCDEFX")
rows = st.lists(st.tuples(names, names, st.integers(0, 100)), max_size=12)


@given(rows)
def test_shares_lie_between_nothing_and_all(some: list[tuple[str, str, int]]) -> None:
    assert all(0 <= share <= 1 for share in listed_shares(holds(*some), {"X"}).values())


@given(rows, rows)
def test_a_further_listed_owner_never_lowers_a_share(
    some: list[tuple[str, str, int]], more: list[tuple[str, str, int]]
) -> None:
    before = listed_shares(holds(*some), {"X"})
    after = listed_shares(holds(*some, *more), {"X"})
    slack = Fraction(1, 10**6)
    assert all(after[owned] >= share - slack for owned, share in before.items())
