"""Merges beside each other: none waits in a page or in a worker, and none is taken for another."""

from collections.abc import Callable
from typing import Any

import pytest
from django.urls import reverse

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM
from tests.factories.vendors import make_vendor
from tests.personas import Person
from vendors.models import MergeJob, Vendor
from vendors.services.merging import jobs
from vendors.services.merging import merge as merging

pytestmark = pytest.mark.django_db
Asked = Callable[..., MergeJob]


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
