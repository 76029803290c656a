"""How a vendor's rating has moved."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    choice_of,
    day_of,
    limit_of,
    page,
)
from accounts.permissions import Permission
from scoring.api.shapes import Rating
from scoring.models import ScoreStatus
from scoring.selectors.histories import Rated, rating_history
from scoring.selectors.ratings import hide_deciding
from vendors.selectors import vendors_visible_to


class PastRating(Rating):
    """The rating on the days from `since` to the day before `until`."""

    since = serializers.DateField()
    until = serializers.DateField(allow_null=True, help_text="Null: it holds today.")
    causes = serializers.ListField(
        child=serializers.CharField(),
        help_text="The events that led to it, or ageing; empty where drafts or other units did.",
    )
    score_id = serializers.UUIDField(
        allow_null=True,
        help_text="The score on record behind it; null where there is none, as for a draft.",
    )

    def to_representation(self, row: Rated) -> dict[str, Any]:
        """The standing as a rating, with the days on which it was the one that counts."""
        return {
            **Rating(row.standing).data,
            "since": row.since.isoformat(),
            "until": row.until and row.until.isoformat(),
            "causes": row.causes,
            "score_id": row.score_id,
        }


class RatingHistory(serializers.Serializer[Any]):
    """A page of ratings, the latest first."""

    items = PastRating(many=True)
    next = serializers.CharField(allow_null=True)


class VendorScoresView(APIView):
    """The history of a vendor's rating."""

    required_permission = Permission.READ_SCORES

    @extend_schema(
        operation_id="list_vendor_scores",
        parameters=[
            OpenApiParameter("status", str, enum=ScoreStatus.values),
            OpenApiParameter("since", str, description="What holds on this day or after it."),
            CURSOR,
            LIMIT,
        ],
        responses={200: RatingHistory, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List how a vendor's rating has moved

        One item for each stretch of days on which the rating stayed the same, in the business
        units that the client may read: what several ratings of one day were is in `GET /scores`.
        """
        principal = principal_of(request)
        visible = vendors_visible_to(principal, Permission.READ_SCORES)
        vendor_id = get_object_or_404(visible.only("pk"), pk=pk).pk
        found = rating_history(
            principal,
            vendor_id,
            status=choice_of(request, "status", ScoreStatus.values),
            since=day_of(request, "since"),
            before=day_of(request, "cursor"),
            limit=limit_of(request),
        )
        hide_deciding(principal, [row.standing for row in found.rows])
        following = found.next.isoformat() if found.next else None
        return page(request, PastRating(found.rows, many=True).data, following)
