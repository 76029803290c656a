"""Endpoints of the client that asks: where it is told what happens."""

from datetime import timedelta
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.shortcuts import get_object_or_404
from django.urls import reverse
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    keyset_cursor_of,
    limit_of,
    page,
)
from accounts.api_writing import (
    IF_MATCH,
    WRITTEN,
    pointing,
    require_match,
    tag_of,
)
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from webhooks import selectors
from webhooks.api.shapes import (
    DeliveryOut,
    EndpointCreated,
    EndpointIn,
    EndpointOut,
    EndpointPage,
    EndpointPatch,
    NewSecretOut,
    RotationIn,
)
from webhooks.models import Endpoint
from webhooks.services import deliveries, endpoints

MANAGE: Final = Permission.MANAGE_WEBHOOKS


def endpoint_of(request: Request, pk: UUID) -> Endpoint:
    """The endpoint of the address, where it is the client's own; else 404."""
    return get_object_or_404(selectors.endpoints_visible_to(principal_of(request)), pk=pk)


def _as_read(request: Request, pk: UUID) -> Endpoint:
    """The endpoint under lock, of the version that `If-Match` names."""
    endpoint = endpoints.locked(endpoint_of(request, pk), principal_of(request))
    require_match(request, endpoint.version)
    return endpoint


def _shown(endpoint: Endpoint, **more: Any) -> Response:
    return Response(EndpointOut(endpoint).data | more, headers={"ETag": tag_of(endpoint.version)})


class EndpointsView(APIView):
    """The endpoints of the client."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="list_webhook_endpoints",
        parameters=[CURSOR, LIMIT],
        responses={200: EndpointPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List webhook endpoints"""
        found = selectors.endpoints_page(
            principal_of(request),
            after=keyset_cursor_of(request, selectors.NEWEST),
            size=limit_of(request),
        )
        return page(request, EndpointOut(found.rows, many=True).data, found.next)

    @extend_schema(
        operation_id="create_webhook_endpoint",
        parameters=[IDEMPOTENCY_KEY],
        request=EndpointIn,
        responses={201: EndpointCreated, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request) -> Response:
        """Create a webhook endpoint

        From now on the client is told at this address what it may hear of by its scopes and
        business units. The secret is in this answer only.
        """
        body = EndpointIn(data=request.data)
        body.is_valid(raise_exception=True)
        principal = principal_of(request)
        [client] = selectors.clients_for_endpoints(principal)
        with pointing():
            new = endpoints.add(client=client, by=principal, **body.validated_data)
        response = _shown(new.endpoint, secret=new.secret)
        where = reverse("api:webhook-endpoint", args=[new.endpoint.pk])
        response.headers["Location"] = request.build_absolute_uri(where)
        response.status_code = 201
        return response


class EndpointView(APIView):
    """One endpoint."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="get_webhook_endpoint",
        responses={200: EndpointOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a webhook endpoint"""
        return _shown(endpoint_of(request, pk))

    @extend_schema(
        operation_id="change_webhook_endpoint",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=EndpointPatch,
        responses={200: EndpointOut, **WRITTEN, **ONCE},
    )
    @once
    @transaction.atomic
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a webhook endpoint

        What waits goes to the new address. What happens while an endpoint is switched off is not
        kept for it: read it from `GET /changes` before switching it on again.
        """
        body = EndpointPatch(data=request.data, partial=True)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        endpoint, by = _as_read(request, pk), principal_of(request)
        enabled = values.pop("enabled", None)
        if values:
            now = {name: getattr(endpoint, name) for name in ("url", "description", "event_types")}
            with pointing():
                endpoint = endpoints.change(
                    endpoint=endpoint, version=endpoint.version, by=by, **{**now, **values}
                )
        if enabled is not None:
            endpoint = endpoints.switch(endpoint=endpoint, enabled=enabled, by=by)
        return _shown(endpoint)

    @extend_schema(
        operation_id="delete_webhook_endpoint",
        parameters=[IF_MATCH],
        responses={204: None, **WRITTEN},
    )
    @transaction.atomic
    def delete(self, request: Request, pk: UUID) -> Response:
        """Delete a webhook endpoint with its messages"""
        endpoints.remove(endpoint=_as_read(request, pk), by=principal_of(request))
        return Response(status=204)


class TestView(APIView):
    """Trying an endpoint."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="test_webhook_endpoint",
        parameters=[IDEMPOTENCY_KEY],
        request=None,
        responses={202: DeliveryOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Send a test message

        A message of the type `webhook.test`, sent once, also to an endpoint that is switched off.
        What became of it is where `Location` leads.
        """
        made = deliveries.test(endpoint=endpoint_of(request, pk), by=principal_of(request))
        where = reverse("api:webhook-delivery", args=[pk, made.pk])
        return Response(
            DeliveryOut(made).data,
            status=202,
            headers={"Location": request.build_absolute_uri(where)},
        )


class RotateSecretView(APIView):
    """A new secret."""

    required_permission = MANAGE

    @extend_schema(
        operation_id="rotate_webhook_secret",
        parameters=[IDEMPOTENCY_KEY],
        request=RotationIn,
        responses={200: NewSecretOut, **WRITTEN, **ONCE},
    )
    @once
    def post(self, request: Request, pk: UUID) -> Response:
        """Rotate the secret

        For a while messages carry two signatures, by the old and by the new secret: a receiver that
        knows either goes on. The new secret is in this answer only.
        """
        body = RotationIn(data=request.data)
        body.is_valid(raise_exception=True)
        overlap = timedelta(hours=body.validated_data["overlap_hours"])
        new = endpoints.rotate_secret(
            endpoint=endpoint_of(request, pk), overlap=overlap, by=principal_of(request)
        )
        ends = selectors.last_end(new.endpoint)
        return Response(NewSecretOut({"secret": new.secret, "old_expires_at": ends}).data)
