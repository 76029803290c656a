"""Reports and schedules that whoever asks may see, and how far one that is being made has come."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Q, QuerySet

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Grant, Principal
from accounts.selectors import people_who, people_who_in_any
from audit import clock
from audit.ids import ids_in
from reports.models import Report, ReportFile, Schedule
from scoring.selectors.jobs import latest_page, progress_of
from vendors.selectors import engagements_visible_to, vendors_visible_to
from vendors.selectors.limits import closed_to

#: What whoever has a report made or reads one has to hold in all of its units.
READ = Permission.READ_SCORES
#: The same and what goes with it: people who read scores see vendors, clients need both scopes.
NEEDED = (Permission.VIEW, READ)


def reports_visible_to(principal: Principal) -> QuerySet[Report]:
    """The reports all of whose units, and whose vendor, the reader may see today.

    One that names strictly confidential documents is for those who may open them. A client of the
    API sees those that it asked for itself.
    """
    rows = Report.objects.select_related("vendor", "unit", "maker", "client", "schedule")
    if principal.kind == "client":
        rows = rows.filter(client__public_id=principal.id)
    for permission in NEEDED:
        rows = rows.filter(_within(principal, permission))
    rows = rows.filter(_of_vendor(principal))
    if (closed := closed_to(principal)) is not None:
        rows = rows.exclude(engagements__overlap=ArraySubquery(closed))
    strict = _within(principal, Permission.VIEW_CONFIDENTIAL)
    return rows.filter(Q(with_strict=False) | strict)


def report_page(
    principal: Principal, *, after: UUID | None, limit: int
) -> tuple[list[Report], UUID | None]:
    """A page of them with their files, the latest first, and the key to go on from."""
    rows = reports_visible_to(principal).prefetch_related("files")
    return latest_page(rows, after=after, limit=limit)


def _within(principal: Principal, permission: Permission) -> Q:
    """That somebody holds `permission` in every unit of a report."""
    units = principal.units(permission)
    if units is None:
        return Q(pk__isnull=False)
    return Q(units__contained_by=list(units)) if units else Q(pk__in=[])


def _of_vendor(principal: Principal) -> Q:
    """About no vendor, or one that they see, also under the record it was merged into."""
    seen = vendors_visible_to(principal).values("pk")
    return Q(vendor=None) | Q(vendor__in=seen) | Q(vendor__merged_into__in=seen)


def may_still_read(principal: Principal, report: Report) -> bool:
    """The same of one row that was read already."""
    return reports_visible_to(principal).filter(pk=report.pk).exists()


def files_of(report: Report) -> list[ReportFile]:
    """The files of a report that is ready, by format."""
    return list(ReportFile.objects.filter(report=report).order_by("format"))


def reader_in(principal: Principal, unit: BusinessUnit | None) -> Principal:
    """The same person, holding only what they hold in one unit; in all of theirs without one."""
    if unit is None:
        return principal
    held = frozenset[Permission]().union(
        *(grant.permissions for grant in principal.grants if grant.unit_id in {None, unit.pk})
    )
    return Principal(principal.kind, principal.id, principal.label, (Grant(unit.pk, held),))


def units_of(principal: Principal, unit: BusinessUnit | None) -> list[UUID] | None:
    """The units whose content a report holds that `principal` has made; None: all there are."""
    units = principal.units(READ) if unit is None else frozenset({unit.pk})
    return None if units is None else sorted(units)


def engagements_told(report: Report, reader: Principal) -> list[UUID]:
    """The engagements that a report for `reader` may tell of and that are, or may be, limited."""
    rows = engagements_visible_to(reader)
    rows = rows.filter(limited=True) if report.vendor is None else rows.filter(vendor=report.vendor)
    return sorted(rows.order_by().values_list("pk", flat=True))


def owner_in(filters: Mapping[str, str]) -> str:
    """The name of the person whose vendors are selected; "" for nobody in particular."""
    owner = filters.get("owner")
    return str(User.objects.filter(pk=owner).first() or "") if owner else ""


# --- how far it is -------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Progress:
    """Parts that are done of all; `total` None while it waits, `rate` parts a second."""

    done: int
    total: int | None
    rate: float | None


def progress(report: Report) -> Progress:
    """How far a report is; a finished one is nowhere."""
    return progress_of_many([report]).get(report.pk, Progress(0, None, None))


def progress_of_many(reports: Sequence[Report]) -> dict[UUID, Progress]:
    """The same of several, at one look into the cache; finished ones have none."""
    going = [one for one in reports if one.is_unfinished]
    found = progress_of("report", [one.pk for one in going])
    return {one.pk: _progress(one, found.get(one.pk)) for one in going}


def _progress(report: Report, found: tuple[int, int] | None) -> Progress:
    if not found or report.started_at is None:
        return Progress(0, None, None)
    done, total = found
    seconds = (clock.now() - report.started_at).total_seconds()
    return Progress(done, total, done / seconds if done and seconds > 0 else None)


# --- by the calendar -----------------------------------------------------------------------------


def schedules_visible_to(principal: Principal) -> QuerySet[Schedule]:
    """Schedules that somebody owns or is a reader of; administrators of all units see every one.

    Once they do not see the vendor or the unit any more, they do not read its name here either.
    """
    rows = Schedule.objects.select_related("vendor", "unit", "owner")
    if principal.kind != "user":
        return rows.none()
    if principal.units(Permission.MANAGE_MEMBERS) is None:
        return rows
    mine = Q(owner=principal.id) | Q(
        pk__in=Schedule.readers.through.objects.filter(user_id=UUID(principal.id)).values(
            "schedule"
        )
    )
    units = principal.units(READ)
    if units is not None:
        rows = rows.filter(Q(unit=None) | Q(unit__in=units))
    return rows.filter(mine, _of_vendor(principal))


def may_manage(principal: Principal, schedule: Schedule) -> bool:
    """Whether they may change it: its owner, and administrators of all units."""
    own = principal.kind == "user" and str(schedule.owner_id) == principal.id
    return own or principal.units(Permission.MANAGE_MEMBERS) is None


def may_remove(principal: Principal, report: Report) -> bool:
    """Whether they may stop or erase a report: its maker, and administrators of its units."""
    if principal.kind == "client":
        return report.client is not None and str(report.client.public_id) == principal.id
    own = principal.kind == "user" and str(report.maker_id) == principal.id
    return own or principal.covers(Permission.MANAGE_MEMBERS, report.units)


def people_to_offer(
    units: Collection[UUID], chosen: Collection[str], find: str, most: int
) -> tuple[list[User], bool]:
    """Whom a schedule may tell, by name: those that are `chosen`, then others called like `find`.

    All may read scores in one of `units`; whether they may read all of it is for the service to
    say. Of the others there are at most `most`; the second value: whether somebody is left out.
    """
    may = people_who_in_any(READ, units)
    ids = ids_in(chosen)
    others = may.exclude(pk__in=ids)
    found = others.filter(Q(name__icontains=find) | Q(email__icontains=find)) if find else others
    listed = list(found[: most + 1])
    more = bool(find) or len(listed) > most
    return [*may.filter(pk__in=ids), *listed[:most]], more


def people_to_tell(unit: BusinessUnit | None, *, with_strict: bool = False) -> list[User]:
    """Members who may read scores in a unit; without one, those who may in all units.

    `with_strict`: of them, those who may open what is strictly confidential.
    """
    unit_id = unit.pk if unit else None
    found = people_who(READ, unit_id)
    if with_strict:
        found = found.filter(pk__in=people_who(Permission.VIEW_CONFIDENTIAL, unit_id).order_by())
    return list(found)
