"""Subcontracts, and who is below and above a vendor, over the API."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
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
    limit_of,
    page,
    uuid_of,
)
from accounts.api_bodies import Choice, Day, Flag, Id, Text
from accounts.permissions import Permission
from accounts.principal import Principal
from vendors.api.writing import (
    IF_MATCH,
    READ_AND_WRITE,
    WRITTEN,
    Taken,
    listed,
    pointing,
    require_match,
    saved,
    tag_of,
)
from vendors.intake import IP_KINDS
from vendors.models import Subcontract, Vendor
from vendors.selectors import chain_page, engagements_visible_to, subcontracts
from vendors.selectors.concentration import relied_on_most
from vendors.selectors.fourth_parties import Reached, above, below
from vendors.services import subcontract_rows


class CompanyIn(serializers.Serializer[Any]):
    """A company that is not known by its id. One with the same LEI, VAT or registration number
    that is on record already is used instead of adding it again."""

    name = Text(max_length=200)
    country = Text(required=False, allow_blank=True, default="", max_length=2)
    registration_number = Text(required=False, allow_blank=True, default="", max_length=60)
    lei = Text(required=False, allow_blank=True, default="", max_length=20)
    vat_number = Text(required=False, allow_blank=True, default="", max_length=20)
    website = Text(required=False, allow_blank=True, default="", max_length=200)


class SubcontractIn(serializers.Serializer[Any]):
    """A subcontract as it shall stand; what is left out is empty, or not known."""

    subcontractor = Id(
        required=False, allow_null=True, default=None, help_text="Of a company that is known."
    )
    company = CompanyIn(required=False, allow_null=True, default=None)
    service = Text(max_length=200, help_text="What the subcontractor does.")
    engagement = Id(
        required=False, allow_null=True, default=None, help_text="Null: for all the vendor does."
    )
    ip_kinds = serializers.ListField(
        child=Choice(choices=[str(kind) for kind in IP_KINDS]),
        required=False,
        default=list,
        max_length=len(IP_KINDS),
        help_text="What of ours reaches it.",
    )
    sites = serializers.ListField(
        child=Id(),
        required=False,
        default=list,
        max_length=100,
        help_text="Sites of the subcontractor.",
    )
    flowed_down = Flag(
        required=False,
        allow_null=True,
        default=None,
        help_text="Whether our terms were passed on in writing; null: not known.",
    )
    approved_on = Day(required=False, allow_null=True, default=None)
    note = Text(required=False, allow_blank=True, default="", max_length=4_000)
    status = Choice(choices=Subcontract.Status.values, required=False, default="active")


class SubcontractOut(serializers.Serializer[Any]):
    """A subcontract on record."""

    id = serializers.UUIDField()
    version = serializers.IntegerField()
    vendor_id = serializers.UUIDField()
    subcontractor = serializers.UUIDField()
    subcontractor_name = serializers.CharField()
    subcontractor_country = serializers.CharField()
    service = serializers.CharField()
    engagement = serializers.UUIDField(allow_null=True)
    ip_kinds = serializers.ListField(child=serializers.CharField())
    beyond = serializers.ListField(
        child=serializers.CharField(),
        help_text="Kinds of IP that are not known to reach the vendor above.",
    )
    sites = serializers.ListField(child=serializers.UUIDField())
    flowed_down = serializers.BooleanField(allow_null=True)
    approved_on = serializers.DateField(allow_null=True)
    note = serializers.CharField()
    status = serializers.ChoiceField(choices=Subcontract.Status.values)


class SubcontractPage(serializers.Serializer[Any]):
    """Some subcontracts."""

    items = SubcontractOut(many=True)
    next = serializers.CharField(allow_null=True)


class ReachedOut(serializers.Serializer[Any]):
    """A company above or below a vendor."""

    vendor_id = serializers.UUIDField()
    name = serializers.CharField()
    country = serializers.CharField()
    depth = serializers.IntegerField(help_text="Steps away; 1: one of its own subcontractors.")
    path = serializers.ListField(
        child=serializers.UUIDField(), help_text="The shortest way there, both ends included."
    )
    relied_on_by = serializers.IntegerField(
        help_text="How many of the client's vendors rely on it, at any distance."
    )


class ReachedPage(serializers.Serializer[Any]):
    """Some companies of a chain."""

    items = ReachedOut(many=True)
    next = serializers.CharField(allow_null=True)


class ReliedOnOut(serializers.Serializer[Any]):
    """A fourth party of the client's vendors."""

    vendor_id = serializers.UUIDField(source="id")
    name = serializers.CharField()
    country = serializers.CharField()
    relied_on_by = serializers.IntegerField(source="vendors")
    without_terms = serializers.IntegerField(
        help_text="Subcontracts with it without our terms or approval, or where that is not known."
    )


