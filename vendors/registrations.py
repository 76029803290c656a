"""Whether a right is registered where the work is done. Pure: no Django, no clock."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from vendors.intake import IpKind
from vendors.territories import covers

#: Kinds of IP that are protected by being registered, country by country. The others are protected
#: without (copyright, trade secrets) or cannot be registered (tools, data).
REGISTRABLE: Final = frozenset({IpKind.INVENTIONS, IpKind.DESIGNS, IpKind.BRANDS})


class Standing(StrEnum):
    """How an asset stands in one country, the best first."""

    REGISTERED = "registered"
    NOT_NEEDED = "not_needed"
    PENDING = "pending"
    UNKNOWN = "unknown"
    MISSING = "missing"


class Why(StrEnum):
    """Why a registration is missing."""

    NONE = "none"
    EXPIRED = "expired"
    LAPSED = "lapsed"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class Registration:
    """An entry in a register. `status`: pending, registered, refused, lapsed or unknown."""

    territory: str
    status: str
    number: str = ""
    granted_on: date | None = None
    expires_on: date | None = None


@dataclass(frozen=True, slots=True)
class Found:
    """How an asset stands in a country, by which entry, and why where it is missing."""

    standing: Standing
    by: Registration | None = None
    why: Why | None = None


def needs_registration(kind: str, unregistered_because: str = "") -> bool:
    """Whether an asset of this kind is to be registered, unless there is a reason against it."""
    return kind in REGISTRABLE and not unregistered_because


def standing_of(one: Registration, as_of: date) -> tuple[Standing, Why | None]:
    """How one entry stands on a day. It holds on its last day, and where no last day is known."""
    match one.status:
        case "registered" if one.expires_on is not None and one.expires_on < as_of:
            return Standing.MISSING, Why.EXPIRED
        case "registered" if one.granted_on is not None and one.granted_on > as_of:
            return Standing.PENDING, None
        case "registered":
            return Standing.REGISTERED, None
        case "pending":
            return Standing.PENDING, None
        case "unknown":
            return Standing.UNKNOWN, None
        case "refused":
            return Standing.MISSING, Why.REFUSED
        case _:
            return Standing.MISSING, Why.LAPSED


def stands(
    registrations: Iterable[Registration], country: str, as_of: date, *, needed: bool = True
) -> Found:
    """How an asset with these entries stands in `country` on a day: by the best of them."""
    order = list(Standing)
    best = Found(Standing.MISSING, None, Why.NONE) if needed else Found(Standing.NOT_NEEDED)
    for one in registrations:
        if not covers(one.territory, country):
            continue
        standing, why = standing_of(one, as_of)
        better = order.index(standing) < order.index(best.standing)
        if better or (best.by is None and standing is best.standing):
            best = Found(standing, one, why)
    return best
