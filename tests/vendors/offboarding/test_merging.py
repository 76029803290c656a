"""Two records of one vendor become one: documents, contacts and off-boardings go along."""

import re
from importlib import import_module

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.permissions import Role
from accounts.principal import SYSTEM
from tests.factories.evidence import make_contact, make_evidence
from tests.factories.offboarding import end_engagement, start_offboarding, waive_rest
from tests.factories.vendors import make_engagement, make_vendor
from tests.personas import Person
from vendors.models import (
    Engagement,
    Evidence,
    MergeJob,
    Offboarding,
    OffboardingLine,
    Vendor,
    VendorUnit,
)
from vendors.selectors.offboarding import lines_of, stand_of
from vendors.services import evidence, limits, vendors
from vendors.services import offboarding as service
from vendors.services import offboarding_lines as lines
from vendors.services.merging import jobs
from vendors.services.merging.merge import merge
from vendors.services.merging.plan import CannotMerge
from vendors.services.merging.undo import undo


@pytest.fixture
def kept(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Saigon Moulds Co")


@pytest.fixture
def gone(unit: BusinessUnit) -> Vendor:
    return make_vendor(unit, name="Saigon Moulds")


def running(vendor: Vendor, unit: BusinessUnit, owner: Person) -> Offboarding:
    return start_offboarding(make_engagement(vendor, unit), owner=owner.user)


def designs(started: Offboarding) -> OffboardingLine:
    return OffboardingLine.objects.get(offboarding=started, key="designs")


def vendor_of(row: Evidence | Engagement) -> Vendor:
    row.refresh_from_db()
    return row.vendor


def test_an_off_boarding_goes_on_at_the_record_that_stays(
    kept: Vendor, gone: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    started = running(gone, unit, procurement)
    document = make_evidence(gone, unit)
    lines.done(line=designs(started), version=1, evidence=document, by=SYSTEM)
    contact = make_contact(gone)
    merge(kept=kept, gone=gone, by=SYSTEM)
    contact.refresh_from_db()
    assert vendor_of(document) == contact.vendor == vendor_of(started.engagement) == kept
    assert all(one.is_settled for one in map(stand_of, lines_of(started)) if "Designs" in one.title)
    started = Offboarding.objects.get()
    line = started.lines.get(key="tooling")
    later = make_evidence(kept, unit)
    lines.done(line=line, version=1, evidence=later, by=SYSTEM)
    waive_rest(started)
    service.close(offboarding=started, version=1, by=SYSTEM)
    with pytest.raises(vendors.MergedAway):
        vendors.archive(vendor=Vendor.objects.get(pk=gone.pk), by=SYSTEM)
    assert vendors.archive(vendor=kept, by=SYSTEM).status == "archived"


def test_undone_the_off_boarding_goes_back_with_every_document_beside_its_lines(
    kept: Vendor, gone: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    started = running(gone, unit, procurement)
    before = make_evidence(gone, unit)
    lines.done(line=designs(started), version=1, evidence=before, by=SYSTEM)
    others = make_evidence(kept, unit)
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    since = make_evidence(kept, unit)
    tooling = OffboardingLine.objects.get(offboarding=started, key="tooling")
    lines.done(line=tooling, version=1, evidence=since, by=SYSTEM)
    undo(made=made, by=SYSTEM)
    assert vendor_of(started.engagement) == vendor_of(before) == vendor_of(since) == gone
    assert vendor_of(others) == kept


def test_a_document_that_an_engagement_of_the_other_record_uses_stays_there(
    kept: Vendor, gone: Vendor, unit: BusinessUnit, procurement: Person
) -> None:
    theirs, ours = running(gone, unit, procurement), running(kept, unit, procurement)
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    shared = make_evidence(kept, unit)
    for one in (theirs, ours):
        lines.done(line=designs(one), version=1, evidence=shared, by=SYSTEM)
    undo(made=made, by=SYSTEM)
    assert vendor_of(shared) == kept


def test_evidence_can_be_changed_and_used_after_it_moved(
    kept: Vendor, gone: Vendor, unit: BusinessUnit
) -> None:
    document = make_evidence(gone, unit)
    merge(kept=kept, gone=gone, by=SYSTEM)
    document.refresh_from_db()
    changed = evidence.change(
        evidence=document, version=document.version, values={"title": "Policy"}, by=SYSTEM
    )
    assert (changed.title, changed.vendor) == ("Policy", kept)


def test_a_record_that_is_archived_takes_over_no_engagement_that_goes_on(
    kept: Vendor, gone: Vendor, unit: BusinessUnit
) -> None:
    engagement = make_engagement(gone, unit, title="Housings")
    vendors.archive(vendor=kept, by=SYSTEM)
    with pytest.raises(CannotMerge, match="Housings"):
        merge(kept=kept, gone=gone, by=SYSTEM)
    end_engagement(engagement)
    assert merge(kept=kept, gone=gone, by=SYSTEM).gone == gone


def test_what_keeps_a_record_open_is_named_to_those_who_may_see_it_and_counted_for_others(
    kept: Vendor, gone: Vendor, unit: BusinessUnit, procurement: Person, legal: Person
) -> None:
    make_engagement(gone, unit, title="Housings")
    secret = make_engagement(gone, unit, title="Project Osprey")
    vendors.archive(vendor=kept, by=SYSTEM)
    limits.limit(engagement=secret, users=[legal.user.pk], by=SYSTEM)
    said = "Housings; 1 that only named people see."
    page = procurement.browser.get(reverse("vendors:merge", args=[kept.pk, gone.pk]))
    assert said in page.text
    assert "Osprey" not in page.text
    with pytest.raises(vendors.NotOffboarded, match=re.escape(said)):
        vendors.archive(vendor=gone, by=procurement.principal)
    # What a worker refuses says no more.
    vendors.restore(vendor=kept, by=SYSTEM)
    job = refused_job(kept, gone, procurement)
    assert said in procurement.browser.get(reverse("vendors:merge_job", args=[job.pk])).text
    limits.limit(engagement=secret, users=[procurement.user.pk], by=SYSTEM)
    with pytest.raises(CannotMerge, match="Housings; Project Osprey"):
        merge(kept=kept, gone=gone, by=procurement.principal)


def refused_job(kept: Vendor, gone: Vendor, person: Person) -> MergeJob:
    """A merge that was asked for before the one that stays was archived, and refused after."""
    kept.refresh_from_db()
    job = jobs.ask(
        kept=kept, gone=gone, versions=(kept.version, 1), by=person.principal, reason="Twice"
    )
    Vendor.objects.filter(pk=kept.pk).update(status="archived")
    jobs.go_on(job_id=job.pk)
    return job


def test_why_a_merge_was_refused_names_no_engagement_that_whoever_asked_may_not_see_any_more(
    kept: Vendor,
    gone: Vendor,
    unit: BusinessUnit,
    other_unit: BusinessUnit,
    procurement: Person,
    legal: Person,
) -> None:
    VendorUnit.objects.create(vendor=gone, unit=other_unit)
    there = procurement.user.memberships.create(unit=other_unit, role=Role.PROCUREMENT)
    make_engagement(gone, other_unit, title="Lids")
    make_engagement(gone, unit, title="Housings")
    secret = make_engagement(gone, unit, title="Project Osprey")
    job = refused_job(kept, gone, procurement)
    pages = [reverse("vendors:merge_job", args=[job.pk]), reverse("vendors:duplicates")]

    def said() -> set[str]:
        words = r"off-boarded: (.*?)\. Restore it first\."
        return {re.findall(words, procurement.browser.get(page).text)[0] for page in pages}

    assert said() == {"Housings; Lids; Project Osprey"}
    limits.limit(engagement=secret, users=[legal.user.pk], by=SYSTEM)
    assert said() == {"Housings; Lids; 1 that only named people see"}
    there.delete()
    assert said() == {"Housings; 1 that only named people see; 1 in another unit"}
    limits.lift(engagement=secret, by=SYSTEM)
    assert said() == {"Housings; Project Osprey; 1 in another unit"}
    job.refresh_from_db()
    assert job.said == ""


@pytest.mark.parametrize(
    "words",
    [
        (
            "Saigon Moulds Co is archived, and engagements of the other record have yet to be "
            "off-boarded: Housings; Project Osprey. Restore it first."
        ),
        (
            "Saigon Moulds Co ist archiviert, und für Einsätze des anderen Datensatzes steht die "
            "Beendigung noch aus: Housings; Project Osprey. Stellen Sie ihn zuerst wieder her."
        ),
    ],
    ids=["en", "de"],
)
def test_titles_that_were_written_into_jobs_before_are_worked_out_as_well(
    kept: Vendor, gone: Vendor, unit: BusinessUnit, procurement: Person, legal: Person, words: str
) -> None:
    named = [make_engagement(gone, unit, title=title) for title in ("Housings", "Project Osprey")]
    make_engagement(gone, unit, title="Lids")
    job = refused_job(kept, gone, procurement)
    MergeJob.objects.update(said=words, kept_by=None)
    other = MergeJob.objects.create(
        what="merge", kept=kept, gone=gone, status="refused", said="Housings are not the reason.",
        asked_by=procurement.user, asked_at=job.asked_at, started_at=job.asked_at,
    )  # fmt: skip
    made = import_module("vendors.migrations.0034_why_merges_were_refused").Migration
    with connection.cursor() as cursor:
        cursor.execute(made.operations[1].sql)
    job.refresh_from_db()
    other.refresh_from_db()
    assert (job.said, job.kept_by) == ("", [str(one.pk) for one in named])
    assert (other.said, other.kept_by) == ("Housings are not the reason.", None)


def test_undone_a_record_is_not_archived_with_an_engagement_that_goes_on(
    kept: Vendor, gone: Vendor, unit: BusinessUnit
) -> None:
    engagement = make_engagement(gone, unit)
    end_engagement(engagement)
    vendors.archive(vendor=gone, by=SYSTEM)
    made = merge(kept=kept, gone=gone, by=SYSTEM)
    Engagement.objects.filter(pk=engagement.pk).update(status="active")
    undo(made=made, by=SYSTEM)
    assert Vendor.objects.get(pk=gone.pk).status == "active"
