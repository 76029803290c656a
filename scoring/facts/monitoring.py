"""Monitoring plans as they are kept, one per engagement."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import date
from typing import Final
from uuid import UUID

from django.db.models import OuterRef, Subquery
from django.utils.translation import gettext_lazy as lazy

from scoring.facts.source import Known, Source
from scoring.indicators.monitoring import Watched, monitoring
from scoring.indicators.value import Value
from vendors.models import Engagement, MonitoringCheck, MonitoringItem


def values(engagements: Sequence[Engagement], as_of: date, known: Known) -> dict[UUID, Value]:
    """The monitoring indicator of each engagement that has a plan. One query."""
    last = MonitoringCheck.objects.filter(item=OuterRef("pk")).order_by("-done_on", "-id")
    rows = (
        MonitoringItem.objects.filter(engagement__in=engagements, active=True, since__lte=as_of)
        .annotate(last_note=Subquery(last.values("note")[:1]))
        .annotate(last_link=Subquery(last.values("link")[:1]))
        .order_by("pk")
    )
    plans: dict[UUID, list[Watched]] = defaultdict(list)
    for row in rows:
        plans[row.engagement_id].append(
            Watched(
                id=str(row.pk),
                watched=row.watched,
                scope=row.scope,
                importance=row.importance,
                due_on=row.due_on,
                last_done_on=row.last_done_on,
                proved=bool(row.last_note or row.last_link),
            )
        )
    found: dict[UUID, Value] = {}
    for engagement_id, items in plans.items():
        value = monitoring(items, as_of)
        if value is not None:
            found[engagement_id] = value
    return found


SENTENCES: Final = {
    "nothing_done": lazy(
        "A plan names {count} things to watch, and nothing was ever checked: a plan alone counts "
        "as the highest risk."
    ),
    "summary": lazy("Things to watch that are checked in time: {in_time} of {all}."),
    "never": lazy("“{scope}” was never checked; it was due on {due_on}."),
    "late": lazy("“{scope}” was due on {due_on}; last checked on {last}."),
    "more": lazy("{count} more are overdue."),
    "more_one": lazy("One more is overdue."),
    "waiting": lazy("{count} are new and not due for the first time yet; they do not count."),
}

SOURCE: Final = Source(
    title=lazy("Monitoring"), sentences=SENTENCES, values=values, page="vendors:monitoring"
)
