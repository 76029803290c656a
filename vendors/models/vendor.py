"""The vendor: master data shared by all units that work with it."""

from typing import Any, ClassVar

from django.contrib.postgres.indexes import GinIndex
from django.db import models
from django.db.models import F, Func, Value
from django.db.models.functions import Coalesce, Lower, Now, Upper
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from accounts.models import BusinessUnit, User
from audit.ids import uuid7

#: Legal forms that two spellings of one name may differ in; a rough cut for finding pairs.
_FORMS = (
    r"\m(gmbh|mbh|ag|kg|kgaa|ohg|se|ltd|limited|llc|llp|inc|incorporated|corp|corporation|co|"
    r"company|sa|sas|sarl|srl|spa|sl|slu|bv|nv|oy|oyj|ab|as|asa|aps|jsc|plc|pte|pty|pvt|private|"
    r"sdn|bhd|kft|zrt|sro|doo|ooo|zao|pao|ltda|tnhh)\M"
)
_MARKED = "àáâãäåāăąçćčďđèéêëēėęěğìíîïīįıłńñňòóôõöøōőřśşšťùúûüūůűųýÿźżž"
_PLAIN = "aaaaaaaaacccddeeeeeeeegiiiiiiilnnnoooooooorssstuuuuuuuuyyzzz"
#: The part of a host name that somebody registers: two labels, or three below "co.uk" and the like.
_REGISTERED = r"[^.]+\.(?:(?:co|com|net|org|gov|edu|ac|or|ne|go|gob|nom)\.[a-z]{2}|[^.]+)$"


def _replaced(text: Any, pattern: str, by: str) -> Func:
    return Func(text, Value(pattern), Value(by), Value("g"), function="regexp_replace")


class Vendor(models.Model):
    """A company that supplies us, or takes part in the work of one that does."""

    class Status(models.TextChoices):
        ACTIVE = "active", _("Active")
        ARCHIVED = "archived", _("Archived")
        # Another record stands for the company: `merged_into`.
        MERGED = "merged", _("Merged")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    name = models.CharField(_("Name"), max_length=200)
    # "" where it is not known; never guessed.
    country = CountryField(_("Country"), blank=True)
    registration_number = models.CharField(_("Registration number"), max_length=60, blank=True)
    # What numbers are compared by, as `vendors.master_data.registration_key` writes it.
    registration_key = models.GeneratedField(
        expression=Func(
            Upper(F("registration_number")),
            Value("[ ./_-]"),
            Value(""),
            Value("g"),
            function="regexp_replace",
        ),
        output_field=models.CharField(max_length=60),
        db_persist=True,
    )
    lei = models.CharField(_("LEI"), max_length=20, blank=True)
    # With the country's letters in front where the country writes them so.
    vat_number = models.CharField(
        _("VAT number"), max_length=20, blank=True, db_default="", default=""
    )
    city = models.CharField(_("City"), max_length=120, blank=True)
    website = models.URLField(_("Website"), blank=True)
    # What web addresses are compared by; "" for none.
    website_domain = models.GeneratedField(
        expression=Coalesce(
            Func(
                Func(
                    Lower(F("website")),
                    Value(r"^[a-z]+://(?:[^/?#@]*@)?([^/:?#]+)"),
                    function="substring",
                ),
                Value(_REGISTERED),
                function="substring",
            ),
            Value(""),
        ),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )
    # The name without case, marks, punctuation and legal form; pairs are looked for by it.
    name_key = models.GeneratedField(
        expression=_replaced(
            _replaced(
                _replaced(
                    Func(Lower(F("name")), Value(_MARKED), Value(_PLAIN), function="translate"),
                    "[.'\u2019]",
                    "",
                ),
                _FORMS,
                "",
            ),
            "[^[:alnum:]]",
            "",
        ),
        output_field=models.CharField(max_length=200),
        db_persist=True,
    )
    # The record that stands for this company since the two were merged.
    merged_into = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="merged_from"
    )
    # The money it invoices in; new engagements start with it.
    currency = models.CharField(_("Currency"), max_length=3, blank=True, db_default="", default="")
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.ACTIVE)
    # Invented, and removed with all that hangs on it. Said when the row is made; never changes.
    sample = models.BooleanField(_("Sample data"), default=False, db_default=False)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())
    units = models.ManyToManyField(
        BusinessUnit, through="vendors.VendorUnit", related_name="vendors"
    )

    class Meta:
        indexes: ClassVar = [
            GinIndex(fields=["name"], opclasses=["gin_trgm_ops"], name="vendor_name_trgm"),
            models.Index(fields=["registration_key"], name="vendor_registration"),
            models.Index(fields=["lei"], condition=~models.Q(lei=""), name="vendor_lei"),
            models.Index(fields=["name", "id"], name="vendor_name"),
            # Who pushes vendors asks for namesakes with every call.
            models.Index(Lower("name"), name="vendor_name_small"),
            models.Index(
                fields=["vat_number"], condition=~models.Q(vat_number=""), name="vendor_vat"
            ),
            models.Index(
                fields=["website_domain"],
                condition=~models.Q(website_domain=""),
                name="vendor_domain",
            ),
            models.Index(fields=["name_key"], name="vendor_name_key"),
        ]

    def __str__(self) -> str:
        return self.name


class VendorUnit(models.Model):
    """A business unit works, or means to work, with this vendor."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="unit_links")
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="vendor_links")
    owner = models.ForeignKey(
        User, models.SET_NULL, null=True, blank=True, related_name="owned_vendors"
    )
    category = models.CharField(_("Category"), max_length=60, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["vendor", "unit"], name="vendor_unit_once"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["unit", "category"], name="vendor_unit_categories"),
            models.Index(fields=["category"], name="vendor_unit_category"),
        ]

    def __str__(self) -> str:
        return f"{self.vendor_id} {self.unit_id}"


class ExternalId(models.Model):
    """The vendor's id in another system. Ids are text; `key` is what they are compared by."""

    vendor = models.ForeignKey(Vendor, models.CASCADE, related_name="external_ids")
    system = models.SlugField(_("System"), max_length=40)
    value = models.CharField(_("Id"), max_length=80)
    # Numeric ids without their leading zeros: SAP shows 0000100042 as 100042.
    key = models.CharField(max_length=80)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["system", "key"], name="external_id_unique"),
        ]

    def __str__(self) -> str:
        return f"{self.system}:{self.value}"
