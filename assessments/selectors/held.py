"""All that is held about one of a vendor's contacts, for whoever may hand it out or erase it."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db.models import Q, QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Letter, Notification
from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.models import (
    Answer,
    Delegation,
    Invitation,
    Message,
    PortalSession,
    Receipt,
)
from audit.models import Event
from vendors.models import Contact, EvidenceFile, Finding, VendorUnit
from vendors.selectors.contacts import contacts_visible_to

ERASE: Final = Permission.ERASE
HEADINGS: Final[Mapping[str, str | Promise]] = {
    "contact": _("Contact"),
    "invitations": _("Invitations"),
    "handed_on": _("Sections handed on"),
    "visits": _("Visits"),
    "answers": _("Answers given"),
    "messages": _("Messages written"),
    "files": _("Files uploaded"),
    "findings": _("Findings answered"),
    "receipts": _("Receipts"),
    "letters": _("Letters"),
    "notifications": _("What members were told of them"),
    "events": _("Entries of the log"),
}


def erasable(principal: Principal) -> QuerySet[Contact]:
    """The contacts of vendors that `principal` may erase from: a vendor is shared, so in every
    unit that works with it."""
    rows = contacts_visible_to(principal, ERASE)
    units = principal.units(ERASE)
    if units is None:
        return rows
    elsewhere = VendorUnit.objects.exclude(unit__in=units).values("vendor")
    return rows.exclude(vendor__in=elsewhere)


def subjects_of(contact: Contact) -> list[UUID]:
    """What events and notifications that name a contact are about."""
    own = Invitation.objects.filter(contact=contact).values_list("pk", "assessment")
    found = {contact.pk, contact.vendor_id}
    for invitation_id, assessment_id in own:
        found |= {invitation_id, assessment_id}
    answered = Q(dispute_by_contact=contact) | Q(responded_by_contact=contact)
    answered |= Q(done_by_contact=contact)
    found |= set(Finding.objects.filter(answered).values_list("pk", flat=True))
    return sorted(found)


def notifications_about(contact: Contact) -> QuerySet[Notification]:
    """What members were told that names a contact."""
    named = Q(about=contact.pk)
    for word in filter(None, (contact.name, contact.email)):
        named |= Q(title__icontains=word) | Q(text__icontains=word)
    return Notification.objects.filter(named, about__in=subjects_of(contact))


def held_about(contact: Contact) -> dict[str, list[dict[str, Any]]]:
    """Part -> entries, as plain values; the parts are those of `HEADINGS`."""
    invitations = Invitation.objects.filter(contact=contact).order_by("pk")
    handed = Delegation.objects.filter(Q(giver__contact=contact) | Q(taker__contact=contact))
    visits = PortalSession.objects.filter(invitation__contact=contact).order_by("pk")
    answers = Answer.objects.filter(answered_by_contact=contact).order_by("assessment", "pk")
    findings = Finding.objects.filter(
        Q(dispute_by_contact=contact) | Q(responded_by_contact=contact) | Q(done_by_contact=contact)
    )
    events = Event.objects.filter(
        Q(actor_kind="contact", actor_id=str(contact.pk)) | Q(aggregate_id=contact.pk)
    )
    letters = Letter.objects.filter(to__iexact=contact.email).order_by("created_at", "pk")
    return {
        "contact": [
            _values(contact, "id", "name", "email", "position", "language", "time_zone")
            | {"active": contact.is_active, "vendor": contact.vendor.name}
        ],
        "invitations": _rows(
            invitations, "assessment_id", "invited_at", "due_on", "ends_on", "message",
            "opened_at", "first_answer_at", "last_seen_at", "revoked_at",
        ),
        "handed_on": _rows(handed.order_by("pk"), "section", "due_on", "message", "given_at"),
        "visits": _rows(visits, "started_at", "seen_at", "ended_at"),
        "answers": _rows(answers, "assessment_id", "question_key", "value", "note"),
        "messages": _rows(
            Message.objects.filter(written_by_contact=contact).order_by("pk"),
            "assessment_id", "question_key", "body", "written_at",
        ),
        "files": _rows(
            EvidenceFile.objects.filter(uploaded_by_contact=contact).order_by("pk"),
            "name", "size", "sha256", "uploaded_at",
        ),
        "findings": _rows(findings.order_by("pk"), "id", "title", "dispute_reason"),
        "receipts": _rows(
            Receipt.objects.filter(contact=contact).order_by("pk"),
            "number", "submitted_at", "sha256", "content",
        ),
        "letters": _rows(letters, "created_at", "sent_at", "state", "subject", "text"),
        "notifications": _rows(
            notifications_about(contact).order_by("created_at", "pk"),
            "created_at", "title", "text",
        ),
        "events": [
            {
                "id": str(one.id),
                "type": one.type,
                "occurred_at": one.occurred_at.isoformat(),
                "data": one.data,
                "detail": one.detail.data if hasattr(one, "detail") else None,
            }
            for one in events.select_related("detail").order_by("position")
        ],
    }  # fmt: skip


def _rows(rows: QuerySet[Any], *names: str) -> list[dict[str, Any]]:
    return [_values(row, *names) for row in rows]


def _values(row: Any, *names: str) -> dict[str, Any]:
    return {name: _plain(getattr(row, name)) for name in names}


def _plain(value: Any) -> Any:
    if hasattr(value, "isoformat"):
        return value.isoformat()
    return str(value) if isinstance(value, UUID) else value
