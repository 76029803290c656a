"""Which lines an off-boarding has, and when it may be closed."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vendors import offboarding as rules
from vendors.intake import IpKind, Service, intake
from vendors.offboarding import Shared, Stand

_ANSWERS = {
    key: st.sampled_from([option.key for option in intake().by_key[key].options])
    for key in ("system_connection", "subcontracting")
}
_SHARED = st.builds(
    Shared,
    ip=st.frozensets(st.sampled_from(list(IpKind))),
    service=st.sampled_from(list(Service)),
    intake=st.fixed_dictionaries({}, optional=_ANSWERS),
    facts=st.frozensets(st.sampled_from(list(rules.Fact))),
)
_STAND = st.builds(
    Stand,
    title=st.text(min_size=1, max_size=5),
    status=st.sampled_from(["open", "done", "waived"]),
    needs_proof=st.booleans(),
    proofs=st.integers(0, 3),
)


def keys(shared: Shared) -> list[str]:
    return [line.key for line in rules.lines_for(shared)]


@given(_SHARED)
def test_every_engagement_has_the_lines_that_need_no_condition_in_the_order_of_the_file(
    shared: Shared,
) -> None:
    found = keys(shared)
    assert {"access_premises", "notice", "ordering", "accounts"} <= set(found)
    assert found == [key for key in rules.lines() if key in found]


@given(_SHARED, st.sampled_from(list(IpKind)))
def test_who_shares_more_is_never_asked_less(shared: Shared, kind: IpKind) -> None:
    more = Shared(shared.ip | {kind}, shared.service, shared.intake, shared.facts)
    assert set(keys(shared)) <= set(keys(more))


@pytest.mark.parametrize("kind", list(IpKind))
def test_every_kind_of_property_has_a_line_of_its_own_and_a_certificate(kind: IpKind) -> None:
    own = set(keys(Shared(ip=frozenset({kind})))) - set(keys(Shared()))
    assert own > {"certificate"}


def test_access_tooling_subcontractors_and_escrow_follow_from_the_engagement() -> None:
    assert "access_systems" in keys(Shared(intake={"system_connection": "network"}))
    assert "access_systems" not in keys(Shared(intake={"system_connection": "none"}))
    assert "tooling" in keys(Shared(service="tooling"))
    assert "subcontractors" in keys(Shared(facts=frozenset({"subcontractors"})))
    assert "subcontractors" in keys(Shared(intake={"subcontracting": "named"}))
    assert "escrow" in keys(Shared(service="software_development"))


def test_every_line_says_in_two_languages_what_is_to_be_done() -> None:
    for group in rules.checklist().groups:
        assert set(group.title.root) == {"en", "de"}
        for line in group.lines:
            assert set(line.title.root) == set(line.help.root) == {"en", "de"}, line.key
            assert line.proof == "welcome" or "Proof: " in str(line.help), line.key


def test_days_are_counted_from_the_last_day() -> None:
    _group, line = rules.lines()["stock"]
    assert rules.due(line, date(2026, 12, 31)) == date(2027, 3, 1)


@given(st.lists(_STAND))
def test_it_may_be_closed_once_every_line_is_done_with_its_proof_or_waived(
    stands: list[Stand],
) -> None:
    reached = rules.progress(stands)
    left = rules.still_open(stands)
    assert reached.open == len(left)
    assert reached.total == reached.done + reached.waived + reached.open == len(stands)
    for one in left:
        assert one.status == "open" or (one.status == "done" and one.needs_proof and not one.proofs)


@pytest.mark.parametrize(
    ("status", "shares", "needed"),
    [
        ("active", False, True),
        ("active", True, True),
        ("planned", True, True),
        ("planned", False, False),
        ("ended", True, False),
    ],
)
def test_what_has_begun_or_shared_something_ends_line_by_line(
    status: str, shares: bool, needed: bool
) -> None:
    assert rules.is_needed(status, shares=shares) is needed
