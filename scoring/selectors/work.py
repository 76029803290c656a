"""All that waits for a person, from the sources of every floor, overdue first."""

import base64
import binascii
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from uuid import UUID

from django.db.models import CharField, DateField, F, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_lazy as _

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.selectors.work import SOURCES as OF_ASSESSMENTS
from scoring.selectors.decisions_due import due as decisions_due
from vendors.selectors.work import SOURCES as OF_VENDORS
from vendors.selectors.work_source import Work, WorkSource

#: Counted up to this; more is "more".
COUNTED: Final = 99
#: Where a row has no day it stands behind all that have one.
_NEVER: Final = date(9999, 12, 31)


def _decisions(principal: Principal) -> QuerySet[Any]:
    rows = decisions_due(principal, None).select_related("vendor")
    units = principal.units(Permission.DECIDE)
    return rows if units is None else rows.filter(unit__in=units)


def _decision(row: Any) -> Work:
    return Work(
        "decision",
        row.pk,
        row.decision_expires_on,
        _("Decision due"),
        row.title,
        row.vendor_id,
        row.vendor.name,
        "scoring:vendor",
        row.vendor_id,
    )


#: Key -> source; keys stand in addresses and in calendars, so they stay.
SOURCES: Final[Mapping[str, WorkSource]] = {
    **OF_ASSESSMENTS,
    "decision": WorkSource(_("Decision due"), _decisions, "decision_expires_on", _decision),
    **OF_VENDORS,
}


@dataclass(frozen=True)
class WorkPage:
    """Some of what waits, the earliest day first; `next` leads to the rest."""

    rows: list[Work]
    next: str | None


def work_of(
    principal: Principal, *, sources: Iterable[str] = (), after: str = "", size: int = 50
) -> WorkPage:
    """What waits for the one who asks; one query for each source, however much there is.

    `after` is the `next` of the page before; one that cannot be read leads to the first page.
    """
    start = _read(after)
    found: list[tuple[date, str, Work]] = []
    for key in sources or SOURCES:
        source = SOURCES[key]
        rows = _dated(source, principal)
        if start is not None:
            rows = rows.filter(_beyond(start, key))
        for row in rows.order_by("work_day", "pk")[: size + 1]:
            work = source.told(row)
            found.append((row.work_day, f"{key} {work.subject}", work))
    found.sort(key=lambda one: one[:2])
    shown = found[:size]
    more = len(found) > size
    return WorkPage([work for *_place, work in shown], _write(shown[-1]) if more else None)


def _dated(source: WorkSource, principal: Principal) -> QuerySet[Any]:
    never = Value(_NEVER, DateField())
    day = Coalesce(F(source.day), never) if source.day else never
    rows: QuerySet[Any] = source.rows(principal).annotate(work_day=day)
    return rows


def _beyond(start: tuple[date, str, UUID], key: str) -> Q:
    """Rows past the last one shown: by day, then by source, then by id."""
    day, last_key, last_subject = start
    later = Q(work_day__gt=day)
    if key > last_key:
        return later | Q(work_day=day)
    if key == last_key:
        return later | Q(work_day=day, pk__gt=last_subject)
    return later


def count_of(principal: Principal) -> int:
    """How much waits for the one who asks, in one query; `COUNTED` + 1 stands for more."""
    parts = [
        source.rows(principal)
        .order_by()
        .annotate(work_source=Value(key, CharField()))
        .values_list("work_source", "pk")
        for key, source in SOURCES.items()
    ]
    return len(parts[0].union(*parts[1:], all=True)[: COUNTED + 1])


def _write(place: tuple[date, str, Work]) -> str:
    day, _key, work = place
    text = json.dumps([day.isoformat(), work.source, str(work.subject)])
    return base64.urlsafe_b64encode(text.encode()).decode().rstrip("=")


def _read(cursor: str) -> tuple[date, str, UUID] | None:
    if not cursor:
        return None
    try:
        found: Sequence[Any] = json.loads(
            base64.urlsafe_b64decode(cursor + "=" * (-len(cursor) % 4))
        )
        day, key, subject = found
        return date.fromisoformat(day), str(key), UUID(subject)
    except (RecursionError, binascii.Error, ValueError, TypeError, AttributeError):
        return None
