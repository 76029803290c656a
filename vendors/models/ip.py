"""The IP schedule: what is entrusted, where it is registered, to whom it was disclosed."""

from typing import ClassVar

from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from accounts.models import BusinessUnit
from audit.ids import uuid7
from vendors.models.engagement import Engagement
from vendors.models.site import Site
from vendors.models.subcontract import Subcontract


class IpAsset(models.Model):
    """One piece of intellectual property of a unit, entrusted in one engagement or several."""

    class Right(models.TextChoices):
        PATENT = "patent", _("Patent")
        UTILITY_MODEL = "utility_model", _("Utility model")
        DESIGN = "design", _("Registered design")
        TRADE_MARK = "trade_mark", _("Trade mark")
        COPYRIGHT = "copyright", _("Copyright")
        SECRET = "secret", _("Kept secret")
        OTHER = "other", _("Another right")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    unit = models.ForeignKey(BusinessUnit, models.PROTECT, related_name="ip_assets")
    # One of `vendors.intake.IpKind`.
    kind = models.CharField(_("Kind"), max_length=30)
    name = models.CharField(_("Name"), max_length=200)
    owner_entity = models.CharField(_("Owned by"), max_length=200, blank=True)
    right = models.CharField(_("Type of right"), max_length=20, choices=Right, blank=True)
    # Our own file number, whatever the registers call it.
    reference = models.CharField(_("Our reference"), max_length=80, blank=True)
    # Why no registration is wanted although the kind can be registered; "": by its kind.
    unregistered_because = models.CharField(
        _("Why it is not to be registered"), max_length=300, blank=True
    )
    note = models.TextField(_("Note"), blank=True)
    engagements = models.ManyToManyField(Engagement, related_name="ip_assets", blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [models.Index(fields=["unit", "name"], name="ip_asset_unit")]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["unit", "reference"],
                condition=~models.Q(reference=""),
                name="ip_asset_reference_once",
            ),
        ]

    def __str__(self) -> str:
        return self.name


class IpRegistration(models.Model):
    """An asset in the register of one country, or of a region that registers for its members."""

    class Status(models.TextChoices):
        PENDING = "pending", _("Applied for")
        REGISTERED = "registered", _("Registered")
        REFUSED = "refused", _("Refused")
        LAPSED = "lapsed", _("Lapsed or given up")
        UNKNOWN = "unknown", _("Not known")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    asset = models.ForeignKey(IpAsset, models.CASCADE, related_name="registrations")
    # A country (ISO 3166-1), or a region of `vendors.territories`.
    territory = models.CharField(_("Country or region"), max_length=2)
    status = models.CharField(_("Status"), max_length=12, choices=Status)
    number = models.CharField(_("Number"), max_length=60, blank=True)
    filed_on = models.DateField(_("Applied for on"), null=True, blank=True)
    granted_on = models.DateField(_("Registered on"), null=True, blank=True)
    expires_on = models.DateField(_("Expires on"), null=True, blank=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["asset", "territory", "number"], name="ip_registration_once"
            ),
        ]
        indexes: ClassVar = [models.Index(fields=["expires_on"], name="ip_registration_expiry")]

    def __str__(self) -> str:
        return f"{self.territory} {self.number}"


class Disclosure(models.Model):
    """What of the entrusted property went to whom, and what became of it afterwards."""

    class To(models.TextChoices):
        COMPANY = "company", _("The vendor as a company")
        PERSON = "person", _("A person")
        SITE = "site", _("A site")
        SUBCONTRACTOR = "subcontractor", _("A subcontractor")

    class How(models.TextChoices):
        EMAIL = "email", _("By e-mail")
        PORTAL = "portal", _("Through a shared portal")
        MEDIUM = "medium", _("On paper or a data carrier")
        PHYSICAL = "physical", _("As a physical object")
        SHOWN = "shown", _("Shown, without a copy")
        ORAL = "oral", _("Told")
        OTHER = "other", _("In another way")

    class Outcome(models.TextChoices):
        HELD = "held", _("Still held")
        RETURNED = "returned", _("Returned")
        DESTROYED = "destroyed", _("Destroyed")
        NOTHING = "nothing", _("Nothing to return")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="disclosures")
    assets = models.ManyToManyField(IpAsset, related_name="disclosures", blank=True)
    what = models.CharField(_("What was disclosed"), max_length=300)
    disclosed_on = models.DateField(_("On"))
    to_kind = models.CharField(_("To"), max_length=15, choices=To)
    to_name = models.CharField(_("Name"), max_length=200, blank=True)
    site = models.ForeignKey(
        Site, models.PROTECT, null=True, blank=True, related_name="disclosures"
    )
    subcontract = models.ForeignKey(
        Subcontract, models.PROTECT, null=True, blank=True, related_name="disclosures"
    )
    how = models.CharField(_("How"), max_length=10, choices=How)
    # Null: not known.
    marked = models.BooleanField(_("Marked as confidential"), null=True, blank=True)
    return_by = models.DateField(_("To be returned by"), null=True, blank=True)
    outcome = models.CharField(
        _("What became of it"), max_length=10, choices=Outcome, default=Outcome.HELD
    )
    settled_on = models.DateField(_("Returned or destroyed on"), null=True, blank=True)
    certificate = models.CharField(_("Certificate"), max_length=120, blank=True)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["engagement", "-disclosed_on"], name="disclosure_engagement"),
        ]
        constraints: ClassVar = [
            models.CheckConstraint(
                condition=models.Q(outcome__in=("held", "nothing"), settled_on__isnull=True)
                | models.Q(outcome__in=("returned", "destroyed"), settled_on__isnull=False),
                name="disclosure_settled_on_a_day",
            ),
            models.CheckConstraint(
                condition=models.Q(settled_on__isnull=True)
                | models.Q(settled_on__gte=models.F("disclosed_on")),
                name="disclosure_settled_after",
            ),
        ]

    def __str__(self) -> str:
        return self.what
