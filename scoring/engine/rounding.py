"""Rounding to milli-points, once, at the end."""

from __future__ import annotations

from typing import Final

import numpy as np
import numpy.typing as npt

from scoring.engine.methodology import FULL

#: In a milli-point.
MILLIONTHS: Final = 1e6

Ints = npt.NDArray[np.int64]
Floats = npt.NDArray[np.float64]


def settle(values: Floats) -> Floats:
    """Return values in milli-points with the noise of floating point taken off.

    A float is wrong in about the tenth decimal of a milli-point; the sixth is far above that and
    far below what anybody reads. Rounding there first makes a true tie a tie.
    """
    return np.rint(values * MILLIONTHS) / MILLIONTHS


def millis(shares: Floats) -> Ints:
    """Return shares (0..1) as whole milli-points of 100, halves to even."""
    return np.rint(settle(shares * FULL)).astype(np.int64)


def largest_remainder(parts: Floats, total: Ints) -> npt.NDArray[np.int32]:
    """Return whole numbers [n, P] near `parts` [P, n] (milli-points) that add up to `total` [n].

    Each part is cut to its whole; the rest goes, one each, to the parts with the largest remainder,
    ties to the earlier row.
    """
    count = len(parts)
    # In whole millionths, as `settle` leaves them: from here on every number is exact. Turned, so
    # that each score's parts lie side by side.
    remainder = np.ascontiguousarray((parts * MILLIONTHS).T)
    np.rint(remainder, out=remainder)
    # Half a millionth more, so that the product cannot fall short of a whole number.
    whole = remainder + 0.5
    whole *= 1 / MILLIONTHS
    np.floor(whole, out=whole)
    result = whole.astype(np.int32)
    whole *= MILLIONTHS
    remainder -= whole
    # The remainder, then the row: no two are equal, and their order is that of the ties.
    remainder *= count
    remainder += np.arange(count - 1, -1, -1)
    narrow = count * MILLIONTHS < np.iinfo(np.int32).max
    keys = remainder.astype(np.int32 if narrow else np.int64)
    missing = total - result.sum(axis=1)
    last = np.clip(count - missing, 0, count - 1)
    least = np.take_along_axis(np.sort(keys, axis=1), last[:, None], axis=1)
    least[missing <= 0] = np.iinfo(least.dtype).max
    result += keys >= least
    return result
