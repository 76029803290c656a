"""The jurisdiction indicator: how well the law of the places of work protects what is entrusted.

    J = .35 T + .20 S + .25 W + .20 P        over what is known, 0 is best

- T, treaties: 1 - Σ u·m / Σ u over the treaties that protect a kind of IP; m is 1 in force, .5
  signed only. Of several kinds the worst decides.
- S: the Special 301 list of USTR, one government's view of trade. Not being listed is unknown.
- W: a rule-of-law index that the user has imported. Where it is unknown the indicator has no
  point value, only a range, until counsel rates the country.
- P, enforcement: what customs does, which awards, evidence and judgments count.

What is unknown leaves both sums of the point value, and widens the range to all it could be. So
does what is on record but not confirmed. The worst place of work decides. All of these weights
are expert judgement, and none of it is legal advice.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps
from vendors.intake import IpKind
from vendors.jurisdictions import (
    ENFORCEMENT,
    PROTECTS,
    SHORT,
    SPECIAL_301,
    CountryLaw,
    Fact,
    Listing,
    Stand,
    Status,
)

WEIGHTS: Final[Mapping[str, float]] = {"T": 0.35, "S": 0.20, "W": 0.25, "P": 0.20}
LISTED: Final[Mapping[str, float]] = {
    Listing.PRIORITY_FOREIGN: 1.0,
    Listing.PRIORITY_WATCH: 0.8,
    Listing.WATCH: 0.5,
}
SIGNED: Final = 0.5


@dataclass(frozen=True, slots=True)
class Range:
    """A part of the indicator: its range, and its point value; None where nothing is known."""

    lo: float
    pt: float | None
    hi: float


UNKNOWN: Final = Range(0.0, None, 1.0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What an engagement entrusts, and the law of every place where its work is done.

    `kinds` is None where the buyer has not said what is entrusted. `seat`: no place of work is on
    record, so the vendor's own country stands for it.
    """

    kinds: tuple[str, ...] | None
    places: tuple[CountryLaw, ...]
    seat: bool = False


@dataclass(frozen=True, slots=True)
class PlaceValue:
    """The indicator of one place, in [0, 1], with the parts it is made of."""

    law: CountryLaw
    lo: float
    pt: float | None
    hi: float
    parts: Mapping[str, Range]
    kind: str
    stands: Mapping[str, Stand]
    rated: bool


def protected(stand: Stand) -> Range:
    """Return how far a treaty or measure protects: the share m, with its range."""
    if not stand.known:
        return Range(0.0, None, 1.0)
    share = {Status.IN_FORCE: 1.0, Status.SIGNED: SIGNED}.get(Status(stand.status), 0.0)
    if stand.fact is not None and stand.fact.confirmed:
        return Range(share, share, share)
    return Range(0.0, share, 1.0)


def _missing(shares: Sequence[tuple[int, Range]]) -> Range:
    """Return 1 - Σ u·m / Σ u with its range; unknown shares leave the point value."""
    total = sum(weight for weight, _share in shares)
    known = [(weight, share.pt) for weight, share in shares if share.pt is not None]
    lo = 1 - sum(weight * share.hi for weight, share in shares) / total
    hi = 1 - sum(weight * share.lo for weight, share in shares) / total
    if not known:
        return Range(lo, None, hi)
    sure = sum(weight for weight, _share in known)
    return Range(lo, 1 - sum(weight * share for weight, share in known) / sure, hi)


def treaties(law: CountryLaw, kind: str, day: date) -> Range | None:
    """Return T for one kind of IP; None where no treaty has weight for it."""
    weights = PROTECTS[IpKind(kind)]
    if not weights:
        return None
    return _missing([(u, protected(law.on(treaty, day))) for treaty, u in weights.items()])


def _worst_kind(work: Work, law: CountryLaw, day: date) -> tuple[Range | None, str]:
    """Return T over all kinds entrusted, and the kind that decides."""
    if work.kinds is None:
        return UNKNOWN, ""
    found = [(kind, one) for kind in work.kinds if (one := treaties(law, kind, day)) is not None]
    if not found:
        return None, ""
    known = [one.pt for _kind, one in found if one.pt is not None]
    deciding = max(found, key=lambda pair: (pair[1].pt is not None, pair[1].pt or 0, pair[1].hi))
    return (
        Range(
            max(one.lo for _kind, one in found),
            max(known, default=None),
            max(one.hi for _kind, one in found),
        ),
        deciding[0],
    )


