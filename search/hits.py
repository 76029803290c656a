"""What a search shows: hits, and kinds of hits."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from uuid import UUID

from search.words import Piece


@dataclass(frozen=True, slots=True)
class Hit:
    """One thing that was found.

    `pk`: its id, where the log may have something about it; `why`: the part of it that has the
    words; `context`: what that part says, empty where it is the title; `about`: where it belongs.
    """

    pk: UUID | None
    url: str
    title: Sequence[Piece]
    why: str
    context: Sequence[Piece] = ()
    about: str = ""
    band: str = ""
    provisional: bool = False


@dataclass(frozen=True, slots=True)
class Found:
    """What was found of one kind: some hits, from the first that was asked for on.

    `total`: how many there are; where `more`, there are at least that many.
    """

    hits: Sequence[Hit] = ()
    total: int = 0
    more: bool = False


@dataclass(frozen=True, slots=True)
class Part:
    """Which hits of a kind are wanted: `size` of them after the first `start`; how many are counted
    before counting ends; and whether words like those looked for will do (`similar`)."""

    start: int
    size: int
    most: int
    similar: bool = False

    @property
    def end(self) -> int:
        return self.start + self.size
