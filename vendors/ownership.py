"""How much of a company listed owners hold, directly and through chains of owners. Pure.

The rule restated: a company of which listed owners together hold half or more, directly or
indirectly, counts as listed itself (OFAC, "Revised Guidance on Entities Owned by Persons Whose
Property and Interests in Property Are Blocked", 13 August 2014, and its frequently asked question
401). What is held through an owner that is itself blocked counts in full; through any other owner,
by the share of it that is listed. The second is stricter than the guidance asks for.
"""

from collections import defaultdict
from collections.abc import Collection, Hashable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final, Generic, TypeVar

N = TypeVar("N", bound=Hashable)

#: Listed owners holding so much of a company block it.
HALF: Final = Fraction(1, 2)
#: Chains that run in circles approach their sum; after so many rounds it is near enough.
_ROUNDS: Final = 60
_SCALE: Final = 10**12


@dataclass(frozen=True, slots=True)
class Holding(Generic[N]):
    """`owner` holds `share` (0 to 1) of `owned`."""

    owner: N
    owned: N
    share: Fraction


def listed_shares(holdings: Iterable[Holding[N]], listed: Collection[N]) -> Mapping[N, Fraction]:
    """What listed owners hold of each company that has owners, 0 to 1, also through others.

    Shares along a chain are multiplied, and those of several chains added; an owner that is listed,
    or of which listed owners hold half, counts as a whole. Circles are taken as often as they run.
    """
    above: dict[N, list[Holding[N]]] = defaultdict(list)
    for holding in holdings:
        above[holding.owned].append(holding)
    shares: dict[N, Fraction] = dict.fromkeys(above, Fraction(0))

    def counts(owner: N) -> Fraction:
        if owner in listed:
            return Fraction(1)
        share = shares.get(owner, Fraction(0))
        return Fraction(1) if share >= HALF else share

    for _round in range(max(_ROUNDS, len(above) + 1)):
        found = {
            owned: min(
                Fraction(1), _rounded(sum((h.share * counts(h.owner) for h in held), Fraction(0)))
            )
            for owned, held in above.items()
        }
        if found == shares:
            break
        shares = found
    return shares


def _rounded(share: Fraction) -> Fraction:
    """A share in steps so small that none is seen, so that circles come to an end."""
    return Fraction(round(share * _SCALE), _SCALE)


def blocked(share: Fraction) -> bool:
    """Whether listed owners hold so much that the company counts as listed."""
    return share >= HALF
