"""Addresses of writing questionnaires on pages."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import (
    draft_order,
    draft_parts,
    moving,
    questionnaire_looks,
    questionnaire_previews,
    questionnaires,
    translating,
)

_ONE = "questionnaires/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("questionnaires/", questionnaires.listed, name="questionnaires"),
    path("questionnaires/new/", questionnaires.add, name="questionnaire-add"),
    path(_ONE, questionnaires.version, name="questionnaire"),
    path(f"{_ONE}copy/", questionnaires.copy, name="questionnaire-copy"),
    path(f"{_ONE}delete/", questionnaires.delete, name="questionnaire-delete"),
    path(f"{_ONE}publish/", questionnaires.publish, name="questionnaire-publish"),
    path(f"{_ONE}retire/", questionnaires.retire, name="questionnaire-retire"),
    path(f"{_ONE}undo/", questionnaires.undo, name="questionnaire-undo"),
    path(f"{_ONE}preview/", questionnaire_previews.preview, name="questionnaire-preview"),
    path(f"{_ONE}compare/", questionnaire_looks.compare, name="questionnaire-compare"),
    path(f"{_ONE}check/", questionnaires.check, name="questionnaire-check"),
    path(f"{_ONE}changes/", draft_order.history, name="draft-changes"),
    path(f"{_ONE}about/", draft_parts.about, name="draft-about"),
    path(f"{_ONE}sections/add/", draft_parts.section, name="draft-section-add"),
    path(f"{_ONE}sections/<slug:key>/", draft_parts.section, name="draft-section"),
    path(f"{_ONE}questions/add/", draft_parts.question_add, name="draft-question-add"),
    path(f"{_ONE}questions/<slug:key>/", draft_parts.question, name="draft-question"),
    path(f"{_ONE}questions/<slug:key>/kind/", draft_order.kind, name="draft-kind"),
    path(f"{_ONE}weights/", draft_order.weights, name="draft-weights"),
    path(f"{_ONE}sections/<slug:key>/weights/", draft_order.weights, name="draft-section-weights"),
    path(f"{_ONE}remove/<slug:key>/", draft_order.remove, name="draft-remove"),
    path(f"{_ONE}arrange/<slug:key>/", draft_order.arrange, name="draft-arrange"),
    path(f"{_ONE}translate/<slug:lang>/", translating.translate, name="draft-translate"),
    path(f"{_ONE}move/", moving.over, name="questionnaire-move"),
    path("moves/<uuid:pk>/", moving.run, name="move-run"),
    path("assessments/<uuid:pk>/move/", moving.one, name="move"),
]
