"""The off-boarding of an engagement, to read."""

from typing import Any
from uuid import UUID

from django.http import Http404
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema, extend_schema_field
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import IF_NONE_MATCH, NOT_FOUND, PROBLEMS, Moment, etag, unless_unchanged
from accounts.permissions import Permission
from vendors.api import enums
from vendors.models import Offboarding, OffboardingLine
from vendors.selectors import engagements_visible_to
from vendors.selectors import offboarding as reading


class LineOut(serializers.Serializer[Any]):
    """One thing to be done before the engagement may be closed."""

    id = serializers.UUIDField()
    key = serializers.CharField(help_text="Of a line of ours; empty where it was added by hand.")
    title = serializers.SerializerMethodField()
    status = serializers.ChoiceField(choices=enums.OFFBOARDING_LINE_STATUS)
    due_on = serializers.DateField()
    needs_proof = serializers.BooleanField(help_text="Done only with a document that holds.")
    documents = serializers.SerializerMethodField(help_text="Those that were not withdrawn.")
    settled_at = Moment(allow_null=True)
    note = serializers.CharField(help_text="What was done, or why it is waived.")

    def get_title(self, row: OffboardingLine) -> str:
        """What is to be done."""
        return reading.title_of(row)

    def get_documents(self, row: OffboardingLine) -> int:
        """How many documents prove it."""
        return reading.stand_of(row).proofs


class OffboardingOut(serializers.Serializer[Any]):
    """The end of an engagement: why, when, and how far it is."""

    id = serializers.UUIDField()
    engagement_id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=enums.OFFBOARDING_STATUS)
    reason = serializers.CharField()
    last_day = serializers.DateField(help_text="The last day on which the vendor works for us.")
    started_at = Moment()
    ended_at = Moment(allow_null=True)
    ended_note = serializers.CharField()
    sha256 = serializers.CharField(help_text="Of what stood when it was closed; else empty.")
    lines_count = serializers.IntegerField()
    lines_settled = serializers.IntegerField(help_text="Done or waived.")
    lines_late = serializers.IntegerField(help_text="Open past their day.")
    lines = serializers.SerializerMethodField()

    @extend_schema_field(LineOut(many=True))
    def get_lines(self, row: Offboarding) -> Any:
        """In order."""
        return LineOut(reading.lines_of(row), many=True).data


class OffboardingView(APIView):
    """How an engagement ends."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="get_offboarding",
        parameters=[IF_NONE_MATCH],
        responses={200: OffboardingOut, 304: None, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Any:
        """Get the off-boarding of an engagement

        The latest one that was not cancelled; 404 where there is none. Its lines are settled on
        the pages.
        """
        by = principal_of(request)
        engagement = get_object_or_404(engagements_visible_to(by), pk=pk)
        row = reading.latest_of([engagement.pk], by).get(engagement.pk)
        if row is None:
            raise Http404
        data = dict(OffboardingOut(row).data)
        return unless_unchanged(request, etag(data), data)
