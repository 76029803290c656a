"""What a decision is worth on a day: pure, without Django, database or clock.

A decision is made on the score of its day and for a time. Both may pass: an approval expires, and a
score that has become worse since asks for a new decision. What then holds is worked out here, and
from it the one answer that an ordering system wants: may we order?
"""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

#: Bands from best to worst.
_ORDER: Final = ("low", "moderate", "elevated", "high", "critical")


class Verdict(StrEnum):
    """What was decided."""

    APPROVED = "approved"
    CONDITIONS = "approved_with_conditions"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"


#: Decisions that let work go on, and need a last day.
APPROVALS: Final = frozenset({Verdict.APPROVED, Verdict.CONDITIONS})


class State(StrEnum):
    """What a decision is worth today. The last three have overtaken what was decided."""

    NONE = "none"
    APPROVED = "approved"
    CONDITIONS = "approved_with_conditions"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    EXPIRED = "expired"
    OVERTAKEN = "overtaken"
    ENDED = "ended"


class Clearance(StrEnum):
    """May an order be placed? From worst to best."""

    BLOCKED = "blocked"
    CONDITIONAL = "conditional"
    ALLOWED = "allowed"


class Why(StrEnum):
    """Why an order may be placed or not."""

    NO_ENGAGEMENT = "no_engagement"
    NO_DECISION = "no_decision"
    ENDED = "ended"
    EXPIRED = "expired"
    ON_HOLD = "on_hold"
    REJECTED = "rejected"
    KNOCK_OUT = "knock_out"
    LISTED = "listed"
    LISTED_IN_PART = "listed_in_part"
    OVERTAKEN = "overtaken"
    NOT_FINAL = "not_final"
    CONDITIONS = "conditions"
    APPROVED = "approved"


class Listed(StrEnum):
    """Whether the vendor stands on a list of sanctions, itself or through its owners."""

    NO = "no"
    IN_PART = "in_part"
    """Owners with less than half do, or may; or a match waits to be decided."""
    YES = "yes"


@dataclass(frozen=True, slots=True)
class Basis:
    """What was known of the score: the band ("" where there was none), firmness, block.

    `behind`: answers were changed that are not in the score yet. `listed` is of the vendor, and
    holds whatever the score says.
    """

    band: str = ""
    status: str = ""
    blocked: bool = False
    behind: bool = False
    listed: Listed = Listed.NO

    @property
    def is_rated(self) -> bool:
        """Whether there is a band at all."""
        return self.band in _ORDER


def state_of(
    verdict: Verdict | None,
    *,
    expires_on: date | None,
    ended: bool,
    then: Basis,
    now: Basis,
    today: date,
) -> State:
    """What the latest decision of an engagement is worth on `today`.

    `then` is the score it was made on, `now` the score of today. The last day counts in full.
    """
    if ended:
        return State.ENDED
    if verdict is None:
        return State.NONE
    if expires_on is not None and expires_on < today:
        return State.EXPIRED
    if is_overtaken(verdict, then, now):
        return State.OVERTAKEN
    return State(verdict.value)


def is_overtaken(verdict: Verdict, then: Basis, now: Basis) -> bool:
    """Whether the score has moved so far that somebody has to decide again.

    An approval falls behind when the band has become worse, a knock-out blocks, or there is a
    rating where there was none, or none any more. A refusal, when the band has become better or
    the block is gone: it still refuses, until somebody has looked.
    """
    if verdict in APPROVALS:
        return (now.blocked and not then.blocked) or _moved(then, now, worse=True)
    return (then.blocked and not now.blocked) or _moved(then, now, worse=False)


def _moved(then: Basis, now: Basis, *, worse: bool) -> bool:
    if then.is_rated and now.is_rated:
        by = _ORDER.index(now.band) - _ORDER.index(then.band)
        return by > 0 if worse else by < 0
    if worse:
        return then.is_rated != now.is_rated
    return now.is_rated and not then.is_rated


def clearance(verdict: Verdict | None, state: State, now: Basis) -> tuple[Clearance, Why]:
    """May an order be placed, and why; `allowed` only on an approval in force and a final score.

    An engagement that was approved without any assessment is judged by the decision alone. Nobody
    orders from who is on a list of sanctions, whatever was decided.
    """
    blocked = Clearance.BLOCKED
    match state:
        case State.NONE:
            return blocked, Why.NO_DECISION
        case State.ENDED:
            return blocked, Why.ENDED
        case State.EXPIRED:
            return blocked, Why.EXPIRED
    if verdict is Verdict.REJECTED:
        return blocked, Why.REJECTED
    if verdict is Verdict.ON_HOLD:
        return blocked, Why.ON_HOLD
    if now.blocked:
        return blocked, Why.KNOCK_OUT
    if now.listed is Listed.YES:
        return blocked, Why.LISTED
    conditional = Clearance.CONDITIONAL
    if now.listed is Listed.IN_PART:
        return conditional, Why.LISTED_IN_PART
    if state is State.OVERTAKEN:
        return conditional, Why.OVERTAKEN
    if verdict is Verdict.CONDITIONS:
        return conditional, Why.CONDITIONS
    if now.behind or now.status not in {"", "final"}:
        return conditional, Why.NOT_FINAL
    return Clearance.ALLOWED, Why.APPROVED


def worst_first(state: State) -> int:
    """A key that sorts states from what stops most to what allows most."""
    return _WORST_FIRST.index(state)


_WORST_FIRST: Final = (
    State.REJECTED,
    State.ON_HOLD,
    State.NONE,
    State.EXPIRED,
    State.OVERTAKEN,
    State.CONDITIONS,
    State.APPROVED,
    State.ENDED,
)
