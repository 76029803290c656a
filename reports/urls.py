"""Addresses of the pages of reports."""

from django.urls import URLPattern, URLResolver, path

from reports.views import reports

app_name = "reports"

_one = "reports/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.index, name="reports"),
    path("reports/new/vendor/<uuid:vendor>/", reports.new_on_vendor, name="new_on_vendor"),
    path(_one, reports.show, name="report"),
    path(f"{_one}remove/", reports.remove, name="remove"),
    path(f"{_one}pdf/", reports.pdf, name="pdf"),
    path(f"{_one}xlsx/", reports.xlsx, name="xlsx"),
]
