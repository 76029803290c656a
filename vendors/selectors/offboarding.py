"""Reading off-boardings: what an engagement shares, how far its end is, what speaks against it."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import Count, Exists, OuterRef, Prefetch, Q, QuerySet
from django.utils.translation import get_language, ngettext

from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal, open_to
from audit import clock
from audit.models import Event
from vendors import offboarding as rules
from vendors.models import (
    Disclosure,
    Engagement,
    Evidence,
    Finding,
    IpAsset,
    Offboarding,
    OffboardingLine,
    Subcontract,
)
from vendors.selectors.evidence import with_files
from vendors.selectors.findings import RESTING

STATES: Final = ("open", "late", "ready", "closed", "cancelled", "all")


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the list is narrowed down to; "" narrows nothing. `mine`: an owner or deputy."""

    state: str = "open"
    q: str = ""
    mine: UUID | None = None


def offboardings_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[Offboarding]:
    """Off-boardings of the units in which `principal` holds `permission`."""
    rows = Offboarding.objects.select_related(
        "engagement", "engagement__vendor", "engagement__unit", "owner", "deputy"
    )
    return for_principal(rows, principal, unit="engagement__unit", permission=permission)


def lines_visible_to(
    principal: Principal, permission: Permission = Permission.VIEW
) -> QuerySet[OffboardingLine]:
    """Their lines."""
    rows = OffboardingLine.objects.select_related(
        "offboarding",
        "offboarding__engagement",
        "offboarding__engagement__vendor",
        "offboarding__engagement__unit",
        "owner",
        "settled_by",
    )
    return for_principal(
        rows, principal, unit="offboarding__engagement__unit", permission=permission
    )


def lines_of(offboarding: Offboarding) -> list[OffboardingLine]:
    """The lines in order, with their documents and those documents' files; three queries."""
    documents = with_files(Evidence.objects.order_by("pk"))
    rows = OffboardingLine.objects.filter(offboarding=offboarding)
    found = rows.select_related("owner", "settled_by").prefetch_related(
        Prefetch("evidence", documents, to_attr="documents")
    )
    return list(found.order_by("position", "pk"))


def stand_of(line: OffboardingLine) -> rules.Stand:
    """Where a line of `lines_of` stands."""
    documents: Collection[Evidence] = line.documents  # type: ignore[attr-defined]
    proofs = sum(one.withdrawn_at is None for one in documents)
    return rules.Stand(title_of(line), line.status, line.needs_proof, proofs)


def title_of(line: OffboardingLine) -> str:
    """What is to be done, in the reader's language where it is a line of ours."""
    known = rules.lines().get(line.key)
    return known[1].title.text_for(get_language() or "en") if known else line.title


def help_of(line: OffboardingLine) -> str:
    """The same in detail."""
    known = rules.lines().get(line.key)
    return known[1].help.text_for(get_language() or "en") if known else line.help


def shares(engagement: Engagement) -> bool:
    """Whether anything was entrusted to the vendor on record, whatever the status says."""
    return (
        Disclosure.objects.filter(engagement=engagement).exists()
        or IpAsset.objects.filter(engagements=engagement).exists()
    )


def shared_of(engagement: Engagement) -> rules.Shared:
    """What decides which lines are asked."""
    below = Subcontract.objects.filter(
        Q(engagement=engagement) | Q(engagement=None), vendor=engagement.vendor_id
    )
    on_record = {
        rules.Fact.DISCLOSED: Disclosure.objects.filter(engagement=engagement),
        rules.Fact.SUBCONTRACTORS: below,
        rules.Fact.SITES: engagement.sites.all(),
    }
    return rules.Shared(
        ip=frozenset(engagement.ip_kinds),
        service=engagement.service,
        intake=engagement.intake,
        facts=frozenset(fact.value for fact, rows in on_record.items() if rows.exists()),
    )


def is_needed(engagement: Engagement) -> bool:
    """Whether an engagement ends by off-boarding only."""
    return (
        rules.is_needed(engagement.status, shares=shares(engagement))
        or Offboarding.objects.filter(
            engagement=engagement, status=Offboarding.Status.OPEN
        ).exists()
    )


