"""From what is on record of an assessment to its stays in each stage. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from assessments.workflow import Status

FILLING_IN: Final = "filling_in"
REVIEW: Final = "review"
DECISION: Final = "decision"

#: In which stage an assessment is while it has a status; closed ones are in none.
STAGE_OF: Final[Mapping[str, str]] = MappingProxyType(
    {
        Status.DRAFT: FILLING_IN,
        Status.SENT: FILLING_IN,
        Status.RETURNED: FILLING_IN,
        Status.SUBMITTED: REVIEW,
        Status.IN_REVIEW: REVIEW,
        Status.APPROVED: DECISION,
    }
)


@dataclass(frozen=True)
class Step:
    """Something on record: when, and the status after it. ``decided``: it was decided upon."""

    at: datetime
    status: str = ""
    decided: bool = False


@dataclass(frozen=True)
class Stay:
    """From entering a stage until leaving it; None: still there."""

    stage: str
    began_at: datetime
    ended_at: datetime | None = None


def stays(steps: Iterable[Step]) -> tuple[Stay, ...]:
    """Return the stays in order. Steps come in the order of the record.

    A decision ends the stage of decisions; whatever happens to the assessment later may begin
    another stage. A stay that is broken off, by cancelling the assessment or by the next one that
    takes its place, says nothing about how long the stage takes, and is left out.
    """
    found: list[Stay] = []
    stage, began = "", None
    for step in steps:
        after = "" if step.decided else STAGE_OF.get(step.status, "")
        if step.decided and stage != DECISION:
            # A decision made before the review is over does not end the review.
            continue
        if after == stage:
            continue
        broken_off = step.status == Status.CLOSED
        if began is not None and stage and not broken_off:
            found.append(Stay(stage, began, max(step.at, began)))
        stage, began = after, step.at
    if stage and began is not None:
        found.append(Stay(stage, began))
    return tuple(found)
