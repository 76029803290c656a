"""What happens to findings, as the record keeps it."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload


class FindingOpened(Payload):
    """A finding was raised. `cause`: what raised it, where Surety did; else ""."""

    type: ClassVar[str] = "finding.opened"
    aggregate_type: ClassVar[str] = "finding"
    private: ClassVar[frozenset[str]] = frozenset({"title", "detail"})

    vendor_id: UUID
    engagement_id: UUID | None = None
    kind: str
    severity: str
    cause: str = ""
    owner_id: UUID | None = None
    title: str
    detail: str = ""


class FindingChanged(Payload):
    """A finding goes on. `how`: one of those with words in `config.event_words`."""

    type: ClassVar[str] = "finding.changed"
    aggregate_type: ClassVar[str] = "finding"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    vendor_id: UUID
    engagement_id: UUID | None = None
    how: str
    status: str
    severity: str
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class FindingClosed(Payload):
    """A finding was closed. `automatic`: by Surety, since its cause is gone."""

    type: ClassVar[str] = "finding.closed"
    aggregate_type: ClassVar[str] = "finding"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    vendor_id: UUID
    engagement_id: UUID | None = None
    kind: str
    severity: str
    automatic: bool
    verified_by_id: UUID | None = None
    reason: str


class FindingRuleChanged(Payload):
    """What raises findings in a tier has changed."""

    type: ClassVar[str] = "finding_rule.changed"
    aggregate_type: ClassVar[str] = "finding_rule"

    tier: str
    before: dict[str, int | bool | None]
    after: dict[str, int | bool | None]
