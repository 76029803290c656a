"""Off-boardings for tests, made through the services."""

from datetime import date
from typing import Any

from accounts.models import User
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from tests.factories.accounts import make_user
from vendors.models import Engagement, Offboarding, OffboardingLine
from vendors.services import offboarding, offboarding_lines

LAST_DAY = date(2026, 12, 31)


def start_offboarding(
    engagement: Engagement, *, owner: User | None = None, by: Principal = SYSTEM, **values: Any
) -> Offboarding:
    """The off-boarding of an engagement, begun."""
    values.setdefault("reason", "The contract ends.")
    values.setdefault("last_day", LAST_DAY)
    return offboarding.start(
        engagement=engagement,
        owner=owner or make_user(Role.PROCUREMENT, engagement.unit),
        by=by,
        **values,
    )


def waive_rest(started: Offboarding, *, by: Principal = SYSTEM) -> None:
    """Every line that is open is waived."""
    for line in OffboardingLine.objects.filter(offboarding=started, status="open"):
        offboarding_lines.waive(line=line, version=line.version, reason="Nothing shared.", by=by)


def end_engagement(engagement: Engagement, *, by: Principal = SYSTEM) -> Offboarding:
    """The engagement has ended, by an off-boarding of which every line was waived."""
    started = start_offboarding(engagement, by=by)
    waive_rest(started)
    return offboarding.close(offboarding=started, version=started.version, by=by)
