"""The rules by which assessments raise findings, tier by tier."""

from vendors.models import Engagement, FindingRule


def rule_for(tier: str) -> FindingRule:
    """The rule of a tier; where nobody has set one, the default."""
    return FindingRule.objects.filter(tier=tier).first() or FindingRule(tier=tier, version=0)


def rules() -> list[FindingRule]:
    """The rule of each tier, the most exposed first; those never set have version 0."""
    there = {row.tier: row for row in FindingRule.objects.all()}
    tiers = reversed(Engagement.Tier.values)
    return [there.get(tier) or FindingRule(tier=tier, version=0) for tier in tiers]
