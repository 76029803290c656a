"""Answers over the API."""

from typing import Any
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import IF_NONE_MATCH, NOT_FOUND, PROBLEMS, unless_unchanged
from accounts.idempotency import IDEMPOTENCY_KEY, once
from accounts.permissions import Permission
from assessments.api.answer_shapes import AnswersIn, AnswersOut
from assessments.api.writing import (
    STEP,
    as_read,
    found,
    methods,
    pointing_at_answers,
    tag_of,
)
from assessments.models import Assessment
from assessments.selectors.told import told_answers
from assessments.services.answers import AnswerInput
from assessments.services.programs import save_asked
from vendors.api.writing import IF_MATCH


def _shape(assessment: Assessment) -> dict[str, Any]:
    told = told_answers(assessment)
    return dict(
        AnswersOut(
            {
                "assessment_id": assessment.pk,
                "status": assessment.status,
                "questionnaire_hash": assessment.questionnaire.content_hash,
                "answered": assessment.answered,
                "applicable": assessment.applicable,
                "missing": told.missing,
                "items": told.items,
            }
        ).data
    )


class AnswersView(APIView):
    """The answers of an assessment."""

    required_permission = methods(PATCH=Permission.ANSWER)

    @extend_schema(
        operation_id="get_answers",
        parameters=[IF_NONE_MATCH],
        responses={200: AnswersOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Any:
        """Get the answers of an assessment

        Every question that was chosen for it, in order, also those that nobody has answered.
        What can be answered, and how, says the questionnaire of the hash.
        """
        data = _shape(found(request, pk))
        return unless_unchanged(request, tag_of(data), data)

    @extend_schema(
        operation_id="save_answers",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=AnswersIn,
        responses={200: AnswersOut, **STEP},
    )
    @once
    def patch(self, request: Request, pk: UUID) -> Response:
        """Save answers

        All of them or none: what cannot be taken is pointed at below `/answers/<key>`. What is
        said again as it stands is not written again. A question behind another one can be sent
        together with the answer that opens it. 409 once the answers are frozen, or where another
        version of an answer stands than the one that was sent.
        """
        with as_read(request, pk, Permission.ANSWER, _shape) as row:
            body = AnswersIn(data=request.data)
            body.is_valid(raise_exception=True)
            given = body.validated_data["answers"]
            values = {key: AnswerInput(**said) for key, said in given.items()}
            with pointing_at_answers():
                save_asked(assessment=row, values=values, by=principal_of(request))
        data = _shape(found(request, pk, Permission.ANSWER))
        return Response(data, headers={"ETag": tag_of(data)})
