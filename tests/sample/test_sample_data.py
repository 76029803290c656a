"""Sample data: told as if it had happened, and gone again without a trace but the record."""

from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.urls import reverse
from django.utils import translation
from pytest_django import Settings

from accounts.models import BusinessUnit, SampleJob, User
from accounts.principal import SYSTEM
from accounts.selectors.samples import is_whole
from accounts.services import notifications
from accounts.services import samples as asking
from assessments.services import assessments
from audit import clock, history
from audit.errors import Invalid, Refused
from audit.models import Event
from audit.seal import seal
from audit.verify import verify
from config.children import wait_until
from scoring.demo import sample
from scoring.models import Decision, Outstanding, Score, Standing
from scoring.services import samples
from tests.factories.accounts import make_unit
from tests.factories.decisions import make_decision
from tests.factories.scoring import recount, rolled_up, score, scored
from tests.factories.vendors import make_vendor
from tests.personas import Person
from tests.scoring.test_runs_together import PATIENCE, closing, waits_for_a_lock
from vendors.models import Finding, Vendor
from vendors.sample_rows import SETTING
from vendors.selectors.due import due_soon
from vendors.services import law_release, subcontracts, vendors
from vendors.services.merging.merge import merge
from vendors.services.samples import SampleApart

#: Of these, rows stay: the record, jobs, and what is one for all vendors.
STAYS = {
    "accounts.SampleJob",
    "accounts.Installation",
    "scoring.ScoringModel",
    "scoring.Methodology",
}
STAYS |= {"assessments.Questionnaire", "vendors.Country", "vendors.LawFact", "vendors.LawRelease"}


def rows() -> Mapping[str, int]:
    """How many rows each table has."""
    models = apps.get_models(include_auto_created=True)
    return {
        one._meta.label: one._base_manager.count()
        for one in models
        if one._meta.app_label != "audit" and one._meta.label not in STAYS
    }


def done(job: SampleJob, *, most: int | None = 2) -> SampleJob:
    """A worker has done what was asked."""
    samples.work(job_id=job.pk, most=most)
    job.refresh_from_db()
    return job


@pytest.mark.django_db(transaction=True)
def test_it_is_scored_and_decided_and_goes_without_a_trace_but_the_record(
    admin: Person, tmp_path: Path, settings: Settings
) -> None:
    # Other tests seal too, and their records are gone: the anchors are of this one alone.
    settings.AUDIT_ANCHOR_FILE = str(tmp_path / "anchor.jsonl")
    scored(make_unit(), worst=True)
    law_release.ensure()
    before, sums = rows(), rolled_up()

    job = done(asking.load(by=admin.principal))

    assert (job.status, job.done, job.total) == ("done", 2, 2)
    there = Vendor.objects.filter(sample=True)
    named = there.filter(unit_links__isnull=False)
    assert all(one.name.endswith("(sample)") for one in named)
    assert Standing.objects.filter(vendor__in=named, valid_to=None, points__isnull=False).exists()
    assert Decision.objects.filter(engagement__vendor__in=there).exists()
    assert Finding.objects.filter(vendor__in=there).exists()
    # As in a house where people see to things: few days have passed with nobody having done so.
    assert 0 < due_soon(admin.principal, None, today=clock.today()).overdue < 15
    assert not User.objects.filter(email__endswith=".invalid", is_active=True).exists()
    assert not Outstanding.objects.filter(subject_id__in=there.values("pk")).exists()
    assert rolled_up() == recount()
    with pytest.raises(asking.AlreadyLoaded):
        asking.load(by=admin.principal)
    kept, merged = named.order_by("pk")
    merge(kept=kept, gone=merged, by=admin.principal)

    gone = done(asking.remove(by=admin.principal))

    assert (gone.status, gone.done) == ("done", gone.total)
    assert rows() == before
    assert rolled_up() == recount() == sums
    said = Event.objects.filter(aggregate_type="sample").values_list("type", flat=True)
    assert {"sample.loaded", "sample.vendors_removed", "sample.removed"} <= {*said}
    while seal():
        pass
    report = verify(key=settings.AUDIT_KEY.encode(), anchor_file=Path(settings.AUDIT_ANCHOR_FILE))
    assert report.broken is None


