"""How much due diligence a request calls for: none, light or full. Pure: no Django, no clock.

A suggestion with its reasons; the triage itself is a person's.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from assessments.question import Tier
from vendors.intake import IpKind


class Depth(StrEnum):
    """How much is asked."""

    NONE = "none"
    LIGHT = "light"
    FULL = "full"


class Reason(StrEnum):
    """Why that much."""

    TIER_HIGH = "tier_high"
    TIER_MODERATE = "tier_moderate"
    TIER_LOW = "tier_low"
    SECRETS = "secrets"
    NOTHING_ENTRUSTED = "nothing_entrusted"
    SOMETHING_ENTRUSTED = "something_entrusted"
    UNKNOWN_SUPPLIER = "unknown_supplier"


#: What is lost for good once it is out: asked about in full whatever the tier.
SECRET: Final = frozenset({IpKind.TRADE_SECRETS, IpKind.SOURCE_CODE, IpKind.INVENTIONS})


@dataclass(frozen=True)
class Suggestion:
    """A depth, and why; the weightiest reason first."""

    depth: Depth
    reasons: tuple[Reason, ...]


def suggest(*, tier: Tier, ip_kinds: frozenset[IpKind], known: bool) -> Suggestion:
    """Return how much to ask. ``known``: the supplier has been through due diligence before."""
    if tier in (Tier.HIGH, Tier.CRITICAL):
        return Suggestion(Depth.FULL, (Reason.TIER_HIGH,))
    if ip_kinds & SECRET:
        return Suggestion(Depth.FULL, (Reason.SECRETS,))
    if tier is Tier.MODERATE:
        return Suggestion(Depth.LIGHT, (Reason.TIER_MODERATE,))
    if ip_kinds:
        return Suggestion(Depth.LIGHT, (Reason.SOMETHING_ENTRUSTED, Reason.TIER_LOW))
    if not known:
        return Suggestion(Depth.LIGHT, (Reason.UNKNOWN_SUPPLIER, Reason.NOTHING_ENTRUSTED))
    return Suggestion(Depth.NONE, (Reason.NOTHING_ENTRUSTED, Reason.TIER_LOW))
