"""The letters to a vendor's contacts. Those with a link are secret: in no log and no record."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any, Final

from django.conf import settings
from django.db.models import Max
from django.utils import formats, translation

from accounts import mail
from accounts.models import Letter
from accounts.organisation import organisation_name
from accounts.principal import Principal
from accounts.services import letters
from assessments.models import Assessment, Delegation, Invitation
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of, schema_of
from vendors.models import Finding

if TYPE_CHECKING:
    from assessments.services.invitations import NewLink

_FOLDER: Final = "portal/email"


def invitation(*, invitation: Invitation, link: NewLink, by: Principal) -> None:
    """You are asked to answer; who holds some sections only reads which."""
    _post("invitation", invitation, link, by)


def fresh(*, invitation: Invitation, link: NewLink, by: Principal) -> None:
    """The link that you have asked for."""
    _post("fresh", invitation, link, by)


def reminder(
    *, invitation: Invitation, link: NewLink, assessment: Assessment, by: Principal
) -> None:
    """What is still open, and until when."""
    shown = portal.progress(assessment, answers_of(assessment), portal.scope_of(invitation))
    answered, applicable = portal.total(shown)
    _post("reminder", invitation, link, by, open=applicable - answered, all=applicable)


def sent_back(
    *, invitation: Invitation, link: NewLink, work: int, words: str, by: Principal
) -> None:
    """The answers came back: how many questions need work (0: any may be changed), in the words
    that the reviewer shares."""
    _post("sent_back", invitation, link, by, work=work, words=words)


def message(
    *, invitation: Invitation, link: NewLink, count: int, questions: Sequence[str], by: Principal
) -> None:
    """So many messages have not been read, beside these questions."""
    _post("message", invitation, link, by, count=count, questions=questions)


def finding(
    *, invitation: Invitation, link: NewLink, finding: Finding, letter: str, by: Principal
) -> None:
    """About something that was found: `letter` is "finding", "finding_stands" or
    "finding_closed"."""
    _post(
        letter,
        invitation,
        link,
        by,
        found=finding.title,
        put_right_by=finding.due_on,
        word=finding.word,
        query="?to=findings",
    )


def ended(*, invitation: Invitation, letter: str) -> None:
    """Nothing is expected any more: `letter` is "taken_back" or "closed". Once, without a link."""
    template = f"{_FOLDER}/{letter}"
    if Letter.objects.filter(about=invitation.pk, template=template).exists():
        return
    _write(
        letter,
        invitation,
        {
            "name": invitation.contact.name,
            "organisation": organisation_name(),
            "subject": invitation.assessment.engagement.title,
        },
    )


def last_of(letter: str, invitation: Invitation) -> datetime | None:
    """When a letter of this kind was last written to them."""
    rows = Letter.objects.filter(about=invitation.pk, template=f"{_FOLDER}/{letter}")
    latest: datetime | None = rows.aggregate(last=Max("created_at"))["last"]
    return latest


def done(*, delegation: Delegation) -> None:
    """To who handed a section on: the colleague has finished it. Without a link."""
    giver = delegation.giver
    with translation.override(giver.language):
        section = _title(giver.assessment, delegation.section)
    _write(
        "done",
        giver,
        {
            "name": giver.contact.name,
            "colleague": delegation.taker.contact.name,
            "section": section,
        },
    )


def _post(
    letter: str,
    invitation: Invitation,
    link: NewLink,
    by: Principal,
    *,
    put_right_by: date | None = None,
    query: str = "",
    **more: Any,
) -> None:
    assessment = invitation.assessment
    with translation.override(invitation.language):
        scope = portal.scope_of(invitation)
        said = {
            "name": invitation.contact.name,
            "organisation": organisation_name(),
            "asked_by": by.label if by.kind in ("contact", "user") else "",
            "subject": assessment.engagement.title,
            "due": _day(invitation.due_on),
            "message": invitation.message,
            "sections": []
            if scope.whole
            else [_title(assessment, key) for key in assessment.sections if key in scope.sections],
            "link": mail.site_address() + link.path + query,
            "put_right_by": _day(put_right_by),
            "hours": settings.PORTAL_LINK_HOURS,
            **more,
        }
    _write(letter, invitation, said)


def _title(assessment: Assessment, section: str) -> str:
    title = next(one.title for one in schema_of(assessment).sections if one.key == section)
    return title.text_for(translation.get_language() or "en")


def _day(day: date | None) -> str:
    return str(formats.date_format(day, "DATE_FORMAT")) if day else ""


def _write(letter: str, invitation: Invitation, said: dict[str, Any]) -> None:
    letters.post(
        to=invitation.contact.email,
        language=invitation.language,
        template=f"{_FOLDER}/{letter}",
        context=said,
        about=invitation.pk,
        # Also what holds no link: to whom it went and about what is nobody's business.
        secret=True,
    )
