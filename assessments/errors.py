"""Why a service of this app refuses; each message is for the person who asked."""

from typing import Any

from django.utils.translation import gettext as _

from accounts.scoping import NotAllowed
from assessments import workflow
from assessments.models import Answer, Assessment
from assessments.wording import action_words, possible_words, role_words
from audit.errors import Invalid, Refused


class NotPossibleNow(Refused):
    """The assessment is not in a status in which this can be done; says what can be, and by whom.

    `extra`: status, action, possible (what can be done in that status).
    """

    code = "not_possible_now"

    def __init__(self, assessment: Assessment, action: workflow.Action) -> None:
        status = Assessment.Status(assessment.status)
        words = _(
            "“%(action)s” cannot be done now: the assessment is “%(status)s”. %(possible)s "
            "Reload the page to see how it stands."
        )
        super().__init__(
            words
            % {
                "action": action_words(action),
                "status": status.label,
                "possible": possible_words(status),
            },
            status=status.value,
            action=action.value,
            possible=sorted(workflow.allowed_actions(status)),
        )


class NotYours(NotAllowed):
    """Others may do this; says who. `extra`: action, roles."""

    def __init__(
        self, action: workflow.Action, status: workflow.Status | str | None = None
    ) -> None:
        roles = workflow.who_may(action, status)
        words = _("Your role does not allow this. “%(action)s” can be done by: %(roles)s.")
        super().__init__(
            words % {"action": action_words(action), "roles": role_words(roles)},
            action=action.value,
            roles=sorted(roles),
        )


class Finished(Refused):
    """It is signed off or closed: nobody fills it in any more, so there is nothing to plan."""

    code = "assessment_finished"


class Frozen(NotPossibleNow):
    """Answers cannot change any more (or not until the assessment is sent back)."""

    code = "frozen"


class AlreadyOpen(Refused):
    """There is an assessment of this engagement that is not finished. `extra["assessment_id"]`."""

    code = "already_open"


class NotPublished(Refused):
    """A draft or retired version of a questionnaire is not opened."""

    code = "not_published"


class NothingToAsk(Refused):
    """The questionnaire has no question for an engagement like this one."""

    status = 422
    code = "nothing_to_ask"


class Conflict(Refused):
    """Someone else changed the same answer since it was read; nothing of the save was written.

    `extra`: question, yours, theirs, theirs_by, theirs_at, version of the first; all of them as
    mappings of the same names in `conflicts`.
    """

    code = "conflict"

    def __init__(self, conflicts: list[dict[str, Any]]) -> None:
        super().__init__(
            _("Somebody else changed the same answer. Choose which one stands."),
            **conflicts[0],
            conflicts=conflicts,
        )


class InvalidAnswers(Invalid):
    """Answers that cannot be stored; `extra["errors"]` maps a question's key to a sentence."""

    code = "invalid_answers"

    def __init__(self, errors: dict[str, str]) -> None:
        super().__init__(
            _("Some answers could not be saved. Correct them and save again."), errors=errors
        )


class Incomplete(Refused):
    """Mandatory questions are blank. `extra["questions"]`: their keys in the order of asking;
    `errors`: the same with a sentence each, as programs are told."""

    status = 422
    code = "incomplete"

    def __init__(self, keys: list[str]) -> None:
        super().__init__(
            _("Some questions must be answered before you can submit."),
            questions=keys,
            errors={"answers": {key: [_("This must be answered.")] for key in keys}},
        )


class SecondPersonNeeded(Refused):
    """Whoever submitted an assessment does not sign it off."""

    status = 403
    code = "second_person_needed"


class StillOpen(Refused):
    """Queries or undecided "does not apply" are left. `extra`: queried, undecided (keys)."""

    code = "still_open"

    def __init__(self, queried: list[str], undecided: list[str]) -> None:
        super().__init__(
            _(
                "Queries are open, or “does not apply” is not decided. Settle them first, or say "
                "why you sign off all the same."
            ),
            queried=queried,
            undecided=undecided,
        )


class ReviewConflict(Refused):
    """Somebody else judged or changed the same answer since it was read; nothing was written.

    `extra`: question, version, theirs_by, theirs_at and `theirs`, the answer as it stands.
    """

    code = "conflict"

    def __init__(self, answer: Answer) -> None:
        person = (
            answer.reviewed_by
            or answer.answered_by
            or answer.answered_by_contact
            or answer.answered_by_client
        )
        super().__init__(
            _("Somebody else judged the same answer in the meantime. Look at both, then decide."),
            question=answer.question_key,
            version=answer.version,
            theirs=answer,
            theirs_by=str(person or _("Surety")),
            theirs_at=answer.reviewed_at or answer.answered_at,
        )


class ReasonNeeded(Invalid):
    """This step needs a reason in words."""

    code = "reason_needed"

    def __init__(self) -> None:
        super().__init__(_("Give a reason."), errors={"reason": [_("Give a reason.")]})


class PersonNeeded(Refused):
    """A judgement is a person's: neither an API client nor the system may make it."""

    status = 403
    code = "person_needed"


class QuestionnaireChanged(Refused):
    """A published questionnaire differs from its file: published versions never change."""

    code = "questionnaire_changed"


class InvalidMessage(Invalid):
    """A message that cannot be written. `extra["errors"]`: field -> sentences."""

    code = "invalid_message"

    def __init__(self, errors: dict[str, list[str]]) -> None:
        super().__init__(next(iter(errors.values()))[0], errors=errors)


class NotAReviewer(Invalid):
    """Somebody without the right to review cannot be the reviewer."""

    code = "not_a_reviewer"

    def __init__(self, message: str) -> None:
        super().__init__(message, errors={"reviewer": [message]})
