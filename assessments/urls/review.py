"""Addresses of talking about answers, and judging them."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import review_one, review_steps, reviewing

_ONE = "assessments/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path(f"{_ONE}take/", review_steps.take, name="take"),
    path(f"{_ONE}reviewer/", review_steps.hand_over, name="reviewer"),
    path(f"{_ONE}put-back/", review_steps.put_back, name="put-back"),
    path(f"{_ONE}take-back/", review_steps.take_back, name="take-back"),
    path(f"{_ONE}one-by-one/", review_one.one, name="review-one"),
    path(f"{_ONE}review/", reviewing.review, name="review"),
    path(f"{_ONE}review/<slug:key>/", review_one.review_answer, name="review-answer"),
    path(f"{_ONE}review/<slug:key>/accept/", reviewing.accept_section, name="accept-section"),
    path(f"{_ONE}review/<slug:key>/override/", review_one.override, name="override"),
    path(f"{_ONE}review/<slug:key>/undo/", review_one.undo_override, name="undo-override"),
    path(f"{_ONE}review/<slug:key>/say/", review_one.say, name="say"),
    path(f"{_ONE}send-back/", review_steps.send_back, name="send-back"),
    path(f"{_ONE}open-more/", review_steps.widen, name="widen"),
    path(f"{_ONE}sign-off/", review_steps.sign_off, name="sign-off"),
    path(f"{_ONE}reopen/", review_steps.reopen, name="reopen"),
]
