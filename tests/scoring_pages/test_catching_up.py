"""Where people wait for what follows from what they recorded: it is shown until it is there."""

import re
from datetime import timedelta

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit import clock
from scoring.models import Outstanding
from scoring.services import reassessing
from scoring.services.outstanding import Subject
from tests.factories.incidents import make_incident
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Country, FindingDue
from vendors.selectors import findings
from vendors.services import law_release, limits
from vendors.views import findings as findings_page

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
    waits = procurement.browser.get(url, headers=ASKED_BY_A_PAGE).text
    assert 'max="2" value="0"' in waits
    assert "What was recorded can be taken back, and the scores follow that, too." in waits
    assert "work-cancel" not in waits
    reassessing.spread(subject=Subject.COUNTRY, subject_id=china.pk)
    reassessing.vendors(vendor_ids=[mine[0].pk], cause="country.rated")
    assert 'max="2" value="1"' in procurement.browser.get(url, headers=ASKED_BY_A_PAGE).text
    reassessing.vendors(vendor_ids=[mine[1].pk], cause="country.rated")
    done = procurement.browser.get(f"{url}?said=50", headers=ASKED_BY_A_PAGE)
    assert (done.status_code, "up to date" in done.text) == (286, True)


def test_the_list_of_findings_says_that_some_are_being_worked_out_and_offers_the_new_one(
    unit: BusinessUnit, procurement: Person
) -> None:
    url = reverse("vendors:findings_behind")
    assert f'hx-get="{url}"' in procurement.browser.get(reverse("vendors:findings")).text
    FindingDue.objects.all().delete()
    assert procurement.browser.get(url, headers=ASKED_BY_A_PAGE).status_code == 286
    FindingDue.objects.create(subject="vendor", subject_id=make_vendor(unit).pk)
    waits = procurement.browser.get(url, headers=ASKED_BY_A_PAGE)
    assert (waits.status_code, "being worked out" in waits.text) == (200, True)
    assert "1 comparison is left." in waits.text
    FindingDue.objects.all().delete()
    over = procurement.browser.get(f"{url}?said=1", headers=ASKED_BY_A_PAGE)
    assert (over.status_code, "Show the list as it is now" in over.text) == (286, True)
    assert "HX-Refresh" not in over


def test_the_list_of_findings_counts_what_is_left_of_what_the_reader_sees_and_no_further(
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    legal: Person,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(findings_page, "MOST_BEHIND", 2)
    monkeypatch.setattr(findings, "MOST_BEHIND", 2)
    url = reverse("vendors:findings_behind")

    def told(person: Person = procurement) -> str:
        page = person.browser.get(url).text
        said = re.search(r"(?:More than )?\d+ comparisons? (?:is|are) left", page)
        return said[0] if said else ""

    vendor = make_vendor(unit)
    engagement = make_engagement(vendor, unit)
    incident = make_incident(engagement)
    stranger = make_vendor(other_unit)
    theirs = make_engagement(stranger, other_unit)
    FindingDue.objects.all().delete()
    FindingDue.objects.create(subject="vendor", subject_id=stranger.pk)
    FindingDue.objects.create(subject="engagement", subject_id=theirs.pk)
    tomorrow = clock.now() + timedelta(days=1)
    FindingDue.objects.create(subject="vendor", subject_id=vendor.pk, due_at=tomorrow)
    assert told() == ""
    for subject, about, said in (
        ("engagement", engagement.pk, "1 comparison is left"),
        ("vendor", vendor.pk, "2 comparisons are left"),
        ("incident", incident.pk, "More than 2 comparisons are left"),
    ):
        FindingDue.objects.create(subject=subject, subject_id=about)
        assert told() == said
    FindingDue.objects.filter(subject="incident").delete()
    limits.limit(engagement=engagement, users=[legal.user.pk], by=SYSTEM)
    FindingDue.objects.filter(subject="vendor", due_at__lt=tomorrow).delete()
    assert (told(), told(legal)) == ("", "1 comparison is left")
