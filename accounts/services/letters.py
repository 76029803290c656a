"""Letters: written in the transaction of what they are about, sent from the queue afterwards.

`post` renders and keeps a letter; `accounts.services.delivery` sends it. Nothing is lost between
the two: a letter is a row, committed with its cause.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final
from uuid import UUID

import structlog
from celery import current_app
from django.conf import settings
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db import transaction
from django.db.models import Q, QuerySet
from django.template.loader import render_to_string, select_template
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from accounts import events, mail, sealing
from accounts.models import Letter, User
from accounts.organisation import organisation_name
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from accounts.zones import zone
from audit import clock, dispatch, history
from audit.errors import Invalid, Refused
from audit.record import record

log = structlog.get_logger(__name__)

PURPOSE: Final = "letters"
#: The text of a letter is kept this long after it has gone out or has failed for good.
KEPT: Final = timedelta(days=30)
#: So long the text of a secret letter that could not be sent is kept.
KEPT_SECRET: Final = timedelta(days=7)


class NotToBeSent(Refused):
    """The letter has gone out already, or its text is gone."""

    code = "letter_not_to_be_sent"


@dataclass(frozen=True)
class Said:
    """What a letter says."""

    subject: str
    text: str
    html: str


@transaction.atomic
def post(
    *,
    to: str,
    language: str,
    template: str,
    context: Mapping[str, Any],
    about: UUID | None = None,
    secret: bool = False,
    reader: User | None = None,
    unsubscribe: str = "",
) -> Letter:
    """Write a letter and leave it for the queue; it goes out after the caller's transaction.

    Takes `<template>_subject.txt`, `<template>_message.txt` and, where there is one,
    `<template>_message.html`, each rendered in `language` with `context`. Besides `context` they
    get `site` (the address of this installation, without a slash at its end), `organisation` and
    `unsubscribe`. With `secret`, what it says is encrypted until it is sent, and erased then.
    `reader`: the letter is dropped when their account is switched off before it goes out.
    `unsubscribe`: a path or address that takes one POST. Raises Invalid for a bad address.
    """
    try:
        validate_email(to)
    except ValidationError as error:
        raise Invalid(
            _("This is not an e-mail address."),
            errors={"to": [_("This is not an e-mail address.")]},
        ) from error
    unsubscribe = mail.absolute(unsubscribe) if unsubscribe else ""
    said = _render(template, language, {**context, "unsubscribe": unsubscribe}, reader)
    letter = Letter.objects.create(
        to=to,
        reader=reader,
        template=template,
        language=language,
        about=about,
        secret=secret,
        sealed=_sealed(said) if secret else None,
        unsubscribe=unsubscribe,
        state=Letter.State.WAITING if mail.is_configured() else Letter.State.KEPT,
        next_attempt_at=clock.now(),
        created_at=clock.now(),
        **({} if secret else {"subject": said.subject, "text": said.text, "html": said.html}),
    )
    if letter.state == Letter.State.WAITING and not history.is_being_written():
        transaction.on_commit(nudge)
    return letter


def nudge() -> None:
    """Have the queue looked at now; when the broker is away, the clock does it soon enough."""
    if dispatch.outage.lasts():
        return
    try:
        current_app.send_task("accounts.deliver", retry=False, expires=30)
    except dispatch.BROKER_ERRORS as error:
        dispatch.outage.begin()
        log.warning("letters.nudge_postponed", reason=type(error).__name__)


def _render(template: str, language: str, context: Mapping[str, Any], reader: User | None) -> Said:
    there = zone(reader.time_zone if reader else settings.TIME_ZONE)
    with translation.override(language), timezone.override(there):
        known = {
            "site": mail.site_address(),
            "organisation": organisation_name(),
            "user": reader,
            "language": language,
            **context,
        }
        # A subject is one line, whatever the template or a name in it is broken into.
        subject = " ".join(render_to_string(f"{template}_subject.txt", known).split())[:300]
        text = render_to_string(f"{template}_message.txt", known).strip() + "\n"
        known |= {"subject": subject, "said": text}
        page = select_template([f"{template}_message.html", "mail/plain.html"])
        return Said(subject, text, page.render(known))


def _sealed(said: Said) -> bytes:
    whole = json.dumps([said.subject, said.text, said.html])
    return sealing.seal(whole, purpose=PURPOSE)


def said_in(letter: Letter) -> Said:
    """What a letter says. Raises sealing.Unreadable; NotToBeSent where it is erased."""
    if letter.erased_at is not None:
        raise NotToBeSent(_("The text of this letter has been erased."))
    if letter.sealed is None:
        return Said(letter.subject, letter.text, letter.html)
    return Said(*json.loads(sealing.unseal(bytes(letter.sealed), purpose=PURPOSE)))


@transaction.atomic
def send_again(*, letter: Letter, by: Principal) -> Letter:
    """Put a letter that was kept, refused or withdrawn into the queue once more."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state == Letter.State.SENT or letter.erased_at is not None:
        raise NotToBeSent(_("This letter has gone out, or its text is erased."))
    if not mail.is_configured():
        raise NotToBeSent(_("No mail server is set up, so nothing can be sent."))
    letter.state = Letter.State.WAITING
    letter.next_attempt_at, letter.claimed_until = clock.now(), None
    letter.save(update_fields=["state", "next_attempt_at", "claimed_until"])
    record(events.LetterSentAgain(aggregate_id=letter.pk, template=letter.template), by=by)
    transaction.on_commit(nudge)
    return letter


