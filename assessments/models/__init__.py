"""Tables of questionnaires, assessments and answers."""

from assessments.models.answer import Answer, EarlierAnswer, Sheet, Told
from assessments.models.assessment import Assessment
from assessments.models.files import (
    AnswerFile,
    FileStatus,
    FilledWorkbook,
    Layout,
    QuestionnaireFile,
)
from assessments.models.invitation import Delegation, Invitation
from assessments.models.message import Message, ThreadSeen
from assessments.models.move import Move, MoveItem, MoveRun, SetAside
from assessments.models.portal import PortalLink, PortalSession, Receipt
from assessments.models.proof import AnswerEvidence
from assessments.models.questionnaire import DraftState, Questionnaire
from assessments.models.renewal import Renewal, RenewalRule
from assessments.models.request import SupplierRequest
from assessments.models.stage import Stage, StageRule, StageTime
from assessments.models.together import TogetherRun

__all__ = [
    "Answer",
    "AnswerEvidence",
    "AnswerFile",
    "Assessment",
    "Delegation",
    "DraftState",
    "EarlierAnswer",
    "FileStatus",
    "FilledWorkbook",
    "Invitation",
    "Layout",
    "Message",
    "Move",
    "MoveItem",
    "MoveRun",
    "PortalLink",
    "PortalSession",
    "Questionnaire",
    "QuestionnaireFile",
    "Receipt",
    "Renewal",
    "RenewalRule",
    "SetAside",
    "Sheet",
    "Stage",
    "StageRule",
    "StageTime",
    "SupplierRequest",
    "ThreadSeen",
    "TogetherRun",
    "Told",
]
