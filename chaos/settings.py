"""The real settings; only static files come straight from their folders, uncollected."""

from config.settings import *  # noqa: F403
from config.settings import STORAGES as _STORAGES

STORAGES = {
    **_STORAGES,
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
