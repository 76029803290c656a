"""One name compared with all lists, without writing anything."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from stdnum import lei as lei_number

from vendors.matching.reasons import why_of
from vendors.matching.sides import ours
from vendors.models import ListEntry
from vendors.selectors import listed

#: So many candidates are told of one name.
MOST = 50


@dataclass(frozen=True, slots=True)
class LookedUp:
    """Somebody listed who may be the one asked for; `score` in 1/10,000."""

    entry: ListEntry
    our_name: str
    listed_name: str
    score: int
    why: dict[str, Any]


def looked_up(
    *,
    name: str,
    country: str = "",
    number: str = "",
    aliases: Sequence[str] = (),
    is_person: bool | None = None,
) -> list[LookedUp]:
    """Who listed may be this one, the likeliest first; `number`: a registration number or LEI."""
    compact = number.replace(" ", "").upper()
    is_lei = bool(lei_number.is_valid(compact))
    party = ours(
        names=[name, *aliases],
        is_person=is_person,
        country=country,
        lei=compact if is_lei else "",
        registration_number="" if is_lei else number,
    )
    found = listed.current().search(party)[:MOST]
    entries = listed.entries([one.key.entry_id for one in found])
    return [
        LookedUp(
            entry=entries[one.key.entry_id],
            our_name=one.candidate.query.raw or name,
            listed_name=one.candidate.result.raw,
            score=round(one.candidate.score * 10_000),
            why=why_of(one.candidate),
        )
        for one in found
        if one.key.entry_id in entries
    ]
