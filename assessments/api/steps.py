"""The steps of an assessment that a program may take: sending, submitting, taking back, giving up.

Reviewing, sending back to the respondents and signing off are a person's, on the pages.
"""

from typing import Final
from uuid import UUID

from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.idempotency import IDEMPOTENCY_KEY, once
from accounts.permissions import Permission
from assessments.api.shapes import AskIn, AssessmentOut, ReasonIn
from assessments.api.writing import (
    STEP,
    as_read,
    found,
    methods,
    people_asked,
    told,
)
from assessments.services import assessments as service
from assessments.services import handover, invitations
from vendors.api.writing import IF_MATCH, pointing

OPENS: Final = Permission.OPEN_ASSESSMENTS


class SubmitView(APIView):
    """Handing an assessment in."""

    required_permission = methods(POST=Permission.ANSWER)

    @extend_schema(
        operation_id="submit_assessment",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=None,
        responses={200: AssessmentOut, **STEP},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Submit an assessment for review

        Answers freeze, and a score of them is made. 422 while questions that must be answered are
        blank: each is pointed at. Don't know, declined and not applicable are answers.
        """
        with as_read(request, pk, Permission.ANSWER) as row:
            service.submit(assessment=row, by=principal_of(request))
        return told(request, pk, Permission.ANSWER)


class SendView(APIView):
    """Asking the vendor's people."""

    required_permission = methods(POST=Permission.INVITE)

    @extend_schema(
        operation_id="send_assessment",
        parameters=[IDEMPOTENCY_KEY],
        request=AskIn,
        responses={200: AssessmentOut, **STEP},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Send an assessment to the vendor

        Each contact gets a letter with a link; who was asked before gets a new one.
        """
        row = found(request, pk, Permission.INVITE)
        body = AskIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        values["contacts"] = people_asked(row.vendor_id, values["contacts"])
        with pointing():
            invitations.send(assessment=row, by=principal_of(request), **values)
        return told(request, pk, Permission.INVITE)


class TakeBackView(APIView):
    """Having it in hand again."""

    required_permission = methods(POST=OPENS)

    @extend_schema(
        operation_id="take_assessment_back",
        parameters=[IDEMPOTENCY_KEY],
        request=ReasonIn,
        responses={200: AssessmentOut, **STEP},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Take an assessment back

        From the vendor, whose links then end, or from the reviewers before they begin.
        """
        row = found(request, pk, OPENS)
        body = ReasonIn(data=request.data)
        body.is_valid(raise_exception=True)
        handover.take_back(assessment=row, by=principal_of(request), **body.validated_data)
        return told(request, pk, OPENS)


class CancelView(APIView):
    """Giving it up."""

    required_permission = methods(POST=OPENS)

    @extend_schema(
        operation_id="cancel_assessment",
        parameters=[IDEMPOTENCY_KEY],
        request=ReasonIn,
        responses={200: AssessmentOut, **STEP},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Cancel an assessment

        For good; its answers stay readable. What is signed off is not cancelled.
        """
        row = found(request, pk, OPENS)
        body = ReasonIn(data=request.data)
        body.is_valid(raise_exception=True)
        service.cancel(assessment=row, by=principal_of(request), **body.validated_data)
        return told(request, pk, OPENS)