class ReliedOnPage(serializers.Serializer[Any]):
    """Some fourth parties, those that most vendors rely on first."""

    items = ReliedOnOut(many=True)
    next = serializers.CharField(allow_null=True)


def _vendor(request: Request, pk: UUID) -> Vendor:
    if not subcontracts.known_to(principal_of(request), pk):
        raise Http404
    return get_object_or_404(subcontracts.companies(), pk=pk)


def _subcontract(row: Subcontract, by: Principal) -> dict[str, Any]:
    return _shown([row], by)[0]


def _shown(rows: list[Subcontract], by: Principal) -> list[dict[str, Any]]:
    over = subcontracts.beyond(rows, by)
    return [
        dict(
            SubcontractOut(
                {
                    "id": row.pk,
                    "version": row.version,
                    "vendor_id": row.vendor_id,
                    "subcontractor": row.subcontractor_id,
                    "subcontractor_name": row.subcontractor.name,
                    "subcontractor_country": row.subcontractor.country.code or "",
                    "service": row.service,
                    "engagement": row.engagement_id,
                    "ip_kinds": row.ip_kinds,
                    "beyond": over.get(row.pk, []),
                    "sites": [site.pk for site in row.sites.all()],
                    "flowed_down": row.flowed_down,
                    "approved_on": row.approved_on,
                    "note": row.note,
                    "status": row.status,
                }
            ).data
        )
        for row in rows
    ]


class SubcontractsView(APIView):
    """Whom a vendor passes work on to, ended ones included."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_subcontracts",
        parameters=[CURSOR, LIMIT],
        responses={200: SubcontractPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the subcontracts of a vendor"""
        by = principal_of(request)
        vendor = _vendor(request, pk)
        rows = subcontracts.subcontracts_visible_to(by).filter(vendor=vendor)
        response = listed(request, rows.prefetch_related("sites"), lambda row: {"row": row})
        response.data["items"] = _shown([one["row"] for one in response.data["items"]], by)
        return response


