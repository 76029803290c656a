"""The addresses of the API, its schema and its documentation."""

from typing import Any

from django.http import Http404
from django.urls import URLPattern, URLResolver, path, re_path
from drf_spectacular.views import SpectacularJSONAPIView, SpectacularSwaggerSplitView
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from assessments.api import questionnaires
from assessments.api import urls as assessments
from reports.api import urls as reports
from scoring.api import (
    changes,
    decisions,
    exports,
    facts,
    finances,
    histories,
    methodologies,
    pushing,
    recalculations,
    scores,
    vendors,
    whatif,
)
from vendors.api import urls as vendor_facts
from webhooks.api import urls as webhooks

#: The description of the API says nothing about any vendor: everyone may read it.
_OPEN = {"authentication_classes": [], "permission_classes": [AllowAny]}


class NothingHereView(APIView):
    """Every other address below the API: nothing is there, for whoever asks."""

    permission_classes = (AllowAny,)
    schema = None

    def initial(self, request: Request, *args: Any, **kwargs: Any) -> None:
        """Whoever asks is told so, whatever the method."""
        super().initial(request, *args, **kwargs)
        raise Http404


#: What a version is named by: SHA-256 as hexadecimal.
_HASH = "(?P<content_hash>[0-9a-f]{64})"

v1: list[URLPattern | URLResolver] = [
    path("vendors", vendors.VendorsView.as_view(), name="vendors"),
    path("vendors/<uuid:pk>", vendors.VendorView.as_view(), name="vendor"),
    path("vendors/bulk", pushing.BulkView.as_view(), name="vendors-bulk"),
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
    path("vendors/<uuid:pk>/scores", histories.VendorScoresView.as_view(), name="vendor-scores"),
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
    path("exports", exports.ExportsView.as_view(), name="exports"),
    path("exports/<uuid:pk>", exports.ExportView.as_view(), name="export"),
    path("exports/<uuid:pk>/content", exports.ExportContentView.as_view(), name="export-content"),
    path("assessments/<uuid:pk>/what-if", whatif.WhatIfView.as_view(), name="what-if"),
    path("methodologies", methodologies.MethodologiesView.as_view(), name="methodologies"),
    re_path(
        rf"^methodologies/{_HASH}$", methodologies.MethodologyView.as_view(), name="methodology"
    ),
    path("questionnaires", questionnaires.QuestionnairesView.as_view(), name="questionnaires"),
    re_path(
        rf"^questionnaires/{_HASH}$",
        questionnaires.QuestionnaireView.as_view(),
        name="questionnaire",
    ),
    path("recalculations", recalculations.RecalculationsView.as_view(), name="recalculations"),
    path(
        "recalculations/<uuid:pk>", recalculations.RecalculationView.as_view(), name="recalculation"
    ),
    path(
        "recalculations/<uuid:pk>/cancel",
        recalculations.CancelRecalculationView.as_view(),
        name="cancel-recalculation",
    ),
    *assessments.urlpatterns,
    *vendor_facts.urlpatterns,
    *webhooks.urlpatterns,
    *reports.urlpatterns,
]

description: list[URLPattern | URLResolver] = [
    path("openapi.json", SpectacularJSONAPIView.as_view(**_OPEN), name="openapi"),
    path(
        "docs",
        SpectacularSwaggerSplitView.as_view(url_name="openapi", **_OPEN),
        name="api-docs",
    ),
]
