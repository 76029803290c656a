"""What recorded facts say of a vendor: its indicators, engagement by engagement."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import NOT_FOUND, PROBLEMS
from accounts.permissions import Permission
from assessments.sheet import EvidenceLevel
from scoring.api.fields import Points
from scoring.selectors.facts import Shown, of_vendor
from vendors.models import Engagement
from vendors.selectors import vendors_visible_to


class Risk(serializers.Serializer[Any]):
    """A risk and its range, on the scale of scores: 0 is best, 100 is worst."""

    lo = Points()
    point = Points(allow_null=True, help_text="Null where the facts allow no point value.")
    hi = Points()


class Indicator(serializers.Serializer[Any]):
    """What one kind of fact says of an engagement."""

    key = serializers.CharField()
    title = serializers.CharField()
    state = serializers.ChoiceField(choices=["known", "too_little", "declined"])
    risk = serializers.SerializerMethodField()
    evidence = serializers.SerializerMethodField()
    explanation = serializers.ListField(child=serializers.CharField(), source="sentences")
    inputs = serializers.DictField()
    holds_until = serializers.DateField(allow_null=True)
    as_of = serializers.DateField(help_text="The day from which the indicator has said this.")

    @extend_schema_field(Risk(allow_null=True))
    def get_risk(self, row: Shown) -> dict[str, Any] | None:
        """The range, and the point value where there is one; null where nothing was disclosed."""
        if row.state == "declined":
            return None
        lo, pt, hi = row.milli
        return dict(Risk({"lo": lo, "point": pt if row.state == "known" else None, "hi": hi}).data)

    def get_evidence(self, row: Shown) -> str:
        """How well the facts are proved."""
        return EvidenceLevel(row.evidence).name.lower()


class EngagementFacts(serializers.Serializer[Any]):
    """An engagement with its indicators; none where nothing is recorded."""

    engagement_id = serializers.UUIDField()
    title = serializers.CharField()
    tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    indicators = Indicator(many=True)


class VendorFacts(serializers.Serializer[Any]):
    """The engagements of a vendor that the client may see."""

    vendor_id = serializers.UUIDField()
    engagements = EngagementFacts(many=True)


class IndicatorsView(APIView):
    """The indicators of a vendor."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="list_indicators", responses={200: VendorFacts, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List what recorded facts say"""
        principal = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(principal, Permission.READ_SCORES), pk=pk)
        found = [
            {
                "engagement_id": engagement.pk,
                "title": engagement.title,
                "tier": engagement.tier,
                "indicators": list(shown.values()),
            }
            for engagement, shown in of_vendor(vendor, principal)
        ]
        return Response(VendorFacts({"vendor_id": vendor.pk, "engagements": found}).data)
