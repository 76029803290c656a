"""Engagements over the API: what a vendor is bought from for, and where the ERP knows it."""

from typing import Any, ClassVar
from uuid import UUID

from django.db import IntegrityError, transaction
from django.shortcuts import get_object_or_404
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from accounts.api import principal_of
from accounts.api_answers import CURSOR, LIMIT, NOT_FOUND, PROBLEMS, Moment, etag
from accounts.api_bodies import Amount, Choice, Email, Text
from accounts.api_writing import IF_MATCH, WRITTEN, Changed, listed, pointing, require_tag
from accounts.models import BusinessUnit
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.selectors import people_who, units_visible_to
from vendors.api.enums import ENGAGEMENT_STATUS, IP_KIND, SERVICE
from vendors.api.vendor_shapes import IF_NONE_MATCH, create_only
from vendors.api.writing import READ_AND_WRITE, Taken
from vendors.models import Engagement, Vendor
from vendors.selectors import vendors_visible_to
from vendors.selectors.master import engagements_of, taken_engagement
from vendors.services import engagements, vendors

EDIT = Permission.EDIT_ENGAGEMENTS
NEEDED = "A new engagement needs this."


class EngagementOut(serializers.Serializer[Any]):
    """An engagement: one piece of work with one vendor, for one business unit."""

    id = serializers.UUIDField()
    vendor_id = serializers.UUIDField()
    business_unit = serializers.CharField(source="unit.code", help_text="The unit's code.")
    version = serializers.IntegerField()
    title = serializers.CharField()
    description = serializers.CharField()
    status = serializers.ChoiceField(choices=ENGAGEMENT_STATUS)
    service = serializers.ChoiceField(choices=SERVICE)
    made_in = serializers.ListField(child=serializers.CharField())
    annual_spend = serializers.DecimalField(max_digits=16, decimal_places=2, allow_null=True)
    currency = serializers.CharField()
    intake = serializers.DictField(help_text="Question -> answer, or answers.")
    ip_kinds = serializers.ListField(child=serializers.ChoiceField(choices=IP_KIND))
    tier = serializers.ChoiceField(choices=Engagement.Tier.choices)
    purchasing_org = serializers.CharField()
    company_code = serializers.CharField()
    category = serializers.CharField()
    owner = serializers.CharField(
        source="seen_owner", help_text="Who looks after the vendor in this unit; may be empty."
    )
    updated_at = Moment()


class EngagementPage(serializers.Serializer[Any]):
    """A page of engagements."""

    items = EngagementOut(many=True)
    next = serializers.CharField(allow_null=True)


def _scope(most: int, said: str) -> Text:
    return Text(
        max_length=most,
        required=False,
        allow_blank=True,
        help_text=f"{said} Empty: whatever an order names; else an order that names another is not "
        "cleared by it.",
    )


class EngagementIn(serializers.Serializer[Any]):
    """What is to stand of an engagement. What is left out stays as it is."""

    business_unit = Text(
        required=False,
        max_length=60,
        help_text="Code or id; left out for a new one: the only unit of the client. It stays.",
    )
    title = Text(max_length=160, required=False, help_text="Needed for a new one.")
    description = Text(required=False, allow_blank=True, max_length=10_000)
    status = Choice(choices=ENGAGEMENT_STATUS, required=False)
    service = Choice(choices=SERVICE, required=False, help_text="Needed for a new one.")
    made_in = serializers.ListField(
        child=Text(max_length=2),
        required=False,
        max_length=60,
        help_text="ISO 3166-1 alpha-2: every country where the work is done, or the data kept.",
    )
    annual_spend = Amount(
        max_digits=16, decimal_places=2, required=False, allow_null=True, min_value=0
    )
    currency = Text(max_length=3, required=False)
    intake = serializers.DictField(
        required=False,
        help_text="Question -> option, or options, of the buyer's intake. It replaces the answers "
        "before; what is not answered counts as the worst.",
    )
    purchasing_org = _scope(20, "Purchasing organisation.")
    company_code = _scope(20, "Company code.")
    category = _scope(60, "Material or service category.")
    owner = Email(
        required=False,
        allow_blank=True,
        help_text="Who looks after the vendor in this unit; a member of it.",
    )


class EngagementsView(APIView):
    """The engagements of a vendor."""

    required_permission = Permission.VIEW

    @extend_schema(
        operation_id="list_engagements",
        parameters=[CURSOR, LIMIT],
        responses={200: EngagementPage, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID) -> Response:
        """List the engagements of a vendor"""
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by), pk=pk)
        return listed(request, engagements_of(vendor, by), _shown)


