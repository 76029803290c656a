"""The life of an assessment: opening, handing in, review, sign-off, and what ends it.

Every step is one transaction: the row locked, the status moved by `assessments.workflow`, the event
recorded. Each step raises `inputs_version`, since the status is an input of the score: a lost
queue is then found by comparing versions.

A signed-off assessment counts until a newer one of the same engagement and questionnaire is signed
off, which closes it (superseded). A draft replaces nothing.
"""

from collections.abc import Collection, Mapping
from datetime import date

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from assessments import schema
from assessments.errors import (
    AlreadyOpen,
    Finished,
    Incomplete,
    NothingToAsk,
    NotPossibleNow,
    NotPublished,
    SecondPersonNeeded,
    StillOpen,
)
from assessments.events import assessments as events
from assessments.events.portal import HandedIn
from assessments.models import Answer, Assessment, Questionnaire
from assessments.selection import Facts, Selection, select
from assessments.selectors import portal
from assessments.selectors.assessments import (
    answers_of,
    missing_mandatory,
    schema_of,
    schema_of_version,
    visible_questions,
)
from assessments.selectors.rework import own_part, queried_keys, undecided_keys
from assessments.services import questionnaires, receipts, respondents, rework, sheets
from assessments.services.locking import (
    allow,
    lock,
    move,
    person_id,
    reason_given,
    user_id,
)
from assessments.services.telling import about
from assessments.wording import second_person_words
from assessments.workflow import Action
from audit import clock
from vendors.intake import IpKind, Service
from vendors.models import Engagement

#: Statuses in which an assessment is neither signed off nor closed.
OPEN = Assessment.OPEN


def facts_of(engagement: Engagement) -> Facts:
    """What the choice of questions depends on; kinds no longer known count as not told."""
    return Facts(
        ip_kinds=tuple(IpKind(kind) for kind in engagement.ip_kinds if kind in set(IpKind)),
        service=Service(engagement.service) if engagement.service in set(Service) else None,
        tier=schema.Tier(engagement.tier),
    )


def selection_for(
    engagement: Engagement, questionnaire: Questionnaire, *, light: bool = False
) -> Selection:
    """The sections and questions that an assessment opened now would ask.

    `light`: as few as are asked at the lowest tier, whatever the engagement's.
    """
    facts = facts_of(engagement)
    if light:
        facts = facts.model_copy(update={"tier": schema.Tier.LOW})
    return select(schema_of_version(questionnaire), facts)


@transaction.atomic
def open_assessment(
    *,
    engagement: Engagement,
    questionnaire: Questionnaire | None = None,
    due_on: date | None = None,
    assigned_to: User | None = None,
    light: bool = False,
    by: Principal,
) -> Assessment:
    """Make the assessment of an engagement: choose its questions once, with a blank sheet.

    Without `questionnaire` the newest version of the built-in one; `light` asks as at the lowest
    tier. Raises NotPublished, AlreadyOpen while another one of the same engagement and
    questionnaire (of any version) is not finished, NothingToAsk when no question is for it.
    """
    require(by, Permission.OPEN_ASSESSMENTS, engagement.unit_id)
    questionnaire = questionnaire or questionnaires.standard()
    if questionnaire.status != Questionnaire.Status.PUBLISHED:
        raise NotPublished(
            _("Only a published version can be opened; this one is a draft, or retired.")
        )
    # The lock makes two people who open at once stand in line; the constraint is the last word.
    engagement = Engagement.objects.select_for_update().get(pk=engagement.pk)
    there = _open_one(engagement, questionnaire)
    if there is not None:
        raise AlreadyOpen(
            _("This engagement has an assessment that is not finished yet."),
            assessment_id=there.pk,
        )
    chosen = selection_for(engagement, questionnaire, light=light)
    if not chosen.question_keys:
        raise NothingToAsk(_("The questionnaire has no question for this kind of engagement."))
    assessment = Assessment(
        vendor_id=engagement.vendor_id,
        engagement=engagement,
        unit_id=engagement.unit_id,
        questionnaire=questionnaire,
        sections=list(chosen.section_keys),
        questions=list(chosen.question_keys),
        tier=engagement.tier,
        due_on=due_on,
        assigned_to=assigned_to,
        opened_at=clock.now(),
        opened_by_id=user_id(by),
    )
    assessment.applicable = 0
    assessment.save(force_insert=True)
    sheets.create(assessment)
    assessment.save(update_fields=["answered", "applicable"])
    about(
        events.Opened,
        assessment,
        by,
        engagement_id=engagement.pk,
        questionnaire=f"{questionnaire.key} {questionnaire.version}",
        questionnaire_hash=questionnaire.content_hash,
        tier=assessment.tier,
        questions=len(assessment.questions),
    )
    return assessment


