"""The pages of contracts, clauses, insurance and estimates."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.contracts import judge_all, make_contract, make_exposure, make_policy
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Clause, Contract, Engagement, Exposure, InsurancePolicy, PersonalData
from vendors.services import clauses, contracts


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit, name="Nam Long JSC"), unit, title="Housings")


def typed(**values: Any) -> dict[str, Any]:
    return {"title": "Master agreement", "status": "in_force", "renewal": "none", **values}


def base_of(html: str) -> str:
    found = re.search(r'name="base" value="([^"]*)"', html)
    assert found
    return found[1]


def text_of(person: Person, name: str, *args: Any) -> str:
    response = person.browser.get(reverse(name, args=args))
    assert response.status_code == 200
    return str(response.content.decode())


def test_the_page_says_what_is_missing_and_how_to_begin(
    engagement: Engagement, procurement: Person
) -> None:
    html = text_of(procurement, "vendors:contracts", engagement.vendor_id)
    assert "No contract is in force." in html
    assert "Nobody has estimated what a loss could cost." in html
    assert "No insurance on record" in html
    assert reverse("vendors:contract_add", args=[engagement.pk]) in html


def test_a_contract_is_entered_and_leads_to_its_clauses(
    engagement: Engagement, procurement: Person
) -> None:
    response = procurement.browser.post(
        reverse("vendors:contract_add", args=[engagement.pk]),
        typed(cap_kind="amount", cap_amount="500000", cap_currency="EUR", carve_outs=["none"]),
    )
    contract = Contract.objects.get()
    assert response.headers["Location"] == reverse("vendors:clauses", args=[contract.pk])
    assert contract.carve_outs == []
    html = text_of(procurement, "vendors:contracts", engagement.vendor_id)
    assert "EUR 500,000" in html
    assert "Nothing is carved out" in html


def test_a_refused_contract_shows_everything_that_was_typed(
    engagement: Engagement, procurement: Person
) -> None:
    response = procurement.browser.post(
        reverse("vendors:contract_add", args=[engagement.pk]),
        typed(
            starts_on="2026-05-01", ends_on="2026-04-01", cap_kind="amount",
            note="See annex 7", law_country="NA",
        ),
    )  # fmt: skip
    html = response.content.decode()
    assert "There are 3 problems" in html
    for kept in ("Master agreement", "2026-05-01", "See annex 7"):
        assert kept in html
    assert re.search(r'<option value="NA" selected', html)
    assert not Contract.objects.exists()


def test_an_amendment_says_what_it_amends(engagement: Engagement, legal: Person) -> None:
    main = make_contract(engagement, title="Frame")
    address = f"{reverse('vendors:contract_add', args=[engagement.pk])}?amends={main.pk}"
    assert "amends “Frame”" in legal.browser.get(address).content.decode()
    legal.browser.post(address, typed(title="Amendment 1"))
    assert Contract.objects.get(title="Amendment 1").amends == main
    assert "Amendment 1" in text_of(legal, "vendors:contract", main.pk)


def test_two_who_edit_different_fields_both_get_their_way(
    engagement: Engagement, legal: Person, procurement: Person
) -> None:
    contract = make_contract(engagement, title="Frame", reference="C-1")
    base = base_of(text_of(legal, "vendors:contract_edit", contract.pk))
    contracts.change(
        contract=contract, version=1, values={"note": "Signed twice"}, by=procurement.principal
    )
    legal.browser.post(
        reverse("vendors:contract_edit", args=[contract.pk]),
        typed(title="Frame", reference="C-2", base=base),
    )
    contract.refresh_from_db()
    assert (contract.reference, contract.note) == ("C-2", "Signed twice")


def test_two_who_edit_the_same_field_see_both_values(
    engagement: Engagement, legal: Person, procurement: Person
) -> None:
    contract = make_contract(engagement, title="Frame")
    base = base_of(text_of(legal, "vendors:contract_edit", contract.pk))
    contracts.change(
        contract=contract, version=1, values={"title": "Theirs"}, by=procurement.principal
    )
    response = legal.browser.post(
        reverse("vendors:contract_edit", args=[contract.pk]), typed(title="Mine", base=base)
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Mine" in html
    assert "Theirs" in html


def test_notice_is_settled_from_the_page(engagement: Engagement, legal: Person) -> None:
    contract = make_contract(
        engagement, ends_on="2040-12-31", renewal="automatic", renewal_months=12, notice_days=30
    )
    assert "Notice can be given until" in text_of(legal, "vendors:contract", contract.pk)
    legal.browser.post(reverse("vendors:contract_notice", args=[contract.pk]), {"done": "renew"})
    assert "Notice can be given until" not in text_of(legal, "vendors:contract", contract.pk)


def judged(person: Person, contract: Contract, key: str = "audit", **values: Any) -> Any:
    address = reverse("vendors:clause", args=[contract.pk, key])
    return person.browser.post(address, {"version": "0", "show": "open", **values})


def test_the_checklist_shows_what_to_ask_for_and_goes_on_to_the_next_point(
    engagement: Engagement, procurement: Person
) -> None:
    contract = make_contract(engagement)
    html = text_of(procurement, "vendors:clauses", contract.pk)
    assert "A trade secret is protected by law only while" in html
    assert "Acceptable fallback" in html
    response = judged(procurement, contract, status="fallback", extract="Once a year.")
    assert response.headers["Location"].endswith("?show=open#c-security")
    assert Clause.objects.get().extract == "Once a year."


def test_a_point_that_was_refused_is_named_and_keeps_what_was_typed(
    engagement: Engagement, procurement: Person
) -> None:
    contract = make_contract(engagement)
    html = judged(
        procurement, contract, status="not_applicable", note="Asked twice"
    ).content.decode()
    assert "Right to audit: Say why this does not apply." in html
    assert "Asked twice" in html
    assert not Clause.objects.exists()


def test_a_point_judged_by_two_shows_both(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    contract = make_contract(engagement)
    judged(procurement, contract, status="weak", extract="Theirs stands")
    response = judged(legal, contract, status="missing", note="Mine stays")
    html = response.content.decode()
    assert response.status_code == 409
    assert "Theirs stands" in html
    assert "Mine stays" in html
    assert Clause.objects.get().status == "weak"


def test_counsel_approves_a_deviation_and_procurement_sees_it(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    contract = make_contract(engagement)
    judged(procurement, contract, status="fallback")
    address = reverse("vendors:clause_review", args=[contract.pk, "audit"])
    refused = legal.browser.post(address, {"version": "1", "decision": "approve"})
    assert "Say why the deviation can be accepted." in refused.content.decode()
    legal.browser.post(
        address, {"version": "1", "decision": "approve", "deviation_reason": "Yearly report"}
    )
    html = text_of(procurement, "vendors:clauses", contract.pk)
    assert "Confirmed by Leo Legal" in html
    assert "Yearly report" in html
    # What was said of the deviation stays when the other form of the point is refused.
    refused = judged(legal, contract, version="2", status="not_applicable")
    assert "Yearly report</textarea>" in refused.content.decode()


def test_counsel_who_is_late_sees_what_was_saved_and_keeps_the_reason(
    engagement: Engagement, procurement: Person, legal: Person
) -> None:
    contract = make_contract(engagement)
    judged(procurement, contract, status="fallback")
    judged(procurement, contract, version="1", status="weak", extract="Theirs stands")
    late = legal.browser.post(
        reverse("vendors:clause_review", args=[contract.pk, "audit"]),
        {"version": "1", "decision": "approve", "deviation_reason": "Yearly report"},
    )
    assert late.status_code == 409
    assert "Theirs stands" in late.content.decode()
    assert "Yearly report</textarea>" in late.content.decode()


def test_views_of_the_checklist_count_what_waits(engagement: Engagement, legal: Person) -> None:
    contract = make_contract(engagement)
    judge_all(contract)
    clauses.judge(
        contract=contract, key="audit", version=1, values={"status": "missing"}, by=legal.principal
    )
    html = legal.browser.get(
        reverse("vendors:clauses", args=[contract.pk]), {"show": "gaps"}
    ).content.decode()
    assert html.count("data-clause=") == 1
    assert "Right to audit" in html


def test_a_german_contract_hints_that_copyright_is_licensed(
    engagement: Engagement, legal: Person
) -> None:
    contract = make_contract(engagement, law_country="DE")
    html = text_of(legal, "vendors:clauses", contract.pk)
    assert "authors can license copyright but not assign it" in html
    judged(legal, contract, key="assignment", status="licence", no_assignment="yes")
    assert Clause.objects.get().no_assignment


def test_insurance_is_entered_and_stands_in_the_table(
    engagement: Engagement, procurement: Person
) -> None:
    values = {
        "kind": "cyber", "insurer": "Rhenus", "number": "CY-1", "status": "current",
        "valid_from": "2020-01-01", "expires_on": "2040-01-01", "limit": "2500000",
        "currency": "EUR",
    }  # fmt: skip
    address = reverse("vendors:policy_add", args=[engagement.vendor_id])
    bad = procurement.browser.post(address, {**values, "expires_on": "2019-01-01"})
    assert "It expires before it begins." in bad.content.decode()
    procurement.browser.post(address, values)
    policy = InsurancePolicy.objects.get()
    assert policy.excluded_percent is None
    html = text_of(procurement, "vendors:contracts", engagement.vendor_id)
    assert "EUR 2,500,000" in html
    assert "not known" in html
    edit = reverse("vendors:policy", args=[policy.pk])
    base = base_of(procurement.browser.get(edit).content.decode())
    procurement.browser.post(edit, {**values, "excluded_percent": "50", "base": base})
    policy.refresh_from_db()
    assert policy.excluded_percent == 50


def test_an_exposure_is_estimated_and_put_right(
    engagement: Engagement, procurement: Person
) -> None:
    address = reverse("vendors:exposure", args=[engagement.pk])
    values = {
        "low": "100000", "likely": "500000", "high": "1000000", "currency": "EUR",
        "reason": "Margin of three years",
    }  # fmt: skip
    procurement.browser.post(address, values)
    base = base_of(procurement.browser.get(address).content.decode())
    procurement.browser.post(address, {**values, "likely": "600000", "base": base})
    row = Exposure.objects.get()
    assert (row.likely, row.version) == (Decimal(600_000), 2)


def test_sub_processors_are_typed_row_by_row(engagement: Engagement, procurement: Person) -> None:
    address = reverse("vendors:personal_data", args=[engagement.pk])
    values = {
        "role": "processor", "agreement": "signed", "sub_processors_0_0": "Cloud Ltd",
        "sub_processors_0_1": "IE", "sub_processors_0_2": "Hosting", "sub_processors_1_0": "",
        "sub_processors_1_1": "FR", "sub_processors_1_2": "", "transfer_to_0": "US",
        "transfer_to_1": "", "sub_processors_approved": "no",
    }  # fmt: skip
    html = procurement.browser.post(address, values).content.decode()
    assert "Row 2: enter the name." in html
    assert "Cloud Ltd" in html
    procurement.browser.post(address, {**values, "sub_processors_1_1": ""})
    row = PersonalData.objects.get()
    assert row.sub_processors == [{"name": "Cloud Ltd", "country": "IE", "service": "Hosting"}]
    assert (row.transfer_to, row.sub_processors_approved) == (["US"], False)
    again = procurement.browser.get(address).content.decode()
    assert "Name of sub-processor 3" in again


def test_an_auditor_reads_and_changes_nothing(engagement: Engagement, auditor: Person) -> None:
    contract = make_contract(engagement)
    judge_all(contract)
    html = text_of(auditor, "vendors:clauses", contract.pk)
    assert "<textarea" not in html
    assert judged(auditor, contract, status="weak").status_code == 403
    assert "Enter a contract" not in text_of(auditor, "vendors:contracts", engagement.vendor_id)


def test_many_contracts_cost_as_many_queries_as_one(
    engagement: Engagement, unit: BusinessUnit, procurement: Person
) -> None:
    def entered(one: Engagement) -> None:
        judge_all(make_contract(one), "weak")
        make_exposure(one)
        make_policy(one.vendor)

    def queries() -> int:
        with CaptureQueriesContext(connection) as captured:
            text_of(procurement, "vendors:contracts", engagement.vendor_id)
        return len(captured)

    entered(engagement)
    queries()
    single = queries()
    for _number in range(3):
        entered(make_engagement(engagement.vendor, unit))
    assert queries() == single
