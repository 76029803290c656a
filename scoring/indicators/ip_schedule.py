"""How far what is entrusted is registered where the work is done, and came back when it ended.

Each asset that is protected by registration is looked at in each country in which the work is
done. A pair costs 0 where a right is in force, 1 where none is; applied for: between 0 and 1, at
one half; where the status is not known: anything, counted as 1. A kind of IP that is entrusted
without an asset on the schedule, and an asset where no country is known, count as not known.

The mean over the pairs, `b`, is worsened by what was to come back and did not: with the share `u`
of late disclosures, `r = b + (1 - b) * LATE * u`. Destroyed without a certificate counts as half
of one. The weights are expert judgement.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps
from vendors.registrations import Found, Registration, Standing, stands

#: What it costs that all that should have come back has not.
LATE: Final = 0.6
#: (lo, pt, hi) of a pair of asset and country.
COST: Final = {
    Standing.REGISTERED: (0.0, 0.0, 0.0),
    Standing.PENDING: (0.0, 0.5, 1.0),
    Standing.UNKNOWN: (0.0, 1.0, 1.0),
    Standing.MISSING: (1.0, 1.0, 1.0),
}
_UNKNOWN_PLACE: Final = ""
#: As many pairs are named in the explanation.
_NAMED: Final = 3


@dataclass(frozen=True, slots=True, kw_only=True)
class Asset:
    """What is entrusted. `needed`: it is protected by being registered."""

    key: str
    name: str
    kind: str
    needed: bool
    registrations: tuple[Registration, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Disclosed:
    """What went to somebody. `outcome`: held, returned, destroyed or nothing (to return)."""

    key: str
    outcome: str
    return_by: date | None = None
    certified: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Audited:
    """An open site, and its latest audit if there was one."""

    key: str
    result: str = ""
    next_due: date | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """The IP schedule of one engagement.

    `kinds_without_asset`: kinds that are protected by registration, entrusted by what the buyer
    says of the engagement, and not on the schedule.
    """

    assets: tuple[Asset, ...] = ()
    kinds_without_asset: tuple[str, ...] = ()
    countries: tuple[str, ...] = ()
    disclosures: tuple[Disclosed, ...] = ()
    sites: tuple[Audited, ...] = ()
    ended: bool = False


@dataclass(frozen=True, slots=True)
class _Pair:
    asset: Asset | None
    kind: str
    country: str
    found: Found


def evaluate(schedule: Schedule, as_of: date) -> Value:
    """The indicator on a day, with the next day on which the same schedule gives another value."""
    now = _on(schedule, as_of)
    for day in _turning_points(schedule, as_of):
        if _figures(_on(schedule, day)) != _figures(now):
            return _with_next(now, day)
    return now


def _figures(value: Value) -> tuple[Any, ...]:
    return value.lo, value.pt, value.hi, value.evidence, value.inputs["pairs"], value.inputs["late"]


def _with_next(value: Value, day: date) -> Value:
    return Value(
        lo=value.lo,
        pt=value.pt,
        hi=value.hi,
        evidence=value.evidence,
        said=value.said,
        inputs=value.inputs,
        next_change=day,
    )


def _turning_points(schedule: Schedule, as_of: date) -> list[date]:
    """Every later day on which something of the schedule stands otherwise than the day before."""
    days: set[date] = set()
    after = timedelta(days=1)
    for asset in schedule.assets:
        for one in asset.registrations:
            if one.granted_on is not None:
                days.add(one.granted_on)
            if one.expires_on is not None:
                days.add(one.expires_on + after)
    days |= {one.return_by + after for one in schedule.disclosures if one.return_by is not None}
    days |= {one.next_due + after for one in schedule.sites if one.next_due is not None}
    return sorted(day for day in days if day > as_of)


def _on(schedule: Schedule, as_of: date) -> Value:
    pairs = list(_pairs(schedule, as_of))
    late = [one for one in schedule.disclosures if is_late(one, schedule.ended, as_of)]
    unproved = [
        one for one in schedule.disclosures if one.outcome == "destroyed" and not one.certified
    ]
    total = len(schedule.disclosures)
    share = (len(late) + len(unproved) / 2) / total if total else 0.0
    lo, pt, hi = (_worsened(pairs, part, LATE * share) for part in range(3))
    evidence = _evidence(schedule, pairs, as_of)
    return Value(
        lo=lo,
        pt=pt,
        hi=hi,
        evidence=evidence,
        said=tuple(_said(schedule, pairs, len(late), len(unproved), evidence)),
        inputs={
            "as_of": as_of.isoformat(),
            "ended": schedule.ended,
            "countries": list(schedule.countries),
            "pairs": [_named(pair) for pair in pairs],
            "disclosures": total,
            "late": [one.key for one in late],
            "without_certificate": [one.key for one in unproved],
            "late_weight": str(LATE),
        },
    )


def is_late(one: Disclosed, ended: bool, as_of: date) -> bool:
    """Whether it should have come back by now: its day has passed, or the work has ended."""
    if one.outcome != "held":
        return False
    return one.return_by < as_of if one.return_by is not None else ended


def _pairs(schedule: Schedule, as_of: date) -> Iterator[_Pair]:
    # Where no country is known, whether a right holds there cannot be known either.
    countries = schedule.countries or (_UNKNOWN_PLACE,)
    unknown = Found(Standing.UNKNOWN)
    for asset in schedule.assets:
        if not asset.needed:
            continue
        for country in countries:
            found = (
                unknown
                if country == _UNKNOWN_PLACE
                else stands(asset.registrations, country, as_of)
            )
            yield _Pair(asset, asset.kind, country, found)
    for kind in schedule.kinds_without_asset:
        for country in countries:
            yield _Pair(None, kind, country, unknown)


def _worsened(pairs: Sequence[_Pair], part: int, by: float) -> int:
    """The mean cost of the pairs (part 0: lo, 1: pt, 2: hi), worsened, in 1/10,000."""
    costs = [COST[pair.found.standing][part] for pair in pairs]
    base = sum(costs) / len(costs) if costs else 0.0
    return steps(base + (1 - base) * by)


def _named(pair: _Pair) -> dict[str, Any]:
    by = pair.found.by
    return {
        "asset": pair.asset.key if pair.asset else None,
        "kind": pair.kind,
        "country": pair.country,
        "stands": pair.found.standing.value,
        "by": by and f"{by.territory} {by.number}".strip(),
        "expires_on": by.expires_on.isoformat() if by and by.expires_on else None,
    }


def _evidence(schedule: Schedule, pairs: Sequence[_Pair], as_of: date) -> EvidenceLevel:
    """A number in a public register is a document; audits of all sites that hold verify it."""
    held = [pair.found.by for pair in pairs if pair.found.standing is Standing.REGISTERED]
    if not held or not all(one is not None and one.number for one in held):
        return EvidenceLevel.SELF_DECLARED
    fresh = [
        one.result == "passed" and one.next_due is not None and one.next_due >= as_of
        for one in schedule.sites
    ]
    return EvidenceLevel.REVIEWER_VERIFIED if fresh and all(fresh) else EvidenceLevel.DOCUMENT


def _said(
    schedule: Schedule,
    pairs: Sequence[_Pair],
    late: int,
    unproved: int,
    evidence: EvidenceLevel,
) -> Iterator[Said]:
    yield from _said_of_rights(schedule, pairs)
    for kind in schedule.kinds_without_asset:
        yield Said("not_on_schedule", {"kind": kind})
    if late:
        yield Said("late", {"count": late, "of": len(schedule.disclosures)})
    if unproved:
        yield Said("without_certificate", {"count": unproved})
    if evidence is EvidenceLevel.REVIEWER_VERIFIED:
        yield Said("audited", {"count": len(schedule.sites)})


def _said_of_rights(schedule: Schedule, pairs: Sequence[_Pair]) -> Iterator[Said]:
    counts = Counter(pair.found.standing for pair in pairs)
    if pairs:
        yield Said("in_force", {"count": counts[Standing.REGISTERED], "of": len(pairs)})
    elif schedule.assets:
        yield Said("none_needed", {"count": len(schedule.assets)})
    missing = [pair for pair in pairs if pair.found.standing is Standing.MISSING]
    for pair in missing[:_NAMED]:
        name = pair.asset.name if pair.asset else pair.kind
        yield Said("missing", {"name": name, "country": pair.country})
    if len(missing) > _NAMED:
        yield Said("more_missing", {"count": len(missing) - _NAMED})
    if counts[Standing.PENDING]:
        yield Said("pending", {"count": counts[Standing.PENDING]})
    if not schedule.countries and pairs:
        yield Said("no_country")
    elif counts[Standing.UNKNOWN]:
        yield Said("unknown", {"count": counts[Standing.UNKNOWN]})
