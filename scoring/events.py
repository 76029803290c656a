"""What scoring puts on the record."""

from datetime import date
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


class SensitivityTested(Payload):
    """Somebody had a score tried under other weights: `holding` of `draws` gave the same band."""

    type: ClassVar[str] = "score.sensitivity_tested"
    aggregate_type: ClassVar[str] = "assessment"

    vendor_id: UUID
    score_id: UUID
    band: str
    draws: int
    holding: int


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


class RunStarted(Payload):
    """A run over the portfolio was asked for."""

    type: ClassVar[str] = "run.started"
    aggregate_type: ClassVar[str] = "run"
    private: ClassVar[frozenset[str]] = frozenset({"reason"})

    kind: str
    methodology_id: UUID
    content_hash: str
    reason: str


class RunResumed(Payload):
    """A run that was cancelled goes on where it stopped."""

    type: ClassVar[str] = "run.resumed"
    aggregate_type: ClassVar[str] = "run"

    kind: str


class RunCancelled(Payload):
    """A run was stopped before its end; what it had done stays."""

    type: ClassVar[str] = "run.cancelled"
    aggregate_type: ClassVar[str] = "run"

    kind: str
    done: int
    total: int


class RunCompleted(Payload):
    """A run has come to its end."""

    type: ClassVar[str] = "run.completed"
    aggregate_type: ClassVar[str] = "run"

    kind: str
    total: int
    changed: int
    failed: int


class ScoresWritten(Payload):
    """A run wrote new scores for the vendors from one id to another: one event for all of them.

    `scores` rows were added to the history, those with the ids from `first_score` to `last_score`
    and no others; `sha256` is over id and digest of each, in that order.
    """

    type: ClassVar[str] = "scores.written"
    aggregate_type: ClassVar[str] = "run"

    cause: str
    first_vendor: UUID
    last_vendor: UUID
    changed: int
    scores: int
    first_score: UUID | None
    last_score: UUID | None
    sha256: str


class DecisionMade(Payload):
    """Somebody decided on an engagement. `band` and `score_id`: what it was decided on."""

    type: ClassVar[str] = "decision.made"
    aggregate_type: ClassVar[str] = "engagement"
    private: ClassVar[frozenset[str]] = frozenset({"reason", "despite", "conditions"})

    vendor_id: UUID
    decision_id: UUID
    number: int
    verdict: str
    previous: str
    expires_on: date | None
    assessment_id: UUID | None
    score_id: UUID | None
    band: str
    reason: str
    despite: str = ""
    conditions: list[str]


class ExportAsked(Payload):
    """A client of the API asked for an export."""

    type: ClassVar[str] = "export.asked"
    aggregate_type: ClassVar[str] = "export"

    what: str
    format: str
    filters: dict[str, str]


class ExportMade(Payload):
    """The file of an export is there: so many rows, and the SHA-256 of its content."""

    type: ClassVar[str] = "export.made"
    aggregate_type: ClassVar[str] = "export"

    what: str
    rows: int
    size: int
    sha256: str


class ExportDownloaded(Payload):
    """A client of the API was given the content of an export."""

    type: ClassVar[str] = "export.downloaded"
    aggregate_type: ClassVar[str] = "export"

    what: str
    rows: int
    sha256: str


class ExportEnded(Payload):
    """An export is over: failed, cancelled, or its file erased."""

    type: ClassVar[str] = "export.ended"
    aggregate_type: ClassVar[str] = "export"

    what: str
    status: str
    reason: str


class PortfolioViewSaved(Payload):
    """Somebody keeps a view of the dashboard under a name, or has changed name or sharing.

    `filters`: the names of those that are set.
    """

    type: ClassVar[str] = "portfolio_view.saved"
    aggregate_type: ClassVar[str] = "portfolio_view"
    private: ClassVar[frozenset[str]] = frozenset({"name"})

    name: str
    filters: list[str]
    shared: bool


class PortfolioViewRemoved(Payload):
    """A view of the dashboard is gone."""

    type: ClassVar[str] = "portfolio_view.removed"
    aggregate_type: ClassVar[str] = "portfolio_view"
