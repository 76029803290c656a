"""What other systems send about vendors, as serializers, and what it means."""

from collections.abc import Collection, Mapping
from typing import Any, Final
from uuid import UUID

from drf_spectacular.utils import OpenApiParameter
from rest_framework import serializers
from rest_framework.exceptions import ValidationError
from rest_framework.request import Request

from accounts.api_bodies import Choice, Text
from accounts.permissions import Permission
from accounts.principal import Principal
from accounts.selectors import units_visible_to
from audit.errors import Invalid
from vendors import master_data
from vendors.api.enums import ALIAS_KIND, IF_NONE, VENDOR_STATUS_WANTED
from vendors.models import VendorAlias
from vendors.pushes import TOLD, Push

#: So many vendors in one call, and so many bytes.
MOST: Final = 1_000
MOST_BYTES: Final = 2_500_000
_KEPT: Final = "Left out: it stays as it is. Null or empty: it is emptied."
IF_NONE_MATCH: Final = OpenApiParameter(
    "If-None-Match",
    str,
    OpenApiParameter.HEADER,
    description="`*`: only if there is no such vendor yet; otherwise 412.",
)


def _text(most: int, said: str = "", **kwargs: Any) -> Text:
    return Text(
        max_length=most,
        required=False,
        allow_blank=True,
        allow_null=True,
        help_text=f"{said} {_KEPT}".strip(),
        **kwargs,
    )


class VendorRef(serializers.Serializer[Any]):
    """An id of the vendor in another system."""

    system = Text(max_length=60, help_text="System and client, such as sap-prd-100.")
    id = Text(
        max_length=80,
        help_text="Text. Numeric ids are equal with and without zeros before them, unless the key "
        "of the system ends in `-text`.",
    )


class AliasIn(serializers.Serializer[Any]):
    """Another name of the vendor."""

    name = Text(max_length=master_data.NAME_LENGTH)
    kind = Choice(choices=ALIAS_KIND, default=VendorAlias.Kind.TRADING)


class VendorChange(serializers.Serializer[Any]):
    """What an ERP knows of a vendor. What it leaves out stays as it is."""

    name = Text(max_length=master_data.NAME_LENGTH, required=False)
    country = _text(2, "ISO 3166-1 alpha-2.")
    registration_number = _text(60, "As the register writes it.")
    lei = _text(30, "ISO 17442; its check digits are verified.")
    vat_number = _text(30, "With or without the country's letters; check digits are verified.")
    city = _text(120)
    website = _text(200)
    currency = _text(3, "ISO 4217: the money it invoices in.")
    category = _text(60, "What the business units named file it under.")
    business_units = serializers.ListField(
        child=Text(max_length=60),
        required=False,
        max_length=50,
        help_text="Codes or ids of the units that work with it; of those that do already, none is "
        "taken away. Left out for a new vendor: the only unit of the client.",
    )
    aliases = serializers.ListField(
        child=AliasIn(),
        required=False,
        max_length=50,
        help_text="All other names that the caller's system knows. What it told before and does "
        "not now is taken away; names from elsewhere stay.",
    )
    external_ids = serializers.ListField(
        child=VendorRef(),
        required=False,
        max_length=50,
        help_text="Further ids of the vendor, also in other systems. None is taken away.",
    )


class VendorIn(VendorChange):
    """A vendor as an ERP knows it."""

    name = Text(max_length=master_data.NAME_LENGTH)


class VendorPatch(VendorChange):
    """What is to change of a vendor."""

    status = Choice(
        choices=VENDOR_STATUS_WANTED,
        required=False,
        help_text="Archived: put away; refused while an engagement goes on.",
    )


class VendorItem(VendorIn):
    """One vendor of many, with its id in the caller's system."""

    system = Text(max_length=60)
    id = Text(max_length=80)
    if_match = Text(required=False, max_length=500, help_text="As the header If-Match.")
    if_none_match = Choice(
        required=False, choices=IF_NONE, help_text="As the header If-None-Match."
    )


