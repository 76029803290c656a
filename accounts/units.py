"""The working unit: the business unit whose rows the lists and the dashboard show."""

from uuid import UUID

from django.http import HttpRequest

from accounts.doors import as_request
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.selectors import units_visible_to

_KEY = "working_unit"
#: The parameter by which an address names the unit that it is about.
NAME = "unit"
#: What the session holds when someone who sees all units has chosen to see them together.
ALL = "all"


def choices(request: HttpRequest) -> list[BusinessUnit]:
    """The units this person may work in, by name.

    Who holds roles in single units has them with the memberships; else one query per request.
    """
    asked = as_request(request)
    if asked.unit_choices is None:
        theirs = asked.principal.units(Permission.VIEW)
        if theirs is None:
            asked.unit_choices = list(units_visible_to(asked.principal, Permission.VIEW))
        else:
            units = [one.unit for one in asked.memberships or [] if one.unit_id in theirs]
            asked.unit_choices = list(dict.fromkeys(unit for unit in units if unit))
    return asked.unit_choices


def may_see_all(request: HttpRequest) -> bool:
    """Whether the view over all units together is theirs."""
    return as_request(request).principal.sees_all_units()


def working_unit(request: HttpRequest) -> BusinessUnit | None:
    """The unit chosen in the page header; None stands for all units together.

    Only those who see all units ever get None. Who has chosen nothing, or a unit that is no
    longer theirs, works in all units if they may, else in the first of theirs. Someone with no
    unit at all does not get past `doors.page`.
    """
    units = choices(request)
    chosen = request.session.get(_KEY)
    for unit in units:
        if str(unit.pk) == chosen:
            return unit
    return None if may_see_all(request) or not units else units[0]


def shows_sample(request: HttpRequest) -> bool:
    """Whether sample data is among the rows that are shown."""
    chosen = working_unit(request)
    return any(unit.sample for unit in (choices(request) if chosen is None else [chosen]))


def unit_of_address(request: HttpRequest) -> BusinessUnit | None:
    """The unit that the address names, which is worked in from then on; else the working unit.

    So a link shows everybody the same, and the pages behind it, too. A unit that is not theirs
    changes nothing: the page whose filters name it says so.
    """
    named = request.GET.get(NAME, "")
    now = working_unit(request)
    if named and named != (str(now.pk) if now else ALL):
        try:
            choose(request, None if named == ALL else UUID(named))
        except ValueError:
            return now
        return working_unit(request)
    return now


def choose(request: HttpRequest, unit_id: UUID | None) -> bool:
    """Remember the choice for this session; False when that unit is not theirs to choose."""
    allowed = (
        may_see_all(request)
        if unit_id is None
        else any(unit.pk == unit_id for unit in choices(request))
    )
    if allowed:
        request.session[_KEY] = ALL if unit_id is None else str(unit_id)
    return allowed
