"""What a replay finds amiss."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Final
from uuid import UUID

#: Stands for what one side does not have.
NOTHING: Final = "none"


class Problem(Enum):
    """What is the matter with a stored score."""

    DIFFERS = "differs"
    UNREADABLE = "cannot be computed again"
    LOST = "names what is not there"
    INPUTS = "was made from other inputs than there are now"


@dataclass(frozen=True, slots=True)
class Difference:
    """One thing that is stored in one way and found in another."""

    what: str
    stored: str
    found: str


@dataclass(frozen=True, slots=True)
class Finding:
    """Something amiss with one score: `subject` says which, `reason` why, where it is one thing."""

    subject: str
    problem: Problem
    reason: str = ""
    differences: tuple[Difference, ...] = ()


def name_of(pk: UUID | str, *, current: bool) -> str:
    """How a score is named to people: by its id; a current one by that of its assessment."""
    return f"current score of assessment {pk}" if current else f"score {pk}"


def millis(value: int | None) -> str:
    """A number of milli-points as points."""
    return NOTHING if value is None else f"{value / 1000:.3f}"


def between(stored: dict[str, str], found: dict[str, str]) -> tuple[Difference, ...]:
    """What two sets of named values say in different ways, in their order."""
    return tuple(
        Difference(what, stored.get(what, NOTHING), found.get(what, NOTHING))
        for what in dict.fromkeys([*stored, *found])
        if stored.get(what, NOTHING) != found.get(what, NOTHING)
    )
