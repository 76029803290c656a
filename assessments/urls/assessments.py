"""Addresses of the assessments pages."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import filling, submitting, work

_ONE = "assessments/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("assessments/", work.assessment_list, name="list"),
    path("engagements/<uuid:pk>/assess/", work.open_assessment, name="open"),
    path(_ONE, filling.task_list, name="assessment"),
    path(f"{_ONE}plan/", work.plan, name="plan"),
    path(f"{_ONE}sections/<slug:key>/", filling.section, name="section"),
    path(f"{_ONE}answers/<slug:key>/", filling.autosave, name="autosave"),
    path(f"{_ONE}answers/", submitting.answers_page, name="answers"),
    path(f"{_ONE}check/", submitting.check, name="check"),
    path(f"{_ONE}submit/", submitting.submit, name="submit"),
    path(f"{_ONE}submitted/", submitting.receipt, name="receipt"),
    path(f"{_ONE}cancel/", submitting.cancel, name="cancel"),
]
