"""How much a score depends on the weights, which are expert judgement (formula 13).

Three questions, all answered from the dimensions as they stand:

- If the weights of the dimensions had been chosen a little otherwise, would the band be the same?
  They are drawn 1,000 times around the method's own: ω ~ Dirichlet(100 · ω/Σω).
- Which weight matters most? Each alone is halved, and raised by half.
- And the order p of the power mean? The score at 1, 2, 4 and 8.

**The same draws everywhere.** Nothing of NumPy's distributions is used, whose streams may change
from release to release. The only source of chance is the raw stream of the bit generator PCG64,
which NumPy promises to keep. It starts from SHA-256 over the words ``surety sensitivity 1`` and the
16 bytes of the score's id, read as one big-endian number, by way of ``SeedSequence``.

For whole parameters that add up to 100 a Dirichlet draw is the spacing of 99 sorted uniform
numbers: the first weight is what lies below as many of them as its parameter says, the second what
lies from there on below as many more, and so on. That takes whole numbers, sorting and
subtraction, which are the same on every machine. So the parameters are the weights in whole
hundredths, by largest remainder, at least 1 where a weight is above 0.
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import Final

import numpy as np

from scoring.engine.batch import Resolved
from scoring.engine.evaluate import NONE, Result, exposure, highest_floors, knocked_out, score
from scoring.engine.methodology import BANDS, DIMENSIONS, Methodology
from scoring.engine.plan import Plan
from scoring.engine.rounding import Floats, Ints, millis
from scoring.engine.tree import CREDITED, PT, Tree, climb, power_mean

#: Weightings that are tried.
DRAWS: Final = 1_000
#: The sum of the parameters: the larger, the closer the draws stay to the method's own weights.
CONCENTRATION: Final = 100
#: Orders of the power mean that are tried.
ORDERS: Final = (1, 2, 4, 8)
#: One draw in so many lies on either side of the range shown: 5 % and 95 %.
TAIL: Final = 20
_SEED: Final = b"surety sensitivity 1"
#: Raw numbers have 64 bits, a float holds 53 exactly.
_BITS: Final = 53


@dataclass(frozen=True, slots=True)
class Swing:
    """A dimension, and the score with its weight alone halved, and raised by half."""

    dimension: str
    less: int
    more: int

    @property
    def width(self) -> int:
        return abs(self.more - self.less)


@dataclass(frozen=True, slots=True)
class Order:
    """The score at another order of the power mean; `band` is a key."""

    p: int
    points: int
    band: str


@dataclass(frozen=True, slots=True)
class Sensitivity:
    """What became of a score under other weights; points are whole milli-points.

    - `points`, `band`: the score itself
    - `bands`: how many of the `draws` fall in each of BANDS
    - `low`, `high`: one draw in 20 lies below `low`, and one in 20 above `high`
    - `floor`: the highest knock-out floor in force, 0 for none; `floored`: draws that it holds up
    - `swings`: the widest first, ties in the order of DIMENSIONS; only dimensions in the score
    """

    draws: int
    points: int
    band: str
    bands: tuple[int, ...]
    low: int
    high: int
    floor: int
    floored: int
    swings: tuple[Swing, ...]
    orders: tuple[Order, ...]

    @property
    def holding(self) -> int:
        """How many of the draws give the band that the score has."""
        return self.bands[BANDS.index(self.band)]


def sensitivity(
    plan: Plan, resolved: Resolved, seed: bytes, draws: int = DRAWS
) -> Sensitivity | None:
    """Try one row of resolved inputs under other weights; None where it is not rated.

    `seed` is the score's id, 16 bytes: the same score is always tried with the same weights.
    """
    tree = climb(plan, resolved)
    result = score(plan, resolved, tree)
    if result.points[0] == NONE:
        return None
    tried = _Tried(plan, resolved, tree)
    method = plan.methodology
    residuals = tried.residuals(weightings(method, seed, draws))
    drawn = np.maximum(residuals, tried.floor)
    cuts = method.band_cuts_milli
    bands = np.bincount(np.searchsorted(cuts, drawn, side="right"), minlength=len(BANDS))
    ordered = np.sort(drawn)
    tail = draws // TAIL
    return Sensitivity(
        draws=draws,
        points=int(result.points[0]),
        band=BANDS[int(result.band[0])],
        bands=tuple(int(count) for count in bands),
        low=int(ordered[tail]),
        high=int(ordered[draws - 1 - tail]),
        floor=tried.floor,
        floored=int((residuals < tried.floor).sum()),
        swings=_swings(tried, result),
        orders=tuple(
            Order(p=p, points=points, band=method.band(points))
            for p in ORDERS
            for points in tried.points(tried.own, p).tolist()
        ),
    )


def weightings(method: Methodology, seed: bytes, draws: int = DRAWS) -> Floats:
    """Return [7, draws] weights around the method's own; each draw adds up to 1."""
    alphas = hundredths(method)
    start = hashlib.sha256(_SEED + seed).digest()
    stream = np.random.PCG64(np.random.SeedSequence(int.from_bytes(start, "big")))
    raw = stream.random_raw(draws * (CONCENTRATION - 1)) >> np.uint64(64 - _BITS)
    marks = np.sort(raw.reshape(draws, CONCENTRATION - 1).astype(np.int64), axis=1)
    ends = np.cumsum(alphas)[:-1]
    bounds = np.zeros((draws, len(alphas) + 1), dtype=np.int64)
    bounds[:, -1] = 1 << _BITS
    # The k-th mark ends the first k hundredths; before the first and after the last are the ends.
    inner = np.clip(ends - 1, 0, CONCENTRATION - 2)
    bounds[:, 1:-1] = np.where(
        ends == 0, 0, np.where(ends == CONCENTRATION, 1 << _BITS, marks[:, inner])
    )
    return np.diff(bounds, axis=1).T / float(1 << _BITS)


