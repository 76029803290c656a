"""Vendors by name, other and former names, registration numbers and ids of other systems."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any, Final
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.search import TrigramWordDistance
from django.db.models import Func, OuterRef, Q, QuerySet, TextField, Value
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.principal import Principal
from scoring.links import address
from scoring.models import Standing
from scoring.selectors import naming
from scoring.selectors.scope import standings_visible_to
from search.hits import Found, Hit, Part
from search.words import Query, excerpt, holds, marked
from vendors.country_names import country_name
from vendors.models import ExternalId, Vendor, VendorAlias
from vendors.plain_text import spellings

_NAME: Final = "vendor__search_text__sort_name"
_TEXT: Final = "vendor__search_text__text"
#: Comes after every letter there is.
_LAST: Final = "\U0010ffff"
#: Between the two halves of an array's element; no name and no id has it.
_APART: Final = "\x1f"


def find(principal: Principal, query: Query, part: Part) -> Found:
    """The vendors that `principal` sees, those first whose name begins with the words; by name."""
    visible = standings_visible_to(principal)
    looked_up = _similar if part.similar else _having
    rows = looked_up(visible, query.words, part.most + 1)
    shown = rows[: part.most][part.start : part.end]
    return Found(
        hits=list(_hits(shown, query, part.similar)),
        total=min(len(rows), part.most),
        more=len(rows) > part.most,
    )


def _having(visible: QuerySet[Standing], words: Sequence[str], most: int) -> list[Standing]:
    """Those first whose name begins with the words: they are read from the index of names."""
    text = " ".join(words)
    begun = Q(**{f"{_NAME}__gte": text, f"{_NAME}__lt": f"{text}{_LAST}"})
    begun &= Q(**{f"{_NAME}__startswith": text})
    rows = list(visible.filter(begun).order_by(_NAME, "vendor")[:most])
    if len(rows) == most:
        return rows
    rest = visible.filter(naming.holds(_TEXT, words)).exclude(begun).order_by(_NAME, "vendor")
    return [*rows, *rest[: most - len(rows)]]


def _similar(visible: QuerySet[Standing], words: Sequence[str], most: int) -> list[Standing]:
    """The nearest of as many as are worth comparing."""
    close = visible.filter(vendor__in=naming.alike(words, visible))
    nearest = TrigramWordDistance(" ".join(words), _TEXT)
    return list(close.order_by(nearest, _NAME, "vendor")[:most])


def _hits(rows: Sequence[Standing], query: Query, similar: bool) -> Iterator[Hit]:
    elsewhere = [] if similar else [r.vendor_id for r in rows if not _has(r.name, query.words)]
    why = _other_parts(elsewhere, query) if elsewhere else {}
    for row in rows:
        part, text = why.get(row.vendor_id, (_("Name"), ""))
        notes = [country_name(row.country)] if row.country else []
        if row.archived:
            notes.append(_("Archived"))
        yield Hit(
            pk=row.vendor_id,
            url=address("scoring:vendor", row.vendor_id),
            title=marked(row.name, query.words),
            why=part,
            context=excerpt(text, query.words) if text else (),
            about=" · ".join(filter(None, [*notes, row.category])),
            band=row.band,
            provisional=row.status == "provisional",
        )


def _has(text: str, words: Sequence[str]) -> bool:
    return any(holds(form, words) for form in spellings(text)) or holds(
        " ".join(spellings(text)), words
    )


_NUMBERS: Final = (
    ("registration_number", lazy("Registration number")),
    ("lei", lazy("LEI")),
    ("vat_number", lazy("VAT number")),
)


def _other_parts(ids: Sequence[UUID], query: Query) -> dict[UUID, tuple[str, str]]:
    """Vendor -> which part of it besides the name has most of the words, and what it says."""
    aliases = VendorAlias.objects.filter(vendor=OuterRef("pk")).order_by("pk")
    numbers = ExternalId.objects.filter(vendor=OuterRef("pk")).order_by("pk")
    gone = Vendor.objects.filter(merged_into=OuterRef("pk")).order_by("pk")
    rows = Vendor.objects.filter(pk__in=ids).annotate(
        alias_pairs=ArraySubquery(aliases.values(pair=_pair("kind", "name"))),
        id_pairs=ArraySubquery(numbers.values(pair=_pair("system", "value"))),
        gone_names=ArraySubquery(gone.values("name")),
    )
    return {row.pk: _best(row, query.words) for row in rows}


def _pair(first: str, second: str) -> Func:
    return Func(Value(_APART), first, second, function="concat_ws", output_field=TextField())


def _best(row: Any, words: Sequence[str]) -> tuple[str, str]:
    """Most of the words; the earlier part where two have as many."""
    parts = list(_parts(row))
    return max(parts, key=lambda part: sum(_has(part[1], [word]) for word in words))


def _parts(row: Any) -> Iterator[tuple[str, str]]:
    kinds = dict(VendorAlias.Kind.choices)
    for pair in row.alias_pairs:
        kind, _apart, name = pair.partition(_APART)
        yield str(kinds.get(kind, _("Another name"))), name
    for name in row.gone_names:
        yield _("Name of a record merged into this one"), name
    for field, word in _NUMBERS:
        if value := getattr(row, field):
            yield str(word), value
    for pair in row.id_pairs:
        system, _apart, value = pair.partition(_APART)
        yield _("Id in %(system)s") % {"system": system}, value
    # Parts of the words in one place, parts in another: the name is what to show.
    yield _("Name"), ""
