"""Merges done by workers: watched, cancelled, refused in words, done once, taken up again."""

from datetime import timedelta
from typing import Any

import pytest
from celery import Celery
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from accounts.scoping import NotAllowed
from audit.models import Event
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import Engagement, MergeJob, MergeRecord, Site, Vendor, VendorUnit
from vendors.services import vendors
from vendors.services.merging import jobs
from vendors.services.merging import merge as merging
from vendors.services.merging.merge import merge

pytestmark = pytest.mark.django_db
HTMX = {"HX-Request": "true"}


@pytest.fixture
def pair(unit: BusinessUnit) -> tuple[Vendor, Vendor]:
    kept = make_vendor(unit, name="Halden Präzision GmbH", country="DE")
    gone = make_vendor(unit, name="Halden Prazision", country="DE")
    make_engagement(gone, unit, title="Castings")
    for number in range(5):
        Site.objects.create(vendor=gone, name=f"Works {number}", country="DE")
    return kept, gone


def asked(person: Person, pair: tuple[Vendor, Vendor]) -> MergeJob:
    """The merge of the two, asked for on the page."""
    address = reverse("vendors:merge", args=[one.pk for one in pair])
    seen = person.browser.get(address).context["form"].initial["seen"]
    sent = {"seen": seen, "take_name": "kept", "reason": "Entered twice"}
    answer = person.browser.post(address, sent)
    job = MergeJob.objects.latest("pk")
    assert answer["Location"] == watched(job)
    return job


def watched(job: MergeJob) -> str:
    return reverse("vendors:merge_job", args=[job.pk])


