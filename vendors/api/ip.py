"""IP schedules and disclosures over the API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from audit import clock
from vendors import ip_words
from vendors.api.ip_shapes import (
    AssetIn,
    AssetOut,
    AssetPage,
    DisclosureIn,
    DisclosureOut,
    DisclosurePage,
)
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
from vendors.models import Disclosure, Engagement, IpAsset
from vendors.registrations import stands
from vendors.selectors import engagements_visible_to
from vendors.selectors.ip import (
    asset_ids_of,
    assets_visible_to,
    disclosures_visible_to,
    is_needed,
    is_outstanding,
    registrations_of,
    taken_asset_ids,
    taken_disclosure_ids,
)
from vendors.selectors.sites import countries_of
from vendors.services import disclosures, ip_assets


def _engagement(request: Request, pk: UUID, permission: Permission) -> Engagement:
    return get_object_or_404(engagements_visible_to(principal_of(request), permission), pk=pk)


def _asset(asset: IpAsset, countries: tuple[str, ...]) -> dict[str, Any]:
    entries, needed = registrations_of(asset), is_needed(asset)
    today = clock.today()
    return dict(
        AssetOut(
            {
                "id": asset.pk,
                "version": asset.version,
                **{name: getattr(asset, name) for name in ip_words.ASSET_FIELDS},
                "registrations": asset.in_order,  # type: ignore[attr-defined]
                "countries": [
                    {
                        "country": code,
                        "stands": stands(entries, code, today, needed=needed).standing.value,
                    }
                    for code in countries
                ],
            }
        ).data
    )


class AssetsView(APIView):
    """What is entrusted in an engagement."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_ip_assets",
        parameters=[CURSOR, LIMIT],
        responses={200: AssetPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the IP schedule of an engagement"""
        one = _engagement(request, pk, Permission.VIEW)
        countries = countries_of([one])[pk]
        rows = assets_visible_to(principal_of(request)).filter(engagements=one)
        return listed(request, rows, lambda asset: _asset(asset, countries))


class AssetView(APIView):
    """One asset on the schedule of an engagement."""

    required_permission = READ_AND_WRITE

    @extend_schema(operation_id="get_ip_asset", responses={200: AssetOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID, asset: UUID) -> Response:
        """Get an asset"""
        one = _engagement(request, pk, Permission.VIEW)
        rows = assets_visible_to(principal_of(request)).filter(engagements=one)
        found = get_object_or_404(rows, pk=asset)
        return Response(
            _asset(found, countries_of([one])[pk]), headers={"ETag": tag_of(found.version)}
        )

    @extend_schema(
        operation_id="put_ip_asset",
        parameters=[IF_MATCH],
        request=AssetIn,
        responses={200: AssetOut, 201: AssetOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, asset: UUID) -> Response:
        """Put an asset on a schedule, or replace what is recorded of it

        The caller chooses the id. An asset that the unit has on another schedule is put on this
        one as well. What is left out becomes empty; registrations that are not sent are removed.
        """
        by = principal_of(request)
        one = _engagement(request, pk, Permission.EDIT_FACTS)
        there = assets_visible_to(by, Permission.EDIT_FACTS).filter(pk=asset).first()
        require_match(request, there.version if there else None)
        body = AssetIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        registrations = values.pop("registrations")
        if there is None and taken_asset_ids([asset]):
            raise Taken("This id is in use. Choose another one.")
        with pointing():
            if there is None:
                made = ip_assets.add(
                    unit=one.unit,
                    engagements=[one],
                    values=values,
                    registrations=registrations,
                    pk=asset,
                    by=by,
                )
            else:
                ip_assets.attach(asset=there, engagement=one, by=by)
                made = ip_assets.change(
                    asset=there,
                    version=there.version,
                    values=values,
                    registrations=registrations,
                    by=by,
                )
        shown = assets_visible_to(by).get(pk=made.pk)
        data = _asset(shown, countries_of([one])[pk])
        return saved(data, shown.version, created=there is None)


def _disclosure(row: Disclosure) -> dict[str, Any]:
    return dict(
        DisclosureOut(
            {
                "id": row.pk,
                "version": row.version,
                **disclosures.on_record(row),
                "assets": asset_ids_of(row),
                "overdue": is_outstanding(row, row.engagement, clock.today()),
            }
        ).data
    )


class DisclosuresView(APIView):
    """To whom what is entrusted in an engagement was disclosed."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_disclosures",
        parameters=[CURSOR, LIMIT],
        responses={200: DisclosurePage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the disclosures of an engagement"""
        one = _engagement(request, pk, Permission.VIEW)
        rows = disclosures_visible_to(principal_of(request)).filter(engagement=one)
        return listed(request, rows.prefetch_related("assets"), _disclosure)


class DisclosureView(APIView):
    """One disclosure."""

    required_permission = READ_AND_WRITE

    @extend_schema(
        operation_id="get_disclosure", responses={200: DisclosureOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID, disclosure: UUID) -> Response:
        """Get a disclosure"""
        rows = disclosures_visible_to(principal_of(request)).filter(engagement=pk)
        row = get_object_or_404(rows.prefetch_related("assets"), pk=disclosure)
        return Response(_disclosure(row), headers={"ETag": tag_of(row.version)})

    @extend_schema(
        operation_id="put_disclosure",
        parameters=[IF_MATCH],
        request=DisclosureIn,
        responses={200: DisclosureOut, 201: DisclosureOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, disclosure: UUID) -> Response:
        """Record a disclosure, or replace what is recorded of it

        The caller chooses the id. What is left out becomes empty.
        """
        by = principal_of(request)
        one = _engagement(request, pk, Permission.EDIT_FACTS)
        rows = disclosures_visible_to(by, Permission.EDIT_FACTS).filter(engagement=one)
        there = rows.filter(pk=disclosure).first()
        require_match(request, there.version if there else None)
        body = DisclosureIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        assets = values.pop("assets")
        if there is None and taken_disclosure_ids([disclosure]):
            raise Taken("This id is in use. Choose another one.")
        with pointing():
            if there is None:
                made = disclosures.add(
                    engagement=one, values=values, assets=assets, pk=disclosure, by=by
                )
            else:
                made = disclosures.change(
                    disclosure=there,
                    version=there.version,
                    values=values,
                    assets=assets,
                    by=by,
                )
        shown = disclosures_visible_to(by).prefetch_related("assets").get(pk=made.pk)
        return saved(_disclosure(shown), shown.version, created=there is None)
