"""Addresses of the pages of contracts, clauses, insurance, and what comes due."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