def test_a_merge_is_watched_and_whoever_watches_is_led_to_the_vendor_that_stays(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, _gone = pair
    job = asked(procurement, pair)
    page = procurement.browser.get(watched(job)).text
    assert "Rows moved" in page
    assert "It goes on when you close this page" in page
    assert Engagement.objects.get().vendor_id != kept.pk
    jobs.go_on(job_id=job.pk)
    led = procurement.browser.get(watched(job), headers=HTMX)
    assert led["HX-Redirect"] == f"/vendors/{kept.pk}/"
    assert (
        "is a part of Halden Präzision GmbH now" in procurement.browser.get(led["HX-Redirect"]).text
    )
    stays = procurement.browser.get(watched(job)).text
    assert f'href="/vendors/{kept.pk}/"' in stays
    assert reverse("vendors:merge_record", args=[MergeRecord.objects.get().pk]) in stays
    late = procurement.browser.post(f"{watched(job)}?cancel=1")
    assert (late.status_code, MergeJob.objects.get().status) == (409, "done")


def test_a_merge_that_is_asked_for_and_begun_twice_is_done_once(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    job = asked(procurement, pair)
    assert asked(procurement, pair).pk == job.pk
    jobs.go_on(job_id=job.pk)
    jobs.go_on(job_id=job.pk)
    assert MergeRecord.objects.count() == 1
    assert Event.objects.filter(type="vendor.merged").count() == 1
    assert Site.objects.filter(vendor=pair[0]).count() == 5


def test_a_merge_that_is_cancelled_in_the_middle_has_left_nothing_behind(
    pair: tuple[Vendor, Vendor], procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept, gone = pair
    job = asked(procurement, pair)
    assert "nothing will be" in procurement.browser.get(f"{watched(job)}?cancel=1").text
    monkeypatch.setattr(merging, "_PIECE", 2)
    monkeypatch.setattr(jobs, "_PAUSE", 0)
    seen: list[tuple[int, int]] = []
    real = jobs._Watch.__call__

    def cancelled_at_three(self: Any, done: int, total: int) -> None:
        seen.append((done, total))
        if done >= 3:
            MergeJob.objects.filter(pk=job.pk).update(status="cancelled")
        real(self, done, total)

    monkeypatch.setattr(jobs._Watch, "__call__", cancelled_at_three)
    jobs.go_on(job_id=job.pk)
    assert [done for done, _total in seen] == sorted(done for done, _total in seen)
    assert Site.objects.filter(vendor=gone).count() == 5
    assert not MergeRecord.objects.exists()
    # What the test wrote within the transaction went with it; somebody else's stays.
    procurement.browser.post(f"{watched(job)}?cancel=1")
    jobs.go_on(job_id=job.pk)
    assert not MergeRecord.objects.exists()
    page = procurement.browser.get(watched(job)).text
    assert "Nothing was changed: the two are as they were." in page
    assert Vendor.objects.get(pk=kept.pk).version == 1


def test_what_speaks_against_it_meanwhile_stands_on_the_page_in_words(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    job = asked(procurement, pair)
    vendors.change(vendor=gone, version=1, values={"currency": "EUR"}, by=SYSTEM)
    jobs.go_on(job_id=job.pk)
    page = procurement.browser.get(watched(job), headers=HTMX)
    assert page.status_code == 286
    assert "Somebody has changed one of the two since you looked." in page.text
    assert reverse("vendors:merge", args=[kept.pk, gone.pk]) in page.text
    assert not MergeRecord.objects.exists()


@pytest.mark.parametrize("lost", ["switched off", "role"])
def test_a_merge_of_somebody_who_may_no_longer_do_it_is_not_done(
    pair: tuple[Vendor, Vendor], procurement: Person, lost: str
) -> None:
    job = asked(procurement, pair)
    if lost == "role":
        procurement.user.memberships.update(role=Role.AUDITOR)
    else:
        procurement.user.is_active = False
        procurement.user.save()
    jobs.go_on(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, MergeRecord.objects.exists()) == ("refused", False)
    assert {"switched off": "was switched off", "role": "Only somebody who may merge"}[
        lost
    ] in job.said


def test_nobody_but_whoever_asked_sees_or_cancels_it(
    pair: tuple[Vendor, Vendor], procurement: Person, admin: Person, auditor: Person
) -> None:
    job = asked(procurement, pair)
    for person, status in ((admin, 404), (auditor, 403)):
        assert person.browser.get(watched(job)).status_code == status
        assert person.browser.post(f"{watched(job)}?cancel=1").status_code == status
    address = reverse("vendors:merge", args=[one.pk for one in pair])
    assert auditor.browser.post(address, {"reason": "x"}).status_code == 403
    seen = admin.browser.get(address).context["form"].initial["seen"]
    answer = admin.browser.post(address, {"seen": seen, "take_name": "kept", "reason": "Twice"})
    assert (answer.status_code, MergeJob.objects.count()) == (409, 1)
    assert "Somebody else is having just this done" in answer.text


@pytest.mark.parametrize("ended", [False, True])
@pytest.mark.parametrize("left", ["both", "one"])
def test_whoever_asked_and_works_in_another_unit_since_finds_it_no_more(
    pair: tuple[Vendor, Vendor],
    procurement: Person,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    left: str,
    ended: bool,
) -> None:
    kept, gone = pair
    job = asked(procurement, pair)
    if ended:
        Vendor.objects.filter(pk=gone.pk).update(version=2)
        jobs.go_on(job_id=job.pk)
    duplicates = reverse("vendors:duplicates")
    assert watched(job) in procurement.browser.get(duplicates).text
    # Of the two, their new unit works with the one that would have stayed, or with none.
    if left == "one":
        VendorUnit.objects.create(vendor=kept, unit=other_unit)
    procurement.user.memberships.update(unit=other_unit)
    page = procurement.browser.get(duplicates).text
    assert watched(job) not in page
    assert gone.name not in page
    assert procurement.browser.get(watched(job)).status_code == 404
    assert procurement.browser.post(f"{watched(job)}?cancel=1").status_code == 404
    if not ended:
        jobs.go_on(job_id=job.pk)
        job.refresh_from_db()
        assert (job.status, MergeRecord.objects.exists()) == ("refused", False)
    procurement.user.memberships.update(unit=unit)
    assert procurement.browser.get(watched(job)).status_code == 200


def test_what_never_comes_to_its_end_is_given_up_and_what_is_lost_is_queued_again(
    pair: tuple[Vendor, Vendor], procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    sent: list[Any] = []
    monkeypatch.setattr(
        Celery, "send_task", lambda _app, name, args, **_options: sent.append((name, args))
    )
    job = asked(procurement, pair)
    jobs.sweep()
    assert ("vendors.merge", [str(job.pk)]) not in sent
    old = job.started_at - jobs.PATIENCE - timedelta(seconds=1)
    MergeJob.objects.update(started_at=old, tries=jobs.TRIES)
    jobs.sweep()
    assert ("vendors.merge", [str(job.pk)]) in sent
    jobs.go_on(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, MergeRecord.objects.exists()) == ("refused", False)
    assert "never came to its end" in procurement.browser.get(watched(job)).text


def test_undoing_is_watched_and_led_to_what_went_back(
    pair: tuple[Vendor, Vendor], procurement: Person
) -> None:
    kept, gone = pair
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    sent = procurement.browser.post(reverse("vendors:merge_undo", args=[made.pk]))
    job = MergeJob.objects.get()
    assert (sent["Location"], job.what) == (watched(job), "undo")
    assert Site.objects.filter(vendor=kept).count() == 5
    jobs.go_on(job_id=job.pk)
    jobs.go_on(job_id=job.pk)
    assert Site.objects.filter(vendor=gone).count() == 5
    led = procurement.browser.get(watched(job), headers=HTMX)["HX-Redirect"]
    assert led == reverse("vendors:merge_record", args=[made.pk])
    assert "two again, as before" in procurement.browser.get(led).text
    assert Event.objects.filter(type="vendor.unmerged", aggregate_id=kept.pk).count() == 1
    # How it was done is nothing that a later merge speaks of.
    again = procurement.browser.get(reverse("vendors:merge", args=[kept.pk, gone.pk])).text
    assert "merge job" not in again.lower()


def test_only_a_person_has_vendors_merged_on_the_page(pair: tuple[Vendor, Vendor]) -> None:
    kept, gone = pair
    with pytest.raises(NotAllowed):
        jobs.ask(kept=kept, gone=gone, versions=(1, 1), by=SYSTEM)
