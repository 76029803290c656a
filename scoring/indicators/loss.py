"""A year of losses, simulated (after FAIR): how often, how large, and how much stays with us.

The number of losses in a year is Poisson with a rate drawn from a PERT distribution,
alpha = 1 + 4 (m - a) / (b - a), beta = 1 + 4 (b - m) / (b - a). The size of a loss is lognormal,
its 5 % and 95 % points being the range given: mu = (ln L + ln U) / 2, sigma = (ln U - ln L) / 3.29.
What can be recovered in a year is taken off the losses of that year. Pure; equal seeds give equal
numbers. Money that comes out of this never enters a score.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt

DRAWS: Final = 20_000
#: More losses a year than this are no longer rare events, and would take too long to draw.
MOST_PER_YEAR: Final = 50.0
#: Standard deviations between the 5 % and the 95 % point of a normal distribution.
_WIDTH: Final = 3.29
_POINTS: Final = 25

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Frequency:
    """Losses a year: least, most likely, most."""

    low: float
    likely: float
    high: float

    def __post_init__(self) -> None:
        if not 0 <= self.low <= self.likely <= self.high <= MOST_PER_YEAR:
            raise ValueError(f"Losses a year rise from 0 to at most {MOST_PER_YEAR:g}.")


@dataclass(frozen=True, slots=True)
class Size:
    """The size of one loss: nine in ten lie between these."""

    low: float
    high: float

    def __post_init__(self) -> None:
        if not 0 < self.low <= self.high or not math.isfinite(self.high):
            raise ValueError("The size of a loss is above 0, and its two numbers rise.")


@dataclass(frozen=True, slots=True)
class Simulation:
    """The result, in the currency of the estimate, for one year.

    `curve`: (amount, share of years in which more than that stays with us), falling.
    """

    draws: int
    gross_mean: float
    mean: float
    standard_error: float
    p50: float
    p95: float
    any_loss: float
    curve: tuple[tuple[float, float], ...]


def pert(frequency: Frequency, draws: int, random: np.random.Generator) -> Floats:
    """Rates drawn from the PERT distribution; constant where its ends are one."""
    low, mode, high = frequency.low, frequency.likely, frequency.high
    width = high - low
    if width <= 0:
        return np.full(draws, low)
    alpha, beta = 1 + 4 * (mode - low) / width, 1 + 4 * (high - mode) / width
    return low + width * random.beta(alpha, beta, draws)


def lognormal(size: Size) -> tuple[float, float]:
    """(mu, sigma) of the size of a loss."""
    low, high = math.log(size.low), math.log(size.high)
    return (low + high) / 2, (high - low) / _WIDTH


def simulate(
    frequency: Frequency,
    size: Size,
    *,
    recoverable: float,
    seed: int,
    draws: int = DRAWS,
) -> Simulation:
    """`draws` years. `recoverable` is what can be got back in one year; `math.inf`: everything."""
    random = np.random.default_rng(seed)
    counts = random.poisson(pert(frequency, draws, random))
    mu, sigma = lognormal(size)
    losses = random.lognormal(mu, sigma, int(counts.sum()))
    years = np.repeat(np.arange(draws), counts)
    gross = np.bincount(years, weights=losses, minlength=draws)
    kept = np.maximum(gross - max(recoverable, 0.0), 0.0)
    p50, p95 = (float(point) for point in np.quantile(kept, (0.5, 0.95)))
    return Simulation(
        draws=draws,
        gross_mean=float(gross.mean()),
        mean=float(kept.mean()),
        standard_error=float(kept.std(ddof=1) / math.sqrt(draws)) if draws > 1 else 0.0,
        p50=p50,
        p95=p95,
        any_loss=float((counts > 0).mean()),
        curve=tuple(_curve(kept)),
    )


def _curve(kept: Floats) -> list[tuple[float, float]]:
    """Round amounts up to the 99.5 % point, each with the share of years that cost more."""
    top = float(np.quantile(kept, 0.995))
    if top <= 0:
        return [(0.0, float((kept > 0).mean()))]
    step = _round(top / (_POINTS - 1))
    ordered = np.sort(kept)
    amounts = [step * at for at in range(_POINTS)]
    shares = (len(ordered) - np.searchsorted(ordered, amounts, side="right")) / len(ordered)
    return [
        (amount, float(share))
        for amount, share in zip(amounts, shares, strict=True)
        if amount <= top + step
    ]


def _round(step: float) -> float:
    """A step that people count in: 1, 2, 2.5 or 5 times a power of ten, not below `step`."""
    power = 10.0 ** math.floor(math.log10(step))
    return next((nice * power for nice in (1, 2, 2.5, 5, 10) if nice * power >= step), step)
