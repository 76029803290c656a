"""Tables of questionnaires, assessments and answers."""

from assessments.models.answer import Answer, Sheet
from assessments.models.assessment import Assessment
from assessments.models.questionnaire import Questionnaire

__all__ = ["Answer", "Assessment", "Questionnaire", "Sheet"]
