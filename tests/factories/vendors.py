"""Vendors and engagements for tests, made through the services."""

from itertools import count
from typing import Any

from accounts.models import BusinessUnit
from accounts.principal import SYSTEM, Principal
from vendors.intake import IntakeQuestion, IntakeValue, intake
from vendors.models import Engagement, Vendor
from vendors.services import engagements, vendors

_number = count(1)


def _answers(question: IntakeQuestion, *, worst: bool) -> IntakeValue:
    pick = max if worst else min
    chosen = pick(question.options, key=lambda option: option.risk).key
    return [chosen] if question.kind == "multiple" else chosen


#: Intakes with every question answered: as mild, and as dangerous, as can be.
MILD_INTAKE: dict[str, Any] = {q.key: _answers(q, worst=False) for q in intake().questions}
WORST_INTAKE: dict[str, Any] = {q.key: _answers(q, worst=True) for q in intake().questions}
#: Something in between, with designs and moulds entrusted to a contract manufacturer.
USUAL_INTAKE: dict[str, Any] = {
    "ip_entrusted": ["designs", "moulds_tooling"],
    "harm_if_lost": "serious",
    "access_depth": "most",
    "enforceability": "uneven",
    "annual_spend": "to_1m",
    "substitutability": "year",
    "subcontracting": "named",
    "volume_control": "audited",
    "system_connection": "portal",
}


def make_vendor(
    unit: BusinessUnit, *, name: str = "", by: Principal = SYSTEM, **values: Any
) -> Vendor:
    """A vendor that `unit` works with; the name is one nobody else has, unless given."""
    values.setdefault("country", "VN")
    return vendors.create(name=name or f"Vendor {next(_number)} Ltd", unit=unit, by=by, **values)


def archived_before(vendor: Vendor) -> None:
    """Archived although an engagement goes on, as it was possible before there was off-boarding."""
    Vendor.objects.filter(pk=vendor.pk).update(status=Vendor.Status.ARCHIVED)


def make_engagement(
    vendor: Vendor, unit: BusinessUnit, *, by: Principal = SYSTEM, **values: Any
) -> Engagement:
    """An engagement of `vendor` for `unit`: contract manufacturing with a usual intake."""
    values.setdefault("title", f"Engagement {next(_number)}")
    values.setdefault("service", "contract_manufacturing")
    values.setdefault("intake", USUAL_INTAKE)
    values.setdefault("made_in", ["VN"])
    return engagements.create(vendor=vendor, unit=unit, by=by, **values)
