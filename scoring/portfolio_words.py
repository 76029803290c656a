"""What the filters of the dashboard are called, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from typing import Final

from django.utils.formats import date_format, number_format
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.templatetags.ui import points
from scoring import words
from scoring.selectors.portfolio import Mover
from scoring.selectors.portfolio.needs import COUNTED
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


#: Kind of work -> what its list is called.
WORK: Final[Mapping[str, Promise]] = {
    "review": lazy("Waiting for review"),
    "match": lazy("Screening matches to decide"),
    "overdue": lazy("Overdue"),
    "mine": lazy("Your drafts"),
    "returned": lazy("Sent back to be completed"),
    "expiring": lazy("Answers or proof age or expire within 30 days"),
}


def count(number: int, more: bool = False) -> str:
    """A count with the thousands set apart; `more`: it was counted no further."""
    told = number_format(number, force_grouping=True)
    return f"{told}+" if more else told


def at_least(number: int) -> str:
    """One of the counts that stop at COUNTED."""
    return count(number, number >= COUNTED)


def said(filters: Mapping[str, str]) -> str:
    """Filters as they stand in the address, in words; "" without any."""
    named = ((name, value) for name, value in filters.items() if value and name in _SAID)
    return ", ".join(_SAID[name](value) for name, value in named)


def moved(one: Mover) -> str:
    """Why a rating moved, in one sentence."""
    if one.day:
        because = _("%(cause)s on %(day)s") % {
            "cause": words.cause(one.cause),
            "day": date_format(one.day, "DATE_FORMAT"),
        }
        if one.other:
            because = _("Another assessment decides: %(because)s") % {"because": because}
    elif one.other:
        because = _("Another assessment decides")
    else:
        because = _("What moved it is not on record, as while an assessment is a draft")
    said = [because]
    if one.dimension:
        said.append(
            _("most of it in %(dimension)s, from %(was)s to %(now)s")
            % {
                "dimension": words.dimension(one.dimension),
                "was": points(one.was),
                "now": points(one.now),
            }
        )
    if one.blocked and not one.blocked_before:
        said.append(_("a knock-out blocks it now"))
    elif one.blocked_before and not one.blocked:
        said.append(_("no knock-out blocks it any more"))
    return "; ".join(said) + "."
