"""Which questionnaires are offered for an engagement, and which one is meant by default."""

from dataclasses import dataclass
from datetime import datetime

from django.db.models import Count, Max, Q

from assessments.models import Assessment, Questionnaire, SupplierRequest
from assessments.selectors.assessments import published
from assessments.selectors.renewals import questionnaire_for
from vendors.models import Engagement


@dataclass(frozen=True)
class Offered:
    """A published version, with how the engagement's unit has used it."""

    row: Questionnaire
    used: int
    last_used: datetime | None
    #: The newest published version of its questionnaire.
    is_newest: bool


def offered(engagement: Engagement, *, words: str = "") -> list[Offered]:
    """All versions that can be opened: newest ones first, by when the unit last used them.

    words: only those whose title or key has them.
    """
    own = Q(assessments__unit=engagement.unit_id)
    rows = published().annotate(
        used=Count("assessments", filter=own),
        last_used=Max("assessments__opened_at", filter=own),
    )
    if words:
        rows = rows.filter(Q(title__icontains=words) | Q(key__icontains=words))
    newest: dict[str, Questionnaire] = {}
    for row in published():
        newest.setdefault(row.key, row)
    found = [
        Offered(row, row.used, row.last_used, is_newest=newest[row.key].pk == row.pk)
        for row in rows
    ]
    # Sorting keeps the order of what is equal: among those never used, the newest is first.
    found.sort(key=lambda one: one.last_used.timestamp() if one.last_used else 0.0, reverse=True)
    found.sort(key=lambda one: not one.is_newest)
    return found


def usual_for(engagement: Engagement, *, standard: Questionnaire) -> tuple[Questionnaire, str]:
    """What an engagement is usually assessed with, and why: "before", "light", "tier" or "".

    The questionnaire of its last assessment; else the light one where a request was triaged so;
    else what its unit asked last at this tier; else `standard`. Always the newest version.
    """
    newest: dict[str, Questionnaire] = {}
    for row in published():
        newest.setdefault(row.key, row)
    there = Assessment.objects.order_by("-opened_at", "-pk").values_list(
        "questionnaire__key", flat=True
    )
    before = there.filter(engagement=engagement).first()
    if before in newest:
        return newest[before], "before"
    asked_lightly = SupplierRequest.objects.filter(
        engagement=engagement, depth=SupplierRequest.Depth.LIGHT
    )
    light = questionnaire_for(light=True) if asked_lightly.exists() else None
    if light is not None:
        return light, "light"
    at_tier = there.filter(unit=engagement.unit_id, tier=engagement.tier).first()
    if at_tier in newest:
        return newest[at_tier], "tier"
    return standard, ""
