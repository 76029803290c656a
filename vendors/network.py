"""Where the companies of a chain of subcontracts stand in a drawing of it. Pure.

Those above a vendor stand left of it, those below it right of it, a column for each step away. Each
column is in the order of what leads to it, so that few lines cross.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

WIDTH: Final = 216
HEIGHT: Final = 44
_GAP: Final = 56
_ROW: Final = 60
_EDGE: Final = 8
#: More would be a thicket; the table has them all.
MOST: Final = 60


@dataclass(frozen=True, slots=True)
class Node:
    """A company with the corner of its box."""

    key: UUID
    x: int
    y: int


@dataclass(frozen=True, slots=True)
class Line:
    """From the right edge of who passes work on to the left edge of who gets it."""

    start: UUID
    end: UUID
    path: str


@dataclass(frozen=True, slots=True)
class Drawing:
    """The boxes and lines of a network, its size, and how many companies had no room in it."""

    nodes: tuple[Node, ...]
    lines: tuple[Line, ...]
    width: int
    height: int
    left_out: int


def draw(columns: Mapping[UUID, int], edges: Sequence[tuple[UUID, UUID]]) -> Drawing:
    """Place companies. `columns`: steps below the vendor (negative: above), itself being 0.

    `edges` run from who passes work on to who gets it. The nearest are drawn first.
    """
    nearest = sorted(columns, key=lambda key: (abs(columns[key]), key))
    drawn = set(nearest[:MOST])
    kept = sorted({pair for pair in edges if drawn.issuperset(pair)})
    places = _places({key: columns[key] for key in nearest[:MOST]}, kept)
    by_column: dict[int, list[UUID]] = defaultdict(list)
    for key, _place in sorted(places.items(), key=lambda item: (item[1], item[0])):
        by_column[columns[key]].append(key)
    tallest = max(map(len, by_column.values()), default=0)
    nodes: dict[UUID, Node] = {}
    for at, column in enumerate(sorted(by_column)):
        keys = by_column[column]
        top = (tallest - len(keys)) * _ROW // 2
        for row, key in enumerate(keys):
            x = _EDGE + at * (WIDTH + _GAP)
            nodes[key] = Node(key, x, _EDGE + top + row * _ROW)
    return Drawing(
        nodes=tuple(sorted(nodes.values(), key=lambda node: (node.x, node.y))),
        lines=tuple(Line(one, other, _path(nodes[one], nodes[other])) for one, other in kept),
        width=2 * _EDGE + len(by_column) * (WIDTH + _GAP) - _GAP,
        height=2 * _EDGE + tallest * _ROW - (_ROW - HEIGHT),
        left_out=len(columns) - len(drawn),
    )


def _places(columns: Mapping[UUID, int], edges: Sequence[tuple[UUID, UUID]]) -> dict[UUID, float]:
    """How far down each stands in its column: in the middle of those that lead to it."""
    beside: dict[UUID, list[UUID]] = defaultdict(list)
    for one, other in edges:
        beside[one].append(other)
        beside[other].append(one)
    places: dict[UUID, float] = {}
    for step in range(max(map(abs, columns.values()), default=0) + 1):
        for column in {step, -step}:
            here = sorted(key for key, found in columns.items() if found == column)
            wanted: dict[UUID, float] = {}
            for key in here:
                near = [
                    places[other]
                    for other in beside[key]
                    if other in places and abs(columns[other]) < step
                ]
                wanted[key] = sum(near) / len(near) if near else 0.0
            for row, key in enumerate(sorted(here, key=lambda one: (wanted[one], one))):
                places[key] = row - (len(here) - 1) / 2
    return places


def _path(one: Node, other: Node) -> str:
    """A curve that leaves and arrives level."""
    x1, y1 = one.x + WIDTH, one.y + HEIGHT // 2
    x2, y2 = other.x, other.y + HEIGHT // 2
    bend = max((x2 - x1) // 2, _GAP // 2)
    return f"M{x1} {y1}C{x1 + bend} {y1} {x2 - bend} {y2} {x2} {y2}"
