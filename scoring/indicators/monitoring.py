"""The monitoring plan: how much of what is to be watched is looked at in time.

The risk is the share, by importance, of items whose next check is overdue. An item that was never
checked counts from the day on which its first check is due; where nothing at all was ever checked,
a plan is only paper and the risk is the highest. A day late is late: no grace.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from assessments.sheet import EvidenceLevel
from scoring.indicators.value import Said, Value, exact

NAMED: Final = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class Watched:
    """One item of the plan. `due_on`: the last day on which its next check is in time."""

    id: str
    watched: str
    scope: str
    importance: int
    due_on: date
    last_done_on: date | None = None
    proved: bool = False


def monitoring(items: Sequence[Watched], as_of: date) -> Value | None:
    """The risk of a plan as it is kept; None where there is no plan."""
    if not items:
        return None
    started = any(item.last_done_on is not None for item in items)
    counting = [item for item in items if item.last_done_on or item.due_on < as_of or not started]
    late = [item for item in counting if not started or item.due_on < as_of]
    weight = sum(item.importance for item in counting)
    overdue = sum(item.importance for item in late)
    waiting = len(items) - len(counting)
    done = [item for item in counting if item.last_done_on is not None]
    proved = bool(done) and all(item.proved for item in done)
    # Before the first check every day is as bad as the next: only a check changes that.
    changes = [item.due_on + timedelta(days=1) for item in items if item.due_on >= as_of]
    return exact(
        overdue / weight,
        evidence=EvidenceLevel.DOCUMENT if proved else EvidenceLevel.SELF_DECLARED,
        said=_said(counting, late, started=started, waiting=waiting),
        inputs={"started": started, "items": [_input(item) for item in items]},
        next_change=min(changes) if started and changes else None,
    )


def _said(
    counting: Sequence[Watched],
    late: Sequence[Watched],
    *,
    started: bool,
    waiting: int,
) -> tuple[Said, ...]:
    if not started:
        return (Said("nothing_done", {"count": len(counting)}),)
    said = [Said("summary", {"in_time": len(counting) - len(late), "all": len(counting)})]
    for item in sorted(late, key=lambda one: (-one.importance, one.due_on, one.id))[:NAMED]:
        since = item.due_on.isoformat()
        if item.last_done_on is None:
            said.append(Said("never", {"scope": item.scope, "due_on": since}))
        else:
            last = item.last_done_on.isoformat()
            said.append(Said("late", {"scope": item.scope, "due_on": since, "last": last}))
    if len(late) > NAMED:
        said.append(Said("more", {"count": len(late) - NAMED}))
    if waiting:
        said.append(Said("waiting", {"count": waiting}))
    return tuple(said)


def _input(item: Watched) -> dict[str, Any]:
    return {
        "id": item.id,
        "watched": item.watched,
        "importance": item.importance,
        "due_on": item.due_on.isoformat(),
        "last_done_on": item.last_done_on.isoformat() if item.last_done_on else None,
        "proved": item.proved,
    }
