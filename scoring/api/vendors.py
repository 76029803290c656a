"""Vendors and their ratings."""

from dataclasses import replace
from datetime import date
from typing import Any, ClassVar
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework.exceptions import ValidationError
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
    cursor_of,
    day_of,
    etag,
    limit_of,
    page,
    unless_unchanged,
)
from accounts.idempotency import IDEMPOTENCY_KEY, ONCE, once
from accounts.permissions import Permission
from scoring.api import plain, pushing
from scoring.api.decisions import mark
from scoring.api.shapes import (
    Lookup,
    LookupResults,
    Rating,
    VendorPage,
    VendorScore,
)
from scoring.api.vendor_records import VendorRecord, record_of, shown
from scoring.models import Band, Standing
from scoring.selectors import ratings
from scoring.selectors.standings import BadCursor, Filters, standings
from scoring.selectors.vendor_decisions import of_vendor
from vendors.api.vendor_shapes import IF_NONE_MATCH, VendorIn, VendorPatch
from vendors.api.writing import IF_MATCH, READ_AND_WRITE, WRITTEN
from vendors.master_data import external_ref
from vendors.models import Engagement
from vendors.selectors import by_external_id


class VendorsView(APIView):
    """The vendors of the client's business units, by name."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_vendors",
        parameters=[
            OpenApiParameter("q", str, description="Words of the name, a number or an id."),
            OpenApiParameter("external_id", str, description="system:id, such as sap-prd-100:42."),
            OpenApiParameter("band", str, enum=Band.values),
            OpenApiParameter("tier", str, enum=Engagement.Tier.values),
            OpenApiParameter("country", str, description="ISO 3166-1 alpha-2."),
            CURSOR,
            LIMIT,
        ],
        responses={200: VendorPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List vendors

        Vendors that were archived are left out; the change feed tells of them.
        """
        principal, limit = principal_of(request), limit_of(request)
        filters = Filters(
            q=request.query_params.get("q", ""),
            band=choice_of(request, "band", Band.values),
            tier=choice_of(request, "tier", Engagement.Tier.values),
            country=request.query_params.get("country", "").upper(),
        )
        # What a rating says may only be asked by those who may read ratings.
        if (filters.band or filters.tier) and not principal.can(Permission.READ_SCORES):
            raise ValidationError({"band": ["Filtering by rating needs the scope scores:read."]})
        if "external_id" in request.query_params:
            return self._by_external_id(request, filters)
        try:
            found = standings(
                principal,
                None,
                filters,
                sort="name",
                after=cursor_of(request),
                limit=limit,
                counted=False,
                alike=False,  # a program would take another company for the one it asked for
            )
        except BadCursor:
            raise ValidationError({"cursor": ["No page before has given this."]}) from None
        return page(request, self._items(request, found.rows), found.next)

    def _items(self, request: Request, rows: Any) -> Any:
        may_read = principal_of(request).can(Permission.READ_SCORES)
        if may_read:
            ratings.hide_deciding(principal_of(request), rows)
        vendors, ids = ratings.listed([row.vendor_id for row in rows])
        return [
            plain.rated_vendor(
                vendors[row.vendor_id], ids.get(row.vendor_id, ()), row if may_read else None
            )
            for row in rows
        ]

    def _by_external_id(self, request: Request, filters: Filters) -> Response:
        system, _colon, value = request.query_params["external_id"].partition(":")
        principal = principal_of(request)
        vendor = by_external_id(principal, system, value)
        if vendor is not None and filters.any:
            alone = replace(filters, vendor=vendor.pk)
            found = standings(principal, None, alone, counted=False, alike=False, limit=1)
            vendor = vendor if found.rows else None
        items = [] if vendor is None else [record_of(principal, vendor.pk).rated()]
        return page(request, items, None)


