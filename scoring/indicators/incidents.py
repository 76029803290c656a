"""IP incidents: severity, open or closed, fading by half-life from the day of closing.

Each incident counts `weight x state x fading x distance`; the sum, cut off at 1, is the risk. All
parameters are expert judgement.

- weight: by severity (`WEIGHTS`).
- state: open and confirmed counts in full. Open and not confirmed yet counts half, and may be
  nothing or all. Closed counts half (`CLOSED`), and unfounded nothing.
- fading: `0.5 ^ (months since closing / half-life)`, in steps on the first of a month, so that a
  value holds all month; gone after `FORGOTTEN` half-lives.
- distance: an incident of a fourth party counts `DAMPING ^ depth`; of the vendor itself, depth 0.

An added incident never lowers the risk, closing or waiting never raises it. So that this holds for
the score, too, the indicator counts without any incident as well, and its evidence does not depend
on them: that nothing was found is worth more only where somebody looks (`watched`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from math import fsum
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, steps

WEIGHTS: Final[Mapping[str, float]] = {
    "minor": 0.10,
    "serious": 0.30,
    "severe": 0.60,
    "critical": 1.0,
}
#: Months after which a closed incident counts half as much.
HALF_LIVES: Final[Mapping[str, int]] = {"minor": 12, "serious": 18, "severe": 24, "critical": 36}
CLOSED: Final = 0.5
UNCONFIRMED: Final = 0.5
DAMPING: Final = 0.5
FORGOTTEN: Final = 5
_OPEN_AND_KNOWN: Final = frozenset({"confirmed", "remedying"})
_OPEN_AND_UNKNOWN: Final = frozenset({"reported", "investigating"})
#: How many incidents the explanation names one by one.
NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class IncidentFact:
    """One incident as it stands. `fourth_party`: its name; "" for the vendor's own (depth 0)."""

    id: str
    title: str
    severity: str
    status: str
    found_on: date
    closed_on: date | None = None
    proved: bool = False
    disputed: bool = False
    depth: int = 0
    fourth_party: str = ""


@dataclass(frozen=True, slots=True)
class _Counted:
    fact: IncidentFact
    lo: float
    pt: float
    hi: float
    months: int | None  # since closing


def incidents(facts: Sequence[IncidentFact], as_of: date, *, watched: bool = False) -> Value:
    """The risk of these incidents. `watched`: a monitoring plan is kept in time."""
    founded = [fact for fact in facts if fact.status != "unfounded"]
    evidence = EvidenceLevel.DOCUMENT if watched else EvidenceLevel.SELF_DECLARED
    if not founded:
        code = "none_found" if watched else "none_recorded"
        return Value(evidence=evidence, said=(Said(code),), inputs={"incidents": []})
    counted = sorted(
        (_counted(fact, as_of) for fact in founded),
        key=lambda one: (-one.hi, -one.pt, one.fact.depth, one.fact.id),
    )
    fading = any(one.months is not None and one.hi > 0 for one in counted)
    return Value(
        lo=steps(fsum(one.lo for one in counted)),
        pt=steps(fsum(one.pt for one in counted)),
        hi=steps(fsum(one.hi for one in counted)),
        evidence=evidence,
        said=_said(counted),
        inputs={"incidents": [_input(one) for one in counted]},
        next_change=_first_of_next_month(as_of) if fading else None,
    )


def _counted(fact: IncidentFact, as_of: date) -> _Counted:
    full = WEIGHTS[fact.severity] * DAMPING**fact.depth
    if fact.status in _OPEN_AND_KNOWN:
        return _Counted(fact, full, full, full, None)
    if fact.status in _OPEN_AND_UNKNOWN:
        return _Counted(fact, 0.0, UNCONFIRMED * full, full, None)
    months = _months_between(fact.closed_on or as_of, as_of)
    halves = months / HALF_LIVES[fact.severity]
    left = 0.0 if halves >= FORGOTTEN else CLOSED * full * 0.5**halves
    return _Counted(fact, left, left, left, months)


def _months_between(start: date, end: date) -> int:
    """How many firsts of a month lie after `start`, up to and including `end`."""
    return max((end.year - start.year) * 12 + end.month - start.month, 0)


def _first_of_next_month(day: date) -> date:
    return date(day.year + day.month // 12, day.month % 12 + 1, 1)


def _said(counted: Sequence[_Counted]) -> tuple[Said, ...]:
    own = [one for one in counted if not one.fact.depth]
    closed = [one for one in own if one.months is not None]
    said = [
        Said("summary", {"open": len(own) - len(closed), "closed": len(closed)})
        if own
        else Said("none_of_its_own")
    ]
    said += [_one(one) for one in counted[:NAMED]]
    if len(counted) > NAMED:
        said.append(Said("more", {"count": len(counted) - NAMED}))
    if disputed := sum(one.fact.disputed for one in counted):
        said.append(Said("disputed", {"count": disputed}))
    return tuple(said)


def _one(one: _Counted) -> Said:
    fact = one.fact
    values: dict[str, Any] = {
        "title": fact.title,
        "severity": fact.severity,
        "share": f"{one.pt * 100:.1f}",
    }
    kind = "open" if fact.status in _OPEN_AND_KNOWN else "unconfirmed"
    if one.months is not None:
        kind = "closed"
        values["months"] = one.months
    if not fact.depth:
        return Said(kind, values)
    return Said(f"{kind}_below", {**values, "fourth_party": fact.fourth_party})


def _input(one: _Counted) -> dict[str, Any]:
    fact = one.fact
    return {
        "id": fact.id,
        "severity": fact.severity,
        "status": fact.status,
        "found_on": fact.found_on.isoformat(),
        "closed_on": fact.closed_on.isoformat() if fact.closed_on else None,
        "proved": fact.proved,
        "disputed": fact.disputed,
        "depth": fact.depth,
        "fourth_party": fact.fourth_party,
        "months_since_closed": one.months,
        "counts": [steps(one.lo), steps(one.pt), steps(one.hi)],
    }
