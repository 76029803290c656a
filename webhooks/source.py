"""What may be told of an event, and to whom: known to the floors above, reached by name.

Webhooks see events only. The module named by WEBHOOK_SOURCE knows what they mean; it is the one
that the change feed reads too, so both say the same.
"""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from functools import cache
from importlib import import_module
from typing import Any, Protocol, cast
from uuid import UUID

from django.conf import settings
from django.utils.functional import Promise

from accounts.permissions import Permission
from accounts.principal import Principal
from audit.feed import Entry


class Change(Protocol):
    """One thing that changed, as others may hear of it."""

    @property
    def id(self) -> UUID: ...
    @property
    def type(self) -> str: ...
    @property
    def occurred_at(self) -> datetime: ...
    @property
    def subject_kind(self) -> str: ...
    @property
    def subject_id(self) -> UUID: ...
    @property
    def vendor_id(self) -> UUID | None: ...
    @property
    def unit_id(self) -> UUID | None: ...
    @property
    def details(self) -> dict[str, Any]: ...
    @property
    def request_id(self) -> UUID | None: ...


class Source(Protocol):
    """What the module offers."""

    def event_types(self) -> Mapping[str, Permission]:
        """Each type by its public name, with the permission that it takes to hear of it."""

    def words(self) -> Mapping[str | Promise, Mapping[str, str | Promise]]:
        """Group -> public name of each type -> when it is told, for people."""

    def recorded_types(self) -> Sequence[str]:
        """The types of recorded events that become changes."""

    def told(self, principal: Principal, entries: Sequence[Entry]) -> Iterable[Change]:
        """What of these events the one who asks may hear, in their order."""

    def may_hear(
        self,
        principal: Principal,
        *,
        event_type: str,
        subject_id: UUID | None,
        vendor_id: UUID | None,
        unit_id: UUID | None,
    ) -> bool:
        """Whether they may (still) hear of a change of this type, of this vendor and unit."""


@cache
def source() -> Source:
    """The module named in the settings."""
    return cast("Source", import_module(settings.WEBHOOK_SOURCE))
