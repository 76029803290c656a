"""Rounding to milli-points, once, at the end."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from scoring.engine.methodology import FULL

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def settle(values: Floats) -> Floats:
    """Return values in milli-points with the noise of floating point taken off.

    A float is wrong in about the tenth decimal of a milli-point; the sixth is far above that and
    far below what anybody reads. Rounding there first makes a true tie a tie.
    """
    return np.round(values, 6)


def millis(shares: Floats) -> Ints:
    """Return shares (0..1) as whole milli-points of 100, halves to even."""
    return np.rint(settle(shares * FULL)).astype(np.int64)


def largest_remainder(parts: Floats, total: Ints) -> Ints:
    """Return whole numbers [P, n] near `parts` (milli-points) that add up to `total` [n].

    Each part is cut to its whole; the rest goes, one each, to the parts with the largest remainder,
    ties to the earlier row.
    """
    settled = settle(parts)
    whole = np.floor(settled)
    remainder = settle(settled - whole)
    order = np.argsort(-remainder, axis=0, kind="stable")
    rank = np.empty_like(order)
    np.put_along_axis(rank, order, np.arange(len(parts))[:, None], axis=0)
    missing = total - whole.sum(axis=0).astype(np.int64)
    result: Ints = whole.astype(np.int64) + (rank < missing)
    return result
