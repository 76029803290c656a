"""What the database holds about an assessment, to compare with."""

from assessments import sheet
from assessments.models import Assessment
from audit.models import Event


def cells(assessment: Assessment) -> dict[str, tuple[int, int, int]]:
    """The sheet as (risk, state, evidence) by question key."""
    assessment.refresh_from_db()
    found = sheet.unpack(assessment.sheet.cells, assessment.questions)
    return {
        key: (int(cell["risk"]), int(cell["state"]), int(cell["evidence"]))
        for key, cell in zip(assessment.questions, found, strict=True)
    }


def happened(assessment: Assessment) -> list[str]:
    """The types of the events of an assessment, in order."""
    rows = Event.objects.filter(aggregate_id=assessment.pk).order_by("position")
    return [kind.removeprefix("assessment.") for kind in rows.values_list("type", flat=True)]
