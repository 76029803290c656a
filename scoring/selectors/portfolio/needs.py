"""What waits for somebody: counts for everybody, and lists for those who can do something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal
from uuid import UUID

from django.db.models import CharField, DateField, Exists, F, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast

from accounts.permissions import Permission
from accounts.scoping import for_principal
from assessments.models import Assessment
from assessments.selectors.assessments import overdue, waiting_for_review
from audit import clock
from scoring.models import CurrentScore
from scoring.selectors.portfolio.portfolio import Portfolio
from vendors.models import Match, Vendor, VendorUnit

#: Work lists count up to here; beyond, they say "100+".
CAP: Final = 100
#: Tiles count up to here; beyond, they say "1,000+".
COUNTED: Final = 1_000
#: Shown of each work list.
SHOWN: Final = 5
#: Ageing and expiries within so many days are announced.
SOON: Final = timedelta(days=30)

Kind = Literal["review", "match", "overdue", "expiring", "returned", "mine"]


@dataclass(frozen=True, slots=True)
class Waiting:
    """How many vendors are blocked, how many assessments wait for a reviewer or are overdue.

    Each is counted up to COUNTED.
    """

    blocked: int
    review: int
    overdue: int


@dataclass(frozen=True, slots=True)
class WorkItem:
    """Something that waits for somebody, at a vendor. `subject`: an assessment, or a match.

    `title`: the engagement, or the watch-list. `day`: due, or when the score next changes.
    """

    subject: UUID
    vendor_id: UUID
    vendor: str
    title: str
    status: str
    day: date | None


@dataclass(frozen=True, slots=True)
class WorkList:
    """What needs somebody today; `count` is exact unless `more`."""

    kind: Kind
    items: Sequence[WorkItem]
    count: int
    more: bool


def waiting(of: Portfolio) -> Waiting:
    """The counts, in one query. On a past day only the blocked vendors are known: the rest is 0."""
    parts: list[QuerySet[Any, Any]] = [
        of.standings().filter(blocked=True).order_by().annotate(kind=_text("blocked"))
    ]
    if not of.past:
        parts += [
            _assessments(of, Permission.VIEW, condition).annotate(kind=_text(kind))
            for kind, condition in (("review", waiting_for_review()), ("overdue", overdue()))
        ]
    first, *rest = (part.values_list("kind", flat=True)[:COUNTED] for part in parts)
    found = Counter(first.union(*rest, all=True) if rest else first)
    return Waiting(found["blocked"], found["review"], found["overdue"])


def work(of: Portfolio) -> list[WorkList]:
    """The lists of what the one who asks may do something about, as it is today; one query."""
    unit_id = of.unit.pk if of.unit else None
    parts = {
        kind: _lines(kind, rows)
        for kind, permission, rows in _kinds(of)
        if of.principal.can(permission, unit_id)
    }
    first, *rest = parts.values()
    found: list[Any] = list(first.union(*rest, all=True) if rest else first)
    return [_list(kind, [row[1:] for row in found if row[0] == kind]) for kind in parts]


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that wait, and the paths to title, status and day ("": none) of each."""

    rows: QuerySet[Any, Any]
    title: str = "engagement__title"
    status: str = "status"
    day: str = "due_on"


def _kinds(of: Portfolio) -> Iterator[tuple[Kind, Permission, _Rows]]:
    """Each kind of work with the permission that makes it theirs to do."""
    review, answer = Permission.REVIEW, Permission.ANSWER
    status = Assessment.Status
    yield "review", review, _Rows(_assessments(of, review, waiting_for_review()))
    yield "match", Permission.DECIDE_FACTS, _Rows(_matches(of), "watch_list__title", day="")
    yield "returned", answer, _Rows(_assessments(of, answer, Q(status=status.RETURNED)))
    yield "overdue", answer, _Rows(_assessments(of, answer, overdue()))
    if of.principal.kind == "user":
        mine = Q(status=status.DRAFT, assigned_to=of.principal.id)
        yield "mine", answer, _Rows(_assessments(of, answer, mine))
    ageing = _Rows(
        _expiring(of), "assessment__engagement__title", "assessment__status", "next_change"
    )
    yield "expiring", Permission.VIEW, ageing


def _lines(kind: Kind, found: _Rows) -> QuerySet[Any, Any]:
    """The first of them, as the columns of a `WorkItem` behind the kind."""
    rows = found.rows.annotate(
        kind=_text(kind),
        about=F(found.title),
        state=F(found.status),
        day=F(found.day) if found.day else Cast(Value(None), DateField()),
    )
    lines: QuerySet[Any, Any] = rows.values_list(
        "kind", "pk", "vendor_id", "vendor__name", "about", "state", "day"
    )
    return lines.order_by(F("day").asc(nulls_last=True), "pk")[: CAP + 1]


def _assessments(of: Portfolio, permission: Permission, condition: Q) -> QuerySet[Assessment]:
    rows = Assessment.objects.filter(condition).order_by()
    rows = for_principal(rows, of.principal, permission=permission)
    return of.only(rows if of.unit is None else rows.filter(unit=of.unit))


def _expiring(of: Portfolio) -> QuerySet[CurrentScore]:
    """Scores that will change by themselves, because an answer or its proof ages."""
    rows = CurrentScore.objects.filter(
        next_change__lte=clock.today() + SOON, assessment__status=Assessment.Status.APPROVED
    )
    rows = for_principal(rows, of.principal)
    return of.only(rows if of.unit is None else rows.filter(unit=of.unit))


def _matches(of: Portfolio) -> QuerySet[Match]:
    """Possible matches with watch-lists on which nobody has decided; of vendors that units have.

    Those of fourth parties that no unit works with stand in the queue of screening only.
    """
    links = VendorUnit.objects.filter(vendor=OuterRef("vendor"))
    units = of.principal.units(Permission.DECIDE_FACTS)
    if of.unit is not None:
        links = links.filter(unit=of.unit)
    elif units is not None:
        links = links.filter(unit__in=units)
    rows = Match.objects.filter(Exists(links), status=Match.Status.OPEN)
    return of.only(rows.exclude(vendor__status=Vendor.Status.MERGED))


def _text(value: str) -> Value:
    return Value(value, CharField())


def _list(kind: Kind, rows: list[Any]) -> WorkList:
    items = [WorkItem(*row) for row in rows[:SHOWN]]
    return WorkList(kind=kind, items=items, count=min(len(rows), CAP), more=len(rows) > CAP)
