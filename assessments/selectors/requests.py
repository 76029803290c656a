"""Reading requests for suppliers."""

from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import open_to
from assessments.models import SupplierRequest
from vendors.models import Vendor
from vendors.selectors import lookalikes, vendors_visible_to

#: Not done with.
WAITING = (SupplierRequest.Status.ASKED, SupplierRequest.Status.TRIAGED)


def requests_visible_to(principal: Principal) -> QuerySet[SupplierRequest]:
    """Where whoever asks may ask for suppliers: those of the units they see, and their own."""
    rows = SupplierRequest.objects.select_related(
        "unit", "vendor", "requested_by", "triaged_by", "engagement"
    )
    rows = open_to(rows, principal)
    asking, viewing = principal.units(Permission.REQUEST), principal.units(Permission.VIEW)
    if asking is not None:
        rows = rows.filter(unit__in=asking)
    if viewing is None or principal.kind != "user":
        return rows if viewing is None else rows.filter(unit__in=viewing)
    return rows.filter(Q(unit__in=viewing) | Q(requested_by=UUID(principal.id)))


@dataclass(frozen=True)
class RequestPage:
    """One page, newest first; `next` leads to the rest."""

    rows: list[SupplierRequest]
    next: str


def request_list(
    principal: Principal,
    unit: BusinessUnit | None,
    *,
    status: str = "",
    mine: bool = False,
    after: str = "",
    length: int = 50,
) -> RequestPage:
    """Requests, newest first, one page by key (one query)."""
    rows = requests_visible_to(principal)
    if unit is not None:
        rows = rows.filter(unit=unit)
    if status == "waiting":
        rows = rows.filter(status__in=WAITING)
    elif status:
        rows = rows.filter(status=status)
    if mine and principal.kind == "user":
        rows = rows.filter(requested_by=UUID(principal.id))
    try:
        rows = rows.filter(pk__lt=UUID(after)) if after else rows
    except ValueError:
        return RequestPage([], "")
    found = list(rows.order_by("-pk")[: length + 1])
    shown = found[:length]
    return RequestPage(shown, str(shown[-1].pk) if len(found) > length else "")


def vendors_meant(request: SupplierRequest, principal: Principal) -> list[Vendor]:
    """The vendors on record that a request may mean, the most alike first; five at most."""
    alike = lookalikes(
        principal,
        unit=request.unit,
        name=request.vendor_name,
        country=request.country.code or "",
        registration_number="",
        lei="",
        vat_number="",
        website="",
    )
    ids = [one.id for one in alike if one.visible][:5]
    known = {row.pk: row for row in vendors_visible_to(principal).filter(pk__in=ids)}
    return [known[pk] for pk in ids if pk in known]