@transaction.atomic
def plan(
    *, assessment: Assessment, due_on: date | None, assigned_to: User | None, by: Principal
) -> Assessment:
    """Say who fills it in and until when. Raises Finished once it is signed off or closed."""
    require(by, Permission.OPEN_ASSESSMENTS, assessment.unit_id)
    assessment = lock(assessment)
    if assessment.status not in Assessment.OPEN:
        raise Finished(
            _("This assessment is signed off or closed: what was agreed for filling it in stays.")
        )
    owner_id = assigned_to.pk if assigned_to else None
    if (assessment.due_on, assessment.assigned_to_id) == (due_on, owner_id):
        return assessment
    assessment.due_on, assessment.assigned_to = due_on, assigned_to
    assessment.save(update_fields=["due_on", "assigned_to"])
    about(
        events.Planned,
        assessment,
        by,
        assigned_to=owner_id,
        due_on=due_on.isoformat() if due_on else None,
    )
    return assessment


@transaction.atomic
def submit(*, assessment: Assessment, by: Principal) -> Assessment:
    """Hand it in: every mandatory question that is asked has been dealt with; answers freeze.

    "Don't know" and the like count: they are honest, and the score carries their weight. Raises
    Incomplete with the questions that are blank.

    A vendor's contact hands in the vendor's part, and gets a receipt of it. While questions of the
    house are open it then waits for those, out of the vendor's reach.
    """
    allow(assessment, Action.SUBMIT, by)
    assessment = lock(assessment)
    if by.kind == "contact":
        return _hand_in(assessment, by)
    move(assessment, Action.SUBMIT, by)
    missing = _missing(assessment, answers_of(assessment))
    if missing:
        raise Incomplete(missing)
    assessment.submitted_at, assessment.submitted_by_id = clock.now(), user_id(by)
    _write(assessment, "submitted_at", "submitted_by")
    _record_counts(events.Submitted, assessment, by)
    return assessment


def _hand_in(assessment: Assessment, by: Principal) -> Assessment:
    """The vendor's part, by who holds all of it; the receipt is made in the same transaction."""
    invitation = respondents.whole_of(by, assessment)
    if not portal.held_by_vendor(assessment):
        raise NotPossibleNow(assessment, Action.SUBMIT)
    answers = answers_of(assessment)
    theirs = portal.missing(assessment, answers)
    if theirs:
        raise Incomplete(theirs)
    waits = bool(_missing(assessment, answers))
    move(assessment, Action.HAND_IN if waits else Action.SUBMIT, by)
    assessment.submitted_by_contact_id = invitation.contact_id
    if not waits:
        assessment.submitted_at, assessment.submitted_by = clock.now(), None
    _write(assessment, "submitted_at", "submitted_by", "submitted_by_contact")
    _record_counts(HandedIn if waits else events.Submitted, assessment, by)
    receipts.make(assessment=assessment, invitation=invitation, answers=answers, by=by)
    return assessment


def _missing(assessment: Assessment, answers: Mapping[str, Answer]) -> list[str]:
    questionnaire = schema_of(assessment)
    visible = visible_questions(questionnaire, assessment, answers)
    return missing_mandatory(questionnaire, visible, answers)


def _record_counts(
    kind: type[events.AssessmentEvent], assessment: Assessment, by: Principal
) -> None:
    counts = {"answered": assessment.answered, "applicable": assessment.applicable}
    about(kind, assessment, by, **counts)


@transaction.atomic
def take(*, assessment: Assessment, by: Principal) -> Assessment:
    """Take up the review of a submitted assessment; whoever does is its reviewer."""
    allow(assessment, Action.TAKE, by)
    assessment = lock(assessment)
    move(assessment, Action.TAKE, by)
    assessment.reviewer_id = user_id(by) or assessment.reviewer_id
    _write(assessment, "reviewer")
    about(events.Taken, assessment, by)
    return assessment


@transaction.atomic
def send_back(
    *,
    assessment: Assessment,
    reason: str,
    keys: Collection[str] = (),
    drop: Collection[str] = (),
    words: Mapping[str, str] | None = None,
    due_on: date | None = None,
    everything: bool = False,
    by: Principal,
) -> Assessment:
    """Give it back to those who fill it in, with the questions that need work only.

    Those are what is queried already and `keys`, without `drop`: a query that is dropped is open to
    review again. Where none is left, or with `everything`, all may be changed. `words` (question
    key -> text) say what is asked; a question in `keys` without words is asked `reason`. All of
    them, and `reason`, are read by those who fill in. `due_on` is the new due date; None leaves it.
    """
    allow(assessment, Action.RETURN, by)
    reason = reason_given(reason)
    assessment = lock(assessment)
    move(assessment, Action.RETURN, by)
    assessment.status_reason = reason
    assessment.round += 1
    if due_on is not None:
        assessment.due_on = due_on
    marked = rework.mark(
        assessment, keys=keys, drop=drop, words=words or {}, otherwise=reason, by=by
    )
    assessment.rework = None if everything else marked or None
    _write(assessment, "round", "rework", "due_on")
    about(
        events.Returned,
        assessment,
        by,
        reason=reason,
        keys=assessment.rework or [],
        due_on=due_on.isoformat() if due_on else None,
    )
    return assessment


