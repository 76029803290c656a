"""Addresses of the pages of reports."""

from django.urls import URLPattern, URLResolver, path

from reports.views import reports, schedules

app_name = "reports"

_one = "reports/<uuid:pk>/"
_schedule = "reports/calendar/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("reports/", reports.index, name="reports"),
    path("reports/new/vendor/<uuid:vendor>/", reports.new_on_vendor, name="new_on_vendor"),
    path("reports/new/portfolio/", reports.new_on_portfolio, name="new_on_portfolio"),
    path("reports/calendar/", schedules.index, name="schedules"),
    path(
        "reports/calendar/new/vendor/<uuid:vendor>/",
        schedules.new_on_vendor,
        name="schedule_vendor",
    ),
    path("reports/calendar/new/portfolio/", schedules.new_on_portfolio, name="schedule_portfolio"),
    path(_schedule, schedules.show, name="schedule"),
    path(f"{_schedule}switch/", schedules.switch, name="schedule_switch"),
    path(f"{_schedule}leave/", schedules.leave, name="schedule_leave"),
    path(_one, reports.show, name="report"),
    path(f"{_one}remove/", reports.remove, name="remove"),
    path(f"{_one}pdf/", reports.pdf, name="pdf"),
    path(f"{_one}xlsx/", reports.xlsx, name="xlsx"),
]
