"""Registers the backups app."""

from django.apps import AppConfig


class BackupsConfig(AppConfig):
    """Backup and restore of the whole installation. It has no tables of its own."""

    name = "backups"
    verbose_name = "Backups"
