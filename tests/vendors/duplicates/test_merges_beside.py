"""Merges beside each other: none waits in a page or in a worker, and none is taken for another."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from importlib import import_module
from typing import Any

import pytest
from django.db import connection
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from audit.errors import Refused
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import MergeJob, MergeRecord, Vendor
from vendors.services.merging import jobs
from vendors.services.merging import merge as merging

pytestmark = pytest.mark.django_db


@pytest.fixture
def three(unit: BusinessUnit) -> list[Vendor]:
    return [make_vendor(unit, name=f"Aalto {number}") for number in range(3)]


def ask(kept: Vendor, gone: Vendor, person: Person, **said: Any) -> MergeJob:
    return jobs.ask(kept=kept, gone=gone, versions=(1, 1), by=person.principal, **said)


@pytest.mark.parametrize("pair", [(0, 2), (2, 0), (1, 2), (2, 1), (1, 0)])
def test_no_merge_is_asked_for_beside_one_of_either_record(
    three: list[Vendor], procurement: Person, admin: Person, pair: tuple[int, int]
) -> None:
    first = ask(three[0], three[1], procurement)
    kept, gone = (three[at] for at in pair)
    address = reverse("vendors:merge", args=[kept.pk, gone.pk])
    watched = reverse("vendors:merge_job", args=[first.pk])
    for person, own in ((procurement, True), (admin, False)):
        seen = person.browser.get(address).context["form"].initial["seen"]
        sent = {"seen": seen, "take_name": "kept", "reason": "Twice"}
        answer = person.browser.post(address, sent)
        assert (answer.status_code, MergeJob.objects.count()) == (409, 1)
        assert (watched in answer.text) is own
    jobs.cancel(job=first, by=procurement.principal)
    assert ask(kept, gone, procurement).status == "running"


def test_what_was_merged_is_not_parted_while_either_record_is_being_merged(
    three: list[Vendor], procurement: Person
) -> None:
    made = merging.merge(kept=three[0], gone=three[1], by=SYSTEM)
    three[0].refresh_from_db()
    jobs.ask(kept=three[0], gone=three[2], versions=(2, 1), by=procurement.principal)
    sent = procurement.browser.post(reverse("vendors:merge_undo", args=[made.pk]))
    assert (sent.status_code, MergeJob.objects.count()) == (409, 1)


def test_why_two_are_not_parted_now_stands_on_a_page_that_leads_to_what_is_under_way(
    three: list[Vendor], procurement: Person, admin: Person
) -> None:
    made = merging.merge(kept=three[0], gone=three[1], by=SYSTEM)
    three[0].refresh_from_db()
    job = jobs.ask(kept=three[0], gone=three[2], versions=(2, 1), by=procurement.principal)
    watched = reverse("vendors:merge_job", args=[job.pk])
    for person, said, own in ((procurement, "You are", True), (admin, "Somebody else is", False)):
        page = person.browser.post(reverse("vendors:merge_undo", args=[made.pk])).text
        assert "These two cannot be parted again" in page
        assert f"{said} having one of the two merged" in page
        assert reverse("vendors:merge_record", args=[made.pk]) in page
        assert (watched in page) is own
    jobs.cancel(job=job, by=procurement.principal)
    MergeRecord.objects.update(undo_until=made.merged_at - timedelta(days=1))
    late = procurement.browser.post(reverse("vendors:merge_undo", args=[made.pk]))
    assert late.status_code == 409
    assert "These two cannot be parted again" in late.text
    assert "30 days" in late.text


def elsewhere(job: MergeJob) -> None:
    """Another worker takes up the job."""

    def work() -> None:
        try:
            jobs.go_on(job_id=job.pk)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(work).result(timeout=60)


@pytest.mark.django_db(transaction=True)
def test_a_merge_that_is_taken_up_beside_another_holds_no_worker_and_loses_no_try(
    three: list[Vendor], unit: BusinessUnit, procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = ask(three[0], three[1], procurement)
    second = ask(three[2], make_vendor(unit, name="Halden"), procurement)
    real = merging.merge
    begun: list[Vendor] = []

    def merge(**said: Any) -> MergeRecord:
        begun.append(said["kept"])
        if said["kept"].pk == three[2].pk:
            raise Refused("Begun beside the first.")
        elsewhere(second)
        return real(**said)

    monkeypatch.setattr(merging, "merge", merge)
    jobs.go_on(job_id=first.pk)
    second.refresh_from_db()
    assert begun == [three[0]]
    assert (second.status, second.tries) == ("running", 0)
    monkeypatch.setattr(merging, "merge", real)
    jobs.go_on(job_id=second.pk)
    assert MergeJob.objects.filter(status="done").count() == 2


def test_one_that_was_begun_just_as_another_was_has_lost_no_try(
    three: list[Vendor], procurement: Person, monkeypatch: pytest.MonkeyPatch
) -> None:
    job = ask(three[0], three[1], procurement)
    turns = iter((True, False))
    monkeypatch.setattr(jobs, "_my_turn", lambda: next(turns))
    jobs.go_on(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.tries) == ("running", 0)


def test_what_is_asked_for_again_with_other_choices_is_not_taken_for_the_first(
    three: list[Vendor], procurement: Person
) -> None:
    kept, gone, _other = three
    first = ask(kept, gone, procurement, take=["name"], reason="Twice")
    assert ask(kept, gone, procurement, take=["name"], reason="Twice").pk == first.pk
    address = reverse("vendors:merge", args=[kept.pk, gone.pk])
    seen = procurement.browser.get(address).context["form"].initial["seen"]
    for take, reason in (("kept", "Twice"), ("gone", "Another")):
        sent = {"seen": seen, "take_name": take, "reason": reason}
        answer = procurement.browser.post(address, sent)
        assert answer.status_code == 409
        assert "with other choices" in answer.text
        assert reverse("vendors:merge_job", args=[first.pk]) in answer.text
    assert MergeJob.objects.get().take == ["name"]


@pytest.mark.parametrize("end", ["done", "cancelled", "refused"])
def test_a_merge_that_is_over_keeps_no_words_of_whoever_asked_but_in_its_record(
    three: list[Vendor], procurement: Person, end: str
) -> None:
    kept, gone, _other = three
    job = ask(kept, gone, procurement, take=["name"], reason="Twice, says a person")
    if end == "cancelled":
        jobs.cancel(job=job, by=procurement.principal)
    if end == "refused":
        Vendor.objects.filter(pk=gone.pk).update(version=2)
    jobs.go_on(job_id=job.pk)
    job.refresh_from_db()
    assert (job.status, job.reason, job.take) == (end, "", [])
    records = MergeRecord.objects.values_list("reason", flat=True)
    assert list(records) == (["Twice, says a person"] if end == "done" else [])


def test_what_was_typed_for_merges_that_ended_before_is_taken_out_of_their_jobs(
    three: list[Vendor], unit: BusinessUnit, procurement: Person
) -> None:
    typed: dict[str, Any] = {"take": ["name"], "reason": "Twice, says a person"}
    ended = ask(three[0], three[1], procurement, **typed)
    running = ask(three[2], make_vendor(unit, name="Halden"), procurement, **typed)
    MergeJob.objects.filter(pk=ended.pk).update(status="refused", said="Not now.")
    made = import_module("vendors.migrations.0033_words_of_ended_merge_jobs").Migration
    with connection.cursor() as cursor:
        cursor.execute(made.operations[0].sql)
    ended.refresh_from_db()
    running.refresh_from_db()
    assert (ended.reason, ended.take, ended.said) == ("", [], "Not now.")
    assert (running.reason, running.take) == (typed["reason"], typed["take"])


def test_what_workers_do_or_refused_is_found_again_by_whoever_asked_for_it(
    three: list[Vendor], procurement: Person, admin: Person
) -> None:
    job = ask(three[0], three[1], procurement)
    page, watched = reverse("vendors:duplicates"), reverse("vendors:merge_job", args=[job.pk])
    assert watched in procurement.browser.get(page).text
    assert watched not in admin.browser.get(page).text
    Vendor.objects.filter(pk=three[1].pk).update(version=2)
    jobs.go_on(job_id=job.pk)
    refused = procurement.browser.get(page).text
    assert watched in refused
    assert "Somebody has changed one of the two" in refused
    MergeJob.objects.update(finished_at=job.asked_at - timedelta(days=15))
    assert watched not in procurement.browser.get(page).text
