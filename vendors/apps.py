"""Registers the vendors app."""

from django.apps import AppConfig


class VendorsConfig(AppConfig):
    """Vendors."""

    name = "vendors"
    verbose_name = "Vendors"
