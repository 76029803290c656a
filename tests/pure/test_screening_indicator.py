"""What lists say of a vendor becomes a risk: confirmed matches weigh, open ones widen."""

from fractions import Fraction
from typing import Any

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel
from scoring.indicators.screening import SEVERITY, Hit, Share, value
from scoring.indicators.value import Value


def hit(**changes: Any) -> Hit:
    values: dict[str, Any] = {
        "key": "1",
        "kind": "sanctions",
        "watch_list": "Quill list",
        "side": "vendor",
        "name": "Ours",
        "listed": "Theirs",
        "score": 9_000,
        "confirmed": True,
    }
    return Hit(**values | changes)


def share(percent: int, *, most: int = 0, waiting: int = 0, depth: int = 0) -> Share:
    return Share(
        name="Ours",
        held=Fraction(percent, 100),
        most=Fraction(max(percent, most), 100),
        waiting=Fraction(waiting, 100),
        depth=depth,
    )


def of(hits: list[Hit] | None = None, shares: list[Share] | None = None) -> Value:
    found = value(hits or [], shares or [])
    assert found is not None
    return found


def test_no_match_says_nothing() -> None:
    assert value([], []) is None
    assert value([], [share(0)]) is None


@pytest.mark.parametrize(("kind", "risk"), [(kind, risk) for kind, risk in SEVERITY.items()])
def test_a_confirmed_match_weighs_by_the_kind_of_list(kind: str, risk: float) -> None:
    found = of([hit(kind=kind)])
    assert (found.lo, found.pt, found.hi) == (round(risk * 10_000),) * 3
    assert found.enough
    assert found.evidence == EvidenceLevel.REVIEWER_VERIFIED
    assert found.said[0].code == "confirmed_vendor"


def test_what_waits_to_be_decided_has_no_point_value() -> None:
    found = of([hit(confirmed=False, kind="notorious_markets")])
    assert (found.lo, found.hi, found.enough) == (0, 10_000, False)
    assert found.said[0].code == "waiting"


def test_once_the_worst_is_confirmed_nothing_waits_any_more() -> None:
    found = of([hit(), hit(key="2", confirmed=False)])
    assert (found.lo, found.hi, found.enough) == (10_000, 10_000, True)


@pytest.mark.parametrize(
    ("kind", "depth", "risk"),
    [
        ("infringers", 1, 4_000),
        ("infringers", 2, 2_000),
        ("sanctions", 1, 8_000),
        ("sanctions", 4, 8_000),
    ],
)
def test_a_match_further_down_is_damped_and_sanctions_stay_serious(
    kind: str, depth: int, risk: int
) -> None:
    found = of([hit(kind=kind, depth=depth)])
    assert found.pt == risk
    assert found.said[0].code == "confirmed_below"


def test_what_waits_further_down_widens_the_range_only_so_far() -> None:
    found = of([hit(confirmed=False, depth=1)])
    assert (found.lo, found.hi, found.enough) == (0, 8_000, False)


def test_half_of_a_vendor_in_listed_hands_counts_as_listed() -> None:
    owner = hit(side="owner")
    assert of([owner], [share(50)]).pt == 10_000
    assert of([owner], [share(49)]).pt == 8_900
    assert of([owner], [share(50)]).said[0].code == "blocked"
    assert of([owner], [share(50, depth=1)]).pt == 8_000


def test_a_listed_owner_with_an_unknown_share_may_block() -> None:
    found = of([hit(side="owner")], [share(0, most=70)])
    assert (found.lo, found.hi, found.enough) == (0, 10_000, False)
    assert found.said[0].code == "share_unknown"


def test_an_owner_on_another_list_weighs_half() -> None:
    assert of([hit(side="owner", kind="infringers")]).pt == 4_000


hits = st.builds(
    hit,
    key=st.uuids().map(str),
    kind=st.sampled_from(sorted(SEVERITY)),
    side=st.sampled_from(["vendor", "alias", "owner"]),
    confirmed=st.booleans(),
    depth=st.integers(0, 4),
)


@example([hit(kind="infringers", confirmed=False)], hit(kind="infringers", key="2"))
@given(st.lists(hits, max_size=6), hits)
def test_another_match_never_lowers_the_risk(some: list[Hit], more: Hit) -> None:
    before, after = value(some, []), value([*some, more], [])
    if before is not None:
        assert after is not None
        assert before.lo <= after.lo
        assert before.hi <= after.hi


@given(st.lists(hits, min_size=1, max_size=6), st.randoms())
def test_the_order_of_matches_changes_nothing(some: list[Hit], random: Any) -> None:
    mixed = list(some)
    random.shuffle(mixed)
    assert figures(value(some, [])) == figures(value(mixed, []))


def figures(found: Value | None) -> tuple[int, int, int, bool] | None:
    return None if found is None else (found.lo, found.pt, found.hi, found.enough)
