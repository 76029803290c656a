"""Decisions for tests, made through the service by a person of legal."""

from datetime import timedelta
from typing import Any

from accounts.permissions import Role
from accounts.principal import Principal
from accounts.selectors import principal_for_user
from audit import clock
from scoring.models import Decision
from scoring.selectors.decisions import current
from scoring.services import decisions
from scoring.services.decisions import Condition
from tests.factories.accounts import make_user
from vendors.models import Engagement


def make_decision(
    engagement: Engagement,
    verdict: str = "approved",
    *,
    by: Principal | None = None,
    **values: Any,
) -> Decision:
    """A decision made on what is known now."""
    known = current(engagement)
    values.setdefault("reason", "As the review says.")
    values.setdefault("after", known.number)
    values.setdefault("seen", known.seen)
    if verdict.startswith("approved"):
        values.setdefault("expires_on", clock.today() + timedelta(days=365))
        values.setdefault("despite", "It is known, and borne until then.")
    if verdict == "approved_with_conditions":
        values.setdefault("conditions", [Condition(text="Sign the agreement on tools.")])
    by = by or principal_for_user(make_user(Role.LEGAL, engagement.unit, name="Dora Decider"))
    return decisions.decide(engagement=engagement, verdict=verdict, by=by, **values)
