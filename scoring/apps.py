"""Registers the scoring app."""

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """Scoring."""

    name = "scoring"
    verbose_name = "Scoring"
