"""Who sees to which stage, as it stands in the record."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class StageRuleChanged(Payload):
    """Owner, deputy or target of a stage of a unit changed."""

    type: ClassVar[str] = "stage.rule_changed"
    aggregate_type: ClassVar[str] = "unit"

    stage: str
    owner_id: UUID | None
    deputy_id: UUID | None
    away_until: str | None
    target_days: int
