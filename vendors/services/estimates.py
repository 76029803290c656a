"""One-of-a-kind facts of an engagement: its exposure, its personal data, its ICT service."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from django.db import transaction
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy as lazy

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import require
from audit import clock
from audit.errors import OutOfDate
from audit.record import record
from vendors import master_data, tidying
from vendors.events.contracts import ExposureChanged, IctServiceChanged, PersonalDataChanged
from vendors.models import Engagement, Exposure, IctService, PersonalData
from vendors.services.holding import bump, put, same_version

_PER_YEAR: Final = tidying.number(Decimal(0), Decimal(50), 4)
_MOST_SUB_PROCESSORS: Final = 200


def _sub_processors(value: Any) -> list[dict[str, str]]:
    """Rows of name, country and service; rows without anything in them are left out."""
    if value is None:
        return []
    if isinstance(value, str | Mapping) or not isinstance(value, Iterable):
        raise ValueError(_("Give a list."))
    rows: list[dict[str, str]] = []
    for number, row in enumerate(value, start=1):
        if not isinstance(row, Mapping):
            raise ValueError(_("Give a list of objects."))
        try:
            found = {
                "name": tidying.line(200)(row.get("name")),
                "country": tidying.country()(row.get("country")),
                "service": tidying.line(200)(row.get("service")),
            }
        except ValueError as error:
            raise ValueError(
                _("Row %(number)d: %(problem)s") % {"number": number, "problem": error}
            ) from error
        if not any(found.values()):
            continue
        if not found["name"]:
            raise ValueError(_("Row %(number)d: enter the name.") % {"number": number})
        rows.append(found)
    if len(rows) > _MOST_SUB_PROCESSORS:
        raise ValueError(
            _("At most %(most)d sub-processors can be listed.") % {"most": _MOST_SUB_PROCESSORS}
        )
    return rows


EXPOSURE: Final[Mapping[str, tidying.Cleaner]] = {
    "low": tidying.money(needed=lazy("Enter an amount."), positive=True),
    "likely": tidying.money(needed=lazy("Enter an amount."), positive=True),
    "high": tidying.money(needed=lazy("Enter an amount."), positive=True),
    "currency": tidying.currency(needed=lazy("Choose a currency.")),
    "reason": tidying.text(needed=lazy("Say how you arrived at these amounts.")),
    "per_year_low": _PER_YEAR,
    "per_year_likely": _PER_YEAR,
    "per_year_high": _PER_YEAR,
}
PERSONAL_DATA: Final[Mapping[str, tidying.Cleaner]] = {
    "role": tidying.one_of(
        PersonalData.Role.values, needed=lazy("Choose what the vendor does with personal data.")
    ),
    "categories": tidying.text(),
    "agreement": tidying.one_of(PersonalData.Agreement.values),
    "agreed_on": tidying.day(),
    "sub_processors": _sub_processors,
    "sub_processors_approved": tidying.yes_no_unknown,
    "transfer_to": tidying.countries(),
    "transfer_basis": tidying.one_of(PersonalData.Transfer.values),
    "note": tidying.text(),
}
ICT_SERVICE: Final[Mapping[str, tidying.Cleaner]] = {
    "function": tidying.line(200, needed=lazy("Name the function that the service supports.")),
    "critical": tidying.yes_no_unknown,
    "substitutability": tidying.one_of(IctService.Substitutability.values),
    "exit_plan": tidying.one_of(IctService.ExitPlan.values),
    "exit_plan_on": tidying.day(),
    "last_audit_on": tidying.day(),
    "next_audit_on": tidying.day(),
    "note": tidying.text(),
}


@dataclass(frozen=True, slots=True)
class _Kind:
    model: Any
    event: Any
    cleaners: Mapping[str, tidying.Cleaner]
    needed: Sequence[str]
    check: Callable[[Any], Mapping[str, str]]


def set_exposure(
    *, engagement: Engagement, version: int, values: Mapping[str, Any], by: Principal
) -> Exposure:
    """What a loss could cost. `version` is 0 for the first estimate. Raises Invalid, OutOfDate."""
    found: Exposure = _set(_EXPOSURE, engagement, version, values, by)
    return found


def set_personal_data(
    *, engagement: Engagement, version: int, values: Mapping[str, Any], by: Principal
) -> PersonalData:
    """What the vendor does with personal data. Raises Invalid, OutOfDate."""
    found: PersonalData = _set(_PERSONAL, engagement, version, values, by)
    return found


def set_ict_service(
    *, engagement: Engagement, version: int, values: Mapping[str, Any], by: Principal
) -> IctService:
    """The ICT service and what depends on it. Raises Invalid, OutOfDate."""
    found: IctService = _set(_ICT, engagement, version, values, by)
    return found


def _set(
    kind: _Kind, engagement: Engagement, version: int, values: Mapping[str, Any], by: Principal
) -> Any:
    require(by, Permission.EDIT_FACTS, engagement.unit_id)
    with transaction.atomic():
        # The lock that keeps two first entries apart.
        Engagement.objects.select_for_update(of=("self",)).get(pk=engagement.pk)
        row = kind.model.objects.filter(engagement=engagement).first()
        created = row is None
        if created:
            if version:
                raise OutOfDate(_("Somebody else has changed this since you opened it."))
            row = kind.model(engagement=engagement, version=0)
            values = {**dict.fromkeys(kind.needed), **values}
        same_version(row, version, kind.cleaners)
        changed = put(row, tidying.clean(values, kind.cleaners))
        if problems := kind.check(row):
            raise master_data.invalid({field: [said] for field, said in problems.items()})
        if not changed:
            return row
        bump(row)
        row.save()
        record(
            kind.event(
                aggregate_id=engagement.pk,
                unit_id=engagement.unit_id,
                facts_of=engagement.vendor_id,
                created=created,
                fields=sorted(changed),
                before={} if created else {field: pair[0] for field, pair in changed.items()},
                after={field: pair[1] for field, pair in changed.items()},
            ),
            by=by,
        )
    return row


def _check_exposure(row: Exposure) -> Mapping[str, str]:
    problems: dict[str, str] = {}
    if row.likely < row.low:
        problems["likely"] = _("The most likely amount is below the least.")
    if row.high < row.likely:
        problems["high"] = _("The largest amount is below the most likely one.")
    rates = (row.per_year_low, row.per_year_likely, row.per_year_high)
    given = [rate for rate in rates if rate is not None]
    if given and len(given) < len(rates):
        problems["per_year_likely"] = _("Give all three numbers of losses a year, or none.")
    elif given != sorted(given):
        problems["per_year_likely"] = _("The three numbers of losses a year have to rise.")
    return problems


def _check_personal(row: PersonalData) -> Mapping[str, str]:
    if row.agreed_on and row.agreed_on > clock.today():
        return {"agreed_on": _("That day has not come yet.")}
    return {}


def _check_ict(row: IctService) -> Mapping[str, str]:
    problems: dict[str, str] = {}
    for field in ("last_audit_on", "exit_plan_on"):
        day = getattr(row, field)
        if day and day > clock.today():
            problems[field] = _("That day has not come yet.")
    if row.last_audit_on and row.next_audit_on and row.next_audit_on < row.last_audit_on:
        problems["next_audit_on"] = _("The next audit lies before the last one.")
    return problems


_EXPOSURE: Final = _Kind(
    Exposure, ExposureChanged, EXPOSURE, ("low", "likely", "high", "currency", "reason"),
    _check_exposure,
)  # fmt: skip
_PERSONAL: Final = _Kind(
    PersonalData, PersonalDataChanged, PERSONAL_DATA, ("role",), _check_personal
)
_ICT: Final = _Kind(IctService, IctServiceChanged, ICT_SERVICE, ("function",), _check_ict)
