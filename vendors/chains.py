"""Chains of subcontracts as a graph: who is reached from where, how far off, by which way. Pure."""

from collections import defaultdict, deque
from collections.abc import Iterable, Iterator, Mapping, Sequence
from uuid import UUID

Neighbours = Mapping[UUID, Sequence[UUID]]


def neighbours(edges: Iterable[tuple[UUID, UUID]]) -> Neighbours:
    """From each end the other ends, each once, in the order of their ids."""
    found: dict[UUID, set[UUID]] = defaultdict(set)
    for one, other in edges:
        found[one].add(other)
    return {one: sorted(others) for one, others in found.items()}


def ways(start: UUID, following: Neighbours) -> Iterator[tuple[UUID, ...]]:
    """The shortest way to everything that is reached from `start`, nearest first.

    Each way runs from `start` to what is reached, both included; `start` itself is left out, and
    a cycle is gone round by nobody.
    """
    seen = {start}
    waiting: deque[tuple[UUID, ...]] = deque([(start,)])
    while waiting:
        way = waiting.popleft()
        for other in following.get(way[-1], ()):
            if other not in seen:
                seen.add(other)
                longer = (*way, other)
                yield longer
                waiting.append(longer)
