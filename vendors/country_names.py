"""Countries by name. Working a name out of its code takes a millisecond; lists show hundreds."""

from functools import lru_cache

from django.utils.translation import get_language
from django_countries import countries


def country_name(code: str) -> str:
    """The name in the reader's language; the code where it is unknown, "" for none."""
    return _named(code, get_language() or "") if code else ""


@lru_cache(maxsize=2_000)
def _named(code: str, language: str) -> str:
    """`language` is the one in force; it is here to be remembered by."""
    return str(countries.name(code) or code)
