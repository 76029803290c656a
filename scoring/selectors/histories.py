"""How a vendor's rating has moved, for whoever asks: stretch by stretch, the latest first."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple
from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.models import Standing
from scoring.selectors.turns import turns

_SCORES = Permission.READ_SCORES


class Stretch(NamedTuple):
    """A standing of one unit, as far as its place among others goes; `until` is the day after."""

    pk: int
    since: date
    until: date | None
    worse: int
    status: str


class Spell(NamedTuple):
    """On the days `since` <= day < `until` (None: still) the standing `pk` is the rating."""

    pk: int
    since: date
    until: date | None
    status: str


@dataclass(frozen=True, slots=True)
class Rated:
    """A standing while it was the rating. `causes` and `score_id`: the scores that began it."""

    standing: Standing
    since: date
    until: date | None
    causes: tuple[str, ...]
    score_id: UUID | None


@dataclass(frozen=True, slots=True)
class History:
    """A page of ratings, the latest first; `next` is the day before which to go on."""

    rows: Sequence[Rated]
    next: date | None


def in_scope(principal: Principal) -> QuerySet[Standing]:
    """The standings of all days that they may read: over all units, or of each of theirs."""
    units = principal.units(_SCORES)
    scope = {"unit__isnull": True} if units is None else {"unit__in": units}
    return Standing.objects.filter(**scope)


def spells(stretches: Sequence[Stretch]) -> list[Spell]:
    """Which of the stretches is the worst on each day, the latest first.

    Stretches of one unit do not overlap; of several units, the worst one that holds is the rating,
    as it is in `standings_visible_to`.
    """
    days = sorted({day for one in stretches for day in (one.since, one.until) if day is not None})
    found: list[Spell] = []
    for day, following in zip(days, [*days[1:], None], strict=False):
        holding = [
            one for one in stretches if one.since <= day and (one.until is None or day < one.until)
        ]
        if not holding:
            continue
        worst = max(holding, key=lambda one: (one.worse, one.pk))
        if found and found[-1].pk == worst.pk and found[-1].until == day:
            found[-1] = found[-1]._replace(until=following)
        else:
            found.append(Spell(worst.pk, day, following, worst.status))
    return found[::-1]


def rating_history(
    principal: Principal,
    vendor_id: UUID,
    *,
    status: str = "",
    since: date | None = None,
    before: date | None = None,
    limit: int,
) -> History:
    """A page of the ratings of a vendor that the caller has found visible; three queries.

    `status`: only ratings as firm as this. `since`: only those that hold on this day or after it.
    `before`: only those that began before this day, which is how pages go on.
    """
    rows = in_scope(principal).filter(vendor=vendor_id)
    known = rows.values_list("pk", "valid_from", "valid_to", "sort_points", "status")
    wanted = [
        one
        for one in spells([Stretch(*row) for row in known])
        if (not status or one.status == status)
        and (since is None or one.until is None or one.until > since)
        and (before is None or one.since < before)
    ]
    shown = wanted[:limit]
    return History(
        rows=_rated(shown, principal),
        next=shown[-1].since if len(wanted) > limit else None,
    )


def _rated(shown: Sequence[Spell], principal: Principal) -> list[Rated]:
    by_pk = Standing.objects.in_bulk([one.pk for one in shown])
    standings = [by_pk[one.pk] for one in shown]
    return [
        Rated(
            standing=standing,
            since=one.since,
            until=one.until,
            # Where it became the worst because another one ended, none of its own scores did that.
            causes=turn.causes if one.since == standing.valid_from else (),
            score_id=turn.score_id,
        )
        for one, standing, turn in zip(shown, standings, turns(standings, principal), strict=True)
    ]
