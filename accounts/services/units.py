"""Business units: the parts of the organisation that keep their own engagements and scores."""

from itertools import count
from typing import Final

from django.db import IntegrityError, transaction
from django.utils.text import slugify
from django.utils.translation import gettext as _

from accounts import events
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require_everywhere
from audit.errors import Invalid
from audit.record import record

LONGEST: Final = 120
_LONGEST_CODE: Final = 30


@transaction.atomic
def add(*, name: str, by: Principal) -> BusinessUnit:
    """One more unit, with a code made of its name. Raises Invalid for no name, or one taken."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    name = _checked(name)
    try:
        with transaction.atomic():
            unit = BusinessUnit.objects.create(name=name, code=_free_code(name))
    except IntegrityError as error:
        # Somebody was quicker with the same name.
        raise _taken(name) from error
    record(
        events.UnitAdded(aggregate_id=unit.pk, unit_id=unit.pk, name=name, code=unit.code), by=by
    )
    return unit


def add_sample(*, by: Principal) -> BusinessUnit:
    """The unit of the sample data, under a name that is free; in the caller's transaction."""
    wish = _("Sample")
    taken = {name.casefold() for name in BusinessUnit.objects.values_list("name", flat=True)}
    names = (f"{wish} {number}" if number > 1 else wish for number in count(1))
    name = next(one for one in names if one.casefold() not in taken)
    unit = BusinessUnit.objects.create(name=name, code=_free_code("sample"), sample=True)
    record(
        events.UnitAdded(aggregate_id=unit.pk, unit_id=unit.pk, name=name, code=unit.code), by=by
    )
    return unit


@transaction.atomic
def rename(*, unit: BusinessUnit, name: str, by: Principal) -> BusinessUnit:
    """Call a unit otherwise; its code stays, since other systems may know it."""
    require_everywhere(by, Permission.MANAGE_MEMBERS)
    unit = BusinessUnit.objects.select_for_update().get(pk=unit.pk)
    name = _checked(name, but=unit)
    if name == unit.name:
        return unit
    unit.name = name
    try:
        with transaction.atomic():
            unit.save(update_fields=["name"])
    except IntegrityError as error:
        raise _taken(name) from error
    record(events.UnitRenamed(aggregate_id=unit.pk, unit_id=unit.pk, name=name), by=by)
    return unit


def _checked(name: str, but: BusinessUnit | None = None) -> str:
    name = " ".join(name.split())
    if not name:
        raise _invalid(_("Enter the name of the business unit."))
    if len(name) > LONGEST:
        raise _invalid(
            _("A name has %(most)d characters at most: %(name)s")
            % {"most": LONGEST, "name": f"{name[:40]}…"}
        )
    others = BusinessUnit.objects.exclude(pk=but.pk) if but else BusinessUnit.objects.all()
    if others.filter(name__iexact=name).exists():
        raise _taken(name)
    return name


def _free_code(name: str) -> str:
    """A code that no unit has yet; a name without Latin letters gives "unit"."""
    wish = slugify(name)[:_LONGEST_CODE].strip("-") or "unit"
    taken = set(BusinessUnit.objects.values_list("code", flat=True))
    code, number = wish, 2
    while code in taken:
        ending = f"-{number}"
        code, number = wish[: _LONGEST_CODE - len(ending)] + ending, number + 1
    return code


def _taken(name: str) -> Invalid:
    return _invalid(_("There is a business unit called %(name)s already.") % {"name": name})


def _invalid(message: str) -> Invalid:
    return Invalid(message, errors={"name": [message]})
