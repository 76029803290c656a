"""Why a vendor's rating moved, day by day: from the scores on record behind it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from uuid import UUID

from accounts.principal import Principal
from scoring.models import Score, Standing
from scoring.selectors.scores import scores_visible_to


@dataclass(frozen=True, slots=True)
class Turn:
    """Why a standing began: what caused the scores of that day, oldest first, and the last of them.

    `first`: there was no standing before. `other`: another assessment decides from here on. All may
    be empty: while an assessment is a draft, its scores are not on record.
    """

    causes: tuple[str, ...] = ()
    score_id: UUID | None = None
    first: bool = False
    other: bool = False

    @property
    def aged(self) -> bool:
        """Whether nothing but time was at work."""
        return bool(self.causes) and set(self.causes) == {"ageing"}


def turns(history: Sequence[Standing], principal: Principal) -> list[Turn]:
    """A turn for each of a vendor's standings, which come latest first; one query."""
    found = _scores(history, principal)
    return [
        _turn(row, history[at + 1] if at + 1 < len(history) else None, found)
        for at, row in enumerate(history)
    ]


def _scores(
    history: Sequence[Standing], principal: Principal
) -> dict[tuple[UUID, date], list[Score]]:
    deciding = {row.driver for row in history if row.driver is not None}
    days = {row.valid_from for row in history}
    rows = (
        scores_visible_to(principal)
        .filter(assessment__in=deciding, as_of__in=days)
        .only("pk", "assessment_id", "as_of", "cause")
        .order_by("pk")
    )
    found: dict[tuple[UUID, date], list[Score]] = {}
    for row in rows if deciding else ():
        found.setdefault((row.assessment_id, row.as_of), []).append(row)
    return found


def _turn(
    row: Standing,
    before: Standing | None,
    scores: dict[tuple[UUID, date], list[Score]],
) -> Turn:
    made = scores.get((row.driver, row.valid_from), []) if row.driver is not None else []
    return Turn(
        causes=tuple(dict.fromkeys(one.cause for one in made)),
        score_id=made[-1].pk if made else None,
        first=before is None,
        other=before is not None and before.driver != row.driver,
    )
