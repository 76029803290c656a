"""What happens to the date on which an assessment is due again, as it stands in the record."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class RenewalEvent(Payload):
    """Base: about the signed-off assessment that is to be renewed."""

    aggregate_type: ClassVar[str] = "assessment"

    vendor_id: UUID
    engagement_id: UUID
    due_on: str


class RenewalSet(RenewalEvent):
    """When it is due again was worked out from the sign-off and the tier."""

    type: ClassVar[str] = "renewal.set"


class RenewalCalled(RenewalEvent):
    """Something happened, and it is due earlier. `because`: incident, match, band …"""

    type: ClassVar[str] = "renewal.called"

    because: str
    event_id: UUID | None


class RenewalPostponed(RenewalEvent):
    """Somebody put it off, or brought it forward, with a reason."""

    type: ClassVar[str] = "renewal.postponed"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    before: str
    reason: str


class RenewalStarted(RenewalEvent):
    """The assessment that renews it was opened."""

    type: ClassVar[str] = "renewal.started"

    by_assessment: UUID


class CadenceChanged(Payload):
    """A unit asks again after other numbers of months, by tier."""

    type: ClassVar[str] = "renewal.cadence_changed"
    aggregate_type: ClassVar[str] = "unit"

    before: dict[str, int]
    after: dict[str, int]
