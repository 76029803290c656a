"""The pages on which engagements are added and changed."""

from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from tests.personas import Person
from tests.vendors.test_vendor_pages import hidden
from vendors.models import Engagement, Vendor
from vendors.services import engagements


def typed(unit: BusinessUnit, **values: Any) -> dict[str, Any]:
    return {
        "unit": str(unit.pk),
        "title": "Housings for the X200",
        "service": "contract_manufacturing",
        "status": "active",
        "currency": "EUR",
        "annual_spend": "250000",
        "made_in_0": "VN",
        "made_in_1": "",
        **{f"intake_{key}": value for key, value in USUAL_INTAKE.items()},
        **values,
    }


def add_address(vendor: Vendor) -> str:
    return reverse("vendors:engagement_add", args=[vendor.pk])


def edit_address(engagement: Engagement) -> str:
    return reverse("vendors:engagement_edit", args=[engagement.pk])


def test_an_engagement_is_added_and_its_risk_is_told_in_a_sentence(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    response = procurement.browser.post(add_address(vendor), typed(unit), follow=True)
    engagement = Engagement.objects.get()
    assert engagement.intake == USUAL_INTAKE
    assert (engagement.made_in, str(engagement.annual_spend)) == (["VN"], "250000.00")
    html = response.content.decode()
    assert "Inherent risk is 56.9 of 100, tier High" in html
    assert "most of it comes from" in html


def test_an_amount_is_read_and_shown_in_the_readers_language(
    unit: BusinessUnit, procurement: Person
) -> None:
    procurement.user.language = "de"
    procurement.user.save(update_fields=["language"])
    vendor = make_vendor(unit)
    refused = procurement.browser.post(
        add_address(vendor), typed(unit, annual_spend="12.34,567.8")
    ).content.decode()
    assert 'value="12.34,567.8"' in refused
    procurement.browser.post(add_address(vendor), typed(unit, annual_spend="1.234.567,5"))
    engagement = Engagement.objects.get()
    assert str(engagement.annual_spend) == "1234567.50"
    assert (
        'value="1234567,50"' in procurement.browser.get(edit_address(engagement)).content.decode()
    )


def test_not_known_yet_is_an_answer_and_counts_as_the_highest_risk(
    unit: BusinessUnit, procurement: Person
) -> None:
    vendor = make_vendor(unit)
    page = procurement.browser.get(add_address(vendor)).content.decode()
    assert page.count("Not known yet: counts as the highest risk") == len(USUAL_INTAKE) - 1
    empty = {f"intake_{key}": "" for key in USUAL_INTAKE if key != "ip_entrusted"}
    data = {**typed(unit), **empty}
    del data["intake_ip_entrusted"]
    procurement.browser.post(add_address(vendor), data)
    assert Engagement.objects.get().inherent_risk == 10_000


def test_a_refused_engagement_shows_everything_that_was_typed(
    unit: BusinessUnit, procurement: Person
) -> None:
    response = procurement.browser.post(
        add_address(make_vendor(unit)),
        typed(
            unit,
            title="",
            annual_spend="-3",
            description="Makes housings",
            intake_ip_entrusted=["none", "designs"],
            company_code="1000",
        ),
    )
    html = response.content.decode()
    assert "There are 3 problems" in html
    assert "“None of these” cannot be combined" in html
    assert "Makes housings" in html
    assert 'value="1000"' in html
    assert 'value="VN" selected' in html
    assert not Engagement.objects.exists()


def test_more_places_can_be_asked_for_without_losing_anything(
    unit: BusinessUnit, procurement: Person
) -> None:
    response = procurement.browser.post(
        add_address(make_vendor(unit)), typed(unit, title="Kept", made_in_1="CN", more_places="1")
    )
    html = response.content.decode()
    assert not Engagement.objects.exists()
    assert 'value="Kept"' in html
    assert html.count('<select name="made_in_') > 2
    assert html.count('value="VN" selected') == html.count('value="CN" selected') == 1
    assert 'value="serious"' in html
    assert "Error:" not in html


def test_the_edit_page_says_what_drives_the_risk(unit: BusinessUnit, legal: Person) -> None:
    engagement = make_engagement(make_vendor(unit), unit, intake={})
    html = legal.browser.get(edit_address(engagement)).content.decode()
    assert "<strong>100.0</strong>" in html
    assert "not known yet" in html


def test_two_people_who_change_different_answers_both_get_saved(
    unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit, title="Housings for the X200")
    base = hidden(procurement.browser.get(edit_address(engagement)), "base")
    engagements.change(
        engagement=engagement,
        version=1,
        values={"intake": {**USUAL_INTAKE, "subcontracting": "free"}},
        by=admin.principal,
    )
    procurement.browser.post(
        edit_address(engagement), typed(unit, base=base, intake_substitutability="none")
    )
    engagement.refresh_from_db()
    assert engagement.intake["subcontracting"] == "free"
    assert engagement.intake["substitutability"] == "none"
    assert str(engagement.annual_spend) == "250000.00"


def test_two_people_who_change_the_same_answer_see_both(
    unit: BusinessUnit, procurement: Person, admin: Person
) -> None:
    engagement = make_engagement(make_vendor(unit), unit)
    base = hidden(procurement.browser.get(edit_address(engagement)), "base")
    engagements.change(
        engagement=engagement,
        version=1,
        values={"intake": {**USUAL_INTAKE, "subcontracting": "free"}, "made_in": ["CN"]},
        by=admin.principal,
    )
    response = procurement.browser.post(
        edit_address(engagement),
        typed(unit, base=base, intake_subcontracting="none", made_in_0="US"),
    )
    html = response.content.decode()
    assert response.status_code == 409
    assert "Yes, as the vendor sees fit" in html
    assert "No, and the contract will forbid it" in html
    assert "United States of America" in html
    engagement.refresh_from_db()
    assert engagement.intake["subcontracting"] == "free"
    again = typed(unit, base=hidden(response, "base"), intake_subcontracting="none", made_in_0="US")
    procurement.browser.post(edit_address(engagement), again)
    engagement.refresh_from_db()
    assert (engagement.intake["subcontracting"], engagement.made_in) == ("none", ["US"])


@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("admin", 200),
        ("procurement", 200),
        ("legal", 200),
        ("auditor", 403),
        ("outsider_procurement", 404),
        ("outsider_legal", 404),
    ],
)
def test_only_who_edits_engagements_of_the_unit_opens_the_pages(
    request: pytest.FixtureRequest, unit: BusinessUnit, who: str, status: int
) -> None:
    person: Person = request.getfixturevalue(who)
    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    assert person.browser.get(add_address(vendor)).status_code == status
    assert person.browser.get(edit_address(engagement)).status_code == status