def hundredths(method: Methodology) -> tuple[int, ...]:
    """Return the weights as whole numbers that add up to 100: 0 for 0, otherwise at least 1."""
    weights = np.array(method.dimensions.ordered)
    exact = CONCENTRATION * weights / weights.sum()
    whole = np.where(weights > 0, np.maximum(np.floor(exact), 1), 0).astype(np.int64)
    while (missing := CONCENTRATION - int(whole.sum())) != 0:
        step = 1 if missing > 0 else -1
        # The one that lies farthest from where it should be; none is taken to nothing.
        distance = np.where((weights > 0) & (whole + step > 0), step * (exact - whole), -np.inf)
        whole[int(distance.argmax())] += step
    return tuple(int(one) for one in whole)


class _Tried:
    """One assessment, of which everything but weights and order stays as it is."""

    def __init__(self, plan: Plan, resolved: Resolved, tree: Tree) -> None:
        method = plan.methodology
        self._kappa, self._p = method.kappa, method.p
        self._inherent = exposure(plan, resolved.intake)
        self._values = 1.0 - tree.dimensions.earned[:, :CREDITED]
        self.live = tree.dimensions.live
        self.floor = int(highest_floors(plan, knocked_out(plan, resolved, tree))[PT, 0])
        #: [7, 1] the method's own weights.
        self.own: Floats = np.array(method.dimensions.ordered)[:, None]

    def residuals(self, weights: Floats, p: int | None = None) -> Ints:
        """Return [n] the scores before knock-outs under weights [7, n]."""
        posture = power_mean(self._values, np.where(self.live, weights, 0.0), p or self._p)
        return millis(self._inherent * ((1.0 - self._kappa) + self._kappa * posture[PT]))

    def points(self, weights: Floats, p: int | None = None) -> Ints:
        """Return [n] the scores under weights [7, n]."""
        return np.maximum(self.residuals(weights, p), self.floor)


def _swings(tried: _Tried, result: Result) -> tuple[Swing, ...]:
    counted = [
        at
        for at in range(len(DIMENSIONS))
        if tried.own[at, 0] > 0 and result.dimension_pt[0, at] != NONE
    ]
    weights = np.repeat(tried.own, 2 * len(counted), axis=1)
    for column, at in enumerate(counted):
        weights[at, 2 * column] *= 0.5
        weights[at, 2 * column + 1] *= 1.5
    points = tried.points(weights).tolist()
    swings = [
        Swing(DIMENSIONS[at], points[2 * column], points[2 * column + 1])
        for column, at in enumerate(counted)
    ]
    return tuple(sorted(swings, key=lambda swing: -swing.width))
