"""Tables of questionnaires, assessments and answers."""

from assessments.models.answer import Answer, EarlierAnswer, Sheet, Told
from assessments.models.assessment import Assessment
from assessments.models.message import Message
from assessments.models.proof import AnswerEvidence
from assessments.models.questionnaire import Questionnaire

__all__ = [
    "Answer",
    "AnswerEvidence",
    "Assessment",
    "EarlierAnswer",
    "Message",
    "Questionnaire",
    "Sheet",
    "Told",
]
