"""Nothing is lost: what has changed and was not scored is found and scored, queue or no queue."""

from collections.abc import Collection, Iterator, Sequence
from typing import Final
from uuid import UUID

import structlog
from django.db import connection, transaction

from assessments.models import Assessment
from audit import clock
from audit.models import Event
from scoring.services import facts, outstanding, reassessing, scores, standings
from scoring.services.outstanding import Subject
from vendors.models import Engagement, Vendor

log = structlog.get_logger(__name__)

#: Assessments or vendors per transaction.
CHUNK: Final = 200
#: Most rows of the list that one run of the sweep looks at.
_PER_RUN: Final = 2_000
#: From so many tries on, somebody should look at what fails.
_STUBBORN: Final = 3
#: In which order the sweep takes what fell behind: a change of facts concerns others, too.
ORDER: Final = (
    Subject.COUNTRY,
    Subject.FACTS,
    Subject.INDICATORS,
    Subject.ENGAGEMENT,
    Subject.ASSESSMENT,
    Subject.VENDOR,
)
#: Any fixed number: whoever holds this advisory lock is the one that sweeps.
_SWEEPER_LOCK: Final = 7_308_627_002
#: The cause of scores that the sweep made.
SWEEP: Final = "sweep"
#: The cause of scores that somebody asked for on the command line.
BY_HAND: Final = "rescore"


def event(event_id: UUID) -> Event:
    """What a task needs to know of an event."""
    return Event.objects.only("type", "aggregate_type", "aggregate_id", "data").get(id=event_id)


def vendor_of(event: Event) -> UUID:
    """The vendor that an event about a vendor or an engagement concerns."""
    if event.aggregate_type == "engagement":
        engagements = Engagement.objects.values_list("vendor_id", flat=True)
        return engagements.get(pk=event.aggregate_id)
    return event.aggregate_id


def chunks(ids: Sequence[UUID] | Sequence[str]) -> Iterator[list[UUID]]:
    """The ids in pieces of one transaction each."""
    for start in range(0, len(ids), CHUNK):
        yield [UUID(str(one)) for one in ids[start : start + CHUNK]]


@transaction.atomic
def engagements(*, engagement_ids: Collection[UUID], cause: str) -> None:
    """Score all assessments of engagements that were changed, and restand their vendors."""
    vendors = Engagement.objects.filter(pk__in=engagement_ids).values_list("vendor_id", flat=True)
    standings.lock(vendors)
    outstanding.take(Subject.ENGAGEMENT, engagement_ids)
    # What is entrusted and where it is made decides what the facts amount to.
    facts.refresh(engagement_ids, clock.today())
    rows = Assessment.objects.filter(engagement__in=engagement_ids)
    scores.rescore_many(
        assessment_ids=list(
            rows.exclude(status=Assessment.Status.CLOSED).values_list("pk", flat=True)
        ),
        cause=cause,
        force=True,
    )
    # An engagement without an assessment counts too: as one that is missing.
    standings.restand_many(vendor_ids=set(vendors))


def again(*, vendor_id: UUID) -> int | None:
    """Compute all of one vendor again, whether or not anything has changed.

    Returns how many assessments there were; None where there is no such vendor.
    """
    if not Vendor.objects.filter(pk=vendor_id).exists():
        return None
    rows = Assessment.objects.filter(vendor=vendor_id).exclude(status=Assessment.Status.CLOSED)
    of_vendor = Engagement.objects.filter(vendor=vendor_id).values_list("pk", flat=True)
    with transaction.atomic():
        standings.lock([vendor_id])
        facts.refresh(of_vendor, clock.today())
    done = 0
    for ids in chunks(list(rows.values_list("pk", flat=True))):
        done += len(scores.rescore_many(assessment_ids=ids, cause=BY_HAND, force=True))
    standings.restand_many(vendor_ids=[vendor_id])
    return done


def sweep() -> int:
    """Score what should have been scored by now; return how many subjects there were.

    Costs one small index scan when nothing fell behind. Runs the work itself instead of queueing
    it, so that a queue that loses everything cannot stop it. One sweeper at a time.

    Each try is noted before it is made. So what takes the whole process down with it, which no
    handler of errors sees, waits longer each time as well, and is then tried alone, after the
    others.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [_SWEEPER_LOCK])
        if not cursor.fetchone()[0]:
            return 0
        try:
            late = outstanding.due(_PER_RUN)
            # Engagements and assessments bring their vendors' standings along.
            for subject in ORDER:
                fresh = [found for kind, found, tries in late if kind == subject and not tries]
                for chunk in chunks(fresh):
                    outstanding.postpone(subject, chunk)
                    _catch_up(subject, chunk)
            for kind, found, tries in late:
                if tries:
                    _try_again(kind, found, tries)
        finally:
            cursor.execute("SELECT pg_advisory_unlock(%s)", [_SWEEPER_LOCK])
    return len(late)


def _try_again(subject: str, found: UUID, tries: int) -> None:
    """What has failed before, alone."""
    outstanding.postpone(subject, [found])
    if tries >= _STUBBORN:
        log.error("sweep.fails_again_and_again", subject=subject, id=str(found), tries=tries)
    _catch_up(subject, [found])


def _catch_up(subject: str, ids: list[UUID]) -> None:
    """Bring some subjects up to date; one that fails must not hold up the others."""
    try:
        _bring_up_to_date(subject, ids)
    except Exception as error:
        if len(ids) > 1:
            for one in ids:
                _catch_up(subject, [one])
            return
        log.exception("sweep.failed", subject=subject, id=str(ids[0]), reason=str(error))


def _bring_up_to_date(subject: str, ids: list[UUID]) -> None:
    match subject:
        case Subject.ASSESSMENT:
            scores.rescore_many(assessment_ids=ids, cause=SWEEP)
        case Subject.ENGAGEMENT:
            engagements(engagement_ids=ids, cause=SWEEP)
        case Subject.COUNTRY | Subject.FACTS:
            for one in ids:
                found = reassessing.spread(subject=subject, subject_id=one)
                # Few are done at once; many are on the list now, for later sweeps.
                if len(found) <= reassessing.CHUNK:
                    reassessing.vendors(vendor_ids=found, cause=SWEEP)
        case Subject.INDICATORS:
            reassessing.vendors(vendor_ids=ids, cause=SWEEP)
        case _:
            standings.restand_many(vendor_ids=ids)