def listed(stand: Stand) -> Range:
    """Return S of a stand in the Special 301 report."""
    risk = LISTED.get(stand.status)
    if risk is None:
        return UNKNOWN
    sure = stand.fact is not None and stand.fact.confirmed
    return Range(risk, risk, risk) if sure else Range(0.0, risk, 1.0)


def of_place(work: Work, law: CountryLaw, day: date) -> PlaceValue:
    """Return the indicator of one place on `day`."""
    stands = {subject: law.on(subject, day) for subject in (*ENFORCEMENT, SPECIAL_301)}
    for kind in work.kinds or ():
        stands |= {treaty: law.on(treaty, day) for treaty in PROTECTS[IpKind(kind)]}
    treaty, kind = _worst_kind(work, law, day)
    index = law.index(day)
    parts = {
        "S": listed(stands[SPECIAL_301]),
        "W": UNKNOWN if index is None else Range(index.risk, index.risk, index.risk),
        "P": _missing([(1, protected(stands[subject])) for subject in ENFORCEMENT]),
    }
    if treaty is not None:
        parts["T"] = treaty
    rating = law.rating(day)
    if rating is not None:
        risk = rating.risk / 100
        return PlaceValue(law, risk, risk, risk, parts, kind, stands, rated=True)
    lo, pt, hi = _weighted(parts)
    return PlaceValue(law, lo, None if index is None else pt, hi, parts, kind, stands, rated=False)


def _weighted(parts: Mapping[str, Range]) -> tuple[float, float, float]:
    """Return the weighted mean: its range over all parts, its point over those known."""
    total = sum(WEIGHTS[key] for key in parts)
    lo = sum(WEIGHTS[key] * part.lo for key, part in parts.items()) / total
    hi = sum(WEIGHTS[key] * part.hi for key, part in parts.items()) / total
    known = {key: part.pt for key, part in parts.items() if part.pt is not None}
    sure = sum(WEIGHTS[key] for key in known)
    pt = sum(WEIGHTS[key] * risk for key, risk in known.items()) / sure if sure else hi
    return lo, min(max(pt, lo), hi), hi


def value(work: Work, as_of: date) -> Value:
    """Return the indicator of an engagement on `as_of`. Raises ValueError without any place."""
    if not work.places:
        raise ValueError("no place of work")
    now = _value(work, as_of)
    return _replace_next(now, _next_change(work, as_of, now))


def _value(work: Work, day: date) -> Value:
    places = [of_place(work, law, day) for law in work.places]
    lo, hi = max(one.lo for one in places), max(one.hi for one in places)
    known = [one for one in places if one.pt is not None]
    open_hi = max((one.hi for one in places if one.pt is None), default=-1.0)
    point = max((one.pt for one in known if one.pt is not None), default=None)
    # A place without a point value matters only while it may turn out to be the worst.
    enough = point is not None and point >= open_hi
    worst = max(places, key=lambda one: (one.hi if one.pt is None else one.pt, one.hi))
    if enough:
        worst = max(known, key=lambda one: (one.pt or 0, one.hi))
    pt = point if enough and point is not None else hi
    return Value(
        lo=steps(lo),
        pt=steps(max(pt, lo)),
        hi=steps(hi),
        enough=enough,
        evidence=_evidence(worst),
        said=tuple(_said(work, worst, places, day, enough=enough)),
        inputs=_inputs(work, places, worst, day),
    )


def _evidence(worst: PlaceValue) -> EvidenceLevel:
    """Return how well the facts are proved: counsel's own rating, or published lists."""
    return EvidenceLevel.REVIEWER_VERIFIED if worst.rated else EvidenceLevel.DOCUMENT


def _replace_next(now: Value, day: date | None) -> Value:
    return Value(
        lo=now.lo,
        pt=now.pt,
        hi=now.hi,
        enough=now.enough,
        evidence=now.evidence,
        said=now.said,
        inputs=now.inputs,
        next_change=day,
    )


def _next_change(work: Work, as_of: date, now: Value) -> date | None:
    """Return the first later day on which the same facts give another value."""
    for day in sorted({turn for law in work.places for turn in law.turns(as_of)}):
        then = _value(work, day)
        if (then.lo, then.pt, then.hi, then.enough) != (now.lo, now.pt, now.hi, now.enough):
            return day
    return None


# --- in words -----------------------------------------------------------------------------------
def percent(risk: float) -> str:
    """Return a risk in [0, 1] as points of 100."""
    return f"{risk * 100:.1f}"