def saying_that_samples_go(statement: str) -> None:
    """A transaction that says that it removes sample data, and does something else."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("SELECT set_config(%s, 'on', true)", [SETTING])
        cursor.execute(statement)


@pytest.mark.django_db
def test_the_scores_of_a_real_vendor_stay_whatever_a_transaction_says(
    admin: Person, unit: BusinessUnit
) -> None:
    assessment = scored(unit)
    assessments.submit(assessment=assessment, by=SYSTEM)
    score(assessment)
    kept = Score.objects.filter(assessment=assessment)
    assert kept.exists()
    make_decision(assessment.engagement)
    asking.load(by=admin.principal)
    own = BusinessUnit.objects.get(sample=True)
    invented = vendors.create(name="Invented", unit=own, by=admin.principal)
    for statement in (
        "DELETE FROM scoring_score",
        f"UPDATE vendors_engagement SET vendor_id = '{invented.pk}'",
        # They could come back under the same id, as samples.
        "DELETE FROM vendors_vendor WHERE NOT sample",
        "UPDATE vendors_vendor SET id = gen_random_uuid() WHERE NOT sample",
        "DELETE FROM vendors_engagement",
        "UPDATE vendors_vendor SET sample = true",
        "UPDATE accounts_businessunit SET sample = true",
    ):
        with pytest.raises(DatabaseError, match=r"refused|is said once"):
            saying_that_samples_go(statement)
    assert kept.exists()


@pytest.mark.django_db
def test_sample_and_real_have_nothing_to_do_with_each_other(
    admin: Person, unit: BusinessUnit
) -> None:
    asking.load(by=admin.principal)
    own = BusinessUnit.objects.get(sample=True)
    invented = vendors.create(name="Invented", unit=own, by=admin.principal)
    real = make_vendor(unit)
    assert invented.sample
    for mixing in (
        lambda: vendors.link_unit(vendor=real, unit=own, by=admin.principal),
        lambda: vendors.link_unit(vendor=invented, unit=unit, by=admin.principal),
        lambda: subcontracts.add(
            vendor=real, subcontractor=invented, service="Plating", by=admin.principal
        ),
    ):
        with pytest.raises(SampleApart):
            mixing()
    with pytest.raises(Invalid):
        vendors.set_external_id(vendor=invented, system="erp", value="42", by=admin.principal)
    for place, is_told in ((own, False), (unit, True)):
        told = notifications.tell(
            user=admin.user, kind="match_found", title="A match", unit_id=place.pk
        )
        assert (told is not None) is is_told


@pytest.mark.django_db
def test_one_thing_is_done_at_a_time_and_what_was_cancelled_goes_on_when_asked_again(
    admin: Person, unit: BusinessUnit
) -> None:
    first = asking.load(by=admin.principal)
    for ask in (asking.load, asking.remove):
        with pytest.raises(asking.Busy):
            ask(by=admin.principal)
    asking.cancel(by=admin.principal)
    assert done(first).status == "cancelled"
    assert done(asking.load(by=admin.principal), most=0).status == "done"
    assert BusinessUnit.objects.filter(sample=True).count() == 1
    assert done(asking.remove(by=admin.principal)).status == "done"
    with pytest.raises(Refused):
        asking.remove(by=admin.principal)


@pytest.mark.django_db(transaction=True)
def test_what_is_there_is_not_told_again_in_another_language(admin: Person) -> None:
    with translation.override("de"):
        first = done(asking.load(by=admin.principal), most=1)
    SampleJob.objects.filter(pk=first.pk).update(status="cancelled")
    again = done(asking.load(by=admin.principal), most=1)
    assert (again.status, again.done, again.total) == ("done", 1, 1)
    assert Vendor.objects.filter(sample=True, unit_links__isnull=False).count() == 1


@pytest.mark.django_db
@pytest.mark.parametrize("language", ["en", "de"])
def test_what_was_told_before_vendors_of_the_sample_had_ids_of_their_own_is_not_told_again(
    admin: Person, language: str
) -> None:
    done(asking.load(by=admin.principal), most=0)
    own = BusinessUnit.objects.get(sample=True)
    SampleJob.objects.update(status="cancelled")
    company = sample.companies()[0]
    with translation.override(language):
        name = sample.called(company.name)
    old = vendors.create(name=name, unit=own, by=admin.principal)
    assert old.pk != sample.id_of(company.name, own)
    again = done(asking.load(by=admin.principal), most=1)
    assert (again.status, again.done, again.total) == ("done", 1, 1)
    assert Vendor.objects.get(sample=True) == old


@pytest.mark.django_db(transaction=True)
def test_a_vendor_that_is_added_while_others_are_removed_goes_as_well(admin: Person) -> None:
    done(asking.load(by=admin.principal), most=0)
    own = BusinessUnit.objects.get(sample=True)
    first = vendors.create(name="First", unit=own, by=admin.principal)
    removing = asking.remove(by=admin.principal)
    with ThreadPoolExecutor(1) as pool:
        with transaction.atomic():
            Vendor.objects.select_for_update().get(pk=first.pk)
            going = pool.submit(closing, lambda: samples.work(job_id=removing.pk))
            assert wait_until(waits_for_a_lock, seconds=PATIENCE)
            vendors.create(name="Second", unit=own, by=admin.principal)
        going.result(timeout=PATIENCE)
    removing.refresh_from_db()
    assert (removing.status, removing.done, removing.total) == ("done", 2, 2)
    assert not Vendor.objects.filter(sample=True).exists()


@pytest.mark.django_db
def test_what_was_left_out_is_named_and_can_be_loaded_later(admin: Person) -> None:
    job = asking.load(by=admin.principal)
    asking.begin(job_id=job.pk)
    asking.count(job_id=job.pk, total=2, done=1)
    asking.leave_out(job_id=job.pk, vendor="Lumivaara Oy", why="Give a reason.")
    asking.finish(job_id=job.pk)
    page = admin.browser.get(reverse("accounts:sample")).content.decode()
    assert "Lumivaara Oy: Give a reason." in page
    assert "Load the rest" in page
    assert not is_whole()


@pytest.mark.django_db
def test_whoever_records_subcontracts_does_not_wait_for_the_sample() -> None:
    with history.writing(), connection.cursor() as cursor:
        subcontracts.lock()
        cursor.execute(
            "SELECT FROM pg_locks WHERE locktype = 'advisory' AND objid = %s",
            [subcontracts.LOCK & 0xFFFF_FFFF],
        )
        assert cursor.fetchone() is None
