"""How well documents prove an answer, and until when. Pure: no Django, no clock.

A document beside an answer proves it as a document does, until somebody has looked at it. One
that holds is enough, so the proof ends with the last of them, and never where one has no end.
A level above that is a reviewer's word; it holds no longer than the documents do.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from typing import Final

from assessments.sheet import EvidenceLevel


@dataclass(frozen=True)
class Proof:
    """A level and the last day on which it counts; None: no end."""

    level: EvidenceLevel
    until: date | None = None


NOTHING: Final = Proof(EvidenceLevel.SELF_DECLARED)


def by_documents(ends: Iterable[date | None]) -> Proof:
    """What documents prove by being there; `ends` are their last days, None: no end."""
    days = list(ends)
    if not days:
        return NOTHING
    dated = [day for day in days if day is not None]
    return Proof(EvidenceLevel.DOCUMENT, max(dated) if len(dated) == len(days) else None)


def with_one_more(there: Proof, ends: Iterable[date | None]) -> Proof:
    """After a document was added: up to the level of a document, and a higher one stays as it is.

    `ends`: of all documents there are now.
    """
    return there if there.level > EvidenceLevel.DOCUMENT else by_documents(ends)


def after_a_change(there: Proof, ends: Iterable[date | None], *, judged: bool) -> Proof:
    """After documents were changed, withdrawn or taken away. `ends`: of those that are left.

    judged: a reviewer has said how well the answer is proved.
    """
    now = by_documents(ends)
    if now == NOTHING or there.level == EvidenceLevel.DOCUMENT:
        return now
    if there.level == EvidenceLevel.SELF_DECLARED:
        # A reviewer who has found the documents worthless stays right.
        return there if judged else now
    return Proof(there.level, earlier(there.until, now.until))


def earlier(one: date | None, other: date | None) -> date | None:
    """The earlier of two last days; None is no end."""
    return min((day for day in (one, other) if day is not None), default=None)
