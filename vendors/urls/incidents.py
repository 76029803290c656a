"""Addresses of the pages of IP incidents, monitoring plans and training."""

from django.urls import URLPattern, URLResolver

urlpatterns: list[URLPattern | URLResolver] = []
