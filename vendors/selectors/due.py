"""What comes due: days that somebody has to act by, from whatever records them.

A noun adds itself by one `Source` in `SOURCES`. Its `rows` are what is open, whatever the day; each
row has the day in the column named by `day`, and `told` puts it in words.
"""

import base64
import binascii
import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, Exists, F, OuterRef, Q, QuerySet, Value
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from accounts.principal import Principal
from vendors import incident_life
from vendors.models import (
    Contract,
    Engagement,
    IctService,
    IncidentMeasure,
    InsurancePolicy,
    MonitoringItem,
    TrainingRecord,
)
from vendors.selectors import incidents, monitoring, training
from vendors.selectors.contracts import (
    contracts_visible_to,
    ict_services_visible_to,
    policies_visible_to,
)
from vendors.selectors.due_evidence import SOURCES as OF_EVIDENCE
from vendors.selectors.due_ip import SOURCES as OF_IP
from vendors.selectors.due_offboarding import SOURCES as OF_OFFBOARDING
from vendors.selectors.due_source import Due, Source

#: Counted up to this; more is "more".
COUNTED: Final = 99


@dataclass(frozen=True)
class DuePage:
    """Some of what comes due, the earliest first; `next` leads to the rest."""

    rows: list[Due]
    next: str | None


@dataclass(frozen=True)
class DueSoon:
    """The next few, and how many days have passed (`more`: at least so many)."""

    rows: list[Due]
    overdue: int
    more: bool


def _of_contract(source: str, what: Any, row: Contract, day: date) -> Due:
    engagement = row.engagement
    return Due(
        source,
        row.pk,
        day,
        what,
        row.title,
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:contract",
        row.pk,
    )


def _contracts(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Contract]:
    rows = contracts_visible_to(principal).filter(status=Contract.Status.IN_FORCE)
    return rows if unit is None else rows.filter(engagement__unit=unit)


def _notices(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Contract]:
    return _contracts(principal, unit).filter(
        Q(notice_settled__isnull=True) | ~Q(notice_settled=F("notice_on")),
        notice_on__isnull=False,
    )


def _ends(principal: Principal, unit: BusinessUnit | None) -> QuerySet[Contract]:
    rows = _contracts(principal, unit).exclude(renewal=Contract.Renewal.AUTOMATIC)
    return rows.filter(term_ends_on__isnull=False)


def _policies(principal: Principal, unit: BusinessUnit | None) -> QuerySet[InsurancePolicy]:
    """Those that nothing replaces: no later policy of the kind is on record for the vendor."""
    later = InsurancePolicy.objects.filter(
        vendor=OuterRef("vendor"), kind=OuterRef("kind"), expires_on__gt=OuterRef("expires_on")
    ).exclude(status=InsurancePolicy.Status.VOID)
    rows = policies_visible_to(principal).filter(
        ~Exists(later), status=InsurancePolicy.Status.CURRENT
    )
    return rows if unit is None else rows.filter(vendor__unit_links__unit=unit)


def _policy(row: InsurancePolicy) -> Due:
    return Due(
        "policy",
        row.pk,
        row.expires_on,
        _("Insurance expires"),
        f"{row.get_kind_display()}, {row.insurer} {row.number}",
        row.vendor_id,
        row.vendor.name,
        None,
        "vendors:contracts",
        row.vendor_id,
    )


def _audits(principal: Principal, unit: BusinessUnit | None) -> QuerySet[IctService]:
    rows = ict_services_visible_to(principal).filter(next_audit_on__isnull=False)
    rows = rows.exclude(engagement__status=Engagement.Status.ENDED)
    return rows if unit is None else rows.filter(engagement__unit=unit)


def _audit(row: IctService) -> Due:
    engagement = row.engagement
    return Due(
        "ict_audit",
        row.pk,
        row.next_audit_on or date.max,
        _("Audit of an ICT service"),
        row.function,
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:contracts",
        engagement.vendor_id,
    )


def _check(row: MonitoringItem) -> Due:
    engagement = row.engagement
    return Due(
        "monitoring",
        row.pk,
        row.due_on,
        _("Monitoring check"),
        row.scope,
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:monitoring_item",
        row.pk,
    )


def _measures(principal: Principal, unit: BusinessUnit | None) -> QuerySet[IncidentMeasure]:
    rows = incidents.measures_visible_to(principal).filter(
        incident__status__in=incident_life.OPEN, done_on=None, explanation=""
    )
    return rows if unit is None else rows.filter(incident__unit=unit)


def _measure(row: IncidentMeasure) -> Due:
    incident = row.incident
    return Due(
        "measure",
        row.pk,
        row.due_on,
        _("Corrective measure"),
        row.what,
        incident.vendor_id,
        incident.vendor.name,
        incident.unit_id,
        "vendors:incident",
        incident.pk,
    )


