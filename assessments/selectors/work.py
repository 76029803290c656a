"""What waits for a person on this floor: filling in, reviewing, answers, missing assessments."""

from collections.abc import Mapping
from typing import Any, Final

from django.db.models import Exists, OuterRef, Q, QuerySet, Subquery
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import for_principal
from assessments.models import Assessment, Message
from vendors.models import Engagement, VendorUnit
from vendors.selectors.work import person_id
from vendors.selectors.work_source import Work, WorkSource

Status = Assessment.Status


def _rows(principal: Principal, permission: Permission) -> QuerySet[Assessment]:
    rows = Assessment.objects.select_related("vendor", "engagement")
    return for_principal(rows, principal, permission=permission)


def _work(source: str, what: Any, row: Assessment) -> Work:
    return Work(
        source,
        row.pk,
        row.due_on,
        what,
        row.engagement.title,
        row.vendor_id,
        row.vendor.name,
        "assessments:assessment",
        row.pk,
    )


def _fill_in(principal: Principal) -> QuerySet[Assessment]:
    return _rows(principal, Permission.ANSWER).filter(
        assigned_to=person_id(principal), status__in=(Status.DRAFT, Status.RETURNED)
    )


def _review(principal: Principal) -> QuerySet[Assessment]:
    """Those named for this reviewer, and those that no reviewer is named for."""
    me = person_id(principal)
    return _rows(principal, Permission.REVIEW).filter(
        Q(reviewer=me) | Q(reviewer=None), status__in=(Status.SUBMITTED, Status.IN_REVIEW)
    )


def _unanswered(principal: Principal) -> QuerySet[Assessment]:
    """Those in whose latest word with the vendor the vendor asks or says something."""
    me = person_id(principal)
    latest = Message.objects.filter(assessment=OuterRef("pk"), internal=False).order_by("-id")
    return (
        _rows(principal, Permission.VIEW)
        .filter(Q(reviewer=me) | Q(assigned_to=me), status__in=Assessment.OPEN)
        .annotate(last_contact=Subquery(latest.values("written_by_contact")[:1]))
        .filter(last_contact__isnull=False)
    )


def _without(principal: Principal) -> QuerySet[Engagement]:
    """Engagements of vendors that this person owns there, for which nothing was ever opened."""
    owned = VendorUnit.objects.filter(
        owner=person_id(principal), vendor=OuterRef("vendor"), unit=OuterRef("unit")
    )
    rows = for_principal(
        Engagement.objects.select_related("vendor"),
        principal,
        permission=Permission.OPEN_ASSESSMENTS,
    )
    assessed = Assessment.objects.filter(engagement=OuterRef("pk"))
    return rows.exclude(status=Engagement.Status.ENDED).filter(Exists(owned), ~Exists(assessed))


def _engagement(row: Engagement) -> Work:
    return Work(
        "unassessed",
        row.pk,
        None,
        _("Engagement without an assessment"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        "scoring:vendor",
        row.vendor_id,
    )


#: Key -> source, as the page of one's own work takes them.
SOURCES: Final[Mapping[str, WorkSource]] = {
    "fill_in": WorkSource(
        _("Assessment to fill in"),
        _fill_in,
        "due_on",
        lambda row: _work("fill_in", _("Assessment to fill in"), row),
    ),
    "review": WorkSource(
        _("Assessment to review"),
        _review,
        "due_on",
        lambda row: _work("review", _("Assessment to review"), row),
    ),
    "thread": WorkSource(
        _("Message of a vendor"),
        _unanswered,
        "due_on",
        lambda row: _work("thread", _("Message of a vendor, not answered"), row),
    ),
    "unassessed": WorkSource(_("Engagement without an assessment"), _without, "", _engagement),
}
