"""Which of several scores are better, as far as their intervals tell. Pure."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Span:
    """A score and what it could be: milli-points, 0 best; `lo` <= `point` <= `hi`."""

    lo: int
    point: int
    hi: int


@dataclass(frozen=True, slots=True)
class Rank:
    """A place among several, 1 the best; and the best and worst place that the intervals allow."""

    place: int
    best: int
    worst: int

    @property
    def is_certain(self) -> bool:
        """Whether nothing that is still unknown can move it."""
        return self.best == self.worst


def overlap(one: Span, other: Span) -> bool:
    """Whether the two intervals have a value in common: then either may be the better one."""
    return one.lo <= other.hi and other.lo <= one.hi


def overlapping(spans: Sequence[Span]) -> list[tuple[int, int]]:
    """Every pair that cannot be told apart, by position."""
    return [
        (at, other)
        for at in range(len(spans))
        for other in range(at + 1, len(spans))
        if overlap(spans[at], spans[other])
    ]


def ranks(spans: Sequence[Span]) -> list[Rank]:
    """The place of each: those of equal points share one.

    At best, only those are before it whose worst is better than its best; at worst, all those whose
    best is better than its worst.
    """
    return [
        Rank(
            place=1 + sum(other.point < one.point for other in spans),
            best=1 + sum(other.hi < one.lo for other in spans),
            worst=1 + sum(other.lo < one.hi for at, other in enumerate(spans) if at != mine),
        )
        for mine, one in enumerate(spans)
    ]
