"""Incidents over the API."""

from typing import Any, Final
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS, choice_of
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from vendors.api.incident_shapes import IncidentIn, IncidentOut, IncidentPage, StepIn
from vendors.api.writing import IF_MATCH, WRITTEN, listed, pointing, require_match, saved, tag_of
from vendors.models import Incident, Vendor
from vendors.selectors import engagements_visible_to, links_of, vendors_visible_to
from vendors.selectors import incidents as reading
from vendors.services import incidents as service

#: Reading needs VIEW, writing EDIT_FACTS. A method that is neither is answered as not allowed.
LIST: Final = {
    "GET": Permission.VIEW,
    "POST": Permission.EDIT_FACTS,
    **dict.fromkeys(("PUT", "PATCH", "DELETE"), Permission.VIEW),
}
ONE: Final = {
    "GET": Permission.VIEW,
    "PATCH": Permission.EDIT_FACTS,
    **dict.fromkeys(("POST", "PUT", "DELETE"), Permission.VIEW),
}


class _Everything:
    """Contains every unit: for those who see all of them."""

    def __contains__(self, unit_id: object) -> bool:
        return True


def _shape(request: Request, row: Incident) -> dict[str, Any]:
    units = principal_of(request).units(Permission.VIEW)
    context = {"units": _Everything() if units is None else units}
    return dict(IncidentOut(row, context=context).data)


class IncidentsView(APIView):
    """Incidents of a vendor: those of the client's units, and those that are shared."""

    required_permission = LIST

    @extend_schema(
        operation_id="list_incidents",
        parameters=[
            OpenApiParameter("status", str, enum=Incident.Status.values),
            OpenApiParameter("severity", str, enum=Incident.Severity.values),
            CURSOR,
            LIMIT,
        ],
        responses={200: IncidentPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the incidents of a vendor"""
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by), pk=pk)
        rows = reading.in_full(reading.incidents_visible_to(by).filter(vendor=vendor))
        if status := choice_of(request, "status", Incident.Status.values):
            rows = rows.filter(status=status)
        if severity := choice_of(request, "severity", Incident.Severity.values):
            rows = rows.filter(severity=severity)
        return listed(request, rows, lambda row: _shape(request, row))

    @extend_schema(
        operation_id="report_incident",
        parameters=[IDEMPOTENCY_KEY],
        request=IncidentIn,
        responses={201: IncidentOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Put an incident on record"""
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by, Permission.EDIT_FACTS), pk=pk)
        body = IncidentIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = {**body.validated_data, **_place(request, vendor, body.validated_data)}
        del values["engagement_id"]
        with pointing():
            incident = service.report(vendor=vendor, by=by, **values)
        row = reading.in_full(reading.incidents_visible_to(by)).get(pk=incident.pk)
        return saved(_shape(request, row), row.version, created=True)


def _place(request: Request, vendor: Vendor, given: dict[str, Any]) -> dict[str, Any]:
    """The engagement and the unit that are meant, of those the client may write for."""
    by = principal_of(request)
    if given["engagement_id"] is not None:
        rows = engagements_visible_to(by, Permission.EDIT_FACTS).filter(vendor=vendor)
        engagement = rows.filter(pk=given["engagement_id"]).first()
        if engagement is None:
            raise ValidationError({"engagement_id": ["The vendor has no such engagement."]})
        return {"engagement": engagement, "unit": engagement.unit}
    links = {link.unit.code: link.unit for link in links_of(vendor, by, Permission.EDIT_FACTS)}
    if given["unit"] not in links:
        raise ValidationError({"unit": [f"Give one of: {', '.join(links)}."]})
    return {"engagement": None, "unit": links[given["unit"]]}


class IncidentView(APIView):
    """One incident."""

    required_permission = ONE

    @extend_schema(
        operation_id="get_incident", responses={200: IncidentOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get an incident"""
        rows = reading.in_full(reading.incidents_visible_to(principal_of(request)))
        row = get_object_or_404(rows, pk=pk)
        return Response(_shape(request, row), headers={"ETag": tag_of(row.version)})

    @extend_schema(
        operation_id="move_incident",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=StepIn,
        responses={200: IncidentOut, **WRITTEN, **ONCE},
    )
    @once
    def patch(self, request: Request, pk: UUID) -> Response:
        """Take an incident to another status

        Closing, calling it unfounded and opening it again are for a legal reviewer on the pages;
        a client gets 403.
        """
        by = principal_of(request)
        rows = reading.incidents_visible_to(by, Permission.EDIT_FACTS)
        incident = get_object_or_404(rows, pk=pk)
        require_match(request, incident.version)
        body = StepIn(data=request.data)
        body.is_valid(raise_exception=True)
        with pointing():
            service.move(incident=incident, version=incident.version, by=by, **body.validated_data)
        row = reading.in_full(rows).get(pk=pk)
        return saved(_shape(request, row), row.version, created=False)