class VendorView(APIView):
    """One vendor with its rating."""

    required_permission: ClassVar = {
        **READ_AND_WRITE,
        "PUT": Permission.VIEW,
        "PATCH": Permission.EDIT_VENDORS,
    }

    @extend_schema(
        operation_id="get_vendor", responses={200: VendorRecord, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get a vendor

        Of a record that was merged into another, a redirect (302) to the one that stands for it.
        """
        return shown(record_of(principal_of(request), pk))

    @extend_schema(
        operation_id="change_vendor",
        parameters=[IDEMPOTENCY_KEY, IF_MATCH],
        request=VendorPatch,
        responses={200: VendorRecord, **WRITTEN, **ONCE},
    )
    @once
    def patch(self, request: Request, pk: UUID) -> Response:
        """Change a vendor

        What is left out stays as it is. `status` archives the vendor or takes it back.
        """
        return pushing.patch(request, pk)


class VendorByExternalIdView(APIView):
    """One vendor by its id in another system, with or without leading zeros."""

    required_permission: ClassVar = {**READ_AND_WRITE, "PUT": Permission.EDIT_VENDORS}

    @extend_schema(
        operation_id="get_vendor_by_external_id",
        responses={200: VendorRecord, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, system: str, external_id: str) -> Response:
        """Get a vendor by external id

        Ids of a record that was merged into another give the other: `Content-Location` and `id`
        say which, `merged_ids` which it was.
        """
        principal = principal_of(request)
        vendor = by_external_id(principal, system, external_id)
        if vendor is None:
            raise Http404
        return shown(record_of(principal, vendor.pk))

    @extend_schema(
        operation_id="put_vendor_by_external_id",
        parameters=[IF_MATCH, IF_NONE_MATCH],
        request=VendorIn,
        responses={200: VendorRecord, 201: VendorRecord, **WRITTEN},
    )
    def put(self, request: Request, system: str, external_id: str) -> Response:
        """Make or change a vendor by external id

        The id decides which vendor is meant. One that is new is looked for by LEI, VAT and
        registration number and by name and country; where the name is the same as well, the vendor
        there is gets this id. What is left out stays as it is; the same again changes nothing.
        """
        return pushing.put(request, system, external_id)


class VendorScoreView(APIView):
    """How risky a vendor is: the latest final rating, and what holds today beside it."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="get_vendor_score",
        parameters=[
            OpenApiParameter(
                "status",
                str,
                enum=["final", "provisional"],
                description="provisional: the current rating, however firm.",
            ),
            OpenApiParameter("as_of", date, description="The rating as it stood on this day."),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={200: VendorScore, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Any:
        """Get a vendor's score"""
        principal = principal_of(request)
        vendor_id = ratings.vendor_seen(principal, pk)
        if vendor_id is None:
            raise Http404
        wanted = choice_of(request, "status", ("final", "provisional"))
        day = day_of(request, "as_of")
        found = (
            ratings.rating_on(principal, vendor_id, day)
            if day
            else ratings.rating_of(principal, vendor_id, final=wanted != "provisional")
        )
        known = of_vendor(principal, vendor_id)
        tag = etag(
            vendor_id,
            found.partial,
            *_state(found.rating),
            *_state(found.current),
            *map(mark, known),
        )
        return unless_unchanged(request, tag, plain.vendor_score(vendor_id, found, known))


def _state(row: Standing | None) -> tuple[Any, ...]:
    return () if row is None else (row.pk, row.changed_at, row.valid_to)


class LookupView(APIView):
    """Ratings of many vendors by their ids in the caller's system, in one call."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="lookup_scores",
        request=Lookup,
        responses={200: LookupResults, 415: PROBLEMS[400], **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Look up ratings by external id"""
        principal = principal_of(request)
        asked = Lookup(data=request.data)
        asked.is_valid(raise_exception=True)
        items = asked.validated_data["items"]
        keys = [external_ref(item["system"], item["id"]) for item in items]
        vendors = ratings.by_external_ids(principal, set(keys))
        present = ratings.present(principal, set(vendors.values()))
        results = []
        for item, key in zip(items, keys, strict=True):
            vendor_id = vendors.get(key)
            rating = present.get(vendor_id) if vendor_id else None
            results.append(
                {
                    "system": item["system"],
                    "id": item["id"],
                    "found": vendor_id is not None,
                    "vendor_id": vendor_id,
                    "rating": rating and Rating(rating).data,
                }
            )
        return Response({"items": results})