class VendorItems(serializers.Serializer[Any]):
    """Vendors to be made or changed, in this order."""

    items = serializers.ListField(child=VendorItem(), min_length=1, max_length=MOST)


class Reader:
    """Makes pushes of what a client sends; what is wrong is a ValidationError with its pointer."""

    def __init__(self, by: Principal) -> None:
        self._units: dict[str, UUID] = {}
        units = units_visible_to(by, Permission.EDIT_VENDORS).filter(sample=False)
        for pk, code in units.values_list("pk", "code"):
            self._units |= {str(pk): pk, code: pk}
        self._client = f"api:{by.id}"

    def push(
        self,
        said: Mapping[str, Any],
        *,
        ref: tuple[str, str] | None = None,
        vendor_id: UUID | None = None,
        if_match: str = "",
        create_only: bool = False,
    ) -> Push:
        """`said`: the valid data of a serializer; `ref`: (system, id) as they came."""
        errors: dict[str, Any] = {}
        told = {name: said[name] for name in TOLD if name in said}
        try:
            values = master_data.clean(told)
        except Invalid as refused:
            errors |= refused.extra["errors"]
        category = said.get("category")
        if "category" in said:
            category = master_data.tidy(category or "")
        own = _ref(ref, errors, "system", "id") if ref else None
        ids = _refs(said.get("external_ids", ()), errors)
        aliases = _aliases(said, errors)
        units = self._named(said.get("business_units", ()), errors)
        if errors:
            raise ValidationError(errors)
        return Push(
            source=own[0] if own else self._client,
            ref=own,
            vendor_id=vendor_id,
            values=values,
            units=units,
            category=category,
            aliases=aliases,
            ids=ids,
            if_match=tags(if_match),
            create_only=create_only,
        )

    def _named(self, named: Collection[str], errors: dict[str, Any]) -> list[UUID]:
        unknown = {
            index: ["You have no such business unit."]
            for index, name in enumerate(named)
            if name not in self._units
        }
        if unknown:
            errors["business_units"] = unknown
        return list(dict.fromkeys(self._units[name] for name in named if name in self._units))


def tags(header: str) -> frozenset[str]:
    """The tags of an If-Match header; empty where there is none."""
    return frozenset(part.strip() for part in header.split(",")) - {""}


def create_only(request: Request) -> bool:
    """Whether the header If-None-Match asks that there be no such vendor."""
    return request.headers.get("If-None-Match", "").strip() == "*"


def _ref(
    ref: tuple[str, str], errors: dict[str, Any], system_name: str, id_name: str
) -> tuple[str, str] | None:
    try:
        system = master_data.clean_system(ref[0])
    except ValueError as error:
        errors[system_name] = [str(error)]
        return None
    try:
        return system, master_data.clean_external_id(ref[1])
    except ValueError as error:
        errors[id_name] = [str(error)]
        return None


def _refs(said: Collection[Mapping[str, str]], errors: dict[str, Any]) -> list[tuple[str, str]]:
    found: list[tuple[str, str]] = []
    wrong: dict[int, Any] = {}
    for index, one in enumerate(said):
        of_this: dict[str, Any] = {}
        if ref := _ref((one["system"], one["id"]), of_this, "system", "id"):
            found.append(ref)
        else:
            wrong[index] = of_this
    if wrong:
        errors["external_ids"] = wrong
    return found


def _aliases(said: Mapping[str, Any], errors: dict[str, Any]) -> dict[str, str] | None:
    if "aliases" not in said:
        return None
    found: dict[str, str] = {}
    wrong: dict[int, Any] = {}
    for index, one in enumerate(said["aliases"]):
        try:
            name = master_data.clean_name(one["name"])
        except ValueError as error:
            wrong[index] = {"name": [str(error)]}
            continue
        # Its own name is no other name; ERPs repeat it in their search terms.
        if name != master_data.tidy(str(said.get("name", ""))):
            # A change of part of a vendor leaves defaults out, inside lists as well.
            found[name] = one.get("kind", VendorAlias.Kind.TRADING)
    if wrong:
        errors["aliases"] = wrong
    return found