class SubcontractView(APIView):
    """One subcontract of a vendor."""

    required_permission = READ_AND_WRITE

    def _there(self, request: Request, pk: UUID, subcontract: UUID) -> Subcontract | None:
        rows = subcontracts.subcontracts_visible_to(principal_of(request))
        return rows.filter(vendor=pk, pk=subcontract).prefetch_related("sites").first()

    @extend_schema(
        operation_id="get_subcontract", responses={200: SubcontractOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID, subcontract: UUID) -> Response:
        """Get a subcontract"""
        _vendor(request, pk)
        row = self._there(request, pk, subcontract)
        if row is None:
            raise Http404
        shown = _subcontract(row, principal_of(request))
        return Response(shown, headers={"ETag": tag_of(row.version)})

    @extend_schema(
        operation_id="put_subcontract",
        parameters=[IF_MATCH],
        request=SubcontractIn,
        responses={200: SubcontractOut, 201: SubcontractOut, **WRITTEN, 422: PROBLEMS[400]},
    )
    def put(self, request: Request, pk: UUID, subcontract: UUID) -> Response:
        """Record a subcontract, or replace what is recorded of it

        The caller chooses the id. A new one names its subcontractor by id, or describes it as a
        `company`. Passing work on in a circle is refused, at any depth.
        """
        by = principal_of(request)
        vendor = _vendor(request, pk)
        if not subcontracts.recorded_by(by, [pk]):
            raise Http404
        there = self._there(request, pk, subcontract)
        require_match(request, there.version if there else None)
        body = SubcontractIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        named, described = values.pop("subcontractor"), values.pop("company")
        ended = values.pop("status") == Subcontract.Status.ENDED
        if there is None and subcontracts.is_taken(subcontract):
            raise Taken("This id is in use. Choose another one.")
        values["engagement"] = _engagement(by, pk, values["engagement"])
        of = there.subcontractor_id if there else named
        values["sites"] = _sites(of, values["sites"])
        with pointing():
            row = subcontract_rows.put(
                vendor=vendor,
                pk=subcontract,
                there=there,
                subcontractor=named,
                described=described,
                values=values,
                ended=ended,
                by=by,
            )
        shown = self._there(request, pk, row.pk)
        if shown is None:
            raise Http404
        return saved(_subcontract(shown, by), shown.version, created=there is None)


def _engagement(by: Principal, vendor_id: UUID, pk: UUID | None) -> Any:
    if pk is None:
        return None
    rows = engagements_visible_to(by, Permission.EDIT_FACTS).filter(vendor=vendor_id)
    found = rows.filter(pk=pk).first()
    if found is None:
        raise ValidationError({"engagement": ["The vendor has no such engagement."]})
    return found


def _sites(subcontractor: UUID | None, wanted: list[UUID]) -> list[Any]:
    if not wanted:
        return []
    there = {site.pk: site for site in subcontracts.sites_of(subcontractor)}
    if any(pk not in there for pk in wanted):
        raise ValidationError({"sites": ["Choose only sites of the subcontractor."]})
    return [there[pk] for pk in dict.fromkeys(wanted)]


class ChainView(APIView):
    """Everyone below a vendor, or above it, to any depth."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_fourth_parties_of_vendor",
        parameters=[
            OpenApiParameter(
                "direction",
                str,
                enum=["below", "above"],
                description="below (if left out): who takes part in its work.",
            ),
            CURSOR,
            LIMIT,
        ],
        responses={200: ReachedPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List who is below or above a vendor"""
        by = principal_of(request)
        vendor = _vendor(request, pk)
        up = choice_of(request, "direction", ("below", "above")) == "above"
        after, limit = uuid_of(request, "cursor"), limit_of(request)
        found = (above if up else below)([vendor.pk], by)
        rows = sorted(found, key=lambda one: one.vendor_id)
        rows = [one for one in rows if after is None or one.vendor_id > after]
        shown = rows[:limit]
        following = str(shown[-1].vendor_id) if len(rows) > limit else None
        return page(request, _reached(shown, by), following)


def _reached(rows: list[Reached], by: Principal) -> list[Any]:
    ids = [one.vendor_id for one in rows]
    vendors = {one.pk: one for one in subcontracts.companies().filter(pk__in=ids)}
    counts = chain_page.relied_on(ids, by)
    return [
        ReachedOut(
            {
                "vendor_id": one.vendor_id,
                "name": vendors[one.vendor_id].name,
                "country": vendors[one.vendor_id].country.code or "",
                "depth": one.depth,
                "path": one.path,
                "relied_on_by": counts[one.vendor_id],
            }
        ).data
        for one in rows
    ]


class FourthPartiesView(APIView):
    """On whom the client's vendors rely."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_fourth_parties",
        parameters=[
            OpenApiParameter("q", str, description="A part of the name."),
            OpenApiParameter("country", str, description="ISO 3166-1 alpha-2."),
            CURSOR,
            LIMIT,
        ],
        responses={200: ReliedOnPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List fourth parties, those that most vendors rely on first"""
        found = relied_on_most(
            principal_of(request),
            words=request.query_params.get("q", ""),
            country=request.query_params.get("country", "").upper(),
            after=cursor_of(request),
            limit=limit_of(request),
        )
        return page(request, ReliedOnOut(found.rows, many=True).data, found.next)