def keeping_open(vendor_id: UUID) -> QuerySet[Engagement]:
    """A vendor's engagements that have yet to be off-boarded, in all units."""
    engaged = Engagement.objects.filter(vendor=vendor_id)
    given = Q(Exists(Disclosure.objects.filter(engagement=OuterRef("pk")))) | Q(
        Exists(IpAsset.objects.filter(engagements=OuterRef("pk")))
    )
    running = Q(Exists(Offboarding.objects.filter(engagement=OuterRef("pk"), status="open")))
    status = Engagement.Status
    held = Q(status=status.ACTIVE) | Q(status=status.PLANNED) & given | running
    return engaged.filter(held).order_by("title", "pk")


def titles_for(principal: Principal, rows: QuerySet[Engagement]) -> str:
    """The titles of engagements; of those that are limited to others, or of units that are not
    theirs, how many there are."""
    titles = list(for_principal(rows, principal).values_list("title", flat=True))
    there = open_to(rows, principal).count()
    elsewhere = there - len(titles)
    if unnamed := rows.count() - there:
        words = ngettext(
            "%(count)d that only named people see", "%(count)d that only named people see", unnamed
        )
        titles.append(words % {"count": unnamed})
    if elsewhere:
        words = ngettext("%(count)d in another unit", "%(count)d in other units", elsewhere)
        titles.append(words % {"count": elsewhere})
    return "; ".join(titles)


def offboardings(
    principal: Principal, unit: BusinessUnit | None, filters: Filters
) -> QuerySet[Offboarding]:
    """Those that the filters leave, with `lines_count` and `lines_settled`."""
    rows = offboardings_visible_to(principal)
    if unit is not None:
        rows = rows.filter(engagement__unit=unit)
    if filters.q:
        rows = rows.filter(
            Q(engagement__title__icontains=filters.q)
            | Q(engagement__vendor__name__icontains=filters.q)
        )
    if filters.mine is not None:
        rows = rows.filter(Q(owner=filters.mine) | Q(deputy=filters.mine))
    return counted(rows.filter(_state(filters.state)))


def counted(rows: QuerySet[Offboarding]) -> QuerySet[Offboarding]:
    """The rows with the number of their lines, of those settled, and of those overdue."""
    settled = ~Q(lines__status="open")
    late = Q(lines__status="open", lines__due_on__lt=clock.today())
    return rows.annotate(
        lines_count=Count("lines"),
        lines_settled=Count("lines", filter=settled),
        lines_late=Count("lines", filter=late),
    )


def _open_lines() -> QuerySet[OffboardingLine]:
    return OffboardingLine.objects.filter(offboarding=OuterRef("pk"), status="open")


def ready() -> Q:
    """In progress, with nothing left to do but to close."""
    return Q(status=Offboarding.Status.OPEN) & ~Q(Exists(_open_lines()))


def _state(state: str) -> Q:
    match state:
        case "open" | "closed" | "cancelled":
            return Q(status=state)
        case "late":
            late = _open_lines().filter(due_on__lt=clock.today())
            return Q(status=Offboarding.Status.OPEN) & Q(Exists(late))
        case "ready":
            return ready()
    return Q()


def latest_of(engagement_ids: Iterable[UUID], principal: Principal) -> Mapping[UUID, Offboarding]:
    """Engagement -> its latest off-boarding that was not cancelled, with counts; one query."""
    rows = offboardings_visible_to(principal).filter(engagement__in=list(engagement_ids))
    rows = counted(rows.exclude(status=Offboarding.Status.CANCELLED)).order_by("pk")
    return {row.engagement_id: row for row in rows}


def open_findings(engagement: Engagement) -> QuerySet[Finding]:
    """What is still to be put right in an engagement, the newest first."""
    return Finding.objects.filter(engagement=engagement).exclude(status__in=RESTING).order_by("-pk")


def still_held(engagement: Engagement) -> QuerySet[Disclosure]:
    """What the vendor still holds, as the IP schedule says."""
    held = Disclosure.Outcome.HELD
    return Disclosure.objects.filter(engagement=engagement, outcome=held).order_by("pk")


def history_of(offboarding: Offboarding) -> QuerySet[Event]:
    """What has happened, the newest first; at most 300 steps."""
    rows = Event.objects.filter(aggregate_type="offboarding", aggregate_id=offboarding.pk)
    return rows.select_related("detail", "sealed").order_by("-position")[:300]
