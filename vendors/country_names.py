"""Countries by name. Working a name out of its code takes a millisecond; lists show hundreds."""

from functools import lru_cache
from typing import Final

from django.utils.translation import get_language
from django_countries import countries

from vendors.question_file import translatable

#: Names that the library has in English only; it looks them up in our catalogues.
_OURS: Final = (
    translatable("Bahamas (The)"),
    translatable("Democratic Republic of the Congo"),
    translatable("Eswatini"),
    translatable("Micronesia"),
    translatable("Naoero"),
    translatable("Palestine"),
    translatable("Saint Helena"),
    translatable("South Georgia"),
    translatable("Türkiye"),
    translatable("Vatican City"),
)


def country_name(code: str) -> str:
    """The name in the reader's language; the code where it is unknown, "" for none."""
    return _named(code, get_language() or "") if code else ""


@lru_cache(maxsize=2_000)
def _named(code: str, language: str) -> str:
    """`language` is the one in force; it is here to be remembered by."""
    return str(countries.name(code) or code)
