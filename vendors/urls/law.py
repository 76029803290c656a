"""Addresses of the pages of countries, treaties and ratings by counsel."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
