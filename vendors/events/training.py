"""What happens to training records, as the record keeps it. Names stand beside it, erasable."""

from datetime import date
from typing import ClassVar
from uuid import UUID

from vendors.events.facts import FactsChanged


class TrainingTopicSaved(FactsChanged):
    """A topic was added or changed."""

    type: ClassVar[str] = "training.topic_saved"
    aggregate_type: ClassVar[str] = "training_topic"

    engagement_id: UUID
    name: str
    needed_of: str
    removed: bool = False


class TrainingPersonSaved(FactsChanged):
    """A person was named, or described anew."""

    type: ClassVar[str] = "training.person_saved"
    aggregate_type: ClassVar[str] = "training_person"
    private: ClassVar[frozenset[str]] = frozenset({"name", "job"})

    engagement_id: UUID
    side: str
    created: bool
    name: str
    job: str


class TrainingPersonErased(FactsChanged):
    """A person was removed, with all that was kept about them, also beside the record."""

    type: ClassVar[str] = "training.person_erased"
    aggregate_type: ClassVar[str] = "training_person"

    engagement_id: UUID
    side: str
    records: int


class TrainingRecorded(FactsChanged):
    """A training of a person was recorded, changed or taken back (`removed`)."""

    type: ClassVar[str] = "training.recorded"
    aggregate_type: ClassVar[str] = "training_person"
    private: ClassVar[frozenset[str]] = frozenset({"certificate"})

    topic_id: UUID
    done_on: date
    valid_until: date | None
    removed: bool
    certificate: str


class TrainingImported(FactsChanged):
    """A list of trainings was taken in. It names nobody: each person is found by their id."""

    type: ClassVar[str] = "training.imported"
    aggregate_type: ClassVar[str] = "engagement"

    person_ids: list[UUID]
    people: int
    records: int
