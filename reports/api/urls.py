"""Addresses of the API of reports, below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from reports.api import reports

_one = "reports/<uuid:pk>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports", reports.ReportsView.as_view(), name="reports"),
    path(_one, reports.ReportView.as_view(), name="report"),
    path(f"{_one}/pdf", reports.ReportPdfView.as_view(), name="report-pdf"),
    path(f"{_one}/xlsx", reports.ReportWorkbookView.as_view(), name="report-xlsx"),
]
