"""Registers the accounts app."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    """People and rights."""

    name = "accounts"
    verbose_name = "People and rights"
