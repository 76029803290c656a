"""Contracts, policies and the facts beside them over the API."""

from typing import Any
from uuid import uuid4

import pytest

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.ids import uuid7
from tests.factories.accounts import make_api_client, make_key
from tests.factories.contracts import judge_all, make_contract, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person, Program
from vendors.models import Clause, Contract, Engagement, InsurancePolicy
from vendors.services import clauses

pytestmark = pytest.mark.django_db

CONTRACT = {
    "title": "Supply agreement",
    "status": "in_force",
    "law_country": "NA",
    "cap_kind": "amount",
    "cap_amount": "500000.00",
    "cap_currency": "EUR",
    "carve_outs": ["ip_breach"],
    "clauses": [{"key": "audit", "status": "fallback", "extract": "Once a year."}],
}
POLICY = {
    "kind": "cyber",
    "insurer": "Rhenus",
    "number": "CY-1",
    "limit": "1000000",
    "currency": "EUR",
    "valid_from": "2026-01-01",
    "expires_on": "2026-12-31",
}


@pytest.fixture
def writer(unit: BusinessUnit) -> Program:
    """A client that reads and writes facts."""
    client = make_api_client(unit, scopes=["vendors:read", "vendors:write"], name="CLM")
    return Program(client, make_key(client))


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit)


def put(program: Program, address: str, body: Any, **headers: str) -> Any:
    return program.browser.put(address, body, content_type="application/json", headers=headers)


def contract_at(engagement: Engagement, pk: object) -> str:
    return f"/api/v1/engagements/{engagement.pk}/contracts/{pk}"


def policy_at(engagement: Engagement, pk: object) -> str:
    return f"/api/v1/vendors/{engagement.vendor_id}/policies/{pk}"


def test_a_contract_is_put_with_its_clauses_and_putting_it_again_changes_nothing(
    writer: Program, engagement: Engagement
) -> None:
    address = contract_at(engagement, uuid7())
    made = put(writer, address, CONTRACT)
    assert made.status_code == 201
    assert made.json()["clauses"][0]["status"] == "fallback"
    assert (made.json()["law_country"], made.json()["cap_amount"]) == ("NA", "500000.00")
    again = put(writer, address, CONTRACT)
    assert (again.status_code, again.json()) == (200, made.json())
    assert writer.browser.get(address).json() == made.json()
    page = writer.browser.get(f"/api/v1/engagements/{engagement.pk}/contracts").json()
    assert [one["title"] for one in page["items"]] == ["Supply agreement"]


def test_points_that_are_not_named_stay_and_counsels_word_with_them(
    writer: Program, engagement: Engagement, legal: Person
) -> None:
    contract = make_contract(engagement)
    judge_all(contract)
    clauses.review(contract=contract, key="return", version=1, by=legal.principal)
    put(writer, contract_at(engagement, contract.pk), CONTRACT)
    rows = {row.key: row for row in Clause.objects.filter(contract=contract)}
    assert rows["return"].reviewed_by == legal.user
    assert (rows["audit"].status, rows["residuals"].status) == ("fallback", "preferred")


@pytest.mark.parametrize(
    ("change", "pointer"),
    [
        ({"ends_on": "2026-02-30"}, "/ends_on"),
        ({"starts_on": "2026-02-01", "ends_on": "2026-01-01"}, "/ends_on"),
        ({"cap_amount": "-1"}, "/cap_amount"),
        ({"cap_currency": "XXX"}, "/cap_currency"),
        ({"law_country": "ZZ"}, "/law_country"),
        ({"amends": str(uuid4())}, "/amends"),
        ({"clauses": [{"key": "audit", "status": "not_applicable"}]}, "/clauses/0/reason"),
        ({"clauses": [{"key": "audit", "status": "weak"}] * 2}, "/clauses/1/key"),
    ],
)
def test_what_is_wrong_is_pointed_at_and_nothing_is_written(
    writer: Program, engagement: Engagement, change: dict[str, Any], pointer: str
) -> None:
    answer = put(writer, contract_at(engagement, uuid7()), {**CONTRACT, **change})
    assert answer.status_code == 400
    assert pointer in [one["pointer"] for one in answer.json()["errors"]]
    assert not Contract.objects.exists()


