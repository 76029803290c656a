"""A vendor's standing out of its assessments (formula 12)."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from scoring.engine.evaluate import Status
from scoring.engine.methodology import Methodology


@dataclass(frozen=True, slots=True)
class AssessmentResult:
    """One current assessment. `points` (milli-points) is None exactly where not rated.

    A mandatory assessment that does not exist yet is given as a `mandatory` one that is not rated.
    """

    key: str
    status: Status
    points: int | None
    mandatory: bool = False
    blocked: bool = False

    def __post_init__(self) -> None:
        if (self.points is None) != (self.status is Status.NOT_RATED):
            raise ValueError(f"assessment '{self.key}': points are missing exactly if not rated")


@dataclass(frozen=True, slots=True)
class VendorRating:
    """The worst rated assessment of a vendor: `decided_by` names it, `points` are milli-points.

    `points`, `band` and `decided_by` are None where nothing is rated.
    """

    status: Status
    points: int | None
    band: str | None
    decided_by: str | None
    rated: int
    not_rated: int
    blocked: bool


def vendor_rating(method: Methodology, results: Sequence[AssessmentResult]) -> VendorRating:
    """Return the worst of the rated assessments, ties by key, with the count of those not rated.

    The rating is provisional while a mandatory assessment is missing or provisional, and also while
    the assessment that decides it is itself provisional: a number that may still move is not final.
    """
    rated = [result for result in results if result.points is not None]
    blocked = any(result.blocked for result in results)
    if not rated:
        return VendorRating(
            status=Status.NOT_RATED,
            points=None,
            band=None,
            decided_by=None,
            rated=0,
            not_rated=len(results),
            blocked=blocked,
        )
    worst = min(rated, key=lambda result: (-(result.points or 0), result.status, result.key))
    points = worst.points or 0
    firm = all(result.status is Status.FINAL for result in results if result.mandatory)
    return VendorRating(
        status=Status.FINAL if firm and worst.status is Status.FINAL else Status.PROVISIONAL,
        points=points,
        band=method.band(points),
        decided_by=worst.key,
        rated=len(rated),
        not_rated=len(results) - len(rated),
        blocked=blocked,
    )
