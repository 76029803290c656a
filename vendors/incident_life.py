"""The life of an incident: which status follows which, and who decides. Pure."""

from collections.abc import Mapping
from typing import Final

REPORTED: Final = "reported"
INVESTIGATING: Final = "investigating"
CONFIRMED: Final = "confirmed"
REMEDYING: Final = "remedying"
CLOSED: Final = "closed"
UNFOUNDED: Final = "unfounded"

#: Status -> those that may follow it by ordinary work on the incident.
STEPS: Final[Mapping[str, tuple[str, ...]]] = {
    REPORTED: (INVESTIGATING, CONFIRMED),
    INVESTIGATING: (CONFIRMED,),
    CONFIRMED: (REMEDYING, INVESTIGATING),
    REMEDYING: (),
    CLOSED: (),
    UNFOUNDED: (),
}
#: Status -> the end that a reviewer may decide. Only what was confirmed can be closed.
ENDS: Final[Mapping[str, tuple[str, ...]]] = {
    REPORTED: (UNFOUNDED,),
    INVESTIGATING: (UNFOUNDED,),
    CONFIRMED: (CLOSED, UNFOUNDED),
    REMEDYING: (CLOSED, UNFOUNDED),
    CLOSED: (),
    UNFOUNDED: (),
}
#: Where an incident goes on when a reviewer opens it again.
REOPENED: Final[Mapping[str, str]] = {CLOSED: CONFIRMED, UNFOUNDED: INVESTIGATING}

OPEN: Final = (REPORTED, INVESTIGATING, CONFIRMED, REMEDYING)
ENDED: Final = (CLOSED, UNFOUNDED)


def is_decision(before: str, after: str) -> bool:
    """Whether this step is for a reviewer: an end, or the way back from one."""
    return after in ENDS[before] or REOPENED.get(before) == after


def allowed(before: str, after: str) -> bool:
    """Whether one status may follow another at all."""
    return after in STEPS[before] or is_decision(before, after)
