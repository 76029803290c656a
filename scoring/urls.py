"""Addresses of the scoring pages."""

from django.urls import URLPattern, URLResolver, path

from scoring.views import (
    calendar,
    dashboard,
    decisions,
    facts,
    finances,
    liability,
    method_drafts,
    methods,
    runs,
    scorecard,
    sensitivity,
    vendor,
    vendor_law,
    vendors,
    whatif,
    work,
    worth,
)

app_name = "scoring"

_vendor = "vendors/<uuid:pk>/"
_score = "assessments/<uuid:pk>/score/"
_method = "methods/<uuid:pk>/"
_run = "methods/runs/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("work/", work.index, name="work"),
    path("work/count/", work.count, name="work_count"),
    path("calendar/<str:token>.ics", calendar.feed, name="calendar"),
    path("", dashboard.dashboard, name="dashboard"),
    path("dashboard/bands/csv/", dashboard.bands_csv, name="bands_csv"),
    path("dashboard/trend/csv/", dashboard.trend_csv, name="trend_csv"),
    path("dashboard/heat/csv/", dashboard.heat_csv, name="heat_csv"),
    path("vendors/", vendors.index, name="vendors"),
    path("vendors/csv/", vendors.csv, name="vendors_csv"),
    path(_vendor, vendor.vendor, name="vendor"),
    path(f"{_vendor}law/", vendor_law.vendor, name="vendor_law"),
    path(f"{_vendor}history/csv/", vendor.history_csv, name="vendor_history_csv"),
    path(f"{_vendor}finances/", finances.finances, name="finances"),
    path(f"{_vendor}finances/csv/", finances.csv, name="finances_csv"),
    path(f"{_vendor}finances/model/", finances.model, name="finances_model"),
    path(_score, scorecard.scorecard, name="scorecard"),
    path(f"{_score}panel/", scorecard.panel, name="score-panel"),
    path(f"{_score}csv/", scorecard.csv, name="score_csv"),
    path("assessments/<uuid:pk>/what-if/", whatif.what_if_page, name="what_if"),
    path(f"{_score}sensitivity/", sensitivity.of_assessment, name="draft_sensitivity"),
    path("engagements/<uuid:pk>/facts/<slug:key>/", facts.indicator, name="indicator"),
    path("scores/<uuid:pk>/", scorecard.on_record, name="score"),
    path("scores/<uuid:pk>/sensitivity/", sensitivity.of_score, name="sensitivity"),
    path("scores/<uuid:pk>/sensitivity/csv/", sensitivity.csv, name="sensitivity_csv"),
    path("engagements/<uuid:pk>/decisions/", decisions.of_engagement, name="decisions_of"),
    path("engagements/<uuid:pk>/decide/", decisions.decide, name="decide"),
    path("findings/<uuid:pk>/worth/", worth.of_finding, name="finding_worth"),
    path("decisions/", decisions.index, name="decisions_due"),
    path("decisions/csv/", decisions.csv, name="decisions_csv"),
    path("engagements/<uuid:pk>/liability/", liability.liability, name="liability"),
    path("engagements/<uuid:pk>/liability/csv/", liability.csv, name="liability_csv"),
    path("methods/", methods.index, name="methods"),
    path("methods/add/", method_drafts.add, name="method_add"),
    path("methods/shipped/", method_drafts.shipped, name="method_shipped"),
    path(_method, methods.version, name="method"),
    path(f"{_method}yaml/", methods.yaml_file, name="method_yaml"),
    path(f"{_method}compare/", methods.compare, name="method_compare"),
    path(f"{_method}copy/", method_drafts.copy, name="method_copy"),
    path(f"{_method}edit/", method_drafts.edit, name="method_edit"),
    path(f"{_method}delete/", method_drafts.delete, name="method_delete"),
    path(f"{_method}publish/", method_drafts.publish, name="method_publish"),
    path(f"{_method}preview/", method_drafts.preview, name="method_preview"),
    path("methods/runs/", runs.index, name="runs"),
    path(_run, runs.show, name="run"),
    path(f"{_run}cancel/", runs.cancel, name="run_cancel"),
    path(f"{_run}resume/", runs.resume, name="run_resume"),
    path(f"{_run}vendors/", runs.vendors, name="run_vendors"),
    path(f"{_run}csv/", runs.csv, name="run_csv"),
]
