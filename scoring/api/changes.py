"""The change feed: what an ERP follows to stay in step."""

from typing import Any

from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import LIMIT, PROBLEMS, Moment, ProblemDocument, limit_of
from accounts.permissions import Permission
from scoring.selectors.changes import NOW, BadToken, changes


class FeedSubject(serializers.Serializer[Any]):
    """What a change is about."""

    kind = serializers.CharField(source="subject_kind", help_text="Such as vendor or assessment.")
    id = serializers.UUIDField(source="subject_id")


class FeedItem(serializers.Serializer[Any]):
    """One thing that changed."""

    id = serializers.UUIDField(help_text="The same whenever and wherever this change is told.")
    type = serializers.CharField(help_text="Such as score.changed.")
    occurred_at = Moment()
    subject = FeedSubject(source="*")
    vendor_id = serializers.UUIDField(allow_null=True)
    business_unit_id = serializers.UUIDField(
        source="unit_id", allow_null=True, help_text="Null: about the vendor as a whole, or all."
    )
    details = serializers.DictField(help_text="Ids and plain values, by type.")


class FeedPage(serializers.Serializer[Any]):
    """A page of changes."""

    items = FeedItem(many=True)
    next = serializers.CharField(help_text="Send it as `after` to go on; never null.")
    more = serializers.BooleanField(help_text="Whether there is more already: ask again at once.")


class ChangesView(APIView):
    """Every change, in one order."""

    required_permission = frozenset({Permission.VIEW, Permission.READ_SCORES})

    @extend_schema(
        operation_id="list_changes",
        parameters=[
            OpenApiParameter(
                "after",
                str,
                description=(
                    "`next` of the answer before. Left out: from the first change on. "
                    f"`{NOW}`: no changes, only the token from which to follow after a full load."
                ),
            ),
            LIMIT,
        ],
        responses={200: FeedPage, 410: ProblemDocument, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List changes

        In the order in which they were sealed, which no transaction that ends late can upset: who
        follows `next` misses nothing and is told nothing twice. A change is told about a second
        after it is made. Where this cannot be promised any more, the answer is 410: the token is
        too old, the record was set back, or the client may see something else than before. Take a
        new token with `after=now`, load everything, then follow from that token.
        """
        try:
            found = changes(
                principal_of(request),
                after=request.query_params.get("after", ""),
                limit=limit_of(request),
            )
        except BadToken:
            raise ValidationError({"after": ["No answer before has given this."]}) from None
        return Response(FeedPage(found).data)
