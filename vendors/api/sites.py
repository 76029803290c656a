"""Sites over the API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from vendors.api.ip_shapes import AuditShape, SiteIn, SiteOut, SitePage
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
from vendors.models import Site, Vendor
from vendors.selectors import vendors_visible_to
from vendors.selectors.sites import sites_of, taken_site_ids
from vendors.services import sites


def _vendor(request: Request, pk: UUID, permission: Permission) -> Vendor:
    return get_object_or_404(vendors_visible_to(principal_of(request), permission), pk=pk)


def _site(site: Site) -> dict[str, Any]:
    used: list[Any] = site.visible_engagements  # type: ignore[attr-defined]
    return dict(
        SiteOut(
            {
                "id": site.pk,
                "version": site.version,
                **{name: str(getattr(site, name) or "") for name in sites.FIELDS},
                "closed_on": site.closed_on,
                "engagements": [one.pk for one in used],
                "audits": AuditShape(site.all_audits, many=True).data,  # type: ignore[attr-defined]
            }
        ).data
    )


class SitesView(APIView):
    """The sites of a vendor."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_sites",
        parameters=[CURSOR, LIMIT],
        responses={200: SitePage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the sites of a vendor"""
        vendor = _vendor(request, pk, Permission.VIEW)
        return listed(request, sites_of(vendor, principal_of(request)), _site)


class SiteView(APIView):
    """One site of a vendor."""

    required_permission = READ_AND_WRITE

    @extend_schema(operation_id="get_site", responses={200: SiteOut, **PROBLEMS, **NOT_FOUND})
    def get(self, request: Request, pk: UUID, site: UUID) -> Response:
        """Get a site"""
        vendor = _vendor(request, pk, Permission.VIEW)
        found = get_object_or_404(sites_of(vendor, principal_of(request)), pk=site)
        return Response(_site(found), headers={"ETag": tag_of(found.version)})

    @extend_schema(
        operation_id="put_site",
        parameters=[IF_MATCH],
        request=SiteIn,
        responses={200: SiteOut, 201: SiteOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, site: UUID) -> Response:
        """Record a site, or replace what is recorded of it

        The caller chooses the id. What is left out becomes empty; `closed_on` closes the site or,
        left out, opens it again.
        """
        by = principal_of(request)
        vendor = _vendor(request, pk, Permission.EDIT_FACTS)
        there = sites_of(vendor, by).filter(pk=site).first()
        require_match(request, there.version if there else None)
        body = SiteIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        closed_on, used = values.pop("closed_on"), values.pop("engagements")
        if there is None and taken_site_ids([site]):
            raise Taken("This id is in use. Choose another one.")
        if there is None and closed_on is not None:
            raise ValidationError({"closed_on": ["Record the site first, then close it."]})
        with pointing():
            if there is None:
                made = sites.add(vendor=vendor, values=values, engagements=used, pk=site, by=by)
            else:
                made = sites.put(
                    site=there,
                    version=there.version,
                    values=values,
                    engagements=used,
                    closed_on=closed_on,
                    by=by,
                )
        shown = sites_of(vendor, by).get(pk=made.pk)
        return saved(_site(shown), shown.version, created=there is None)
