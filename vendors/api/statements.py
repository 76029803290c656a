"""Statements, what decides how they are read, and exchange rates over the API."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
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
    cursor_of,
    limit_of,
    page,
)
from accounts.api_bodies import Amount, Choice, Day, Flag, Text, Whole
from accounts.permissions import Permission
from vendors.api.writing import (
    IF_MATCH,
    READ_AND_WRITE,
    WRITTEN,
    listed,
    pointing,
    require_match,
    saved,
    tag_of,
)
from vendors.models import ExchangeRate, FinancialProfile, Statement, Vendor
from vendors.models.statement import LINES
from vendors.selectors import vendors_visible_to
from vendors.selectors.finances import profile_of, statements_visible_to
from vendors.selectors.rates import exchange_rates
from vendors.services import financial_profiles, statements

_MOST_IDS = 2**63 - 1


def _amount(line: str) -> Amount:
    return Amount(
        max_digits=22,
        decimal_places=4,
        required=False,
        allow_null=True,
        default=None,
        help_text=f"{LINES[line]}, in `scale` units; null where it is not known.",
    )


class StatementIn(serializers.Serializer[Any]):
    """A statement as it shall stand; what is left out is not known."""

    declined = Flag(
        required=False, default=False, help_text="The vendor will not tell: no amounts then."
    )
    period_end = Day(required=False, allow_null=True, default=None)
    months = Whole(required=False, default=12, min_value=1, max_value=24)
    currency = Text(
        required=False, allow_blank=True, default="", max_length=3, help_text="ISO 4217."
    )
    scale = Choice(
        choices=Statement.Scale.values, required=False, default=1, help_text="Amounts are times it."
    )
    scope = Choice(choices=Statement.Scope.values, required=False, default="company")
    going_concern_doubt = Flag(required=False, default=False)
    kept_at = Text(required=False, allow_blank=True, default="", max_length=300)
    note = Text(required=False, allow_blank=True, default="", max_length=5_000)

    def get_fields(self) -> dict[str, Any]:
        """With a field for each line, and `source`, which a serializer has a use of its own for."""
        choices = ["", *Statement.Source.values]
        proof = Choice(choices=choices, required=False, default="")
        return {
            **super().get_fields(),
            "source": proof,
            **{line: _amount(line) for line in LINES},
        }


class StatementOut(StatementIn):
    """A statement on record."""

    id = serializers.UUIDField()
    fiscal_year = serializers.IntegerField()
    version = serializers.IntegerField()
    updated_at = Moment()


class StatementPage(serializers.Serializer[Any]):
    """Some statements."""

    items = StatementOut(many=True)
    next = serializers.CharField(allow_null=True)


def _statement(row: Statement) -> dict[str, Any]:
    return dict(StatementOut(row).data)


def _vendor(request: Request, pk: UUID, permission: Permission = Permission.VIEW) -> Vendor:
    return get_object_or_404(vendors_visible_to(principal_of(request), permission), pk=pk)


class StatementsView(APIView):
    """The statements of a vendor, without those that were withdrawn."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_statements",
        parameters=[CURSOR, LIMIT],
        responses={200: StatementPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the statements of a vendor"""
        vendor = _vendor(request, pk)
        rows = statements_visible_to(principal_of(request)).filter(
            vendor=vendor, withdrawn_at__isnull=True
        )
        return listed(request, rows, _statement)


class StatementView(APIView):
    """The statement of one fiscal year."""

    required_permission = READ_AND_WRITE

    def _found(self, request: Request, vendor: Vendor, fiscal_year: int) -> Any:
        return statements_visible_to(principal_of(request)).filter(
            vendor=vendor, fiscal_year=fiscal_year, withdrawn_at__isnull=True
        )

    @extend_schema(
        operation_id="get_statement", responses={200: StatementOut, **PROBLEMS, **NOT_FOUND}
    )
    def get(self, request: Request, pk: UUID, fiscal_year: int) -> Response:
        """Get the statement of a fiscal year"""
        found = get_object_or_404(self._found(request, _vendor(request, pk), fiscal_year))
        return Response(_statement(found), headers={"ETag": tag_of(found.version)})

    @extend_schema(
        operation_id="put_statement",
        parameters=[IF_MATCH],
        request=StatementIn,
        responses={200: StatementOut, 201: StatementOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, fiscal_year: int) -> Response:
        """File the statement of a fiscal year, or replace it

        What is left out becomes unknown. Lines that contradict each other are refused.
        """
        vendor = _vendor(request, pk, Permission.EDIT_FACTS)
        there = self._found(request, vendor, fiscal_year).first()
        require_match(request, there.version if there else None)
        body = StatementIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = {**body.validated_data, "fiscal_year": fiscal_year}
        with pointing():
            made, created = statements.put(vendor=vendor, values=values, by=principal_of(request))
        return saved(_statement(made), made.version, created=created)


class ProfileIn(serializers.Serializer[Any]):
    """What decides the model; `model` empty: the one that is proposed counts."""

    listing = Choice(choices=["", *FinancialProfile.Listing.values], required=False, default="")
    sector = Choice(choices=["", *FinancialProfile.Sector.values], required=False, default="")
    emerging = Flag(
        required=False, allow_null=True, default=None, help_text="Null: as its country."
    )
    model = Choice(choices=["", *FinancialProfile.Model.values], required=False, default="")
    reason = Text(required=False, allow_blank=True, default="", max_length=2_000)


class ProfileOut(ProfileIn):
    """What is on record; version 0: nothing yet."""

    version = serializers.IntegerField()
    chosen_at = Moment(allow_null=True)


class ProfileView(APIView):
    """What decides which model reads the statements of a vendor."""

    required_permission = READ_AND_WRITE

    @extend_schema(
        operation_id="get_financial_profile",
        responses={200: ProfileOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """Get the financial profile of a vendor"""
        found = profile_of(_vendor(request, pk))
        return Response(ProfileOut(found).data, headers={"ETag": tag_of(found.version)})

    @extend_schema(
        operation_id="put_financial_profile",
        parameters=[IF_MATCH],
        request=ProfileIn,
        responses={200: ProfileOut, 201: ProfileOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID) -> Response:
        """Replace the financial profile of a vendor"""
        vendor = _vendor(request, pk, Permission.EDIT_FACTS)
        there = profile_of(vendor)
        require_match(request, there.version or None)
        body = ProfileIn(data=request.data)
        body.is_valid(raise_exception=True)
        with pointing():
            made = financial_profiles.change(
                vendor=vendor,
                version=there.version,
                values=body.validated_data,
                by=principal_of(request),
            )
        created = there.version == 0 and made.version > 0
        return saved(ProfileOut(made).data, made.version, created=created)


class RateShape(serializers.Serializer[Any]):
    """So many units of `currency` were paid for one unit of `base`."""

    base = serializers.ChoiceField(choices=ExchangeRate.Base.values)
    currency = serializers.CharField()
    day = serializers.DateField()
    rate = serializers.DecimalField(max_digits=20, decimal_places=8)

    def get_fields(self) -> dict[str, Any]:
        """With `source`, which a serializer has a use of its own for."""
        return {**super().get_fields(), "source": serializers.CharField()}


class RatePage(serializers.Serializer[Any]):
    """Some rates."""

    items = RateShape(many=True)
    next = serializers.CharField(allow_null=True)


class RatesView(APIView):
    """The exchange rates on record, in the order in which they were first recorded."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_exchange_rates",
        parameters=[
            OpenApiParameter("currency", str, description="ISO 4217."),
            CURSOR,
            LIMIT,
        ],
        responses={200: RatePage, **PROBLEMS},
    )
    def get(self, request: Request) -> Response:
        """List exchange rates"""
        limit = limit_of(request)
        rows = exchange_rates(currency=request.query_params.get("currency", "").upper()[:3])
        if cursor := cursor_of(request):
            readable = cursor.isascii() and cursor.isdecimal() and len(cursor) <= 19
            if not readable or int(cursor) > _MOST_IDS:
                raise ValidationError({"cursor": ["No page before has given this."]})
            rows = rows.filter(pk__gt=int(cursor))
        found = list(rows.order_by("pk")[: limit + 1])
        following = str(found[limit - 1].pk) if len(found) > limit else None
        return page(request, RateShape(found[:limit], many=True).data, following)