def test_a_tag_that_is_out_of_date_is_refused_also_after_a_clause_was_judged(
    writer: Program, engagement: Engagement
) -> None:
    contract = make_contract(engagement)
    address = contract_at(engagement, contract.pk)
    tag = writer.browser.get(address).headers["ETag"]
    clauses.judge(contract=contract, key="audit", version=0, values={"status": "weak"}, by=SYSTEM)
    assert put(writer, address, CONTRACT, if_match=tag).status_code == 412
    fresh = writer.browser.get(address).headers["ETag"]
    assert put(writer, address, CONTRACT, if_match=fresh).status_code == 200


def test_an_amendment_names_its_contract_once(writer: Program, engagement: Engagement) -> None:
    main = make_contract(engagement)
    address = contract_at(engagement, uuid7())
    body = {"title": "Amendment", "amends": str(main.pk)}
    assert put(writer, address, body).status_code == 201
    assert put(writer, address, {"title": "Amendment"}).status_code == 400


def test_ids_of_others_are_taken_and_tell_nothing(
    writer: Program, engagement: Engagement, other_unit: BusinessUnit
) -> None:
    theirs = make_contract(make_engagement(make_vendor(other_unit), other_unit))
    address = contract_at(engagement, theirs.pk)
    assert writer.browser.get(address).status_code == 404
    assert put(writer, address, CONTRACT).status_code == 409


def test_a_policy_is_put_and_read_back(writer: Program, engagement: Engagement) -> None:
    address = policy_at(engagement, uuid7())
    assert put(writer, address, POLICY).status_code == 201
    again = put(writer, address, {**POLICY, "eroded": "250000.00"})
    assert (again.status_code, again.json()["eroded"]) == (200, "250000.00")
    assert again.json()["excluded_percent"] is None
    second = put(writer, policy_at(engagement, uuid7()), POLICY)
    assert [one["pointer"] for one in second.json()["errors"]] == ["/number"]
    assert InsurancePolicy.objects.count() == 1
    page = writer.browser.get(f"/api/v1/vendors/{engagement.vendor_id}/policies").json()
    assert len(page["items"]) == 1


def test_who_only_reads_writes_nothing(
    api_client: Program, outsider_client: Program, engagement: Engagement
) -> None:
    contract, policy = make_contract(engagement), make_policy(engagement.vendor)
    for address, body in (
        (contract_at(engagement, contract.pk), CONTRACT),
        (policy_at(engagement, policy.pk), POLICY),
    ):
        assert api_client.browser.get(address).status_code == 200
        assert put(api_client, address, body).status_code == 403
        assert outsider_client.browser.get(address).status_code == 404


@pytest.mark.parametrize(
    ("name", "body", "wrong", "pointer"),
    [
        (
            "exposure",
            {"low": "1", "likely": "2", "high": "3", "currency": "EUR", "reason": "Guess"},
            {"high": "1"},
            "/high",
        ),
        (
            "personal-data",
            {"role": "processor", "sub_processors": [{"name": "Cloud Ltd", "country": "NA"}]},
            {"transfer_to": ["ZZ"]},
            "/transfer_to",
        ),
        (
            "ict-service",
            {"function": "Payments", "critical": True},
            {"last_audit_on": "2140-01-01"},
            "/last_audit_on",
        ),
    ],
)
def test_what_is_recorded_once_is_put_and_read_back(
    writer: Program,
    engagement: Engagement,
    name: str,
    body: dict[str, Any],
    wrong: dict[str, Any],
    pointer: str,
) -> None:
    address = f"/api/v1/engagements/{engagement.pk}/{name}"
    assert writer.browser.get(address).status_code == 404
    refused = put(writer, address, {**body, **wrong})
    assert [one["pointer"] for one in refused.json()["errors"]] == [pointer]
    made = put(writer, address, body)
    assert made.status_code == 201
    again = put(writer, address, body)
    assert (again.status_code, again.headers["ETag"]) == (200, '"v1"')
    assert writer.browser.get(address).json() == made.json()
