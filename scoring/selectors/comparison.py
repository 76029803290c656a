"""Several assessments beside each other: which they are, and what is known of each."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final
from uuid import UUID

from django.db.models import QuerySet

from accounts.permissions import Permission
from accounts.principal import Principal
from assessments.models import Answer, Assessment
from assessments.selectors.assessments import visible_to
from scoring.models import CurrentScore, Standing
from scoring.selectors import naming, scores
from scoring.selectors.decisions import Known, counting_among, current_of_many
from scoring.selectors.scope import standings_visible_to
from vendors.models import Engagement, Finding
from vendors.plain_text import plain
from vendors.selectors.findings import RESTING, findings_visible_to

#: How many can be compared.
LEAST, MOST = 2, 5
_READ: Final = Permission.READ_SCORES


@dataclass(frozen=True, eq=False, slots=True)
class Side:
    """One of those compared. `score`: None while there is none; `findings`: those still open."""

    assessment: Assessment
    score: CurrentScore | None
    decision: Known
    findings: Sequence[Finding]
    answers: Mapping[str, Answer]


def chosen(principal: Principal, ids: Sequence[UUID]) -> list[Assessment]:
    """The assessments with these ids that `principal` sees, in the order of the ids."""
    rows = visible_to(principal, _READ).filter(pk__in=ids)
    found = {
        row.pk: row for row in rows.select_related("questionnaire", "vendor", "engagement", "unit")
    }
    return [found[pk] for pk in ids if pk in found]


def of_vendors(principal: Principal, vendor_ids: Sequence[UUID]) -> list[UUID]:
    """The assessment that speaks for each vendor, in the order of the vendors: the one its rating
    comes from, else the one that counts of its latest engagement. Vendors without any left out."""
    standing = standings_visible_to(principal, permission=_READ).filter(vendor__in=vendor_ids)
    found = {row.vendor_id: row.driver for row in standing if row.driver is not None}
    missing = [pk for pk in vendor_ids if pk not in found]
    if missing:
        rows = visible_to(principal, _READ).filter(vendor__in=missing)
        rows = rows.exclude(status=Assessment.Status.CLOSED).order_by("pk")
        found |= dict(rows.values_list("vendor_id", "pk"))
    return [found[pk] for pk in vendor_ids if pk in found]


def sides(assessments: Sequence[Assessment], principal: Principal) -> list[Side]:
    """What is known of each; as many queries however many there are."""
    ids = [one.pk for one in assessments]
    current = {row.pk: row for row in _scores(ids)}
    engagements = {one.engagement_id: one.engagement for one in assessments}
    decisions = current_of_many(engagements.values())
    findings = findings_visible_to(principal, _READ).exclude(status__in=RESTING)
    found = list(findings.filter(engagement__in=engagements).order_by("-pk"))
    answers: dict[UUID, dict[str, Answer]] = {pk: {} for pk in ids}
    for answer in Answer.objects.filter(assessment__in=ids):
        answers[answer.assessment_id][answer.question_key] = answer
    return [
        Side(
            assessment=one,
            score=current.get(one.pk),
            decision=decisions[one.engagement_id],
            findings=[row for row in found if row.engagement_id == one.engagement_id],
            answers=answers[one.pk],
        )
        for one in assessments
    ]


def _scores(ids: Sequence[UUID]) -> QuerySet[CurrentScore]:
    rows = CurrentScore.objects.filter(pk__in=ids)
    return rows.select_related("score", "model__methodology").defer(*scores.unread(""))


def named(principal: Principal, text: str, most: int) -> list[Standing]:
    """Vendors that `principal` sees by any of their names, or with a similar one; by name."""
    words = plain(text).split()
    if not words:
        return []
    visible = standings_visible_to(principal, permission=_READ).filter(archived=False)
    found = visible.filter(vendor__in=naming.holding(words).values("vendor"))
    rows = list(found.order_by("name", "vendor")[:most])
    if rows or naming.too_short(words):
        return rows
    similar = visible.filter(vendor__in=naming.alike(words, visible))
    return list(similar.order_by("name", "vendor")[:most])


def others(principal: Principal, assessments: Sequence[Assessment]) -> dict[UUID, list[Assessment]]:
    """Vendor -> its other assessments that could stand in the place of the one compared: the one
    that counts of each engagement that goes on."""
    ids = {one.vendor_id for one in assessments}
    rows = visible_to(principal, _READ).filter(vendor__in=ids)
    rows = rows.exclude(engagement__status=Engagement.Status.ENDED)
    rows = rows.exclude(status=Assessment.Status.CLOSED).select_related("engagement", "unit")
    there = {one.pk for one in assessments}
    counting = counting_among(rows.order_by("-pk"))
    found: dict[UUID, list[Assessment]] = {pk: [] for pk in ids}
    for one in counting.values():
        if one.pk not in there:
            found[one.vendor_id].append(one)
    return found
