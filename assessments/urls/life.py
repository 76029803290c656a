"""Addresses of requests for suppliers, stages, renewals, and steps for several at once."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import renewals, requests, stages, together

_REQUEST = "requests/<uuid:pk>/"

urlpatterns: list[URLPattern | URLResolver] = [
    path("requests/", requests.index, name="requests"),
    path("requests/new/", requests.new, name="request-new"),
    path(_REQUEST, requests.show, name="request"),
    path(f"{_REQUEST}edit/", requests.edit, name="request-edit"),
    path(f"{_REQUEST}start/", requests.start, name="request-start"),
    path(f"{_REQUEST}decline/", requests.decline, name="request-decline"),
    path(f"{_REQUEST}withdraw/", requests.withdraw, name="request-withdraw"),
    path("renewals/", renewals.index, name="renewals"),
    path("renewals/cadence/", renewals.cadence, name="cadence"),
    path("renewals/<uuid:pk>/move/", renewals.move, name="renewal-move"),
    path("stages/", stages.index, name="stages"),
    path("stages/<slug:stage>/", stages.edit, name="stage"),
    path("assessments/to-open/", together.to_open, name="to-open"),
    path("assessments/remind/", together.chase, name="chase"),
    path("assessments/hand-over/", together.hand_over, name="hand-over"),
    path("assessments/together/<uuid:pk>/", together.run, name="together"),
]
