"""The indicator of clause quality: what counts as adequate, and what is not known."""

from datetime import date
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.sheet import EvidenceLevel
from scoring.indicators import contract as indicator
from scoring.indicators.contract import ClauseFact, ContractFact
from scoring.indicators.value import Value
from vendors.clauses import checklist
from vendors.contract_terms import Term

AS_OF = date(2026, 6, 1)
WEIGHTS = {"ownership": 5, "secrecy": 3, "audit": 2}
TITLES = {key: key.title() for key in WEIGHTS}
STATUSES = ["preferred", "licence", "fallback", "weak", "missing", "not_applicable"]


def made(*, key: str = "a", status: str = "in_force", **values: Any) -> ContractFact:
    clauses = values.pop("clauses", {})
    return ContractFact(key, key, status, values.pop("term", Term()), clauses=clauses, **values)


def value(*contracts: ContractFact, as_of: date = AS_OF) -> Value | None:
    return indicator.value(contracts, weights=WEIGHTS, titles=TITLES, as_of=as_of)


def all_of(status: str, **more: bool) -> dict[str, ClauseFact]:
    return dict.fromkeys(WEIGHTS, ClauseFact(status, **more))


@pytest.mark.parametrize(
    ("fact", "expected"),
    [
        (ClauseFact("preferred"), 0),
        (ClauseFact("fallback", reviewed=True, approved=True), 2_500),
        (ClauseFact("fallback", reviewed=True), 7_000),
        (ClauseFact("weak"), 7_000),
        (ClauseFact("missing"), 10_000),
        (ClauseFact("licence", no_assignment=True), 0),
        (ClauseFact("licence"), 7_000),
        (ClauseFact("licence", reviewed=True, approved=True), 2_500),
    ],
)
def test_each_status_counts_for_what_it_is_worth(fact: ClauseFact, expected: int) -> None:
    found = value(made(clauses=dict.fromkeys(WEIGHTS, fact)))
    assert found is not None
    assert (found.lo, found.pt, found.hi) == (expected,) * 3


def test_nothing_on_record_gives_nothing() -> None:
    assert value() is None
    assert value(made(clauses={})) is None


def test_clauses_that_nobody_looked_at_widen_the_range() -> None:
    some = {key: fact for key, fact in all_of("preferred").items() if key != "audit"}
    found = value(made(clauses=some))
    assert found is not None
    assert (found.lo, found.pt, found.hi) == (0, 2_000, 2_000)
    assert found.enough
    assert "not_seen" in {one.code for one in found.said}


def test_with_most_of_the_weight_unseen_there_is_no_point_value() -> None:
    found = value(made(clauses={"ownership": ClauseFact("preferred")}))
    assert found is not None
    assert not found.enough


def test_what_does_not_apply_drops_out_once_counsel_agrees() -> None:
    clauses = {**all_of("preferred"), "audit": ClauseFact("not_applicable")}
    waiting = value(made(clauses=clauses))
    agreed = value(made(clauses={**clauses, "audit": ClauseFact("not_applicable", reviewed=True)}))
    assert waiting is not None
    assert agreed is not None
    assert (waiting.lo, waiting.pt) == (0, 2_000)
    assert (agreed.lo, agreed.pt, agreed.hi) == (0, 0, 0)


def test_an_amendment_overrides_what_it_changes() -> None:
    main = made(key="main", clauses=all_of("preferred"))
    later = made(key="later", amends="main", clauses={"ownership": ClauseFact("missing")})
    found = value(main, later)
    assert found is not None
    assert found.pt == 5_000


def test_of_two_contracts_side_by_side_the_better_wording_counts() -> None:
    nda = made(key="nda", clauses={"secrecy": ClauseFact("preferred")})
    msa = made(key="msa", clauses={**all_of("preferred"), "secrecy": ClauseFact("missing")})
    found = value(nda, msa)
    assert found is not None
    assert found.pt == 0


def test_a_contract_that_has_ended_protects_nothing() -> None:
    over = made(clauses=all_of("preferred"), term=Term(None, date(2026, 5, 31)))
    found = value(over)
    assert found is not None
    assert (found.lo, found.hi) == (10_000, 10_000)
    before = value(over, as_of=date(2026, 5, 1))
    assert before is not None
    assert (before.pt, before.next_change) == (0, date(2026, 6, 1))


def test_a_draft_shows_what_signing_it_would_bring() -> None:
    found = value(made(status="draft", clauses=all_of("preferred")))
    assert found is not None
    assert (found.lo, found.pt, found.hi) == (0, 10_000, 10_000)
    assert found.said[0].code == "draft_only"


def test_counsel_having_seen_every_clause_is_better_proof() -> None:
    seen = value(made(clauses=all_of("preferred", reviewed=True)))
    unseen = value(made(clauses=all_of("preferred"), kept=True))
    bare = value(made(clauses=all_of("preferred")))
    levels = [one.evidence for one in (seen, unseen, bare) if one]
    assert levels == [
        EvidenceLevel.REVIEWER_VERIFIED,
        EvidenceLevel.DOCUMENT,
        EvidenceLevel.SELF_DECLARED,
    ]


facts = st.builds(
    ClauseFact,
    st.sampled_from(STATUSES),
    reviewed=st.booleans(),
    approved=st.booleans(),
    no_assignment=st.booleans(),
)
checked = st.dictionaries(st.sampled_from(list(WEIGHTS)), facts)


@given(checked, st.sampled_from(list(WEIGHTS)), facts)
def test_looking_at_one_more_clause_stays_within_the_range(
    clauses: dict[str, ClauseFact], key: str, fact: ClauseFact
) -> None:
    known = {name: one for name, one in clauses.items() if name != key}
    before, after = value(made(clauses=known)), value(made(clauses={**known, key: fact}))
    # A point that drops out changes the weights, so only those that stay are compared.
    if before is None or after is None or (fact.status == "not_applicable" and fact.reviewed):
        return
    assert before.lo <= after.lo <= after.pt <= before.pt
    assert after.hi <= before.hi


@given(checked)
def test_approving_a_deviation_never_makes_it_worse(clauses: dict[str, ClauseFact]) -> None:
    approved = {
        key: ClauseFact(one.status, one.reviewed, approved=True, no_assignment=one.no_assignment)
        for key, one in clauses.items()
    }
    before, after = value(made(clauses=clauses)), value(made(clauses=approved))
    if before is not None and after is not None:
        assert after.pt <= before.pt


def test_the_checklist_has_words_and_a_weight_for_every_point() -> None:
    found = checklist()
    assert len(found.by_key) >= 20
    for one in found.by_key.values():
        assert str(one.preferred) != str(one.fallback)
    assert found.by_key["assignment"].licence