class EngagementView(APIView):
    """One engagement of a vendor."""

    required_permission: ClassVar = {**READ_AND_WRITE, "PUT": EDIT}

    @extend_schema(
        operation_id="get_engagement",
        responses={200: EngagementOut, **PROBLEMS, **NOT_FOUND},
    )
    def get(self, request: Request, pk: UUID, engagement: UUID) -> Response:
        """Get an engagement"""
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by), pk=pk)
        found = get_object_or_404(engagements_of(vendor, by), pk=engagement)
        return Response(_shown(found), headers={"ETag": _tag(found)})

    @extend_schema(
        operation_id="put_engagement",
        parameters=[IF_MATCH, IF_NONE_MATCH],
        request=EngagementIn,
        responses={200: EngagementOut, 201: EngagementOut, **WRITTEN},
    )
    def put(self, request: Request, pk: UUID, engagement: UUID) -> Response:
        """Make or change an engagement

        The caller chooses the id. What is left out stays as it is; the same again changes nothing.
        Tier and kinds of intellectual property follow from the intake.
        """
        by = principal_of(request)
        vendor = get_object_or_404(vendors_visible_to(by, EDIT), pk=pk)
        body = EngagementIn(data=request.data)
        body.is_valid(raise_exception=True)
        values = dict(body.validated_data)
        with transaction.atomic(), pointing():
            there = engagements_of(vendor, by, EDIT).select_for_update(of=("self",))
            found = there.filter(pk=engagement).first()
            require_tag(request, _tag(found) if found else None)
            if found is not None and create_only(request):
                raise Changed("There is such an engagement already.")
            named = values.pop("business_unit", "")
            unit = _unit(by, named, found)
            owner = values.pop("owner", None)
            if found is None:
                _make(vendor, unit, engagement, values, by)
            else:
                engagements.change(engagement=found, version=found.version, values=values, by=by)
            if owner is not None:
                _own(vendor, unit, owner, by)
        shown = engagements_of(vendor, by, EDIT).get(pk=engagement)
        status = 201 if found is None else 200
        return Response(_shown(shown), status=status, headers={"ETag": _tag(shown)})


def _shown(row: Engagement) -> dict[str, Any]:
    return dict(EngagementOut(row).data)


def _tag(row: Engagement) -> str:
    """Its version, and who looks after it, which is kept elsewhere."""
    return etag(row.version, row.seen_owner)  # type: ignore[attr-defined]


def _make(
    vendor: Vendor, unit: BusinessUnit, pk: UUID, values: dict[str, Any], by: Principal
) -> None:
    missing = {name: [NEEDED] for name in ("title", "service") if not values.get(name)}
    if missing:
        raise ValidationError(missing)
    if taken_engagement(pk):
        raise Taken("This id is in use. Choose another one.")
    values.setdefault("currency", vendor.currency or "EUR")
    values.setdefault("intake", {})
    try:
        engagements.create(pk=pk, vendor=vendor, unit=unit, by=by, **values)
    except IntegrityError as error:
        raise Taken("This id was taken at this moment. Read what it stands for.") from error


def _unit(by: Principal, named: str, found: Engagement | None) -> BusinessUnit:
    """The unit of an engagement. ValidationError where it is not clear, or another one."""
    wrong = ""
    units = units_visible_to(by, EDIT)
    if found is not None:
        if not named or named in {found.unit.code, str(found.unit_id)}:
            return found.unit
        wrong = "An engagement stays with its business unit."
    elif named:
        unit = next((one for one in units if named in {one.code, str(one.pk)}), None)
        if unit is not None:
            return unit
        wrong = "You have no such business unit."
    else:
        few = list(units[:2])
        if len(few) == 1:
            return few[0]
        wrong = "Say for which business unit it is."
    raise ValidationError({"business_unit": [wrong]})


def _own(vendor: Vendor, unit: BusinessUnit, email: str, by: Principal) -> None:
    """Let somebody of the unit look after the vendor; "": nobody."""
    owner = people_who(Permission.VIEW, unit.pk).filter(email__iexact=email).first()
    if email and owner is None:
        raise ValidationError({"owner": ["Nobody in this business unit has this address."]})
    vendors.set_owner(vendor=vendor, unit=unit, owner=owner, by=by)
