"""Findings over the API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS, choice_of, uuid_of
from accounts.permissions import Permission
from vendors.api.ip_shapes import FindingOut, FindingPage
from vendors.api.writing import listed
from vendors.finding_kinds import KINDS
from vendors.models import Finding
from vendors.selectors.findings import STATES, Filters, findings, findings_visible_to


def _finding(row: Finding) -> dict[str, Any]:
    return dict(FindingOut(row).data)


class FindingsView(APIView):
    """The findings of the client's business units, the oldest first."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_findings",
        parameters=[
            OpenApiParameter("state", str, enum=STATES, description="open, if left out."),
            OpenApiParameter("severity", str, enum=Finding.Severity.values),
            OpenApiParameter("kind", str, enum=list(KINDS)),
            OpenApiParameter("vendor", str, description="Id of a vendor."),
            CURSOR,
            LIMIT,
        ],
        responses={200: FindingPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List findings"""
        filters = Filters(
            state=choice_of(request, "state", STATES) or "open",
            severity=choice_of(request, "severity", Finding.Severity.values),
            kind=choice_of(request, "kind", KINDS),
            vendor=uuid_of(request, "vendor"),
        )
        return listed(request, findings(principal_of(request), None, filters), _finding)


class FindingView(APIView):
    """One finding."""

    required_permission = Permission.VIEW

    @extend_schema(operation_id="get_finding", responses={200: FindingOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a finding"""
        return Response(
            _finding(get_object_or_404(findings_visible_to(principal_of(request)), pk=pk))
        )
