"""One vendor with all that belongs to its record, as answers show it, and the tag of that."""

from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.api.shapes import RatedVendor
from scoring.selectors import ratings
from vendors.api.enums import ALIAS_KIND
from vendors.models import Vendor
from vendors.selectors.merges import all_ids_of
from vendors.selectors.records import records_visible_to, tag_of


class AliasOut(serializers.Serializer[Any]):
    """Another name of the vendor."""

    name = serializers.CharField()
    kind = serializers.ChoiceField(choices=ALIAS_KIND)


class UnitOut(serializers.Serializer[Any]):
    """A business unit that works with the vendor."""

    id = serializers.UUIDField(source="unit_id")
    code = serializers.CharField(source="unit.code")
    name = serializers.CharField(source="unit.name")
    category = serializers.CharField(help_text="What the unit files the vendor under.")


class VendorRecord(RatedVendor):
    """A vendor with its names, its business units, and the records that were merged into it."""

    aliases = AliasOut(many=True)
    business_units = UnitOut(many=True, source="seen_links", help_text="Those the client sees.")
    merged_ids = serializers.ListField(
        child=serializers.UUIDField(),
        help_text="Records that were merged into this one; their ids lead here until undone.",
    )

    class Meta(RatedVendor.Meta):
        fields = (*RatedVendor.Meta.fields, "aliases", "business_units", "merged_ids")


def record_of(
    principal: Principal, vendor_id: UUID, permission: Permission = Permission.VIEW
) -> Vendor:
    """A vendor that they see, with all that `VendorRecord` shows; else 404."""
    vendor = get_object_or_404(records_visible_to(principal, permission), pk=vendor_id)
    vendor.merged_ids = sorted(set(all_ids_of(vendor_id)) - {vendor_id})  # type: ignore[attr-defined]
    if principal.can(Permission.READ_SCORES):
        vendor.present_standing = ratings.present(principal, [vendor_id]).get(vendor_id)  # type: ignore[attr-defined]
    return vendor


def shown(vendor: Vendor, *, created: bool = False) -> Response:
    """The record with its tag, and its own address wherever it was asked for by another."""
    address = reverse("api:vendor", args=[vendor.pk])
    headers = {"ETag": tag_of(vendor), "Content-Location": address}
    if created:
        headers["Location"] = address
    return Response(VendorRecord(vendor).data, status=201 if created else 200, headers=headers)
