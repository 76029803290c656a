"""Addresses of the pages of watch-lists, owners and matches."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
