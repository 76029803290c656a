"""Reading subcontracts: what a vendor passes on, to whom, and who may record it."""

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from uuid import UUID

from django.db.models import Q, QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_to
from vendors.models import Engagement, Site, Subcontract, SubcontractImport, Vendor, VendorUnit
from vendors.selectors.fourth_parties import above, below
from vendors.selectors.master import engagements_visible_to, vendors_visible_to


def known_to(principal: Principal, vendor_id: UUID) -> bool:
    """Whether the reader sees this vendor, or one that it works for (see `fourth_parties`)."""
    if vendors_visible_to(principal).filter(pk=vendor_id).exists():
        return True
    over = {one.vendor_id for one in above([vendor_id], principal)}
    return vendors_visible_to(principal).filter(pk__in=over).exists()


def subcontracts_visible_to(principal: Principal) -> QuerySet[Subcontract]:
    """Subcontracts that serve an engagement one sees, or none in particular.

    Whether the vendor above is known to the reader is asked beside (`known_to`).
    """
    rows = Subcontract.objects.select_related(
        "vendor", "subcontractor", "engagement", "engagement__unit"
    )
    rows = open_to(rows, principal)
    units = principal.units(Permission.VIEW)
    if units is None:
        return rows
    return rows.filter(Q(engagement__isnull=True) | Q(engagement__unit__in=units))


def subcontract(principal: Principal, pk: UUID) -> Subcontract | None:
    """One subcontract, if the reader may see it."""
    found = subcontracts_visible_to(principal).filter(pk=pk).first()
    return found if found and known_to(principal, found.vendor_id) else None


def subcontract_imports_visible_to(principal: Principal) -> QuerySet[SubcontractImport]:
    """Lists of subcontractors for units in which one records facts, without the files."""
    return for_principal(
        SubcontractImport.objects.select_related("unit", "user").defer("content"),
        principal,
        permission=Permission.EDIT_FACTS,
    )


def is_taken(pk: UUID) -> bool:
    """Whether any subcontract has this id, seen or not."""
    return Subcontract.objects.filter(pk=pk).exists()


def of_vendors(vendor_ids: Collection[UUID], principal: Principal) -> list[Subcontract]:
    """Active ones first, by subcontractor; the vendors are known to the reader."""
    rows = subcontracts_visible_to(principal).filter(vendor__in=vendor_ids)
    return list(rows.prefetch_related("sites").order_by("status", "subcontractor__name", "pk"))


def sites_of(vendor_id: UUID | None) -> list[Site]:
    """The sites of a company that it has not left, by name."""
    return list(Site.objects.filter(vendor=vendor_id, closed_on=None).order_by("name", "pk"))


def companies() -> QuerySet[Vendor]:
    """Every company on record; whether the reader knows one is asked beside (`known_to`)."""
    return Vendor.objects.all()


def holders(
    vendor_id: UUID, principal: Principal, permission: Permission = Permission.EDIT_FACTS
) -> Sequence[UUID | None]:
    """The units through which `principal` may record what this vendor passes on; empty: may not.

    Units that work with the vendor decide. Where none does, it is a fourth party only, and
    whoever records facts about a vendor above it does so here, too. None: without any unit.
    """
    units = _deciding([vendor_id])[vendor_id]
    held = principal.units(permission)
    if held is None:
        return sorted(units) or [None]
    return sorted(held & units)


def fourth_party(principal: Principal, pk: UUID, permission: Permission) -> Vendor | None:
    """A company that no unit works with, if `principal` holds `permission` above it."""
    company = Vendor.objects.filter(pk=pk, unit_links=None, merged_into=None).first()
    if company is None or not known_to(principal, pk):
        return None
    return company if holders(pk, principal, permission) else None


def recorded_by(principal: Principal, vendor_ids: Collection[UUID]) -> set[UUID]:
    """Those of the vendors for which `holders` names a unit; for many at once."""
    held = principal.units(Permission.EDIT_FACTS)
    if held is None:
        return set(vendor_ids)
    return {pk for pk, units in _deciding(vendor_ids).items() if held & units}


