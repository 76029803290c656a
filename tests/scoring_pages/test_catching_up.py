"""Where people wait for what follows from what they recorded: it is shown until it is there."""

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from audit.ids import uuid7
from scoring.models import Outstanding
from scoring.services import reassessing
from scoring.services.outstanding import Subject
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import Country, FindingDue
from vendors.services import law_release

pytestmark = pytest.mark.django_db
ASKED_BY_A_PAGE = {"HX-Request": "true"}


def test_the_page_of_a_country_shows_how_far_the_scores_are_that_rest_on_it(
    unit: BusinessUnit, other_unit: BusinessUnit, procurement: Person
) -> None:
    law_release.ensure()
    china = Country.objects.get(code="CN")
    mine = [make_vendor(unit, name=f"Zhang {n}", country="CN") for n in range(2)]
    make_vendor(other_unit, name="Li", country="CN")
    url = reverse("scoring:country_scores", args=["CN"])
    Outstanding.objects.all().delete()
    assert (
        f'hx-get="{url}"' in procurement.browser.get(reverse("vendors:country", args=["CN"])).text
    )
    nothing = procurement.browser.get(url, headers=ASKED_BY_A_PAGE)
    assert (nothing.status_code, nothing.text.strip()) == (286, "")
    assert "up to date" in procurement.browser.get(url).text

    Outstanding.objects.create(subject=Subject.COUNTRY, subject_id=china.pk)
    assert 'max="2" value="0"' in procurement.browser.get(url, headers=ASKED_BY_A_PAGE).text
    reassessing.spread(subject=Subject.COUNTRY, subject_id=china.pk)
    reassessing.vendors(vendor_ids=[mine[0].pk], cause="country.rated")
    assert 'max="2" value="1"' in procurement.browser.get(url, headers=ASKED_BY_A_PAGE).text
    reassessing.vendors(vendor_ids=[mine[1].pk], cause="country.rated")
    done = procurement.browser.get(f"{url}?said=50", headers=ASKED_BY_A_PAGE)
    assert (done.status_code, "up to date" in done.text) == (286, True)


def test_the_list_of_findings_says_that_some_are_being_worked_out_and_offers_the_new_one(
    procurement: Person,
) -> None:
    url = reverse("vendors:findings_behind")
    assert f'hx-get="{url}"' in procurement.browser.get(reverse("vendors:findings")).text
    FindingDue.objects.all().delete()
    assert procurement.browser.get(url, headers=ASKED_BY_A_PAGE).status_code == 286
    FindingDue.objects.create(subject="vendor", subject_id=uuid7())
    waits = procurement.browser.get(url, headers=ASKED_BY_A_PAGE)
    assert (waits.status_code, "being worked out" in waits.text) == (200, True)
    FindingDue.objects.all().delete()
    over = procurement.browser.get(f"{url}?said=1", headers=ASKED_BY_A_PAGE)
    assert (over.status_code, "Show the list as it is now" in over.text) == (286, True)
    assert "HX-Refresh" not in over
