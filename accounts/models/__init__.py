"""Tables of people, business units, the clients of the API, and what people are told."""

from accounts.models.device import KnownDevice
from accounts.models.idempotency import KeptAnswer
from accounts.models.installation import Installation
from accounts.models.letter import Letter
from accounts.models.notification import (
    CalendarFeed,
    Channel,
    Digest,
    DigestTime,
    Notification,
    NotificationChoice,
)
from accounts.models.people import (
    ApiClient,
    ApiKey,
    BusinessUnit,
    Membership,
    User,
    UserManager,
)
from accounts.models.sample import SampleJob
from accounts.models.session import Session

__all__ = [
    "ApiClient",
    "ApiKey",
    "BusinessUnit",
    "CalendarFeed",
    "Channel",
    "Digest",
    "DigestTime",
    "Installation",
    "KeptAnswer",
    "KnownDevice",
    "Letter",
    "Membership",
    "Notification",
    "NotificationChoice",
    "SampleJob",
    "Session",
    "User",
    "UserManager",
]
