"""Registers the search app."""

from django.apps import AppConfig


class SearchConfig(AppConfig):
    """Finding things from anywhere. It has no tables of its own."""

    name = "search"
    verbose_name = "Search"
