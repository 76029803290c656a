"""Judging clauses, and counsel's word on them."""

from typing import Any

import pytest

from accounts.models import BusinessUnit
from accounts.scoping import NotAllowed
from audit.errors import Invalid, OutOfDate, Refused
from audit.models import Event
from tests.factories.contracts import make_contract
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Clause, Contract
from vendors.services import clauses


@pytest.fixture
def contract(unit: BusinessUnit) -> Contract:
    return make_contract(make_engagement(make_vendor(unit), unit))


def judge(
    contract: Contract, by: Person, key: str = "audit", version: int = 0, **values: object
) -> Clause:
    values.setdefault("status", "fallback")
    return clauses.judge(
        contract=contract, key=key, version=version, values=values, by=by.principal
    )


def test_procurement_judges_and_counsel_approves_the_deviation(
    contract: Contract, procurement: Person, legal: Person
) -> None:
    row = judge(contract, procurement, extract="Once a year, on 30 days' notice.")
    assert (row.version, row.reviewed_by) == (1, None)
    done = clauses.review(
        contract=contract, key="audit", version=1, approve=True,
        reason="The yearly report covers the site.", by=legal.principal,
    )  # fmt: skip
    assert done.reviewed_by == legal.user
    assert done.deviation_approved
    kinds = list(
        Event.objects.filter(aggregate_id=contract.pk)
        .order_by("position")
        .values_list("type", flat=True)
    )
    assert kinds == ["contract.changed", "clause.judged", "clause.reviewed"]


def test_a_later_change_takes_counsels_word_back_but_a_note_does_not(
    contract: Contract, procurement: Person, legal: Person
) -> None:
    judge(contract, procurement, status="preferred")
    clauses.review(contract=contract, key="audit", version=1, by=legal.principal)
    noted = judge(contract, procurement, version=2, status="preferred", note="See annex 3")
    assert noted.reviewed_by == legal.user
    weaker = judge(contract, procurement, version=3, status="weak")
    assert weaker.reviewed_by is None


def test_only_counsel_reviews(contract: Contract, procurement: Person) -> None:
    judge(contract, procurement)
    with pytest.raises(NotAllowed):
        clauses.review(contract=contract, key="audit", version=1, by=procurement.principal)


def test_a_deviation_is_approved_with_a_reason_and_only_of_a_fallback(
    contract: Contract, legal: Person
) -> None:
    judge(contract, legal)
    with pytest.raises(Invalid):
        clauses.review(contract=contract, key="audit", version=1, approve=True, by=legal.principal)
    judge(contract, legal, version=1, status="weak")
    with pytest.raises(Refused):
        clauses.review(
            contract=contract, key="audit", version=2, approve=True, reason="ok",
            by=legal.principal,
        )  # fmt: skip


@pytest.mark.parametrize(
    ("key", "values", "field"),
    [
        ("audit", {"status": ""}, "status"),
        ("audit", {"status": "great"}, "status"),
        ("audit", {"status": "not_applicable"}, "reason"),
        ("audit", {"status": "licence"}, "status"),
        ("karaoke", {"status": "weak"}, "key"),
    ],
)
def test_what_cannot_be_taken_is_named(
    contract: Contract, legal: Person, key: str, values: dict[str, Any], field: str
) -> None:
    with pytest.raises(Invalid) as refused:
        judge(contract, legal, key=key, **values)
    assert field in refused.value.extra["errors"]
    assert not Clause.objects.exists()


def test_two_who_judge_the_same_point_do_not_overwrite_each_other(
    contract: Contract, legal: Person, procurement: Person
) -> None:
    judge(contract, procurement)
    with pytest.raises(OutOfDate):
        judge(contract, legal, status="missing")


def test_nobody_reviews_what_nobody_has_judged(contract: Contract, legal: Person) -> None:
    with pytest.raises(Refused):
        clauses.review(contract=contract, key="audit", version=0, by=legal.principal)
