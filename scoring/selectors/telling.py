"""What others may be told of what happened: the one answer for the change feed and for webhooks."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from decimal import Decimal
from typing import Any, Final
from uuid import UUID

from django.db.models import F, OuterRef, Q, QuerySet, Subquery
from django.utils.functional import Promise

from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.scoping import hidden
from audit.feed import Entry
from scoring.change_words import GROUPS
from scoring.changes import (
    OF_ALL_UNITS,
    OF_MANY_VENDORS,
    OF_SCORES,
    OF_VENDORS,
    PUBLIC_NAMES,
    WHERE_SHARED,
)
from scoring.models import Score
from scoring.selectors.scores import scores_visible_to
from vendors.selectors import vendors_visible_to

_MILLI: Final = Decimal("0.001")
#: One event of a run stands for all scores that it wrote.
RUN: Final = "scores.written"


@dataclass(frozen=True)
class Change:
    """One thing that changed. `details` is plain JSON, without free text and personal data."""

    id: UUID
    type: str
    occurred_at: datetime
    subject_kind: str
    subject_id: UUID
    vendor_id: UUID | None
    unit_id: UUID | None
    details: dict[str, Any]
    request_id: UUID | None = None
    """The request that it goes back to, where one is known; for logs."""


def event_types() -> Mapping[str, Permission]:
    """Every type of change by the name it is told under, with what it takes to hear of it."""
    by_permission = {Permission.VIEW: OF_VENDORS, Permission.READ_SCORES: OF_SCORES}
    return {
        public_name(name): permission
        for permission, names in by_permission.items()
        for name in names
    }


def words() -> Mapping[str | Promise, Mapping[str, str | Promise]]:
    """Group -> type by the name it is told under -> when it is told, for people."""
    return GROUPS


def recorded_types() -> Sequence[str]:
    """The types of recorded events that are told of."""
    return [*OF_VENDORS, *OF_SCORES]


def public_name(recorded: str) -> str:
    """The name under which others know a type of event."""
    return PUBLIC_NAMES.get(recorded, recorded)


def told(principal: Principal, entries: Sequence[Entry]) -> Iterator[Change]:
    """What of these events the one who asks may hear, in their order.

    Of a run: the scores whose band or status is another than before, not those that moved within
    their band. Whoever wants every score reads the change feed.
    """
    reader = Reader.of(principal, entries)
    for entry in entries:
        if entry.type in reader.known and entry.type == RUN:
            yield from _moved_scores_of(principal, entry)
        elif change := reader.hears(entry):
            yield change


def may_hear(
    principal: Principal,
    *,
    event_type: str,
    subject_id: UUID | None,
    vendor_id: UUID | None,
    unit_id: UUID | None,
) -> bool:
    """Whether they may (still) hear of a change of this type, of this vendor and unit."""
    permission = event_types().get(event_type)
    if (
        permission is None
        or not principal.can(permission)
        or (subject_id and hidden(principal, [subject_id]))
    ):
        return False
    if unit_id is not None:
        units = units_of(principal)
        return units is None or unit_id in units
    if vendor_id is None:
        return True
    return vendors_visible_to(principal, permission).filter(pk=vendor_id).exists()


def known_to(principal: Principal) -> dict[str, tuple[str, ...]]:
    """The types of events they may hear of, with what is told."""
    known: dict[str, tuple[str, ...]] = {}
    if principal.can(Permission.VIEW):
        known |= OF_VENDORS
    if principal.can(Permission.READ_SCORES):
        known |= OF_SCORES
    return known


def units_of(principal: Principal) -> frozenset[UUID] | None:
    """A client holds all its scopes in all its units."""
    first = Permission.VIEW if principal.can(Permission.VIEW) else Permission.READ_SCORES
    return principal.units(first)


@dataclass(frozen=True)
class Reader:
    """What someone may hear of: types with what is told, units (None: all), vendors they see."""

    known: Mapping[str, tuple[str, ...]]
    units: frozenset[UUID] | None
    vendors: frozenset[UUID]
    # What does not exist for them, since it is limited to others.
    closed: frozenset[UUID] = frozenset()

    @classmethod
    def of(cls, principal: Principal, entries: Sequence[Entry]) -> "Reader":
        """For these events: two queries at most."""
        known, units = known_to(principal), units_of(principal)
        named = {pk for one in entries if one.type in known for pk in _subjects_of(one)}
        reader = cls(known, units, frozenset(), frozenset(hidden(principal, named)))
        # In their own units they see every vendor.
        asked = [one for one in entries if one.type in known and not reader.is_own(one)]
        about = {pk for one in asked for pk in vendors_of(one)}
        if not about:
            return reader
        permission = Permission.VIEW if principal.can(Permission.VIEW) else Permission.READ_SCORES
        rows = vendors_visible_to(principal, permission).filter(pk__in=about)
        return replace(reader, vendors=frozenset(rows.values_list("pk", flat=True)))

    def is_own(self, entry: Entry) -> bool:
        """Whether it happened in one of the reader's units."""
        return entry.unit_id is not None and (self.units is None or entry.unit_id in self.units)

    def hears(self, entry: Entry) -> Change | None:
        """An event as it is told to the reader; None where it is not theirs to hear."""
        if entry.type not in self.known or not self.closed.isdisjoint(_subjects_of(entry)):
            return None
        told = self.known[entry.type]
        if self.is_own(entry):
            return _change_of(entry, told)
        about = vendors_of(entry)
        seen = [pk for pk in about if pk in self.vendors]
        if about and not seen:
            return None
        if entry.type in OF_MANY_VENDORS:
            # How many there were elsewhere is not theirs to know.
            change = _change_of(entry, ("vendor_ids",))
            return replace(change, unit_id=None, details={"vendor_ids": [str(pk) for pk in seen]})
        if entry.unit_id is None or entry.type in OF_ALL_UNITS:
            return replace(_change_of(entry, told), unit_id=None)
        if entry.type in WHERE_SHARED and _is_shared(entry):
            # Which engagement of another unit it happened in is not theirs to know.
            known = [name for name in told if name != "engagement_id"]
            return replace(_change_of(entry, known), unit_id=None)
        return None


