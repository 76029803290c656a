"""The languages in which Surety can be read: those that have been translated."""

from pathlib import Path
from typing import Final

from django.conf import settings
from django.utils.translation import gettext as _
from django.utils.translation import to_locale

#: What vendors see is whole in every language. In these, some pages for staff are still in English.
PARTLY_FOR_STAFF: Final = ("zh-hans", "vi")


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


def languages_for_staff() -> list[tuple[str, str]]:
    """The same, with a word on those in which some of their pages are not translated yet."""
    return [
        (
            code,
            _("%(language)s (some pages in English)") % {"language": name}
            if code in PARTLY_FOR_STAFF
            else name,
        )
        for code, name in languages()
    ]
