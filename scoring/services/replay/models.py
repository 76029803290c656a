"""The models of stored scores, each read and proved once in a replay."""

from __future__ import annotations

from typing import Final

from scoring.compile import Compiled
from scoring.engine.document import DocumentError, plan_of
from scoring.engine.methodology import MethodologyError, parse_methodology
from scoring.models import ScoringModel

#: Models kept: more than an installation has of one method.
_KEPT: Final = 1_024


class Unreadable(Exception):
    """A score cannot be computed again; says why."""


class Models:
    """Reads each model anew, whatever this process knows of it already."""

    def __init__(self) -> None:
        self._kept: dict[int, Compiled | Unreadable] = {}

    def of(self, number: int) -> Compiled:
        """The model with this number. Raises Unreadable."""
        found = self._kept.get(number)
        if found is None:
            found = _read(number)
            if len(self._kept) >= _KEPT:
                self._kept.pop(next(iter(self._kept)))
            self._kept[number] = found
        if isinstance(found, Unreadable):
            raise found
        return found


def _read(number: int) -> Compiled | Unreadable:
    row = ScoringModel.objects.select_related("methodology").filter(pk=number).first()
    if row is None:
        return Unreadable(f"there is no model {number}")
    named = bytes(row.hash)
    if ScoringModel.id_of(named) != number:
        return Unreadable(f"model {number} has a hash that belongs to another number")
    try:
        plan = plan_of(row.document, named=named)
        method = parse_methodology(row.methodology.content)
    except (DocumentError, MethodologyError) as error:
        return Unreadable(f"model {number}: {error}")
    if method.deciding != plan.methodology.deciding:
        return Unreadable(
            f"model {number} was made with another method than '{row.methodology}' says now"
        )
    return Compiled(plan=plan, model_hash=named, questions=plan.item_keys)
