"""Registers the assessments app."""

from django.apps import AppConfig


class AssessmentsConfig(AppConfig):
    """Assessments."""

    name = "assessments"
    verbose_name = "Assessments"
