"""Monitoring plans, and checks, over the API."""

from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS, choice_of
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from audit import clock
from vendors.api.incident_shapes import CheckIn, CheckOut, CheckPage, WatchedOut, WatchedPage
from vendors.api.incidents import LIST
from vendors.api.writing import WRITTEN, listed, pointing
from vendors.selectors import monitoring as reading
from vendors.selectors import vendors_visible_to
from vendors.services import monitoring as service


class MonitoringView(APIView):
    """What is watched for the engagements of a vendor."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_monitoring",
        parameters=[
            OpenApiParameter("state", str, enum=["active", "overdue"], description="All, if none."),
            CURSOR,
            LIMIT,
        ],
        responses={200: WatchedPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List what is watched for a vendor"""
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by), pk=pk)
        rows = reading.items_visible_to(by).filter(engagement__vendor=vendor)
        if state := choice_of(request, "state", ("active", "overdue")):
            rows = rows.filter(active=True)
            if state == "overdue":
                rows = rows.filter(due_on__lt=clock.today())
        return listed(request, rows, lambda row: dict(WatchedOut(row).data))


class MonitoringChecksView(APIView):
    """Who has looked, and what they found."""

    required_permission = LIST

    @extend_schema(
        operation_id="list_monitoring_checks",
        parameters=[CURSOR, LIMIT],
        responses={200: CheckPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the checks of what is watched"""
        by = principal_of(request)
        item = get_object_or_404(reading.items_visible_to(by), pk=pk)
        rows = reading.checks_of(item, by)
        return listed(request, rows, lambda row: dict(CheckOut(row).data))

    @extend_schema(
        operation_id="record_monitoring_check",
        parameters=[IDEMPOTENCY_KEY],
        request=CheckIn,
        responses={201: CheckOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Record a check"""
        by = principal_of(request)
        item = get_object_or_404(reading.items_visible_to(by, Permission.EDIT_FACTS), pk=pk)
        body = CheckIn(data=request.data)
        body.is_valid(raise_exception=True)
        with pointing():
            made = service.check(item=item, by=by, **body.validated_data)
        return Response(CheckOut(made).data, status=201)
