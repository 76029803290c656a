"""What happens to reports and to what makes them by the calendar."""

from typing import ClassVar
from uuid import UUID

from audit.events import Payload


class ReportAsked(Payload):
    """Somebody, or the calendar for somebody, asked for a report."""

    type: ClassVar[str] = "report.asked"
    aggregate_type: ClassVar[str] = "report"

    kind: str
    vendor_id: UUID | None = None
    schedule_id: UUID | None = None
    with_strict: bool = False
    # What a portfolio is narrowed down by: names of filters, without their values.
    filters: list[str] = []


class ReportMade(Payload):
    """The files of a report are there: SHA-256 by format."""

    type: ClassVar[str] = "report.made"
    aggregate_type: ClassVar[str] = "report"

    kind: str
    vendor_id: UUID | None = None
    files: dict[str, str]


class ReportDownloaded(Payload):
    """Somebody was given a file of a report."""

    type: ClassVar[str] = "report.downloaded"
    aggregate_type: ClassVar[str] = "report"

    kind: str
    vendor_id: UUID | None = None
    format: str
    sha256: str


class ReportEnded(Payload):
    """A report is over: failed, cancelled, or its files erased."""

    type: ClassVar[str] = "report.ended"
    aggregate_type: ClassVar[str] = "report"

    kind: str
    vendor_id: UUID | None = None
    status: str
    reason: str


class ScheduleSaved(Payload):
    """A report is to be made every week or month, or that was changed."""

    type: ClassVar[str] = "report_schedule.saved"
    aggregate_type: ClassVar[str] = "report_schedule"

    kind: str
    vendor_id: UUID | None = None
    rhythm: str
    readers: list[UUID]
    with_strict: bool
    filters: list[str] = []
    version: int


class ScheduleSwitched(Payload):
    """Making a report by the calendar was switched on or off; `reason`, where Surety did it."""

    type: ClassVar[str] = "report_schedule.switched"
    aggregate_type: ClassVar[str] = "report_schedule"

    kind: str
    is_active: bool
    reason: str = ""


class ScheduleLeft(Payload):
    """A reader does not want to be told of a report any more."""

    type: ClassVar[str] = "report_schedule.left"
    aggregate_type: ClassVar[str] = "report_schedule"

    kind: str
    user_id: UUID
