"""Records that were merged: which one stands for which, and what an undo would do."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import timedelta
from uuid import UUID

from django.core.cache import cache
from django.db.models import F, Q, QuerySet
from django.utils.translation import gettext as _
from redis.exceptions import RedisError

from accounts.permissions import Permission
from accounts.principal import Principal
from audit import clock
from vendors.models import Engagement, MergeJob, MergeRecord, Vendor, VendorUnit
from vendors.selectors.master import vendors_visible_to
from vendors.selectors.offboarding import titles_for

#: Further than anybody merges; a bound in place of trust in the rows.
_LONGEST = 50
#: How long what workers refused is named to whoever asked for it.
_LATE = timedelta(days=14)


def survivor_of(vendor_id: UUID) -> UUID:
    """The record that stands for this one now; itself unless it was merged."""
    for _step in range(_LONGEST):
        into = Vendor.objects.filter(pk=vendor_id).values_list("merged_into", flat=True).first()
        if into is None:
            return vendor_id
        vendor_id = into
    return vendor_id


def visible_survivor(principal: Principal, vendor_id: UUID) -> UUID | None:
    """The record that stands for a merged one, if the reader sees it; None for any other."""
    survivor = survivor_of(vendor_id)
    if survivor == vendor_id or not vendors_visible_to(principal).filter(pk=survivor).exists():
        return None
    return survivor


def all_ids_of(vendor_id: UUID) -> list[UUID]:
    """This record, and all that were merged into it: rows that never move stay under their ids."""
    found, waiting = [vendor_id], [vendor_id]
    while waiting and len(found) < _LONGEST:
        more = Vendor.objects.filter(merged_into__in=waiting).values_list("pk", flat=True)
        waiting = [pk for pk in more if pk not in found]
        found += waiting
    return found


def same_company() -> dict[UUID, UUID]:
    """Record -> one that stands for all that were ever one company with it, undone or not."""
    beside: dict[UUID, list[UUID]] = defaultdict(list)
    for kept, gone in MergeRecord.objects.values_list("kept", "gone"):
        beside[kept].append(gone)
        beside[gone].append(kept)
    group: dict[UUID, UUID] = {}
    for start in beside:
        if start in group:
            continue
        waiting = [start]
        while waiting:
            one = waiting.pop()
            if one not in group:
                group[one] = start
                waiting += beside[one]
    return group


def units_of(*vendor_ids: UUID) -> set[UUID]:
    """The units that work with any of these."""
    return set(VendorUnit.objects.filter(vendor__in=vendor_ids).values_list("unit", flat=True))


def may_merge(principal: Principal, *vendor_ids: UUID) -> bool:
    """Whether they may merge in every unit that works with any of these records."""
    units = units_of(*vendor_ids)
    return bool(units) and principal.covers(Permission.MERGE_VENDORS, units)


def merges_visible_to(principal: Principal) -> QuerySet[MergeRecord]:
    """Merges whose surviving record the reader sees, the latest first."""
    rows = MergeRecord.objects.select_related("kept", "gone", "merged_by", "undone_by")
    visible = vendors_visible_to(principal).values("pk")
    return rows.filter(Q(kept__in=visible)).order_by("-pk")


def merges_of(vendor_id: UUID, principal: Principal) -> Sequence[MergeRecord]:
    """What was merged into one record, the latest first."""
    return list(merges_visible_to(principal).filter(kept=vendor_id)[:50])


def jobs_of(principal: Principal) -> QuerySet[MergeJob]:
    """What this one asked workers to merge or to undo; for all others it does not exist.

    Nor does it any more for whoever asked, once they do not see both records, or the one that
    stands for both.
    """
    rows = MergeJob.objects.select_related("kept", "gone", "record")
    if principal.kind != "user":
        return rows.none()
    visible = vendors_visible_to(principal).values("pk")
    both = Q(kept__in=visible) & (Q(gone__in=visible) | Q(gone__merged_into=F("kept")))
    return rows.filter(both, asked_by=UUID(principal.id))


def unfinished_jobs_of(principal: Principal) -> list[MergeJob]:
    """What this one has under way, and what workers refused of late, the latest first."""
    late = Q(status=MergeJob.Status.REFUSED, finished_at__gte=clock.now() - _LATE)
    open_or_late = Q(status=MergeJob.Status.RUNNING) | late
    return list(jobs_of(principal).filter(open_or_late).order_by("-pk")[:10])


def why_archived(kept: Vendor, going: QuerySet[Engagement], principal: Principal) -> str:
    """Why nothing is merged into an archived record, with the engagements that `principal` sees."""
    return _(
        "%(name)s is archived, and engagements of the other record have yet to be "
        "off-boarded: %(titles)s. Restore it first."
    ) % {"name": kept.name, "titles": titles_for(principal, going)}


def said_of(job: MergeJob, principal: Principal) -> str:
    """Why a job was not done, as its reader may know it by now; "" for any that was not refused."""
    if not job.kept_by:
        return job.said
    going = Engagement.objects.filter(pk__in=job.kept_by).order_by("title", "pk")
    return why_archived(job.kept, going, principal)


def progress_key(job_id: UUID) -> str:
    """Where it stands in the cache how far a worker has come with it."""
    return f"merge-job:{job_id}"


def progress_of(job_id: UUID) -> tuple[int, int | None]:
    """(rows moved, of how many); the second is None while nobody knows."""
    try:
        done, total = cache.get(progress_key(job_id)) or (0, None)
    except RedisError:
        return 0, None
    return done, total