@transaction.atomic
def withdraw(*, letter: Letter, by: Principal) -> Letter:
    """Do not send a letter that still waits. One that is just going out may still arrive."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    letter = Letter.objects.select_for_update().get(pk=letter.pk)
    if letter.state != Letter.State.WAITING:
        raise NotToBeSent(_("This letter does not wait any more."))
    letter.state, letter.claimed_until = Letter.State.WITHDRAWN, None
    letter.save(update_fields=["state", "claimed_until"])
    record(events.LetterWithdrawn(aggregate_id=letter.pk, template=letter.template), by=by)
    return letter


ERASED: Final[Mapping[str, Any]] = {
    "to": "",
    "subject": "",
    "text": "",
    "html": "",
    "sealed": None,
    "unsubscribe": "",
}


def old(kept: timedelta) -> QuerySet[Letter]:
    """Letters that are done with and older than that, secret ones sooner, and not yet erased."""
    now = clock.now()
    secret = Q(secret=True, created_at__lt=now - KEPT_SECRET)
    done = Letter.objects.exclude(state=Letter.State.WAITING).filter(erased_at=None)
    return done.filter(Q(created_at__lt=now - kept) | secret)


def erase_old(*, kept: timedelta = KEPT, about_held: Collection[UUID] = ()) -> int:
    """Erase addresses and texts of old letters; how many there were.

    `about_held`: what a legal hold keeps; letters about that stay.
    """
    rows = old(kept).exclude(about__in=about_held) if about_held else old(kept)
    return rows.update(**ERASED, erased_at=clock.now())


def erase_all(rows: QuerySet[Letter]) -> int:
    """Erase these letters, withdrawing those that wait; how many there were."""
    now = clock.now()
    waiting = rows.filter(state=Letter.State.WAITING)
    ids = list(waiting.select_for_update().values_list("pk", flat=True))
    Letter.objects.filter(pk__in=ids).update(state=Letter.State.WITHDRAWN, claimed_until=None)
    return rows.filter(erased_at=None).update(**ERASED, erased_at=now)


def erase_of(*, to: str) -> int:
    """Erase what was written to one address and does not wait to be sent; how many letters."""
    done = Letter.objects.exclude(state=Letter.State.WAITING).filter(to__iexact=to, erased_at=None)
    return done.update(**ERASED, erased_at=clock.now())
