"""Addresses of the portal. Those of a visit begin with its invitation: the path of its cookie."""

from django.urls import URLPattern, URLResolver, path

from assessments.portal import (
    beside,
    delegating,
    entering,
    filling,
    findings,
    offline,
    submitting,
)

app_name = "portal"
_ONE = "<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("enter/<uuid:link>/<str:token>/", entering.enter, name="enter"),
    path("fresh/", entering.fresh, name="fresh"),
    path("language/", entering.language, name="language"),
    path(_ONE, filling.start, name="start"),
    path(f"{_ONE}leave/", entering.leave, name="leave"),
    path(f"{_ONE}decline/", entering.decline, name="decline"),
    path(f"{_ONE}findings/", findings.index, name="findings"),
    path(f"{_ONE}findings/<uuid:finding>/", findings.finding, name="finding"),
    path(f"{_ONE}findings/<uuid:finding>/dispute/", findings.dispute, name="finding-dispute"),
    path(f"{_ONE}findings/<uuid:finding>/files/", findings.documents, name="finding-files"),
    path(f"{_ONE}workbook/", offline.upload, name="offline"),
    path(f"{_ONE}workbook.xlsx", offline.workbook, name="workbook"),
    path(f"{_ONE}workbook/<uuid:file>/", offline.answer_file, name="answer-file"),
    path(f"{_ONE}sections/<slug:key>/", filling.section, name="section"),
    path(f"{_ONE}answers/<slug:key>/", filling.autosave, name="autosave"),
    path(f"{_ONE}sections/<slug:key>/hand-on/", delegating.delegate, name="delegate"),
    path(f"{_ONE}handed-on/<uuid:delegation>/back/", delegating.take_back, name="take-back"),
    path(f"{_ONE}messages/", beside.talk, name="talk"),
    path(f"{_ONE}questions/<slug:key>/messages/", beside.messages, name="messages"),
    path(f"{_ONE}questions/<slug:key>/evidence/", beside.evidence, name="evidence"),
    path(
        f"{_ONE}questions/<slug:key>/evidence/<uuid:evidence>/remove/",
        beside.detach,
        name="detach",
    ),
    path(f"{_ONE}files/<uuid:file>/", beside.download, name="file"),
    path(f"{_ONE}check/", submitting.check, name="check"),
    path(f"{_ONE}submit/", submitting.submit, name="submit"),
    path(f"{_ONE}receipt/", submitting.receipt, name="receipt"),
    path(f"{_ONE}receipts/<int:number>.pdf", submitting.receipt_pdf, name="receipt-pdf"),
]
