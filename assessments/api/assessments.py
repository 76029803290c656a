"""Assessments over the API: the list, opening one, and planning it."""

from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    IF_NONE_MATCH,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    choice_of,
    moment_of,
    unless_unchanged,
    uuid_of,
)
from accounts.idempotency import IDEMPOTENCY_KEY, once
from accounts.models import User
from accounts.permissions import Permission
from assessments.api.shapes import AssessmentOut, AssessmentPage, OpenIn, PlanIn
from assessments.api.writing import (
    STEP,
    as_read,
    found,
    methods,
    people_asked,
    shape,
    tag_of,
    told,
)
from assessments.models import Assessment, Questionnaire
from assessments.selectors import programs
from assessments.selectors.offered import usual_for
from assessments.services import assessments as service
from assessments.services.programs import open_for
from assessments.services.questionnaires import standard
from vendors.api.writing import IF_MATCH, listed, pointing
from vendors.models import Engagement
from vendors.selectors import by_external_id, engagements_visible_to

OPENS: Final = Permission.OPEN_ASSESSMENTS
#: A status, or all of them in which it goes on.
STATUSES: Final = ("open", *Assessment.Status.values)


class AssessmentsView(APIView):
    """The assessments of the client's business units, the oldest first."""

    required_permission = methods(POST=OPENS)

    @extend_schema(
        operation_id="list_assessments",
        parameters=[
            OpenApiParameter(
                "status", str, enum=STATUSES, description="open: neither signed off nor closed."
            ),
            OpenApiParameter("vendor_id", UUID),
            OpenApiParameter("engagement_id", UUID),
            OpenApiParameter(
                "external_id", str, description="Of the vendor: system:id, such as sap-prd-100:42."
            ),
            OpenApiParameter(
                "changed_since",
                str,
                description="A time (RFC 3339): those to which something has happened since.",
            ),
            CURSOR,
            LIMIT,
        ],
        responses={200: AssessmentPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List assessments"""
        by = principal_of(request)
        rows = programs.told(by)
        status = choice_of(request, "status", STATUSES)
        if status:
            rows = rows.filter(status__in=Assessment.OPEN if status == "open" else [status])
        if vendor_id := uuid_of(request, "vendor_id"):
            rows = rows.filter(vendor=vendor_id)
        if engagement_id := uuid_of(request, "engagement_id"):
            rows = rows.filter(engagement=engagement_id)
        if name := request.query_params.get("external_id", ""):
            system, _colon, value = name.partition(":")
            vendor = by_external_id(by, system, value)
            rows = rows.filter(vendor=vendor) if vendor else rows.none()
        if moment := moment_of(request, "changed_since"):
            rows = programs.changed_since(rows, moment)
        return listed(request, rows, lambda row: shape(row, by))

    @extend_schema(
        operation_id="open_assessment",
        parameters=[IDEMPOTENCY_KEY],
        request=OpenIn,
        responses={201: AssessmentOut, **STEP},
    )
    @once
    def post(self, request: Request) -> Response:
        """Open an assessment of an engagement

        Its questions are chosen now, by what the engagement shares and by its tier. With
        `contacts`, the vendor's people are asked at once. 409 while another assessment of the
        engagement with the same questionnaire is not finished.
        """
        by = principal_of(request)
        body = OpenIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        wanted = values.pop("engagement_id")
        engagement = engagements_visible_to(by, OPENS).filter(pk=wanted).first()
        if engagement is None:
            raise ValidationError({"engagement_id": ["There is no such engagement."]})
        values["questionnaire"] = _questionnaire(values["questionnaire"], engagement)
        values["assigned_to"] = _person(values["assigned_to"], engagement.unit_id)
        values["contacts"] = people_asked(engagement.vendor_id, values["contacts"])
        values.setdefault("due_on", programs.due_by_default())
        with pointing():
            made = open_for(engagement=engagement, by=by, **values)
        return told(request, made.pk, OPENS, status=201)


def _questionnaire(name: str, engagement: Engagement) -> Questionnaire:
    if not name:
        return usual_for(engagement, standard=standard())[0]
    row = programs.published_version(name)
    if row is None:
        raise ValidationError({"questionnaire": ["No published questionnaire is called this."]})
    return row


def _person(email: str | None, unit_id: UUID) -> User | None:
    if email is None:
        return None
    person = programs.one_who_answers(email, unit_id)
    if person is None:
        raise ValidationError(
            {"assigned_to": ["Nobody with this address fills in assessments of this unit."]}
        )
    return person


class AssessmentView(APIView):
    """One assessment."""

    required_permission = methods(PATCH=OPENS)

    @extend_schema(
        operation_id="get_assessment",
        parameters=[IF_NONE_MATCH],
        responses={200: AssessmentOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Any:
        """Get an assessment"""
        data = shape(found(request, pk), principal_of(request))
        return unless_unchanged(request, tag_of(data), data)

    @extend_schema(
        operation_id="plan_assessment",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=PlanIn,
        responses={200: AssessmentOut, **STEP},
    )
    @once
    def patch(self, request: Request, pk: UUID) -> Response:
        """Say who fills an assessment in, and until when

        409 once it is signed off or closed.
        """
        with as_read(request, pk, OPENS) as row:
            body = PlanIn(data=request.data)
            body.is_valid(raise_exception=True)
            values = body.validated_data
            person = row.assigned_to
            if "assigned_to" in values:
                person = _person(values["assigned_to"], row.unit_id)
            service.plan(
                assessment=row,
                due_on=values.get("due_on", row.due_on),
                assigned_to=person,
                by=principal_of(request),
            )
        return told(request, pk, OPENS)
