"""One vendor with all that belongs to its record, as answers show it, and the tag of that."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.shortcuts import get_object_or_404
from rest_framework import serializers
from rest_framework.response import Response
from rest_framework.reverse import reverse

from accounts.permissions import Permission
from accounts.principal import Principal
from scoring.api.shapes import RatedVendor
from scoring.models import Standing
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
    merged_ids = serializers.SerializerMethodField(
        help_text="Records that were merged into this one; their ids lead here until undone."
    )

    class Meta(RatedVendor.Meta):
        fields = (*RatedVendor.Meta.fields, "aliases", "business_units", "merged_ids")

    def get_merged_ids(self, _row: Vendor) -> list[UUID]:
        """Of the context: the view has read them."""
        return list(self.context["merged_ids"])


@dataclass(frozen=True)
class Record:
    """A vendor that somebody sees, and what is read of it elsewhere: the context of its shape."""

    vendor: Vendor
    merged_ids: Sequence[UUID]
    standings: Mapping[UUID, Standing]
    """By vendor; empty where they may not read scores, or nothing is rated yet."""

    def rated(self) -> dict[str, Any]:
        """As a line of a list."""
        return dict(RatedVendor(self.vendor, context={"standings": self.standings}).data)

    def whole(self) -> dict[str, Any]:
        """With all that belongs to it."""
        context = {"standings": self.standings, "merged_ids": self.merged_ids}
        return dict(VendorRecord(self.vendor, context=context).data)


def record_of(
    principal: Principal, vendor_id: UUID, permission: Permission = Permission.VIEW
) -> Record:
    """A vendor that they see, with all that `VendorRecord` shows; else 404."""
    vendor = get_object_or_404(records_visible_to(principal, permission), pk=vendor_id)
    merged = sorted(set(all_ids_of(vendor_id)) - {vendor_id})
    may_read = principal.can(Permission.READ_SCORES)
    return Record(vendor, merged, ratings.present(principal, [vendor_id]) if may_read else {})


def shown(record: Record, *, created: bool = False) -> Response:
    """The record with its tag, and its own address wherever it was asked for by another."""
    address = reverse("api:vendor", args=[record.vendor.pk])
    headers = {"ETag": tag_of(record.vendor), "Content-Location": address}
    if created:
        headers["Location"] = address
    return Response(record.whole(), status=201 if created else 200, headers=headers)
