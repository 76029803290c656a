"""Addresses of the pages of subcontractors and whom they serve."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
