"""That the rules of retention were applied."""

from typing import ClassVar

from audit.events import Payload


class RetentionRun(Payload):
    """A run of the rules: what went, by rule, and what a legal hold kept."""

    type: ClassVar[str] = "retention.run"
    aggregate_type: ClassVar[str] = "retention"

    # Rule -> how many were erased, and how many would have been but for a hold; ready to read.
    erased: list[str]
    counts: dict[str, int]
    held: dict[str, int]
    days: dict[str, int]
