"""Telling our people what the vendor's people do, and which of them could not be reached."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import timedelta
from typing import Final
from uuid import UUID

from django.db.models import QuerySet
from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from accounts.models import Letter, User
from accounts.services import notifications
from assessments.models import Assessment, Invitation
from assessments.services.notices import fillers
from audit import clock
from audit.models import Event

#: Letters that were refused longer ago have been told of, or nobody cares any more.
_RECENT: Final = timedelta(days=7)
_UNREACHED: Final = "vendor_unreached"
_SAID: Final = {
    "delegation.done": _("The vendor has finished a topic: %(vendor)s, %(engagement)s"),
    "assessment.evidence_attached": _("The vendor has given evidence: %(vendor)s, %(engagement)s"),
}
_DECLINED: Final = _("%(who)s cannot answer: %(vendor)s, %(engagement)s")
_REFUSED: Final = _("No letter reaches %(who)s: %(vendor)s, %(engagement)s")


def tell_of(*, event_id: UUID) -> None:
    """Tell who asked, and who fills in, of what somebody at the vendor has done."""
    event = Event.objects.get(id=event_id)
    if event.actor_kind != "contact":
        return
    if event.type == "invitation.declined":
        one = _invitations().get(pk=event.data["invitation_id"])
        _tell(one.assessment, _who_asked(one), _Told(_UNREACHED, _DECLINED, str(event.id), one))
    else:
        assessment = Assessment.objects.select_related("engagement", "vendor").get(
            pk=event.aggregate_id
        )
        # Once a day, whatever the number of documents.
        occasion = "" if event.type.startswith("assessment.") else str(event.id)
        _tell(
            assessment,
            fillers(assessment),
            _Told("vendor_progress", _SAID[event.type], occasion),
        )


def tell_of_refused_letters() -> None:
    """Tell who asked that an address takes no letters."""
    refused = Letter.objects.filter(
        state=Letter.State.REFUSED,
        template__startswith="portal/email/",
        created_at__gt=clock.now() - _RECENT,
    )
    letters = dict(refused.order_by("created_at").values_list("about", "pk"))
    for one in _invitations().filter(pk__in=[pk for pk in letters if pk], revoked_at=None):
        _tell(
            one.assessment,
            _who_asked(one),
            _Told(_UNREACHED, _REFUSED, str(letters[one.pk]), one),
        )


def _invitations() -> QuerySet[Invitation]:
    return Invitation.objects.select_related(
        "contact", "invited_by", "assessment__engagement", "assessment__vendor"
    )


def _who_asked(invitation: Invitation) -> list[User]:
    asked = [invitation.invited_by] if invitation.invited_by else []
    return asked + fillers(invitation.assessment)


@dataclass(frozen=True)
class _Told:
    """What is told: its kind, its words with places for names, and on which occasion."""

    kind: str
    words: str | Promise
    # "" is once a day.
    occasion: str = ""
    contact: Invitation | None = None


def _tell(assessment: Assessment, people: Iterable[User], told: _Told) -> None:
    said = {
        "who": str(told.contact.contact) if told.contact else "",
        "vendor": assessment.vendor.name,
        "engagement": assessment.engagement.title,
    }
    for user in {one.pk: one for one in people}.values():
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind=told.kind,
                title=str(told.words) % said,
                url=reverse("assessments:sending", args=[assessment.pk]),
                unit_id=assessment.unit_id,
                about=told.contact.pk if told.contact else assessment.pk,
                belongs_to=assessment.pk,
                occasion=told.occasion,
            )
