"""From a change of recorded facts to the scores of whoever it concerns."""

from collections.abc import Collection, Iterable
from datetime import timedelta
from typing import Final
from uuid import UUID

from celery import current_app
from django.db import transaction

from assessments.models import Assessment
from audit import clock
from scoring.facts import concerned
from scoring.services import facts, outstanding, scores, standings
from scoring.services.outstanding import Subject
from vendors.models import Engagement

#: Vendors per transaction.
CHUNK: Final = 100


def spread(*, subject: str, subject_id: UUID) -> list[UUID]:
    """Note everyone whom a change of a vendor's or a country's facts concerns; returns them.

    One transaction: the change is struck off the list as those are put on it.
    """
    with transaction.atomic():
        outstanding.take(subject, [subject_id])
        if subject == Subject.COUNTRY:
            found = concerned.by_country(subject_id)
        else:
            found = concerned.by_vendor(subject_id)
        # Many take their time in the bulk queue: the sweep must not do the same beside it.
        wait = timedelta(minutes=10) if len(found) > CHUNK else None
        outstanding.note(Subject.INDICATORS, found, wait=wait)
    return found


def vendors(*, vendor_ids: Collection[UUID], cause: str) -> None:
    """Work out the indicators of some vendors, and their scores.

    One transaction: keep to `CHUNK` at a time.
    """
    with transaction.atomic():
        standings.lock(vendor_ids)
        # Before anything is read: what is recorded later has a row that stays.
        outstanding.take(Subject.INDICATORS, vendor_ids)
        engagements = Engagement.objects.filter(vendor__in=vendor_ids)
        facts.refresh(engagements.values_list("pk", flat=True), clock.today())
        rows = Assessment.objects.filter(vendor__in=vendor_ids)
        scores.rescore_many(
            assessment_ids=list(
                rows.exclude(status=Assessment.Status.CLOSED).values_list("pk", flat=True)
            ),
            cause=cause,
            force=True,
        )


def all_of(vendor_ids: Iterable[UUID], cause: str) -> None:
    """The same for any number: the first chunk here, the others as tasks of the bulk queue."""
    ids = list(vendor_ids)
    for start in range(CHUNK, len(ids), CHUNK):
        chunk = [str(pk) for pk in ids[start : start + CHUNK]]
        current_app.send_task("scoring.reassess_many", args=[chunk, cause])
    if ids:
        vendors(vendor_ids=ids[:CHUNK], cause=cause)
