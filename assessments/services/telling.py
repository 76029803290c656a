"""Recording what happened to an assessment: every event of one says the same things about it."""

from typing import Any

from accounts.principal import Principal
from assessments.events.assessments import AssessmentEvent
from assessments.models import Assessment
from audit.record import record


def about(
    kind: type[AssessmentEvent], assessment: Assessment, by: Principal, **fields: Any
) -> None:
    """Record an event of an assessment as it stands after the change."""
    record(
        kind(
            aggregate_id=assessment.pk,
            unit_id=assessment.unit_id,
            vendor_id=assessment.vendor_id,
            status=assessment.status,
            inputs_version=assessment.inputs_version,
            **fields,
        ),
        by=by,
    )
