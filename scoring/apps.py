"""Registers the scoring app."""

from typing import ClassVar

from django.apps import AppConfig


class ScoringConfig(AppConfig):
    """Scoring."""

    name = "scoring"
    verbose_name = "Scoring"
    #: Follow when two vendors are merged (`scoring.services.rehoming`).
    vendor_relations: ClassVar[dict[str, str]] = {
        "CurrentScore.vendor": "follows",
        "SearchText.vendor": "follows",
        "Standing.vendor": "follows",
    }
