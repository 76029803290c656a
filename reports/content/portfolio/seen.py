"""What a portfolio report is written from."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from reports.document import Section
from reports.selectors import owner_in
from scoring import links
from scoring.models import Band, Methodology
from scoring.selectors import methods
from scoring.selectors import portfolio as reading
from scoring.selectors.portfolio import BandTile, MethodChange, Portfolio
from scoring.selectors.portfolio.trend import in_force_on

_SERIOUS: Final = (Band.HIGH, Band.CRITICAL)
#: A chapter, and what the first page says of it.
Part = tuple[Section, list[str]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What the report is written from.

    `named`: the filters as the address of the dashboard holds them; `owner`: whose vendors they
    are, or "". `method`: the one in force on the day, with its `cuts` in milli-points.
    """

    of: Portfolio
    named: Mapping[str, str]
    owner: str
    tiles: Sequence[BandTile]
    changes: Sequence[MethodChange]
    method: Methodology | None
    cuts: Sequence[int]

    @property
    def vendors(self) -> int:
        """How many there are."""
        return sum(tile.vendors for tile in self.tiles)

    @property
    def serious(self) -> int:
        """Those that stand at High or Critical."""
        return sum(tile.vendors for tile in self.tiles if tile.band in _SERIOUS)


def see(of: Portfolio) -> Seen:
    """Read what all chapters need."""
    changes = reading.method_changes()
    in_force = in_force_on(of.day, changes)
    named = links.filters_but_unit(of)
    return Seen(
        of=of,
        named=named,
        owner=owner_in(named),
        tiles=reading.bands(of),
        changes=changes,
        method=methods.named(in_force) if in_force else None,
        cuts=methods.parameters(in_force).band_cuts_milli if in_force else (),
    )
