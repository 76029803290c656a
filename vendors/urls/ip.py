"""Addresses of the pages of IP schedules, sites and findings."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
