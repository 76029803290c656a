"""Long IP schedules are written by workers: watched, cancelled, refused in words, written once."""

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from audit.models import Event
from tests.factories.ip import make_asset
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from tests.vendors.test_vendor_pages import hidden
from vendors.models import Engagement, IpAsset, IpImport
from vendors.services import ip_jobs

pytestmark = pytest.mark.django_db
MANY = ip_jobs.AT_ONCE + 1
LONG = "reference;name;kind;country;status;number;filed\n" + "".join(
    f"P-{n};Hinge {n};inventions;NA;pending;NA-{n};2024-02-01\n" for n in range(MANY)
)


@pytest.fixture
def engagement(unit: BusinessUnit) -> Engagement:
    return make_engagement(make_vendor(unit), unit, made_in=["NA"])


def sent(person: Person, engagement: Engagement) -> IpImport:
    """A long list that was looked at and confirmed on the page."""
    url = reverse("vendors:ip_import", args=[engagement.pk])
    file = SimpleUploadedFile("Schedule 2026.csv", LONG.encode())
    looked = person.browser.post(url, {"file": file})
    answer = person.browser.post(url, {"token": hidden(looked, "token")})
    made = IpImport.objects.latest("pk")
    assert answer["Location"] == watched(made)
    return made


def watched(made: IpImport) -> str:
    return reverse("vendors:ip_list", args=[made.pk])


def test_a_long_schedule_is_watched_cancelled_and_written_in_the_background(
    engagement: Engagement, procurement: Person
) -> None:
    made = sent(procurement, engagement)
    url = watched(made)
    page = procurement.browser.get(url).text
    assert "Assets written" in page
    assert "Schedule 2026.csv" in page
    assert "nothing will be" in procurement.browser.get(f"{url}?cancel=1").text
    procurement.browser.post(f"{url}?cancel=1")
    ip_jobs.go_on(import_id=made.pk)
    assert not IpAsset.objects.exists()
    assert "The import was cancelled." in procurement.browser.get(url).text

    procurement.browser.post(url, {"run": "1"})
    ip_jobs.go_on(import_id=made.pk)
    ip_jobs.go_on(import_id=made.pk)
    assert IpAsset.objects.count() == MANY
    filed_on = IpAsset.objects.get(reference="P-7").registrations.get().filed_on
    assert filed_on is not None
    assert filed_on.year == 2024
    assert engagement.ip_assets.count() == MANY
    assert Event.objects.filter(type="ip.asset_added").count() == MANY
    assert procurement.browser.get(url, headers={"HX-Request": "true"})["HX-Refresh"] == "true"
    assert "See the schedule" in procurement.browser.get(url).text
    # What has ended is not begun anew.
    procurement.browser.post(url, {"run": "1"})
    assert IpImport.objects.get().status == "done"


def test_a_schedule_that_can_no_longer_be_taken_waits_with_the_reason(
    unit: BusinessUnit, engagement: Engagement, procurement: Person
) -> None:
    made = sent(procurement, engagement)
    for _twice in range(2):
        make_asset(engagement, name="Hinge 5")
    IpImport.objects.update(
        assets=[one | {"reference": ""} for one in IpImport.objects.get().assets]
    )
    ip_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, IpAsset.objects.filter(name="Hinge 1").exists()) == ("preview", False)
    assert "Several assets have this name" in procurement.browser.get(watched(made)).text


def test_a_schedule_of_somebody_who_may_no_longer_change_it_is_not_written(
    engagement: Engagement, procurement: Person, outsider_procurement: Person, auditor: Person
) -> None:
    made = sent(procurement, engagement)
    assert outsider_procurement.browser.get(watched(made)).status_code == 404
    assert auditor.browser.post(f"{watched(made)}?cancel=1").status_code == 403
    procurement.user.memberships.update(role=Role.AUDITOR)
    ip_jobs.go_on(import_id=made.pk)
    made.refresh_from_db()
    assert (made.status, IpAsset.objects.exists()) == ("preview", False)
    assert made.reason


def test_a_long_schedule_is_found_again_on_the_page_of_imports_and_let_go_of(
    engagement: Engagement, procurement: Person
) -> None:
    made = sent(procurement, engagement)
    url, page = watched(made), reverse("vendors:ip_import", args=[engagement.pk])
    assert url in procurement.browser.get(page).text
    assert procurement.browser.post(url, {"discard": "1"}).status_code == 409
    procurement.browser.post(f"{url}?cancel=1")
    assert 'name="discard"' in procurement.browser.get(url).text
    assert procurement.browser.post(url, {"discard": "1"})["Location"] == page
    made.refresh_from_db()
    assert (made.status, made.assets) == ("discarded", [])
    assert "Discarded" in procurement.browser.get(page).text
    over = procurement.browser.get(url).text
    assert "This list was discarded." in over
    assert 'name="run"' not in over
    other = make_engagement(engagement.vendor, engagement.unit)
    assert url not in procurement.browser.get(reverse("vendors:ip_import", args=[other.pk])).text
