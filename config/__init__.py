"""The roof: settings, addresses, background work, and the wiring between events and tasks."""

from config.celery import app as celery_app

__all__ = ["celery_app"]
