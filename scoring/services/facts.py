"""Indicators brought up to date: from what is recorded to what scoring reads."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from typing import Any, Final
from uuid import UUID

import structlog
from django.db import connection, transaction
from django.db.models import Q

from audit.ids import uuid7
from scoring.facts import packing
from scoring.facts.registry import SOURCES
from scoring.indicators.value import Value
from scoring.models import FactSheet, IndicatorValue, Outstanding
from vendors.models import Engagement

log = structlog.get_logger(__name__)

#: Stands for an indicator of which nothing is on record any more.
NOTHING: Final = Value()


def behind(engagement_ids: Collection[UUID], as_of: date) -> frozenset[UUID]:
    """The engagements whose indicators are missing, due, or older than what is recorded."""
    waiting = Outstanding.objects.filter(
        subject__in=(Outstanding.Subject.FACTS, Outstanding.Subject.INDICATORS)
    )
    rows = Engagement.objects.filter(pk__in=engagement_ids)
    late = (
        Q(fact_sheet=None)
        | Q(fact_sheet__next_change__lte=as_of)
        # Read again on the day itself: a sheet made for a later day says what is not known yet.
        | Q(fact_sheet__as_of__gt=as_of)
        | Q(vendor__in=waiting.values("subject_id"))
    )
    return frozenset(rows.filter(late).values_list("pk", flat=True))


def behind_among(first: UUID, last: UUID, as_of: date) -> frozenset[UUID]:
    """The same for the engagements of the vendors from `first` to `last`."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT e.id FROM vendors_engagement e"
            " LEFT JOIN scoring_factsheet f ON f.engagement_id = e.id"
            " WHERE e.vendor_id BETWEEN %(first)s AND %(last)s AND (f.engagement_id IS NULL"
            " OR f.next_change <= %(day)s OR f.as_of > %(day)s)"
            " UNION SELECT e.id FROM scoring_outstanding o"
            " JOIN vendors_engagement e ON e.vendor_id = o.subject_id"
            " WHERE o.subject IN ('facts', 'indicators')"
            " AND o.subject_id BETWEEN %(first)s AND %(last)s",
            {"first": first, "last": last, "day": as_of},
        )
        return frozenset(pk for (pk,) in cursor.fetchall())


@transaction.atomic
def refresh(engagement_ids: Iterable[UUID], as_of: date) -> frozenset[UUID]:
    """Work out the indicators of some engagements anew; returns those that now say something else.

    The caller holds the lock on their vendors. A fixed number of queries, whatever their number;
    only where an indicator fails over one of them, it is found by halving, and that engagement
    keeps the values it had.
    """
    engagements = list(
        Engagement.objects.filter(pk__in=list(engagement_ids))
        .select_related("vendor")
        .order_by("pk")
    )
    if not engagements:
        return frozenset()
    found = _values(engagements, as_of)
    sheets = FactSheet.objects.in_bulk([one.pk for one in engagements])
    shown = _shown(sheets.values())
    fresh: list[IndicatorValue] = []
    changed: set[UUID] = set()
    written: list[FactSheet] = []
    for engagement in engagements:
        values = found.get(engagement.pk)
        if values is None:
            continue
        before = sheets.get(engagement.pk)
        now = {key: _row(engagement, key, value, as_of) for key, value in values.items()}
        current, new = _current(before, shown, now, engagement, as_of)
        changes = [value.next_change for value in values.values() if value.next_change is not None]
        sheet = FactSheet(
            engagement=engagement,
            cells=packing.pack(values),
            next_change=min((day for day in changes if day > as_of), default=None),
            as_of=as_of,
            shown=current,
        )
        fresh += new
        if before is None or bytes(before.cells) != sheet.cells:
            changed.add(engagement.pk)
        written.append(sheet)
    IndicatorValue.objects.bulk_create(fresh)
    FactSheet.objects.bulk_create(
        written,
        update_conflicts=True,
        unique_fields=["engagement"],
        update_fields=["cells", "next_change", "as_of", "shown"],
    )
    return frozenset(changed)


def _values(engagements: Sequence[Engagement], as_of: date) -> dict[UUID, dict[str, Value]]:
    """Engagement -> indicator -> value; one that fails is left out."""
    try:
        with transaction.atomic():
            known: dict[str, Mapping[UUID, Value]] = {}
            for key, source in SOURCES.items():
                known[key] = source.values(engagements, as_of, known)
    except Exception as error:
        if len(engagements) == 1:
            log.exception("facts.failed", engagement=str(engagements[0].pk), reason=str(error))
            return {}
        half = len(engagements) // 2
        return _values(engagements[:half], as_of) | _values(engagements[half:], as_of)
    return {
        one.pk: {key: values[one.pk] for key, values in known.items() if one.pk in values}
        for one in engagements
    }


def _shown(sheets: Iterable[FactSheet]) -> dict[str, IndicatorValue]:
    """The present values by their id."""
    ids = [pk for sheet in sheets for pk in sheet.shown.values()]
    return {str(row.pk): row for row in IndicatorValue.objects.filter(pk__in=ids)}


def _current(
    before: FactSheet | None,
    shown: Mapping[str, IndicatorValue],
    now: Mapping[str, IndicatorValue],
    engagement: Engagement,
    as_of: date,
) -> tuple[dict[str, str], list[IndicatorValue]]:
    """(indicator -> id of its present value, the values that are new)."""
    current: dict[str, str] = dict(before.shown) if before else {}
    gone = {
        key: _row(engagement, key, NOTHING, as_of, state="nothing")
        for key in current
        if key not in now
    }
    new: list[IndicatorValue] = []
    for key, row in {**now, **gone}.items():
        known = shown.get(current.get(key, ""))
        if known is None or _content(known) != _content(row):
            new.append(row)
            current[key] = str(row.pk)
    return current, new


def _row(
    engagement: Engagement, key: str, value: Value, as_of: date, state: str = ""
) -> IndicatorValue:
    told = "declined" if value.declined else "known" if value.enough else "too_little"
    return IndicatorValue(
        id=uuid7(),
        engagement=engagement,
        key=key,
        state=state or told,
        lo=value.lo,
        pt=value.pt,
        hi=value.hi,
        evidence=value.evidence,
        said=[[one.code, dict(one.values)] for one in value.said],
        inputs=dict(value.inputs),
        holds_until=value.holds_until,
        as_of=as_of,
    )


def _content(row: IndicatorValue) -> tuple[Any, ...]:
    """What a value says, without its name and day."""
    return (
        row.state, row.lo, row.pt, row.hi, row.evidence, row.said, row.inputs, row.holds_until,
    )  # fmt: skip
