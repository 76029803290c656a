"""Decisions for programs: what holds for a vendor, and whether an order may be placed."""

from typing import Any
from uuid import UUID

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS, Moment, etag, unless_unchanged
from accounts.permissions import Permission
from scoring.api.enums import (
    CLEARANCE,
    CLEARANCE_CODE,
    DECISION_MADE,
    DECISION_STATE,
    NOTHING,
)
from scoring.api.fields import Points
from scoring.decision_words import REASONS
from scoring.selectors.decisions import Known, Scope, clearing
from scoring.selectors.ratings import by_external_ids
from scoring.verdicts import Clearance, Why
from vendors.master_data import external_ref
from vendors.models import Engagement


class ConditionOut(serializers.Serializer[Any]):
    """What has to be done for an approval to hold."""

    text = serializers.CharField()
    due_on = serializers.DateField(allow_null=True)
    finding_id = serializers.UUIDField(
        source="finding", allow_null=True, help_text="The finding that follows it up, if any."
    )


class DecisionOut(serializers.Serializer[Any]):
    """What people have decided on one engagement, and what that is worth today."""

    engagement_id = serializers.UUIDField()
    decision = serializers.ChoiceField(
        choices=DECISION_MADE,
        help_text="What was decided last, whatever it is worth today.",
    )
    state = serializers.ChoiceField(
        choices=DECISION_STATE,
        help_text="What it is worth today: expired, overtaken by the score, ended, or as decided.",
    )
    version = serializers.IntegerField(help_text="Counts the decisions on the engagement.")
    reason = serializers.CharField()
    conditions = ConditionOut(many=True)
    expires_on = serializers.DateField(allow_null=True)
    decided_by = serializers.CharField()
    decided_at = Moment(allow_null=True)
    score_id = serializers.UUIDField(allow_null=True, help_text="The score it was made on.")
    score = Points(allow_null=True, help_text="As it was shown then; null when not rated.")
    band = serializers.CharField(help_text="As it was shown then; empty: there was no score.")


class ClearanceOut(serializers.Serializer[Any]):
    """May an order be placed? `allowed` only on an approval in force and a final score."""

    vendor_id = serializers.UUIDField()
    clearance = serializers.ChoiceField(choices=CLEARANCE)
    code = serializers.ChoiceField(choices=CLEARANCE_CODE)
    reason = serializers.CharField(help_text="The same in a sentence.")
    conditions = ConditionOut(many=True)
    valid_until = serializers.DateField(
        allow_null=True, help_text="The last day of the approval; null where there is none."
    )
    engagement_id = serializers.UUIDField(allow_null=True)
    engagement = serializers.CharField(help_text="What it is about; empty: none fits.")
    tier = serializers.ChoiceField(
        choices=Engagement.Tier.choices,
        allow_blank=True,
        help_text="How much is at stake in it: what to go by while Surety cannot be asked.",
    )
    decision = DecisionOut(allow_null=True)


def told(known: Known) -> dict[str, Any]:
    """What holds for an engagement, as `DecisionOut` shows it."""
    made = known.decision
    return {
        "engagement_id": known.engagement.pk,
        "decision": made.verdict if made else NOTHING,
        "state": known.state.value,
        "version": known.number,
        "reason": made.reason if made else "",
        "conditions": made.condition_list if made else [],
        "expires_on": made.expires_on if made else None,
        "decided_by": str(made.decided_by) if made else "",
        "decided_at": made.decided_at if made else None,
        "score_id": made.score_id if made else None,
        "score": made.points if made else None,
        "band": made.band if made else "",
    }


def mark(known: Known) -> tuple[Any, ...]:
    """What the tag of an answer has to cover: the decision, its worth, and the score behind it."""
    return (known.engagement.pk, known.number, known.state.value, known.now, known.seen)


class ClearanceView(APIView):
    """May an order be placed with this vendor?"""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="get_clearance",
        parameters=[
            OpenApiParameter("purchasing_org", str),
            OpenApiParameter("company_code", str),
            OpenApiParameter("category", str, description="Material or service category."),
            OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER),
        ],
        responses={200: ClearanceOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, system: str, external_id: str) -> Any:
        """Get whether orders are cleared

        The engagement that names most of what is asked decides; of several, the one that allows
        least. Without an engagement that fits, or with an expired decision, it is never `allowed`;
        neither is a vendor that is on a list of sanctions, itself or through its owners.
        """
        principal = principal_of(request)
        key = external_ref(system, external_id)
        vendor_id = by_external_ids(principal, {key}).get(key)
        if vendor_id is None:
            raise Http404
        asked = request.query_params
        known = clearing(
            principal,
            vendor_id,
            Scope(
                purchasing_org=asked.get("purchasing_org", ""),
                company_code=asked.get("company_code", ""),
                category=asked.get("category", ""),
            ),
        )
        data = ClearanceOut(_cleared(vendor_id, known)).data
        # All that is said, and the score behind it: nothing that has changed is confirmed by a 304.
        tag = etag(*data.items(), *(mark(known) if known else ()), *sorted(asked.items()))
        return unless_unchanged(request, tag, dict(data))


def _cleared(vendor_id: UUID, known: Known | None) -> dict[str, Any]:
    if known is None:
        clearance, why = Clearance.BLOCKED, Why.NO_ENGAGEMENT
    else:
        clearance, why = known.clearance
    made = known.decision if known else None
    return {
        "vendor_id": vendor_id,
        "clearance": clearance.value,
        "code": why.value,
        "reason": str(REASONS[why]),
        "conditions": made.condition_list if made else [],
        "valid_until": made.expires_on if made and clearance is not Clearance.BLOCKED else None,
        "engagement_id": known.engagement.pk if known else None,
        "engagement": known.engagement.title if known else "",
        "tier": known.engagement.tier if known else "",
        "decision": told(known) if known else None,
    }
