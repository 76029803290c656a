"""The tab about the law of the places where a vendor works."""

import pytest

from accounts.models import BusinessUnit
from tests.factories.law import country, make_rating
from tests.factories.vendors import USUAL_INTAKE, make_engagement, make_vendor
from tests.personas import Person
from tests.vendors.law.test_pages import text

pytestmark = pytest.mark.django_db


def test_tab_says_per_engagement_what_protects_and_what_is_missing(
    procurement: Person, unit: BusinessUnit
) -> None:
    country("TW")
    vendor = make_vendor(unit, country="DE")
    intake = {**USUAL_INTAKE, "ip_entrusted": ["source_code"]}
    make_engagement(vendor, unit, title="Firmware", made_in=["TW"], intake=intake)
    said = text(procurement.browser.get(f"/vendors/{vendor.pk}/law/?on=2026-03-01"))
    assert "Firmware" in said
    assert "The work is done in Taiwan" in said
    assert "1 of 3 treaties in force: TRIPS" in said
    assert "Insufficient data: between" in said
    assert "WIPO Copyright Treaty (WCT)" in said
    assert "named in the engagement" in said


def test_worst_place_is_marked_and_the_rating_shown(
    procurement: Person, unit: BusinessUnit
) -> None:
    make_rating("TH", 62)
    make_rating("DE", 10)
    vendor = make_vendor(unit, country="DE")
    make_engagement(vendor, unit, made_in=["DE", "TH"])
    said = text(procurement.browser.get(f"/vendors/{vendor.pk}/law/"))
    assert "Risk 62 of 100" in said
    assert "Thailand is the worst and decides" in said
    assert "Decides" in said
    assert "By what is on record today, this changes on" in said


def test_engagements_of_other_units_are_not_told(
    procurement: Person, unit: BusinessUnit, other_unit: BusinessUnit
) -> None:
    from accounts.principal import SYSTEM
    from vendors.services import vendors

    vendor = make_vendor(unit, country="DE")
    vendors.link_unit(vendor=vendor, unit=other_unit, by=SYSTEM)
    make_engagement(vendor, other_unit, title="Their secret work", made_in=["TH"])
    page = procurement.browser.get(f"/vendors/{vendor.pk}/law/")
    assert "Their secret work" not in text(page)
    assert "No engagement yet" in text(page)


def test_engagement_without_any_place_says_what_to_do(
    procurement: Person, unit: BusinessUnit
) -> None:
    vendor = make_vendor(unit, country="")
    make_engagement(vendor, unit, made_in=[])
    said = text(procurement.browser.get(f"/vendors/{vendor.pk}/law/"))
    assert "name it in the engagement, or add a site" in said


def test_outsider_gets_404(outsider_procurement: Person, unit: BusinessUnit) -> None:
    vendor = make_vendor(unit)
    assert outsider_procurement.browser.get(f"/vendors/{vendor.pk}/law/").status_code == 404
