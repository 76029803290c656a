"""Why a service of this app refuses; each message is for the person who asked."""

from typing import Any

from django.utils.translation import gettext as _

from assessments import workflow
from assessments.models import Assessment
from audit.errors import Invalid, Refused


class NotPossibleNow(Refused):
    """The assessment is not in a status in which this can be done."""

    code = "not_possible_now"

    def __init__(self, assessment: Assessment, action: workflow.Action) -> None:
        status = Assessment.Status(assessment.status)
        super().__init__(
            _("This cannot be done now: the assessment is “%(status)s”. Reload the page.")
            % {"status": status.label},
            status=status.value,
            action=action.value,
        )


class Frozen(NotPossibleNow):
    """Answers cannot change any more (or not until the assessment is sent back)."""

    code = "frozen"


class AlreadyOpen(Refused):
    """There is an assessment of this engagement that is not finished. `extra["assessment_id"]`."""

    code = "already_open"


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
    """Mandatory questions are blank. `extra["questions"]`: their keys in the order of asking."""

    status = 422
    code = "incomplete"

    def __init__(self, keys: list[str]) -> None:
        super().__init__(
            _("Some questions must be answered before you can submit."), questions=keys
        )


class SecondPersonNeeded(Refused):
    """Whoever submitted an assessment does not sign it off."""

    status = 403
    code = "second_person_needed"


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
