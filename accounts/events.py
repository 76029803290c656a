"""What happens to people and to the clients of the API."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class InstallationSetUp(Payload):
    """An empty installation was set up: it has an organisation, units and an administrator."""

    type: ClassVar[str] = "installation.set_up"
    aggregate_type: ClassVar[str] = "installation"

    organisation: str
    units: int


class OrganisationRenamed(Payload):
    """The organisation is called otherwise."""

    type: ClassVar[str] = "installation.renamed"
    aggregate_type: ClassVar[str] = "installation"

    organisation: str


class MailTried(Payload):
    """An administrator had a letter sent to see whether mail works; `trouble` is empty if so."""

    type: ClassVar[str] = "installation.mail_tried"
    aggregate_type: ClassVar[str] = "installation"

    trouble: str


class RecordExported(Payload):
    """The record was handed out as a bundle, with private details or (usually) without."""

    type: ClassVar[str] = "record.exported"
    aggregate_type: ClassVar[str] = "installation"

    with_details: bool


class DatabaseRestored(Payload):
    """The installation was brought back from a backup that ended with event no. `reached`.

    `known` is the last event that the anchor file of the machine knew, 0 without one: what lies
    between the two is lost.
    """

    type: ClassVar[str] = "record.restored"
    aggregate_type: ClassVar[str] = "installation"

    made_at: datetime
    reached: int
    known: int


class SampleAsked(Payload):
    """Somebody had the sample data loaded or removed (`what`); `aggregate_id` is the job."""

    type: ClassVar[str] = "sample.asked"
    aggregate_type: ClassVar[str] = "sample"

    what: str


class SampleLoaded(Payload):
    """The sample data is there: so many invented vendors in a unit of their own (`unit_id`)."""

    type: ClassVar[str] = "sample.loaded"
    aggregate_type: ClassVar[str] = "sample"

    vendors: int


class SampleVendorsRemoved(Payload):
    """These vendors of the sample data are gone, with all that hung on them."""

    type: ClassVar[str] = "sample.vendors_removed"
    aggregate_type: ClassVar[str] = "sample"

    vendor_ids: list[UUID]


class SampleRemoved(Payload):
    """The sample data is gone: its unit, its people, and so many vendors by this job."""

    type: ClassVar[str] = "sample.removed"
    aggregate_type: ClassVar[str] = "sample"

    vendors: int


class SampleStopped(Payload):
    """Loading or removing came to an end before its time: "cancelled" or "failed"."""

    type: ClassVar[str] = "sample.stopped"
    aggregate_type: ClassVar[str] = "sample"

    what: str
    status: str


class UnitAdded(Payload):
    """There is one more business unit (`aggregate_id`)."""

    type: ClassVar[str] = "unit.added"
    aggregate_type: ClassVar[str] = "unit"

    name: str
    code: str


class UnitRenamed(Payload):
    """A business unit is called otherwise; its code stays."""

    type: ClassVar[str] = "unit.renamed"
    aggregate_type: ClassVar[str] = "unit"

    name: str


class MemberAdded(Payload):
    """Someone was given an account, and a role in a unit (`unit_id`; None: in all units)."""

    type: ClassVar[str] = "member.added"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name", "email"})

    role: str
    name: str
    email: str


class RoleGiven(Payload):
    """A member received a role in a unit (`unit_id`; None: in all units)."""

    type: ClassVar[str] = "member.role_given"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    role: str
    name: str


class RoleChanged(Payload):
    """A member's role in a unit was exchanged for another."""

    type: ClassVar[str] = "member.role_changed"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    before: str
    role: str
    name: str


class RoleTaken(Payload):
    """A member lost a role in a unit."""

    type: ClassVar[str] = "member.role_taken"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    role: str
    name: str


class MemberDeactivated(Payload):
    """A member can no longer sign in."""

    type: ClassVar[str] = "member.deactivated"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str


class MemberReactivated(Payload):
    """A member can sign in again."""

    type: ClassVar[str] = "member.reactivated"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str


class PasswordLinkMade(Payload):
    """Someone made a link with which a member sets their password."""

    type: ClassVar[str] = "member.password_link_made"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str


class ApiClientAdded(Payload):
    """A system was given access to the API. `units` is None for all units."""

    type: ClassVar[str] = "api_client.added"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    scopes: list[str]
    units: list[UUID] | None
    requests_per_minute: int | None = None


class ApiClientChanged(Payload):
    """What a client of the API may do, or where, has changed; the values now in force."""

    type: ClassVar[str] = "api_client.changed"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    scopes: list[str]
    units: list[UUID] | None
    requests_per_minute: int | None = None


class ApiClientSwitched(Payload):
    """A client of the API was switched off, or on again."""

    type: ClassVar[str] = "api_client.switched"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    active: bool


class ApiKeyCreated(Payload):
    """A client of the API received a key."""

    type: ClassVar[str] = "api_client.key_created"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    prefix: str
    expires_at: str | None


class ApiKeyRotated(Payload):
    """A key was replaced: the old one ends at `old_expires_at`, the new one works at once."""

    type: ClassVar[str] = "api_client.key_rotated"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    prefix: str
    old_prefix: str
    old_expires_at: str
    expires_at: str | None = None


class ApiKeyRevoked(Payload):
    """A key stopped working at once."""

    type: ClassVar[str] = "api_client.key_revoked"
    aggregate_type: ClassVar[str] = "api_client"

    name: str
    prefix: str


class ClientSecretCreated(Payload):
    """A client of the API received a new OAuth2 secret; the one before stopped working."""

    type: ClassVar[str] = "api_client.secret_created"
    aggregate_type: ClassVar[str] = "api_client"

    name: str


class ProfileChanged(Payload):
    """Someone changed their own name, language or time zone."""

    type: ClassVar[str] = "member.profile_changed"
    aggregate_type: ClassVar[str] = "member"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str
    language: str
    time_zone: str


class LetterSentAgain(Payload):
    """An administrator put a letter that had not gone out into the queue once more."""

    type: ClassVar[str] = "letter.sent_again"
    aggregate_type: ClassVar[str] = "letter"

    template: str


class LetterWithdrawn(Payload):
    """An administrator took a letter out of the queue."""

    type: ClassVar[str] = "letter.withdrawn"
    aggregate_type: ClassVar[str] = "letter"

    template: str


class NotificationsChosen(Payload):
    """A member chose how to be told: kinds and channels that differ from before."""

    type: ClassVar[str] = "member.notifications_chosen"
    aggregate_type: ClassVar[str] = "member"

    channels: dict[str, str]
    hour: int | None = None
    weekday: int | None = None


class CalendarFeedMade(Payload):
    """A member made a secret address for their calendar; one from before stopped working."""

    type: ClassVar[str] = "member.calendar_made"
    aggregate_type: ClassVar[str] = "member"


class CalendarFeedRevoked(Payload):
    """The secret address of a member's calendar stopped working."""

    type: ClassVar[str] = "member.calendar_revoked"
    aggregate_type: ClassVar[str] = "member"
