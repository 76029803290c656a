"""Reading matches: those of vendors that whoever asks may see, and what happened to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.models import (
    ListVersion,
    Match,
    MatchStep,
    Screening,
    ScreeningRun,
    Vendor,
    VendorUnit,
)
from vendors.selectors.fourth_parties import above
from vendors.selectors.listed import latest_versions


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the queue is narrowed down to; "" narrows nothing."""

    state: str = "open"
    watch_list: str = ""
    kind: str = ""
    side: str = ""
    q: str = ""


def matches_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Match]:
    """Matches of vendors for which `principal` holds `permission`, fourth parties included.

    A fourth party that no unit works with goes with those that it works for.
    """
    rows = Match.objects.select_related(
        "vendor", "owner", "watch_list", "entry", "entry__first_version"
    )
    units = principal.units(permission)
    if units is None:
        return rows
    linked = VendorUnit.objects.filter(vendor=OuterRef("vendor"), unit__in=units)
    return rows.filter(Exists(linked) | Q(vendor__in=_beyond(principal, permission)))


def _beyond(principal: Principal, permission: Permission) -> list[UUID]:
    """Vendors with matches that no unit works with, and that work for one that is theirs."""
    unlinked = ~Exists(VendorUnit.objects.filter(vendor=OuterRef("vendor")))
    ids = list(Match.objects.filter(unlinked).values_list("vendor_id", flat=True).distinct())
    return [pk for pk in ids if unit_for(principal, pk, permission) is not None]


def unit_for(principal: Principal, vendor_id: UUID, permission: Permission) -> UUID | None:
    """A unit through which `principal` holds `permission` for a vendor; None: through none.

    Of a fourth party that no unit works with: through those that it works for.
    """
    units = principal.units(permission)
    links = VendorUnit.objects.filter(vendor=vendor_id)
    if not links.exists():
        over = {one.vendor_id for one in above([vendor_id])}
        links = VendorUnit.objects.filter(vendor__in=over)
    if units is not None:
        links = links.filter(unit__in=units)
    return links.order_by("pk").values_list("unit_id", flat=True).first()


def queue(principal: Principal, unit: BusinessUnit | None, filters: Filters) -> QuerySet[Match]:
    """The matches that the filters leave, of vendors of `unit` or of all that are visible."""
    rows = matches_visible_to(principal)
    if unit is not None:
        linked = VendorUnit.objects.filter(vendor=OuterRef("vendor"), unit=unit)
        unlinked = ~Exists(VendorUnit.objects.filter(vendor=OuterRef("vendor")))
        rows = rows.filter(Exists(linked) | unlinked)
    # Of two records that became one, only the one that was kept.
    rows = rows.exclude(vendor__status=Vendor.Status.MERGED)
    if filters.state != "all":
        rows = rows.filter(status=filters.state)
    if filters.watch_list:
        rows = rows.filter(watch_list__key=filters.watch_list)
    if filters.kind:
        rows = rows.filter(watch_list__kind=filters.kind)
    if filters.side:
        rows = rows.filter(side=filters.side)
    if filters.q:
        words = Q(vendor__name__icontains=filters.q) | Q(our_name__icontains=filters.q)
        rows = rows.filter(words | Q(listed_name__icontains=filters.q))
    return rows


def waiting(principal: Principal, unit: BusinessUnit | None) -> int:
    """How many matches wait to be decided."""
    return queue(principal, unit, Filters()).count()


def matches_of(vendor: Vendor) -> list[Match]:
    """All matches of a vendor that is seen, with their steps; what waits first."""
    steps = MatchStep.objects.select_related("user", "list_version").order_by("-pk")
    rows = (
        Match.objects.filter(vendor=vendor)
        .select_related("owner", "watch_list", "entry", "vendor")
        .prefetch_related(Prefetch("steps", steps))
    )
    order = {"open": 0, "confirmed": 1, "dismissed": 2, "closed": 3}
    return sorted(rows, key=lambda row: (order[row.status], -row.score, str(row.pk)))


def standing_matches_of(vendor: Vendor) -> QuerySet[Match]:
    """The matches of a vendor that wait to be decided or are confirmed, the closest first.

    Who sees the vendor sees them: the caller has found it among those visible.
    """
    standing = (Match.Status.CONFIRMED, Match.Status.OPEN)
    rows = Match.objects.filter(vendor=vendor, status__in=standing)
    return rows.order_by("status", "-score", "pk")


def decisions_of(matches: Sequence[Match]) -> dict[UUID, MatchStep]:
    """The decision in force of each match that has one."""
    decided = [row.pk for row in matches if row.status in {"confirmed", "dismissed"}]
    steps = (
        MatchStep.objects.filter(match__in=decided, action__in=("confirmed", "dismissed"))
        .select_related("user")
        .order_by("match_id", "-pk")
        .distinct("match_id")
    )
    return {step.match_id: step for step in steps}


def steps_of(match: Match) -> Sequence[MatchStep]:
    """What has happened to a match, the newest first."""
    return list(match.steps.select_related("user", "list_version", "entry").order_by("-pk"))


@dataclass(frozen=True, slots=True)
class Covered:
    """A list, its version in force, and when a vendor was compared with it (None: not yet)."""

    version: ListVersion
    at: datetime | None
    running: bool


def covered(vendor: Vendor) -> list[Covered]:
    """With which lists, in which versions, a vendor has been compared, and when last."""
    versions = list(latest_versions())
    runs = {
        run.list_version_id: run for run in ScreeningRun.objects.filter(list_version__in=versions)
    }
    rows = Screening.objects.filter(vendor=vendor)
    found = []
    for version in versions:
        last = rows.filter(versions__contains=[version.pk]).order_by("-pk").first()
        run = runs.get(version.pk)
        at = last.at if last else None
        if run and run.finished_at and vendor.created_at <= run.finished_at:
            at = max(at, run.finished_at) if at else run.finished_at
        found.append(Covered(version, at, bool(run and run.status in ScreeningRun.OPEN)))
    return sorted(found, key=lambda one: one.version.watch_list.title)


def screenings_of(vendor: Vendor, limit: int = 20) -> list[tuple[Screening, list[ListVersion]]]:
    """The last times a vendor was compared, with the versions of lists that stood then."""
    rows = list(Screening.objects.filter(vendor=vendor).order_by("-pk")[:limit])
    ids = {pk for row in rows for pk in row.versions}
    versions = ListVersion.objects.select_related("watch_list").in_bulk(list(ids))
    return [(row, [versions[pk] for pk in row.versions if pk in versions]) for row in rows]
