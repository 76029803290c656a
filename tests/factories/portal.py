"""Contacts, invitations and browsers of a vendor's people, made by the services."""

from collections.abc import Mapping
from itertools import count
from typing import Any

from django.test import Client

from accounts.principal import SYSTEM, Principal
from assessments.models import Assessment, Invitation
from assessments.selectors import portal
from assessments.selectors.assessments import answers_of, schema_of
from assessments.services import answers, entering, invitations
from assessments.services.answers import AnswerInput
from assessments.services.entering import Entry
from assessments.services.invitations import NewLink
from tests.factories.assessments import good_value
from vendors.models import Contact, Vendor
from vendors.services import contacts

_number = count(1)


def make_contact(vendor: Vendor, **values: Any) -> Contact:
    """Somebody at the vendor."""
    number = next(_number)
    given = {"name": f"Linh Contact {number}", "email": f"linh{number}@vendor.example", **values}
    return contacts.add(vendor=vendor, by=SYSTEM, **given)


def invited(assessment: Assessment, **values: Any) -> Invitation:
    """A contact who was asked to answer everything."""
    [invitation] = invitations.send(
        assessment=assessment,
        contacts=[make_contact(assessment.vendor, **values)],
        by=SYSTEM,
    )
    assessment.refresh_from_db()
    return invitation


def new_link(invitation: Invitation) -> NewLink:
    """A link as it stands in a letter."""
    return invitations.make_link(invitation)


def principal_of(invitation: Invitation) -> Principal:
    """The contact as services see them."""
    return portal.principal_of(invitation.contact)


def browser(invitation: Invitation) -> Client:
    """Django's test client, come in by a link."""
    link = new_link(invitation)
    came = entering.enter(link_id=link.link.pk, token=link.token)
    assert isinstance(came, Entry)
    client = Client()
    client.cookies["portal"] = came.token
    return client


def answer_theirs(assessment: Assessment, by: Principal) -> None:
    """Answer every question of the vendor's that is asked, until no gate opens another one."""
    questionnaire = schema_of(assessment)
    for _round in range(5):
        stored = answers_of(assessment)
        blank: Mapping[str, AnswerInput] = {
            key: AnswerInput(good_value(questionnaire.by_key[key].question))
            for key in portal.asked(assessment, stored)
            if key not in stored
        }
        if not blank:
            return
        answers.save(assessment=assessment, values=blank, by=by)
