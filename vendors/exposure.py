"""Inherent risk and tier of an engagement, from its intake (formula 4 of the scoring method).

Pure. Kept on the engagement so that lists and the selection of questions need no scoring; the score
itself is computed from the intake by the engine.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from fractions import Fraction
from typing import Final

from vendors.intake import IntakeQuestion, intake, intake_risks
from vendors.question_file import RISK_SCALE

#: The least inherent risk, in 1/10,000: whoever holds anything of ours is some exposure.
LEAST: Final = 100


class Tier(StrEnum):
    """How much an engagement exposes, least first."""

    LOW = "low"
    MODERATE = "moderate"
    HIGH = "high"
    CRITICAL = "critical"


_CUTS: Final = ((7_500, Tier.CRITICAL), (5_000, Tier.HIGH), (2_500, Tier.MODERATE))


@dataclass(frozen=True)
class Driver:
    """One intake answer and how much it adds: `points` of 100 of the inherent risk."""

    question: IntakeQuestion
    known: bool
    points: Fraction


def drivers(values: Mapping[str, object]) -> list[Driver]:
    """Every intake question with what it adds to the inherent risk, largest first."""
    questions = intake()
    total = Fraction(sum(Fraction(weight) for weight in questions.weights.values()))
    found = [
        Driver(
            questions.by_key[key],
            known=risk is not None,
            points=Fraction(questions.weights[key])
            * (RISK_SCALE if risk is None else risk)
            * 100
            / (total * RISK_SCALE),
        )
        for key, risk in intake_risks(values)
    ]
    return sorted(found, key=lambda driver: -driver.points)


def inherent_risk(values: Mapping[str, object]) -> int:
    """The inherent risk in 1/10,000; what is not known counts as the worst case."""
    share = sum((driver.points for driver in drivers(values)), Fraction(0)) / 100
    return max(LEAST, round(share * RISK_SCALE))


def tier_of(inherent: int) -> Tier:
    """The tier of an inherent risk in 1/10,000: cut at a quarter, a half and three quarters."""
    return next((tier for cut, tier in _CUTS if inherent >= cut), Tier.LOW)
