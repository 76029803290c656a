"""How much due diligence a request calls for."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assessments.question import Tier
from assessments.triage import SECRET, Depth, Reason, suggest
from vendors.intake import IpKind

kinds = st.frozensets(st.sampled_from(IpKind))
_ORDER = [Depth.NONE, Depth.LIGHT, Depth.FULL]


@pytest.mark.parametrize("tier", [Tier.HIGH, Tier.CRITICAL])
def test_a_high_tier_is_asked_in_full(tier: Tier) -> None:
    assert suggest(tier=tier, ip_kinds=frozenset(), known=True).depth is Depth.FULL


@pytest.mark.parametrize("kind", sorted(SECRET))
def test_secrets_are_asked_about_in_full_at_any_tier(kind: IpKind) -> None:
    found = suggest(tier=Tier.LOW, ip_kinds=frozenset({kind}), known=True)
    assert (found.depth, found.reasons) == (Depth.FULL, (Reason.SECRETS,))


def test_nothing_entrusted_to_somebody_known_needs_none() -> None:
    assert suggest(tier=Tier.LOW, ip_kinds=frozenset(), known=True).depth is Depth.NONE
    assert suggest(tier=Tier.LOW, ip_kinds=frozenset(), known=False).depth is Depth.LIGHT


@given(st.sampled_from(Tier), kinds, kinds, st.booleans())
def test_entrusting_more_never_asks_less(
    tier: Tier, some: frozenset[IpKind], more: frozenset[IpKind], known: bool
) -> None:
    less = suggest(tier=tier, ip_kinds=some, known=known)
    rest = suggest(tier=tier, ip_kinds=some | more, known=known)
    assert _ORDER.index(less.depth) <= _ORDER.index(rest.depth)
    assert rest.reasons