def _deciding(vendor_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    """Per vendor the units that work with it; of a fourth party only, those of vendors above."""
    units = _linked(vendor_ids)
    alone = [pk for pk in vendor_ids if not units[pk]]
    if not alone:
        return units
    found = above(alone)
    over = _linked({one.vendor_id for one in found})
    for one in found:
        units[one.start] |= over[one.vendor_id]
    return units


def _linked(vendor_ids: Collection[UUID]) -> dict[UUID, set[UUID]]:
    units: dict[UUID, set[UUID]] = {pk: set() for pk in vendor_ids}
    rows = VendorUnit.objects.filter(vendor__in=units).values_list("vendor", "unit")
    for vendor_id, unit_id in rows:
        units[vendor_id].add(unit_id)
    return units


def choices_below(
    principal: Principal, words: str, leave_out: Collection[UUID] = ()
) -> list[Vendor]:
    """Vendors with these words in their name that the reader may name as subcontractor: at most 20.

    Those linked to their units, and fourth parties below them.
    """
    if not words.strip():
        return []
    named = Vendor.objects.filter(name__icontains=words.strip()).exclude(pk__in=leave_out)
    linked = vendors_visible_to(principal).filter(pk__in=named.values("pk"))
    found = list(linked.order_by("name", "pk")[:20])
    # Those that work for anybody are few; which of them the reader knows is worked out.
    others = list(
        named.filter(works_for__isnull=False)
        .exclude(pk__in=[one.pk for one in found])
        .distinct()
        .order_by("name", "pk")[:60]
    )
    over: dict[UUID, set[UUID]] = defaultdict(set)
    for one in above([other.pk for other in others], principal):
        over[one.start].add(one.vendor_id)
    met = set().union(*over.values()) if over else set()
    seen = set(vendors_visible_to(principal).filter(pk__in=met).values_list("pk", flat=True))
    found += [other for other in others if over[other.pk] & seen]
    return sorted(found, key=lambda one: (one.name, one.pk))[:20]


def reaching(
    vendor_ids: Collection[UUID], principal: Principal | None = None
) -> Mapping[UUID, frozenset[str]]:
    """Kinds of IP that reach each vendor: by its engagements, and by what others pass on to it.

    With a `principal`, as far as they see it.
    """
    kinds: dict[UUID, set[str]] = {pk: set() for pk in vendor_ids}
    engaged = Engagement.objects.all() if principal is None else engagements_visible_to(principal)
    rows = engaged.filter(vendor__in=kinds).exclude(status=Engagement.Status.ENDED)
    for vendor_id, found in rows.values_list("vendor_id", "ip_kinds"):
        kinds[vendor_id] |= set(found)
    passed = Subcontract.objects.all() if principal is None else subcontracts_visible_to(principal)
    active = passed.filter(subcontractor__in=kinds, status=Subcontract.Status.ACTIVE)
    for vendor_id, found in active.values_list("subcontractor_id", "ip_kinds"):
        kinds[vendor_id] |= set(found)
    return {pk: frozenset(found) for pk, found in kinds.items()}


def beyond(
    rows: Collection[Subcontract], principal: Principal | None = None
) -> dict[UUID, list[str]]:
    """Per active subcontract the kinds of IP it passes on that do not reach the vendor above."""
    reached = reaching({row.vendor_id for row in rows}, principal)
    found: dict[UUID, list[str]] = {}
    for row in rows:
        if row.status != Subcontract.Status.ACTIVE:
            continue
        given = frozenset(row.engagement.ip_kinds) if row.engagement else reached[row.vendor_id]
        if more := [kind for kind in row.ip_kinds if kind not in given]:
            found[row.pk] = more
    return found


def closing_way(
    vendor_id: UUID, subcontractor_id: UUID, principal: Principal | None = None
) -> tuple[UUID, ...]:
    """The way from the subcontractor down to the vendor; empty: passing work on closes no circle.

    With a `principal`, only a way that they may see.
    """
    for one in below([subcontractor_id], principal):
        if one.vendor_id == vendor_id:
            return one.path
    return ()
