"""Registers the reports app."""

from typing import ClassVar

from django.apps import AppConfig


class ReportsConfig(AppConfig):
    """Reports as PDF and as workbooks."""

    name = "reports"
    verbose_name = "Reports"
    # Of a record that was merged into another they say what was known of it then.
    vendor_relations: ClassVar[dict[str, str]] = {"Report.vendor": "stays"}
