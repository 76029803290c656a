"""Addresses of the portal. Those of a visit begin with its invitation: the path of its cookie."""

from django.urls import URLPattern, URLResolver, path

from assessments.portal import entering, filling

app_name = "portal"

urlpatterns: list[URLPattern | URLResolver] = [
    path("enter/<uuid:link>/<str:token>/", entering.enter, name="enter"),
    path("fresh/", entering.fresh, name="fresh"),
    path("language/", entering.language, name="language"),
    path("<uuid:pk>/", filling.start, name="start"),
    path("<uuid:pk>/leave/", entering.leave, name="leave"),
]
