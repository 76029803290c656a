"""What a program does in one call where a person takes several steps; each is one transaction."""

from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from datetime import date

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import User
from accounts.principal import Principal
from assessments.errors import InvalidAnswers
from assessments.models import Assessment, Questionnaire
from assessments.services import answers, invitations
from assessments.services.answers import AnswerInput, Saved
from assessments.services.assessments import open_assessment
from assessments.services.locking import lock
from vendors.models import Contact, Engagement


@contextmanager
def holding(assessment: Assessment) -> Iterator[Assessment]:
    """The assessment as it stands, which nobody changes until the block is left.

    Between the look at what stands (`If-Match`) and the step that is taken.
    """
    with transaction.atomic():
        yield lock(assessment)


@transaction.atomic
def open_for(
    *,
    engagement: Engagement,
    questionnaire: Questionnaire,
    due_on: date | None,
    assigned_to: User | None,
    light: bool,
    contacts: Sequence[Contact],
    message: str,
    language: str,
    by: Principal,
) -> Assessment:
    """Open an assessment and, where contacts are named, ask them at once.

    Raises what `open_assessment` and `invitations.send` raise; then nothing was opened.
    """
    assessment = open_assessment(
        engagement=engagement,
        questionnaire=questionnaire,
        due_on=due_on,
        assigned_to=assigned_to,
        light=light,
        by=by,
    )
    if contacts:
        invitations.send(
            assessment=assessment,
            contacts=contacts,
            due_on=due_on,
            message=message,
            language=language,
            by=by,
        )
    return assessment


@transaction.atomic
def save_asked(
    *, assessment: Assessment, values: Mapping[str, AnswerInput], by: Principal
) -> Saved:
    """Save answers as `answers.save` does, to questions that are asked afterwards only.

    A page hides a question whose gate is closed; a program would not notice that what it sends
    there counts for nothing. Raises InvalidAnswers then, and what `answers.save` raises.
    """
    saved = answers.save(assessment=assessment, values=values, by=by)
    closed = [
        key for key, given in values.items() if given.state != "blank" and key not in saved.visible
    ]
    if closed:
        words = _("This is not asked as long as the question before it is answered as it is.")
        raise InvalidAnswers(dict.fromkeys(closed, words))
    return saved
