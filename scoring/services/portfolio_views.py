"""Keeping views of the dashboard under a name, and sharing them."""

from collections.abc import Iterable, Mapping
from typing import Final
from uuid import UUID

from django.db import transaction
from django.utils.translation import gettext as _

from accounts.models import BusinessUnit, User
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require, require_everywhere
from audit.errors import Invalid, Refused
from audit.record import record
from scoring.events import PortfolioViewRemoved, PortfolioViewSaved
from scoring.models import PortfolioView
from scoring.selectors.portfolio.views import own_views, removable_views

#: So many views of their own somebody may keep.
MOST: Final = 50
LONGEST_NAME: Final = 80


class PersonKeeps(Refused):
    """Views belong to people who are signed in: a program keeps none."""

    status = 403
    code = "person_needed"


class TooMany(Refused):
    """As many views as somebody may keep are there already."""

    code = "too_many_views"


@transaction.atomic
def save(
    *,
    name: str,
    unit: BusinessUnit | None,
    filters: Mapping[str, str],
    shared: bool = False,
    by: Principal,
) -> PortfolioView:
    """A new view. Raises Invalid for a name that is empty, too long or taken, TooMany, PersonKeeps.

    `filters`: as they stand in the address, without the unit.
    """
    if unit is None:
        require_everywhere(by, Permission.VIEW)
    else:
        require(by, Permission.VIEW, unit.pk)
    if by.kind != "user":
        raise PersonKeeps(_("Views are kept by people who are signed in."))
    # Whoever keeps two at once gets the same name once.
    User.objects.select_for_update().get(pk=by.id)
    names = own_views(by).values_list("name", flat=True)
    if len(names) >= MOST:
        raise TooMany(_("You keep %(most)s views: remove one first.") % {"most": MOST})
    row = PortfolioView.objects.create(
        owner_id=UUID(by.id),
        unit=unit,
        name=_cleaned(name, names),
        filters=dict(filters),
        shared=shared,
    )
    _record(row, by)
    return row


@transaction.atomic
def change(*, view: PortfolioView, name: str, shared: bool, by: Principal) -> PortfolioView:
    """Another name, or shared with others or no longer. Raises Invalid for the name."""
    User.objects.select_for_update().get(pk=by.id)
    row = own_views(by).get(pk=view.pk)
    others = own_views(by).exclude(pk=row.pk)
    said = _cleaned(name, others.values_list("name", flat=True))
    if (said, shared) != (row.name, row.shared):
        row.name, row.shared = said, shared
        row.save(update_fields=["name", "shared"])
        _record(row, by)
    return row


@transaction.atomic
def remove(*, view: PortfolioView, by: Principal) -> None:
    """The view is gone, also for those with whom it was shared."""
    row = removable_views(by).select_for_update(of=("self",)).get(pk=view.pk)
    record(PortfolioViewRemoved(aggregate_id=row.pk, unit_id=row.unit_id), by=by)
    row.delete()


def _record(row: PortfolioView, by: Principal) -> None:
    record(
        PortfolioViewSaved(
            aggregate_id=row.pk,
            unit_id=row.unit_id,
            name=row.name,
            filters=sorted(row.filters),
            shared=row.shared,
        ),
        by=by,
    )


def _cleaned(name: str, taken: Iterable[str]) -> str:
    said = " ".join(name.split())
    if not said:
        raise _invalid(_("Give the view a name."))
    if len(said) > LONGEST_NAME:
        raise _invalid(_("At most %(most)s characters.") % {"most": LONGEST_NAME})
    if said in taken:
        raise _invalid(_("You have a view of this name already."))
    return said


def _invalid(message: str) -> Invalid:
    return Invalid(message, errors={"name": [message]})
