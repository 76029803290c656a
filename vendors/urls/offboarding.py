"""Addresses of the pages of off-boarding."""

from django.urls import URLPattern, URLResolver, path

from vendors.views import offboarding, offboarding_lines, offboarding_record, offboarding_steps

_one = "offboarding/<uuid:pk>/"
_line = "offboarding/lines/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("offboarding/", offboarding.index, name="offboardings"),
    path("engagements/<uuid:pk>/offboarding/", offboarding_steps.start, name="offboarding_start"),
    path(_one, offboarding.show, name="offboarding"),
    path(f"{_one}edit/", offboarding_steps.change, name="offboarding_edit"),
    path(f"{_one}cancel/", offboarding_steps.cancel, name="offboarding_cancel"),
    path(f"{_one}close/", offboarding_steps.close, name="offboarding_close"),
    path(f"{_one}record/", offboarding_record.show, name="offboarding_record"),
    path(f"{_one}record.pdf", offboarding_record.pdf, name="offboarding_pdf"),
    path(f"{_one}lines/add/", offboarding_lines.add, name="offboarding_line_add"),
    path(_line, offboarding_lines.show, name="offboarding_line"),
    path(f"{_line}plan/", offboarding_lines.plan, name="offboarding_line_plan"),
    path(f"{_line}done/", offboarding_lines.done, name="offboarding_line_done"),
    path(f"{_line}waive/", offboarding_lines.waive, name="offboarding_line_waive"),
    path(f"{_line}reopen/", offboarding_lines.reopen, name="offboarding_line_reopen"),
    path(f"{_line}documents/", offboarding_lines.documents, name="offboarding_line_documents"),
]
