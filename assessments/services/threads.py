"""Writing messages beside the questions of an assessment, among us or with the vendor."""

from collections.abc import Mapping
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from assessments.errors import InvalidMessage
from assessments.events.assessments import Said
from assessments.models import Assessment, Message, ThreadSeen
from assessments.schema import Respondent
from assessments.selectors.assessments import schema_of
from assessments.services.locking import allow, contact_id, lock, move, user_id
from assessments.services.telling import about
from assessments.workflow import Action
from audit import clock
from vendors.models import Contact

MAX_BODY: Final = 4_000


@transaction.atomic
def say(
    *,
    assessment: Assessment,
    question_key: str,
    body: str,
    internal: bool,
    by: Principal,
    contact: Contact | None = None,
) -> Message:
    """Write one message; `question_key` "" is about the assessment as a whole.

    What is `internal` never leaves the house. A contact writes no internal messages, and only
    beside questions that are theirs to answer; pass `contact` when one writes. Raises
    InvalidMessage, NotAllowed, NotYours, NotPossibleNow.
    """
    allow(assessment, Action.SAY, by)
    assessment = lock(assessment)
    move(assessment, Action.SAY, by)
    writer = contact.pk if contact else contact_id(by)
    if writer is not None:
        _require_theirs(assessment, question_key, internal=internal, contact=contact)
    elif question_key and question_key not in assessment.questions:
        raise InvalidMessage({"question_key": [_("This assessment does not ask this question.")]})
    message = Message.objects.create(
        assessment=assessment,
        question_key=question_key,
        internal=internal,
        body=_checked(body),
        written_at=clock.now(),
        written_by_id=user_id(by),
        written_by_contact_id=writer,
    )
    # Who answers has read what was there.
    _seen(assessment, question_key, message.pk, {"user_id": user_id(by), "contact_id": writer})
    about(
        Said,
        assessment,
        by,
        message=message.pk,
        key=question_key,
        internal=internal,
        body=message.body,
    )
    return message


def note_seen(
    *, assessment: Assessment, question_key: str, last: UUID, contact: Contact | None, by: Principal
) -> None:
    """Whoever reads has read the thread as far as the message `last`; never less far than before.

    A note to the reader alone: no event, and nothing for who cannot have read that message.
    """
    rows = Message.objects.filter(assessment=assessment, question_key=question_key, pk=last)
    if contact is not None:
        rows = rows.filter(internal=False)
    if rows.exists():
        reader = {"contact_id": contact.pk} if contact else {"user_id": user_id(by)}
        _seen(assessment, question_key, last, reader)


def _seen(
    assessment: Assessment, question_key: str, last: UUID, reader: Mapping[str, UUID | None]
) -> None:
    """`reader`: who of the house or of the vendor; nothing for programs, who do not read."""
    who: dict[str, Any] = {name: pk for name, pk in reader.items() if pk is not None}
    if not who:
        return
    row, is_new = ThreadSeen.objects.get_or_create(
        assessment=assessment, question_key=question_key, **who, defaults={"last": last}
    )
    if not is_new:
        ThreadSeen.objects.filter(pk=row.pk, last__lt=last).update(last=last)


def _require_theirs(
    assessment: Assessment, question_key: str, *, internal: bool, contact: Contact | None
) -> None:
    """What somebody at a vendor may write to: their own assessment, their own questions."""
    stranger = contact is not None and contact.vendor_id != assessment.vendor_id
    theirs = not question_key or (
        question_key in assessment.questions
        and schema_of(assessment).by_key[question_key].question.respondent is Respondent.VENDOR
    )
    if internal or stranger or not theirs:
        raise NotAllowed(_("This message cannot be written here."))


def _checked(body: str) -> str:
    body = body.strip().replace("\r\n", "\n")
    if not body:
        raise InvalidMessage({"body": [_("Write a message first.")]})
    if len(body) > MAX_BODY:
        words = _("Shorten the message to %(most)d characters.") % {"most": MAX_BODY}
        raise InvalidMessage({"body": [words]})
    if "\0" in body:
        raise InvalidMessage({"body": [_("Remove the unprintable character from the message.")]})
    return body
