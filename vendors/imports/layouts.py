"""Lists as three ERPs write them: which of their columns holds what.

A heading such as "Supplier" is a number in one system and a name in another, so the list as a whole
is recognised first. Names of fields are from the public documentation that docs/erp.md lists.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from vendors.master_data import name_key


@dataclass(frozen=True)
class Layout:
    """How a system writes its suppliers.

    `fields`: field -> its headings, the best first. `marks`: headings that only this system has.
    """

    key: str
    title: str | Promise
    fields: Mapping[str, str]
    marks: str

    def columns(self, header: Sequence[str], *, marked: bool = True) -> dict[str, int]:
        """Field -> index of its column; empty unless the list is one of this system.

        Without `marked` it need not have a heading that only this system has: somebody says so.
        """
        there: dict[str, int] = {}
        for index, heading in enumerate(header):
            there.setdefault(_plain(heading), index)
        used = {}
        for field, headings in self.fields.items():
            best = next((one for one in headings.split() if one in there), None)
            if best is not None:
                used[field] = there[best]
        if marked and not any(mark in there for mark in self.marks.split()):
            return {}
        return used if {"name", "external_id"} <= used.keys() else {}


def _plain(heading: str) -> str:
    """SupplierName, SUPPLIER_NAME and "Supplier Name*" are one heading."""
    text = name_key(heading.replace("_", " ").replace("*", " "))
    return "".join(char for char in text if char.isalnum())


#: The choice of no layout.
HEADINGS: Final = "headings"
LAYOUTS: Final = (
    Layout(
        "sap",
        _("SAP S/4HANA: business partners or suppliers"),
        {
            "name": "suppliername supplierfullname businesspartnerfullname organizationbpname1 "
            "nameorg1 name1 nameofsupplier",
            "external_id": "supplier lifnr vendor businesspartner partner",
            "country": "country land1 countryregionkey countrykey",
            "city": "cityname ort01 city city1",
            "vat_number": "vatregistration stceg vatregistrationno vatregistrationnumber",
            "currency": "purchaseordercurrency waers ordercurrency",
            "website": "websiteurl",
        },
        "lifnr businesspartner supplieraccountgroup ktokk purchasingisblocked sperm sperq "
        "supplierfullname organizationbpname1 businesspartnerfullname vatregistration stceg land1",
    ),
    Layout(
        "oracle",
        _("Oracle Fusion: suppliers"),
        {
            "name": "supplier suppliername vendorname",
            "external_id": "suppliernumber segment1",
            "country": "country countrycode taxpayercountrycode taxpayercountry "
            "taxregistrationcountrycode",
            "city": "city",
            "vat_number": "taxregistrationnumber vatregistrationnum",
            "website": "corporatewebsite",
            "category": "suppliertype suppliertypecode vendortypelookupcode",
            "currency": "invoicecurrency invoicecurrencycode",
        },
        "businessrelationship businessrelationshipcode taxorganizationtype taxorganizationtypecode "
        "taxpayerid taxpayercountry suppliertypecode segment1 alternatename procurementbu",
    ),
    Layout(
        "coupa",
        _("Coupa: suppliers"),
        {
            "name": "name suppliername",
            "external_id": "suppliernumber number id",
            "country": "primaryaddresscountrycode",
            "city": "primaryaddresscity",
            "vat_number": "primaryaddresstaxnumber taxid",
            "website": "website corporateurl",
            "category": "commodity",
        },
        "primaryaddresscountrycode primaryaddresscity onlinestoreurl primarycontactemail",
    ),
)


def recognised(header: Sequence[str]) -> tuple[str, dict[str, int]]:
    """(key of the layout, field -> index of its column); ("", {}) for any other list."""
    for layout in LAYOUTS:
        if used := layout.columns(header):
            return layout.key, used
    return "", {}


def read_as(header: Sequence[str], choice: str) -> tuple[str, dict[str, int]]:
    """The same as somebody has chosen: "" for what is recognised, HEADINGS, or a key.

    A layout that does not fit the list is left alone.
    """
    if not choice:
        return recognised(header)
    for layout in LAYOUTS:
        if layout.key == choice and (used := layout.columns(header, marked=False)):
            return choice, used
    return "", {}


def choices_for(header: Sequence[str]) -> list[tuple[str, str]]:
    """(choice, words) of every way in which this list can be read."""
    fitting = [one for one in LAYOUTS if one.columns(header, marked=False)]
    return [
        *((one.key, str(one.title)) for one in fitting),
        (HEADINGS, str(_("No system: each heading as it reads"))),
    ]


def title_of(key: str) -> str:
    """What a layout is called; "" for none."""
    return next((str(one.title) for one in LAYOUTS if one.key == key), "")
