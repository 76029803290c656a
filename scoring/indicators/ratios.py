"""The panel of five ratios: each from good (no risk) to bad (full risk) along a straight line.

Bounds are expert judgement. Rules for denominators of zero and below:

- Nothing due within a year: current and quick ratio are at their best.
- An operating loss covers no interest: worst; without a loss and without interest: best.
- No debt: debt/EBITDA is at its best; debt and no EBITDA, or a negative one: worst.
- Without assets, liabilities/assets has no value.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Final

from scoring.indicators.figures import Figures

BEST: Final = "best"
WORST: Final = "worst"


@dataclass(frozen=True, slots=True)
class Ratio:
    """One ratio of a year. `risk` None: a line is missing (`missing`), so it drops out.

    `value` is None where the denominator is zero or below; `rule` then says how it counts.
    """

    key: str
    good: float
    bad: float
    value: float | None = None
    risk: float | None = None
    rule: str = ""
    missing: tuple[str, ...] = ()


#: Key -> (good, bad).
BOUNDS: Final[Mapping[str, tuple[float, float]]] = {
    "current": (2.0, 0.8),
    "quick": (1.2, 0.5),
    "interest_cover": (6.0, 1.0),
    "debt_to_ebitda": (2.0, 6.0),
    "liabilities_to_assets": (0.4, 0.9),
}
_LINES: Final[Mapping[str, tuple[str, ...]]] = {
    "current": ("current_assets", "current_liabilities"),
    "quick": ("current_assets", "inventories", "current_liabilities"),
    "interest_cover": ("ebit", "interest_expense"),
    "debt_to_ebitda": ("debt", "ebitda"),
    "liabilities_to_assets": ("total_liabilities", "total_assets"),
}


def line_risk(value: float, good: float, bad: float) -> float:
    """0 at `good` and better, 1 at `bad` and worse, straight between them."""
    return min(max((value - good) / (bad - good), 0.0), 1.0)


def _current(current: float, due: float) -> float | str:
    return current / due if due > 0 else BEST


def _quick(current: float, inventories: float, due: float) -> float | str:
    return (current - inventories) / due if due > 0 else BEST


def _interest_cover(ebit: float, interest: float) -> float | str:
    if ebit < 0:
        return WORST
    return ebit / interest if interest > 0 else BEST


def _debt_to_ebitda(debt: float, ebitda: float) -> float | str:
    if debt <= 0:
        return BEST
    return debt / ebitda if ebitda > 0 else WORST


def _liabilities_to_assets(owed: float, assets: float) -> float | str:
    return owed / assets if assets > 0 else WORST


_FORMULAS: Final[Mapping[str, Callable[..., float | str]]] = {
    "current": _current,
    "quick": _quick,
    "interest_cover": _interest_cover,
    "debt_to_ebitda": _debt_to_ebitda,
    "liabilities_to_assets": _liabilities_to_assets,
}


def panel(figures: Figures) -> tuple[Ratio, ...]:
    """All five ratios of a year."""
    done = figures.completed()
    return tuple(_ratio(key, done) for key in BOUNDS)


def _ratio(key: str, figures: Figures) -> Ratio:
    good, bad = BOUNDS[key]
    given = {line: getattr(figures, line) for line in _LINES[key]}
    missing = tuple(line for line, value in given.items() if value is None)
    if missing:
        return Ratio(key, good, bad, missing=missing)
    found = _FORMULAS[key](*given.values())
    if isinstance(found, str):
        return Ratio(key, good, bad, risk=0.0 if found == BEST else 1.0, rule=found)
    if math.isinf(found):
        return Ratio(key, good, bad, risk=line_risk(math.copysign(1e300, found), good, bad))
    return Ratio(key, good, bad, value=found, risk=line_risk(found, good, bad))
