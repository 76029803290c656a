"""Addresses of the assessments floor: one module per part."""

from django.urls import URLPattern, URLResolver

from assessments.urls import (
    assessments,
    authoring,
    evidence,
    exchange,
    life,
    privacy,
    review,
    sending,
)

app_name = "assessments"

urlpatterns: list[URLPattern | URLResolver] = [
    *assessments.urlpatterns,
    *sending.urlpatterns,
    *review.urlpatterns,
    *evidence.urlpatterns,
    *authoring.urlpatterns,
    *exchange.urlpatterns,
    *life.urlpatterns,
    *privacy.urlpatterns,
]
