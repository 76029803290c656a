"""Reading evidence: who may see which documents, and which of them still prove something."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import Exists, OuterRef, Prefetch, Q, QuerySet

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from audit import clock
from audit.models import Event
from vendors.models import Contact, Evidence, EvidenceFile, Site, Vendor
from vendors.selectors.master import vendors_visible_to

#: Days ahead within which the list calls a document "expiring".
SOON: Final = 60


def evidence_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Evidence]:
    """The documents of the units in which `principal` holds `permission`.

    Strictly confidential ones only where they also hold VIEW_CONFIDENTIAL, or have uploaded a
    version themselves.
    """
    rows = Evidence.objects.select_related("vendor", "unit", "site")
    if principal.kind == "contact":
        return rows.filter(given_by_vendor(), _uploaded_by_contact(principal))
    rows = for_principal(rows, principal, permission=permission)
    open_to = principal.units(Permission.VIEW_CONFIDENTIAL)
    if open_to is None:
        return rows
    return rows.filter(
        ~Q(confidentiality=Evidence.Confidentiality.STRICT)
        | Q(unit__in=open_to)
        | _uploaded_by(principal)
    )


def evidence_of_contact(contact: Contact, unit: BusinessUnit) -> QuerySet[Evidence]:
    """What a vendor's people may see and use again: documents that the vendor itself has given
    this unit, and that were not withdrawn. Newest first."""
    rows = Evidence.objects.filter(given_by_vendor(), vendor=contact.vendor_id, unit=unit)
    return rows.filter(withdrawn_at=None).order_by("-pk")


def given_by_vendor() -> Q:
    """The first file came from one of the vendor's people, not from inside the house."""
    first = EvidenceFile.objects.filter(
        evidence=OuterRef("pk"), number=1, uploaded_by_contact__isnull=False
    )
    return Q(Exists(first))


def _uploaded_by(principal: Principal) -> Q:
    if principal.kind != "user":
        return Q(pk__in=[])
    mine = EvidenceFile.objects.filter(evidence=OuterRef("pk"), uploaded_by=UUID(principal.id))
    return Q(Exists(mine))


def _uploaded_by_contact(principal: Principal) -> Q:
    mine = EvidenceFile.objects.filter(
        evidence=OuterRef("pk"), uploaded_by_contact=UUID(principal.id)
    )
    return Q(Exists(mine))


def files_visible_to(principal: Principal) -> QuerySet[EvidenceFile]:
    """The versions of the documents that `principal` may see."""
    seen = evidence_visible_to(principal).filter(pk=OuterRef("evidence"))
    rows = EvidenceFile.objects.select_related("evidence", "evidence__vendor")
    return rows.filter(Exists(seen))


def files_of_contact(contact: Contact, unit: BusinessUnit) -> QuerySet[EvidenceFile]:
    """The files that a vendor's people have uploaded for this unit."""
    seen = evidence_of_contact(contact, unit).filter(pk=OuterRef("evidence"))
    rows = EvidenceFile.objects.select_related("evidence", "evidence__vendor")
    return rows.filter(Exists(seen.order_by()), uploaded_by_contact__isnull=False)


def usable() -> Q:
    """Not withdrawn and not expired today."""
    today = clock.today()
    return Q(withdrawn_at=None) & (Q(expires_on=None) | Q(expires_on__gte=today))


def proves(evidence: Evidence) -> bool:
    """The same of one that is at hand."""
    past = evidence.expires_on is not None and evidence.expires_on < clock.today()
    return evidence.withdrawn_at is None and not past


def with_files(rows: QuerySet[Evidence]) -> QuerySet[Evidence]:
    """The rows with their files as `all_files`, the newest first; one more query."""
    files = EvidenceFile.objects.select_related("uploaded_by", "uploaded_by_contact")
    return rows.prefetch_related(
        Prefetch("files", files.order_by("-number"), to_attr="all_files")
    ).select_related("certificate")


def files_of(document: Evidence) -> list[EvidenceFile]:
    """The files of a document that was read by `with_files`, the newest first."""
    found: list[EvidenceFile] = vars(document)["all_files"]
    return found


def same_file(
    rows: QuerySet[Evidence], *, vendor: Vendor, unit: BusinessUnit, sha256: str
) -> Evidence | None:
    """A document among `rows` of this vendor and unit whose latest or older file is this one."""
    files = EvidenceFile.objects.filter(evidence=OuterRef("pk"), sha256=sha256)
    found = rows.filter(Exists(files), vendor=vendor, unit=unit, withdrawn_at=None)
    return found.order_by("-pk").first()


def listed(
    vendor: Vendor,
    principal: Principal,
    unit: BusinessUnit | None,
    filters: Mapping[str, str],
) -> QuerySet[Evidence]:
    """The documents of a vendor, with their files.

    filters: `q` (part of the title), `kind`, `state` ("": not withdrawn, "current", "expiring",
    "expired", "withdrawn", "all").
    """
    rows = with_files(evidence_visible_to(principal).filter(vendor=vendor))
    if unit is not None:
        rows = rows.filter(unit=unit)
    if words := filters.get("q", "").strip():
        rows = rows.filter(title__icontains=words)
    if kind := filters.get("kind", ""):
        rows = rows.filter(kind=kind)
    today = clock.today()
    match filters.get("state", ""):
        case "current":
            return rows.filter(usable())
        case "expiring":
            until = today + timedelta(days=SOON)
            return rows.filter(withdrawn_at=None, expires_on__range=(today, until))
        case "expired":
            return rows.filter(withdrawn_at=None, expires_on__lt=today)
        case "withdrawn":
            return rows.filter(withdrawn_at__isnull=False)
        case "all":
            return rows
        case _:
            return rows.filter(withdrawn_at=None)


def expiring(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Evidence]:
    """Documents with a last day that were not withdrawn, for the page of what comes due."""
    rows = evidence_visible_to(principal).filter(withdrawn_at=None, expires_on__isnull=False)
    return rows if unit is None else rows.filter(unit=unit)


def history_of(evidence: Evidence) -> QuerySet[Event]:
    """What has happened to a document that is seen, the newest first; at most 200 steps."""
    rows = Event.objects.filter(aggregate_type="evidence", aggregate_id=evidence.pk)
    return rows.select_related("detail", "sealed").order_by("-position")[:200]


def sites_to_choose(vendor_id: UUID) -> QuerySet[Site]:
    """The sites that a vendor has not left, by name."""
    return Site.objects.filter(vendor=vendor_id, closed_on=None).order_by("name", "pk")


def editable_vendors(principal: Principal) -> QuerySet[Vendor]:
    """The vendors of whom `principal` may put evidence on record."""
    return vendors_visible_to(principal, Permission.EDIT_EVIDENCE)