def _training(row: TrainingRecord) -> Due:
    engagement = row.person.engagement
    return Due(
        "training",
        row.pk,
        row.valid_until or date.max,
        _("Training expires"),
        row.topic.name,
        engagement.vendor_id,
        engagement.vendor.name,
        engagement.unit_id,
        "vendors:training",
        engagement.vendor_id,
    )


#: Key -> source. Keys stand in `Reminder.source`, so they stay.
SOURCES: Final[Mapping[str, Source]] = {
    "notice": Source(
        _("Last day for notice"),
        _notices,
        "notice_on",
        lambda row: _of_contract("notice", _("Last day for notice"), row, row.notice_on),
    ),
    "contract_end": Source(
        _("Contract ends"),
        _ends,
        "term_ends_on",
        lambda row: _of_contract("contract_end", _("Contract ends"), row, row.term_ends_on),
    ),
    "monitoring": Source(_("Monitoring check"), monitoring.due, "due_on", _check),
    "measure": Source(_("Corrective measure"), _measures, "due_on", _measure, "incident__vendor"),
    "training": Source(
        _("Training expires"),
        training.expiring,
        "valid_until",
        _training,
        "person__engagement__vendor",
    ),
    "policy": Source(_("Insurance expires"), _policies, "expires_on", _policy, "vendor"),
    "ict_audit": Source(_("Audit of an ICT service"), _audits, "next_audit_on", _audit),
    **OF_IP,
    **OF_EVIDENCE,
    **OF_OFFBOARDING,
}
#: Sources that are looked at as one -> which.
TOGETHER: Final[Mapping[str, tuple[str, ...]]] = {"contract": ("notice", "contract_end")}


def coming_up(
    principal: Principal,
    unit: BusinessUnit | None,
    *,
    until: date,
    since: date | None = None,
    sources: Iterable[str] = (),
    only: Callable[[QuerySet[Any], str], QuerySet[Any]] | None = None,
    after: str = "",
    size: int = 50,
) -> DuePage:
    """What comes due up to a day, overdue ones first; one query for each source.

    `only` leaves some of the rows, given the path from a row to its vendor. `after` is the `next`
    of the page before; one that cannot be read leads to the first page.
    """
    start = _read(after)
    found: list[Due] = []
    for key in sources or SOURCES:
        source = SOURCES[key]
        rows = source.rows(principal, unit).filter(**{f"{source.day}__lte": until})
        if only is not None:
            rows = only(rows, source.vendor)
        if since is not None:
            rows = rows.filter(**{f"{source.day}__gte": since})
        if start is not None:
            day, subject = start
            same = Q(**{source.day: day}, pk__gt=subject)
            rows = rows.filter(Q(**{f"{source.day}__gt": day}) | same)
        found += [source.told(row) for row in rows.order_by(source.day, "pk")[: size + 1]]
    found.sort(key=lambda due: (due.day, due.subject))
    shown = found[:size]
    more = len(found) > size
    return DuePage(shown, _write(shown[-1]) if more else None)


def due_soon(
    principal: Principal, unit: BusinessUnit | None, *, today: date, days: int = 30, most: int = 6
) -> DueSoon:
    """The next few within so many days, and how many have passed."""
    until = today + timedelta(days)
    parts = [
        source.rows(principal, unit)
        .filter(**{f"{source.day}__lte": until})
        .order_by()
        .annotate(due_source=Value(key, CharField()), due_day=F(source.day))
        .values_list("due_source", "due_day", "pk")
        for key, source in SOURCES.items()
    ]
    found = sorted(
        parts[0].union(*parts[1:], all=True).order_by("due_day")[:COUNTED],
        key=lambda one: (one[1], one[2]),
    )
    passed = [one for one in found if one[1] < today]
    ahead = [one for one in found if one[1] >= today]
    # Those that have passed stand first, but never fill the whole panel.
    kept = passed[-max(most - len(ahead), most // 2) :]
    return DueSoon(
        _told(principal, unit, [*kept, *ahead][:most]), len(passed), len(passed) >= COUNTED
    )


def _told(
    principal: Principal, unit: BusinessUnit | None, picked: Sequence[tuple[str, date, UUID]]
) -> list[Due]:
    """Those few in words; one query for each source that is among them."""
    wanted: dict[str, list[UUID]] = {}
    for key, _day, subject in picked:
        wanted.setdefault(key, []).append(subject)
    found = {
        (key, row.pk): SOURCES[key].told(row)
        for key, subjects in wanted.items()
        for row in SOURCES[key].rows(principal, unit).filter(pk__in=subjects)
    }
    return [found[key, subject] for key, _day, subject in picked if (key, subject) in found]


def _write(due: Due) -> str:
    text = json.dumps([due.day.isoformat(), str(due.subject)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[date, UUID] | None:
    if not cursor:
        return None
    try:
        found: Sequence[Any] = json.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
        day, subject = found
        return date.fromisoformat(day), UUID(subject)
    except (RecursionError, binascii.Error, ValueError, TypeError, AttributeError):
        return None
