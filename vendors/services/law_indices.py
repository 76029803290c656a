"""Importing editions of rule-of-law indices, and taking them back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit import clock
from audit.errors import Invalid
from audit.record import record
from vendors import master_data
from vendors.events.law import CountryFigureChanged, IndexImported, IndexWithdrawn
from vendors.imports.figures import Figures, figures
from vendors.imports.table import Unreadable
from vendors.models import Country, IndexEdition, IndexFigure
from vendors.selectors import law
from vendors.services.law import EARLIEST, LONGEST, AlreadyWithdrawn

_MANAGE: Final = Permission.MANAGE_REFERENCE
_LARGEST: Final = Decimal(10_000)


@dataclass(frozen=True, slots=True)
class Preview:
    """What an import would do: the figures, what is wrong, what changes in which countries."""

    figures: Figures
    unknown: Sequence[str]
    before: Mapping[str, Decimal]
    replaces: IndexEdition | None


def preview(
    *,
    name: str,
    edition: int,
    published_on: date,
    best: Decimal,
    worst: Decimal,
    licence: str,
    source: str,
    content: bytes,
    by: Principal,
) -> Preview:
    """A file gone through; nothing is written. Raises Invalid with messages per field."""
    require_everywhere(by, _MANAGE)
    _check(
        name=name,
        edition=edition,
        published_on=published_on,
        best=best,
        worst=worst,
        licence=licence,
        source=source,
    )
    try:
        read = figures(content, best=best, worst=worst)
    except Unreadable as error:
        raise Invalid(str(error), errors={"file": [str(error)]}) from error
    if not read.values and not read.problems:
        raise master_data.invalid({"file": [_("The file has no rows below its headings.")]})
    there = set(law.countries().values_list("code", flat=True))
    replaced = _same(name, edition)
    before = {}
    if replaced is not None:
        before = {row.country.code: row.value for row in law.figures_of(replaced)}
    return Preview(read, sorted(set(read.values) - there), before, replaced)


@transaction.atomic
def import_edition(
    *,
    name: str,
    edition: int,
    published_on: date,
    best: Decimal,
    worst: Decimal,
    licence: str,
    source: str,
    values: Mapping[str, Decimal],
    file_name: str = "",
    by: Principal,
) -> IndexEdition:
    """An edition of an index on record, all of its figures or none.

    Imported again under the same name and year it counts instead of the earlier import, which
    stays on record. Raises Invalid with messages per field; an unknown country or a value outside
    the scale is named as "values".
    """
    require_everywhere(by, _MANAGE)
    name = _check(
        name=name,
        edition=edition,
        published_on=published_on,
        best=best,
        worst=worst,
        licence=licence,
        source=source,
    )
    countries = {one.code: one for one in law.countries().filter(code__in=set(values))}
    low, high = sorted((best, worst))
    wrong = sorted(set(values) - set(countries))
    wrong += sorted(code for code, value in values.items() if not low <= value <= high)
    if wrong or not values:
        said = _("These cannot be taken: %(codes)s.") % {"codes": ", ".join(wrong) or "–"}
        raise master_data.invalid({"values": [said]})
    replaced = _same(name, edition)
    before = {}
    if replaced is not None:
        before = {row.country.code: row.value for row in law.figures_of(replaced)}
    made = IndexEdition.objects.create(
        name=name,
        edition=edition,
        published_on=published_on,
        best=best,
        worst=worst,
        licence=licence.strip(),
        source=source.strip(),
        file_name=master_data.tidy(file_name)[-200:],
        recorded_by_id=UUID(by.id) if by.kind == "user" else None,
        recorded_at=clock.now(),
    )
    IndexFigure.objects.bulk_create(
        IndexFigure(edition=made, country=countries[code], value=value)
        for code, value in sorted(values.items())
    )
    if replaced is not None:
        _withdraw(replaced, _("Imported again."), by)
    record(
        IndexImported(
            aggregate_id=made.pk,
            name=name,
            edition=edition,
            countries=len(values),
            licence=made.licence,
            source=made.source,
            file_name=made.file_name,
        ),
        by=by,
    )
    scale_moved = replaced is not None and (replaced.best, replaced.worst) != (best, worst)
    gone = set(before) - set(values)
    countries |= {one.code: one for one in law.countries().filter(code__in=gone)}
    for code in sorted({*values, *gone}):
        value = values.get(code)
        if scale_moved or value != before.get(code):
            _figure_changed(made, countries[code], value, by)
    return made


@transaction.atomic
def withdraw(*, edition: IndexEdition, reason: str, by: Principal) -> IndexEdition:
    """An edition taken back: an earlier one counts again. Raises AlreadyWithdrawn, Invalid."""
    require_everywhere(by, _MANAGE)
    reason = reason.replace("\x00", "").strip()[:LONGEST]
    if not reason:
        raise master_data.invalid({"reason": [_("Say why this is taken back.")]})
    made = _withdraw(edition, reason, by)
    for row in law.figures_of(edition).order_by("country__code"):
        _figure_changed(edition, row.country, None, by)
    return made


def _withdraw(edition: IndexEdition, reason: str, by: Principal) -> IndexEdition:
    # Locked, so that two people cannot take it back at once.
    locked = IndexEdition.objects.select_for_update().get(pk=edition.pk)
    if locked.withdraws_id is not None or IndexEdition.objects.filter(withdraws=locked).exists():
        raise AlreadyWithdrawn(_("This edition was taken back already."))
    copied = ("name", "edition", "published_on", "best", "worst", "licence", "source")
    made = IndexEdition.objects.create(
        **{field: getattr(locked, field) for field in copied},
        reason=reason,
        recorded_by_id=UUID(by.id) if by.kind == "user" else None,
        recorded_at=clock.now(),
        withdraws=locked,
    )
    record(
        IndexWithdrawn(
            aggregate_id=locked.pk, name=locked.name, edition=locked.edition, reason=reason
        ),
        by=by,
    )
    return made


def _figure_changed(
    edition: IndexEdition, country: Country, value: Decimal | None, by: Principal
) -> None:
    record(
        CountryFigureChanged(
            aggregate_id=country.pk,
            facts_in=country.code,
            edition_id=edition.pk,
            index=edition.name,
            edition=edition.edition,
            value=None if value is None else str(value),
        ),
        by=by,
    )


def _same(name: str, edition: int) -> IndexEdition | None:
    """The import that stands under the same name and year."""
    tidied = master_data.tidy(name)
    rows = law.editions().filter(name__iexact=tidied, edition=edition, withdrawal=None)
    return rows.first()


def _check(
    *,
    name: str,
    edition: int,
    published_on: date,
    best: Decimal,
    worst: Decimal,
    licence: str,
    source: str,
) -> str:
    """The name, tidied, where all of these can be taken."""
    errors: dict[str, list[Any]] = {}
    tidied = master_data.tidy(name)
    if not tidied or len(tidied) > 120:
        errors["name"] = [_("Enter the name of the index, at most 120 characters.")]
    if not 1990 <= edition <= 2100:
        errors["edition"] = [_("Enter the year that the edition bears, such as 2025.")]
    if not EARLIEST <= published_on <= clock.today():
        errors["published_on"] = [_("Enter the day on which it was published, not a later one.")]
    if best == worst:
        errors["worst"] = [_("The best and the worst value of the scale must differ.")]
    for field, value in (("best", best), ("worst", worst)):
        if not value.is_finite() or abs(value) > _LARGEST:
            errors[field] = [_("Enter a number between -10,000 and 10,000.")]
    for field, text in (("licence", licence), ("source", source)):
        if not text.strip() or len(text) > LONGEST:
            errors[field] = [_("Fill this in, with at most 2,000 characters.")]
    if errors:
        raise master_data.invalid(errors)
    return tidied