def _said(
    work: Work, worst: PlaceValue, places: Sequence[PlaceValue], day: date, *, enough: bool
) -> Iterator[Said]:
    law = worst.law
    named = {"country": law.name or law.code, "code": law.code}
    if work.seat:
        yield Said("seat", named)
    elif len(places) > 1:
        yield Said("worst_of", {**named, "count": len(places)})
    else:
        yield Said("only_place", named)
    rating = law.rating(day)
    if worst.rated and rating is not None:
        said = {"risk": rating.risk, "since": str(rating.since), "until": str(rating.until)}
        yield Said("rated", {**named, **said})
        return
    if not enough:
        yield Said("insufficient", {**named, "lo": percent(worst.lo), "hi": percent(worst.hi)})
    yield from _treaty_words(work, worst, named)
    yield from _other_words(worst, named, day)


def _treaty_words(work: Work, worst: PlaceValue, named: Mapping[str, Any]) -> Iterator[Said]:
    if work.kinds is None:
        yield Said("kinds_unknown")
        return
    if "T" not in worst.parts:
        only_data = IpKind.PERSONAL_DATA in work.kinds
        yield Said("personal_data_only" if only_data else "nothing_entrusted")
        return
    weights = PROTECTS[IpKind(worst.kind)]
    by: dict[str, list[str]] = {}
    for treaty in weights:
        stand = worst.stands[treaty]
        by.setdefault(str(stand.status) if stand.known else Status.UNKNOWN, []).append(treaty)
    yield Said(
        "treaties",
        {
            **named,
            "kind": worst.kind,
            "in_force": _names(by.get(Status.IN_FORCE, [])),
            "of": len(weights),
            "count": len(by.get(Status.IN_FORCE, [])),
        },
    )
    for status in (Status.SIGNED, Status.SUSPENDED, Status.LEFT, Status.NONE, Status.UNKNOWN):
        if status in by:
            yield Said(f"treaties_{status}", {**named, "treaties": _names(by[status])})
    if IpKind.PERSONAL_DATA in work.kinds:
        yield Said("personal_data")


def _names(treaties: Sequence[str]) -> str:
    return ", ".join(SHORT[treaty] for treaty in treaties)


def _other_words(worst: PlaceValue, named: Mapping[str, Any], day: date) -> Iterator[Said]:
    listing = worst.stands[SPECIAL_301]
    if listing.status in LISTED and listing.fact is not None:
        yield Said(f"listed_{listing.status}", {**named, "as_of": listing.fact.as_of})
    else:
        yield Said("unlisted", named)
    index = worst.law.index(day)
    if index is not None:
        said = {
            "index": index.name,
            "edition": index.edition,
            "value": f"{index.value.normalize():f}",
        }
        yield Said("index", {**named, **said, "risk": percent(index.risk)})
    holds = [key for key in ENFORCEMENT if worst.stands[key].status == Status.IN_FORCE]
    known = [key for key in ENFORCEMENT if worst.stands[key].known]
    yield Said("enforcement", {**named, "count": len(holds), "known": len(known)})
    if any(one.fact and one.known and not one.fact.confirmed for one in worst.stands.values()):
        yield Said("unconfirmed", named)


def _inputs(
    work: Work, places: Sequence[PlaceValue], worst: PlaceValue, day: date
) -> dict[str, Any]:
    return {
        "as_of": str(day),
        "kinds": None if work.kinds is None else list(work.kinds),
        "seat_only": work.seat,
        "decides": worst.law.code,
        "places": [_place_inputs(one, day) for one in places],
    }


def _place_inputs(place: PlaceValue, day: date) -> dict[str, Any]:
    rating, index = place.law.rating(day), place.law.index(day)
    return {
        "country": place.law.code,
        "range": [steps(place.lo), None if place.pt is None else steps(place.pt), steps(place.hi)],
        "parts": {
            key: [steps(part.lo), None if part.pt is None else steps(part.pt), steps(part.hi)]
            for key, part in sorted(place.parts.items())
        },
        "facts": {key: _fact_inputs(one) for key, one in sorted(place.stands.items())},
        "rating": None
        if rating is None
        else {"risk": rating.risk, "since": str(rating.since), "until": str(rating.until)},
        "index": None
        if index is None
        else {
            "name": index.name,
            "edition": index.edition,
            "value": str(index.value),
            "best": str(index.best),
            "worst": str(index.worst),
        },
    }


def _fact_inputs(stand: Stand) -> dict[str, Any]:
    fact: Fact | None = stand.fact
    if fact is None:
        return {"status": str(stand.status)}
    return {
        "status": str(stand.status),
        "since": str(fact.since) if fact.since else None,
        "until": str(fact.until) if fact.until else None,
        "as_of": fact.as_of,
        "source": fact.source,
        "confirmed": fact.confirmed,
        "by_counsel": fact.by_counsel,
    }
