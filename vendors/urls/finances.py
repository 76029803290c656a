"""Addresses of the pages of statements, ratios and rates of exchange."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
