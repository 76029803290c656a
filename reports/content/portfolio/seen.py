"""What a portfolio report is written from."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from reports.document import Section
from scoring.models import Band
from scoring.selectors.portfolio import BandTile, Portfolio

_SERIOUS: Final = (Band.HIGH, Band.CRITICAL)
#: A chapter, and what the first page says of it.
Part = tuple[Section, list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the report is written from."""

    of: Portfolio
    tiles: Sequence[BandTile]
    cuts: tuple[int, ...]

    @property
    def vendors(self) -> int:
        """How many there are."""
        return sum(tile.vendors for tile in self.tiles)

    @property
    def serious(self) -> int:
        """Those that stand at High or Critical."""
        return sum(tile.vendors for tile in self.tiles if tile.band in _SERIOUS)
