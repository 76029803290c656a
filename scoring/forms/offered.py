"""What vendors can be narrowed down by, in words: the same on the dashboard and in their list."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from django.utils.translation import gettext

from scoring import words
from scoring.selectors.portfolio.choices import Choices
from vendors.country_names import country_name

#: Fields of a filter -> pairs of value and words.
Offered = Mapping[str, Sequence[tuple[str, str]]]


def offered(in_use: Choices, given: Mapping[str, str]) -> Offered:
    """By name of the field. `given`: what the address says.

    A country or category that is asked for is among them, in use or not: it may have been on the
    day that is looked at.
    """
    country, category = given.get("country", ""), given.get("category", "")
    countries = {*in_use.countries, *([country] if country_name(country) != country else [])}
    categories = {*in_use.categories, *filter(None, [category[:60]])}
    return {
        "tier": words.tiers(),
        "country": sorted(
            ((code, country_name(code)) for code in countries), key=lambda pair: pair[1]
        ),
        "category": [(name, name) for name in sorted(categories)],
        "owner": in_use.owners,
        "status": [
            ("rated", gettext("Rated: final or provisional")),
            *((key, str(word)) for key, word in words.STATUS_WORDS.items()),
        ],
    }
