"""What happens between an assessment and the people at the vendor who answer it.

The assessment is the aggregate. Who they are is private, as is what was written to them.
"""

from datetime import date
from typing import ClassVar
from uuid import UUID

from assessments.events.assessments import AssessmentEvent
from audit.events import Payload


class Sent(AssessmentEvent):
    """It is with the vendor from now on."""

    type: ClassVar[str] = "assessment.sent"


class HandedIn(AssessmentEvent):
    """The vendor handed its part in; questions that are not the vendor's are still open."""

    type: ClassVar[str] = "assessment.handed_in"

    answered: int
    applicable: int


class PortalEvent(Payload):
    """Base: whose invitation it is about."""

    aggregate_type: ClassVar[str] = "assessment"

    vendor_id: UUID
    invitation_id: UUID
    contact_id: UUID


class Invited(PortalEvent):
    """A contact was asked to answer: everything (`whole`), or what was handed on to them."""

    type: ClassVar[str] = "invitation.sent"
    private: ClassVar[frozenset[str]] = frozenset({"name", "email", "message"})

    whole: bool
    language: str
    due_on: date | None
    ends_on: date
    name: str
    email: str
    message: str


class LinkSent(PortalEvent):
    """Another link went out. `why`: again (by staff), asked (by the contact), reminder,
    handed_over (shown to an administrator where no mail can be sent), returned, message, finding.
    `cause`: the event that made Surety send it, for which it sends no second one."""

    type: ClassVar[str] = "invitation.link_sent"

    why: str
    cause: UUID | None = None


class Extended(PortalEvent):
    """The contact has more, or less, time."""

    type: ClassVar[str] = "invitation.extended"

    due_on: date | None
    ends_on: date


class Revoked(PortalEvent):
    """No link and no session of this invitation works any more."""

    type: ClassVar[str] = "invitation.revoked"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class Declined(PortalEvent):
    """The contact says that they are not the one to ask; the invitation has ended."""

    type: ClassVar[str] = "invitation.declined"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    reason: str


class AskedAboutFindings(PortalEvent):
    """A contact was shown what was found, and is asked to answer it."""

    type: ClassVar[str] = "invitation.findings"
    private: ClassVar[frozenset[str]] = frozenset({"name", "email"})

    finding_id: UUID
    name: str
    email: str


class Entered(PortalEvent):
    """The contact used a link and is at work."""

    type: ClassVar[str] = "portal.entered"


class Left(PortalEvent):
    """The contact ended their session."""

    type: ClassVar[str] = "portal.left"


class LinkLocked(PortalEvent):
    """A link was tried with wrong tokens too often, and does not work any more."""

    type: ClassVar[str] = "portal.link_locked"


class Delegated(PortalEvent):
    """A section was handed on to a colleague, whose invitation this is."""

    type: ClassVar[str] = "delegation.given"
    private: ClassVar[frozenset[str]] = frozenset({"message"})

    section: str
    due_on: date | None
    message: str


class DelegationDone(PortalEvent):
    """The colleague says that the section is finished."""

    type: ClassVar[str] = "delegation.done"

    section: str


class TakenBack(PortalEvent):
    """A section was taken back from a colleague."""

    type: ClassVar[str] = "delegation.taken_back"

    section: str


class ReceiptMade(PortalEvent):
    """A receipt of what was submitted; `sha256` is over its content."""

    type: ClassVar[str] = "assessment.receipt_made"

    number: int
    sha256: str
