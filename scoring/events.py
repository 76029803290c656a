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


class MethodologyDrafted(Payload):
    """A draft of a methodology was made: a copy of `source` ("key version"), or of a file ("")."""

    type: ClassVar[str] = "methodology.drafted"
    aggregate_type: ClassVar[str] = "methodology"

    key: str
    version: str
    source: str
    content_hash: str


class MethodologyChanged(Payload):
    """A draft of a methodology was changed; `groups` names the parameters."""

    type: ClassVar[str] = "methodology.changed"
    aggregate_type: ClassVar[str] = "methodology"

    key: str
    version: str
    groups: list[str]
    content_hash: str


class MethodologyDiscarded(Payload):
    """A draft of a methodology was deleted."""

    type: ClassVar[str] = "methodology.discarded"
    aggregate_type: ClassVar[str] = "methodology"

    key: str
    version: str


class MethodologyPublished(Payload):
    """A methodology is in force from now on, for this reason."""

    type: ClassVar[str] = "methodology.published"
    aggregate_type: ClassVar[str] = "methodology"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    key: str
    version: str
    content_hash: str
    reason: str = ""


class MethodologyRetired(Payload):
    """A methodology is no longer in force; `successor` is ("key version")."""

    type: ClassVar[str] = "methodology.retired"
    aggregate_type: ClassVar[str] = "methodology"

    key: str
    version: str
    successor: str
