"""Handing a section on to a colleague, and taking it back. Done by contacts, for contacts."""

from datetime import date
from typing import Final

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.principal import Principal
from accounts.scoping import NotAllowed
from assessments.errors import NotPossibleNow
from assessments.events import portal as events
from assessments.models import Assessment, Delegation, Invitation
from assessments.selectors import portal
from assessments.services import portal_letters
from assessments.services.invitations import invite, make_link
from assessments.services.invited import about, end, left_with_nothing
from assessments.services.locking import lock
from assessments.services.respondents import invitation_of, whole_of
from assessments.workflow import Action
from audit import clock
from audit.errors import Invalid, Refused
from audit.record import record
from vendors import written
from vendors.services import contacts

#: So many sections can be handed on at a time, over all colleagues.
MOST: Final = 60


class HandedOnAlready(Refused):
    """This colleague has the section."""

    code = "handed_on_already"


@transaction.atomic
def hand_on(
    *,
    assessment: Assessment,
    section: str,
    name: str,
    email: str,
    due_on: date | None = None,
    message: str = "",
    by: Principal,
) -> Delegation:
    """Ask a colleague to answer one section; who hands it on can still answer it, too.

    `by` holds the whole assessment. Raises Invalid per field, HandedOnAlready, NotPossibleNow.
    """
    assessment = lock(assessment)
    giver = whole_of(by, assessment)
    if not portal.held_by_vendor(assessment):
        raise NotPossibleNow(assessment, Action.SAVE)
    if section not in {item.section for item in portal.theirs(assessment, portal.EVERYTHING)}:
        raise Invalid(_("There is no such section."), errors={})
    _refuse(due_on, giver)
    message = _message(message)
    colleague = contacts.colleague(of=giver.contact, name=name, email=email, by=by)
    if colleague.pk == giver.contact_id:
        words = _("This is your own address. Enter that of a colleague.")
        raise Invalid(words, errors={"email": [words]})
    there = portal.delegations_of(assessment)
    if len(there) >= MOST:
        raise Invalid(_("Too many sections are handed on. Take some back first."), errors={})
    if any(one.section == section and one.taker.contact_id == colleague.pk for one in there):
        raise HandedOnAlready(_("This colleague has the section already."))
    taker = invite(
        assessment=assessment,
        contact=colleague,
        whole=False,
        due_on=due_on,
        message=message,
        inviter=giver.contact,
        by=by,
    )
    delegation = Delegation.objects.create(
        giver=giver,
        taker=taker,
        section=section,
        due_on=due_on,
        message=message,
        given_at=clock.now(),
    )
    record(
        events.Delegated(
            **about(taker, assessment), section=section, due_on=due_on, message=message
        ),
        by=by,
    )
    portal_letters.invitation(invitation=taker, link=make_link(taker), by=by)
    return delegation


@transaction.atomic
def take_back(*, delegation: Delegation, by: Principal) -> None:
    """The section is no longer the colleague's; what they answered stays.

    Whoever holds no other section cannot come in any more.
    """
    assessment = lock(delegation.giver.assessment)
    whole_of(by, assessment)
    row = _locked(delegation)
    if row.taken_back_at is not None:
        return
    row.taken_back_at = clock.now()
    row.save(update_fields=["taken_back_at"])
    record(events.TakenBack(**about(row.taker, assessment), section=row.section), by=by)
    end(
        left_with_nothing([row.taker]),
        assessment=assessment,
        reason=_("The section was taken back."),
        by=by,
    )


@transaction.atomic
def finish(*, assessment: Assessment, section: str, by: Principal) -> None:
    """The colleague says that the section is finished; who handed it on gets a letter."""
    assessment = lock(assessment)
    mine = invitation_of(by, assessment)
    row = (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("giver__contact", "giver__assessment", "taker__contact")
        .filter(taker=mine, section=section, taken_back_at=None)
        .first()
    )
    if row is None:
        raise NotAllowed(_("This section is not with you any more."))
    if row.done_at is not None:
        return
    row.done_at = clock.now()
    row.save(update_fields=["done_at"])
    record(events.DelegationDone(**about(mine, assessment), section=section), by=by)
    portal_letters.done(delegation=row)


def _locked(delegation: Delegation) -> Delegation:
    return (
        Delegation.objects.select_for_update(of=("self",))
        .select_related("taker__contact")
        .get(pk=delegation.pk)
    )


def _refuse(due_on: date | None, giver: Invitation) -> None:
    words = ""
    if due_on is not None and due_on < clock.today():
        words = _("Choose a day that has not passed.")
    elif due_on is not None and giver.due_on is not None and due_on > giver.due_on:
        words = _("Choose a day on which you still have time to submit.")
    if words:
        raise Invalid(words, errors={"due_on": [words]})


def _message(message: str) -> str:
    try:
        return written.text(message, most=2_000)
    except ValueError as error:
        raise Invalid(str(error), errors={"message": [str(error)]}) from error
