"""What an indicator gives: a risk with its range, in words, with all that it was taken from."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any, Final

from assessments.sheet import RISK_SCALE, EvidenceLevel

#: Every indicator there is, in the order in which packed facts hold them. Append only.
KEYS: Final = (
    "financial",
    "jurisdiction",
    "liability",
    "contract",
    "incidents",
    "screening",
    "training",
    "monitoring",
    "ip_schedule",
    "fourth_parties",
)


@dataclass(frozen=True, slots=True)
class Said:
    """One sentence of an explanation: its code in the indicator's `SENTENCES`, and what goes in.

    `values` are plain JSON values; numbers of money or ratio stand as text.
    """

    code: str
    values: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """An indicator of one engagement on one day. Risks are whole numbers of 1/10,000, 0 is best.

    - `lo` <= `pt` <= `hi`: the risk and its range. What is missing widens the range.
    - `enough`: False where the facts allow no point value; then only the range counts, and the
      item is not covered.
    - `declined`: the vendor refuses to say. Counts as the worst (formula 1); risks are not read.
    - `evidence`: how well the facts behind it are proved.
    - `said`: the explanation, the most important sentence first.
    - `inputs`: all that went into it, as JSON values (text for decimals and dates).
    - `holds_until`: the last day on which the facts hold without ageing; None: they do not age.
    - `next_change`: the first later day on which the same facts give another value; None: never.

    Raises ValueError where the numbers are out of range or order.
    """

    lo: int = 0
    pt: int = 0
    hi: int = 0
    enough: bool = True
    declined: bool = False
    evidence: EvidenceLevel = EvidenceLevel.SELF_DECLARED
    said: tuple[Said, ...] = ()
    inputs: Mapping[str, Any] = field(default_factory=dict)
    holds_until: date | None = None
    next_change: date | None = None

    def __post_init__(self) -> None:
        if not 0 <= self.lo <= self.pt <= self.hi <= RISK_SCALE:
            raise ValueError(f"{self.lo} <= {self.pt} <= {self.hi}: out of range or order")


def steps(risk: float) -> int:
    """Return a risk in [0, 1] as 1/10,000, half to even; what lies outside is cut off."""
    return round(min(max(risk, 0.0), 1.0) * RISK_SCALE)


def exact(risk: float, **more: Any) -> Value:
    """Return the value of a risk in [0, 1] that is known without a range."""
    at = steps(risk)
    return Value(lo=at, pt=at, hi=at, **more)
