"""The score by a questionnaire's own rule: the weight of compliant answers over the weight asked.

Source: HECVAT (EDUCAUSE), analyst report: each question earns its weight when its answer is the
compliant one; the score is what was earned over what could be. Blanks earn nothing; what does not
apply, or was not asked, counts on neither side.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Answered:
    """A scored question as answered. earned: 0 to 1 of its weight; asked: whether it counts."""

    section: str
    weight: float
    earned: float
    asked: bool


@dataclass(frozen=True)
class Score:
    """Weight earned over weight asked. `share` is None where nothing was asked."""

    earned: float
    possible: float

    @property
    def share(self) -> float | None:
        """0 to 1."""
        return self.earned / self.possible if self.possible else None

    @property
    def percent(self) -> float | None:
        """0 to 100 with one decimal, as such reports show it."""
        return None if self.share is None else round(100 * self.share, 1)


def score(answers: Iterable[Answered]) -> tuple[Score, Mapping[str, Score]]:
    """(overall, by section in order of first use)."""
    sums: dict[str, list[float]] = {}
    for one in answers:
        pair = sums.setdefault(one.section, [0.0, 0.0])
        if one.asked:
            pair[0] += one.weight * one.earned
            pair[1] += one.weight
    parts = {name: Score(*pair) for name, pair in sums.items()}
    whole = Score(
        sum(part.earned for part in parts.values()), sum(part.possible for part in parts.values())
    )
    return whole, parts
