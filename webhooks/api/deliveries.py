"""Messages to the client's endpoints: what became of them, and sending them once more."""

from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    choice_of,
    keyset_cursor_of,
    limit_of,
    page,
)
from accounts.api_writing import WRITTEN
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from webhooks import selectors
from webhooks.api.endpoints import MANAGE, endpoint_of
from webhooks.api.shapes import (
    DELIVERY_STATE,
    DeliveryLine,
    DeliveryOut,
    DeliveryPage,
    RedeliverIn,
    RedeliverOut,
    WholeDelivery,
)
from webhooks.models import TEST, Delivery
from webhooks.services import deliveries


def _delivery(request: Request, pk: UUID, delivery: UUID) -> Delivery:
    rows = selectors.deliveries_visible_to(principal_of(request))
    return get_object_or_404(rows, pk=delivery, endpoint=pk)


class DeliveriesView(APIView):
    """The messages of an endpoint, the newest first."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="list_webhook_deliveries",
        parameters=[
            OpenApiParameter("state", str, enum=DELIVERY_STATE),
            OpenApiParameter("type", str, description="Such as score.changed."),
            CURSOR,
            LIMIT,
        ],
        responses={200: DeliveryPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the messages of a webhook endpoint"""
        found = selectors.deliveries_page(
            endpoint_of(request, pk),
            state=choice_of(request, "state", DELIVERY_STATE),
            event_type=choice_of(request, "type", [*selectors.event_types(), TEST]),
            after=keyset_cursor_of(request, selectors.NEWEST),
            size=limit_of(request),
        )
        return page(request, DeliveryLine(found.rows, many=True).data, found.next)


class DeliveryView(APIView):
    """One message with its attempts."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="get_webhook_delivery",
        responses={200: WholeDelivery, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID, delivery: UUID) -> Response:
        """Get a message with its attempts

        A token of fewer scopes than its client finds no message of what it may not read.
        """
        found = _delivery(request, pk, delivery)
        needed = selectors.event_types().get(found.type)
        if needed is not None and not principal_of(request).can(needed):
            raise Http404
        return Response(WholeDelivery(found).data)


class RedeliverView(APIView):
    """Sending one message once more."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="redeliver_webhook_delivery",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={202: DeliveryOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID, delivery: UUID) -> Response:
        """Send a message once more

        Now, with the same `webhook-id`, whatever became of it before.
        """
        found = _delivery(request, pk, delivery)
        again = deliveries.redeliver(delivery=found, by=principal_of(request))
        return Response(DeliveryOut(again).data, status=202)


class RedeliverDeadView(APIView):
    """Sending all messages once more that were given up."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="redeliver_dead_webhook_deliveries",
        parameters=[IDEMPOTENCY_KEY],
        request=RedeliverIn,
        responses={202: RedeliverOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Send once more what was given up since a moment

        The oldest first, 10,000 at a time.
        """
        endpoint = endpoint_of(request, pk)
        body = RedeliverIn(data=request.data)
        body.is_valid(raise_exception=True)
        count = deliveries.redeliver_dead(
            endpoint=endpoint, since=body.validated_data["since"], by=principal_of(request)
        )
        said = {"count": count, "more": count == deliveries.AT_ONCE}
        return Response(RedeliverOut(said).data, status=202)
