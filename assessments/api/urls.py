"""Addresses of the API of the assessments floor, below `/api/v1/`."""

from django.urls import URLPattern, URLResolver, path

from assessments.api import answers, assessments, evidence, steps

_one = "assessments/<uuid:pk>"

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments", assessments.AssessmentsView.as_view(), name="assessments"),
    path(_one, assessments.AssessmentView.as_view(), name="assessment"),
    path(f"{_one}/answers", answers.AnswersView.as_view(), name="answers"),
    path(f"{_one}/evidence", evidence.EvidenceView.as_view(), name="evidence"),
    path(f"{_one}/submit", steps.SubmitView.as_view(), name="submit"),
    path(f"{_one}/send", steps.SendView.as_view(), name="send"),
    path(f"{_one}/take-back", steps.TakeBackView.as_view(), name="take-back"),
    path(f"{_one}/cancel", steps.CancelView.as_view(), name="cancel"),
]
