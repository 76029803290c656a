"""The languages in which Surety can be read: those that have been translated."""

from pathlib import Path

from django.conf import settings
from django.utils.translation import to_locale


def languages() -> list[tuple[str, str]]:
    """(code, name in the language itself): the original, and each with a compiled catalogue."""
    return [
        (code, name)
        for code, name in settings.LANGUAGES
        if code == settings.LANGUAGE_CODE
        or any(
            (Path(folder) / to_locale(code) / "LC_MESSAGES" / "django.mo").exists()
            for folder in settings.LOCALE_PATHS
        )
    ]
