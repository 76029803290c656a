"""What a portfolio can be narrowed down by: what there is among its vendors."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from django.db.models import CharField, Exists, F, OuterRef, QuerySet, Value
from django.db.models.functions import Cast

from accounts.models import BusinessUnit, User
from accounts.principal import Principal
from scoring.models import BandCount
from scoring.selectors.scope import unit_filter
from vendors.models import VendorUnit

#: Offered of each kind.
MOST: Final = 200


@dataclass(frozen=True, slots=True)
class Choices:
    """Codes of countries, names of categories, and (id, name) of the people who own vendors."""

    countries: Sequence[str]
    categories: Sequence[str]
    owners: Sequence[tuple[str, str]]


def choices(principal: Principal, unit: BusinessUnit | None) -> Choices:
    """Those in use today in a unit, or in all (None); one query."""
    scope = unit_filter(principal, unit)
    links = VendorUnit.objects.all() if unit is None else VendorUnit.objects.filter(unit=unit)
    countries = BandCount.objects.filter(**scope, vendors__gt=0, country__gt="")
    owning = User.objects.filter(Exists(links.filter(owner=OuterRef("pk"))))
    parts = [
        _part("country", countries, F("country"), F("country")),
        _part("category", links.filter(category__gt=""), F("category"), F("category")),
        _part("owner", owning, Cast("pk", CharField()), F("name")),
    ]
    found: dict[str, list[tuple[str, str]]] = {"country": [], "category": [], "owner": []}
    for kind, key, words in parts[0].union(*parts[1:], all=True):
        found[kind].append((key, words))
    return Choices(
        countries=sorted(key for key, _words in found["country"]),
        categories=sorted(key for key, _words in found["category"]),
        owners=sorted(found["owner"], key=lambda one: (one[1].casefold(), one[0])),
    )


def _part(kind: str, rows: QuerySet[Any], key: Any, words: Any) -> QuerySet[Any, Any]:
    named = rows.annotate(choice=Value(kind, CharField()), key=key, words=words)
    found: QuerySet[Any, Any] = named.values_list("choice", "key", "words")
    return found.order_by("words", "key").distinct()[:MOST]
