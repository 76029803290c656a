"""Contracts: what was agreed with a vendor for an engagement, and who pays for what."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _
from django_countries.fields import CountryField

from audit.ids import uuid7
from vendors.models.engagement import Engagement


class Contract(models.Model):
    """One document. An amendment is a contract of its own that points to the one it changes."""

    class Status(models.TextChoices):
        DRAFT = "draft", _("Draft")
        IN_FORCE = "in_force", _("In force")
        ENDED = "ended", _("Ended")
        VOID = "void", _("Entered by mistake")

    class Renewal(models.TextChoices):
        NONE = "none", _("Ends by itself")
        AUTOMATIC = "automatic", _("Renews by itself unless notice is given")
        AGREED = "agreed", _("Renewed only by agreement")

    class Forum(models.TextChoices):
        COURTS = "courts", _("Courts")
        ARBITRATION = "arbitration", _("Arbitration")
        NONE = "none", _("Nothing agreed")

    class Cap(models.TextChoices):
        AMOUNT = "amount", _("An amount")
        PERCENT = "percent", _("A percentage of the yearly fees")
        UNCAPPED = "uncapped", _("No cap")

    class CarveOut(models.TextChoices):
        IP_BREACH = "ip_breach", _("Breach of our IP rights")
        CONFIDENTIALITY = "confidentiality", _("Breach of confidentiality")
        GROSS_NEGLIGENCE = "gross_negligence", _("Gross negligence")
        INTENT = "intent", _("Intent and fraud")
        INDEMNITIES = "indemnities", _("Indemnities")
        DATA_PROTECTION = "data_protection", _("Breach of data protection")
        INJURY = "injury", _("Death and personal injury")

    class Indemnity(models.TextChoices):
        FULL = "full", _("Full, without a limit")
        LIMITED = "limited", _("Up to a limit")
        NONE = "none", _("None")

    id = models.UUIDField(primary_key=True, default=uuid7, editable=False)
    engagement = models.ForeignKey(Engagement, models.PROTECT, related_name="contracts")
    amends = models.ForeignKey(
        "self", models.PROTECT, null=True, blank=True, related_name="amendments"
    )
    title = models.CharField(_("Title"), max_length=200)
    # The number it is filed under; unique within the engagement, so that imports find it again.
    reference = models.CharField(_("Reference"), max_length=80, blank=True)
    our_party = models.CharField(_("Our contracting party"), max_length=200, blank=True)
    vendor_party = models.CharField(_("The vendor's contracting party"), max_length=200, blank=True)
    status = models.CharField(_("Status"), max_length=10, choices=Status, default=Status.DRAFT)
    signed_on = models.DateField(_("Signed on"), null=True, blank=True)
    starts_on = models.DateField(_("Starts on"), null=True, blank=True)
    # The end of the first term; none: open.
    ends_on = models.DateField(_("Ends on"), null=True, blank=True)
    renewal = models.CharField(_("Renewal"), max_length=10, choices=Renewal, default=Renewal.NONE)
    renewal_months = models.PositiveSmallIntegerField(_("Renews by"), null=True, blank=True)
    notice_days = models.PositiveSmallIntegerField(_("Notice period"), null=True, blank=True)
    # A last day for notice noted by hand, where the contract does not follow the simple rule.
    notice_by = models.DateField(_("Notice by"), null=True, blank=True)
    # These follow from the dates (`vendors.contract_terms`) and are kept to be listed by.
    term_ends_on = models.DateField(null=True, editable=False)
    notice_on = models.DateField(null=True, editable=False)
    # The last day for notice that somebody has dealt with; a later one is asked for again.
    notice_settled = models.DateField(null=True, editable=False)
    law_country = CountryField(_("Governing law"), blank=True)
    law_region = models.CharField(_("State or region"), max_length=80, blank=True)
    forum = models.CharField(_("Forum"), max_length=12, choices=Forum, blank=True)
    forum_place = models.CharField(_("Court or seat"), max_length=120, blank=True)
    forum_rules = models.CharField(_("Rules of arbitration"), max_length=120, blank=True)
    # "" is not known. What is carved out counts without the cap; null: nobody has looked.
    cap_kind = models.CharField(_("Cap on liability"), max_length=10, choices=Cap, blank=True)
    cap_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    cap_currency = models.CharField(max_length=3, blank=True)
    cap_percent = models.DecimalField(max_digits=7, decimal_places=2, null=True, blank=True)
    carve_outs = ArrayField(
        models.CharField(max_length=20, choices=CarveOut), null=True, blank=True, default=None
    )
    indemnity = models.CharField(
        _("Indemnity for IP claims"), max_length=10, choices=Indemnity, blank=True
    )
    indemnity_amount = models.DecimalField(max_digits=16, decimal_places=2, null=True, blank=True)
    indemnity_currency = models.CharField(max_length=3, blank=True)
    kept_at = models.CharField(_("Where the document is kept"), max_length=400, blank=True)
    note = models.TextField(_("Note"), blank=True)
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField(db_default=Now())
    updated_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["engagement", "status"], name="contract_engagement"),
            models.Index(
                fields=["term_ends_on"], condition=Q(status="in_force"), name="contract_term"
            ),
            models.Index(
                fields=["notice_on"], condition=Q(status="in_force"), name="contract_notice"
            ),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(
                fields=["engagement", "reference"],
                condition=~Q(reference=""),
                name="contract_reference_once",
            ),
            models.CheckConstraint(
                condition=Q(starts_on__isnull=True)
                | Q(ends_on__isnull=True)
                | Q(ends_on__gte=models.F("starts_on")),
                name="contract_ends_after_it_starts",
            ),
            models.CheckConstraint(
                condition=~Q(amends=models.F("id")), name="contract_amends_another"
            ),
            models.CheckConstraint(
                condition=(
                    ~Q(cap_kind__in=["amount", "percent"])
                    | Q(cap_kind="amount", cap_amount__isnull=False)
                    | Q(cap_kind="percent", cap_percent__isnull=False)
                ),
                name="contract_cap_has_its_number",
            ),
            models.CheckConstraint(
                condition=~Q(renewal="automatic") | Q(renewal_months__gt=0),
                name="contract_renews_by_some_months",
            ),
        ]

    def __str__(self) -> str:
        return self.title
