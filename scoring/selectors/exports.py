"""Exports that a client may see, and how far one that is being made has come."""

from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.selectors import api_clients_visible_to
from scoring.models import Export
from scoring.selectors.jobs import latest_page, progress_of


def needed(what: str) -> Permission:
    """What whoever wants such an export has to hold."""
    return Permission.READ_SCORES if what == Export.What.SCORES else Permission.VIEW


def exports_visible_to(principal: Principal) -> QuerySet[Export]:
    """The exports that this client asked for, and whose units and ratings it may still read."""
    if principal.kind != "client" or not principal.id:
        return Export.objects.none()
    held = Q()
    for what in Export.What.values:
        units = principal.units(needed(what))
        of_units = Q() if units is None else Q(units__contained_by=list(units))
        if units is None or units:
            held |= Q(what=what) & of_units
    if not held:
        return Export.objects.none()
    rows = Export.objects.filter(held, client__public_id=principal.id)
    if not principal.can(Permission.READ_SCORES):
        rows = rows.filter(with_ratings=False)
    return rows.select_related("client")


def exports_managed_by(principal: Principal) -> QuerySet[Export]:
    """The exports of all clients that `principal` manages, whatever became of them."""
    managed = api_clients_visible_to(principal).order_by()
    return Export.objects.filter(client__in=managed.values("pk")).select_related("client")


def may_still_read(principal: Principal, export: Export) -> bool:
    """The same of one row that was read already."""
    if export.with_ratings and not principal.can(Permission.READ_SCORES):
        return False
    return principal.covers(needed(export.what), export.units)


def export_page(
    principal: Principal, *, after: UUID | None, limit: int
) -> tuple[list[Export], UUID | None]:
    """A page of them, the latest first, and the key to go on from."""
    return latest_page(exports_visible_to(principal), after=after, limit=limit)


def rows_of_page(exports: list[Export]) -> dict[UUID, int | None]:
    """How many rows each has: in the end, or so far; null where that is not known."""
    running = [one.pk for one in exports if one.status == Export.Status.RUNNING]
    found = progress_of("export", running)
    return {one.pk: one.rows if one.rows is not None else found.get(one.pk) for one in exports}
