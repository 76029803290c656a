"""What waits for somebody: counts for everybody, and lists for those who can do something."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final, Literal, get_args
from uuid import UUID

from django.db.models import (
    CharField,
    DateField,
    Exists,
    F,
    OuterRef,
    Q,
    QuerySet,
    UUIDField,
    Value,
)
from django.db.models.functions import Cast

from accounts.permissions import Permission
from accounts.scoping import for_principal
from assessments.models import Assessment
from assessments.selectors.assessments import overdue, waiting_for_review
from audit import clock, paging
from scoring.models import CurrentScore
from scoring.selectors.portfolio.counted import Counted
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
#: The kinds of work.
WORK: Final[tuple[Kind, ...]] = get_args(Kind)


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


@dataclass(frozen=True, slots=True)
class WorkPage:
    """Some of what waits, and the cursors of the pages beside it."""

    items: Sequence[WorkItem]
    next: str | None
    previous: str | None


def waiting(of: Portfolio, sums: Counted | None = None) -> Waiting:
    """The counts, in one query. On a past day only the blocked vendors are known: the rest is 0.

    `sums`: what is `counted` already.
    """
    parts: list[QuerySet[Any, Any]] = []
    known = None if sums is None else sums.blocked
    if known is None:
        blocked = of.standings().filter(blocked=True).order_by()
        parts.append(blocked.annotate(kind=_text("blocked")))
    if not of.past:
        parts += [rows.annotate(kind=_text(kind)) for kind, rows in _counted(of)]
    found: Counter[str] = Counter()
    if parts:
        first, *rest = (part.values_list("kind", flat=True)[:COUNTED] for part in parts)
        found.update(first.union(*rest, all=True) if rest else first)
    if known is not None:
        found["blocked"] = min(known, COUNTED)
    return Waiting(found["blocked"], found["review"], found["overdue"])


def work(of: Portfolio) -> list[WorkList]:
    """The lists of what the one who asks may do something about, as it is today; one query."""
    return _lists(of, ())[0]


def needs(of: Portfolio, sums: Counted) -> tuple[Waiting, list[WorkList]]:
    """`waiting` and `work` of today in one query; of a past day, what waited and no lists."""
    if of.past:
        return waiting(of, sums), []
    counts: list[QuerySet[Any, Any]] = [
        rows.annotate(kind=_text(f"{_COUNT}{kind}")) for kind, rows in _counted(of)
    ]
    if sums.blocked is None:
        blocked = of.standings().filter(blocked=True).order_by()
        counts.append(blocked.annotate(kind=_text(f"{_COUNT}blocked")))
    lists, found = _lists(of, [rows.values_list("kind", *_NOTHING)[:COUNTED] for rows in counts])
    stopped = found["blocked"] if sums.blocked is None else min(sums.blocked, COUNTED)
    return Waiting(stopped, found["review"], found["overdue"]), lists


#: Begins the kind of a row that is only counted, and what stands in its other columns.
_COUNT: Final = "count "
_NOTHING: Final = tuple(
    Cast(Value(None), column())
    for column in (UUIDField, UUIDField, CharField, CharField, CharField, DateField)
)


def _lists(
    of: Portfolio, counts: Sequence[QuerySet[Any, Any]]
) -> tuple[list[WorkList], Counter[str]]:
    """The lists of work, and how many rows of each kind `counts` have; one query."""
    unit_id = of.unit.pk if of.unit else None
    parts = {
        kind: _lines(kind, rows)
        for kind, permission, rows in _kinds(of)
        if of.principal.can(permission, unit_id)
    }
    first, *rest = [*parts.values(), *counts]
    rows: list[Any] = list(first.union(*rest, all=True) if rest else first)
    counted = Counter(row[0].removeprefix(_COUNT) for row in rows if row[0].startswith(_COUNT))
    lists = [_list(kind, [row[1:] for row in rows if row[0] == kind]) for kind in parts]
    return lists, counted


@dataclass(frozen=True, slots=True)
class _Rows:
    """Rows that wait, and the paths to title, status and day ("": none) of each."""

    rows: QuerySet[Any, Any]
    title: str = "engagement__title"
    status: str = "status"
    day: str = "due_on"


def work_page(
    of: Portfolio, kind: str, *, after: str | None = None, before: str | None = None
) -> WorkPage:
    """All that waits of one kind (of WORK), the newest first, as it is today; one query.

    Reviews and what is overdue are shown to all who see them, like the counts of `waiting`.
    """
    unit_id = of.unit.pk if of.unit else None
    parts: dict[str, _Rows] = {
        one: found for one, needed, found in _kinds(of) if of.principal.can(needed, unit_id)
    }
    parts.update((one, _Rows(rows)) for one, rows in _counted(of))
    if kind not in parts:
        return WorkPage((), None, None)
    told = _told(kind, parts[kind]).select_related("vendor")
    shown = paging.page(told, keys=("pk",), descending=True, after=after, before=before)
    items = [
        WorkItem(row.pk, row.vendor_id, row.vendor.name, row.about, row.state, row.day)
        for row in shown.rows
    ]
    return WorkPage(items, shown.next, shown.previous)


def _counted(of: Portfolio) -> Iterator[tuple[Kind, QuerySet[Assessment]]]:
    """Assessments that the tiles count, whoever has to do something about them."""
    yield "review", _assessments(of, Permission.VIEW, waiting_for_review())
    yield "overdue", _assessments(of, Permission.VIEW, overdue())


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
    lines: QuerySet[Any, Any] = _told(kind, found).values_list(
        "kind", "pk", "vendor_id", "vendor__name", "about", "state", "day"
    )
    return lines.order_by(F("day").asc(nulls_last=True), "pk")[: CAP + 1]


def _told(kind: str, found: _Rows) -> QuerySet[Any]:
    """The rows with what is said of each."""
    told: QuerySet[Any] = found.rows.annotate(
        kind=_text(kind),
        about=F(found.title),
        state=F(found.status),
        day=F(found.day) if found.day else Cast(Value(None), DateField()),
    )
    return told


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
