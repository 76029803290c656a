"""Addresses of the pages of likely duplicates and merging."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
