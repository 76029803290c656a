"""Comparing all vendors with what a version of a list has brought, and only with that.

A run goes through the vendors in the order of their ids, some thousands per transaction, and notes
how far it has come. Whoever finds it left alone goes on with it; two at once do not get in each
other's way.
"""

from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import SYSTEM, Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Refused
from audit.record import record
from vendors.events.screening import WatchListPaused, WatchListResumed, WatchListScreened
from vendors.models import ListEntryEnd, Match, ScreeningRun, Vendor
from vendors.selectors import listed
from vendors.selectors.listed import Lists
from vendors.services import match_rows
from vendors.services.screening import hits, sides_of

#: Vendors per transaction.
CHUNK: Final = 2_000
#: A run that nobody has touched for so long is taken up again.
LEFT_ALONE: Final = timedelta(seconds=30)

Status = ScreeningRun.Status


def go_through(*, version_id: UUID) -> None:
    """Bring the run of this version to its end. Harmless when run twice, or by two at once."""
    run = ScreeningRun.objects.select_related("list_version").filter(list_version=version_id)
    found = run.filter(status__in=ScreeningRun.OPEN).first()
    if found is None:
        return
    lists = listed.brought_by(found.list_version)
    while _step(found.pk, lists):
        pass


def nudge() -> int:
    """Go on with runs that nobody works on; return how many there were."""
    left = (
        ScreeningRun.objects.filter(status__in=ScreeningRun.OPEN)
        .filter(touched_at__lt=clock.now() - LEFT_ALONE)
        .order_by("pk")
        .values_list("list_version_id", flat=True)
    )
    versions = list(left[:5])
    for version_id in versions:
        go_through(version_id=version_id)
    return len(versions)


@transaction.atomic
def pause(*, run: ScreeningRun, by: Principal) -> ScreeningRun:
    """Hold a run after the vendors that are being compared; it stays so until somebody resumes it.

    Raises Refused for one that has ended or is held already.
    """
    locked = _locked(run, by)
    if locked.status not in ScreeningRun.OPEN:
        raise Refused(_("It is not running: there is nothing to hold."))
    locked.status = Status.PAUSED
    return _held(locked, WatchListPaused, by)


@transaction.atomic
def resume(*, run: ScreeningRun, by: Principal) -> ScreeningRun:
    """Let a run that is held go on where it stopped. Raises Refused for any other."""
    locked = _locked(run, by)
    if locked.status != Status.PAUSED:
        raise Refused(_("It is not held: it goes on by itself."))
    locked.status = Status.RUNNING if locked.started_at else Status.WAITING
    if locked.started_at:
        # The time that it was held is no time that it took.
        locked.started_at += clock.now() - locked.touched_at
    return _held(locked, WatchListResumed, by)


def _locked(run: ScreeningRun, by: Principal) -> ScreeningRun:
    require_everywhere(by, Permission.MANAGE_REFERENCE)
    rows = ScreeningRun.objects.select_for_update(of=("self",))
    return rows.select_related("list_version__watch_list").get(pk=run.pk)


def _held(
    run: ScreeningRun, event: type[WatchListPaused] | type[WatchListResumed], by: Principal
) -> ScreeningRun:
    run.touched_at = clock.now()
    run.save(update_fields=["status", "touched_at", "started_at"])
    version = run.list_version
    record(
        event(
            aggregate_id=version.watch_list_id,
            key=version.watch_list.key,
            list_version_id=version.pk,
            number=version.number,
            vendors=run.done,
        ),
        by=by,
    )
    return run


@transaction.atomic
def _step(run_id: UUID, lists: Lists) -> bool:
    """One transaction of a run; False at its end, or where somebody else works on it."""
    run = (
        ScreeningRun.objects.select_for_update(skip_locked=True, of=("self",))
        .select_related("list_version__watch_list")
        .filter(pk=run_id, status__in=ScreeningRun.OPEN)
        .first()
    )
    if run is None:
        return False
    if run.status == Status.WAITING:
        _begin(run)
    active = Vendor.objects.filter(status=Vendor.Status.ACTIVE)
    after = active.filter(pk__gt=run.cursor) if run.cursor else active
    vendors = list(after.order_by("pk")[:CHUNK])
    if vendors:
        _compare(run, lists, vendors)
    if len(vendors) < CHUNK:
        _end(run)
    run.touched_at = clock.now()
    run.save()
    return run.status != Status.DONE


def _begin(run: ScreeningRun) -> None:
    version = run.list_version
    run.status = Status.RUNNING
    run.started_at = clock.now()
    run.total = Vendor.objects.filter(status=Vendor.Status.ACTIVE).count()
    gone = ListEntryEnd.objects.filter(version=version, replaced_by__isnull=True)
    outcome = match_rows.gone(
        list(gone.values_list("entry__ref", flat=True)),
        watch_list=version.watch_list,
        version_id=version.pk,
    )
    run.closed += outcome.closed


def _compare(run: ScreeningRun, lists: Lists, vendors: list[Vendor]) -> None:
    compared = sides_of(vendors, clock.today())
    found = list(hits(compared, lists))
    concerned = {hit.side.vendor_id for hit in found} | _matched(run, vendors)
    if concerned:
        # Only vendors of which something is written are locked.
        locked = Vendor.objects.select_for_update(no_key=True).filter(pk__in=concerned)
        again = sides_of(list(locked.order_by("pk")), clock.today())
        outcome = match_rows.settle(
            hits(again, lists),
            sides=[one.side for one in again],
            versions=lists.versions,
            scope=[key.ref for key in lists.index.keys],
        )
        run.found += outcome.found
        run.closed += outcome.closed
    run.cursor = vendors[-1].pk
    run.done += len(vendors)


def _matched(run: ScreeningRun, vendors: list[Vendor]) -> set[UUID]:
    """Of these vendors, those with a match of an entry that the version changed."""
    changed = ListEntryEnd.objects.filter(
        version=run.list_version, replaced_by__isnull=False
    ).values("entry__ref")
    rows = Match.objects.filter(
        ref__in=changed, vendor__in=vendors, watch_list=run.list_version.watch_list_id
    )
    return set(rows.values_list("vendor_id", flat=True))


def _end(run: ScreeningRun) -> None:
    version = run.list_version
    run.status = Status.DONE
    run.finished_at = clock.now()
    run.total = run.done
    record(
        WatchListScreened(
            aggregate_id=version.watch_list_id,
            key=version.watch_list.key,
            list_version_id=version.pk,
            number=version.number,
            vendors=run.done,
            found=run.found,
            closed=run.closed,
        ),
        by=SYSTEM,
    )
