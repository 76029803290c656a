"""What scoring puts on the record."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class ScoreChanged(Payload):
    """Points, band or firmness of an assessment changed, or its first score now stands.

    Points are milli-points, None when not rated. `score_id` is None while it is a draft.
    """

    type: ClassVar[str] = "score.changed"
    aggregate_type: ClassVar[str] = "assessment"

    vendor_id: UUID
    score_id: UUID | None
    points: int | None
    band: str
    status: str
    previous_points: int | None
    previous_band: str
    previous_status: str
    cause: str


class MethodologyPublished(Payload):
    """A methodology is in force from now on."""

    type: ClassVar[str] = "methodology.published"
    aggregate_type: ClassVar[str] = "methodology"

    key: str
    version: str
    content_hash: str
