"""Addresses of questionnaires and answers as files."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import exchange, filled, offline, own_score

_FILE = "questionnaire-files/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/<uuid:pk>/workbook/", offline.upload, name="offline"),
    path("assessments/<uuid:pk>/workbook.xlsx", offline.workbook, name="workbook"),
    path("answer-files/<uuid:pk>/", offline.answer_file, name="answer-file"),
    path("assessments/<uuid:pk>/own-score/", own_score.own_score, name="own-score"),
    path("engagements/<uuid:pk>/filled-workbook/", filled.read, name="filled-workbook-new"),
    path("filled-workbooks/", filled.index, name="filled-workbooks"),
    path("filled-workbooks/<uuid:pk>/", filled.show, name="filled-workbook"),
    path("questionnaire-files/", exchange.new, name="questionnaire-files"),
    path(_FILE, exchange.show, name="questionnaire-file"),
    path(f"{_FILE}mapping/", exchange.mapping, name="file-mapping"),
    path("questionnaires/format.json", exchange.format_schema, name="questionnaire-format"),
    path(
        "questionnaires/<uuid:pk>/questionnaire.yaml",
        exchange.export_yaml,
        name="questionnaire-yaml",
    ),
    path(
        "questionnaires/<uuid:pk>/questionnaire.xlsx",
        exchange.export_workbook,
        name="questionnaire-workbook",
    ),
]
