"""Registers the webhooks app."""

from django.apps import AppConfig


class WebhooksConfig(AppConfig):
    """Messages to other systems."""

    name = "webhooks"
    verbose_name = "Webhooks"
