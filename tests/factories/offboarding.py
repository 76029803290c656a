"""Off-boardings for tests, made through the services."""

from datetime import date
from typing import Any

from accounts.models import BusinessUnit, User
from accounts.permissions import Role
from accounts.principal import SYSTEM, Principal
from tests.factories.accounts import make_user
from tests.factories.evidence import make_evidence
from tests.factories.vendors import make_engagement
from vendors.models import Engagement, Offboarding, OffboardingLine, Vendor
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


def make_offboardings(
    vendor: Vendor, unit: BusinessUnit, *, owner: User, word: str
) -> dict[str, Any]:
    """An engagement to be ended, and off-boardings in each state; kind -> id of the object."""

    def begun(title: str) -> Offboarding:
        return start_offboarding(
            make_engagement(vendor, unit, title=f"{word} {title}"),
            owner=owner,
            reason=f"{word} goes elsewhere.",
        )

    running, ready, closed = (begun(title) for title in ("lids", "frames", "gears"))
    settled = running.lines.get(key="notice")
    offboarding_lines.done(line=settled, version=1, note=f"{word} was told", by=SYSTEM)
    document = make_evidence(vendor, unit, title=f"{word} shredding record")
    designs = closed.lines.get(key="designs")
    offboarding_lines.done(line=designs, version=1, evidence=document, by=SYSTEM)
    for one in (ready, closed):
        waive_rest(one)
    offboarding.close(offboarding=closed, version=1, by=SYSTEM)
    return {
        "engagement_to_end": make_engagement(vendor, unit, title=f"{word} brackets").pk,
        "engagement_ending": running.engagement_id,
        "offboarding": running.pk,
        "offboarding_line": running.lines.get(key="accounts").pk,
        "offboarding_settled": settled.pk,
        "offboarding_ready": ready.pk,
        "offboarding_closed": closed.pk,
    }
