"""Screening by programs: looking a name up, and reading the matches of a vendor."""

from typing import Any
from uuid import UUID

from django.http import Http404
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
    Moment,
    choice_of,
    cursor_of,
    limit_of,
    page,
)
from accounts.api_bodies import Choice, Text
from accounts.permissions import Permission
from audit import paging
from vendors import master_data, screening_words
from vendors.models import Match, WatchList
from vendors.selectors import listed, subcontracts
from vendors.selectors.looking_up import LookedUp, looked_up
from vendors.selectors.matches import decisions_of, matches_visible_to


class Asked(serializers.Serializer[Any]):
    """Who is to be looked up."""

    name = Text(max_length=200)
    aliases = serializers.ListField(
        child=Text(max_length=200), max_length=20, required=False, default=list
    )
    kind = Choice(
        choices=["person", "organisation"], required=False, help_text="Either, if left out."
    )
    country = Text(max_length=2, required=False, allow_blank=True, help_text="ISO 3166-1 alpha-2.")
    registration_number = Text(max_length=60, required=False, allow_blank=True)
    lei = Text(max_length=20, required=False, allow_blank=True)

    def validate_country(self, value: str) -> str:
        """A country there is. Namibia is NA."""
        return _checked("country", value)

    def validate_lei(self, value: str) -> str:
        """An LEI whose check digits are right."""
        return _checked("lei", value)


def _checked(name: str, value: str) -> str:
    try:
        return master_data.CLEANERS[name](value)
    except ValueError as error:
        raise serializers.ValidationError(str(error)) from error


class ListVersionShape(serializers.Serializer[Any]):
    """A list in the version that was compared with."""

    watch_list = serializers.CharField(source="watch_list.key")
    title = serializers.CharField(source="watch_list.title")
    publisher = serializers.CharField(source="watch_list.publisher")
    kind = serializers.ChoiceField(choices=WatchList.Kind.values, source="watch_list.kind")
    version = serializers.IntegerField(source="number")
    as_of = serializers.DateField()
    sha256 = serializers.CharField()
    entries = serializers.IntegerField()


class Entry(serializers.Serializer[Any]):
    """What the list says."""

    reference = serializers.CharField(source="ref")
    name = serializers.CharField()
    kind = serializers.CharField()
    aliases = serializers.ListField(child=serializers.CharField())
    countries = serializers.ListField(child=serializers.CharField())
    programme = serializers.CharField()
    remarks = serializers.CharField()


class CandidateShape(serializers.Serializer[Any]):
    """Somebody listed who may be the one asked for."""

    watch_list = serializers.CharField(source="entry.watch_list.key")
    list_kind = serializers.CharField(source="entry.watch_list.kind")
    likeness = serializers.SerializerMethodField()
    name = serializers.CharField(source="our_name")
    listed_name = serializers.CharField()
    reasons = serializers.SerializerMethodField()
    entry = Entry()

    def get_likeness(self, row: LookedUp) -> float:
        """0 to 1."""
        return row.score / 10_000

    def get_reasons(self, row: LookedUp) -> list[str]:
        """Why, in sentences."""
        return screening_words.sentences(row.why)


class ScreeningAnswer(serializers.Serializer[Any]):
    """Candidates, the likeliest first, and what was compared with."""

    lists = ListVersionShape(many=True)
    candidates = CandidateShape(many=True)


class ScreeningsView(APIView):
    """Look a name up in all lists. Nothing is written."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="screen_name",
        request=Asked,
        responses={200: ScreeningAnswer, 415: PROBLEMS[400], **PROBLEMS},
    )
    def post(self, request: Request) -> Response:
        """Screen a name"""
        asked = Asked(data=request.data)
        asked.is_valid(raise_exception=True)
        values = asked.validated_data
        kind = values.get("kind")
        found = looked_up(
            name=values["name"],
            aliases=values["aliases"],
            country=values.get("country", ""),
            number=values.get("lei") or values.get("registration_number", ""),
            is_person=None if kind is None else kind == "person",
        )
        answer = {"lists": list(listed.latest_versions()), "candidates": found}
        return Response(ScreeningAnswer(answer).data)


class Decision(serializers.Serializer[Any]):
    """What a person decided, and why."""

    verdict = serializers.CharField(source="action")
    reason = serializers.CharField()
    at = Moment()
    by = serializers.CharField(source="user.name", default="")


class MatchShape(serializers.Serializer[Any]):
    """A vendor, or one of its owners, that may be somebody listed."""

    id = serializers.UUIDField()
    status = serializers.ChoiceField(choices=Match.Status.values)
    side = serializers.ChoiceField(choices=Match.Side.values)
    owner_id = serializers.UUIDField(allow_null=True)
    watch_list = serializers.CharField(source="watch_list.key")
    list_kind = serializers.CharField(source="watch_list.kind")
    likeness = serializers.SerializerMethodField()
    name = serializers.CharField(source="our_name")
    listed_name = serializers.CharField()
    delisted = serializers.BooleanField(help_text="The list no longer names it.")
    reasons = serializers.SerializerMethodField()
    entry = Entry()
    decision = serializers.SerializerMethodField()
    found_at = Moment(source="created_at")
    changed_at = Moment(source="updated_at")

    def get_likeness(self, row: Match) -> float:
        """0 to 1."""
        return row.score / 10_000

    def get_reasons(self, row: Match) -> list[str]:
        """Why, in sentences."""
        return screening_words.sentences(row.why)

    def get_decision(self, row: Match) -> dict[str, Any] | None:
        """The decision in force; null while there is none."""
        step = self.context["decisions"].get(row.pk)
        return None if step is None else dict(Decision(step).data)


class MatchPage(serializers.Serializer[Any]):
    """Matches, the likeliest first."""

    items = MatchShape(many=True)
    next = serializers.CharField(allow_null=True)


class VendorMatchesView(APIView):
    """The matches of a vendor with the watch-lists."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_vendor_matches",
        parameters=[OpenApiParameter("status", str, enum=Match.Status.values), CURSOR, LIMIT],
        responses={200: MatchPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the matches of a vendor"""
        principal = principal_of(request)
        status = choice_of(request, "status", Match.Status.values)
        limit = limit_of(request)
        if not subcontracts.known_to(principal, pk):
            raise Http404
        rows = matches_visible_to(principal).filter(vendor=pk)
        if status:
            rows = rows.filter(status=status)
        found = paging.page(
            rows,
            keys=("score", "id"),
            descending=True,
            after=cursor_of(request),
            size=limit,
        )
        context = {"decisions": decisions_of(found.rows)}
        return page(request, MatchShape(found.rows, many=True, context=context).data, found.next)
