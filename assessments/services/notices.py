"""Telling people what happened to an assessment, and what is late; not whoever caused it."""

from collections.abc import Iterable
from datetime import date, timedelta
from typing import Final
from uuid import UUID

from django.urls import reverse
from django.utils import translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.selectors import people_who
from accounts.services import notifications
from accounts.zones import zone
from assessments.models import Assessment, Message, StageRule
from audit import clock
from audit.models import Event
from vendors.models import VendorUnit

Status = Assessment.Status
#: What was due longer ago is not told any more.
_LATE: Final = timedelta(days=30)
_WITH_US: Final = (Status.SUBMITTED, Status.IN_REVIEW)


def tell_of(*, event_id: UUID) -> None:
    """Tell whom an event of an assessment concerns."""
    event = Event.objects.get(id=event_id)
    assessment = (
        Assessment.objects.select_related("engagement", "vendor")
        .defer("questionnaire__content")
        .get(pk=event.aggregate_id)
    )
    if event.type == "assessment.submitted":
        _tell(event, assessment, reviewers(assessment), "assessment_to_review")
    elif event.type == "assessment.handed_in":
        # The vendor is done; what is open now are questions of the house.
        _tell(event, assessment, fillers(assessment), "assessment_to_answer")
    elif event.type == "assessment.reviewer_chosen":
        _tell(event, assessment, _person(event.data["reviewer"]), "assessment_to_review")
    elif event.type == "assessment.returned":
        _tell(event, assessment, fillers(assessment), "assessment_to_answer")
    elif event.type == "assessment.planned":
        _tell(event, assessment, _person(event.data["assigned_to"]), "assessment_to_answer")
    elif event.type == "assessment.signed_off":
        _tell(event, assessment, owners(assessment), "assessment_signed_off")
    elif event.type == "assessment.said":
        _tell_of_message(event, assessment)


def _person(pk: str | None) -> list[User]:
    return list(User.objects.filter(pk=pk)) if pk else []


def reviewers(assessment: Assessment) -> list[User]:
    """The reviewer who is named for it, else everybody who may review in its unit."""
    if assessment.reviewer is not None:
        return [assessment.reviewer]
    return list(people_who(Permission.REVIEW, assessment.unit_id))


def fillers(assessment: Assessment) -> list[User]:
    """Who fills it in on our side."""
    person = assessment.assigned_to or assessment.submitted_by or assessment.opened_by
    return [person] if person is not None else []


def owners(assessment: Assessment) -> list[User]:
    """Who owns the vendor in the unit of the assessment."""
    links = VendorUnit.objects.filter(
        vendor=assessment.vendor_id, unit=assessment.unit_id, owner__isnull=False
    ).select_related("owner")
    return [link.owner for link in links if link.owner is not None]


def _words(kind: str, assessment: Assessment, event_type: str) -> str:
    said = {"vendor": assessment.vendor.name, "engagement": assessment.engagement.title}
    if event_type == "assessment.handed_in":
        return _("The vendor has answered: %(vendor)s, %(engagement)s") % said
    if event_type == "assessment.returned":
        return _("Sent back with questions: %(vendor)s, %(engagement)s") % said
    if kind == "assessment_to_review":
        return _("To review: %(vendor)s, %(engagement)s") % said
    if kind == "assessment_to_answer":
        return _("To fill in: %(vendor)s, %(engagement)s") % said
    if kind == "assessment_signed_off":
        return _("Signed off: %(vendor)s, %(engagement)s") % said
    if kind == "assessment_overdue":
        return _("Overdue: %(vendor)s, %(engagement)s") % said
    return _("Message: %(vendor)s, %(engagement)s") % said


def _tell(
    event: Event,
    assessment: Assessment,
    people: Iterable[User],
    kind: str,
    text: str | Promise = "",
) -> None:
    for user in {one.pk: one for one in people}.values():
        if (event.actor_kind, event.actor_id) == ("user", str(user.pk)):
            continue
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind=kind,
                title=_words(kind, assessment, event.type),
                text=text,
                url=reverse("assessments:assessment", args=[assessment.pk]),
                unit_id=assessment.unit_id,
                about=assessment.pk,
                occasion=str(event.id),
            )


def _tell_of_message(event: Event, assessment: Assessment) -> None:
    """Our people who take part; the vendor's get a letter (`portal_notices`)."""
    wrote = Message.objects.filter(
        assessment=assessment, question_key=event.data["key"], written_by__isnull=False
    ).select_related("written_by")
    people = [one.written_by for one in wrote if one.written_by is not None]
    people += [one for one in (assessment.reviewer, assessment.assigned_to) if one is not None]
    if not people:
        people = reviewers(assessment) if assessment.status in _WITH_US else fillers(assessment)
    _tell(event, assessment, people, "message")


def tell_of_overdue() -> None:
    """Tell who is late, once, when the day is over where they are; and who stands behind them."""
    tomorrow = clock.today() + timedelta(days=1)
    late = Assessment.objects.filter(
        status__in=(Status.DRAFT, Status.RETURNED, Status.SENT, *_WITH_US),
        due_on__lte=tomorrow,
        due_on__gt=clock.today() - _LATE,
    ).select_related("vendor", "engagement", "assigned_to", "reviewer", "opened_by")
    for assessment in late:
        if assessment.due_on is not None:
            _overdue(assessment, assessment.due_on)


def _overdue(assessment: Assessment, due_on: date) -> None:
    in_review = assessment.status in _WITH_US
    people = reviewers(assessment) if in_review else fillers(assessment)
    stage = "review" if in_review else "filling_in"
    rules = StageRule.objects.filter(unit=assessment.unit_id, stage=stage)
    for rule in rules.select_related("owner", "deputy"):
        people += [one for one in (rule.owner, rule.deputy) if one is not None]
    people += owners(assessment)
    for user in {one.pk: one for one in people}.values():
        today = clock.now().astimezone(zone(user.time_zone)).date()
        if today <= due_on:
            continue
        with translation.override(user.language):
            notifications.tell(
                user=user,
                kind="assessment_overdue",
                title=_words("assessment_overdue", assessment, ""),
                url=reverse("assessments:assessment", args=[assessment.pk]),
                unit_id=assessment.unit_id,
                about=assessment.pk,
                occasion=f"{stage} {due_on.isoformat()}",
            )
