"""Weighted means: the functions by which values are put together into one (formulas 2 and 3)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Rows = npt.NDArray[np.intp]


@dataclass(frozen=True, eq=False)
class Groups:
    """Which rows are averaged together, for G means that are taken at once.

    Step k holds the k-th member of every group that has so many, so each group is added up in the
    order in which it names its members, whatever the other groups are and however many columns
    there are. No matrix product and no `np.sum` can promise that.
    """

    #: [G] place of each group of the caller in the order used here, longest first.
    places: Rows
    steps: tuple[Rows, ...]

    @classmethod
    def of(cls, members: Sequence[Sequence[int]]) -> Groups:
        """`members`: the rows of each group."""
        order = sorted(range(len(members)), key=lambda at: -len(members[at]))
        places = np.empty(len(members), dtype=np.intp)
        places[order] = np.arange(len(members))
        longest = max(map(len, members), default=0)
        steps = tuple(
            np.array([members[at][step] for at in order if len(members[at]) > step], dtype=np.intp)
            for step in range(longest)
        )
        return cls(places, steps)


@lru_cache(maxsize=256)
def together(count: int) -> Groups:
    """Return the groups that average all of so many rows."""
    return Groups.of([range(count)])


def grouped(groups: Groups, weights: Floats, values: Floats) -> tuple[Floats, Floats]:
    """Return Σw [G, n] and Σ(w x) / Σw [G, C, n] of weights [R, n] and values [R, C, n].

    Where no weight is left, the mean is 0: the caller must look at the weight.
    """
    total = np.zeros((len(groups.places), weights.shape[1]))
    means = np.zeros((len(groups.places), values.shape[1], weights.shape[1]))
    for step in groups.steps:
        weight = weights[step]
        total[: len(step)] += weight
        means[: len(step)] += weight[:, None] * values[step]
    means /= np.where(total > 0, total, 1.0)[:, None]
    return total[groups.places], means[groups.places]
