"""The sealed record as others may follow it: in one order, from any place, nothing left out."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final
from uuid import UUID

from django.db.models import Q

from audit.models import Event, SealedEvent

#: So many places of the record are looked at for one page, however few of them it may show.
WINDOW: Final = 5_000
#: Digits of an event's digest that tell one record from another (say, after a restore).
_MARK: Final = 12


@dataclass(frozen=True)
class Place:
    """A place in the sealed record: behind the event with this number. `mark`: which event."""

    sequence: int
    mark: str = ""


#: Before the first event.
START: Final = Place(0)


@dataclass(frozen=True)
class Entry:
    """An event in its place."""

    place: Place
    id: UUID
    type: str
    occurred_at: datetime
    aggregate_type: str
    aggregate_id: UUID
    unit_id: UUID | None
    data: dict[str, Any]
    request_id: UUID | None = None
    """The request that it goes back to, where one is known; for logs."""


@dataclass(frozen=True)
class Stretch:
    """What was found behind a place; `end` is where to go on, `more` whether to do so at once."""

    entries: Sequence[Entry]
    end: Place
    more: bool


def entries(
    *,
    after: Place,
    types: Collection[str],
    units: Collection[UUID] | None,
    everywhere: Collection[str] = (),
    limit: int,
) -> Stretch:
    """Events of these types in these units (None: of all) or of no unit, in sealed order.

    Those of the types `everywhere` are given whatever their unit.

    Looks at `WINDOW` places at most, so a page costs the same wherever it begins.
    """
    # The end first: what is sealed while the rest is read comes with the next page.
    last = after.sequence + WINDOW
    end = newest(until=last) or after
    rows = SealedEvent.objects.filter(sequence__gt=after.sequence, sequence__lte=end.sequence)
    rows = rows.filter(event__type__in=types)
    if units is not None:
        here = Q(event__unit_id=None) | Q(event__unit_id__in=units)
        rows = rows.filter(here | Q(event__type__in=everywhere))
    found = [_entry(row) for row in rows.select_related("event").order_by("sequence")[:limit]]
    if len(found) == limit:
        return Stretch(found, found[-1].place, more=True)
    return Stretch(found, end, more=end.sequence == last)


def newest(*, until: int | None = None, before: datetime | None = None) -> Place | None:
    """The end of the sealed record, or of its part up to a number or a time; None: no such."""
    rows = SealedEvent.objects.select_related("event").order_by("-sequence")
    if until is not None:
        rows = rows.filter(sequence__lte=until)
    if before is not None:
        rows = rows.filter(event__recorded_at__lt=before)
    row = rows.first()
    return None if row is None else Place(row.sequence, _mark(row.event))


def stands(place: Place) -> bool:
    """Whether the record holds this place; not so in one that was restored to an earlier day."""
    if place.sequence == 0:
        return True
    row = SealedEvent.objects.select_related("event").filter(sequence=place.sequence).first()
    return row is not None and _mark(row.event) == place.mark


def next_at(place: Place) -> datetime | None:
    """When the first event behind a place was recorded; None where nothing is behind it."""
    row = (
        SealedEvent.objects.select_related("event")
        .filter(sequence__gt=place.sequence)
        .order_by("sequence")
        .first()
    )
    return None if row is None else row.event.recorded_at


def _entry(row: SealedEvent) -> Entry:
    event = row.event
    return Entry(
        place=Place(row.sequence, _mark(event)),
        id=event.id,
        type=event.type,
        occurred_at=event.occurred_at,
        aggregate_type=event.aggregate_type,
        aggregate_id=event.aggregate_id,
        unit_id=event.unit_id,
        data=event.data,
        request_id=event.request_id,
    )


def _mark(event: Event) -> str:
    return bytes(event.digest).hex()[:_MARK]