def _subjects_of(entry: Entry) -> set[UUID]:
    """What an event is about, with the engagement that it names."""
    engagement = entry.data.get("engagement_id")
    return {entry.aggregate_id} | ({UUID(engagement)} if engagement else set())


def _is_shared(entry: Entry) -> bool:
    """Whether all who see the vendor see what it is about, or did until now."""
    return bool(entry.data.get("shared")) or "shared" in entry.data.get("fields", ())


def vendors_of(entry: Entry) -> list[UUID]:
    """The vendors that an event is about."""
    if entry.type in OF_MANY_VENDORS:
        return [UUID(pk) for pk in entry.data["vendor_ids"]]
    found = _vendor_of(entry)
    return [] if found is None else [found]


def _vendor_of(entry: Entry) -> UUID | None:
    if entry.aggregate_type == "vendor":
        return entry.aggregate_id
    text = entry.data.get("vendor_id") or entry.data.get("facts_of")
    return UUID(text) if text else None


def _change_of(entry: Entry, told: Sequence[str]) -> Change:
    """An event as it is told: these of its values, points as a score with three places."""
    details = {name: entry.data[name] for name in told if name in entry.data}
    for name in ("points", "previous_points"):
        if name in details:
            details[name.replace("points", "score")] = _points(details.pop(name))
    return Change(
        id=entry.id,
        type=public_name(entry.type),
        occurred_at=entry.occurred_at,
        subject_kind=entry.aggregate_type,
        subject_id=entry.aggregate_id,
        vendor_id=_vendor_of(entry),
        unit_id=entry.unit_id,
        details=details,
        request_id=entry.request_id,
    )


def _points(milli: int | None) -> str | None:
    return None if milli is None else str((Decimal(milli) * _MILLI).quantize(_MILLI))


def scores_of(
    principal: Principal, entry: Entry, after: UUID | None, most: int
) -> Iterator[Change]:
    """The scores of an event of a run, each as a change, in the order of their ids."""
    rows = _rows_of(principal, entry)
    if after is not None:
        rows = rows.filter(pk__gt=after)
    for score in rows[:most]:
        yield _of_score(entry, score)


def _moved_scores_of(principal: Principal, entry: Entry) -> Iterator[Change]:
    """Those whose band or status is not that of the score before; the first one has none."""
    before = Score.objects.filter(assessment=OuterRef("assessment"), pk__lt=OuterRef("pk"))
    before = before.order_by("-pk")
    rows = _rows_of(principal, entry).annotate(
        previous_points=Subquery(before.values("points")[:1]),
        previous_band=Subquery(before.values("band")[:1]),
        previous_status=Subquery(before.values("status")[:1]),
    )
    stayed = Q(band=F("previous_band"), status=F("previous_status"))
    for score in rows.filter(Q(previous_band=None) | ~stayed):
        change = _of_score(entry, score)
        before_it = {
            "previous_score": _points(score.previous_points),
            "previous_band": score.previous_band or "",
            "previous_status": score.previous_status or "",
        }
        yield replace(change, details={**change.details, **before_it})


def _rows_of(principal: Principal, entry: Entry) -> QuerySet[Score]:
    first, last = entry.data["first_score"], entry.data["last_score"]
    rows = scores_visible_to(principal)
    rows = rows.none() if first is None else rows.filter(pk__gte=first, pk__lte=last)
    return rows.order_by("pk").defer("figures", "inputs")


def _of_score(entry: Entry, score: Score) -> Change:
    return Change(
        id=score.pk,
        type="score.changed",
        occurred_at=entry.occurred_at,
        subject_kind="assessment",
        subject_id=score.assessment_id,
        vendor_id=score.vendor_id,
        unit_id=score.unit_id,
        details={
            "score_id": str(score.pk),
            "score": _points(score.points),
            "band": score.band,
            "status": score.status,
        },
        request_id=entry.request_id,
    )