@transaction.atomic
def sign_off(
    *, assessment: Assessment, reason: str = "", despite_open: bool = False, by: Principal
) -> Assessment:
    """Approve the answers as reviewed; an older signed-off assessment is superseded.

    Raises SecondPersonNeeded for whoever submitted it, answered or overrode anything in it
    (setting REQUIRE_SECOND_PERSON), and StillOpen while a query is open or "does not apply" is
    undecided: `despite_open`, with a reason, signs off all the same.
    """
    signer = person_id(by)
    allow(assessment, Action.SIGN_OFF, by)
    assessment = lock(assessment)
    move(assessment, Action.SIGN_OFF, by)
    answers = answers_of(assessment)
    own = own_part(assessment, signer, answers)
    if settings.REQUIRE_SECOND_PERSON and own:
        raise SecondPersonNeeded(second_person_words(own))
    queried, undecided = queried_keys(assessment, answers), undecided_keys(assessment, answers)
    if queried or undecided:
        if not despite_open:
            raise StillOpen(queried, undecided)
        reason = reason_given(reason)
    assessment.signed_off_at, assessment.signed_off_by_id = clock.now(), signer
    assessment.status_reason = reason.strip()
    older = _signed_off_one(assessment)
    if older is not None:
        _supersede(older, assessment, by)
        assessment.supersedes = older
    _write(assessment, "signed_off_at", "signed_off_by", "supersedes")
    about(
        events.SignedOff,
        assessment,
        by,
        reason=assessment.status_reason,
        queried=queried,
        undecided=undecided,
    )
    return assessment


@transaction.atomic
def reopen(*, assessment: Assessment, reason: str, by: Principal) -> Assessment:
    """Take the sign-off back; it is in review again. Raises AlreadyOpen beside a newer open one."""
    allow(assessment, Action.REOPEN, by)
    reason = reason_given(reason)
    Engagement.objects.select_for_update().only("pk").get(pk=assessment.engagement_id)
    assessment = lock(assessment)
    move(assessment, Action.REOPEN, by)
    newer = _open_one(assessment.engagement, assessment.questionnaire)
    if newer is not None:
        raise AlreadyOpen(
            _("A newer assessment of this engagement is under way. Finish or cancel that first."),
            assessment_id=newer.pk,
        )
    assessment.signed_off_at = assessment.signed_off_by = None
    assessment.status_reason = reason
    _write(assessment, "signed_off_at", "signed_off_by")
    about(events.Reopened, assessment, by, reason=reason)
    return assessment


@transaction.atomic
def cancel(*, assessment: Assessment, reason: str, by: Principal) -> Assessment:
    """Give it up before sign-off; its answers stay readable."""
    allow(assessment, Action.CANCEL, by)
    reason = reason_given(reason)
    assessment = lock(assessment)
    move(assessment, Action.CANCEL, by)
    assessment.status_reason = reason
    _write(assessment)
    about(events.Cancelled, assessment, by, reason=reason)
    return assessment


def _supersede(older: Assessment, newer: Assessment, by: Principal) -> None:
    move(older, Action.SUPERSEDE, by)
    _write(older)
    about(events.Superseded, older, by, by_assessment=newer.pk)


def _write(assessment: Assessment, *fields: str) -> None:
    """Save the status, its reason and `fields`; the inputs are one version further."""
    assessment.inputs_version += 1
    assessment.save(update_fields=["status", "status_reason", "inputs_version", *fields])


def _open_one(engagement: Engagement, questionnaire: Questionnaire) -> Assessment | None:
    return Assessment.objects.filter(
        engagement=engagement, questionnaire__key=questionnaire.key, status__in=OPEN
    ).first()


def _signed_off_one(assessment: Assessment) -> Assessment | None:
    return (
        Assessment.objects.select_for_update(of=("self",))
        .select_related("questionnaire")
        .defer("questionnaire__content")
        .filter(
            engagement=assessment.engagement_id,
            questionnaire__key=assessment.questionnaire.key,
            status=Assessment.Status.APPROVED,
        )
        .exclude(pk=assessment.pk)
        .first()
    )
