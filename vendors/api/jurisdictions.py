"""Countries and what is on record about their law, for programs to read."""

from collections.abc import Iterable
from datetime import date
from typing import Any, Final

from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api_answers import (
    CURSOR,
    LIMIT,
    NOT_FOUND,
    PROBLEMS,
    cursor_of,
    day_of,
    etag,
    limit_of,
    page,
    unless_unchanged,
)
from accounts.permissions import Permission
from audit import clock
from vendors.api.enums import LAW_STATUS
from vendors.intake import IpKind
from vendors.jurisdictions import (
    PROTECTS,
    SUBJECTS,
    CountryLaw,
    Status,
)
from vendors.selectors import law
from vendors.services import law_release
from vendors.services.law import EARLIEST, LATEST

DATE: Final = OpenApiParameter("date", date, description="How things stand on this day; today.")


class FactOut(serializers.Serializer[Any]):
    """How a country stands to a treaty, a measure of enforcement or the Special 301 report.

    `source`: where that can be looked up.
    """

    subject = serializers.ChoiceField(choices=SUBJECTS)
    status = serializers.ChoiceField(choices=LAW_STATUS)
    since = serializers.DateField(allow_null=True, help_text="Null: not on record.")
    until = serializers.DateField(allow_null=True, help_text="The last day.")
    coming = serializers.DateField(allow_null=True, help_text="The later day on which it begins.")
    as_of = serializers.CharField(help_text="When the source said so: a year, month or day.")
    confirmed = serializers.BooleanField()
    by_counsel = serializers.BooleanField()
    through = serializers.CharField(help_text="Whose membership covers it; empty: its own.")

    def get_fields(self) -> dict[str, Any]:
        """With `source`, a name that a serializer has another use for."""
        return {**super().get_fields(), "source": serializers.CharField()}


class RatingOut(serializers.Serializer[Any]):
    """Counsel's own rating: 0 is best, 100 is worst. It wins while it holds."""

    risk = serializers.IntegerField(min_value=0, max_value=100)
    since = serializers.DateField()
    until = serializers.DateField()


class IndexOut(serializers.Serializer[Any]):
    """What the rule-of-law index that counts says of the country."""

    name = serializers.CharField()
    edition = serializers.IntegerField()
    value = serializers.DecimalField(max_digits=9, decimal_places=4)
    best = serializers.DecimalField(max_digits=9, decimal_places=4)
    worst = serializers.DecimalField(max_digits=9, decimal_places=4)


class ProtectionOut(serializers.Serializer[Any]):
    """Which treaties protect one kind of IP, by how they stand."""

    kind = serializers.ChoiceField(choices=[str(kind) for kind in IpKind])
    in_force = serializers.ListField(child=serializers.CharField())
    not_in_force = serializers.ListField(child=serializers.CharField())
    unknown = serializers.ListField(child=serializers.CharField())


class JurisdictionOut(serializers.Serializer[Any]):
    """A country on one day. What is not on record is `unknown`, never `none`."""

    code = serializers.CharField(help_text="ISO 3166-1 alpha-2; Namibia is NA.")
    name = serializers.CharField()
    date = serializers.DateField()
    facts = FactOut(many=True)
    protection = ProtectionOut(many=True)
    rating = RatingOut(allow_null=True)
    index = IndexOut(allow_null=True)


class JurisdictionPage(serializers.Serializer[Any]):
    """A page of countries by code."""

    items = JurisdictionOut(many=True)
    next = serializers.CharField(allow_null=True)


def _day(request: Request) -> date:
    day = day_of(request, "date") or clock.today()
    if not EARLIEST <= day <= LATEST:
        raise ValidationError({"date": ["Give a day between 1883 and 2100."]})
    return day


def _shown(known: CountryLaw, day: date) -> dict[str, Any]:
    return dict(
        JurisdictionOut(
            {
                "code": known.code,
                "name": known.name,
                "date": day,
                "facts": [_fact(known, subject, day) for subject in SUBJECTS],
                "protection": [_protection(known, kind, day) for kind in IpKind],
                "rating": known.rating(day),
                "index": known.index(day),
            }
        ).data
    )


def _fact(known: CountryLaw, subject: str, day: date) -> dict[str, Any]:
    stand = known.on(subject, day)
    fact = stand.fact
    return {
        "subject": subject,
        "status": str(stand.status),
        "since": fact.since if fact else None,
        "until": fact.until if fact else None,
        "coming": stand.coming,
        "as_of": fact.as_of if fact else "",
        "source": fact.source if fact else "",
        "confirmed": fact is not None and fact.confirmed,
        "by_counsel": fact is not None and fact.by_counsel,
        "through": fact.through if fact else "",
    }


def _protection(known: CountryLaw, kind: IpKind, day: date) -> dict[str, Any]:
    stands = {treaty: known.on(treaty, day) for treaty in PROTECTS[kind]}
    holding = [treaty for treaty, one in stands.items() if one.status == Status.IN_FORCE]
    unknown = [treaty for treaty, one in stands.items() if not one.known]
    return {
        "kind": str(kind),
        "in_force": holding,
        "not_in_force": [one for one in stands if one not in {*holding, *unknown}],
        "unknown": unknown,
    }


def _codes(request: Request) -> Iterable[str]:
    """The codes after the cursor, one more than the page holds."""
    wanted = law.countries().values_list("code", flat=True)
    if cursor := cursor_of(request):
        wanted = wanted.filter(code__gt=cursor)
    return wanted[: limit_of(request) + 1]


class JurisdictionsView(APIView):
    """All countries, by code; one table for all business units."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_jurisdictions",
        parameters=[DATE, CURSOR, LIMIT],
        responses={200: JurisdictionPage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List jurisdictions"""
        law_release.ensure()
        day, limit = _day(request), limit_of(request)
        codes = list(_codes(request))
        laws = law.laws(codes[:limit])
        following = codes[limit - 1] if len(codes) > limit else None
        return page(request, [_shown(one, day) for one in laws.values()], following)


class JurisdictionView(APIView):
    """One country on one day."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="get_jurisdiction",
        parameters=[DATE],
        responses={200: JurisdictionOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, code: str) -> Any:
        """Get a jurisdiction"""
        law_release.ensure()
        day = _day(request)
        known = law.laws([code.upper()]).get(code.upper())
        if known is None:
            raise Http404
        shown = _shown(known, day)
        return unless_unchanged(request, etag(shown), shown)
