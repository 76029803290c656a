"""Addresses of what is held about people, and of the rules of retention."""

from django.urls import URLPattern, URLResolver, path

from assessments.views import erasing, retention

urlpatterns: list[URLPattern | URLResolver] = [
    path("contacts/<uuid:pk>/held/", erasing.held, name="contact_held"),
    path("contacts/<uuid:pk>/erase/", erasing.erase, name="contact_erase"),
    path("retention/", retention.index, name="retention"),
]
