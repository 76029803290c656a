"""What happens to sites and their audits, as the record keeps it."""

from typing import Any, ClassVar
from uuid import UUID

from vendors.events.facts import FactsChanged


class SiteAdded(FactsChanged):
    """A place of a vendor was recorded."""

    type: ClassVar[str] = "site.added"
    aggregate_type: ClassVar[str] = "site"
    private: ClassVar[frozenset[str]] = frozenset({"name", "address"})

    activity: str
    country: str
    engagement_ids: list[UUID]
    name: str
    address: str


class SiteChanged(FactsChanged):
    """What is recorded of a place changed, or which engagements use it; `fields` names what."""

    type: ClassVar[str] = "site.changed"
    aggregate_type: ClassVar[str] = "site"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class SiteClosed(FactsChanged):
    """The vendor has left the place on this day, or uses it again (`closed_on` none)."""

    type: ClassVar[str] = "site.closed"
    aggregate_type: ClassVar[str] = "site"

    closed_on: str | None


class SiteAudited(FactsChanged):
    """An audit of a site was recorded, or what was recorded of it put right (`corrected`)."""

    type: ClassVar[str] = "site.audited"
    aggregate_type: ClassVar[str] = "site"
    private: ClassVar[frozenset[str]] = frozenset({"auditor", "note"})

    audit_id: UUID
    audited_on: str
    scope: str
    result: str
    next_due: str | None
    corrected: bool = False
    auditor: str
    note: str
