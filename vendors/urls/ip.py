"""Addresses of the pages of IP schedules, sites and findings."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import finding_steps, findings

_finding = "findings/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("findings/", findings.index, name="findings"),
    path("findings/csv/", findings.csv, name="findings_csv"),
    path("vendors/<uuid:pk>/findings/add/", findings.add, name="finding_add"),
    path(_finding, findings.show, name="finding"),
    path(f"{_finding}plan/", finding_steps.plan, name="finding_plan"),
    path(f"{_finding}close/", finding_steps.close, name="finding_close"),
    path(f"{_finding}reopen/", finding_steps.reopen, name="finding_reopen"),
    path(f"{_finding}dispute/", finding_steps.dispute, name="finding_dispute"),
    path(f"{_finding}resolve/", finding_steps.resolve, name="finding_resolve"),
]
