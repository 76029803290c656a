"""What the filters of the dashboard are called, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.utils.formats import date_format
from django.utils.translation import gettext as _

from scoring import words
from vendors.country_names import country_name


def _firmness(value: str) -> str:
    return str(words.STATUS_WORDS.get(value) or _("Rated"))


def _day(value: str) -> str:
    day = date_format(date.fromisoformat(value), "DATE_FORMAT")
    return _("as it stood on %(day)s") % {"day": day}


#: Name of a filter -> its words, from its value. An owner is a person: named on the page only.
_SAID: Final[Mapping[str, Callable[[str], str]]] = {
    "tier": words.tier,
    "country": country_name,
    "owner": lambda _value: _("of one owner"),
    "category": str,
    "status": _firmness,
    "day": _day,
}


def said(filters: Mapping[str, str]) -> str:
    """Filters as they stand in the address, in words; "" without any."""
    return ", ".join(_SAID[name](value) for name, value in filters.items() if name in _SAID)
