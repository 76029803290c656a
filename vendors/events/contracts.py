"""What happens to contracts, clauses, policies and the estimates beside them."""

from typing import Any, ClassVar
from uuid import UUID

from audit.events import Payload
from vendors.events.facts import FactsChanged


class ContractChanged(FactsChanged):
    """A contract was entered or changed; `fields` names what."""

    type: ClassVar[str] = "contract.changed"
    aggregate_type: ClassVar[str] = "contract"
    private: ClassVar[frozenset[str]] = frozenset({"title", "before", "after"})

    engagement_id: UUID
    created: bool
    status: str
    fields: list[str]
    title: str
    before: dict[str, Any]
    after: dict[str, Any]


class ContractRenewed(FactsChanged):
    """A contract has renewed by itself: the next term has begun."""

    type: ClassVar[str] = "contract.renewed"
    aggregate_type: ClassVar[str] = "contract"

    engagement_id: UUID
    term_ends_on: str


class ClauseJudged(FactsChanged):
    """A point of the checklist was judged in a contract; it waits for counsel to confirm it."""

    type: ClassVar[str] = "clause.judged"
    aggregate_type: ClassVar[str] = "contract"
    private: ClassVar[frozenset[str]] = frozenset({"extract", "note", "reason"})

    engagement_id: UUID
    key: str
    previous: str
    status: str
    extract: str
    note: str
    reason: str


class ClauseReviewed(FactsChanged):
    """Counsel has confirmed how a point is settled; `approved`: with its deviation."""

    type: ClassVar[str] = "clause.reviewed"
    aggregate_type: ClassVar[str] = "contract"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    engagement_id: UUID
    key: str
    status: str
    approved: bool
    reason: str


class PolicyChanged(FactsChanged):
    """An insurance policy was entered or changed."""

    type: ClassVar[str] = "policy.changed"
    aggregate_type: ClassVar[str] = "insurance_policy"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    created: bool
    kind: str
    status: str
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class ExposureChanged(FactsChanged):
    """The estimate of what a loss could cost was made or changed."""

    type: ClassVar[str] = "exposure.changed"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    created: bool
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class PersonalDataChanged(FactsChanged):
    """What is recorded of personal data in an engagement was entered or changed."""

    type: ClassVar[str] = "personal_data.changed"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    created: bool
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class IctServiceChanged(FactsChanged):
    """What is recorded of an ICT service was entered or changed."""

    type: ClassVar[str] = "ict_service.changed"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"before", "after"})

    created: bool
    fields: list[str]
    before: dict[str, Any]
    after: dict[str, Any]


class ContractsImported(Payload):
    """A list of contracts or policies was imported; each change is an event of its own."""

    type: ClassVar[str] = "contracts.imported"
    aggregate_type: ClassVar[str] = "contract_import"
    private: ClassVar[frozenset[str]] = frozenset({"file_name"})

    kind: str
    file_name: str
    created: int
    changed: int


class RemindersSent(Payload):
    """Someone was reminded by mail of what comes due."""

    type: ClassVar[str] = "reminders.sent"
    aggregate_type: ClassVar[str] = "member"

    count: int
