"""The addresses of the API, its schema and its documentation."""

from django.urls import URLPattern, URLResolver, path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny

from scoring.api import changes, decisions, facts, finances, scores, vendors, whatif
from vendors.api import urls as vendor_facts

#: The description of the API says nothing about any vendor: everyone may read it.
_OPEN = {"authentication_classes": [], "permission_classes": [AllowAny], "throttle_classes": []}

v1: list[URLPattern | URLResolver] = [
    path("vendors", vendors.VendorsView.as_view(), name="vendors"),
    path("vendors/<uuid:pk>", vendors.VendorView.as_view(), name="vendor"),
    # Before the address that takes the rest of the path as the id.
    path(
        "vendors/by-external-id/<slug:system>/<path:external_id>/clearance",
        decisions.ClearanceView.as_view(),
        name="clearance",
    ),
    path(
        "vendors/by-external-id/<slug:system>/<path:external_id>",
        vendors.VendorByExternalIdView.as_view(),
        name="vendor-by-external-id",
    ),
    path("vendors/<uuid:pk>/score", vendors.VendorScoreView.as_view(), name="vendor-score"),
    path("vendors/<uuid:pk>/indicators", facts.IndicatorsView.as_view(), name="indicators"),
    path("vendors/<uuid:pk>/finances", finances.FinancesView.as_view(), name="finances"),
    path("scores", scores.ScoresView.as_view(), name="scores"),
    path("scores/lookup", vendors.LookupView.as_view(), name="lookup"),
    path("scores/<uuid:pk>", scores.ScoreView.as_view(), name="score"),
    path(
        "scores/<uuid:pk>/contributions",
        scores.ContributionsView.as_view(),
        name="contributions",
    ),
    path("changes", changes.ChangesView.as_view(), name="changes"),
    path("assessments/<uuid:pk>/what-if", whatif.WhatIfView.as_view(), name="what-if"),
    *vendor_facts.urlpatterns,
]

description: list[URLPattern | URLResolver] = [
    path("openapi.json", SpectacularJSONAPIView.as_view(**_OPEN), name="openapi"),
    path(
        "docs",
        SpectacularSwaggerSplitView.as_view(url_name="openapi", **_OPEN),
        name="api-docs",
    ),
]
