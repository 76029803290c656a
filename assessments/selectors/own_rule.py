"""What an assessment comes to by its questionnaire's own rule.

It is worked out from the stored answers whenever it is shown: a sum over rows that the page has
read anyway, of a questionnaire that is frozen. `Score.inputs` names what it was worked out from.
"""

from collections.abc import Mapping
from typing import Final

from assessments import own_rule
from assessments.models import Answer, Assessment
from assessments.own_rule import Said, Score
from assessments.selectors.assessments import answers_of, schema_of
from assessments.sheet import State

_WORDS: Final[Mapping[int, str]] = {
    State.BLANK: "blank",
    State.ANSWERED: "answered",
    State.DONT_KNOW: "dont_know",
    State.DECLINED: "declined",
    State.NA_PENDING: "not_applicable",
    State.NA_APPROVED: "not_applicable",
}


def own_score(
    assessment: Assessment,
    answers: Mapping[str, Answer] | None = None,
    *,
    as_said: bool = False,
) -> Score | None:
    """By the answers that count, or `as_said`, without what reviewers said instead.

    None where the questionnaire has no rule of its own.
    """
    content = schema_of(assessment)
    if content.own_rule is None:
        return None
    answers = answers_of(assessment) if answers is None else answers
    return own_rule.score(
        content,
        assessment.questions,
        {
            key: Said(_WORDS[one.state], one.value)
            if as_said
            else Said(_WORDS[one.counted_state], one.counted_value)
            for key, one in answers.items()
        },
    )
